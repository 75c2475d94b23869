"""Where a wake word's networks are in doubt, the recogniser reads the sound.

    odds about the threshold ─► 160 ms after their peak: log p(word | last 1.6 s) ─► odds

Whisper has learned the word from other people in other noises, so it is fooled by other sounds. It
costs a hundred times what the networks cost, and is asked about one moment a minute of talk.
"""

import logging
from collections.abc import Callable, Iterable
from concurrent.futures import CancelledError, Future
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, TypeAlias

import numpy as np

from edge.config.schema import Engine
from edge.errors import StonechatError
from edge.events import Pcm

if TYPE_CHECKING:  # whoever only listens need not load a recogniser
    from edge.hearing.asr import Recogniser

log = logging.getLogger(__name__)

Ask: TypeAlias = Callable[[Pcm, str], "Future[float]"]
"""Begins to find out how probable a text is for a sound, as a log probability."""

HEARD = 20
"""Wake word frames (80 ms) that are read: 1.6 s."""
AFTER = 2
"""Frames after the peak of the odds that are read too: the networks are sure before the end."""
EXPECTED = -10.5
"""A log probability that speaks neither for the word nor against it. Of 271 moments at which sound
without it was nearly taken for "alexa", two were above; the median was -14."""
WEIGHT = 2.0
"""Of what is above or below that. Both were chosen on half of the speakers of "alexa"; odds of what
is not the word then stayed below -1.4 in 99 minutes."""
SURELY = 4.0
"""So many log odds above the threshold the networks need nobody: below, Whisper may object. Of
what is said in noise as loud as the voice that costs one or two in a hundred."""


@dataclass(frozen=True, slots=True)
class Zone:
    """Where the odds of a word are in doubt."""

    nearly: float
    """So far below the threshold the recogniser is still asked."""
    scale: float = 1.0
    """What one of the word's log odds is worth beside one of the recogniser's."""
    expected: float = EXPECTED
    objects: bool = True
    """Whether it may object to a word that the networks have heard."""

    @property
    def sure(self) -> float:
        """So far above the threshold nobody is asked."""
        return SURELY / self.scale if self.objects else 0.0


ZONES: dict[Engine, Zone] = {
    "both": Zone(8.0),
    "openwakeword": Zone(4.0),
    "microwakeword": Zone(5.0, objects=False),
}
"""With each, 50 to 130 moments of an hour of lively talk are asked about."""
TRAINED = Zone(3.0, scale=3.0, expected=-10.0)
"""Of models that were trained here: their odds lie closer together, three between what is said and
most of what is not. 40 moments an hour for "jarvis", 230 for "computer"."""
READ = "read"
"""What a model's file is marked with if the recogniser reads its word where it was said."""


def zone_of(engine: Engine, *, trained: bool, read: bool) -> Zone:
    """Where a word's odds are in doubt; `trained`: here, by a model that is marked as `read`."""
    return replace(TRAINED, objects=read) if trained else ZONES[engine]


def log_probability(recogniser: "Recogniser", pcm: Pcm, text: str) -> float:
    """Of the least probable of a text's tokens. Raises HearingError.

    That of a word that was not said is about the same for all words (medians of -11.6 to -16);
    the average of "hey" and a name is not.
    """
    (fit,) = recogniser.score(pcm, [text])
    return fit.worst


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
    """Watches the odds of one word, and asks at each of their peaks in its zone."""

    def __init__(self, ask: Ask, word: str, zone: Zone) -> None:
        self._ask = ask
        self._text = written(word)
        self._nearly = zone.nearly
        self._weight = WEIGHT / zone.scale
        self._expected = zone.expected
        self.forget()

    def forget(self) -> None:
        """As at the start of a stream."""
        self._asked: Future[float] | None = None
        self._said = self._peak = -self._nearly
        self._waiting: int | None = None

    def __call__(self, odds: float, sound: Iterable[Pcm]) -> float | None:
        """Take the odds of a frame, less the threshold's; those of a peak that was read by now.

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
            return self._said + self._weight * (asked.result() - self._expected)
        except (StonechatError, CancelledError) as error:
            log.warning("a wake word could not be read: %s", error)
            return self._said
