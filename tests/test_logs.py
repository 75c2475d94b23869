import json
import logging
from collections.abc import Iterator

import pytest

from edge import logs
from edge.errors import AudioError

log = logging.getLogger("edge.journal")


@pytest.fixture(autouse=True)
def journal() -> Iterator[None]:
    root = logging.getLogger()
    before = root.handlers[:], root.level
    yield
    root.handlers[:], root.level = before
    logging.getLogger("edge").setLevel(logging.NOTSET)
    logging.captureWarnings(False)


def fail() -> None:
    try:
        raise ValueError("a first line\nand a second")
    except ValueError:
        log.exception("the turn failed")


@pytest.mark.parametrize("json_lines", [False, True])
def test_an_exception_is_one_line(capsys: pytest.CaptureFixture[str], json_lines: bool) -> None:
    logs.set_up("info", json_lines=json_lines)
    fail()
    (line,) = capsys.readouterr().err.splitlines()
    if json_lines:
        told = json.loads(line)
        assert (told["level"], told["logger"]) == ("error", "edge.journal")
        line = told["message"]
    assert "the turn failed: unexpected ValueError: a first line (test_logs.py:" in line


@pytest.mark.parametrize("json_lines", [False, True])
def test_at_level_debug_the_traceback_follows(
    capsys: pytest.CaptureFixture[str], json_lines: bool
) -> None:
    logs.set_up("debug", json_lines=json_lines)
    fail()
    assert "and a second" in capsys.readouterr().err


def test_libraries_are_heard_only_when_they_warn(capsys: pytest.CaptureFixture[str]) -> None:
    logs.set_up("debug")
    for level in (logging.INFO, logging.WARNING):
        logging.getLogger("library").log(level, "processing")
    assert capsys.readouterr().err == "WARNING library: processing\n"


def test_what_is_below_the_level_is_not_written(capsys: pytest.CaptureFixture[str]) -> None:
    logs.set_up("warning")
    log.info("all is well")
    assert capsys.readouterr().err == ""


def test_an_error_in_groups_is_found() -> None:
    inner = AudioError("there is no microphone")
    group = ExceptionGroup("tasks", [ExceptionGroup("more", [inner, ValueError("x")])])
    assert logs.cause(group) is inner
    assert logs.one_line(group) == "there is no microphone"
