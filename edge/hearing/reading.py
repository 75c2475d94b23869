"""Where a wake word's networks are in doubt, the recogniser reads the sound.

    odds that are nearly enough ─► 160 ms after their peak: log p(word | last 1.6 s) ─► odds

Whisper has learned the word from other people in other noises, so it is fooled by other sounds. It
costs a hundred times what the networks cost, and is asked about one moment a minute of talk.
"""

import logging
from collections.abc import Callable, Iterable
from concurrent.futures import CancelledError, Future
from typing import TYPE_CHECKING, TypeAlias

import numpy as np

from edge.errors import StonechatError
from edge.events import Pcm

if TYPE_CHECKING:  # whoever only listens need not load a recogniser
    from edge.hearing.asr import Recogniser

log = logging.getLogger(__name__)

Ask: TypeAlias = Callable[[Pcm, str], "Future[float]"]
"""Begins to find out how probable a text is for a sound: the log probability of its tokens."""

HEARD = 20
"""Wake word frames (80 ms) that are read: 1.6 s."""
AFTER = 2
"""Frames after the peak of the odds that are read too: the networks are sure before the end."""
EXPECTED = -10.0
"""A log probability that speaks neither for the word nor against it. Of 265 moments at which sound
without it was nearly taken for "alexa", two were above, the median was -15.5."""
WEIGHT = 2.0
"""Of what is above or below that. Both were chosen on half of the speakers of "alexa"."""
NOTHING = -99.0


def log_probability(recogniser: "Recogniser", pcm: Pcm, text: str) -> float:
    """Of a text's tokens, on average. Raises HearingError."""
    (fit,) = recogniser.score(pcm, [text])
    return fit.mean


def done(value: float) -> "Future[float]":
    """An answer that is there already."""
    future: Future[float] = Future()
    future.set_result(value)
    return future


def at_once(recogniser: "Recogniser") -> Ask:
    """Asks where nothing else is to be done meanwhile, as on recordings."""
    return lambda pcm, text: done(log_probability(recogniser, pcm, text))


def written(word: str) -> str:
    """A wake word's name as Whisper writes what is said for it."""
    return " ".join(part.capitalize() for part in word.split("_"))


class Doubt:
    """Watches the odds of one word, and asks at each peak that is nearly enough.

    `nearly`: by how much odds may miss the threshold and still be asked about.
    """

    def __init__(self, ask: Ask, word: str, nearly: float) -> None:
        self._ask = ask
        self._text = written(word)
        self._nearly = nearly
        self.forget()

    def forget(self) -> None:
        """As at the start of a stream."""
        self._asked: Future[float] | None = None
        self._said = NOTHING
        self._peak = -self._nearly
        self._waiting: int | None = None

    def __call__(self, odds: float, sound: Iterable[Pcm]) -> float | None:
        """Take the odds of a frame, less the threshold's; those of a peak that was read just now.

        `sound`: the last frames, this one included.
        """
        told = self._told()
        if odds > self._peak:
            self._peak, self._waiting = odds, 0
        elif self._waiting is not None:
            self._waiting += 1
        elif odds < -self._nearly:
            self._peak = -self._nearly
        if self._waiting is not None and self._waiting >= AFTER and self._asked is None:
            self._said, self._waiting = self._peak, None
            self._asked = self._ask(np.concatenate(list(sound)), self._text)
            told = self._told() if told is None else told
        return told

    def _told(self) -> float | None:
        if self._asked is None or not self._asked.done():
            return None
        asked, self._asked = self._asked, None
        try:
            return self._said + WEIGHT * (asked.result() - EXPECTED)
        except (StonechatError, CancelledError) as error:
            log.warning("a wake word could not be read: %s", error)
            return None
