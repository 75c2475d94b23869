"""The journal's own protocol, read back by a reader that follows systemd's description of it."""

import logging
import os
import socket
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from edge import journal, logs
from edge.events import Event


def parse(data: bytes) -> dict[str, str]:
    """Fields of a datagram: `NAME=value`, or the name, a length of eight bytes and the value."""
    fields = {}
    while data:
        line, _, rest = data.partition(b"\n")
        name, equals, value = line.partition(b"=")
        if not equals:
            size = int.from_bytes(rest[:8], "little")
            value, data = rest[8 : 8 + size], rest[8 + size + 1 :]
        else:
            data = rest
        fields[name.decode()] = value.decode()
    return fields


@pytest.fixture
def channel() -> Iterator[socket.socket]:
    with (
        tempfile.TemporaryDirectory(prefix="stonechat-") as folder,
        socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as listening,
    ):
        listening.bind(f"{folder}/journal")
        listening.settimeout(5)
        yield listening


@pytest.fixture
def log(channel: socket.socket) -> Iterator[logging.Logger]:
    handler = journal.JournalHandler(channel.getsockname())
    handler.setFormatter(logs._Bare("%(message)s"))
    logger = logging.getLogger("edge.turn")
    logger.addHandler(handler)
    before = logger.level
    logger.setLevel("DEBUG")
    yield logger
    logger.setLevel(before)
    logger.removeHandler(handler)
    handler.close()


def test_a_route_can_be_searched_for(channel: socket.socket, log: logging.Logger) -> None:
    data = {"where": "local", "intent": "timer.set", "slots": {"duration": 60}, "score": 0.9}
    logs.tell(Event("route", 17, 1.0, 1.0, data))
    fields = parse(channel.recv(1 << 16))
    assert fields["STONECHAT_EVENT"] == "route"
    assert fields["STONECHAT_TURN"] == "17"
    assert fields["STONECHAT_INTENT"] == "timer.set"
    assert fields["STONECHAT_WHERE"] == "local"
    assert fields["PRIORITY"] == "6"
    assert fields["SYSLOG_IDENTIFIER"] == "stonechat"
    assert fields["MESSAGE"].startswith("route {")


@pytest.mark.parametrize(
    ("level", "priority"),
    [("DEBUG", "7"), ("INFO", "6"), ("WARNING", "4"), ("ERROR", "3"), ("CRITICAL", "2")],
)
def test_levels_are_syslog_priorities(
    channel: socket.socket, log: logging.Logger, level: str, priority: str
) -> None:
    log.log(logging.getLevelName(level), "it is so")
    assert parse(channel.recv(1 << 16))["PRIORITY"] == priority


def test_a_value_of_several_lines_arrives_whole() -> None:
    fields = {"MESSAGE": "one\ntwo=2\n", "PRIORITY": "6", "NAME": "käse"}
    assert parse(journal.datagram(fields)) == fields


def test_what_the_journal_does_not_take_goes_to_stderr(
    channel: socket.socket, log: logging.Logger, capsys: pytest.CaptureFixture[str]
) -> None:
    log.warning("x" * 4_000_000)
    assert capsys.readouterr().err.startswith("<4>xxx")
    log.warning("the next one")
    assert parse(channel.recv(1 << 16))["MESSAGE"] == "the next one"


def test_only_stderr_that_leads_to_the_journal_counts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with (tmp_path / "stream").open("w") as stream:
        there = os.fstat(stream.fileno())
        monkeypatch.setattr("sys.stderr", stream)
        monkeypatch.delenv("JOURNAL_STREAM", raising=False)
        assert not journal.connected()
        monkeypatch.setenv("JOURNAL_STREAM", f"{there.st_dev}:{there.st_ino + 1}")
        assert not journal.connected()
        monkeypatch.setenv("JOURNAL_STREAM", f"{there.st_dev}:{there.st_ino}")
        assert journal.connected()
