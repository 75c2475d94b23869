"""The wheel as a user gets it: built, installed and run outside the checkout."""

import json
import os
import re
import subprocess
import sys
import sysconfig
import tomllib
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    pip("wheel", "--no-build-isolation", "--wheel-dir", str(folder), str(ROOT))
    (built,) = folder.glob("*.whl")
    return built


@pytest.fixture(scope="module")
def outside(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An environment with the wheel in it. It borrows what we depend on, but not our checkout:
    a folder that a .pth file names is searched, its own .pth files (the editable install) not."""
    folder = tmp_path_factory.mktemp("outside")
    run([sys.executable, "-m", "venv", "--without-pip", "venv"], folder)
    (site,) = folder.glob("venv/lib/python3*/site-packages")
    (site / "borrowed.pth").write_text(sysconfig.get_path("purelib"))
    pip("--python", str(folder / "venv"), "install", str(wheel))
    return folder


def pip(*arguments: str) -> None:
    run([sys.executable, "-m", "pip", *arguments, "--no-deps", "--no-index"], ROOT)


def run(command: list[str], folder: Path) -> str:
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    done = subprocess.run(
        command, cwd=folder, env=environment, capture_output=True, text=True, timeout=100
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_the_wheel_holds_the_two_packages_and_nothing_else(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        names = archive.namelist()
        manifest = archive.read("edge/data/manifest.toml")
    top = {name.split("/")[0] for name in names}
    own = {name for name in top if not name.startswith("stonechat-")}
    assert own == {"edge", "cloud_bridge"}
    assert manifest == (ROOT / "models" / "manifest.toml").read_bytes()
    assert not [name for name in names if name.endswith(".pyc")]


def test_the_command_works_outside_the_checkout(outside: Path) -> None:
    listed = json.loads(run(["venv/bin/stonechat", "models", "list", "--json"], outside))
    assert "whisper-tiny.en" in {row["model"] for row in listed}


def test_the_installed_edge_is_ours_alone(outside: Path) -> None:
    script = (
        "import importlib.metadata as m, json, edge\n"
        "owners = m.packages_distributions()\n"
        "print(json.dumps([list(edge.__path__), owners['edge'], owners['cloud_bridge']]))"
    )
    paths, edge, bridge = json.loads(run(["venv/bin/python", "-c", script], outside))
    assert len(paths) == 1
    assert Path(paths[0]).is_relative_to(outside)
    assert set(edge) == set(bridge) == {"stonechat"}


def test_every_dependency_is_pinned() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    asked = project["dependencies"] + project["optional-dependencies"]["test"]
    names = {re.split(r"[<>=\[; ]", line)[0].lower() for line in asked}
    pinned = {line.split("==")[0] for line in (ROOT / "constraints.txt").read_text().splitlines()}
    assert names <= pinned
