"""How things are said: numbers, times and names as correct English that is only heard. Pure."""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta

_UNITS = ((86_400, "day"), (3_600, "hour"), (60, "minute"), (1, "second"))


def sentence(text: str) -> str:
    """Close a text as a sentence, unless it is closed (as by "p.m.")."""
    first = text[:1].upper() + text[1:]
    return first if first.endswith((".", "!", "?")) else first + "."


def join(parts: Sequence[str], word: str = "and") -> str:
    """Make an enumeration: "milk, eggs and bread"."""
    if len(parts) < 2:
        return "".join(parts)
    return f"{', '.join(parts[:-1])} {word} {parts[-1]}"


def count(number: int, noun: str) -> str:
    """Give a noun its number: "1 timer", "2 timers"."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def number(value: float, digits: int = 2) -> str:
    """Write a number as it is read aloud: "1,250", "minus 4.5", "0.33"."""
    rounded = round(float(value), digits)
    text = f"{abs(rounded):,.{digits}f}"
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return f"minus {text}" if rounded < 0 else text


def duration(seconds: float, parts: int = 3) -> str:
    """Say a length of time by its largest units: "1 hour and 5 minutes"."""
    rest, said = max(0, round(seconds)), []
    for size, unit in _UNITS:
        whole, rest = divmod(rest, size)
        if whole:
            said.append(count(whole, unit))
    return join(said[:parts]) if said else "0 seconds"


def about(seconds: float) -> str:
    """Say how much is left, as precisely as anybody wants to know it."""
    step = 1 if seconds < 600 else 60
    return duration(round(seconds / step) * step, parts=2)


def adjective(seconds: float) -> str:
    """Say a length of time in front of a noun: "5 minute", "1 hour 30 minute"."""
    rest, said = max(0, round(seconds)), []
    for size, unit in _UNITS:
        whole, rest = divmod(rest, size)
        if whole:
            said.append(f"{whole} {unit}")
    return " ".join(said) or "0 second"


def clock(at: time | datetime) -> str:
    """Say a time of day on a clock of twelve hours."""
    if (at.hour, at.minute) == (0, 0):
        return "midnight"
    if (at.hour, at.minute) == (12, 0):
        return "noon"
    minutes = f":{at.minute:02}" if at.minute else ""
    return f"{at.hour % 12 or 12}{minutes} {'a.m.' if at.hour < 12 else 'p.m.'}"


def ordinal(n: int) -> str:
    """Say a rank: "1st", "22nd", "13th"."""
    if n % 100 in (11, 12, 13):
        return f"{n}th"
    return f"{n}{ {1: 'st', 2: 'nd', 3: 'rd'}.get(n % 10, 'th') }"


def month_day(day: date) -> str:
    """Say a date without its year: "November 23rd"."""
    return f"{day:%B} {ordinal(day.day)}"


def moment(at: datetime, now: datetime) -> str:
    """Say when, seen from now: "at 5 p.m.", "tomorrow at noon", "on Friday at 7 a.m."."""
    days = (at.date() - now.date()).days
    if days == 0:
        return f"at {clock(at)}"
    if days == 1:
        return f"tomorrow at {clock(at)}"
    if days == -1:
        return f"yesterday at {clock(at)}"
    if 1 < days < 7:
        return f"on {at:%A} at {clock(at)}"
    year = f", {at.year}," if at.year != now.year and days > 300 else ""
    return f"on {month_day(at)}{year} at {clock(at)}"


def weekdays(days: Sequence[int]) -> str:
    """Say on which weekdays (0 is Monday): "every day", "on weekdays", "on Mondays"."""
    chosen = sorted(set(days))
    match chosen:
        case [0, 1, 2, 3, 4, 5, 6]:
            return "every day"
        case [0, 1, 2, 3, 4]:
            return "on weekdays"
        case [5, 6]:
            return "on weekends"
        case _:
            monday = date(2024, 1, 1)
            return "on " + join([f"{monday + timedelta(day):%A}s" for day in chosen])


def the(name: str) -> str:
    """Put the article before a name, unless it has an owner or an article already."""
    first = name.split(" ")[0].lower()
    owned = first.endswith(("'s", "s'")) or first in ("the", "my", "our", "your")
    return name if owned else f"the {name}"


def is_are(name: str) -> str:
    """Choose the verb for a device's name: "the Bed Light is", "the Kitchen Lights are"."""
    return "are" if name.endswith("s") and not name.endswith(("ss", "us")) else "is"
