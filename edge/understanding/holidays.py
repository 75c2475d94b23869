"""Days that go by a name: "christmas", "easter", "the day before yesterday", "a week on friday".

Only questions about dates are read with these: "christmas" in any other sentence is a tree or a
song. Pure.
"""

import re
from collections.abc import Callable, Sequence
from datetime import date, timedelta

from edge.understanding import times
from edge.understanding.durations import duration

_DAY_S = 86_400


def _fixed(month: int, day: int) -> Callable[[int], date]:
    return lambda year: date(year, month, day)


def _nth(nth: int, weekday: int, month: int) -> Callable[[int], date]:
    """The nth such weekday of a month."""

    def found(year: int) -> date:
        first = date(year, month, 1)
        return first + timedelta(days=(weekday - first.weekday()) % 7 + 7 * (nth - 1))

    return found


def _last_monday_of_may(year: int) -> date:
    end = date(year, 5, 31)
    return end - timedelta(days=end.weekday())


def _easter(year: int, after: int = 0) -> date:
    """Easter Sunday (Anonymous Gregorian computus), or so many days after it."""
    a, (b, c) = year % 19, divmod(year, 100)
    (d, e), f = divmod(b, 4), (b + 8) // 25
    h = (19 * a + b - d - (b - f + 1) // 3 + 15) % 30
    i, k = divmod(c, 4)
    rest = (32 + 2 * e + 2 * i - h - k) % 7
    m = (a + 11 * h + 22 * rest) // 451
    month, day = divmod(h + rest - 7 * m + 114, 31)
    return date(year, month, day + 1) + timedelta(days=after)


_HOLIDAYS: dict[str, Callable[[int], date]] = {
    "christmas eve": _fixed(12, 24), "christmas day": _fixed(12, 25), "christmas": _fixed(12, 25),
    "xmas": _fixed(12, 25), "boxing day": _fixed(12, 26),
    "new year eve": _fixed(12, 31), "new years eve": _fixed(12, 31),
    "new year day": _fixed(1, 1), "new years day": _fixed(1, 1), "new years": _fixed(1, 1),
    "new year": _fixed(1, 1), "halloween": _fixed(10, 31), "valentine day": _fixed(2, 14),
    "valentines day": _fixed(2, 14), "valentines": _fixed(2, 14),
    "saint patrick day": _fixed(3, 17), "st patrick day": _fixed(3, 17),
    "april fools day": _fixed(4, 1), "april fools": _fixed(4, 1),
    "independence day": _fixed(7, 4), "thanksgiving day": _nth(4, 3, 11),
    "thanksgiving": _nth(4, 3, 11), "labor day": _nth(1, 0, 9), "father day": _nth(3, 6, 6),
    "fathers day": _nth(3, 6, 6), "memorial day": _last_monday_of_may,
    "good friday": lambda year: _easter(year, -2), "easter sunday": _easter,
    "easter monday": lambda year: _easter(year, 1), "easter": _easter,
}  # fmt: skip
_PHRASES = tuple((tuple(name.split()), found) for name, found in _HOLIDAYS.items())


def named(words: Sequence[str], i: int, today: date) -> tuple[date, int] | None:
    """The next day of such a name at a position, and the position after it."""
    for phrase, of in _PHRASES:
        if phrase[0] == words[i] and tuple(words[i : i + len(phrase)]) == phrase:
            end = i + len(phrase)
            day = of(today.year)
            ahead = tuple(words[end : end + 2])
            if ahead == ("next", "year"):
                return of(today.year + 1), end + 2
            if ahead == ("this", "year"):
                return day, end + 2
            return (day if day >= today else of(today.year + 1)), end
    return None


def counted(words: Sequence[str], i: int, today: date) -> tuple[date, int] | None:
    """ "Three days ago", "yesterday", "a week from friday", "ten days from today"."""
    if tuple(words[i : i + 3]) == ("day", "before", "yesterday"):
        return today - timedelta(days=2), i + 3
    if words[i] in ("yesterday", "yesterdays"):
        return today - timedelta(days=1), i + 1
    length = duration(words, i)
    if length is None or length[0] % _DAY_S:
        return None
    days, at = timedelta(seconds=length[0]), length[1]
    if tuple(words[at : at + 1]) == ("ago",):
        return today - days, at + 1
    if at < len(words) and words[at] in ("from", "after", "on"):
        base = times.day(words, at + 1)
        if base is not None:
            return times.on_day(base[0], today) + days, base[1]
    return None


def found(words: Sequence[str], today: date) -> tuple[date, range] | None:
    """The first day of a sentence that goes by a name or is counted, and where it stands."""
    for i in range(len(words)):
        read = named(words, i, today) or counted(words, i, today)
        if read is not None:
            return read[0], range(i, read[1])
    return None


_QUESTIONS = tuple(
    re.compile(pattern)
    for pattern in (
        r"(on )?(what|which) (day|date|weekday|day of (the )?week) (is|was|will|does|did) (it )?"
        r"(be )?DAY( be| fall| on| land| this year| next year)*",
        r"when (is|was|will) DAY( be)?",
        r"(how (many (more )?(days|weeks|sleeps)|long|much longer)|days|weeks) "
        r"(is it |are there |are left |left |do we have |have we got |to go |now )*"
        r"(until|till|til|to|before) (it is |the |next )?DAY",
    )
)


_OPENINGS = frozenset({"what", "which", "when", "how", "days", "weeks", "on"})
_LONGEST = 16


def asks(words: Sequence[str], today: date) -> bool:
    """Whether a sentence asks for nothing but a date, or for how long it is until one."""
    if words[0] not in _OPENINGS or len(words) > _LONGEST:
        return False
    read = found(words, today) or _plain(words, today)
    if read is None:
        return False
    said = [*words[: read[1].start], "DAY", *words[read[1].stop :]]
    return any(pattern.fullmatch(" ".join(said)) for pattern in _QUESTIONS)


def _plain(words: Sequence[str], today: date) -> tuple[date, range] | None:
    for i in range(len(words)):
        read = times.day(words, i)
        if read is not None and read[0].offset is None:
            return times.on_day(read[0], today), range(i, read[1])
    return None
