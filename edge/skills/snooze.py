"""Snoozing: what has just rung rings once more, a while later."""

import uuid
from collections.abc import Iterable
from datetime import datetime, timedelta

from edge.events import Action, Intent, Plan, Reply
from edge.records import Alarm, Reminder, Timer
from edge.skills.base import Undo, number_slot, say
from edge.skills.schedule import Schedule
from edge.skills.words import duration, sentence
from edge.store import Store

SNOOZE_S = 540
"""Of an alarm, where no other length is said."""
RECENT = timedelta(minutes=30)
"""What rang longer ago is not meant."""
_NOTHING = "Nothing has rung just now."
_LONGEST_S = 86_400


class Snooze:
    """Sets the last ring again."""

    intents = frozenset({"alarm.snooze"})

    def __init__(self, store: Store, schedule: Schedule) -> None:
        self._store = store
        self._schedule = schedule

    def phrases(self) -> Iterable[str]:
        """The usual lengths."""
        yield _NOTHING
        for seconds in (300, SNOOZE_S, 600, 900):
            yield f"Again in {duration(seconds)}."

    async def plan(self, intent: Intent, now: datetime) -> Plan:
        """Decide what rings again, and when."""
        ring = self._schedule.rang
        if ring is None or not timedelta() <= now - ring.due <= RECENT:
            return say(_NOTHING)
        seconds = number_slot(intent.slots, "duration") or SNOOZE_S
        if not 0 < seconds <= _LONGEST_S:
            return say("I can only snooze for up to a day.")
        arguments = {"kind": ring.kind, "name": ring.name or "", "seconds": seconds,
                     "at": now.isoformat()}  # fmt: skip
        return Plan(
            Reply(sentence(f"Again in {duration(seconds)}")), Action("alarm.snooze", arguments)
        )

    async def perform(self, action: Action) -> Undo | None:
        """Write what is to ring."""
        arguments = action.arguments
        now = datetime.fromisoformat(str(arguments["at"]))
        seconds = number_slot(arguments, "seconds") or SNOOZE_S
        again = self._again(str(arguments["kind"]), str(arguments["name"]), seconds, now)
        await self._store.write(put=[again])

        async def undo() -> None:
            await self._store.write(remove=[again])

        return undo

    def _again(
        self, kind: str, name: str, seconds: float, now: datetime
    ) -> Timer | Alarm | Reminder:
        fresh = uuid.uuid4().hex
        at = (now + timedelta(seconds=seconds)).replace(tzinfo=None).isoformat(timespec="seconds")
        if kind == "timer":
            called = name.removesuffix(" timer")
            return self._schedule.running(Timer(fresh, called, seconds, None, None), seconds, now)
        return Alarm(fresh, at) if kind == "alarm" else Reminder(fresh, at, name)
