"""What a few observations say of a rate: exact bounds, and the tail beyond what was seen."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

CONFIDENCE = 0.95
_TAIL = 40
"""So many of the highest scores make the tail."""


@dataclass(frozen=True, slots=True)
class Estimate:
    """A rate, and between what it lies with 95 % confidence."""

    value: float
    low: float
    high: float

    def __str__(self) -> str:
        """`12 % (3 to 34 %)` is written by the caller: this is `0.12 (0.03 to 0.34)`."""
        return f"{self.value:.2f} ({self.low:.2f} to {self.high:.2f})"

    def percent(self) -> str:
        """The rate as people read a share."""
        return f"{self.value:.0%} ({self.low:.0%} to {self.high:.0%})"

    def as_data(self) -> dict[str, float]:
        """For `--json`."""
        return {
            "value": round(self.value, 4),
            "low": round(self.low, 4),
            "high": round(self.high, 4),
        }


def share(hits: int, trials: int) -> Estimate:
    """`hits` of `trials`, with the bounds of Clopper and Pearson (1934)."""
    from scipy.special import betaincinv

    if not trials:
        return Estimate(0.0, 0.0, 1.0)
    rest = (1 - CONFIDENCE) / 2
    low = float(betaincinv(hits, trials - hits + 1, rest)) if hits else 0.0
    high = float(betaincinv(hits + 1, trials - hits, 1 - rest)) if hits < trials else 1.0
    return Estimate(hits / trials, low, high)


def per_hour(events: int, hours: float) -> Estimate:
    """So many events in so many hours, with the bounds of Garwood (1936)."""
    from scipy.special import gammaincinv

    rest = (1 - CONFIDENCE) / 2
    low = float(gammaincinv(events, rest)) if events else 0.0
    high = float(gammaincinv(events + 1, 1 - rest))
    return Estimate(events / hours, low / hours, high / hours)


@dataclass(frozen=True, slots=True)
class Tail:
    """How the rate of high scores falls off: exponentially, beyond a score that was often seen.

    Twenty minutes of negatives cannot show a rate of one in ten hours, but they show how fast the
    scores thin out.
    """

    start: float
    rate: float
    """Scores an hour above `start`."""
    slope: float
    """By so much a score must be higher to be e times rarer."""

    @classmethod
    def of(cls, peaks: Sequence[float], hours: float, *, cautious: bool = False) -> "Tail":
        """From the highest score of each moment; `cautious`: with the slope's upper bound."""
        from scipy.special import gammaincinv

        most = _TAIL if cautious else _TAIL // 2
        count = min(most, max(2, len(peaks) // 4))
        highest = np.sort(np.asarray(peaks, float))[::-1][: count + 1]
        slope = float((highest[:-1] - highest[-1]).mean())
        if cautious:
            slope *= count / float(gammaincinv(count, 1 - CONFIDENCE))
        return cls(float(highest[-1]), count / hours, max(slope, 0.05))

    def rate_at(self, score: float) -> float:
        """How many scores an hour are above this one."""
        return self.rate * float(np.exp(-(score - self.start) / self.slope))

    def score_for(self, rate: float) -> float:
        """The score that is passed so many times an hour."""
        return self.start + self.slope * float(np.log(self.rate / rate))
