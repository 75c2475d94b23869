import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge.hearing.evidence import Floats, features, odds, weighed

STATE = 256


def told(voice: float) -> Floats:
    return np.concatenate(([voice], np.zeros(STATE)), dtype=np.float32)


def weights(by_db: float, by_voice: float, bias: float) -> Floats:
    return np.concatenate(([by_db, by_voice], np.zeros(STATE), [bias]), dtype=np.float32)


@given(st.floats(0, 1), st.floats(-100, 0))
def test_what_is_not_louder_than_what_may_be_left_speaks_against(voice: float, db: float) -> None:
    assert odds(db, told(voice)) < -1


@given(st.floats(0, 1), st.floats(-200, 200))
def test_no_step_says_more_than_three_either_way(voice: float, db: float) -> None:
    assert -3 <= odds(db, told(voice)) <= 3


def test_a_step_is_weighed_by_level_and_voice() -> None:
    assert weighed(10, told(0.5), weights(0.1, 1, -0.5)) == pytest.approx(0.5)
    assert weighed(10, told(0.8), weights(0, 1, 0)) == pytest.approx(np.log(4))
    assert weighed(10, told(0.5), weights(0, 0, 9)) == 3


def test_no_voice_is_ever_certain_and_no_level_counts_beyond_all() -> None:
    assert np.isfinite(features(500, told(0))).all()
    assert np.array_equal(features(500, told(1)), features(20, told(1)))


def test_what_the_voice_detector_remembers_is_weighed_too() -> None:
    by_state = np.concatenate((np.zeros(2), np.full(STATE, 0.01), [0]), dtype=np.float32)
    assert weighed(10, np.ones(STATE + 1, np.float32), by_state) == pytest.approx(2.56, abs=0.01)
