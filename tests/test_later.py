import subprocess
import sys

STORY = """
import sys
from edge.later import import_when_used
import_when_used("colorsys")
import colorsys
assert "rgb_to_hsv" not in vars(colorsys)
print(colorsys.rgb_to_hsv(1, 0, 0))
import colorsys
print("rgb_to_hsv" in vars(colorsys))
"""


def test_a_module_is_imported_when_something_of_it_is_used() -> None:
    done = subprocess.run([sys.executable, "-c", STORY], capture_output=True, text=True, check=True)
    assert done.stdout == "(0.0, 1.0, 1)\nTrue\n"
