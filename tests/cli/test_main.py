import logging
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest

from edge import cli, daemon
from edge.config.schema import Config
from edge.errors import AudioError, ModelError, UsageError
from edge.models.download import Downloader
from edge.models.manifest import Model
from edge.models.store import State, Store

Call = Callable[..., tuple[int, list[str]]]


@pytest.fixture(autouse=True)
def journal() -> Iterator[None]:
    root, ours = logging.getLogger(), logging.getLogger("edge")
    before = root.handlers[:], root.level
    yield
    root.handlers[:], root.level = before
    ours.setLevel(logging.NOTSET)
    logging.captureWarnings(False)


@pytest.fixture
def call(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Call:
    def called(*arguments: str) -> tuple[int, list[str]]:
        monkeypatch.setattr(sys, "argv", ["stonechat", *arguments])
        with pytest.raises(SystemExit) as left:
            cli.main()
        return int(str(left.value.code)), capsys.readouterr().err.splitlines()

    return called


def failing(monkeypatch: pytest.MonkeyPatch, error: Exception) -> None:
    """As when a task of the running daemon fails: the error comes in a group."""

    async def serve(settings: Config) -> None:
        raise ExceptionGroup("unhandled errors in a TaskGroup", [error])

    monkeypatch.setattr(daemon, "serve", serve)
    monkeypatch.setattr("edge.cli.daemon.leave", sys.exit)


@pytest.mark.parametrize(
    ("error", "code", "line"),
    [
        (AudioError("there is no microphone"), 1, "there is no microphone"),
        (UsageError("another stonechat already runs"), 2, "another stonechat already runs"),
        (KeyError("brightness"), 1, "unexpected KeyError: 'brightness'"),
    ],
)
def test_a_daemon_that_fails_says_why_in_one_line(
    monkeypatch: pytest.MonkeyPatch, call: Call, error: Exception, code: int, line: str
) -> None:
    failing(monkeypatch, error)
    left, (told,) = call("run")
    assert left == code
    assert told.startswith("CRITICAL edge.cli.daemon: ")
    assert line in told


@pytest.mark.parametrize("offline", [False, True])
def test_a_service_fetches_weights_that_went_bad_before_it_is_started_again(
    monkeypatch: pytest.MonkeyPatch, call: Call, home: Path, offline: bool
) -> None:
    """Without that it would be started in circles until somebody came by."""
    fetched, paused = [], []

    def fetch(_: Downloader, models: Sequence[Model]) -> None:
        fetched.extend(model.id for model in models)
        if offline:
            raise ModelError("silero-vad: no source can be reached")

    monkeypatch.setenv("NOTIFY_SOCKET", "/nowhere")
    monkeypatch.setattr(Downloader, "fetch", fetch)
    monkeypatch.setattr("edge.cli.daemon.time.sleep", paused.append)
    monkeypatch.setattr(Store, "state", lambda _, model, file: _state(model))
    failing(monkeypatch, ModelError("silero-vad is corrupt"))
    code, lines = call("run")
    assert (code, fetched) == (1, ["silero-vad"])
    assert "silero-vad is corrupt" in lines[0]
    assert lines[1].endswith("fetching silero-vad")
    assert bool(paused) is offline
    assert ("no source can be reached" in lines[-1]) is offline


def _state(model: Model) -> State:
    return State.CORRUPT if model.id == "silero-vad" else State.GOOD


def test_at_level_debug_the_journal_has_the_traceback(
    monkeypatch: pytest.MonkeyPatch, call: Call, tmp_path: Path
) -> None:
    (tmp_path / "my.toml").write_text("[log]\nlevel = 'debug'\n")
    failing(monkeypatch, KeyError("brightness"))
    code, lines = call("run", "--config", str(tmp_path / "my.toml"))
    assert code == 1
    assert lines[0].startswith("CRITICAL")
    assert "DEBUG edge.cli.daemon: where it came from" in lines


def test_a_fault_of_ours_is_one_line_too(monkeypatch: pytest.MonkeyPatch, call: Call) -> None:
    def broken(*_: object, **__: object) -> None:
        raise ZeroDivisionError("division by zero")

    monkeypatch.setattr("edge.config.load", broken)
    code, (line,) = call("ask", "hello")
    assert code == 1
    assert line.startswith("stonechat: unexpected ZeroDivisionError: division by zero (test_main")
    monkeypatch.setenv("STONECHAT_DEBUG", "1")
    with pytest.raises(ZeroDivisionError):
        cli.main()
