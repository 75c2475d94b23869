"""Sound as a wake word's model sees it: windows of embeddings, and a file of many."""

import importlib.resources
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from edge.errors import HearingError
from edge.events import RATE, Pcm
from edge.hearing import micro
from edge.hearing.vad import FRAME as STEP
from edge.hearing.vad import SileroVad
from edge.hearing.wake import FRAME, openwakeword_features

Embeddings: TypeAlias = npt.NDArray[np.float32]
"""One embedding every 80 ms, shape [frames, 96]."""
Windows: TypeAlias = npt.NDArray[np.float32]
"""What a wake word's model takes for each frame, shape [frames, 16, 96]."""

PER_HOUR = 3600 * RATE / FRAME
"""Frames in an hour."""
_SPAN = 16
_SMALL = "small_"
_FINE = 16.0
"""Steps of log odds, which lie within ±7."""
_SCALE = 4.0
"""Embeddings lie between −26 and 26 or so; a quarter is finer than what noise does to them."""


class Embedder:
    """Makes embeddings of whole recordings, each as if it followed a silence."""

    def __init__(self) -> None:
        self._features = openwakeword_features()

    def __call__(self, pcm: Pcm) -> Embeddings:
        """The embedding at the end of each whole frame, and the 15 of the silence before."""
        self._features.reset()
        before = self._features.window[1:]
        frames = [
            self._features(pcm[start : start + FRAME])[-1]
            for start in range(0, len(pcm) - FRAME + 1, FRAME)
        ]
        return np.stack((*before, *frames))


def windows(embeddings: Embeddings) -> Windows:
    """The window that ends at each frame; the first 15 embeddings are only looked back at."""
    if len(embeddings) < _SPAN:
        return np.zeros((0, _SPAN, embeddings.shape[1]), np.float32)
    return np.lib.stride_tricks.sliding_window_view(embeddings, _SPAN, axis=0).swapaxes(1, 2)


Floats: TypeAlias = npt.NDArray[np.float32]
Counts: TypeAlias = npt.NDArray[np.uint8]


@dataclass(frozen=True, slots=True)
class Sound:
    """A recording as the detectors take it, frame by frame."""

    windows: Windows
    voiced: Counts
    """How many of the 31 steps before each frame's end are speech."""
    small: Floats
    """What microWakeWord says of the word: log odds; the lowest where it does not know it."""
    pcm: Pcm | None = None
    """The sound itself, if it is at hand: a recogniser may be asked about it."""

    @classmethod
    def unheard(cls, some: Windows) -> "Sound":
        """One of which only the embeddings are known."""
        count = len(some)
        lowest = np.full(count, micro.LOWEST, np.float32)
        return cls(some, np.full(count, RATE // STEP, np.uint8), lowest)


class Listener:
    """Hears whole recordings as all detectors do; `words`: what microWakeWord is asked about."""

    def __init__(self, *words: str) -> None:
        self._embed, self._voice = Embedder(), SileroVad()
        known = [word for word in words if word in micro.WORDS] if micro.available() else []
        self._words = words
        self._micro = micro.Micro(known) if known else None

    def __call__(self, pcm: Pcm) -> Sound:
        """What is heard of the first of the words."""
        embeddings, voiced, small = self.all(pcm)
        found = windows(embeddings)
        said = small.get(self._words[0]) if self._words else None
        lowest = np.full(len(found), micro.LOWEST, np.float32)
        return Sound(found, voiced, lowest if said is None else said, pcm)

    def all(self, pcm: Pcm) -> tuple[Embeddings, Counts, dict[str, Floats]]:
        """Embeddings, speech, and what microWakeWord says of each word that it knows."""
        embeddings = self._embed(pcm)
        count = len(embeddings) - _SPAN + 1
        self._voice.reset()
        voiced = _spoken(self._voice.probabilities(pcm), count)
        if self._micro is None:
            return embeddings, voiced, {}
        self._micro.reset()
        told = [self._micro(pcm[at * FRAME : (at + 1) * FRAME]) for at in range(count)]
        names = told[0] if told else {}
        small = {name: np.array([each[name] for each in told], np.float32) for name in names}
        return embeddings, voiced, small


def _spoken(probabilities: Floats, count: int) -> Counts:
    """Steps of speech in the second before the end of each frame."""
    total = np.concatenate(([0], np.cumsum(probabilities >= 0.5)))
    ends = np.minimum((np.arange(count) + 1) * FRAME // STEP, len(probabilities))
    starts = np.maximum(0, ends - RATE // STEP)
    return np.asarray(total[ends] - total[starts], np.uint8)


@dataclass(frozen=True, slots=True)
class Negatives:
    """Stretches of sound without a wake word."""

    stretches: tuple[Embeddings, ...]
    sources: tuple[str, ...] = ()
    """The public recordings among them, as the corpus names them: no test may use these."""
    voiced: tuple[Counts, ...] = ()
    small: Mapping[str, tuple[Floats, ...]] = field(default_factory=dict)

    @classmethod
    def shipped(cls) -> "Negatives":
        """What `scripts/make-wake-negatives` made (see models/not-wake-words.md)."""
        file = importlib.resources.files("edge.data") / "not_wake_words.npz"
        with importlib.resources.as_file(file) as path:
            return cls.load(path)

    @classmethod
    def load(cls, path: Path) -> "Negatives":
        """Read what `save` wrote. Raises HearingError."""
        try:
            with np.load(path) as held:
                rows, ends, sources = held["rows"], held["ends"], held["sources"].tolist()
                frames = np.cumsum(np.diff(ends, prepend=0) - _SPAN + 1)[:-1]
                voiced = np.split(held["voiced"], frames)
                small = {
                    name.removeprefix(_SMALL): tuple(
                        np.split(held[name].astype(np.float32) / _FINE, frames)
                    )
                    for name in held.files
                    if name.startswith(_SMALL)
                }
        except (OSError, ValueError, KeyError) as error:
            raise HearingError(f"{path}: no features that can be read: {error}") from None
        parts = np.split(rows.astype(np.float32) / _SCALE, ends[:-1])
        return cls(tuple(parts), tuple(sources), tuple(voiced), small)

    def sounds(self, word: str) -> list[Sound]:
        """All of it as it is heard by one who listens for a word."""
        found = []
        for number, each in enumerate(self.stretches):
            sound = Sound.unheard(windows(each))
            said = self.small.get(word)
            voiced = self.voiced[number] if self.voiced else sound.voiced
            found.append(Sound(sound.windows, voiced, said[number] if said else sound.small))
        return found

    def parts(self, count: int) -> list[int]:
        """For each stretch, which part it belongs to; −1 for those that are self-made.

        Recordings of one source stay together: who is judged by speech of the voices and the
        microphones that it was trained on is judged too well.
        """
        folders = [source.rpartition("/")[0] for source in self.sources]
        order = sorted(set(folders))
        made = [-1] * (len(self.stretches) - len(folders))
        return [*made, *(order.index(folder) % count for folder in folders)]

    def save(self, path: Path) -> None:
        """Write all of it as 8-bit integers."""
        rows = np.concatenate(self.stretches)
        ends = np.cumsum([len(part) for part in self.stretches])
        small = {
            f"{_SMALL}{word}": np.rint(np.concatenate(each) * _FINE).astype(np.int8)
            for word, each in self.small.items()
        }
        np.savez_compressed(
            path,
            rows=np.clip(np.rint(rows * _SCALE), -127, 127).astype(np.int8),
            ends=ends,
            sources=np.array(self.sources, str),
            voiced=np.concatenate(self.voiced),
            **small,
        )

    @property
    def hours(self) -> float:
        """How long all of it is."""
        return sum(len(part) - _SPAN + 1 for part in self.stretches) / PER_HOUR
