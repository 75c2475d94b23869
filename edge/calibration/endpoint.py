"""A person's pauses → how long a silence is waited for before a sentence counts as over."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from edge.calibration.bounds import Estimate, share
from edge.config.schema import Endpoint
from edge.errors import AudioError
from edge.events import RATE, Pcm

STEP = 512
_MS = RATE / 1000
_VOICE = 0.5
_SHORTEST_MS = 150
"""Shorter gaps are stops within words, not pauses."""
_LEAST = 5
_ROOM_MS = 80
_OPEN_MS, _FRAGMENT_MS = (300, 1500), (700, 3000)
"""Between what the two settings are kept: below, everybody is cut off; above, nobody waits."""

Voices = Callable[[Pcm], npt.NDArray[np.float32]]
"""Probability of speech for each step of 512 samples."""


@dataclass(frozen=True, slots=True)
class Pauses:
    """The silences within sentences, and the settings that follow from them."""

    ms: tuple[int, ...]
    """Every pause, shortest first."""
    sentences: int

    @property
    def open_ms(self) -> int:
        """Nine pauses of ten are shorter."""
        return self._setting(90, _OPEN_MS)

    @property
    def fragment_ms(self) -> int:
        """All pauses that were seen are shorter, within reason."""
        return max(self._setting(100, _FRAGMENT_MS), self.open_ms)

    def _setting(self, percent: int, between: tuple[int, int]) -> int:
        longest = float(np.percentile(self.ms, percent)) if self.ms else 0.0
        return int(np.clip(10 * round((longest + _ROOM_MS) / 10), *between))

    def cut_off(self, wait_ms: int) -> Estimate:
        """Share of this person's sentences that such a wait would cut, were all of them open.

        Each sentence counts by its pauses as if they were independent of each other.
        """
        longer = sum(pause >= wait_ms for pause in self.ms)
        return share(min(longer, self.sentences), self.sentences)


def measure(sentences: Sequence[Pcm], voices: Voices) -> Pauses:
    """Pauses of at least 150 ms between the first and the last voice of each sentence.

    Raises AudioError where too few recordings hold a voice.
    """
    found: list[int] = []
    spoken = 0
    for pcm in sentences:
        voiced = np.flatnonzero(voices(pcm) >= _VOICE)
        spoken += len(voiced) > 2
        gaps = ((after - before - 1) * STEP / _MS for before, after in pairwise(voiced.tolist()))
        found += [round(gap) for gap in gaps if gap >= _SHORTEST_MS]
    if spoken < _LEAST:
        raise AudioError(f"speech was heard in {spoken} recordings; {_LEAST} sentences are needed")
    return Pauses(tuple(sorted(found)), spoken)


def settings(pauses: Pauses, now: Endpoint) -> dict[str, int]:
    """What to write under [endpoint]; the patience after a complete command stays as it is."""
    return {
        "open_ms": max(pauses.open_ms, now.complete_ms),
        "fragment_ms": max(pauses.fragment_ms, now.complete_ms),
    }
