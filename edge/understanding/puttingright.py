"""Words that the recogniser regularly writes for others, where only the other makes sense. Pure.

"At five minutes to time" is "add five minutes to the timer"; in a home with a first floor, "the
first four lights" are the lights there. What is merely likely is left to the second look, which
holds it against the sound (`misheard`).
"""

from collections.abc import Sequence

from rapidfuzz import fuzz

from edge.understanding.durations import duration
from edge.understanding.lexicon import STOP
from edge.understanding.names import KIND_WORDS, ROOMS, NameIndex, sound
from edge.understanding.numbers import UNITS

_ADD = ("at", "ad", "had")
_TIMER = (("time",), ("the", "time"), ("my", "time"), ("timers",), ("time", "her"), ("time", "or"))
_ALIKE = 70.0
"""Likeness in sound, of 100, from which a word is taken for the one that is missing in a name."""
_DIGITS = {str(value): word for word, value in UNITS.items()}


def put_right(words: Sequence[str], index: NameIndex) -> list[str]:
    """The words with these mistakes undone."""
    return _names(_timed(_added(list(words))), index)


def _added(words: list[str]) -> list[str]:
    """ "At one hour to time": a length that is added to a timer."""
    length = duration(words, 1) if words and words[0] in _ADD else None
    if length is None or words[length[1] : length[1] + 1] != ["to"]:
        return words
    rest = words[length[1] + 1 :]
    timer = ["the", "timer"] if tuple(rest) in _TIMER else rest
    return ["add", *words[1 : length[1]], "to", *timer] if "timer" in timer else words


def _timed(words: list[str]) -> list[str]:
    """ "Set of time for ten minutes": a timer, where a length follows."""
    at = words.index("time") if words[:1] in (["set"], ["start"]) and "time" in words[1:4] else 0
    led = words[at + 1 : at + 2] in (["for"], ["of"], ["off"], ["to"])
    if not at or not led or duration(words, at + 2) is None:
        return words
    return [*words[:at], "timer", *words[at + 1 :]]


def _names(words: list[str], index: NameIndex) -> list[str]:
    """A name of two words of which one was written as something that sounds like it."""
    for i in range(len(words) - 1):
        if index.exact(words, i) or (i and index.exact(words, i - 1)):
            continue
        for first, second in index.pairs:
            if words[i] == first and _heard_as(words[i + 1], second, index):
                return [*words[: i + 1], second, *words[i + 2 :]]
    return words


def _heard_as(heard: str, meant: str, index: NameIndex) -> bool:
    heard = _DIGITS.get(heard, heard)
    known = heard in STOP or heard in KIND_WORDS or heard in ROOMS or heard in index.words
    if known or heard == meant or meant.isdigit():
        return False
    return fuzz.ratio(sound(heard), sound(meant)) >= _ALIKE
