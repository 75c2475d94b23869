"""Wake words: openWakeWord's networks, every 80 ms, all words on one set of features.

1,280 new samples ─► mel spectrogram ─► embedding[96] ─► one small model a word ─► score
   (+ 480 old)         (last 76)          (last 16)
"""

from collections import deque
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Protocol, TypeVar

import numpy as np
import numpy.typing as npt
from onnxruntime import InferenceSession

from edge import models
from edge.config import Tuned, Wake
from edge.errors import HearingError
from edge.events import RATE, Pcm
from edge.runtime import session

FRAME = 1280
"""Samples a call takes: 80 ms."""

Floats = npt.NDArray[np.float32]

_OVERLAP = 480
_MEL_FRAMES = 76
_EMBEDDING = 96
_WINDOW = 16
_PRIMING = 32
TOGETHER = 6
"""Frames within which a word's two models are sure of it."""
LIMIT = 8.0
WEIGHT = 0.5
"""Of the first model's odds. With 1 or with a vote of both, fewer were heard in noise."""
SUSPECTS = float(np.log(0.1 / 0.9))
"""Log odds that the first model must reach by itself, whatever the second one says: a second model
that knows one room took strangers' talk for the word 26 times an hour without this, twice with."""
_SETTLED = 32
"""After so many frames of digital silence nothing of a sound before it is left in the features."""

Some = TypeVar("Some", float, Floats)


class WakeWord(Protocol):
    """Listens for a word that begins a turn."""

    def __call__(self, pcm: Pcm) -> tuple[str, float] | None:
        """Hear one frame; the word and its score when it was said just now."""

    def voiced(self, word: str) -> int:
        """How many of the last second's 31 steps must be speech for this word to count."""

    def reset(self) -> None:
        """Forget what was heard."""


class Features:
    """What all words are recognised from: embeddings of the last 1.3 s, one every 80 ms."""

    def __init__(self, mel: Path, embedding: Path) -> None:
        self._mel_model = session(mel)
        self._embedding_model = session(embedding)
        self._embedding_input = self._embedding_model.get_inputs()[0].name
        self._clear()
        # A stream may begin with the wake word: it must find features of silence, not none at all.
        for _ in range(_PRIMING):
            self(np.zeros(FRAME, np.int16))
        self._primed = self._old, self._mel, self._window, self._silent

    def _clear(self) -> None:
        self._old: Pcm = np.zeros(_OVERLAP, np.int16)
        self._mel: Floats = np.ones((_MEL_FRAMES, 32), np.float32)
        self._window: Floats = np.zeros((_WINDOW, _EMBEDDING), np.float32)
        self._silent = 0

    @property
    def window(self) -> Floats:
        """The last embeddings, oldest first, shape [16, 96]."""
        return self._window

    def __call__(self, pcm: Pcm) -> Floats:
        """Hear 1,280 samples; the new `window`."""
        self._silent = 0 if pcm.any() else self._silent + 1
        if self._silent > _SETTLED:  # a muted microphone, a long silence in a file: no work
            return self._window
        sound = np.concatenate((self._old, pcm))
        self._old = pcm[-_OVERLAP:].copy()
        raw = self._mel_model.run(None, {"input": sound[None].astype(np.float32)})[0]
        mel = raw.reshape(-1, 32) / 10 + 2
        self._mel = np.concatenate((self._mel, mel))[-_MEL_FRAMES:]
        image = self._mel[None, :, :, None]
        embedding = self._embedding_model.run(None, {self._embedding_input: image})[0]
        self._window = np.concatenate((self._window[1:], embedding.reshape(1, _EMBEDDING)))
        return self._window

    def reset(self) -> None:
        """Back to the state of a quiet room."""
        self._old, self._mel, self._window, self._silent = self._primed


class OpenWakeWord:
    """Says when one of its words was said: `frames` frames in a row at or above `threshold`.

    A word's score stays high for a second; only its rise counts. After a word, all words are deaf
    for `cooldown` frames of 80 ms: one wake is one turn. What `tuned` says of a word goes before
    the common settings.
    """

    def __init__(
        self,
        words: Sequence[str],
        threshold: float = 0.5,
        frames: int = 1,
        cooldown: int = 25,
        tuned: Sequence[Tuned] = (),
    ) -> None:
        self._features = Features(
            models.path("openwakeword", "melspectrogram.onnx"),
            models.path("openwakeword", "embedding_model.onnx"),
        )
        common = Tuned(word="", threshold=threshold, frames=frames)
        known = {each.word: each for each in tuned}
        names = {_name(word): word for word in words}
        self._words = {name: _Word(word, known.get(name, common)) for name, word in names.items()}
        self._cooldown = cooldown
        self._rest = 0

    @classmethod
    def of(cls, settings: Wake) -> "OpenWakeWord":
        """The words of a config, as they were tuned."""
        cooldown = round(settings.cooldown_s * RATE / FRAME)
        return cls(settings.words, settings.threshold, settings.frames, cooldown, settings.tuned)

    @property
    def scores(self) -> dict[str, float]:
        """Every word's score at the latest frame."""
        return {name: word.score for name, word in self._words.items()}

    @property
    def embeddings(self) -> Floats:
        """What the latest scores were computed from, shape [16, 96]."""
        return self._features.window

    def voiced(self, word: str) -> int:
        """How many of the last second's 31 steps must be speech for this word to count."""
        return self._words[word].settings.voiced

    def __call__(self, pcm: Pcm) -> tuple[str, float] | None:
        """Hear one frame of 1,280 samples; the word and its score when it was said just now."""
        if len(pcm) != FRAME:
            raise HearingError(f"a wake word frame has {FRAME} samples, not {len(pcm)}")
        return self.take(self._features(pcm))

    def take(self, window: Floats) -> tuple[str, float] | None:
        """The same for the embeddings of the next frame, shape [16, 96]."""
        window = window[None]
        risen = [name for name, word in self._words.items() if word.hear(window)]
        if self._rest:
            self._rest -= 1
            return None
        if not risen:
            return None
        name = max(risen, key=lambda each: self._words[each].score)
        self._rest = self._cooldown
        return name, self._words[name].score

    def reset(self) -> None:
        """Forget what was heard, as at the start of a stream."""
        self._features.reset()
        self._rest = 0
        for word in self._words.values():
            word.forget()


class _Word:
    """One word: its model and, where calibration trained one, a second look.

    The two are sure at moments up to `TOGETHER` frames apart: openWakeWord's models before the
    word's end, those of Stonechat after it. So the highest odds of the moment are added up.
    """

    def __init__(self, word: str, settings: Tuned) -> None:
        self.settings = settings
        self._model = keyword(word)
        self._second = keyword(str(settings.second)) if settings.second else None
        self.forget()

    def forget(self) -> None:
        """As at the start of a stream."""
        self.score = 0.0
        self._streak = 0
        self._first_odds: deque[float] = deque([-LIMIT], TOGETHER)
        self._second_odds: deque[float] = deque([-LIMIT], TOGETHER)

    def hear(self, window: Floats) -> bool:
        """Whether the word was said just now: true at the first such frame only."""
        self.score = score(*self._model, window)
        if self._second is not None:
            self._first_odds.append(float(odds(self.score)))
            self._second_odds.append(float(odds(score(*self._second, window))))
            both = fused(max(self._first_odds), max(self._second_odds))
            suspected = max(self._first_odds) >= SUSPECTS
            self.score = float(1 / (1 + np.exp(-both))) if suspected else 0.0
        self._streak = self._streak + 1 if self.score >= self.settings.threshold else 0
        return self._streak == self.settings.frames


def odds(score: "float | Floats") -> Floats:
    """The log odds of scores, within ±30."""
    some = np.clip(np.asarray(score, np.float64), 1e-13, 1 - 1e-13)
    logarithm: Floats = np.log(some / (1 - some)).astype(np.float32)
    return logarithm


def fused(first: Some, second: Some) -> Some:
    """What a word's two models say together, as log odds: the second knows person and room."""
    limited: Some = np.clip(first, -LIMIT, LIMIT)
    return second + limited * WEIGHT


class FakeWakeWord:
    """Hears its word at the frames it was told to (counted from 0)."""

    def __init__(self, at: Iterable[int], word: str = "alexa") -> None:
        self._at = frozenset(at)
        self._word = word
        self._frame = 0

    def __call__(self, pcm: Pcm) -> tuple[str, float] | None:
        """Count a frame."""
        self._frame += 1
        return (self._word, 1.0) if self._frame - 1 in self._at else None

    def voiced(self, word: str) -> int:
        """No voice is asked for: the frames were told."""
        return 0

    def reset(self) -> None:
        """Nothing to forget: frames are counted over the whole stream."""


def score(model: InferenceSession, name: str, window: Floats) -> float:
    """What a word's model says of one window, shape [1, 16, 96]."""
    return float(model.run(None, {name: window})[0].max())


def _name(word: str) -> str:
    return Path(word).stem if word.endswith(".onnx") else word


def keyword(word: str) -> tuple[InferenceSession, str]:
    """A word's model and its input's name; `word` is in the manifest or an .onnx file."""
    file = Path(word) if word.endswith(".onnx") else models.path(word, f"{word}_v0.1.onnx")
    if not file.is_file():
        raise HearingError(f"{file}: no such wake word model")
    model = session(file)
    taken = model.get_inputs()[0]
    if taken.shape[1:] != [_WINDOW, _EMBEDDING]:
        raise HearingError(f"{file} is no wake word model that can be used: it takes {taken.shape}")
    return model, taken.name
