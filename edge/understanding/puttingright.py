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
from edge.understanding.wordset import word_set

_ADD = ("at", "ad", "had")
_TIMER = (("time",), ("the", "time"), ("my", "time"), ("timers",), ("time", "her"), ("time", "or"))
_ALIKE = 70.0
"""Likeness in sound, of 100, from which a word is taken for the one that is missing in a name."""
_DIGITS = {str(value): word for word, value in UNITS.items()}


def put_right(words: Sequence[str], index: NameIndex) -> list[str]:
    """The words with these mistakes undone."""
    words = _asked(_added(_phrased(list(words))))
    return _names(_floors(_timed(_timer_of(words))), index)


def _phrased(words: list[str]) -> list[str]:
    """Words in a row that are always others: "timer main pizza", "roll advice"."""
    for heard, meant in _PHRASES:
        size = len(heard)
        for i in range(len(words) - size + 1):
            if tuple(words[i : i + size]) == heard:
                words = [*words[:i], *meant, *words[i + size :]]
                break
    begins = next((x for x in _BEGINNINGS if tuple(words[: len(x[0])]) == x[0]), None)
    return [*begins[1], *words[len(begins[0]) :]] if begins else words


_PHRASES: tuple[tuple[tuple[str, ...], tuple[str, ...]], ...] = (
    (("timer", "main"), ("timer", "named")),
    (("time", "renamed"), ("timer", "named")),
    (("not", "please", "edit"), ("not", "please", "add", "it")),
    (("roll", "advice"), ("roll", "a", "dice")),
    (("hall", "we"), ("hallway",)),
)
_BEGINNINGS: tuple[tuple[tuple[str, ...], tuple[str, ...]], ...] = (
    (("or", "the", "volume"), ("lower", "the", "volume")),
    (("set", "a", "long"), ("set", "an", "alarm")),
)


def _floors(words: list[str]) -> list[str]:
    """ "First for fans": the fans of the first floor."""
    for i in range(len(words) - 2):
        counted = words[i] in ("first", "second", "third", "ground")
        if counted and words[i + 1] in ("for", "four", "door") and words[i + 2] in KIND_WORDS:
            return [*words[: i + 1], "floor", *words[i + 2 :]]
    return words


def _added(words: list[str]) -> list[str]:
    """ "At one hour to time": a length that is added to a timer."""
    length = duration(words, 1) if words and words[0] in _ADD else None
    if length is None or words[length[1] : length[1] + 1] != ["to"]:
        return words
    rest = words[length[1] + 1 :]
    timer = ["the", "timer"] if tuple(rest) in _TIMER else rest
    return ["add", *words[1 : length[1]], "to", *timer] if "timer" in timer else words


def _asked(words: list[str]) -> list[str]:
    """ "Our eggs on my list", "or any doors in lock": a question that "are" begins."""
    listed = words[:1] == ["our"] and words[-1:] == ["list"] and "on" in words
    stated = words[1:2] in _ASKED_OF and bool(_STATED & set(words[-1:]))
    if words[:1] in _ARE and (listed or stated):
        words = ["are", *words[1:]]
    if words[:1] not in (["are"], ["is"]) or not _LOCKED & set(words):
        return words
    if words[-2:-1] in (["in"], ["on"], ["and"]) and words[-1] in ("lock", "luck"):
        return [*words[:-2], "unlocked"]
    return [*words[:-1], "locked"] if words[-1:] in _AS_LOCKED else words


def _timer_of(words: list[str]) -> list[str]:
    """ "Pause time were in the kitchen", "increase time or main pizza": a timer."""
    if words[:1] in (["add"], ["remove"]) and (length := duration(words, 1)) is not None:
        rest = words[length[1] :]
        if rest[:2] in (["to", "time"], ["from", "time"]):
            rest = rest[4:] if rest[2:4] == ["we", "are"] else rest[2:]
            return [*words[: length[1]], words[length[1]], "timer", *rest]
    if words[:1] not in _TO_TIMERS or words[1:2] != ["time"] or words[2:3] not in _ER:
        return words
    named = ["named", *words[4:]] if words[3:4] in (["main"], ["name"]) else words[3:]
    return [words[0], "timer", *named]


_ARE = (["our"], ["or"], ["hour"], ["ah"])
_ASKED_OF = (["any"], ["all"], ["there"], ["the"])
_STATED = word_set("on off open closed shut locked unlocked lock lot")
_LOCKED = word_set("door doors lock locks gate gates")
_AS_LOCKED = (["lot"], ["lock"], ["log"], ["luck"], ["look"])
_TO_TIMERS = tuple([verb] for verb in ("pause", "resume", "cancel", "stop", "increase", "decrease"))
_ER = (["were"], ["or"], ["our"], ["are"], ["her"])


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
