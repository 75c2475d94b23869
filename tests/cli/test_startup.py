import subprocess
import sys

import pytest

HEAVY = ("numpy", "httpx", "onnxruntime", "faster_whisper", "piper", "sounddevice", "websockets")


@pytest.mark.parametrize(
    ("arguments", "light"),
    [
        (["--help"], HEAVY),
        (["config", "path"], HEAVY),
        (["models", "licences"], HEAVY),
        (["ask", "what time is it"], HEAVY[1:]),
    ],
)
def test_a_command_imports_only_what_it_needs(arguments: list[str], light: tuple[str, ...]) -> None:
    program = (
        "import sys, atexit\n"
        "from edge.cli import main\n"
        "atexit.register(lambda: print(*sys.modules, file=sys.stderr))\n"
        f"sys.argv[1:] = {arguments!r}\n"
        "main()\n"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert sorted(set(light) & set(done.stderr.split())) == []
