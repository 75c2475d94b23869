"""Wake words: openWakeWord's networks, every 80 ms, all words on one set of features.

1,280 new samples ─► mel spectrogram ─► embedding[96] ─► one small model a word ─► score
   (+ 480 old)         (last 76)          (last 16)

Where microWakeWord knows the word too, its odds are added: see `micro`. Where they are in doubt,
the recogniser may be asked: see `reading`.
"""

from collections import deque
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Protocol

import numpy as np
import numpy.typing as npt
from onnxruntime import InferenceSession

from edge import models
from edge.config.schema import Engine, Tuned, Wake
from edge.errors import HearingError
from edge.events import RATE, Pcm
from edge.hearing import micro
from edge.hearing.reading import HEARD, READ, Ask, Doubt, Zone, zone_of
from edge.runtime import session

FRAME = 1280
"""Samples a call takes: 80 ms."""

Floats = npt.NDArray[np.float32]

_OVERLAP = 480
_MEL_FRAMES = 76
_EMBEDDING = 96
_WINDOW = 16
_PRIMING = 32
SECOND = 31
"""Steps of the voice detector in a second."""
TOGETHER = 4
"""Frames within which a word's models are sure of it."""
LIMIT = 8.0
WEIGHT = 0.5
"""Of the first model's odds beside the second's. With 1 fewer were heard in noise."""
SUSPECTS = float(np.log(0.1 / 0.9))
"""Log odds that the first model must reach by itself, whatever the second one says: a second model
that knows one room took strangers' talk for the word 26 times an hour without this, twice with."""
BOTH = 2.75
"""Added to the sum of openWakeWord's and microWakeWord's odds, so that 0.5 is a good threshold."""
VOICED = 1
"""Steps of speech that are asked for where two networks listen: a chainsaw has none."""
UNVOICED = 3.5
"""Where there are fewer, two networks must be so much surer: in noise as loud as the voice the
detector misses it for one word of ten."""
BOTH_SECOND = 0.15
"""Weight of the second model where two that were trained on many people agree already. It may only
speak for the word: so who calibrated is never heard less than who did not."""
MICRO = -2.2
"""The same for microWakeWord alone: its makers' threshold for most words is 0.9."""
_SETTLED = 32
"""After so many frames of digital silence nothing of a sound before it is left in the features."""

_NO_WINDOW: Floats = np.zeros((16, 96), np.float32)
NEVER = -99.0


class WakeWord(Protocol):
    """Listens for a word that begins a turn."""

    def __call__(self, pcm: Pcm, voiced: int = SECOND) -> tuple[str, float] | None:
        """Hear one frame; the word and its score when it was said just now.

        `voiced`: how many of the last second's 31 steps were speech.
        """

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
        engine: Engine = "openwakeword",
        ask: Ask | None = None,
    ) -> None:
        known = {each.word: each for each in tuned}
        names = {_name(word): word for word in words}
        self._words: dict[str, _Word] = {}
        for name, word in names.items():
            heard_by = listeners(word, engine)
            common = Tuned(word="", threshold=threshold, frames=frames, engine=heard_by)
            if heard_by == "both":
                common = common.model_copy(update={"voiced": VOICED})
            self._words[name] = _Word(word, known.get(name, common), ask)
        engines = {word.settings.engine for word in self._words.values()}
        self._features = None if engines == {"microwakeword"} else openwakeword_features()
        small = [name for name, word in self._words.items() if word.small]
        self._micro = micro.Micro(small) if small else None
        self._cooldown = cooldown
        self._rest = 0
        self._sound: deque[Pcm] = deque(maxlen=HEARD)

    @classmethod
    def of(cls, settings: Wake, ask: Ask | None = None) -> "OpenWakeWord":
        """The words of a config, as they were tuned; `ask`: a recogniser, where they are unsure."""
        cooldown = round(settings.cooldown_s * RATE / FRAME)
        return cls(
            settings.words,
            settings.threshold,
            settings.frames,
            cooldown,
            settings.tuned,
            settings.engine,
            ask,
        )

    @property
    def scores(self) -> dict[str, float]:
        """Every word's score at the latest frame."""
        return {name: word.score for name, word in self._words.items()}

    @property
    def embeddings(self) -> Floats:
        """What the latest scores were computed from, shape [16, 96]."""
        return self._features.window if self._features else _NO_WINDOW

    def __call__(self, pcm: Pcm, voiced: int = SECOND) -> tuple[str, float] | None:
        """Hear one frame of 1,280 samples; the word and its score when it was said just now."""
        if len(pcm) != FRAME:
            raise HearingError(f"a wake word frame has {FRAME} samples, not {len(pcm)}")
        window = self._features(pcm) if self._features else _NO_WINDOW
        return self.take(window, self._micro(pcm) if self._micro else {}, voiced, pcm)

    def take(
        self,
        window: Floats,
        small: Mapping[str, float] | None = None,
        voiced: int = SECOND,
        pcm: Pcm | None = None,
    ) -> tuple[str, float] | None:
        """The same for the embeddings of the next frame, shape [16, 96].

        `small`: microWakeWord's log odds of the words that it was asked about; `pcm`: the sound
        itself, without which no recogniser is asked.
        """
        window = window[None]
        told = small or {}
        risen = [
            name
            for name, word in self._words.items()
            if word.hear(window, told.get(name, micro.LOWEST), voiced)
        ]
        if pcm is not None:
            self._sound.append(pcm)
        if self._rest:
            self._rest -= 1
            return None
        if not risen and pcm is not None:
            risen = [name for name, word in self._words.items() if word.read(self._sound)]
        if not risen:
            return None
        name = max(risen, key=lambda each: self._words[each].score)
        self._rest = self._cooldown
        for word in self._words.values():
            word.attended()
        return name, self._words[name].score

    def reset(self) -> None:
        """Forget what was heard, as at the start of a stream."""
        if self._features:
            self._features.reset()
        if self._micro:
            self._micro.reset()
        self._rest = 0
        self._sound.clear()
        for word in self._words.values():
            word.forget()


def openwakeword_features() -> Features:
    """With the networks of the manifest."""
    return Features(
        models.path("openwakeword", "melspectrogram.onnx"),
        models.path("openwakeword", "embedding_model.onnx"),
    )


def listeners(word: str, engine: Engine) -> Engine:
    """Which engines a word is heard by, of those that were asked for and know it."""
    if word.endswith(".onnx"):
        return "openwakeword"
    if word in micro.ALONE:
        return "microwakeword"
    if engine == "both" and (word not in micro.WORDS or not micro.available()):
        return "openwakeword"
    return engine


def zone(word: str, engine: Engine, model: InferenceSession | None, *, tuned: bool) -> Zone:
    """Where a recogniser is asked about a word; `tuned`: it has a second model."""
    own = word.endswith(".onnx")
    marks = model.get_modelmeta().custom_metadata_map if model is not None else {}
    trained = own or (tuned and engine == "openwakeword")
    return zone_of(engine, trained=trained, read=not own or READ in marks)


class _Word:
    """One word: its model, microWakeWord's and, where calibration trained one, a second look.

    They are sure at moments up to `TOGETHER` frames apart: openWakeWord's models before the word's
    end, the others after it. So the highest odds of the moment are added up.
    """

    def __init__(self, word: str, settings: Tuned, ask: Ask | None) -> None:
        self.settings = settings
        self.small = settings.engine != "openwakeword"
        self._model = keyword(word) if settings.engine != "microwakeword" else None
        self._second = keyword(str(settings.second)) if settings.second else None
        graph = self._model[0] if self._model else None
        doubted = zone(word, settings.engine, graph, tuned=self._second is not None)
        self._doubt = Doubt(ask, _name(word), doubted) if ask else None
        self._threshold = float(odds(settings.threshold))
        self._sure = self._threshold + (doubted.sure if ask else 0)
        self.forget()

    def forget(self) -> None:
        """As at the start of a stream."""
        self.score = 0.0
        self._streak = 0
        self._both = NEVER
        self.attended()
        self._first = deque([-LIMIT], TOGETHER)
        self._small = deque([micro.LOWEST], TOGETHER)
        self._later = deque([-LIMIT], TOGETHER)

    def hear(self, window: Floats, small: float, voiced: int) -> bool:
        """Whether the word was said just now: true at the first such frame only.

        The voice detector may find the voice a little after the word: the score waits for it.
        """
        self._small.append(small)
        if self._model is not None:
            self._first.append(float(odds(score(*self._model, window))))
        if self._second is not None:
            self._later.append(float(odds(score(*self._second, window))))
        heard = voiced >= self.settings.voiced
        self._both = both = self._judged()
        if not heard and self.settings.engine == "both":
            both, heard = both - UNVOICED, True
        self.score = float(1 / (1 + np.exp(-both))) if both > -LIMIT * 4 else 0.0
        self._streak = self._streak + 1 if heard and both >= self._sure else 0
        return self._streak == self.settings.frames

    def attended(self) -> None:
        """What was said until now is over: nobody need be asked about it."""
        if self._doubt is not None:
            self._doubt.forget()

    def read(self, sound: Iterable[Pcm]) -> bool:
        """Whether a recogniser found the word in what they are not sure of, voice or no voice."""
        if self._doubt is None:
            return False
        found = self._doubt(self._both - self._threshold, sound)
        if found is None or found < 0:
            return False
        self.score = float(1 / (1 + np.exp(-found - self._threshold)))
        return True

    def _judged(self) -> float:
        """All that was said of the last frames, as log odds."""
        if self._second is None and not self.small:
            return self._first[-1]
        if self._model is None:
            return self._small[-1] + MICRO
        second = max(self._later) if self._second is not None else None
        if not self.small:
            assert second is not None
            return float(fused(max(self._first), second))
        return float(agreed(max(self._first), max(self._small), second))


def odds(score: "float | Floats") -> Floats:
    """The log odds of scores, within ±30."""
    some = np.clip(np.asarray(score, np.float64), 1e-13, 1 - 1e-13)
    logarithm: Floats = np.log(some / (1 - some)).astype(np.float32)
    return logarithm


def fused(first: "float | Floats", second: "float | Floats") -> Floats:
    """What a word's two models say together, as log odds: the second knows person and room."""
    both = np.asarray(second) + np.clip(first, -LIMIT, LIMIT) * WEIGHT
    told: Floats = np.where(np.asarray(first) >= SUSPECTS, both, NEVER).astype(np.float32)
    return told


def agreed(
    first: "float | Floats", small: "float | Floats", second: "float | Floats | None" = None
) -> Floats:
    """What openWakeWord and microWakeWord say together, and the second model if there is one.

    Each is fooled by other sounds, so either may be sure alone only if the other does not object.
    """
    both = np.clip(first, -LIMIT, LIMIT) + np.asarray(small) + BOTH
    if second is not None:
        both = both + BOTH_SECOND * np.clip(second, 0, LIMIT)
    return np.asarray(both, np.float32)


class FakeWakeWord:
    """Hears its word at the frames it was told to (counted from 0)."""

    def __init__(self, at: Iterable[int], word: str = "alexa") -> None:
        self._at = frozenset(at)
        self._word = word
        self._frame = 0

    def __call__(self, pcm: Pcm, voiced: int = SECOND) -> tuple[str, float] | None:
        """Count a frame."""
        self._frame += 1
        return (self._word, 1.0) if self._frame - 1 in self._at else None

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
