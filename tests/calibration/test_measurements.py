import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge.calibration import echo, endpoint, levels
from edge.calibration.bounds import Tail, per_hour, share
from edge.calibration.rooms import active_level, echoing, level, mixed, noise, word_end
from edge.config.schema import Endpoint
from edge.errors import AudioError
from edge.events import RATE, Pcm

RNG = np.random.default_rng(3)


def tone(seconds: float, loud: float = 6000) -> Pcm:
    time = np.arange(int(seconds * RATE)) / RATE
    return (loud * np.sin(2 * np.pi * 220 * time)).astype(np.int16)


def hiss(seconds: float, loud: float) -> Pcm:
    return RNG.normal(0, loud, int(seconds * RATE)).astype(np.int16)


# ── bounds ───────────────────────────────────────────────────────────────────────────────────


def test_bounds_are_those_of_the_tables() -> None:
    """Clopper-Pearson 0 of 10 and 9 of 10, Garwood 0 and 3 events: values of published tables."""
    assert share(0, 10).high == pytest.approx(0.3085, abs=1e-4)
    assert share(9, 10).low == pytest.approx(0.5550, abs=1e-4)
    assert per_hour(0, 1).high == pytest.approx(3.689, abs=1e-3)
    assert per_hour(3, 1).low == pytest.approx(0.6187, abs=1e-4)


@given(st.integers(0, 30), st.integers(1, 30))
def test_a_share_lies_within_its_bounds(hits: int, more: int) -> None:
    found = share(hits, hits + more)
    assert 0 <= found.low <= found.value <= found.high <= 1


def test_a_tail_tells_the_rate_beyond_what_was_seen() -> None:
    peaks = RNG.exponential(2.0, 4000)
    tail = Tail.of(list(peaks), hours=1.0)
    assert tail.score_for(0.5) == pytest.approx(2 * np.log(4000 / 0.5), rel=0.25)
    assert tail.rate_at(tail.score_for(0.5)) == pytest.approx(0.5)


# ── levels ───────────────────────────────────────────────────────────────────────────────────


def test_levels_tell_voice_from_room() -> None:
    voice = np.concatenate((hiss(1, 20), tone(1), hiss(1, 20)))
    found = levels.measure(hiss(2, 20), voice)
    assert found.noise_dbfs == pytest.approx(20 * np.log10(20 / 32768), abs=0.5)
    assert found.speech_dbfs == pytest.approx(20 * np.log10(6000 / np.sqrt(2) / 32768), abs=0.5)
    assert found.advice() == []


def test_clipping_comes_first() -> None:
    loud = np.clip(tone(2).astype(np.int32) * 9, -32768, 32767).astype(np.int16)
    assert "clips" in levels.measure(hiss(2, 20), loud).advice()[0]


def test_a_faint_voice_in_a_loud_room_gets_both_advices() -> None:
    advice = levels.measure(hiss(2, 60), tone(2, 200)).advice()
    assert ["faint" in advice[0], "above the room" in advice[1]] == [True, True]


def test_a_moment_is_too_little() -> None:
    with pytest.raises(AudioError, match="the room"):
        levels.measure(hiss(0.5, 20), tone(2))


# ── endpoint ─────────────────────────────────────────────────────────────────────────────────


def voices(pcm: Pcm) -> np.ndarray:
    steps = pcm[: len(pcm) // 512 * 512].reshape(-1, 512).astype(float)
    return (np.sqrt(np.mean(steps**2, axis=1)) > 500).astype(np.float32)


def sentence(*pauses_ms: int) -> Pcm:
    parts = [tone(0.8)]
    for pause in pauses_ms:
        parts += [np.zeros(pause * RATE // 1000, np.int16), tone(0.8)]
    return np.concatenate(parts)


def test_a_slow_speaker_is_waited_for() -> None:
    quick = endpoint.measure([sentence(200)] * 6, voices)
    slow = endpoint.measure([sentence(200, 700)] * 6, voices)
    assert quick.open_ms < slow.open_ms
    assert 700 < slow.open_ms < 900
    assert slow.cut_off(300).value == 1.0
    assert slow.cut_off(slow.open_ms).value == 0.0


def test_nobody_is_waited_for_without_end() -> None:
    found = endpoint.measure([sentence(6000)] * 6, voices)
    settings = endpoint.settings(found, Endpoint())
    assert settings == {"open_ms": 1500, "fragment_ms": 3000}
    Endpoint(**settings)


def test_silence_is_no_sentence() -> None:
    with pytest.raises(AudioError, match="5 sentences"):
        endpoint.measure([np.zeros(RATE, np.int16)] * 6, voices)


# ── echo ─────────────────────────────────────────────────────────────────────────────────────


def through(played: Pcm, delay_ms: int, gain: float, drive: float = 0.0) -> Pcm:
    sound = played / 32768
    if drive:
        sound = np.tanh(drive * sound) / drive
    wet = echoing((sound * 32767).astype(np.int16), 0.1, np.random.default_rng(1))
    late = np.pad(wet, (delay_ms * RATE // 1000, RATE))
    return (late * gain + RNG.normal(0, 5, len(late))).astype(np.int16)


def programme() -> Pcm:
    return noise("music", 6 * RATE, np.random.default_rng(4)) * 4


def test_an_echo_is_timed_and_weighed() -> None:
    played = programme()
    found = echo.measure(played, through(played, 180, 0.1), hiss(2, 5))
    assert found.delay_ms == pytest.approx(180, abs=2)
    assert found.attenuation_db == pytest.approx(20, abs=3)
    assert found.linear_db > 15
    assert found.advice() == []
    assert not found.unheard


def test_a_speaker_that_distorts_is_named() -> None:
    played = hiss(6, 9000)
    found = echo.measure(played, through(played, 60, 0.5, drive=20), hiss(2, 5))
    assert "distorts" in found.advice()[0]


def test_a_headset_is_not_heard() -> None:
    found = echo.measure(programme(), hiss(8, 5), hiss(2, 5))
    assert found.unheard


# ── rooms ────────────────────────────────────────────────────────────────────────────────────


def test_noise_is_mixed_in_at_the_ratio_to_active_speech() -> None:
    voice = np.pad(tone(1), (RATE, RATE))
    zero = np.zeros_like(voice)
    for snr in (10, 0):
        loud = level(mixed(voice, hiss(3, 100), snr)[: RATE // 2])
        assert 20 * np.log10(active_level(voice) / loud) == pytest.approx(snr, abs=0.5)
    assert np.array_equal(mixed(voice, zero, 0), voice)


def test_the_end_of_a_word_is_found_in_noise() -> None:
    clip = np.pad(tone(0.6), (RATE, RATE)) + hiss(2.6, 60)
    assert word_end(clip) == pytest.approx(1.6 * RATE, abs=0.03 * RATE)
