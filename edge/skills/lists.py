"""Lists: shopping, to-do, and what else the config names."""

import uuid
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from edge.events import Action, Intent, Plan, Reply, Value
from edge.records import Item
from edge.skills.base import Undo, ask, say, text_slot, texts_slot
from edge.skills.words import count, is_are, join, sentence
from edge.store import Store

_QUESTION = {"list.add": "What should I add?", "list.remove": "What should I remove?"}


class Lists:
    """Adds, removes, reads and clears."""

    intents = frozenset({*_QUESTION, "list.read", "list.clear"})

    def __init__(self, store: Store, names: Sequence[str]) -> None:
        self._store = store
        self._names = tuple(names)

    def phrases(self) -> Iterable[str]:
        """The questions, and what is said of an empty list."""
        yield from (*_QUESTION.values(), self._which())
        for name in self._names:
            yield from (f"Your {name} list is empty.", f"Cleared your {name} list.")

    async def plan(self, intent: Intent, now: datetime) -> Plan:
        """Decide which entries."""
        asked = texts_slot(intent.slots, "items") if intent.name == "list.read" else ()
        if asked:
            return self._told(intent.slots, asked)
        name = self._name(intent.slots)
        if isinstance(name, Plan):
            return name
        items = [item for item in self._store.all(Item) if item.list == name]
        if intent.name in _QUESTION:
            said = [each.strip() for each in texts_slot(intent.slots, "items") if each.strip()]
            if not said:
                return ask(_QUESTION[intent.name])
            known = {item.text.casefold() for item in items}
            change = _add if intent.name == "list.add" else _remove
            return change(name, list(dict.fromkeys(said)), known)
        if not items:
            return say(f"Your {name} list is empty.")
        spared = {text.casefold() for text in texts_slot(intent.slots, "except")}
        texts = [item.text for item in items if item.text.casefold() not in spared]
        if intent.name == "list.read":
            many = f"{count(len(texts), 'thing')}: " if len(texts) > 3 else ""
            return say(sentence(f"Your {name} list has {many}{join(texts)}"))
        arguments = {"list": name, "items": texts}
        but = f" except {join(sorted(spared))}" if spared else ""
        return Plan(Reply(f"Cleared your {name} list{but}."), Action("list.clear", arguments))

    def _told(self, slots: Mapping[str, Value], asked: Sequence[str]) -> Plan:
        """Whether something is on a list, or on any."""
        named = self._name(slots) if "list" in slots else None
        if isinstance(named, Plan):
            return named
        there = [
            (item.list, item.text)
            for item in self._store.all(Item)
            if item.text.casefold() in {text.casefold() for text in asked}
            and named in (None, item.list)
        ]
        if not there:
            verb = "are" if len(asked) > 1 else is_are(asked[0])
            where = f"your {named} list" if named else "your lists"
            return say(sentence(f"No, {join(asked)} {verb} not on {where}"))
        texts = [text for _, text in there]
        verb = "are" if len(texts) > 1 else is_are(texts[0])
        return say(sentence(f"Yes, {join(texts)} {verb} on your {there[0][0]} list"))

    def _name(self, slots: Mapping[str, Value]) -> str | Plan:
        said = text_slot(slots, "list")
        if said is None:
            return self._names[0] if len(self._names) == 1 else ask(self._which())
        wanted = said.casefold().removesuffix("list").strip()
        for name in self._names:
            if _key(name) == _key(wanted):
                return name
        return say(f"You have no {wanted} list. There is {join(self._names)}.")

    def _which(self) -> str:
        return f"Which list: {join(self._names, 'or')}?"

    async def perform(self, action: Action) -> Undo | None:
        """Write the entries, or cross them out."""
        name, texts = str(action.arguments["list"]), texts_slot(action.arguments, "items")
        put, remove = [], []
        if action.name == "list.add":
            put = [Item(uuid.uuid4().hex, name, text) for text in texts]
        else:
            gone = {text.casefold() for text in texts}
            listed = (item for item in self._store.all(Item) if item.list == name)
            remove = [item for item in listed if item.text.casefold() in gone]
        await self._store.write(put, remove)

        async def undo() -> None:
            await self._store.write(put=remove, remove=put)

        return undo


def _add(name: str, said: Sequence[str], known: set[str]) -> Plan:
    new = [text for text in said if text.casefold() not in known]
    if not new:
        verb = "is" if len(said) == 1 else "are"
        return say(sentence(f"{join(said)} {verb} already on your {name} list"))
    action = Action("list.add", {"list": name, "items": new})
    return Plan(Reply(f"Added {join(new)} to your {name} list."), action)


def _remove(name: str, said: Sequence[str], known: set[str]) -> Plan:
    there = [text for text in said if text.casefold() in known]
    if not there:
        verb = "is" if len(said) == 1 else "are"
        return say(sentence(f"{join(said)} {verb} not on your {name} list"))
    action = Action("list.remove", {"list": name, "items": there})
    return Plan(Reply(f"Removed {join(there)} from your {name} list."), action)


def _key(name: str) -> str:
    return "".join(letter for letter in name.casefold() if letter.isalnum())
