"""Getting help: the configured person is told, after a yes or at once, and the user hears of it."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from edge.events import Action, Intent, Plan, Reply
from edge.home.contact import Contact
from edge.skills.base import Undo, say, text_slot

_WHY: Mapping[str, str] = {
    "medical": "that you need medical help",
    "fire": "that there may be a fire",
    "distress": "that you need help",
    "person": "that you would like to talk to them",
    "failure": "that I could not help you",
}
_TOLD: Mapping[str, str] = {
    "medical": "They need medical help.",
    "fire": "There may be a fire.",
    "distress": "They need help.",
    "person": "They would like to talk to you.",
    "failure": "I could not help them.",
}
_URGENT = frozenset({"medical", "fire", "distress"})


class Escalation:
    """Tells a person. Never silently, and never twice for one question."""

    intents = frozenset({"person.call"})

    def __init__(self, contact: Contact, number: str, immediate: Sequence[str]) -> None:
        self._contact = contact
        self._number = number
        self._immediate = frozenset(immediate)

    def phrases(self) -> Iterable[str]:
        """Every sentence: in an emergency none may be waited for."""
        for kind in _WHY:
            yield self._nobody(kind)
            if self._contact.name:
                yield from (self._question(kind), self._done(kind))

    async def plan(self, intent: Intent, now: datetime) -> Plan:
        """Decide whether to ask first."""
        kind = text_slot(intent.slots, "kind") or "person"
        kind = kind if kind in _WHY else "person"
        if not self._contact.name:
            return say(self._nobody(kind))
        said = text_slot(intent.slots, "said") or ""
        action = Action("person.call", {"kind": kind, "said": said, "contact": self._contact.name})
        if kind in self._immediate:
            return Plan(Reply(self._done(kind)), action)
        asked = Reply(self._question(kind), expects_reply=True)
        return Plan(asked, action, confirm=True, done=self._done(kind))

    async def perform(self, action: Action) -> Undo | None:
        """Tell the contact. What was told cannot be untold, so there is nothing to undo."""
        kind, said = str(action.arguments["kind"]), str(action.arguments["said"])
        text = f'{_TOLD[kind]} They said to Stonechat: "{said}"'
        await self._contact.tell(text, kind, said)
        return None

    def _question(self, kind: str) -> str:
        also = f"If it is an emergency, call {self._number} yourself. " if kind in _URGENT else ""
        return f"{also}Shall I tell {self._contact.name} {_WHY[kind]}?"

    def _done(self, kind: str) -> str:
        also = f" If it is an emergency, call {self._number} yourself." if kind in _URGENT else ""
        return f"I have told {self._contact.name} {_WHY[kind]}.{also}"

    def _nobody(self, kind: str) -> str:
        if kind in _URGENT:
            return f"I can't reach anybody from here. If it is an emergency, call {self._number}."
        return "There is nobody I could reach for you: no contact is set up."
