"""Alarms: once, or on some weekdays."""

import uuid
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta

from edge.events import Action, Intent, Plan, Reply, Value
from edge.skills.base import Undo, ask, say, text_slot, texts_slot
from edge.skills.schedule import at_local, day_numbers, next_time, when
from edge.skills.words import clock, count, join, sentence
from edge.store import Alarm, Store

_WHEN = "For what time?"
_NONE = "You have no alarms."


class Alarms:
    """Wakes at a time of the wall clock; the schedule rings."""

    intents = frozenset({"alarm.set", "alarm.list", "alarm.cancel"})

    def __init__(self, store: Store) -> None:
        self._store = store

    def phrases(self) -> Iterable[str]:
        """The question, and tomorrow's usual hours."""
        yield from (_WHEN, _NONE, "Alarm cancelled.", "That time has already passed.")
        for hour in range(5, 10):
            for minute in (0, 30):
                yield f"Alarm set for tomorrow at {clock(datetime(2000, 1, 1, hour, minute))}"

    async def plan(self, intent: Intent, now: datetime) -> Plan:
        """Decide which alarm."""
        match intent.name:
            case "alarm.set":
                return _set(intent.slots, now)
            case "alarm.list":
                return self._list(now)
            case _:
                return self._cancel(intent.slots, now)

    def _list(self, now: datetime) -> Plan:
        alarms = sorted(self._store.all(Alarm), key=lambda alarm: alarm.time)
        if not alarms:
            return say(_NONE)
        told = join([when(alarm, now) for alarm in alarms])
        return say(sentence(f"You have {count(len(alarms), 'alarm')}: {told}"))

    def _cancel(self, slots: Mapping[str, Value], now: datetime) -> Plan:
        alarms = self._store.all(Alarm)
        if not alarms:
            return say(_NONE)
        wanted = text_slot(slots, "time")
        if wanted is not None:
            at = at_local(wanted, now)
            other = at + timedelta(hours=12)
            either = slots.get("half") == "either"
            alarms = _at(alarms, at, now) or (_at(alarms, other, now) if either else [])
            if not alarms:
                return say(sentence(f"There is no alarm at {clock(at)}"))
        if len(alarms) > 1 and not slots.get("all"):
            return ask(f"Which one: {join([when(alarm, now) for alarm in alarms], 'or')}?")
        text = "Alarm cancelled." if len(alarms) == 1 else f"{len(alarms)} alarms cancelled."
        arguments = {
            "ids": [alarm.id for alarm in alarms],
            "times": [alarm.time for alarm in alarms],
        }
        return Plan(Reply(text), Action("alarm.cancel", arguments))

    async def perform(self, action: Action) -> Undo | None:
        """Write the alarm, or remove those that were chosen."""
        arguments = action.arguments
        if action.name == "alarm.set":
            put = [Alarm(uuid.uuid4().hex, str(arguments["time"]), str(arguments["days"]))]
            remove: list[Alarm] = []
        else:
            chosen = texts_slot(arguments, "ids")
            put, remove = [], [each for each in self._store.all(Alarm) if each.id in chosen]
        await self._store.write(put, remove)

        async def undo() -> None:
            await self._store.write(put=remove, remove=put)

        return undo


def _set(slots: Mapping[str, Value], now: datetime) -> Plan:
    time = text_slot(slots, "time")
    if time is None:
        return ask(_WHEN)
    days = day_numbers(texts_slot(slots, "repeat"))
    if days:
        time = next_time(time, days, now)
    at = at_local(time, now)
    if at <= now:
        return say("That time has already passed.")
    alarm = Alarm("", at.replace(tzinfo=None).isoformat(timespec="minutes"), days)
    return Plan(
        Reply(
            sentence(f"Alarm set for {when(alarm, now).removeprefix('at ').removeprefix('on ')}")
        ),
        Action("alarm.set", {"time": alarm.time, "days": alarm.days}),
    )


def _at(alarms: Sequence[Alarm], at: datetime, now: datetime) -> list[Alarm]:
    """The alarms at a time: on that very day, or else on any."""
    same = [a for a in alarms if at_local(a.time, now).time() == at.time()]
    return [a for a in same if at_local(a.time, now) == at] or same
