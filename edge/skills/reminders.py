"""Reminders: a text that is said at a time."""

import uuid
from collections.abc import Iterable, Mapping
from datetime import datetime

from edge.events import Action, Intent, Plan, Reply, Value
from edge.records import Reminder
from edge.skills.base import Undo, ask, say, text_slot, texts_slot
from edge.skills.schedule import at_local, day_numbers, next_time, when
from edge.skills.words import count, join, sentence
from edge.store import Store

_WHAT = "What should I remind you of?"
_WHEN = "When should I remind you?"
_NONE = "You have no reminders."
_PASSED = "That time has already passed."
_CANCELLED = "Reminder cancelled."


class Reminders:
    """Remembers for somebody; the schedule speaks."""

    intents = frozenset({"reminder.set", "reminder.list", "reminder.cancel"})

    def __init__(self, store: Store) -> None:
        self._store = store

    def phrases(self) -> Iterable[str]:
        """All but the reminders themselves."""
        return (_WHAT, _WHEN, _NONE, _PASSED, _CANCELLED)

    async def plan(self, intent: Intent, now: datetime) -> Plan:
        """Decide which reminder."""
        match intent.name:
            case "reminder.set":
                return _set(intent.slots, now)
            case "reminder.list":
                return self._list(now)
            case _:
                return self._cancel(intent.slots)

    def _list(self, now: datetime) -> Plan:
        reminders = sorted(self._store.all(Reminder), key=lambda each: each.time)
        if not reminders:
            return say(_NONE)
        told = [f"{each.text}, {when(each, now)}" for each in reminders]
        return say(sentence(f"You have {count(len(told), 'reminder')}: {'; '.join(told)}"))

    def _cancel(self, slots: Mapping[str, Value]) -> Plan:
        reminders = self._store.all(Reminder)
        if not reminders:
            return say(_NONE)
        text = text_slot(slots, "text")
        if text is not None:
            reminders = [each for each in reminders if _like(each.text, text)]
            if not reminders:
                return say(f"There is no reminder about {text}.")
        if len(reminders) > 1 and not slots.get("all"):
            return ask(f"Which one: {join([each.text for each in reminders], 'or')}?")
        told = _CANCELLED if len(reminders) == 1 else f"{len(reminders)} reminders cancelled."
        arguments = {
            "ids": [each.id for each in reminders],
            "texts": [each.text for each in reminders],
        }
        return Plan(Reply(told), Action("reminder.cancel", arguments))

    async def perform(self, action: Action) -> Undo | None:
        """Write the reminder, or remove those that were chosen."""
        arguments = action.arguments
        if action.name == "reminder.set":
            time, text, days = (str(arguments[key]) for key in ("time", "text", "days"))
            put = [Reminder(uuid.uuid4().hex, time, text, days)]
            remove: list[Reminder] = []
        else:
            chosen = texts_slot(arguments, "ids")
            put, remove = [], [each for each in self._store.all(Reminder) if each.id in chosen]
        await self._store.write(put, remove)

        async def undo() -> None:
            await self._store.write(put=remove, remove=put)

        return undo


def _set(slots: Mapping[str, Value], now: datetime) -> Plan:
    text, time = text_slot(slots, "text"), text_slot(slots, "time")
    if text is None:
        return ask(_WHAT)
    if time is None:
        return ask(_WHEN)
    days = day_numbers(texts_slot(slots, "repeat"))
    if days:
        time = next_time(time, days, now)
    at = at_local(time, now)
    if at <= now:
        return say(_PASSED)
    local = at.replace(tzinfo=None).isoformat(timespec="minutes")
    reminder = Reminder("", local, text, days)
    return Plan(
        Reply(sentence(f"I'll remind you {when(reminder, now)}: {text}")),
        Action("reminder.set", {"text": text, "time": local, "days": days}),
    )


def _like(text: str, said: str) -> bool:
    """Every word that was said is in the reminder."""
    return set(said.casefold().split()) <= set(text.casefold().split())
