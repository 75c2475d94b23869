"""What the assistant is asked to remember, to tell again, and to forget."""

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from edge.events import Action, Intent, Plan, Reply, Value
from edge.memory.facts import Facts
from edge.records import Fact
from edge.skills.base import Undo, ask, number_slot, say, text_slot, texts_slot
from edge.skills.words import count, join

_WHAT = "What should I remember?"
_NOTHING = "You haven't asked me to remember anything."
_NOT_THAT = "I know nothing about that."
_ALL = "Should I forget everything that you asked me to remember?"
_ALL_GONE = "I have forgotten all of it."
_TOLD = 5
"""So many facts are told in one breath."""
_LATELY_S = 600.0
_TURNED = {
    "my": "your", "mine": "yours", "me": "you", "i": "you", "myself": "yourself", "our": "your",
    "ours": "yours", "us": "you", "we": "you", "i'm": "you're", "we're": "you're",
    "i've": "you've", "we've": "you've", "i'd": "you'd", "i'll": "you'll",
}  # fmt: skip
_AFTER_I = {"am": "are", "was": "were"}


class MemorySkill:
    """Keeps facts by consent alone: only what it was told to keep."""

    intents = frozenset({"memory.remember", "memory.recall", "memory.forget"})

    def __init__(self, facts: Facts) -> None:
        self._facts = facts
        self._told: tuple[str, ...] = ()
        """Ids of what was told last: "forget that" means it."""

    def phrases(self) -> Iterable[str]:
        """All but the facts themselves."""
        return (_WHAT, _NOTHING, _NOT_THAT, _ALL, _ALL_GONE)

    async def plan(self, intent: Intent, now: datetime) -> Plan:
        """Decide what to keep, tell or forget."""
        match intent.name:
            case "memory.remember":
                return _remember(intent.slots)
            case "memory.recall":
                return self._recall(text_slot(intent.slots, "about"))
            case _:
                return self._forget(intent.slots, now)

    def _recall(self, about: str | None) -> Plan:
        facts = self._facts.all() if about is None else self._facts.find(about)
        if not facts:
            return say(_NOTHING if about is None else _NOT_THAT)
        self._told = tuple(fact.id for fact in facts)
        told = join([to_you(fact.text) for fact in facts[-_TOLD:]])
        if len(facts) > _TOLD:
            return say(f"I know {count(len(facts), 'thing')}. The last ones are: {told}.")
        return say(f"You told me that {told}.")

    def _forget(self, slots: Mapping[str, Value], now: datetime) -> Plan:
        facts = self._facts.all()
        if not facts:
            return say(_NOTHING)
        if slots.get("all"):
            action = Action("memory.forget", {"ids": [fact.id for fact in facts]})
            return Plan(Reply(_ALL, expects_reply=True), action, confirm=True, done=_ALL_GONE)
        about = text_slot(slots, "about")
        if about is not None:
            facts = self._facts.answers(about)
        else:
            late = [fact for fact in facts if now.timestamp() - fact.at < _LATELY_S][-1:]
            facts = [fact for fact in facts if self._told == (fact.id,)] or late
        if not facts:
            return say(_NOT_THAT)
        told = join([to_you(fact.text) for fact in facts])
        return Plan(
            Reply(f"I have forgotten that {told}."),
            Action("memory.forget", {"ids": [fact.id for fact in facts]}),
        )

    async def perform(self, action: Action) -> Undo | None:
        """Write a fact, or cross facts out."""
        if action.name == "memory.remember":
            before = self._facts.all()
            days = number_slot(action.arguments, "days")
            fact = await self._facts.keep(str(action.arguments["text"]), days)
            self._told = ()
            old = [each for each in before if each.id == fact.id]
            return self._back(old, [] if old else [fact])
        chosen = texts_slot(action.arguments, "ids")
        gone = [fact for fact in self._facts.all() if fact.id in chosen]
        await self._facts.forget(gone)
        return self._back(gone, [])

    def _back(self, put: Sequence[Fact], remove: Sequence[Fact]) -> Undo:
        async def undo() -> None:
            await self._facts.restore(put)
            await self._facts.forget(remove)

        return undo


def _remember(slots: Mapping[str, Value]) -> Plan:
    text = text_slot(slots, "text")
    if text is None:
        return ask(_WHAT)
    days = number_slot(slots, "days")
    long = f", for {count(int(days), 'day')}" if days else ""
    arguments: dict[str, Value] = {"text": text, **({"days": days} if days else {})}
    reply = f"I'll remember that {to_you(text)}{long}."
    return Plan(Reply(reply), Action("memory.remember", arguments))


def to_you(text: str) -> str:
    """Turn what somebody said of themselves round: "my sister" → "your sister"."""
    words, turned = text.split(" "), []
    for i, word in enumerate(words):
        key = word.casefold()
        after_i = i > 0 and words[i - 1].casefold() == "i"
        turned.append(_AFTER_I.get(key, word) if after_i else _TURNED.get(key, word))
    return re.sub(r"\s+", " ", " ".join(turned)).strip()
