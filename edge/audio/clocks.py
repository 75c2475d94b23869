"""By how much one device's clock runs faster than another's, from where their counts stand.

A microphone and a loudspeaker on two cards part by 20 to 200 samples in a million. That is a
hundredth of a second in minutes, and an adaptive filter that has to run after it takes 18 dB of an
echo away at 50 in a million where it took 36 (docs/adr/0008-echo.md). The stamps of single frames
are a few milliseconds early or late; over a minute that no longer matters.
"""

from collections import deque

import numpy as np

from edge.events import RATE

_SPAN = 2 * RATE
"""Samples whose stamps make one point: their median counts."""
_POINTS = 300
"""Ten minutes."""
_ENOUGH = 10
_JUMP = RATE // 200
"""Counts that stand so much otherwise from one point to the next have lost sound: 5 ms."""
_SURE = 8e-6
"""A rate is believed when it is known this well (its standard error): a filter follows the rest."""
_MOST = 1e-3
"""No two crystals are further apart."""


class Drift:
    """Follows how two counts of samples part."""

    def __init__(self) -> None:
        self.rate = 0.0
        """By how many samples they part a sample; 0 until that is known."""
        self._stamps: list[int] = []
        self._points: deque[tuple[float, float]] = deque(maxlen=_POINTS)
        self._begin = 0

    def __call__(self, sample: int, offset: int) -> None:
        """At a sample of the first the second stands `offset` samples further."""
        if not self._stamps:
            self._begin = sample
        self._stamps.append(offset)
        if 0 <= sample - self._begin < _SPAN:
            return
        self._point((self._begin + sample) / 2, float(np.median(self._stamps)))
        self._stamps.clear()

    def _point(self, sample: float, offset: float) -> None:
        if self._points:
            before, stood = self._points[-1]
            if sample <= before or abs(offset - stood) > _JUMP:
                self._points.clear()
        self._points.append((sample, offset))
        if len(self._points) < _ENOUGH:
            return
        at, stands = np.array(self._points).T
        at = at - at.mean()
        spread = float(np.square(at).sum())
        rate = float(at @ (stands - stands.mean())) / spread
        left = stands - stands.mean() - rate * at
        error = float(np.sqrt(np.square(left).sum() / (len(at) - 2) / spread))
        if error < _SURE and abs(rate) < _MOST:
            self.rate = rate
