"""Slots of alarms: when, on which days, which of them, and to what another one is moved."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from itertools import pairwise

from edge.events import Value
from edge.understanding import amounts, times
from edge.understanding.filling import Filled, Filler, Request
from edge.understanding.spans import Sentence, Span
from edge.understanding.times import Clock, Day, Part, Piece
from edge.understanding.wordset import word_set

MOVING = word_set("change move shift push reschedule adjust bring edit update")
"""Verbs that give an alarm another time."""
_EARLIER = word_set("earlier sooner forward")
_EITHER: Mapping[str, Value] = {"half": "either"}
_EXCEPT = word_set("except but besides excluding")


def _readings(sentence: Sentence) -> list[tuple[Span, Clock]]:
    """Every hour that is said, and where, lone numbers included."""
    found = []
    for span in sentence.of("time", "number"):
        if isinstance(span.value, Clock):
            found.append((span, span.value))
        elif span.what == "number" and not _counts(sentence, span):
            read = times.bare_clock(sentence.words, span.start)
            if read is not None and read[1] == span.end and read[0].hour > 0:
                found.append((span, read[0]))
    return found


def _counts(sentence: Sentence, span: Span) -> bool:
    """Whether a number says how many, or stands for a noun: "two alarms", "set one for seven"."""
    after = sentence.words[span.end : span.end + 1]
    return after in (("alarms",), ("alarm",)) or (sentence.words[span.start] == "one")


def _days(sentence: Sentence) -> list[Piece]:
    return [piece for piece in sentence.pieces if isinstance(piece, Day | Part)]


def _local(at: datetime) -> str:
    return at.replace(tzinfo=None).isoformat(timespec="minutes")


def _open(reading: Clock, days: Sequence[Piece]) -> bool:
    """Whether it was not said which half of the day is meant."""
    return not reading.exact and not any(isinstance(piece, Part) for piece in days)


# ── which ────────────────────────────────────────────────────────────────────────────────────


def _which(request: Request) -> Filled:
    """An alarm that is there: by its time, by its day, all, or all but one."""
    sentence, words = request.sentence, set(request.words)
    filled = Filled()
    readings, days = _readings(sentence), _days(sentence)
    every = bool({"all", "every", "alarms"} & words)
    spared = every and bool(_EXCEPT & words)
    if readings:
        moment = times.resolve([readings[0][1], *days], request.now)
        filled.put(**{"except" if spared else "time": _local(moment) if moment else None})
        filled.put(**(_EITHER if _open(readings[0][1], days) else {}))
    else:
        when = times.date_of(sentence.pieces, request.now)
        filled.put(day=when.isoformat() if when else None)
    if every and ("time" not in filled.slots[0]):
        filled.put(all=True)
    return filled


# ── when ─────────────────────────────────────────────────────────────────────────────────────


def _set(request: Request) -> Filled:
    """One alarm, or one for each of the hours of "for six, six fifteen and six thirty"."""
    filled = Filled()
    sentence = request.sentence
    moment, repeat = amounts.moment(sentence, request.now, waking=True)
    filled.put(time=moment, repeat=list(repeat) or None)
    if moment is None and not repeat:
        day = times.date_of(sentence.pieces, request.now)
        filled.put(day=day.isoformat() if day else None)
    readings = _readings(sentence)
    if len(readings) < 2 or not _in_a_row(sentence, readings):
        return filled
    rest = [span for span in sentence.spans if span not in [span for span, _ in readings]]
    filled.slots = [
        {**filled.slots[0], "time": time}
        for span in _of_one_half(readings)
        if (time := _alone(request, span, rest)) is not None
    ] or filled.slots
    return filled


def _of_one_half(readings: Sequence[tuple[Span, Clock]]) -> list[Span]:
    """The hours of a row: an "am" behind the last of them is meant for all."""
    last = readings[-1][1]
    shift = 12 if last.hour >= 12 else 0
    return [
        replace(span, what="time", value=Clock(clock.hour % 12 + shift, clock.minute, exact=True))
        if last.exact and not clock.exact and 1 <= clock.hour <= 12
        else span
        for span, clock in readings
    ]


def _in_a_row(sentence: Sentence, readings: Sequence[tuple[Span, Clock]]) -> bool:
    """Whether nothing but "and", a comma or "at" stands between the hours."""
    spans = [span for span, _ in readings]
    timed = {i for span in sentence.of("time") for i in range(span.start, span.end)}
    between = [
        word
        for one, other in pairwise(spans)
        for i, word in enumerate(sentence.words)
        if one.end <= i < other.start and i not in timed
    ]
    return bool(between) and set(between) <= _JOINTS


_JOINTS = word_set("and , at for another one in the")


def _alone(request: Request, span: Span, rest: Sequence[Span]) -> str | None:
    spans = tuple(sorted([*rest, span], key=lambda each: each.start))
    alone = Sentence(request.words, spans)
    return amounts.moment(alone, request.now, waking=True)[0]


def _listed(request: Request) -> Filled:
    filled = Filled()
    moment, repeat = amounts.moment(request.sentence, request.now, waking=True)
    filled.put(time=moment, repeat=list(repeat) or None)
    return filled


# ── to another time ──────────────────────────────────────────────────────────────────────────


def _move(request: Request) -> Filled:
    """ "Change my six o'clock alarm to half past", "push the alarm back by ten minutes"."""
    filled = Filled()
    sentence, words = request.sentence, request.words
    readings, days = _readings(sentence), _days(sentence)
    length = next(iter(sentence.of("duration")), None)
    if length is not None and not (len(readings) > 1):
        sooner = bool(_EARLIER & set(words)) or ("up" in words and "wake" not in words)
        filled.put(by=(-1 if sooner else 1) * int(str(length.value)))
    new = readings[-1] if readings and "by" not in filled.slots[0] else None
    old = readings[0] if len(readings) > 1 else readings[0] if new is None and readings else None
    if new is not None and words[new[0].end : new[0].end + 1] == ("alarm",) and old is None:
        new, old = None, new
    if new is not None:
        moment = times.resolve([new[1], *days], request.now)
        filled.put(time=_local(moment) if moment else None)
        filled.put(**(_EITHER if _open(new[1], days) else {}))
        filled.put(day=any(isinstance(piece, Day) for piece in days) or None)
    if old is not None:
        moment = times.resolve([old[1]], request.now)
        filled.put(of=_local(moment) if moment else None)
    return filled


FILLERS: dict[str, Filler] = {
    "alarm.set": _set,
    "alarm.list": _listed,
    "alarm.cancel": _which,
    "alarm.move": _move,
}
