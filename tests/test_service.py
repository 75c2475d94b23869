import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from edge.service import how_to_start, notify


@pytest.fixture
def supervisor(monkeypatch: pytest.MonkeyPatch) -> Iterator[socket.socket]:
    with (
        tempfile.TemporaryDirectory(prefix="stonechat-") as folder,
        socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as channel,
    ):
        channel.bind(f"{folder}/notify")
        monkeypatch.setenv("NOTIFY_SOCKET", f"{folder}/notify")
        yield channel


def test_a_supervisor_that_does_not_listen_does_not_stop_the_conversation(
    supervisor: socket.socket,
) -> None:
    for _ in range(10_000):  # longer than any queue
        notify("WATCHDOG=1")
    supervisor.setblocking(False)
    heard = []
    with suppress(BlockingIOError):
        while True:
            heard.append(supervisor.recv(100))
    assert set(heard) == {b"WATCHDOG=1"}
    notify("READY=1", 10)
    assert supervisor.recv(100) == b"READY=1"


def test_a_supervisor_that_is_gone_is_no_reason_to_stop(supervisor: socket.socket) -> None:
    supervisor.close()
    notify("WATCHDOG=1")


def test_whoever_finds_no_daemon_is_told_what_starts_it(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.delenv("RUNTIME_DIRECTORY", raising=False)
    assert how_to_start(tmp_path / "nothing") == "stonechat run"
    assert "sudo stonechat" in how_to_start(tmp_path)
    monkeypatch.setenv("RUNTIME_DIRECTORY", "/run/stonechat")
    assert how_to_start(tmp_path).startswith("systemctl start stonechat")


def test_the_end_waits_for_no_engine() -> None:
    program = """
import sys, threading, time
from edge.service import leave
from edge.worker import Worker
threading.Thread(target=time.sleep, args=(600,)).start()
Worker("engine").submit(time.sleep, 600)
print("the last word")
leave(3)
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, timeout=60)
    assert (done.returncode, done.stdout, done.stderr) == (3, b"the last word\n", b"")
