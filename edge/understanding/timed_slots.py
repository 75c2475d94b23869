"""Slots of clocks, dates, timers, alarms and reminders."""

from datetime import timedelta

from edge.understanding import amounts, free, times
from edge.understanding.durations import SECONDS
from edge.understanding.filling import Filled, Filler, Request, whole
from edge.understanding.wordset import word_set
from edge.understanding.zones import zone


def _time_now(request: Request) -> Filled:
    found = zone(request.words)
    filled = Filled()
    if found is not None:
        filled.put(place=found.place, zone=found.zone)
        filled.used.update(found.used)
    return filled


def _date(request: Request) -> Filled:
    filled = Filled()
    when = times.date_of(request.sentence.pieces, request.now)
    after = next((p for p in request.sentence.pieces if isinstance(p, times.After)), None)
    if after is not None and after.seconds % 86400 == 0:
        when = request.now.date() + timedelta(seconds=after.seconds)
    weekday = "day" in request.words or "weekday" in request.words
    asked = "weekday" if weekday else "date" if "date" in request.words else None
    filled.put(date=when.isoformat() if when else None, asked=asked)
    return filled


def _timer_set(request: Request) -> Filled:
    filled = Filled()
    lengths = [s.value for s in request.sentence.of("duration")] + amounts.delays(request.sentence)
    name = free.timer_name(request.sentence)
    if _ANOTHER & set(request.words) and request.sentence.of("duration"):
        lengths += _in_same_unit(request)
    if len(lengths) > 1 and _ANOTHER & set(request.words):
        filled.slots = [{"duration": whole(length)} for length in lengths]
    else:
        filled.put(duration=whole(lengths[-1]) if lengths else None, name=name.text or None)
    filled.used.update(name.used)
    return filled


_ANOTHER = frozenset({"another", "one", "two"})


def _in_same_unit(request: Request) -> list[object]:
    """ "Five minutes and another one for ten": minutes again."""
    lengths = request.sentence.of("duration")
    unit = next((SECONDS[w] for w in reversed(request.words[: lengths[-1].end]) if w in SECONDS), 0)
    later = [s for s in request.sentence.of("number") if s.start > lengths[-1].end]
    bare = [s for s in later if request.words[s.start - 1] in ("for", "to", "of")]
    return [float(str(span.value)) * unit for span in bare if unit]


def _timer(request: Request) -> Filled:
    """Which of the timers is meant: by its name, by how long it was set for, or all."""
    filled = Filled()
    lengths = [s.value for s in request.sentence.of("duration")]
    name = free.timer_name(request.sentence)
    every = {"all", "every", "timers"} & set(request.words)
    filled.put(duration=whole(lengths[0]) if lengths else None, name=name.text or None,
               all=True if every else None)  # fmt: skip
    filled.used.update(name.used)
    return filled


_LESS = word_set(
    "remove take subtract decrease reduce shorten cut off shorter knock less minus shave trim drop"
)


def _bare_minutes(request: Request) -> int | None:
    """ "Extend the timer by ten"."""
    numbers = [s for s in request.sentence.of("number") if request.words[s.start - 1] == "by"]
    return round(60 * float(str(numbers[0].value))) if len(numbers) == 1 else None


def _timer_add(request: Request) -> Filled:
    filled = Filled()
    name = free.timer_name(request.sentence)
    length = amounts.change(request.sentence) or _bare_minutes(request)
    sign = -1 if _LESS & set(request.words) else 1
    filled.put(duration=sign * length if length else None, name=name.text or None,
               of=amounts.unchanged(request.sentence))  # fmt: skip
    filled.used.update(name.used)
    return filled


def _alarm(request: Request) -> Filled:
    filled = Filled()
    moment, repeat = amounts.moment(request.sentence, request.now, waking=True)
    filled.put(time=moment, repeat=list(repeat) or None)
    if {"all", "every", "alarms"} & set(request.words) and not moment:
        filled.put(all=True)
    pieces = request.sentence.pieces
    read = [piece for piece in pieces if isinstance(piece, times.Clock)]
    if moment and read and not read[0].exact and not any(isinstance(p, times.Part) for p in pieces):
        filled.put(half="either")
    return filled


def _alarm_set(request: Request) -> Filled:
    filled = _alarm(request)
    filled.slots[0].pop("all", None)
    filled.slots[0].pop("half", None)
    return filled


def _reminder_set(request: Request) -> Filled:
    filled = Filled()
    moment, repeat = amounts.moment(request.sentence, request.now, waking=False)
    said = free.reminder(request.sentence)
    filled.put(text=said.text or None, time=moment, repeat=list(repeat) or None)
    filled.used.update(said.used)
    return filled


def _reminder(request: Request) -> Filled:
    filled = Filled()
    said = free.reminder(request.sentence)
    every = {"all", "every"} & set(request.words) or (
        "reminders" in request.words and not said.text
    )
    filled.put(text=said.text or None, all=True if every else None)
    filled.used.update(said.used)
    return filled


FILLERS: dict[str, Filler] = {
    "time.now": _time_now,
    "date.today": _date,
    "timer.set": _timer_set,
    "timer.add": _timer_add,
    "timer.remaining": _timer,
    "timer.pause": _timer,
    "timer.resume": _timer,
    "timer.cancel": _timer,
    "alarm.set": _alarm_set,
    "alarm.list": _alarm_set,
    "alarm.cancel": _alarm,
    "reminder.set": _reminder_set,
    "reminder.cancel": _reminder,
    "reminder.list": _reminder,
}
