"""Picking up an earlier conversation: "back to the booking"."""

from collections.abc import Callable, Iterable, Sequence
from datetime import date, datetime

from edge.events import Action, Intent, Plan, Reply
from edge.memory.conversations import Conversations
from edge.memory.state import Conversation, Slot
from edge.skills.base import Undo, say, text_slot
from edge.skills.words import clock, join, month_day

_GONE = "I have nothing of that any more. Let's begin anew."


class Talks:
    """Resumes conversations; `missing` tells which required values one still lacks."""

    intents = frozenset({"talk.resume"})

    def __init__(
        self,
        talks: Conversations | None = None,
        missing: Callable[[Conversation], Sequence[str]] = lambda talk: (),
    ) -> None:
        self._talks = talks
        self._missing = missing

    def phrases(self) -> Iterable[str]:
        """What is said when there is nothing to go back to."""
        return (_GONE,)

    async def plan(self, intent: Intent, now: datetime) -> Plan:
        """Find the conversation and tell where it stood."""
        topic = text_slot(intent.slots, "topic") or ""
        talk = self._talks.of_topic(topic) if self._talks else None
        if talk is None:
            return say(_GONE)
        action = Action("talk.resume", {"id": talk.id, "topic": topic})
        return Plan(Reply(self._where_it_stood(talk, topic), expects_reply=True), action)

    def _where_it_stood(self, talk: Conversation, topic: str) -> str:
        known = [f"{slot.name.replace('_', ' ')} {spoken(slot)}" for slot in talk.slots]
        missing = [name.replace("_", " ") for name in self._missing(talk)]
        told = f"Back to the {topic}. " + (f"I have {join(known)}." if known else "")
        asked = f" What about the {join(missing)}?" if missing else " How shall we go on?"
        return told.rstrip() + asked

    async def perform(self, action: Action) -> Undo | None:
        """Make it the conversation under way."""
        if self._talks is not None:
            self._talks.resume(str(action.arguments["id"]))
        return None


def spoken(slot: Slot) -> str:
    """A value as it is said: dates and times in words."""
    try:
        if len(slot.value) == 10:
            day = date.fromisoformat(slot.value)
            return f"{day:%A} the {month_day(day)}"
        if ":" in slot.value:
            exact = len(slot.value) == 5  # else nobody said which half of the day
            return clock(datetime.strptime(slot.value, "%H:%M").time()) if exact else slot.said
    except ValueError:
        pass
    return slot.value
