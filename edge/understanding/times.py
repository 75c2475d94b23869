"""Points in time: clock, day, part of the day and repetition, and what they add up to.

Readers take words and a position and give a piece with the position after it. `resolve` joins
the pieces of a sentence, in whatever order they were said, with the time that it is now.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from edge.understanding.numbers import cardinal, ordinal

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
MONTHS = ("january", "february", "march", "april", "may", "june", "july", "august", "september",
          "october", "november", "december")  # fmt: skip
PARTS = {"morning": 8, "afternoon": 14, "evening": 18, "night": 20, "tonight": 20}
"""Parts of the day and the hour that stands for each when none is said."""
_NAMED = {"noon": (12, 0), "midday": (12, 0), "midnight": (0, 0)}
_SHIFTED = frozenset({"past", "after", "to", "till", "before", "of", "til"})
_HUNDREDS = frozenset(range(1000, 2400, 100))
"""Twenty-one hundred hours: nobody counts so many."""
_ROUND = frozenset({5, 10, 15, 20, 25, 30})


@dataclass(frozen=True, slots=True)
class Clock:
    """A reading of the clock; `exact` when it says which half of the day is meant."""

    hour: int
    minute: int
    exact: bool = False


@dataclass(frozen=True, slots=True)
class Day:
    """A day: days from today, a weekday (the next one), or a day of a month."""

    offset: int | None = None
    weekday: int | None = None
    month: int | None = None
    day: int | None = None


@dataclass(frozen=True, slots=True)
class Part:
    """Morning, afternoon, evening or night."""

    name: str


@dataclass(frozen=True, slots=True)
class Repeat:
    """Weekdays on which something comes back."""

    days: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class After:
    """A while from now ("in ten minutes")."""

    seconds: int


Piece = Clock | Day | Part | Repeat | After


def _at(words: Sequence[str], i: int) -> str:
    return words[i] if 0 <= i < len(words) else ""


def _meridiem(words: Sequence[str], i: int) -> tuple[str | None, int]:
    if _at(words, i) in ("am", "pm"):
        return words[i], i + 1
    if tuple(words[i : i + 2]) in (("a", "m"), ("p", "m")):
        return words[i] + "m", i + 2
    return None, i


def _with_meridiem(words: Sequence[str], i: int, hour: int, minute: int) -> tuple[Clock, int]:
    if _at(words, i) == "oclock":
        i += 1
    half, j = _meridiem(words, i)
    if half and 1 <= hour <= 12:
        return Clock(hour % 12 + (12 if half == "pm" else 0), minute, True), j
    return Clock(hour, minute, hour == 0 or hour > 12), j


def _hour(words: Sequence[str], i: int) -> tuple[int, int] | None:
    read = cardinal(words, i)
    if read is None or not float(read[0]).is_integer() or not 0 <= read[0] <= 23:
        return None
    return int(read[0]), read[1]


def _written(words: Sequence[str], i: int) -> tuple[Clock, int] | None:
    """ "7:30", and "7.30 am"."""
    word = _at(words, i)
    parts = word.split(":") if ":" in word else word.split(".")
    if len(parts) != 2 or not all(part.isdigit() for part in parts) or len(parts[1]) != 2:
        return None
    if ":" not in word and _meridiem(words, i + 1)[0] is None:
        return None
    return _on_dial(words, i, int(parts[0]), int(parts[1]))


def _compact(words: Sequence[str], i: int) -> tuple[Clock, int] | None:
    """ "730" and "7.30": how a recogniser writes "seven thirty" where only a time makes sense."""
    digits = _at(words, i).replace(".", "", 1)
    if not digits.isdigit() or len(digits) not in (3, 4):
        return None
    if digits[0] == "0" and len(digits) == 4 and int(digits[2:]) < 60:
        return Clock(int(digits[:2]), int(digits[2:]), exact=True), i + 1
    return _on_dial(words, i, int(digits[:-2]), int(digits[-2:]))


def _on_dial(words: Sequence[str], i: int, hour: int, minute: int) -> tuple[Clock, int] | None:
    return _with_meridiem(words, i + 1, hour, minute) if hour < 24 and minute < 60 else None


def _shifted(words: Sequence[str], i: int) -> tuple[Clock, int] | None:
    """ "quarter to seven", "half past six", "ten minutes past nine"."""
    j = i + 1 if _at(words, i) == "a" else i
    if _at(words, j) in ("half", "quarter"):
        minutes, j = (30 if words[j] == "half" else 15), j + 1
    else:
        read = cardinal(words, i)
        if read is None or read[0] not in _ROUND:
            return None
        minutes, j = int(read[0]), read[1]
        if _at(words, j) == "minutes":
            j += 1
    if _at(words, j) == "of" and minutes == 30:
        return None  # "half of seven" is a sum
    if _at(words, j) not in _SHIFTED:
        return _half_hour(words, i, j)
    named = _NAMED.get(_at(words, j + 1))
    hour = (named[0], j + 2) if named else _hour(words, j + 1)
    if hour is None or (named is None and not 1 <= hour[0] <= 12):
        return None
    if words[j] in ("past", "after"):
        return _with_meridiem(words, hour[1], hour[0], minutes)
    clock, end = _with_meridiem(words, hour[1], hour[0], 0)
    before = (clock.hour * 60 - minutes) % 1440
    shown = before if clock.exact or named else before % 720 or 720
    return Clock(shown // 60 or 12, shown % 60, clock.exact or named is not None), end


def _half_hour(words: Sequence[str], i: int, j: int) -> tuple[Clock, int] | None:
    """ "Half six", as the British say 6:30."""
    hour = _hour(words, j) if _at(words, i) == "half" else None
    after = _at(words, hour[1]) if hour else ""
    if hour is None or not 1 <= hour[0] <= 12 or after in _COUNTED:
        return None
    return _with_meridiem(words, hour[1], hour[0], 30)


_COUNTED = frozenset({"minutes", "seconds", "hours", "percent", "degrees", "times", "minute"})


def _spoken(words: Sequence[str], i: int) -> tuple[Clock, int] | None:
    """ "seven thirty", "six oh five", "7 pm", "eight o'clock", "7 30 am"."""
    if _at(words, i) in ("oh", "zero") and (early := _spoken(words, i + 1)) and early[0].hour < 10:
        return Clock(early[0].hour, early[0].minute, exact=True), early[1]
    sharp = cardinal(words, i)
    if sharp and sharp[0] in _HUNDREDS and _at(words, sharp[1]) == "hours":
        return Clock(int(sharp[0]) // 100, 0, exact=True), sharp[1] + 1
    hour = _hour(words, i)
    if hour is None:
        return None
    value, j = hour
    if _at(words, j) == "oclock" or _meridiem(words, j)[0]:
        return _with_meridiem(words, j, value, 0) if value > 0 else None
    if _at(words, j) == "hundred":
        return None
    if _at(words, j) in ("oh", "o") and (late := cardinal(words, j + 1)) and late[0] < 10:
        return _with_meridiem(words, late[1], value, int(late[0]))
    minute = cardinal(words, j)
    if minute is None or not 10 <= minute[0] < 60 or not float(minute[0]).is_integer():
        return None
    same_way = words[i].isdigit() == words[j].isdigit()
    if not same_way or not 1 <= value <= 23:
        return None
    return _with_meridiem(words, minute[1], value, int(minute[0]))


def clock(words: Sequence[str], i: int) -> tuple[Clock, int] | None:
    """A reading of the clock that is one by itself, without "at" before it."""
    named = _NAMED.get(_at(words, i))
    if named is None and _at(words, i) == "12" and _at(words, i + 1) in _NAMED:
        named, i = _NAMED[words[i + 1]], i + 1
    if named:
        return Clock(*named, exact=True), i + 1
    return _written(words, i) or _shifted(words, i) or _spoken(words, i)


def bare_clock(words: Sequence[str], i: int) -> tuple[Clock, int] | None:
    """A lone number where only an hour makes sense ("at 7", "for six", "at 730")."""
    compact = _compact(words, i)
    if compact is not None:
        return compact
    hour = _hour(words, i)
    return (Clock(hour[0], 0, hour[0] > 12 or hour[0] == 0), hour[1]) if hour else None


def _weekday(word: str) -> int | None:
    return WEEKDAYS.index(word) if word in WEEKDAYS else None


def _date(words: Sequence[str], i: int) -> tuple[Day, int] | None:
    """ "may 25th", "the twenty fifth of may", "25 may"."""
    if _at(words, i) in MONTHS:
        j = i + 2 if _at(words, i + 1) == "the" else i + 1
        read = ordinal(words, j) or cardinal(words, j)
        if read and 1 <= read[0] <= 31:
            return Day(month=MONTHS.index(words[i]) + 1, day=int(read[0])), read[1]
        return None
    nth = ordinal(words, i)
    read = nth or cardinal(words, i)
    if read is None or not 1 <= read[0] <= 31:
        return None
    j = read[1] + 1 if _at(words, read[1]) == "of" else read[1]
    if _at(words, j) in MONTHS:
        return Day(month=MONTHS.index(words[j]) + 1, day=int(read[0])), j + 1
    if nth and i and words[i - 1] == "the" and _at(words, i - 2) == "on":
        return Day(day=nth[0]), nth[1]
    return None


def day(words: Sequence[str], i: int) -> tuple[Day, int] | None:
    """ "today", "the day after tomorrow", "next friday", "may 25th", "in three days"."""
    if tuple(words[i : i + 3]) == ("day", "after", "tomorrow"):
        return Day(offset=2), i + 3
    word = _at(words, i)
    if word in ("today", "tonight", "tomorrow", "tomorrows", "todays"):
        return Day(offset=1 if word.startswith("tomorrow") else 0), i + 1
    if word in ("next", "this", "coming") and _weekday(_at(words, i + 1)) is not None:
        return Day(weekday=_weekday(words[i + 1])), i + 2
    if _weekday(word) is not None:
        return Day(weekday=_weekday(word)), i + 1
    return _date(words, i)


_SETS = {
    "day": WEEKDAYS, "days": WEEKDAYS, "morning": WEEKDAYS, "evening": WEEKDAYS,
    "night": WEEKDAYS, "afternoon": WEEKDAYS, "weekday": WEEKDAYS[:5], "weekend": WEEKDAYS[5:],
}  # fmt: skip


def repeat(words: Sequence[str], i: int) -> tuple[Repeat, int] | None:
    """ "every day", "weekdays", "every monday and thursday", "daily", "… except friday"."""
    read = _days_of(words, i)
    if read is None or len(read[0].days) < 3:
        return read
    at = read[1] + (_at(words, read[1]) == ",")
    if _at(words, at) not in ("except", "but", "besides", "excluding"):
        return read
    spared, j = set[str](), at + 1
    while _day_name(_at(words, j)) or _at(words, j) in ("for", "not", "on", "and", "or", ","):
        spared.add(_day_name(words[j]))
        j += 1
    left = tuple(day for day in read[0].days if day not in spared)
    return (Repeat(left), j) if left and spared - {""} else read


def _day_name(word: str) -> str:
    """The weekday that a word is, in the plural or not; empty for any other word."""
    name = word.removesuffix("s")
    return name if name in WEEKDAYS else ""


def _days_of(words: Sequence[str], i: int) -> tuple[Repeat, int] | None:
    word = _at(words, i)
    if word in ("daily", "everyday"):
        return Repeat(WEEKDAYS), i + 1
    if word in ("weekdays", "weekends"):
        return Repeat(_SETS[word[:-1]]), i + 1
    if word.endswith("days") and word[:-1] in WEEKDAYS:
        return Repeat((word[:-1],)), i + 1
    if word not in ("every", "each"):
        return None
    after = _at(words, i + 1)
    if after in _SETS:
        keep = i + 1 if after in PARTS else i + 2
        return Repeat(_SETS[after]), keep
    days: list[str] = []
    j = i + 1
    while _at(words, j) in WEEKDAYS or (days and _at(words, j) in ("and", ",")):
        if words[j] in WEEKDAYS:
            days.append(words[j])
        j += 1
    while days and words[j - 1] not in WEEKDAYS:
        j -= 1
    return (Repeat(tuple(days)), j) if days else None


def on_day(piece: Day, today: date) -> date:
    """The date that a day means, the next one where it comes again."""
    if piece.offset is not None:
        return today + timedelta(days=piece.offset)
    if piece.weekday is not None:
        return today + timedelta(days=(piece.weekday - today.weekday()) % 7)
    month, number = piece.month or today.month, piece.day or 1
    for ahead in range(24):
        year, index = divmod(today.month - 1 + ahead, 12)
        try:
            found = date(today.year + year, index + 1, number)
        except ValueError:
            continue
        if found >= today and (piece.month is None or month == index + 1):
            return found
    return today


def date_of(pieces: Sequence[Piece], now: datetime) -> date | None:
    """The day that was said, or None when none was."""
    found = next((piece for piece in pieces if isinstance(piece, Day)), None)
    return on_day(found, now.date()) if found else None


def _in_half(hour: int, part: str | None, on_a_day: bool) -> int:
    """The hour of 24 for an hour of 12, by the part of the day or by custom."""
    if part == "morning":
        return hour % 12
    if part == "night" and (hour < 5 or hour == 12):
        return hour % 12
    if part:
        return hour % 12 + 12
    return hour if not on_a_day or hour >= 6 else hour + 12


def resolve(pieces: Sequence[Piece], now: datetime) -> datetime | None:
    """The next moment that fits all pieces, to the minute; None when they name no time."""
    after = next((piece for piece in pieces if isinstance(piece, After)), None)
    reading = next((piece for piece in pieces if isinstance(piece, Clock)), None)
    part = next((piece.name for piece in pieces if isinstance(piece, Part)), None)
    when = date_of(pieces, now)
    if after is not None and reading is None:
        return _to_minute(now + timedelta(seconds=after.seconds), now)
    if reading is None and part is None:
        return None
    hour, minute = (reading.hour, reading.minute) if reading else (PARTS[part or "morning"], 0)
    exact = reading is None or reading.exact
    if not exact and (part or when):
        hour, exact = _in_half(hour, part, when is not None), True
    start = datetime.combine(when or now.date(), datetime.min.time(), now.tzinfo)
    moment = start + timedelta(hours=hour % 24, minutes=minute)
    if part == "night" and hour < 5 and reading:
        moment += timedelta(days=1)
    return _in_future(moment, now, exact, _step(pieces, when, now))


def _step(pieces: Sequence[Piece], when: date | None, now: datetime) -> timedelta | None:
    """How far a moment that is past may be moved on; None: it stands."""
    if when is None:
        return timedelta(days=1)
    weekly = any(isinstance(piece, Day) and piece.weekday is not None for piece in pieces)
    return timedelta(days=7) if weekly and when == now.date() else None


def _in_future(moment: datetime, now: datetime, exact: bool, step: timedelta | None) -> datetime:
    if moment <= now and not exact:
        moment += timedelta(hours=12)
    if moment <= now and step is not None:
        moment += step if exact else timedelta(hours=12)
    return moment


def _to_minute(moment: datetime, now: datetime) -> datetime:
    """Rounded up to a full minute, so that "in one minute" is never already past."""
    cut = moment.replace(second=0, microsecond=0)
    return cut if cut == moment else cut + timedelta(minutes=1)
