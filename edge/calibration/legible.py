"""Whether the recogniser reads a word where it was said: only then may it object to a model's wake.

"Okay nabu" it does not: of voices in rooms and noise half are less probable to it as that text
than most of what is no such word.
"""

import numpy as np

from edge.calibration.rooms import augmented
from edge.calibration.voices import Talkers
from edge.events import RATE
from edge.hearing.reading import HEARD, TRAINED, Ask, written
from edge.hearing.wake import FRAME

_VOICES = 12
_READ = 11
_AFTER = RATE // 6


def legible(word: str, ask: Ask, seed: int = 1) -> bool:
    """Whether a phrase is read of generated voices, most of them in rooms and noise."""
    talkers, rng = Talkers(), np.random.default_rng(seed)
    text = written("_".join(word.lower().split()))
    read = 0
    for _ in range(_VOICES):
        said = augmented(talkers.say(word, rng), (), rng, HEARD * FRAME, _AFTER)
        read += ask(said[-HEARD * FRAME :], text).result() > TRAINED.expected
    return read >= _READ
