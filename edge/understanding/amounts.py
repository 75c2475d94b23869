"""How much, how far, when: numbers of a sentence put in relation to its words."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise

from edge.events import Value
from edge.understanding import times, units
from edge.understanding.durations import SECONDS
from edge.understanding.numbers import number, plain
from edge.understanding.spans import Sentence, Span
from edge.understanding.times import After, Clock, Part, Piece, Repeat
from edge.understanding.wordset import word_set

BRIGHTER = word_set(
    "brighter brighten up increase raise boost lighter more crank lift bring-up intensify"
)
DIMMER = word_set(
    "dim dimmer darker darken down decrease lower reduce less lessen soften bright low dimmed "
    "attenuate weaken diminish minimize minimise"
)
LOUDER = word_set("up louder increase raise boost crank more higher")
QUIETER = word_set("down quieter softer decrease lower reduce less")
WARMER = word_set(
    "up warmer hotter increase raise more warm heat cold freezing chilly shivering nippy arctic "
    "icebox bitterly"
)
COOLER = word_set(
    "down cooler colder decrease lower reduce less cool hot stuffy boiling roasting sweating "
    "melting sweltering cooking"
)
_FULL = word_set("max maximum full fully brightest loudest highest")
_LEAST = word_set("min minimum lowest dimmest softest quietest")
_SLIGHTLY = word_set("bit little slightly notch tad touch")
_MUCH = word_set("lot much way far significantly")


def _before(words: Sequence[str], i: int) -> str:
    return words[i - 1] if i > 0 else ""


def _sign(words: Sequence[str], up: frozenset[str], down: frozenset[str]) -> int:
    """+1 or -1 by the last word that says which way; 0 when none does."""
    for word in reversed(words):
        if word in up or word in down:
            return 1 if word in up else -1
    return 0


def _level(sentence: Sentence) -> int | None:
    words = set(sentence.words)
    if words & _FULL or {"all", "way", "up"} <= words:
        return 100
    if words & _LEAST or {"all", "way", "down"} <= words:
        return 1
    if "half" in words or "medium" in words or "halfway" in words:
        return 50
    return None


def share(
    sentence: Sentence, up: frozenset[str], down: frozenset[str], step: int | None,
    small: bool = False,
) -> dict[str, Value]:  # fmt: skip
    """`percent` to go to, or `delta` to change by (signed); a vague change is `step` percent.

    With `small`, a bare number up to ten is on the scale of ten that speakers have.
    """
    words = sentence.words
    sign = _sign(words, up, down)
    found = next(iter(sentence.of("percent")), None) or next(iter(sentence.of("number")), None)
    part = _part(sentence)
    if part is not None and not sentence.of("percent"):
        return {"percent": part}
    if found is not None and not _says_little(words, found):
        value = plain(float(str(found.value)))
        if found.what == "number" and small and 0 < value <= 10:
            value *= 10
        if _before(words, found.start) == "by" or (sign and _is_step(words, found)):
            return {"delta": value * (sign or 1)}
        return {"percent": max(0, min(100, value))}
    level = _level(sentence)
    bare = _bare_level(sentence)
    if bare is not None:
        return {"percent": 10 * bare if small and bare <= 10 else bare}
    if level is not None:
        return {"delta": sign * 50} if "by" in words and sign else {"percent": level}
    set_to = next((_SPEEDS[pair] for pair in pairwise(words) if pair in _SPEEDS), None)
    if set_to is not None and step is not None:
        return {"percent": set_to}
    if step is None or not sign:
        return {}
    vague = 0.5 if _SLIGHTLY & set(words) else 2 if _MUCH & set(words) else 1
    return {"delta": int(sign * step * vague)}


_NEGATIVE = ("minus", "negative", "-")
_SPEEDS = {
    (word, level): percent
    for word in ("to", "on", "at", "speed")
    for level, percent in (("low", 30), ("high", 100))
}
"""Of fans, and of lamps that have steps, in percent."""


def _part(sentence: Sentence) -> int | None:
    """ "To a quarter", "three quarters", "halfway", in percent."""
    words = sentence.words
    for span in sentence.of("number"):
        value = float(str(span.value))
        if 0.2 < value < 0.8 and {"quarter", "quarters", "third", "thirds"} & set(words):
            return round(100 * value)
    return 25 if "quarter" in words else None


def _says_little(words: Sequence[str], found: Span) -> bool:
    """ "One", "a couple", "half": no level in percent, as "a hundred" is."""
    value = float(str(found.value))
    if found.what == "percent":
        return False
    return words[found.start] in ("half", "one", "quarter", "a") and value < 100


def _is_step(words: Sequence[str], found: Span) -> bool:
    """ "increase the volume 20%" is a step; "volume up to 20%", "dim the lamp to 20%" is not."""
    before = _before(words, found.start)
    return before not in ("to", "at", "level", "two") and "to" not in words[: found.start]


def temperature(sentence: Sentence) -> dict[str, Value]:
    """`temperature` to go to (with `unit` if said), or `delta` in degrees."""
    words = sentence.words
    # "Turn down the heat": the heat is what, "down" is which way.
    way = {"up", "down"} & set(words)
    sign = (1 if "up" in way else -1) if len(way) == 1 else _sign(words, WARMER, COOLER)
    if {"too", "so", "really", "very", "i", "we"} & set(words) and "like" not in words:
        sign = -1 if {"hot", "warm", "stuffy", "boiling"} & set(words) else sign
        sign = 1 if {"cold", "freezing", "chilly", "cool"} & set(words) else sign
    found = next(iter(sentence.of("degrees", "number")), None)
    bare = _bare_level(sentence)
    if found is None and bare is not None:
        return {"temperature": bare}
    if found is not None and (words[found.start] not in ("a", "half") or "couple" in words):
        value, unit = found.value if isinstance(found.value, tuple) else (found.value, "")
        amount = plain(float(str(value)))
        if _before(words, found.start) in _NEGATIVE:
            amount = -amount
        stepping = _before(words, found.start) == "by" or (amount < 10 and "to" not in words)
        stepping = stepping or bool(set(words[found.end : found.end + 1]) & (WARMER | COOLER))
        if stepping and sign:
            return {"delta": sign * amount}
        scale: dict[str, Value] = {"unit": unit.upper()} if unit else {}
        return {"temperature": amount, **scale}
    if not sign:
        return {}
    return {"delta": sign * (3 if _MUCH & set(words) - {"way"} else 1)}


def delays(sentence: Sentence) -> list[int]:
    """Seconds of every "in ten minutes"."""
    return [piece.seconds for piece in sentence.pieces if isinstance(piece, After)]


_DIAL = word_set("am pm oclock noon midnight midday past quarter half morning evening afternoon")


def _bare_level(sentence: Sentence) -> int | None:
    """ "Set the volume at seven": an hour that is none."""
    found = [piece for piece in sentence.pieces if isinstance(piece, Clock) and not piece.minute]
    bare = len(found) == 1 and "at" in sentence.words and not _DIAL & set(sentence.words)
    return found[0].hour if bare else None


def _changes(sentence: Sentence) -> tuple[int | None, int | None]:
    """(by how much a timer is to change, how long it was set for), where said."""
    found = sentence.of("duration")
    words = sentence.words
    by = [span for span in found if _before(words, span.start) == "by"]
    own = [span for span in found if words[span.end : span.end + 1] == ("timer",)]
    rest = by or [span for span in found if span not in own] or list(found)
    other = [span for span in found if span is not rest[0]]
    values = [int(str(span.value)) for span in (*rest[:1], *other[:1])]
    return (values[0] if values else None, values[1] if len(values) > 1 else None)


def change(sentence: Sentence) -> int | None:
    """By how many seconds a timer is to change."""
    return _changes(sentence)[0]


def unchanged(sentence: Sentence) -> int | None:
    """How long the timer that is to change was set for ("add a minute to the ten minute timer")."""
    return _changes(sentence)[1]


_MORNING = Part("morning")


def moment(sentence: Sentence, now: datetime, waking: bool) -> tuple[str | None, tuple[str, ...]]:
    """(ISO local time to the minute, weekdays of repetition) of a sentence.

    A lone number counts as an hour; with `waking`, an hour without am or pm is of the morning
    for whoever says "wake me".
    """
    pieces = list(sentence.pieces)
    readings = [piece for piece in pieces if isinstance(piece, Clock)]
    if not readings and not any(isinstance(piece, After) for piece in pieces):
        pieces.extend(_bare(sentence))
        pieces.extend(After(int(str(s.value))) for s in sentence.of("duration")[:1])
    repeat = next((piece.days for piece in pieces if isinstance(piece, Repeat)), ())
    several = [p.weekday for p in pieces if isinstance(p, times.Day) and p.weekday is not None]
    if len(set(several)) > 1:  # "on tuesday and thursday"
        repeat = tuple(times.WEEKDAYS[day] for day in sorted(set(several)))
    parts = any(isinstance(piece, Part) for piece in pieces)
    early = (
        waking
        and bool(pieces)
        and (
            bool({"wake", "wakeup", "waking", "awake", "rouse"} & set(sentence.words))
            or (
                {"get", "be", "getting"} & set(sentence.words)
                and {"up", "bed"} & set(sentence.words)
            )
            or _some_morning(pieces)
        )
    )
    if (early or (repeat and _early_enough(pieces))) and not parts:
        pieces.append(_MORNING)
        parts_only = not any(isinstance(piece, Clock) for piece in pieces)
        if parts_only and any(isinstance(piece, After) for piece in pieces):
            pieces.pop()
    found = times.resolve(pieces, now)
    if found is None:
        return None, repeat
    while repeat and (times.WEEKDAYS[found.weekday()] not in repeat or found <= now):
        found += timedelta(days=1)
    return found.replace(tzinfo=None).isoformat(timespec="minutes"), repeat


def _some_morning(pieces: Sequence[Piece]) -> bool:
    """An alarm on another day, at an hour at which people get up: "tomorrow at five"."""
    other = any(isinstance(p, times.Day) and p.offset != 0 for p in pieces)
    return other and any(isinstance(p, Clock) and not p.exact and p.hour >= 4 for p in pieces)


def _early_enough(pieces: Sequence[Piece]) -> bool:
    return any(isinstance(piece, Clock) and not piece.exact and piece.hour >= 5 for piece in pieces)


def _bare(sentence: Sentence) -> list[Clock]:
    """An hour said as a lone number ("alarm for six", "7 tomorrow morning")."""
    for span in sentence.of("number"):
        after = sentence.words[span.end : span.end + 1]
        if after == ("alarms",) or (sentence.words[span.start] == "one" and after == ("for",)):
            continue  # "two alarms", "set one for seven"
        read = times.bare_clock(sentence.words, span.start)
        if read is not None and read[1] == span.end and read[0].hour > 0:
            return [read[0]]
    return []


def percent_of(sentence: Sentence) -> str | None:
    """ "20% of 50" as an expression."""
    share = sentence.of("percent")[0]
    i = share.end + 1 if sentence.words[share.end : share.end + 1] == ("of",) else share.end
    while i < len(sentence.words) and sentence.words[i] in ("$", "£", "€"):
        i += 1
    whole = number(sentence.words, i)
    if whole is None:
        return None
    return f"{plain(float(str(share.value)))} / 100 * {plain(whole[0])}"


@dataclass(frozen=True, slots=True)
class Conversion:
    """What is to be converted."""

    value: float
    origin: str
    goal: str
    used: tuple[int, ...]


_Measure = tuple[int, int, str, float | None]


def _joined(found: list[_Measure], words: Sequence[str]) -> list[_Measure]:
    """ "Six foot two", "five pounds three ounces" as one measure."""
    start, end, unit, value = found[0] if found else (0, 0, "", None)
    if value is None:
        return found
    at = end + (tuple(words[end : end + 1]) == ("and",))
    rest = found[1][3] if len(found) > 2 and found[1][0] == at else None
    if rest is not None:
        more = units.convert(rest, found[1][2], unit)
        return [(start, found[1][1], unit, value + more), *found[2:]] if more else found
    inches = number(words, at) if unit == "foot" and len(found) == 2 else None
    if inches is not None and inches[1] < found[1][0]:
        return [(start, inches[1], unit, value + inches[0] / 12), *found[1:]]
    return found


def conversion(words: Sequence[str]) -> Conversion | None:
    """ "50 feet in meters", "how many cups are in a gallon", "inches to centimeters"."""
    found: list[_Measure] = []
    i = 0
    while i < len(words):
        read = None if words[i] in ("a", "an") else number(words, i)
        at = read[1] if read else i + 1 if words[i] in ("a", "an") else i
        if at < len(words) and words[at] in ("degrees", "degree", "of"):
            at += 1
        unit = units.unit(words, at) if at < len(words) else None
        value = read[0] if read else 1.0 if words[i] in ("a", "an", "one") else None
        led = i and words[i - 1] in ("to", "in", "into", "degrees")
        if unit is None or (words[at] in ("c", "f", "m", "g", "l") and value is None and not led):
            i = max(i + 1, at if read else 0)
            continue
        if value is not None and unit[0] in units.TEMPERATURES and _before(words, i) in _NEGATIVE:
            value = -value
        found.append((i, unit[1], unit[0], value))
        i = unit[1]
    if len(found) == 1 and found[0][2] == "degrees":
        return None
    pairs = [entry for entry in found if entry[2] not in SECONDS or len(found) <= 2]
    pairs = _joined(pairs, words)
    if len(pairs) < 2:
        return None
    first, second = pairs[0], pairs[1]
    if (first[3] is None and second[3] is not None) or words[max(0, first[0] - 1)] == "many":
        first, second = second, first
    used = tuple(i for entry in (first, second) for i in range(entry[0], entry[1]))
    return Conversion(first[3] if first[3] is not None else 1.0, first[2], second[2], used)
