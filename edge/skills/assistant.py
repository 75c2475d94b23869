"""The assistant itself: stop, never mind, help, and being polite."""

from collections.abc import Iterable
from datetime import datetime

from edge.events import Action, Intent, Plan, Reply
from edge.skills.base import Undo

_FIXED = {
    "assistant.cancel": "Okay, never mind.",
    # What was said last is known to the conversation, which answers in our stead.
    "assistant.repeat": "I haven't said anything yet.",
    "assistant.help": (
        "You can ask me for timers, alarms, reminders and lists, for the lights and the rest of "
        "your home, for music, the time, and small sums. "
        "Try: set a timer for 5 minutes, or: turn off the lights."
    ),
    "assistant.thanks": "You're welcome.",
}
_GREETINGS = {range(5, 12): "Good morning!", range(12, 18): "Good afternoon!"}
_OTHERWISE = "Good evening!"


class AssistantSkill:
    """What is said to the assistant as a person."""

    intents = frozenset({*_FIXED, "assistant.stop", "assistant.hello"})

    def phrases(self) -> Iterable[str]:
        """Every reply: they are all fixed."""
        return (*_FIXED.values(), *_GREETINGS.values(), _OTHERWISE)

    async def plan(self, intent: Intent, now: datetime) -> Plan:
        """Answer; the one who says stop wants to hear nothing."""
        if intent.name == "assistant.stop":
            return Plan(Reply(""), Action(intent.name))
        if intent.name == "assistant.hello":
            fits = (text for hours, text in _GREETINGS.items() if now.hour in hours)
            return Plan(Reply(next(fits, _OTHERWISE)))
        return Plan(Reply(_FIXED[intent.name]))

    async def perform(self, action: Action) -> Undo | None:
        """Stopping is what the conversation does by itself when it is spoken to."""
        return None
