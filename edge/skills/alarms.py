"""Alarms: once, or on some weekdays."""

import uuid
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta

from edge.events import Action, Intent, Plan, Reply, Value
from edge.records import Alarm
from edge.skills.base import Undo, ask, number_slot, say, text_slot, texts_slot
from edge.skills.schedule import at_local, day_numbers, next_time, when
from edge.skills.words import clock, count, join, sentence
from edge.store import Store

_WHEN = "For what time?"
_NONE = "You have no alarms."
_ONLY = "There is no other alarm."


class Alarms:
    """Wakes at a time of the wall clock; the schedule rings."""

    intents = frozenset({"alarm.set", "alarm.list", "alarm.cancel", "alarm.move"})

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
            case "alarm.move":
                return self._move(intent.slots, now)
            case _:
                return self._cancel(intent.slots, now)

    def _list(self, now: datetime) -> Plan:
        alarms = sorted(self._store.all(Alarm), key=lambda alarm: alarm.time)
        if not alarms:
            return say(_NONE)
        told = join([when(alarm, now) for alarm in alarms])
        return say(sentence(f"You have {count(len(alarms), 'alarm')}: {told}"))

    def _cancel(self, slots: Mapping[str, Value], now: datetime) -> Plan:
        if not self._store.all(Alarm):
            return say(_NONE)
        meant = _meant(self._store.all(Alarm), slots, now)
        if isinstance(meant, Plan):
            return meant
        alarms = list(meant)
        if len(alarms) > 1 and not slots.get("all"):
            return ask(f"Which one: {join([when(alarm, now) for alarm in alarms], 'or')}?")
        text = "Alarm cancelled." if len(alarms) == 1 else f"{len(alarms)} alarms cancelled."
        arguments = {
            "ids": [alarm.id for alarm in alarms],
            "times": [alarm.time for alarm in alarms],
        }
        return Plan(Reply(text), Action("alarm.cancel", arguments))

    def _move(self, slots: Mapping[str, Value], now: datetime) -> Plan:
        alarms = self._store.all(Alarm)
        if not alarms:
            return say(_NONE)
        old = {"time": slots["of"], "half": "either"} if "of" in slots else {}
        meant = _meant(alarms, old, now)
        if isinstance(meant, Plan):
            return meant
        if len(meant) > 1:
            return ask(f"Which one: {join([when(alarm, now) for alarm in meant], 'or')}?")
        at = _moved(at_local(meant[0].time, now), slots, now)
        if at is None:
            return ask(_WHEN)
        time = at.replace(tzinfo=None).isoformat(timespec="minutes")
        days = meant[0].days
        alarm = Alarm(meant[0].id, next_time(time, days, now) if days else time, days)
        told = when(alarm, now).removeprefix("at ").removeprefix("on ")
        arguments = {"ids": [alarm.id], "time": alarm.time, "days": alarm.days}
        return Plan(Reply(sentence(f"Alarm moved to {told}")), Action("alarm.move", arguments))

    async def perform(self, action: Action) -> Undo | None:
        """Write the alarm, or remove those that were chosen."""
        arguments = action.arguments
        if action.name == "alarm.set":
            put = [Alarm(uuid.uuid4().hex, str(arguments["time"]), str(arguments["days"]))]
            remove: list[Alarm] = []
        else:
            chosen = texts_slot(arguments, "ids")
            put, remove = [], [each for each in self._store.all(Alarm) if each.id in chosen]
            if action.name == "alarm.move":
                put = [
                    Alarm(uuid.uuid4().hex, str(arguments["time"]), str(arguments["days"]))
                    for _ in remove
                ]
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


def _meant(
    alarms: Sequence[Alarm], slots: Mapping[str, Value], now: datetime
) -> Sequence[Alarm] | Plan:
    """The alarms of a time or a day, or all but those; the plan that says that there is none."""
    wanted = text_slot(slots, "time") or text_slot(slots, "except")
    if wanted is not None:
        at = at_local(wanted, now)
        either = slots.get("half") == "either"
        found = _at(alarms, at, now) or (
            _at(alarms, at + timedelta(hours=12), now) if either else []
        )
        if "except" in slots:
            return [alarm for alarm in alarms if alarm not in found] or say(_ONLY)
        return found or say(sentence(f"There is no alarm at {clock(at)}"))
    day = text_slot(slots, "day")
    if day is None:
        return alarms
    found = [each for each in alarms if _rings_on(each, datetime.fromisoformat(day), now)]
    return found or say(f"There is no alarm {_on(day, now)}.")


def _rings_on(alarm: Alarm, day: datetime, now: datetime) -> bool:
    if alarm.days:
        return str(day.weekday()) in alarm.days.split(",")
    return at_local(alarm.time, now).date() == day.date()


def _on(day: str, now: datetime) -> str:
    """ "Tomorrow", "on Monday"."""
    date = datetime.fromisoformat(day).date()
    near = {0: "today", 1: "tomorrow"}.get((date - now.date()).days)
    return near or f"on {date:%A}"


def _moved(old: datetime, slots: Mapping[str, Value], now: datetime) -> datetime | None:
    """The new time of an alarm: on its own day, and in the half of it that is nearer."""
    by, wanted = number_slot(slots, "by"), text_slot(slots, "time")
    if by is not None:
        at = old + timedelta(seconds=by)
        return at if at > now else at + timedelta(days=1)
    if wanted is None:
        return None
    at = at_local(wanted, now)
    if slots.get("half") == "either":
        halves = (at, at + timedelta(hours=12))
        minutes = old.hour * 60 + old.minute
        at = min(halves, key=lambda each: abs(each.hour * 60 + each.minute - minutes))
    if not slots.get("day"):
        at = old.replace(hour=at.hour, minute=at.minute)
    return at if at > now else at + timedelta(days=1)


def _at(alarms: Sequence[Alarm], at: datetime, now: datetime) -> list[Alarm]:
    """The alarms at a time: on that very day, or else on any."""
    same = [a for a in alarms if at_local(a.time, now).time() == at.time()]
    return [a for a in same if at_local(a.time, now) == at] or same
