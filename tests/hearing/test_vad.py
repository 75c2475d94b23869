from pathlib import Path

import numpy as np
import pytest

from edge.audio import wav
from edge.errors import HearingError
from edge.events import RATE, Pcm
from edge.hearing.vad import FRAME, SileroVad

DATA = Path(__file__).parents[1] / "data"


def speech() -> Pcm:
    return wav.read(DATA / "timer.flac")


@pytest.mark.engine
def test_speech_is_told_from_the_silence_around_it() -> None:
    found = SileroVad().probabilities(speech())
    voiced = np.flatnonzero(found > 0.5) * FRAME
    assert voiced[0] == pytest.approx(0.3 * RATE, abs=0.15 * RATE)
    assert voiced[-1] == pytest.approx(len(speech()) - RATE, abs=0.25 * RATE)
    assert found[-10:].max() < 0.1


@pytest.mark.engine
@pytest.mark.parametrize("level", [0, 10, 3000])
def test_noise_is_no_speech(level: int) -> None:
    noise = np.random.default_rng(1).normal(0, level, 2 * RATE).astype(np.int16)
    assert SileroVad().probabilities(noise).max() < 0.5


@pytest.mark.engine
def test_frame_by_frame_is_the_same_as_all_at_once() -> None:
    pcm = speech()
    one, other = SileroVad(), SileroVad()
    single = [one(pcm[start : start + FRAME]) for start in range(0, len(pcm) - FRAME + 1, FRAME)]
    halves = (pcm[: 20 * FRAME], pcm[20 * FRAME :])
    batch = np.concatenate([other.probabilities(half) for half in halves])
    assert np.array_equal(np.array(single, np.float32), batch)


@pytest.mark.engine
def test_a_reset_forgets() -> None:
    vad = SileroVad()
    first = vad.probabilities(speech())
    vad.reset()
    assert np.array_equal(vad.probabilities(speech()), first)


@pytest.mark.engine
def test_less_than_a_frame_gives_nothing_or_is_refused() -> None:
    vad = SileroVad()
    assert len(vad.probabilities(np.zeros(FRAME - 1, np.int16))) == 0
    with pytest.raises(HearingError, match="512 samples, not 511"):
        vad(np.zeros(FRAME - 1, np.int16))


@pytest.mark.engine
def test_what_is_no_louder_than_an_echo_is_none_who_speaks() -> None:
    vad = SileroVad()
    for start in range(0, RATE, FRAME):
        vad(speech()[start : start + FRAME])
    assert vad.beside(20) > 0 > vad.beside(0)


@pytest.mark.engine
def test_a_voice_in_silence_is_soon_told_and_noise_is_not() -> None:
    def told(pcm: Pcm) -> list[float]:
        vad, found = SileroVad(), []
        for start in range(0, len(pcm) - FRAME + 1, FRAME):
            vad(pcm[start : start + FRAME])
            found.append(vad.beside(20))
        return found

    noise = np.random.default_rng(1).normal(0, 300, RATE).astype(np.int16)
    assert max(told(noise)) < 1
    assert sum(each > 2 for each in told(speech())) > 20
