"""Made-up speech that the fakes can read: a word is a run of samples of one magnitude.

`Talker` writes a conversation as samples; `Reader` recognises it, `Voiced` is its voice
detector, `Woken` its wake word. So the whole assistant runs without a model, and what it
understands at any moment is exactly what had been said until then.
"""

from collections.abc import Sequence

import numpy as np

from edge.events import RATE, Frame, Pcm, Transcript
from edge.hearing.whisper import Fit

BLOCK = 320
_BASE = 4000
_WAKE = 3000
_COUGH = 2000
_WORD_MS = 256


class Talker:
    """Writes speech."""

    def __init__(self) -> None:
        self.words: list[str] = []
        self._parts: list[Pcm] = []

    def wake(self) -> "Talker":
        """Say the wake word."""
        return self._sound(_WAKE, 320)

    def say(self, text: str) -> "Talker":
        """Say words, without a pause between them."""
        for word in text.split():
            self.words.append(word)
            self._sound(_BASE + len(self.words), _WORD_MS)
        return self

    def cough(self, ms: int = 300) -> "Talker":
        """Make a sound like a voice, without a word."""
        return self._sound(_COUGH, ms)

    def pause(self, ms: int) -> "Talker":
        """Say nothing."""
        return self._sound(0, ms)

    def frames(self) -> list[Frame]:
        """All of it as frames of 20 ms."""
        pcm = np.concatenate(self._parts)
        pcm = np.pad(pcm, (0, -len(pcm) % BLOCK))
        return [
            Frame(pcm[start : start + BLOCK], start, start / RATE)
            for start in range(0, len(pcm), BLOCK)
        ]

    def _sound(self, magnitude: int, ms: int) -> "Talker":
        samples = np.full(ms * RATE // 1000, magnitude, np.int16)
        samples[1::2] *= -1
        self._parts.append(samples)
        return self


class Reader:
    """Recognises what a Talker wrote."""

    def __init__(self, talker: Talker) -> None:
        self._talker = talker

    def transcribe(
        self,
        pcm: Pcm,
        *,
        final: bool,
        voiced_ms: int | None = None,
        lead: str = "",
    ) -> Transcript:
        """The words whose sound is there for the most part."""
        found = np.bincount(np.abs(pcm.astype(int)), minlength=_BASE + 1)[_BASE + 1 :]
        enough = _WORD_MS * RATE // 2000
        text = " ".join(self._talker.words[n] for n, count in enumerate(found) if count > enough)
        return Transcript(text, final)

    def score(self, pcm: Pcm, sentences: Sequence[str], lead: str = "") -> list[Fit]:
        """What it reads is all there is."""
        return [Fit(-10.0, -10.0, -10.0) for _ in sentences]

    def warm(self) -> None:
        """Nothing to do."""


class Voiced:
    """Says that loud is voice."""

    def __init__(self) -> None:
        self._voice = False

    def __call__(self, pcm: Pcm) -> float:
        """Voice when at least half of the step sounds."""
        self._voice = bool(np.count_nonzero(pcm) > len(pcm) / 2)
        return 0.95 if self._voice else 0.02

    def beside(self, over_db: float) -> float:
        """As sure as a clear voice makes it, where it stands out."""
        return 3.0 if self._voice and over_db > 0 else -1.5

    def reset(self) -> None:
        """Nothing to forget."""


class Woken:
    """Hears the wake word's own magnitude, once a word."""

    def __init__(self) -> None:
        self._steps = 0

    def __call__(self, pcm: Pcm, voiced: int = 31) -> tuple[str, float] | None:
        """The word, in the third step that is full of it."""
        full = np.count_nonzero(np.abs(pcm) == _WAKE) == len(pcm)
        self._steps = self._steps + 1 if full else 0
        return ("alexa", 0.9) if self._steps == 3 else None

    def reset(self) -> None:
        """Nothing to forget."""


def texts(events: Sequence[object], name: str) -> list[str]:
    """The `text` of all events of a name."""
    return [event.data["text"] for event in events if event.event == name]  # type: ignore[attr-defined]
