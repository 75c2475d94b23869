"""What an utterance says of a task: its values, and whether it takes old ones back.

Pure, and without any model: dates, times, numbers, choices, and texts beside a telling word
("under the name Miller"). A value is only found where its words stand; what is ambiguous is left
to be asked. Fields of one kind are told apart by their cues, else by what was asked last.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from edge.memory.state import Field, Form, Found
from edge.understanding.numbers import cardinal, plain
from edge.understanding.text import tokens
from edge.understanding.times import Clock, Day, bare_clock, clock, date_of, day
from edge.understanding.wordset import word_set

_CORRECTING = re.compile(
    r"^(?:no|nope|not|sorry|actually|wait|hold on|oh)\b|\b(?:make (?:it|that)"
    r"|change (?:it|that|the)|instead|rather|i meant|i mean|correction|scratch that|not \w+ but"
    r"|on second thought"
    r"|better|after all)\b"
)
_REFUSED = re.compile(r"\b(?:not|no longer|instead of|rather than)(?: (?:at|on|for))? $")
_AGREED = re.compile(
    r"(?:yes|yeah|yep|sure|correct|right|exactly|okay|perfect|great|fine|that is (?:right|correct"
    r"|perfect|fine|great)|that sounds|that works|sounds (?:good|great|perfect))\b(?!.*\bnot?\b)"
)
_AGREEMENT = 7
"""Words; who says more says something of their own."""
_REACH = 4
"""So many words may stand between a cue and its value."""
_NEAR = 2
_BEFORE_TIMES = word_set("at around by until")
_STOP = word_set(
    "at on in for to from by with and or but please , . ? ! is are was that which who when where "
    "i we you it my our your this next tomorrow today tonight monday tuesday wednesday thursday "
    "friday saturday sunday around about after before until than then thanks thank if so as"
)
_NOT_A_NAME = word_set("the a an same time morning afternoon evening me there here any some")
_NO_VALUE = word_set(
    "yes no yeah okay sure thanks thank that is it correct right fine perfect great"
)
_PEOPLE = re.compile(r"\b(?:just|only) (me|myself|one)\b|\b(two|both) of us\b")


@dataclass(frozen=True, slots=True)
class Noted:
    """What one utterance adds."""

    found: tuple[Found, ...]
    correcting: bool


@dataclass(frozen=True, slots=True)
class _Value:
    start: int
    end: int
    value: str


def note(text: str, form: Form, asked: str, now: datetime) -> Noted:
    """Read an utterance; `asked` is what the assistant had said before it."""
    words = tokens(text)
    put = asked.rstrip().endswith("?") or "confirm" in asked.lower()
    agreed = put and _AGREED.match(" ".join(words)) is not None
    if agreed and len(words) <= _AGREEMENT:
        return Noted(note(asked, form, "", now).found, False)  # "for four at seven?" "Yes."
    correcting = _CORRECTING.search(" ".join(words)) is not None
    found: list[Found] = []
    for kind, read in (("date", _dates), ("time", _times), ("number", _numbers)):
        fields = [each for each in form if each.kind == kind]
        values = [v for v in read(words, now) if not _refused(words, v)]
        found += _assigned(words, values, fields, asked)
    for each in form:
        match each.kind:
            case "choice":
                found += _choices(words, each)
            case "flag":
                found += _flags(words, each)
            case "text":
                found += _texts(text, each, asked)
            case _:
                pass
    return Noted(tuple(found), correcting)


# ── values ───────────────────────────────────────────────────────────────────────────────────


def _dates(words: Sequence[str], now: datetime) -> Iterator[_Value]:
    i = 0
    while i < len(words):
        read = day(words, i)
        when = date_of([read[0]], now) if read and isinstance(read[0], Day) else None
        if read is None or when is None:
            i += 1
            continue
        yield _Value(i, read[1], when.isoformat())
        i = read[1]


def _times(words: Sequence[str], now: datetime) -> Iterator[_Value]:
    part = next((word for word in words if word in ("evening", "tonight", "afternoon", "morning",
                                                    "night")), None)  # fmt: skip
    i = 0
    while i < len(words):
        read = clock(words, i)
        if (
            read is None
            and i > 0
            and words[i - 1] in ("at", "by", "it", "around", "until", "after")
        ):
            read = bare_clock(words, i)
        if read is None or words[read[1] : read[1] + 1] in (["people"], ["of"], ["nights"]):
            i += 1
            continue
        yield _Value(i, read[1], _in_half(read[0], part))
        i = read[1]


def _in_half(read: Clock, part: str | None) -> str:
    """A time as HH:MM; where nobody said which half of the day is meant, as H:MM."""
    if read.exact or read.hour >= 10 or part is not None:
        late = part in ("evening", "tonight", "afternoon", "night")
        hour = read.hour + 12 if late and not read.exact and read.hour < 12 else read.hour
        return f"{hour:02}:{read.minute:02}"
    return f"{read.hour}:{read.minute:02}"


def _numbers(words: Sequence[str], now: datetime) -> Iterator[_Value]:
    line = " ".join(words)
    alone = _PEOPLE.search(line)
    if alone:
        at = len(line[: alone.start()].split())
        value = "2" if alone[2] else "1"
        yield _Value(at, at + len(alone[0].split()), value)
    i = 0
    while i < len(words):
        read = cardinal(words, i)
        timed = clock(words, i) is not None or words[max(0, i - 1)] in _BEFORE_TIMES
        if read is None or timed or words[i] in ("a", "an"):
            i += 1
            continue
        yield _Value(i, read[1], str(plain(read[0])))
        i = read[1]


def _refused(words: Sequence[str], value: _Value) -> bool:
    """ "Not seven, eight": the seven is what is not meant."""
    return _REFUSED.search(" ".join(words[: value.start]) + " ") is not None


# ── which field a value is for ───────────────────────────────────────────────────────────────


def _assigned(
    words: Sequence[str], values: Sequence[_Value], fields: Sequence[Field], asked: str
) -> list[Found]:
    given: dict[str, list[_Value]] = {}
    for value in values:
        name = _field_of(words, value, fields, asked)
        if name is not None:
            given.setdefault(name, []).append(value)
    return [found for name, several in given.items() for found in _settled(words, name, several)]


def _settled(words: Sequence[str], name: str, values: Sequence[_Value]) -> list[Found]:
    """One value, or several of one breath: "seven, no, eight" settles it, "seven or eight" not."""
    *others, last = values
    between = " ".join(words[others[-1].end : last.start]) if others else ""
    torn = bool(others) and re.search(r"\bor\b", between) is not None
    found = [Found(name, last.value, _words(words, last))]
    if torn:
        found += [Found(name, each.value, _words(words, each), sure=False) for each in others]
    return found


def _field_of(
    words: Sequence[str], value: _Value, fields: Sequence[Field], asked: str
) -> str | None:
    before = " ".join(words[max(0, value.start - _REACH) : value.start])
    after = " ".join(words[value.end : value.end + _NEAR])
    cued = [
        (len(cue), each.name)
        for each in fields
        for cue in each.cues
        if f" {cue} " in f" {before} " or f" {cue} " in f" {after} "
    ]
    if cued:
        return max(cued)[1]
    plain_ones = [each for each in fields if not each.cues]
    if len(plain_ones) == 1:
        return plain_ones[0].name
    asked_for = [each for each in fields if _is_asked(each, asked)]
    alone = value.end - value.start >= len([w for w in words if w not in _LIGHT])
    if len(asked_for) == 1 and (alone or len(words) <= _SHORT):
        return asked_for[0].name
    return None


_SHORT = 6
_LIGHT = word_set(
    "no yes make it that for at on by please , the be will there actually sorry to us"
)


def _is_asked(field: Field, asked: str) -> bool:
    line = " ".join(tokens(asked))
    return any(f" {cue} " in f" {line} " for cue in (field.name.replace("_", " "), *field.cues))


# ── choices, flags, texts ────────────────────────────────────────────────────────────────────


def _choices(words: Sequence[str], field: Field) -> list[Found]:
    line = f" {' '.join(words)} "
    said = []
    for value in field.values:
        spoken = " ".join(tokens(value))
        at = line.rfind(f" {spoken} ") if spoken else -1
        if at >= 0 and _REFUSED.search(line[: at + 1]) is None:
            said.append((at, Found(field.name, value, spoken)))
    said.sort(key=lambda pair: pair[0])
    return [said[-1][1]] if said else []


def _flags(words: Sequence[str], field: Field) -> list[Found]:
    line = f" {' '.join(words)} "
    for cue in field.cues:
        at = line.find(f" {cue} ")
        if at >= 0:
            denied = re.search(r"\b(?:no|not|without|dont|do not)(?: \w+){0,3} $", line[: at + 1])
            return [Found(field.name, "no" if denied else "yes", cue)]
    return []


def _texts(text: str, field: Field, asked: str) -> list[Found]:
    for cue in sorted(field.cues, key=len, reverse=True):
        found = re.search(rf"\b{re.escape(cue)}\s+(.+)$", text, re.IGNORECASE)
        value = _up_to_stop(found[1]) if found else ""
        if value and _like_a_name(value, text):
            return [Found(field.name, value, value)]
    bare = _up_to_stop(
        re.sub(r"^(?:it's|its|it is|just|under|for)\s+", "", text.strip(), flags=re.I)
    )
    short = len(text.split()) <= 3 and not set(tokens(text)) & _NO_VALUE
    if bare and short and _is_asked(field, asked) and not _timed(tokens(text)):
        return [Found(field.name, bare, bare)]
    return []


def _like_a_name(value: str, text: str) -> bool:
    """Where a text has capitals at all, a name has one."""
    written = any(word[:1].isupper() and word != "I" for word in text.split()[1:])
    return value[:1].isupper() or value[:1].isdigit() or not written


def _up_to_stop(text: str) -> str:
    kept: list[str] = []
    for word in text.split():
        plain_word = word.strip(',.?!;"').lower()
        if plain_word in _STOP or (not kept and plain_word in _NOT_A_NAME and plain_word != "the"):
            break
        kept.append(word.strip(',.?!;"'))
        if word[-1] in ",.?!;" or len(kept) == 4:
            break
    while kept and kept[0].lower() in ("the", "a", "an"):
        kept.pop(0)
    value = " ".join(kept)
    return "" if not kept or value.lower() in _NOT_A_NAME or _timed(tokens(value)) else value


def _timed(words: Sequence[str]) -> bool:
    """Whether the words are a number, a day or a time rather than a name."""
    return bool(words) and (
        cardinal(words, 0) is not None or day(words, 0) is not None or clock(words, 0) is not None
    )


def _words(words: Sequence[str], value: _Value) -> str:
    return " ".join(words[value.start : value.end])
