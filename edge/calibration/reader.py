"""Whether a detector that may ask the recogniser hears a word, where its models' odds are known."""

from dataclasses import dataclass

import numpy as np

from edge.calibration.features import Sound
from edge.calibration.wordmodel import Floats
from edge.hearing.reading import HEARD, Ask, Doubt, Zone
from edge.hearing.wake import FRAME


@dataclass(frozen=True, slots=True)
class Reader:
    """One word, and where its odds are in doubt; without `ask` they never are."""

    word: str
    zone: Zone
    ask: Ask | None

    @property
    def sure(self) -> float:
        """So far above the threshold the word is heard without the recogniser."""
        return self.zone.sure if self.ask else 0.0

    def hears(self, sound: Sound, odds: Floats, surely: Floats, threshold: float) -> bool:
        """`odds`: of each frame, shape [n]; `surely`: the same, less where there is no voice."""
        if (surely >= threshold + self.sure).any():
            return True
        return self.ask is not None and self._reads(self.ask, sound, odds - threshold)

    def _reads(self, ask: Ask, sound: Sound, above: Floats) -> bool:
        if sound.pcm is None or not len(above):
            return False
        doubt = Doubt(ask, self.word, self.zone)
        frames = np.split(sound.pcm[: len(above) * FRAME], len(above))
        told = (
            doubt(float(each), frames[max(0, end - HEARD) : end])
            for end, each in enumerate(above, start=1)
        )
        return any(found is not None and found >= 0 for found in told)
