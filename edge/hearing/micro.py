"""microWakeWord: a second network for some wake words, on features of its own.

160 samples ─► 40 channels, noise taken off, gain evened out ─► every third: score
                                                      (mean of the last 5)

Its front end follows the noise floor of each channel, which openWakeWord's does not: in the same
kitchen it hears what the other misses, and it is fooled by other sounds.
"""

from collections.abc import Iterable, Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt

from edge import models
from edge.errors import HearingError
from edge.events import Pcm

Slice = npt.NDArray[np.float32]
"""10 ms of sound in 40 channels, shape [1, 1, 40]."""

WORDS = ("alexa", "hey_jarvis", "hey_mycroft", "okay_nabu")
ALONE = ("okay_nabu",)
"""Words that openWakeWord does not know."""
LOWEST = -7.0
"""Log odds of a score of 0: scores are multiples of 1/256."""

_MODEL = "microwakeword"
_MEAN_OF = 5
_PRIMING = 100
"""Slices of silence before a stream: the word may begin with it."""


def available() -> bool:
    """Whether its library is installed: there is none for glibc before 2.35."""
    try:
        import pymicro_wakeword
    except (ImportError, OSError):
        return False
    return bool(pymicro_wakeword)


class Slices:
    """The features that all of its words share."""

    def __init__(self) -> None:
        from pymicro_wakeword import MicroWakeWordFeatures

        self._front = MicroWakeWordFeatures()

    def __call__(self, pcm: Pcm) -> list[Slice]:
        """Hear some samples; the slices that they complete."""
        return list(self._front.process_streaming(pcm.tobytes()))

    def reset(self) -> None:
        """Forget the sound and its noise floor."""
        self._front.reset()


class MicroWord:
    """One word's network."""

    def __init__(self, word: str) -> None:
        import pymicro_wakeword

        if word not in WORDS:
            raise HearingError(f"microWakeWord does not know {word!r}, only {', '.join(WORDS)}")
        library = Path(pymicro_wakeword.__file__).parent / "lib" / "libtensorflowlite_c.so"
        self._network = pymicro_wakeword.MicroWakeWord(
            word,
            wake_word=word,
            tflite_model=models.path(_MODEL, f"{word}.tflite"),
            probability_cutoff=0.5,
            sliding_window_size=_MEAN_OF,
            trained_languages=["en"],
            libtensorflowlite_c_path=library,
        )
        self._last = LOWEST

    def __call__(self, slices: Iterable[Slice]) -> float:
        """Hear the slices of a frame; the highest log odds among them, within ±7."""
        scores = [self._network.process_streaming_prob(each) or 0.0 for each in slices]
        if not scores:
            return self._last
        top = min(max(*scores, 1e-9), 1 - 1e-9)
        self._last = float(np.clip(np.log(top / (1 - top)), LOWEST, -LOWEST))
        return self._last

    def reset(self) -> None:
        """As at the start of a stream."""
        self._network.reset()
        self._last = LOWEST


class Micro:
    """Several words on one set of features, frame by frame."""

    def __init__(self, words: Sequence[str]) -> None:
        self._slices = Slices()
        self._words = {word: MicroWord(word) for word in words}
        self.reset()

    def __call__(self, pcm: Pcm) -> dict[str, float]:
        """Hear a frame of 80 ms; each word's log odds."""
        slices = self._slices(pcm)
        return {name: word(slices) for name, word in self._words.items()}

    def reset(self) -> None:
        """As after a second of silence."""
        self._slices.reset()
        silence = self._slices(np.zeros(160 * _PRIMING, np.int16))
        for word in self._words.values():
            word.reset()
            word(silence)
