"""Voice activity: Silero VAD, one probability every 32 ms."""

from typing import Protocol

import numpy as np
import numpy.typing as npt

from edge import models
from edge.errors import HearingError
from edge.events import Pcm
from edge.hearing import evidence
from edge.runtime import session

FRAME = 512
"""Samples a call takes: 32 ms."""

_CONTEXT = 64
_STATE = (1, 1, 128)

Floats = npt.NDArray[np.float32]


class Vad(Protocol):
    """Tells speech from everything else."""

    def __call__(self, pcm: Pcm) -> float:
        """Hear one frame; the probability that it is speech."""

    def beside(self, over_db: float) -> float:
        """How much the last frame speaks for somebody who speaks beside an echo of which so much
        may be left: the frame stands `over_db` over that. A logarithm of odds."""

    def reset(self) -> None:
        """Forget what was heard."""


class SileroVad:
    """Silero VAD's recurrent network: what it says of a frame depends on all frames before."""

    def __init__(self) -> None:
        self._model = session(models.path("silero-vad", "silero_vad_16k_sequence.onnx"))
        self.reset()

    def reset(self) -> None:
        """Forget what was heard, as at the start of a stream."""
        self._context: Floats = np.zeros(_CONTEXT, np.float32)
        self._h: Floats = np.zeros(_STATE, np.float32)
        self._c: Floats = np.zeros(_STATE, np.float32)
        self._last = 0.0

    @property
    def told(self) -> Floats:
        """What it has of the last frame, shape [257]: its probability, and what it remembers."""
        parts = [self._last], self._h.ravel(), np.tanh(self._c).ravel()
        return np.concatenate(parts, dtype=np.float32)

    def beside(self, over_db: float) -> float:
        """How much the last frame speaks for somebody who speaks beside an echo, as odds."""
        return evidence.odds(over_db, self.told)

    def __call__(self, pcm: Pcm) -> float:
        """Hear one frame of 512 samples; the probability that it is speech."""
        if len(pcm) != FRAME:
            raise HearingError(f"a voice activity frame has {FRAME} samples, not {len(pcm)}")
        self._last = float(self.probabilities(pcm)[0])
        return self._last

    def probabilities(self, pcm: Pcm) -> Floats:
        """Hear many frames at once: one probability for each whole frame, as single calls give."""
        frames = len(pcm) // FRAME
        if not frames:
            return np.zeros(0, np.float32)
        new = np.divide(pcm[: frames * FRAME], 32768, dtype=np.float32)
        sound = np.concatenate((self._context, new))
        self._context = sound[-_CONTEXT:]
        starts = FRAME * np.arange(frames)[:, None]
        windows = sound[starts + np.arange(_CONTEXT + FRAME)]
        feed = {"input": windows, "h": self._h, "c": self._c}
        found, self._h, self._c = (
            np.asarray(each, np.float32) for each in self._model.run(None, feed)
        )
        return found
