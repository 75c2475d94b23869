"""Spoken into its own answer, on a virtual sound card whose speaker is heard by its microphone."""

import contextlib
import os
import subprocess
import threading
import time
from collections.abc import Iterator

import numpy as np
import pytest

from edge.audio import wav
from edge.events import RATE, Pcm
from edge.hearing.asr import fixture
from tests.sound import SoundServer
from tests.test_daemon import DATA, Events, Running, daemon, events, notices

pytestmark = [pytest.mark.engine, pytest.mark.sound]
__all__ = ["daemon", "events", "notices"]

QUIET = np.zeros(RATE // 2, np.int16)


@contextlib.contextmanager
def air(server: SoundServer, loss: float = 0.35) -> Iterator[None]:
    """Lead the speaker's sound into the microphone, fainter, for as long as the block lasts."""
    environment = os.environ | server.env
    raw = ["--raw", "--rate=16000", "--channels=1", "--format=s16le"]
    source = subprocess.Popen(
        ["parec", "-d", "speaker.monitor", "--latency-msec=40", *raw],
        env=environment,
        stdout=subprocess.PIPE,
    )
    sink = subprocess.Popen(
        ["pacat", "--playback", "-d", "micbus", "--latency-msec=100", *raw],
        env=environment,
        stdin=subprocess.PIPE,
    )

    def lead() -> None:
        assert source.stdout is not None
        assert sink.stdin is not None
        rest = b""
        while data := os.read(source.stdout.fileno(), 4096):
            whole = len(rest + data) // 2 * 2
            pcm, rest = (rest + data)[:whole], (rest + data)[whole:]
            fainter = np.frombuffer(pcm, np.int16) * loss
            with contextlib.suppress(BrokenPipeError):
                sink.stdin.write(fainter.astype(np.int16).tobytes())
                sink.stdin.flush()

    leading = threading.Thread(target=lead)
    leading.start()
    try:
        yield
    finally:
        for process in (source, sink):
            process.terminate()
            process.wait()
        leading.join()
        for pipe in (source.stdout, sink.stdin):
            assert pipe is not None
            with contextlib.suppress(BrokenPipeError):
                pipe.close()


def spoken(*names: str) -> Pcm:
    return np.concatenate((QUIET, *(wav.read(DATA / f"{name}.flac") for name in names), QUIET))


def test_it_does_not_interrupt_itself_and_whoever_speaks_into_it_does(
    sound_server: SoundServer, daemon: Running, events: Events
) -> None:
    with air(sound_server):
        sound_server.play(np.concatenate((spoken("alexa"), fixture())))
        first = events.until("turn")
        # Under load the sound server loses sound, and the canceller its place: it may hesitate.
        assert first["heard"] == first["reply"]
        sound_server.play(spoken("alexa", "help"))  # which takes a long time to answer
        events.until("speaking")
        time.sleep(1)
        sound_server.play(spoken("lights"))
        cut = events.until("turn")
        assert cut["reply"].startswith(cut["heard"])
        assert len(cut["heard"]) < len(cut["reply"])
        assert events.until("turn")["reply"] == "Turned on the Kitchen Lights."
