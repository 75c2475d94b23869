"""The virtual sound card itself: what goes in comes out."""

import threading

import numpy as np
import pytest

from edge.events import RATE, Pcm
from tests.sound import SoundServer

pytestmark = pytest.mark.sound


def tone(seconds: float) -> Pcm:
    time = np.arange(int(seconds * RATE)) / RATE
    return (8000 * np.sin(2 * np.pi * 440 * time)).astype(np.int16)


def correlates(heard: Pcm, said: Pcm) -> bool:
    """Whether `said` is in `heard`, wherever it starts."""
    product = np.correlate(heard.astype(float), said.astype(float), "valid")
    return bool(product.max() > 0.9 * np.dot(said.astype(float), said.astype(float)))


def test_a_program_hears_what_is_played_into_the_microphone(sound_server: SoundServer) -> None:
    import sounddevice

    said = tone(0.5)
    heard: list[Pcm] = []
    came = threading.Event()

    def callback(data: Pcm, frames: int, time: object, status: object) -> None:
        heard.append(data[:, 0].copy())
        if sum(map(len, heard)) > RATE:
            came.set()

    with sounddevice.InputStream(
        samplerate=RATE, channels=1, dtype="int16", latency=0.1, callback=callback
    ):
        sound_server.play(said)
        assert came.wait(30)
    assert correlates(np.concatenate(heard), said)


def test_the_recording_holds_what_a_program_plays(sound_server: SoundServer) -> None:
    import sounddevice

    said = tone(0.5)
    with sound_server.recording() as recording:
        padded = np.concatenate([said, np.zeros(RATE // 2, np.int16)])  # closing loses the end
        sounddevice.play(padded, RATE, blocking=True, latency=0.2)
        start = recording.wait_for_sound()
        recording.wait_for(start + len(said))
    assert correlates(recording.pcm, said)


def test_the_server_can_die_and_come_back(sound_server: SoundServer) -> None:
    sound_server.stop()
    sound_server.start()
    assert "speaker" in sound_server.control("list", "short", "sinks")
