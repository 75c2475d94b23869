"""Amounts and times as people say them and as the recogniser writes them, at random."""

import random
from collections.abc import Callable

from edge.understanding.times import MONTHS, WEEKDAYS
from edge.understanding.wordset import phrase_list

_SMALL = phrase_list(
    "zero, one, two, three, four, five, six, seven, eight, nine, ten, eleven, twelve, thirteen, "
    "fourteen, fifteen, sixteen, seventeen, eighteen, nineteen"
)
_TENS = [
    "zero",
    "ten",
    "twenty",
    "thirty",
    "forty",
    "fifty",
    "sixty",
    "seventy",
    "eighty",
    "ninety",
]

Rng = random.Random


def in_words(value: int) -> str:
    """A whole number below a million, as it is said."""
    if value < 20:
        return _SMALL[value]
    if value < 100:
        return _TENS[value // 10] + (f" {_SMALL[value % 10]}" if value % 10 else "")
    if value < 1000:
        rest = f" {in_words(value % 100)}" if value % 100 else ""
        return f"{_SMALL[value // 100]} hundred{rest}"
    rest = f" {in_words(value % 1000)}" if value % 1000 else ""
    return f"{in_words(value // 1000)} thousand{rest}"


def _either(rng: Rng, value: int) -> str:
    return str(value) if rng.random() < 0.5 else in_words(value)


def _number(rng: Rng) -> str:
    pick = rng.random()
    if pick < 0.1:
        return f"{rng.randint(0, 20)}.{rng.randint(1, 9)}"
    return _either(rng, rng.randint(1, 20) if pick < 0.5 else rng.randint(20, 3000))


def _duration(rng: Rng) -> str:
    pick = rng.random()
    if pick < 0.12:
        return rng.choice(phrase_list(
    "half an hour, an hour and a half, a minute, an hour, one and a half hours, two and a "
    "half minutes, a couple of minutes, quarter of an hour, three quarters of an hour"
))  # fmt: skip
    amount = rng.choice([1, 2, 3, 5, 8, 10, 12, 15, 20, 25, 30, 40, 45, 50, 90, rng.randint(2, 99)])
    unit = rng.choice(["minute", "minute", "minute", "second", "hour"])
    said = f"{_either(rng, amount)} {unit}{'s' if amount != 1 and rng.random() < 0.93 else ''}"
    if unit != "second" and pick > 0.85:
        small = rng.choice([5, 10, 20, 30, 45])
        said += f"{rng.choice([' and', ''])} {_either(rng, small)} "
        said += "minutes" if unit == "hour" else "seconds"
    return said.replace(" minute", "-minute") if pick > 0.8 and pick < 0.85 else said


def _time(rng: Rng) -> str:
    hour, minute = rng.randint(1, 12), rng.choice([0, 0, 0, 5, 10, 15, 20, 30, 30, 40, 45, 50])
    half = rng.choice(
        ["", "", " am", " pm", " a.m.", " p.m.", " in the morning", " in the evening"]
    )
    match rng.randint(0, 6):
        case 0:
            return rng.choice(["noon", "midnight", "midday"]) if rng.random() < 0.4 else f"{hour}"
        case 1:
            early = rng.choice(["half past", "quarter past", "quarter to", "ten past", "five to"])
            return f"{early} {_either(rng, hour)}{half if 'in' in half else ''}"
        case 2:
            return f"{hour}:{minute:02d}{half}"
        case 3:
            late = f" {in_words(minute)}" if minute > 9 else (" oh five" if minute else "")
            return f"{in_words(hour)}{late}{half}"
        case 4:
            return f"{_either(rng, hour)} o'clock"
        case _:
            return f"{_either(rng, hour)}{half}"


def _date(rng: Rng) -> str:
    day = rng.choice(["first", "second", "third", "5th", "10th", "twelfth", "21st", "25th", "30th"])
    month = rng.choice(MONTHS)
    return rng.choice([f"{month} {day}", f"the {day} of {month}", f"{month} {rng.randint(1, 28)}"])


def _when(rng: Rng) -> str:
    weekday = rng.choice(WEEKDAYS)
    day = rng.choice(["tomorrow", "today", "on monday", f"on {weekday}", "tomorrow morning",
                      "this evening", "tonight", f"next {weekday}", weekday, f"on {_date(rng)}",
                      "the day after tomorrow"])  # fmt: skip
    match rng.randint(0, 5):
        case 0 | 1 | 2:
            return _time(rng)
        case 3:
            return f"{day} at {_time(rng)}"
        case 4:
            return f"{_time(rng)} {day}"
        case _:
            return day


def _repeat(rng: Rng) -> str:
    weekday = rng.choice(WEEKDAYS)
    return rng.choice(["every day", "every morning", "on weekdays", "every weekday", "daily",
                       "on weekends", f"every {weekday}", f"on {weekday}s",
                       "each day"])  # fmt: skip


def _percent(rng: Rng) -> str:
    value = rng.choice([5, 10, 15, 20, 25, 30, 40, 50, 60, 70, 75, 80, 90, 100])
    return rng.choice([f"{value}%", f"{value} percent", f"{in_words(value)} percent", f"{value}"])


def _degrees(rng: Rng) -> str:
    value = rng.choice([1, 2, 3, 5, 16, 18, 19, 20, 21, 22, 23, 25, 65, 68, 70, 72, 75])
    scale = rng.choice(["", "", "", " celsius", " fahrenheit"])
    return rng.choice([f"{value}°", f"{_either(rng, value)} degrees{scale}", f"{value}"])


MADE: dict[str, Callable[[Rng], str]] = {
    "number": _number, "duration": _duration, "time": _time, "when": _when, "date": _date,
    "repeat": _repeat, "percent": _percent, "degrees": _degrees,
    "kelvin": lambda rng: rng.choice(["2700 kelvin", "4000 kelvin", "3000 k", "6500 kelvin", "2700",
                                      "warm white", "cool white", "daylight", "candle light"]),
    "small": lambda rng: _either(rng, rng.randint(2, 20)),
    "weekday": lambda rng: rng.choice(WEEKDAYS),
}  # fmt: skip
"""How each entity that is no list of words is made."""
