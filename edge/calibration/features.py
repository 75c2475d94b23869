"""Sound as a wake word's model sees it: windows of embeddings, and a file of many."""

import importlib.resources
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from edge import models
from edge.errors import HearingError
from edge.events import RATE, Pcm
from edge.hearing.wake import FRAME, Features

Embeddings: TypeAlias = npt.NDArray[np.float32]
"""One embedding every 80 ms, shape [frames, 96]."""
Windows: TypeAlias = npt.NDArray[np.float32]
"""What a wake word's model takes for each frame, shape [frames, 16, 96]."""

PER_HOUR = 3600 * RATE / FRAME
"""Frames in an hour."""
_SPAN = 16
_SCALE = 4.0
"""Embeddings lie between −26 and 26 or so; a quarter is finer than what noise does to them."""


class Embedder:
    """Makes embeddings of whole recordings, each as if it followed a silence."""

    def __init__(self) -> None:
        self._features = Features(
            models.path("openwakeword", "melspectrogram.onnx"),
            models.path("openwakeword", "embedding_model.onnx"),
        )

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


@dataclass(frozen=True, slots=True)
class Negatives:
    """Stretches of sound without a wake word."""

    stretches: tuple[Embeddings, ...]
    sources: tuple[str, ...] = ()
    """The public recordings among them, as the corpus names them: no test may use these."""

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
        except (OSError, ValueError, KeyError) as error:
            raise HearingError(f"{path}: no features that can be read: {error}") from None
        parts = np.split(rows.astype(np.float32) / _SCALE, ends[:-1])
        return cls(tuple(parts), tuple(sources))

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
        small = np.clip(np.rint(rows * _SCALE), -127, 127).astype(np.int8)
        np.savez_compressed(path, rows=small, ends=ends, sources=np.array(self.sources, str))

    @property
    def hours(self) -> float:
        """How long all of it is."""
        return sum(len(part) - _SPAN + 1 for part in self.stretches) / PER_HOUR
