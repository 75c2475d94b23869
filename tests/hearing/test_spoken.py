"""Speech, and what is none, by the recogniser's states."""

import numpy as np
import pytest

from edge.calibration.rooms import noise
from edge.events import RATE
from edge.hearing.asr import WhisperRecogniser, fixture
from edge.hearing.spoken import Spoken, mean_state, spoken


def test_the_states_of_the_padding_do_not_count() -> None:
    states = np.concatenate((np.ones((1, 10, 4)), np.full((1, 40, 4), 9)), axis=1)
    assert mean_state(states.astype(np.float32), 20) == pytest.approx(np.ones(4))


def test_the_last_weight_is_the_bias() -> None:
    assert Spoken(np.array([2, -1, 0.5], np.float32)).odds(
        np.array([1, 3], np.float32)
    ) == pytest.approx(-0.5)


def test_a_model_that_nothing_was_fitted_for_cannot_tell() -> None:
    assert spoken("large-v3") is None


@pytest.mark.engine
@pytest.mark.parametrize("model", ["tiny.en", "base"])
def test_speech_is_told_from_noises_of_the_house(model: str) -> None:
    recogniser = WhisperRecogniser(model)
    said = recogniser.transcribe(fixture()[: 2 * RATE], final=True).spoken
    faint = recogniser.transcribe(fixture()[: 2 * RATE] // 30, final=True).spoken
    assert said is not None
    assert faint is not None
    assert min(said, faint) > 0
    rng = np.random.default_rng(5)
    for kind in ("white", "clatter", "music", "fan"):
        told = recogniser.transcribe(noise(kind, RATE, rng), final=True).spoken
        assert told is not None
        assert told < 0, kind
