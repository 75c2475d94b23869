"""What the barge-in bench takes for the truth."""

import numpy as np
import pytest

from edge.bench.barge_in import sounded
from edge.bench.recordings import onset
from edge.events import RATE
from edge.hearing.asr import fixture
from edge.hearing.vad import SileroVad


@pytest.mark.parametrize(
    ("recognised", "words"),
    [
        ("Tomorrow in Manthread all it will", 5),
        ("Tomorrow, in Montreal, it will be mo...", 6),
        ("", 0),
    ],
)
def test_the_words_that_sounded_are_counted_in_the_sentence(recognised: str, words: int) -> None:
    assert sounded(recognised, "Tomorrow in Montreal it will be mostly cloudy.") == words


@pytest.mark.engine
@pytest.mark.parametrize("background", [0, 60])
def test_speech_begins_with_its_first_sound_not_with_the_background(background: int) -> None:
    speech = fixture()
    begin = int(np.flatnonzero(np.abs(speech) > 500)[0])
    noise = np.random.default_rng(3).normal(0, background, RATE + len(speech))
    sound = noise + np.concatenate((np.zeros(RATE), speech))
    found = onset(sound / 32768, SileroVad())
    assert found is not None
    assert abs(found - RATE - begin) < 0.06 * RATE


@pytest.mark.engine
def test_a_breath_with_a_pause_behind_it_is_not_yet_speech() -> None:
    speech = fixture()
    begin = int(np.flatnonzero(np.abs(speech) > 500)[0])
    sound = np.concatenate((np.zeros(RATE), speech[begin:].astype(float)))
    breath = np.random.default_rng(3).normal(0, 300, RATE // 10)
    sound[RATE - RATE // 4 : RATE - RATE // 4 + len(breath)] += breath
    found = onset(sound / 32768, SileroVad())
    assert found is not None
    assert abs(found - RATE) < 0.03 * RATE


@pytest.mark.engine
def test_a_click_that_runs_on_into_the_background_is_not_speech() -> None:
    speech = fixture()
    begin = int(np.flatnonzero(np.abs(speech) > 500)[0])
    noise = np.random.default_rng(3)
    sound = noise.normal(0, 20, RATE + len(speech) - begin)
    sound[RATE:] += speech[begin:]
    sound[RATE * 6 // 10 : RATE] += noise.normal(0, 800, RATE * 4 // 10)
    found = onset(sound / 32768, SileroVad())
    assert found is not None
    assert 0.7 * RATE < found <= RATE
