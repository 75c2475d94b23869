"""The units and the scripts that install them, as far as that can be seen without a machine to
install on; docs/install.md says how the rest is tried in a bare system under its own PID 1."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from edge.config.schema import Config

ROOT = Path(__file__).parent.parent
UNITS = sorted((ROOT / "systemd").glob("*.*"))
SCRIPTS = ("install", "uninstall", "wheels", "build-deb")

needs_systemd = pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="no systemd-analyze")


def run(*command: str | Path, **env: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*map(str, command)], env=os.environ | env, capture_output=True, text=True, check=False
    )


@needs_systemd
@pytest.mark.parametrize("unit", [*UNITS, ROOT / "systemd/user/stonechat.service"], ids=str)
def test_the_units_are_without_fault(unit: Path, tmp_path: Path) -> None:
    for each in UNITS if unit in UNITS else [unit]:
        text = re.sub(r"(?m)^(ExecStart=-?)\S+", rf"\1{sys.executable}", each.read_text())
        (tmp_path / each.name).write_text(text)
    scope = [] if unit in UNITS else ["--user"]
    verify = ("systemd-analyze", *scope, "verify", "--recursive-errors=one")
    # Without a runtime directory it looks at nothing for a user.
    done = run(*verify, tmp_path / unit.name, XDG_RUNTIME_DIR=str(tmp_path))
    own = [line for line in done.stderr.splitlines() if "stonechat" in line]
    assert (done.returncode, own) == (0, []), done.stderr


@needs_systemd
@pytest.mark.parametrize("unit", [unit for unit in UNITS if unit.suffix == ".service"], ids=str)
def test_the_services_may_do_little(unit: Path) -> None:
    done = run("systemd-analyze", "security", "--offline=true", "--threshold=25", unit)
    assert done.returncode == 0, done.stdout[-200:]


@pytest.mark.parametrize("script", SCRIPTS)
def test_a_wrong_argument_is_told_in_one_line(script: str) -> None:
    done = run("bash", ROOT / "scripts" / script, "--wrong")
    assert done.returncode == 1
    (line,) = done.stderr.splitlines()
    assert line.startswith("stonechat: unknown")


def test_every_unit_is_installed_and_removed() -> None:
    places = (ROOT / "scripts" / "places.sh").read_text()
    assert {unit.name for unit in UNITS} == set(
        re.findall(r"UNIT_FILES=\((stonechat[^)]*)\)", places)[0].split()
    )


def test_every_secret_of_the_handbook_is_handed_to_the_service() -> None:
    """A password in its file that the unit does not name would be ignored without a word."""
    handbook = (ROOT / "docs" / "install.md").read_text()
    row = next(line for line in handbook.splitlines() if "credentials/`" in line)
    unit = (ROOT / "systemd" / "stonechat.service").read_text()
    loaded = re.findall(r"(?m)^LoadCredential=(\w+):/etc/stonechat/credentials/(\w+)$", unit)
    assert loaded == [(name, name) for name in re.findall(r"`([A-Z][A-Z_]+)`", row)]
    assert re.findall(r"(?m)^SetCredential=(\w+):", unit) == [name for name, _ in loaded]
    assert {Config().mqtt.password_env, Config().web.token_env} <= {name for name, _ in loaded}


def test_roots_command_is_given_the_secrets_that_the_service_has(tmp_path: Path) -> None:
    (tmp_path / "HOME_ASSISTANT_TOKEN").write_text("two words\n")
    (tmp_path / "no-name.bak").write_text("old")
    script = f"""
        set -euo pipefail
        source {ROOT}/scripts/places.sh
        for_system() {{ true; }}
        COMMAND={tmp_path}/stonechat
        make_command
    """
    assert run("bash", "-c", script).returncode == 0
    command = (tmp_path / "stonechat").read_text()
    assert run("sh", "-n", tmp_path / "stonechat").returncode == 0
    # As root would run it, but for where the secrets lie and whom it calls.
    command = command.replace("/etc/stonechat/credentials", str(tmp_path))
    command = command.replace("id -u", "echo 0").replace("exec setpriv", "exec env #")
    done = run("sh", "-c", command)
    assert "HOME_ASSISTANT_TOKEN=two words\n" in done.stdout
    assert "no-name" not in done.stdout
