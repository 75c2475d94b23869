"""Who gets the word: the device's classifiers first, in a task telling words; else a model.

Unsure means the concierge, whose model answers or hands over: so no request is spent on routing.
Pure, and in less than a millisecond.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

from cloud_bridge.first_words import guess
from cloud_bridge.specialists import ALL, BY_NAME, CONCIERGE
from cloud_bridge.specialists.base import Specialist

Reason: TypeAlias = Literal["device", "guess", "words", "stays", "back", "unsure"]

SURE = 0.6
"""From this probability a guess counts: on one half of SLURP it is right then in 96 of 100."""

_DOMAINS = {domain: each for each in ALL for domain in each.domains}
_GOES_ON = re.compile(r"^(?:and|also|then|what about|how about|or|yes|no|okay|ok)\b", re.I)


@dataclass(frozen=True, slots=True)
class Pick:
    """Who answers, and who gets the word back afterwards."""

    specialist: Specialist
    reason: Reason
    waiting: tuple[str, ...] = ()


def pick(text: str, domain: str = "", current: str = "", waiting: tuple[str, ...] = ()) -> Pick:
    """Choose for an utterance.

    `domain` is the device's own guess where it is sure ("timer"), else empty; `current` has the
    word; `waiting` handed over and get it back.
    """
    if domain in _DOMAINS:
        return _given(_DOMAINS[domain], "device", current, waiting)
    going_on = bool(current) and _GOES_ON.match(text.strip()) is not None
    if waiting or (current and BY_NAME[current].form):
        return _in_a_task(text, current, waiting, going_on)
    name, share = guess(text)
    if share >= SURE and not going_on:
        return Pick(BY_NAME[name], "guess")
    return Pick(BY_NAME[current], "stays") if current else Pick(CONCIERGE, "unsure")


def _in_a_task(text: str, current: str, waiting: tuple[str, ...], going_on: bool) -> Pick:
    """Choose while a task is under way: sentences are fragments now ("at eight") and mostly its."""
    known = certain(text)
    if known is not None and not (going_on and known.name != current):
        return _given(known, "words", current, waiting)
    if waiting and not going_on:
        return Pick(BY_NAME[waiting[-1]], "back", waiting[:-1])
    return Pick(BY_NAME[current], "stays", waiting)


def _given(to: Specialist, reason: Reason, current: str, waiting: tuple[str, ...]) -> Pick:
    """Hand over; one whose task goes on gets the word back."""
    left = tuple(name for name in waiting if name != to.name)
    if current and current != to.name and BY_NAME[current].form:
        left = (*left, current)
    return Pick(to, reason, left)


def certain(text: str) -> Specialist | None:
    """The specialist that the words of an utterance name beyond doubt; None where none is."""
    scores = _scores(text)
    best, second, *_ = sorted(ALL, key=lambda each: -scores[each.name])
    enough = scores[best.name] > 1 and scores[best.name] > scores[second.name]
    return best if enough else None


def _scores(text: str) -> Mapping[str, int]:
    """What speaks for each specialist: two points a word, one more for a phrase, one for hints."""
    line = f" {' '.join(re.findall(r'[a-z0-9]+', text.lower().replace(chr(39) + 's', ' s')))} "
    return {
        each.name: sum(3 if " " in phrase else 2 for phrase in _said(_WORDS[each.name], line))
        + bool(_said(_HINTS[each.name], line))
        for each in ALL
    }


def _said(phrases: Sequence[str], line: str) -> list[str]:
    return [phrase for phrase in phrases if f" {phrase} " in line]


def _phrases(text: str) -> tuple[str, ...]:
    return tuple(phrase.strip().replace("'", " ") for phrase in text.split(",") if phrase.strip())


_WORDS = {each.name: _phrases(each.words) for each in ALL}
_HINTS = {each.name: _phrases(each.hints) for each in ALL}
