"""Slots of clocks, dates, timers and reminders."""

from collections.abc import Sequence
from datetime import timedelta

from edge.understanding import amounts, free, holidays, times
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
    after = next(iter(amounts.delays(request.sentence)), None)
    filled.put(after=after)
    return filled


def _date(request: Request) -> Filled:
    filled = Filled()
    words = request.words
    when = times.date_of(request.sentence.pieces, request.now)
    after = next((p for p in request.sentence.pieces if isinstance(p, times.After)), None)
    if after is not None and after.seconds % 86400 == 0:
        when = request.now.date() + timedelta(seconds=after.seconds)
    named = holidays.found(words, request.now.date())
    if named is not None:
        when = named[0]
        filled.used.update(named[1])
    filled.put(date=when.isoformat() if when else None, asked=_asked(words, when is not None))
    return filled


def _asked(words: Sequence[str], dated: bool) -> str | None:
    """What of a date is asked for: the weekday, the date, how far it is, the month …"""
    said = set(words)
    if dated and said & _UNTIL and said & {"days", "weeks", "long", "longer", "sleeps"}:
        return "until"
    if not dated and words[0] in ("what", "which"):
        part = next((word for word in ("month", "year", "week") if word in said), None)
        if part and not said & {"day", "date"}:
            return part
    weekday = "day" in said or "weekday" in said
    return "weekday" if weekday else "date" if "date" in said else None


_UNTIL = word_set("until till til to before")


def _timer_set(request: Request) -> Filled:
    filled = Filled()
    lengths = [s.value for s in request.sentence.of("duration")] + amounts.delays(request.sentence)
    name = free.timer_name(request.sentence)
    if _ANOTHER & set(request.words) and request.sentence.of("duration"):
        lengths += _in_same_unit(request)
    if not lengths:
        lengths = _until(request) or _bare(request)
    if len(lengths) > 1 and _ANOTHER & set(request.words):
        filled.slots = [{"duration": whole(length)} for length in lengths]
    else:
        filled.put(duration=whole(lengths[-1]) if lengths else None, name=name.text or None)
        filled.put(instead=True if lengths and _instead(request.words) else None)
    filled.used.update(name.used)
    return filled


def _bare(request: Request) -> list[object]:
    """ "A timer for forty five": minutes, unless more is said."""
    numbers = request.sentence.of("number")
    last = numbers[-1] if numbers else None
    ends = last is not None and last.end == len(request.words) and last.start > 0
    return [60 * float(str(last.value))] if last and ends else []


def _until(request: Request) -> list[object]:
    """ "A timer until quarter past three": as long as that is away."""
    words = request.words
    if not {"until", "till", "til"} & set(words):
        return []
    start = next(i for i, word in enumerate(words) if word in ("until", "till", "til"))
    read = times.clock(words, start + 1) or times.bare_clock(words, start + 1)
    at = times.resolve([read[0]], request.now) if read else None
    return [round((at - request.now).total_seconds())] if at else []


def _instead(words: Sequence[str]) -> bool:
    """Whether a timer that runs is to be changed: "change the timer to fifteen minutes"."""
    return words[0] in ("change", "adjust", "update") or "instead" in words


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
    spared = bool(every and {"except", "but", "besides", "excluding"} & set(request.words))
    length = whole(lengths[0]) if lengths else None
    filled.put(**({"except": _spared(request, length)} if spared else {}))
    nth = None if every else _nth(request.words)
    named = None if spared or nth is not None else name.text or None
    filled.put(duration=None if spared else length, name=named, nth=nth,
               all=True if every else None)  # fmt: skip
    filled.used.update(name.used)
    return filled


_ORDINALS = {"first": 1, "oldest": 1, "second": 2, "third": 3, "fourth": 4, "fifth": 5,
             "last": -1, "latest": -1, "newest": -1}  # fmt: skip


def _nth(words: Sequence[str]) -> int | None:
    """ "The second timer", in the order in which they were set; -1 is the last."""
    for before, word, after in zip(("", *words), words, words[1:], strict=False):
        if word in _ORDINALS and after in ("timer", "one") and before in ("the", "my", "your"):
            return _ORDINALS[word]
    return None


def _spared(request: Request, length: int | None) -> str | int:
    """What "all timers except the pasta one" leaves alone: its name, or its length in seconds."""
    words = request.words
    at = next(
        i for i, word in enumerate(words) if word in ("except", "but", "besides", "excluding")
    )
    rest = [w for w in words[at + 1 :] if w not in ("for", "the", "my", "one", "timer", "not", ",")]
    return length if length is not None else " ".join(rest)


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


def _reminder_set(request: Request) -> Filled:
    filled = Filled()
    moment, repeat = amounts.moment(request.sentence, request.now, waking=False)
    said = free.reminder(request.sentence)
    filled.put(text=said.text or None, time=moment, repeat=list(repeat) or None)
    if moment is None and not repeat:
        day = times.date_of(request.sentence.pieces, request.now)
        filled.put(day=day.isoformat() if day else None)
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
    "reminder.set": _reminder_set,
    "reminder.cancel": _reminder,
    "reminder.list": _reminder,
}
