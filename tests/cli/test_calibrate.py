"""Calibrations from recordings, and one in a terminal as a person would do it."""

import fcntl
import json
import os
import pty
import re
import struct
import subprocess
import termios
import threading
import time
from pathlib import Path

import numpy as np
import pytest

from edge import config
from edge.audio import wav
from edge.events import RATE, Pcm
from edge.paths import config_file
from tests.program import STONECHAT, stonechat
from tests.sound import SoundServer

RNG = np.random.default_rng(6)


def hiss(seconds: float, loud: float) -> Pcm:
    return RNG.normal(0, loud, int(seconds * RATE)).astype(np.int16)


def recordings(folder: Path, **sounds: Pcm) -> str:
    for name, pcm in sounds.items():
        wav.write(folder / f"{name.replace('_', '-')}.wav", pcm, RATE)
    return str(folder)


def test_levels_from_recordings(tmp_path: Path) -> None:
    folder = recordings(tmp_path, room=hiss(3, 15), voice=hiss(3, 2500))
    told = stonechat("calibrate", "levels", "--from", folder, "--json")
    assert (told.code, told.err) == (0, "")
    found = json.loads(told.out)
    assert found["snr_db"] == pytest.approx(44, abs=1)
    assert found["advice"] == []


def test_an_echo_that_is_not_there_is_written_and_can_be_taken_back(tmp_path: Path) -> None:
    folder = recordings(tmp_path, room=hiss(3, 9), played=hiss(5, 5000), heard=hiss(7, 9))
    told = stonechat("calibrate", "echo", "--from", folder)
    assert (told.code, told.err) == (0, "")
    assert config.load().audio.full_duplex
    assert "# measured" in config_file().read_text()
    assert stonechat("calibrate", "undo").code == 0
    assert not config.load().audio.full_duplex


def test_a_folder_without_recordings_is_told_in_one_line(tmp_path: Path) -> None:
    for what in ("wake", "endpoint"):
        told = stonechat("calibrate", what, "--from", str(tmp_path))
        assert told.code == 2, told
        assert told.err.count("\n") == 1
        assert "has no recording" in told.err


def test_a_short_wake_word_is_refused() -> None:
    told = stonechat("wake", "train", "hi")
    assert told.code == 1
    assert "too short" in told.err


class Terminal:
    """A terminal of 80 columns with a program in it."""

    def __init__(self, *arguments: str) -> None:
        here, there = pty.openpty()
        fcntl.ioctl(there, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 80, 0, 0))
        environment = {**os.environ, "TERM": "xterm-256color", "COLUMNS": "80"}
        self.process = subprocess.Popen(
            [STONECHAT, *arguments],
            stdin=there,
            stdout=there,
            stderr=there,
            env=environment,
        )
        os.close(there)
        self._end = here
        self._data = bytearray()
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self) -> None:
        while True:
            try:
                data = os.read(self._end, 4096)
            except OSError:
                return
            if not data:
                return
            self._data += data

    @property
    def text(self) -> str:
        """All that was written, without colours and cursor movements."""
        return re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", self._data.decode(errors="ignore"))

    def wait_for(self, what: str, timeout: float = 60) -> None:
        deadline = time.monotonic() + timeout
        while what not in self.text:
            if time.monotonic() > deadline or self.process.poll() is not None:
                self._reader.join(1)
                if what in self.text:
                    return
                raise AssertionError(f"{what!r} did not come:\n{self.text}")
            time.sleep(0.05)

    def close(self) -> None:
        self.process.terminate()
        self.process.wait(10)
        self._reader.join(5)
        os.close(self._end)


@pytest.mark.sound
def test_a_session_in_a_terminal_is_broken_off_and_goes_on(sound_server: SoundServer) -> None:
    first = Terminal("calibrate", "levels")
    first.wait_for("Be quiet for a moment")
    first.wait_for("s to go")
    first.wait_for("room: 4.0 s")
    first.wait_for("Read aloud")
    first.close()
    second = Terminal("calibrate", "levels")
    try:
        second.wait_for("1 recordings are here already")
        second.wait_for("Read aloud")
        sound_server.play(hiss(9, 2500))
        second.wait_for("dB above the room")
        assert second.process.wait(20) == 0
    finally:
        second.close()
    lines = re.split(r"[\r\n]+", first.text + second.text)
    assert max(map(len, lines)) <= 80
    assert any("█" in line and "dB" in line for line in lines)
