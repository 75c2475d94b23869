import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from edge.cli import models
from edge.errors import ModelError, UsageError
from edge.models import language
from edge.models.manifest import Manifest
from edge.paths import models_dir
from tests.models.conftest import a_file, a_manifest
from tests.models.server import Resource, Server

NOTE = "Non-commercial use only."


@pytest.fixture
def own_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A cache of its own: these tests must not touch the weights that all others share."""
    monkeypatch.setenv("STONECHAT_HOME", str(tmp_path))
    return models_dir()


@pytest.fixture
def manifest(own_home: Path, monkeypatch: pytest.MonkeyPatch) -> Manifest:
    found = a_manifest(
        a_file("song.bin", b"tsak", "http://127.0.0.1:9/song.bin"),
        licence="CC-BY-NC-SA-4.0",
        note=NOTE,
    )
    monkeypatch.setattr(language, "everything", lambda: found)
    return found


def call(*arguments: str) -> Result:
    return CliRunner().invoke(models.app, arguments)


def put(own_home: Path, content: bytes) -> None:
    (own_home / "bird").mkdir(parents=True)
    (own_home / "bird" / "song.bin").write_bytes(content)


@pytest.mark.usefixtures("manifest")
@pytest.mark.parametrize(
    ("content", "state"), [(b"tsak", "good"), (b"tsek", "corrupt"), (None, "missing")]
)
def test_list_tells_what_is_here(own_home: Path, content: bytes | None, state: str) -> None:
    if content is not None:
        put(own_home, content)
    (row,) = json.loads(call("list", "--json").stdout)
    assert (row["model"], row["state"], row["size"]) == ("bird", state, 4)
    assert state in call("list").stdout


@pytest.mark.parametrize("command", ["list", "licences", "suggest"])
def test_in_a_narrow_terminal_names_can_still_be_typed_again(
    command: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    shown = call(command).stdout
    names = {each.id for each in language.language_models() if each.answers}
    assert names <= set(shown.split())
    assert "…" not in shown


def test_download_tells_the_licence_before_it_fetches(
    server: Server, own_home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = server.add("song.bin", Resource(b"tsak"))
    found = a_manifest(a_file("song.bin", b"tsak", url), licence="CC-BY-NC-SA-4.0", note=NOTE)
    monkeypatch.setattr(language, "everything", lambda: found)
    told = call("download").stderr
    assert (own_home / "bird" / "song.bin").read_bytes() == b"tsak"
    assert told.index("CC-BY-NC-SA-4.0") < told.index("song.bin (")
    assert "Fetched and verified" in told
    assert "1 model here already" in call("download", "bird").stderr


@pytest.mark.usefixtures("manifest")
def test_download_knows_its_names() -> None:
    assert isinstance(call("download", "brid").exception, UsageError)


@pytest.mark.usefixtures("manifest")
def test_verify_is_silent_about_nothing(own_home: Path) -> None:
    put(own_home, b"tsak")
    assert "what the manifest says (1 read)" in call("verify").stdout
    (own_home / "bird" / "song.bin").write_bytes(b"tsek")
    result = call("verify", "--json")
    assert isinstance(result.exception, ModelError)
    assert str(result.exception) == (
        "bird/song.bin is corrupt; mend it with: stonechat models download bird"
    )
    assert json.loads(result.stdout) == [{"model": "bird", "file": "song.bin", "state": "corrupt"}]


@pytest.mark.usefixtures("manifest")
def test_verify_misses_what_set_up_should_have_fetched() -> None:
    assert "is missing" in str(call("verify").exception)


@pytest.mark.usefixtures("manifest")
def test_licences_are_told() -> None:
    (row,) = json.loads(call("licences", "--json").stdout)
    assert (row["licence"], row["note"]) == ("CC-BY-NC-SA-4.0", NOTE)
    assert NOTE in call("licences").stdout
