"""Lengths of time: "an hour and a half", "90 seconds", "two and a half minutes" → seconds."""

from collections.abc import Sequence

from edge.understanding.numbers import Read, cardinal, number

SECONDS = {
    "second": 1, "seconds": 1, "sec": 1, "secs": 1, "s": 1,
    "minute": 60, "minutes": 60, "min": 60, "mins": 60, "minuets": 60,
    "hour": 3600, "hours": 3600, "hr": 3600, "hrs": 3600, "h": 3600,
    "day": 86400, "days": 86400, "week": 604800, "weeks": 604800,
}  # fmt: skip
_SHORT = frozenset({"s", "h"})
_TIMED = frozenset({"timer", "timers", "countdown"})
"""Beside these, "in" is how "and" is misheard ("3 hours in 10 minutes"); else it says when."""


def _at(words: Sequence[str], i: int) -> str:
    return words[i] if i < len(words) else ""


def _unit(words: Sequence[str], i: int) -> int | None:
    return SECONDS.get(_at(words, i))


def _amount(words: Sequence[str], i: int) -> Read | None:
    """How many of the unit: a number, or "a" / "an" / "half an" / "a quarter of an"."""
    read = number(words, i)
    if read is not None:
        value, j = _with_tens(words, *read)
        if value < 1 and _at(words, j) == "of":
            j += 1
        if value < 1 and _at(words, j) in ("a", "an"):
            j += 1
        return value, j
    if _at(words, i) in ("a", "an"):
        return 1.0, i + 1
    return None


def _with_tens(words: Sequence[str], value: float, j: int) -> Read:
    """ "A hundred in twenty seconds", where "and" was misheard."""
    tens = number(words, j + 1) if value >= 100 and value % 100 == 0 else None
    heard = _at(words, j) in ("in", "and", "an") and tens is not None and tens[0] < 100
    return (value + tens[0], tens[1]) if heard and tens and _unit(words, tens[1]) else (value, j)


def _part(words: Sequence[str], i: int) -> tuple[float, int, int] | None:
    """One number with its unit: (seconds, position after, the unit's seconds)."""
    read = _amount(words, i)
    if read is None:
        return None
    value, j = read
    if _at(words, j) in ("more", "extra", "additional") and _unit(words, j + 1):
        j += 1
    unit = _unit(words, j)
    short = _at(words, j) in _SHORT
    if unit is None or (short and (_TIMED.isdisjoint(words) or not _at(words, i)[:1].isdigit())):
        return None  # "a pair of air max 4s"
    j += 1
    tail = _half_after(words, j)
    if tail is not None:
        value, j = value + tail[0], tail[1]
    return value * unit, j, unit


def _half_after(words: Sequence[str], i: int) -> Read | None:
    """ "… and a half", unless that half has its own unit ("an hour and half a minute")."""
    if _at(words, i) != "and":
        return None
    j = i + 2 if _at(words, i + 1) == "a" else i + 1
    share = {"half": 0.5, "quarter": 0.25}.get(_at(words, j))
    after = _at(words, j + 1)
    if share is None or after in ("a", "an", "of") or after in SECONDS:
        return None
    return share, j + 1


def duration(words: Sequence[str], i: int) -> tuple[int, int] | None:
    """A duration at position i: (seconds, position after), or None."""
    if _at(words, i) == "few" or tuple(words[i : i + 2]) == ("a", "few"):
        return None
    part = _part(words, i)
    if part is None:
        return None
    total, j, unit = part
    timed = not _TIMED.isdisjoint(words)
    while True:
        k = j
        while _at(words, k) in ("and", ",") or (_at(words, k) == "in" and timed):
            k += 1
        more = _part(words, k)
        if more is not None and more[2] < unit:
            total, j, unit = total + more[0], more[1], more[2]
            continue
        bare = cardinal(words, j) if unit in (60, 3600) else None
        if (
            bare
            and 5 <= bare[0] < 60
            and bare[0].is_integer()
            and _at(words, bare[1]) in ("", "timer")
            and k == j
        ):
            return round(total + bare[0] * unit / 60), bare[1]
        return round(total), j
