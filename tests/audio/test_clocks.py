import numpy as np
import pytest

from edge.audio.clocks import Drift
from edge.events import RATE

FRAME = 320


def fed(drift: Drift, ppm: float, seconds: float, *, jitter: float = 32, begin: float = 0) -> Drift:
    """Stamps of every frame, early or late by so many samples (32 are 2 ms)."""
    rng = np.random.default_rng(1)
    for at in range(int(begin * RATE), int((begin + seconds) * RATE), FRAME):
        drift(at, 5000 + round(at * ppm / 1e6 + rng.normal(0, jitter)))
    return drift


@pytest.mark.parametrize("ppm", [-120, 0, 35])
def test_after_a_minute_it_is_known_how_fast_clocks_part(ppm: float) -> None:
    assert fed(Drift(), ppm, 60).rate * 1e6 == pytest.approx(ppm, abs=8)


def test_before_that_nothing_is_said() -> None:
    assert fed(Drift(), 100, 15).rate == 0


def test_what_wanders_is_no_rate() -> None:
    assert fed(Drift(), 100, 60, jitter=2000).rate == 0


def test_lost_sound_is_no_drift() -> None:
    drift = fed(Drift(), 50, 60)
    known = drift.rate
    for at in range(60 * RATE, 62 * RATE + FRAME, FRAME):
        drift(at, 9000)
    assert drift.rate == pytest.approx(known, abs=8e-6)
    assert fed(drift, 50, 80, begin=70).rate * 1e6 == pytest.approx(50, abs=8)


def test_no_two_crystals_are_further_apart() -> None:
    assert fed(Drift(), 2000, 60).rate == 0


def test_a_count_that_begins_anew_is_followed_anew() -> None:
    drift = fed(Drift(), 50, 60, begin=100)
    assert fed(drift, -50, 80).rate * 1e6 == pytest.approx(-50, abs=8)
