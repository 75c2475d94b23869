"""Sounds that woke the device, and those that nearly did: kept by consent, to be looked through.

Nothing is kept unless `[wake] keep` says how many. They stay in the state folder; the oldest go.
"""

import wave
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Self

import numpy as np

from edge.errors import StonechatError
from edge.events import RATE, Pcm
from edge.hearing.wake import FRAME, SECOND, OpenWakeWord
from edge.paths import state_dir

NEAR = 0.05
"""A score from which on a sound is worth a look, although it did not wake."""
_BEFORE_S, _AFTER_S = 2.0, 0.4
_AFTER = round(_AFTER_S * RATE / FRAME)
_LENGTH = round((_BEFORE_S + _AFTER_S) * RATE / FRAME)


@dataclass(frozen=True, slots=True)
class Kept:
    """A sound that was taken for a wake word, or nearly."""

    word: str
    score: float
    woke: bool
    file: Path

    @classmethod
    def of(cls, file: Path) -> Self:
        """From what the file is called. Raises ValueError."""
        _, _, told = file.stem.split("-", 2)
        word, score, kind = told.rsplit("-", 2)
        return cls(word, float(score), kind == "wake", file)


Put = Callable[[str, float, bool, Pcm], object]
"""Takes the word, its score, whether it woke, and the sound."""


class Witness:
    """Listens as a wake word's engine does, and hands over the sound of what (nearly) woke it."""

    def __init__(self, engine: OpenWakeWord, put: Put) -> None:
        self._engine = engine
        self._put = put
        self._frames: deque[Pcm] = deque(maxlen=_LENGTH)
        self._found: tuple[str, float, bool] | None = None
        self._left = 0

    def __call__(self, pcm: Pcm, voiced: int = SECOND) -> tuple[str, float] | None:
        """Hear one frame; the word and its score when it was said just now."""
        found = self._engine(pcm, voiced)
        self._frames.append(pcm)
        self._watch(found)
        return found

    def _watch(self, found: tuple[str, float] | None) -> None:
        word, score = max(self._engine.scores.items(), key=lambda each: each[1])
        if found:
            self._begin(*found, True)
        elif self._found is None and score >= NEAR:
            self._begin(word, score, False)
        elif self._found is not None:
            if not self._found[2] and score > self._found[1]:
                self._found = word, score, False
            self._left -= 1
            if not self._left:
                self._put(*self._found, np.concatenate(self._frames))
                self._found = None
                self._frames.clear()

    def _begin(self, word: str, score: float, woke: bool) -> None:
        self._found = word, score, woke
        self._left = _AFTER

    def reset(self) -> None:
        """Forget what was heard."""
        self._engine.reset()
        self._frames.clear()
        self._found = None


class Shelf:
    """The folder that they are kept in, the oldest first; at most `most` of them."""

    def __init__(self, most: int, folder: Path | None = None) -> None:
        self._most = most
        self._folder = folder or state_dir() / "wake" / "kept"

    def put(self, word: str, score: float, woke: bool, pcm: Pcm) -> None:
        """Keep one, and let the oldest go. Raises StonechatError."""
        stamp = datetime.now().astimezone().strftime("%Y%m%dT%H%M%S-%f")
        name = f"{stamp}-{word}-{score:.2f}-{'wake' if woke else 'near'}.wav"
        try:
            self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            part = self._folder / f".{name}.part"
            with wave.open(str(part), "wb") as out:
                out.setparams((1, 2, RATE, len(pcm), "NONE", ""))
                out.writeframes(pcm.astype("<i2").tobytes())
            part.replace(self._folder / name)
            for old in self.all()[: -self._most or None]:
                old.file.unlink(missing_ok=True)
        except OSError as error:
            raise StonechatError(f"{self._folder}: {error.strerror}") from None

    def all(self) -> list[Kept]:
        """All that are kept, the oldest first."""
        found = []
        for file in sorted(self._folder.glob("*.wav")):
            try:
                found.append(Kept.of(file))
            except ValueError:  # nothing of ours
                continue
        return found

    def clear(self) -> int:
        """Delete all of them; how many there were."""
        kept = self.all()
        for each in kept:
            each.file.unlink(missing_ok=True)
        return len(kept)
