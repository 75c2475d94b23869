"""What goes on from the last turn in a few fixed ways: "cancel it" of a timer, "every weekday" of
an alarm, "take the milk off again" of a list. Pure.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from edge.events import Intent, Local
from edge.understanding.router import Router
from edge.understanding.spans import read
from edge.understanding.times import WEEKDAYS, Repeat
from edge.understanding.wordset import phrase_list, word_set

_END = phrase_list("cancel it, stop it, delete it, end it, turn it off, kill it, never mind it")
_ASKED = frozenset({"timer.remaining", "timer.pause", "timer.resume"})
_GLUE = word_set("on at and make it that the do please , for repeat repeated")


def onward(
    words: Sequence[str], last: Sequence[Intent], router: Router, now: datetime
) -> tuple[tuple[Intent, ...], bool] | None:
    """The intents, and whether they take the place of the last turn's; None where none is meant."""
    found = _ended(words, last) or _same_list(words, last, router, now)
    if found is not None:
        return (found,), False
    again = _repeated(words, last, router)
    return ((again,), True) if again else None


def _ended(words: Sequence[str], last: Sequence[Intent]) -> Intent | None:
    """ "Cancel it", after a timer was asked about."""
    if " ".join(words) not in _END or len(last) != 1 or last[0].name not in _ASKED:
        return None
    which = {key: v for key, v in last[0].slots.items() if key in ("name", "duration")}
    return Intent("timer.cancel", which)


def _same_list(
    words: Sequence[str], last: Sequence[Intent], router: Router, now: datetime
) -> Intent | None:
    """A list that is not named is the one that was spoken of."""
    named = last[-1].slots.get("list")
    if not last[-1].name.startswith("list.") or named is None:
        return None
    route = router.route(" ".join(words), now)
    if not isinstance(route, Local) or len(route.intents) != 1:
        return None
    intent = route.intents[0]
    if not intent.name.startswith("list.") or "list" in intent.slots:
        return None
    return replace(intent, slots={**intent.slots, "list": named})


def _repeated(words: Sequence[str], last: Sequence[Intent], router: Router) -> Intent | None:
    """ "Every weekday", of the alarm that was just set."""
    spans = read(words, router.index).spans
    if len(last) != 1 or last[0].name not in ("alarm.set", "reminder.set") or len(spans) != 1:
        return None
    inside = range(spans[0].start, spans[0].end)
    rest = {word for i, word in enumerate(words) if i not in inside}
    value, time = spans[0].value, last[0].slots.get("time")
    if not isinstance(value, Repeat) or not _GLUE.issuperset(rest) or not isinstance(time, str):
        return None
    at = datetime.fromisoformat(time)
    while WEEKDAYS[at.weekday()] not in value.days:
        at += timedelta(days=1)
    moved = at.isoformat(timespec="minutes")
    return replace(last[0], slots={**last[0].slots, "time": moved, "repeat": list(value.days)})
