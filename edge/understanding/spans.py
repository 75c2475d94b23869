"""Finds what has a value in a sentence (times, amounts, colours, names) and masks it.

The classifier sees "set a <dur> timer" and "turn on the lamp in the <room>": it learns what
people ask for, not which rooms or numbers they have.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from edge.understanding import numbers, times
from edge.understanding.durations import duration
from edge.understanding.names import KIND_WORDS, ROOMS, TWO_WORD_ROOMS, Name, NameIndex
from edge.understanding.times import After, Clock, Day, Part, Piece, Repeat
from edge.understanding.wordset import word_set
from edge.vocabulary import Kind

What = Literal[
    "name", "room", "kind", "list", "duration", "time", "percent", "degrees", "kelvin", "color",
    "number", "ordinal",
]  # fmt: skip

COLORS = word_set(
    "red orange yellow green blue purple pink white turquoise cyan magenta violet indigo "
    "teal lime amber gold golden lavender crimson brown maroon beige coral salmon aqua "
    "peach mint rose fuchsia ivory scarlet"
)
_SHADES = word_set("warm cool cold soft light dark bright deep pale sky navy neon royal hot")
_KIND_MASKS: dict[Kind, str] = {
    "light": "lamp", "switch": "plug", "cover": "blinds", "thermostat": "thermostat",
    "lock": "door", "media": "tv", "scene": "<scene>", "fan": "fan",
}  # fmt: skip
_NUMERIC = (
    frozenset(numbers.UNITS)
    | frozenset(numbers.TENS)
    | word_set("a an half quarter couple dozen noon midday midnight third two")
)
_CALENDAR = (
    frozenset(times.WEEKDAYS)
    | frozenset(times.MONTHS)
    | frozenset(f"{day}s" for day in times.WEEKDAYS)
    | word_set(
    "today tonight tomorrow tomorrows todays day next this coming every each daily everyday "
    "weekdays weekends"
)
)  # fmt: skip
_AGAIN = word_set("every each daily everyday weekends")
_VERBS = word_set("lock light heat cool switch plug fan shade lamp")


@dataclass(frozen=True, slots=True)
class Span:
    """A run of words that means a value."""

    what: What
    start: int
    end: int
    value: object

    @property
    def names(self) -> tuple[Name, ...]:
        """What a name may mean, for spans that are names."""
        return self.value if isinstance(self.value, tuple) else ()


@dataclass(frozen=True, slots=True)
class Sentence:
    """The words of a request and the values found among them, in order, without overlap."""

    words: tuple[str, ...]
    spans: tuple[Span, ...]

    def of(self, *what: What) -> tuple[Span, ...]:
        """The spans of these sorts."""
        return tuple(span for span in self.spans if span.what in what)

    @property
    def pieces(self) -> tuple[Piece, ...]:
        """The pieces of a point in time."""
        found = (span.value for span in self.spans if span.what == "time")
        return tuple(p for p in found if isinstance(p, Clock | Day | Part | Repeat | After))

    def masked(self) -> tuple[str, ...]:
        """The words with values replaced by what sort of value they are."""
        out: list[str] = []
        at = 0
        for span in self.spans:
            out.extend(self.words[at : span.start])
            out.extend(_mask(span, self.words))
            at = span.end
        out.extend(self.words[at:])
        return tuple(word for word in out if word != ",")


def read(words: Sequence[str], index: NameIndex) -> Sentence:
    """Find all values of a sentence; at each position the first reader that succeeds wins."""
    spans: list[Span] = []
    i = 0
    while i < len(words):
        span = next(_readings(words, i, index), None)
        if span is None or span.end <= i:
            i += 1
            continue
        spans.append(span)
        i = span.end
    return Sentence(tuple(words), tuple(spans))


def _readings(words: Sequence[str], i: int, index: NameIndex) -> Iterator[Span]:
    word = words[i]
    named = index.exact(words, i)
    if named is not None:
        yield Span("name", i, named[1], named[0])
    yield from _timely(words, i)
    if word in _NUMERIC or word[0].isdigit() or word[0] == ".":
        yield from _numeric(words, i)
    listed = index.listed(words, i)
    if listed is not None and words[listed[1] - 1] in ("list", "lists"):
        yield Span("list", i, listed[1], listed[0])
    yield from _common(words, i)


def _timely(words: Sequence[str], i: int) -> Iterator[Span]:
    word = words[i]
    if word in times.PARTS and not _of_a_name(words, i):
        if word == "tonight":
            yield Span("time", i, i + 1, Part("night"))
        yield Span("time", i, i + 1, Part(word))
    if word in ("in", "after") and (after := duration(words, i + 1)) is not None:
        yield Span("time", i, after[1], After(after[0]))
    if word in _NUMERIC or word[0].isdigit():
        yield from _from_now(words, i)
    if word in _AGAIN or word.endswith("days"):
        again = times.repeat(words, i)
        if again is not None:
            yield Span("time", i, again[1], again[0])
    if (
        word in _CALENDAR
        or word[0].isdigit()
        or word in numbers.TENS
        or word.endswith(("th", "st"))
    ):
        day = times.day(words, i)
        if day is not None:
            yield Span("time", i, day[1], day[0])
    if word == "at" and i + 1 < len(words):
        yield from _at_hour(words, i)


def _from_now(words: Sequence[str], i: int) -> Iterator[Span]:
    """ "Ten minutes from now" (its "now" may be gone, as politeness is), "an hour later"."""
    length = duration(words, i)
    if length is None:
        return
    rest = tuple(words[length[1] : length[1] + 2])
    if rest in (("from", "now"), ("from",)) or rest[:1] in (("later",), ("hence",)):
        yield Span("time", i, length[1] + (2 if rest == ("from", "now") else 1), After(length[0]))


def _of_a_name(words: Sequence[str], i: int) -> bool:
    """Whether "night" is part of what something is called ("the night light")."""
    said = words[i - 1] if i else ""
    return said in ("the", "my", "our") and "".join(words[i + 1 : i + 2]) in KIND_WORDS


def _at_hour(words: Sequence[str], i: int) -> Iterator[Span]:
    """ "at 7": a lone number after "at" is an hour, unless it is a share or a temperature."""
    found = times.clock(words, i + 1) or times.bare_clock(words, i + 1)
    after = words[found[1]] if found and found[1] < len(words) else ""
    if found and after not in ("percent", "degrees") and duration(words, i + 1) is None:
        yield Span("time", i, found[1], found[0])


def _numeric(words: Sequence[str], i: int) -> Iterator[Span]:
    length = duration(words, i)
    clock = times.clock(words, i)
    if (
        clock is not None
        and (length is None or clock[1] > length[1] or clock[0].exact)
        and not _counted(words, clock)
    ):
        yield Span("time", i, clock[1], clock[0])
    if length is not None:
        yield Span("duration", i, length[1], length[0])
    amount = numbers.number(words, i)
    if amount is None:
        return
    value, end = amount
    after = words[end] if end < len(words) else ""
    if after in ("percent", "percents") or (
        after == "per" and words[end + 1 : end + 2] == ["cent"]
    ):
        yield Span("percent", i, end + 1 + (after == "per"), value)
    elif after in ("kelvin", "k") or (value >= 1000 and "temperature" in words):
        yield Span("kelvin", i, end + (after in ("kelvin", "k")), round(value))
    elif after in ("degrees", "degree"):
        scale = words[end + 1] if end + 1 < len(words) else ""
        known = scale in ("celsius", "fahrenheit", "c", "f", "centigrade")
        yield Span("degrees", i, end + 1 + known, (value, scale[:1] if known else ""))
    else:
        yield Span("number", i, end, value)


def _counted(words: Sequence[str], clock: tuple[Clock, int]) -> bool:
    """Whether "five to ten" is followed by what it counts ("minutes"), so it is no clock."""
    after = words[clock[1]] if clock[1] < len(words) else ""
    return after in ("minutes", "seconds", "hours", "percent", "degrees", "timer", "times")


def _common(words: Sequence[str], i: int) -> Iterator[Span]:
    word = words[i]
    pair = tuple(words[i : i + 2])
    if pair in TWO_WORD_ROOMS:
        yield Span("room", i, i + 2, " ".join(pair))
    joined = KIND_WORDS.get("-".join(pair)) if len(pair) == 2 else None
    if joined:
        yield Span("kind", i, i + 2, joined)
    if word in _SHADES and i + 1 < len(words) and words[i + 1] in COLORS:
        yield Span("color", i, i + 2, " ".join(pair))
    if word in COLORS or word in ("daylight", "candlelight"):
        yield Span("color", i, i + 1, word)
    if pair in (("day", "light"), ("candle", "light")):
        yield Span("color", i, i + 2, "".join(pair))
    if word in ROOMS:
        yield Span("room", i, i + 1, word)
    if word in KIND_WORDS and not _is_verb(words, i):
        yield Span("kind", i, i + 1, KIND_WORDS[word])
    nth = numbers.ordinal(words, i)
    if nth is not None and word != "second":
        yield Span("ordinal", i, nth[1], nth[0])


def _is_verb(words: Sequence[str], i: int) -> bool:
    """Whether "lock", "light", "heat" at the start is what to do, not what to do it to."""
    if i > 0 and words[i - 1] in _DOERS and words[i] == "lock":
        return True  # "did I lock the door"
    if 0 < i < len(words) - 1 and words[i] == "switch" and words[i - 1] not in _BEFORE_NOUNS:
        return words[i + 1] in ("on", "off", "the")  # "in an hour switch off the tv"
    if i > 0 or words[0] not in _VERBS or len(words) == 1:
        return False
    if words[0] == "switch" and len(words) > 2:
        return True
    if words[0] == "fan" and words[1] in ("to", "speed", "at", "up", "down"):
        return False
    return words[1] not in ("on", "off") and (words[1] != "up" or len(words) > 2)


_BEFORE_NOUNS = word_set("the my a our this that light wall power")
_DOERS = word_set("i you we they to and please")


def _mask(span: Span, words: Sequence[str]) -> Sequence[str]:
    said = words[span.start : span.end]
    match span.what:
        case "name":
            name = span.names[0]
            if name.kind == "sensor":  # may be called anything: "Phone", "Road", "Gas"
                return said
            return ("<room>",) if name.what == "area" else (_KIND_MASKS[name.kind or "switch"],)
        case "room":
            return ("<room>",)
        case "duration":
            return ("<dur>", "more") if "more" in said else ("<dur>",)
        case "time":
            return _time_mask(span, said)
        case "percent":
            return ("<pct>",)
        case "degrees":
            return ("<deg>",)
        case "color" | "kelvin":
            return ("<color>",)
        case "list":
            return ("<list>", "list")
        case "number":
            return said if said[0] in ("one", "a", "half", "quarter") else ("<num>",)
        case "kind" | "ordinal":
            return said


def _time_mask(span: Span, said: Sequence[str]) -> Sequence[str]:
    match span.value:
        case Clock():
            return ("at", "<clock>") if said[0] == "at" else ("<clock>",)
        case After():
            return ("in", "<dur>")
        case Repeat():
            return ("<repeat>",)
        case Day(offset=None):
            return ("<day>",)
        case _:
            return said
