from collections.abc import Callable

import numpy as np
import pytest

from edge.events import Pcm
from edge.speaking import earcons

ALL = [
    earcons.wake,
    earcons.done,
    earcons.error,
    earcons.muted,
    earcons.unmuted,
    earcons.ring,
]


@pytest.mark.parametrize("earcon", ALL)
@pytest.mark.parametrize("rate", [16_000, 22_050, 48_000])
def test_short_soft_and_without_clicks(earcon: Callable[[int], Pcm], rate: int) -> None:
    pcm = earcon(rate)
    assert pcm.dtype == np.int16
    assert pcm.ndim == 1
    assert 0.1 < len(pcm) / rate <= 2
    assert 4000 < np.abs(pcm).max() < 9000
    assert pcm[0] == pcm[-1] == 0
    # No steeper than a full tone of 6 kHz could be.
    steps = np.abs(np.diff(pcm.astype(int), prepend=0, append=0))
    assert steps.max() < np.abs(pcm).max() * 2 * np.pi * 6000 / rate
    assert steps[:8].max() < 300
    assert steps[-8:].max() < 60


@pytest.mark.parametrize("earcon", ALL)
def test_always_the_same(earcon: Callable[[int], Pcm]) -> None:
    np.testing.assert_array_equal(earcon(22_050), earcon(22_050))


def test_each_sounds_different() -> None:
    tones = {int(np.abs(np.fft.rfft(earcon(16_000), 16_000)).argmax()) for earcon in ALL}
    assert len(tones) == len(ALL)


def test_the_ring_can_follow_itself() -> None:
    ring = earcons.ring(22_050)
    assert np.abs(ring[-len(ring) // 10 :]).max() < 400  # the rest between two turns
