"""A conversation as typed, versioned state: what is wanted, what is known of it, what is missing.

Frozen values and pure changes of them; `conversations` keeps them. A value is only ever put in
with the words it was said in, so nothing is known that was not said.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from functools import lru_cache
from typing import Any, Literal, TypeAlias

VERSION = 1
"""Of the JSON; a state of another version is not read (it only ever saves a repetition)."""
RECENT = 8
"""So many exchanges are kept in words."""

Kind: TypeAlias = Literal["date", "time", "number", "choice", "flag", "text"]


@dataclass(frozen=True, slots=True)
class Field:
    """One thing that a task needs to know."""

    name: str
    kind: Kind
    cues: tuple[str, ...] = ()
    """Words beside the value that tell it from others of its kind: "people", "arrive by"."""
    values: tuple[str, ...] = ()
    """What a choice may be."""
    required: bool = False


Form: TypeAlias = Sequence[Field]


@dataclass(frozen=True, slots=True)
class Found:
    """A value that an utterance holds."""

    name: str
    value: str
    """Normalised: an ISO date, HH:MM, digits, one of the choices; a text as it was said."""
    said: str
    """The words of the dialogue that it stands in."""
    sure: bool = True
    """False: another value was said in the same breath."""


@dataclass(frozen=True, slots=True)
class Slot:
    """What is known of a field."""

    name: str
    value: str
    said: str
    turn: int
    before: tuple[str, ...] = ()
    """Values that were corrected, oldest first."""
    doubts: tuple[str, ...] = ()
    """Other values that nobody clearly took back: a conflict to be asked about."""


@dataclass(frozen=True, slots=True)
class Exchange:
    """One turn in words; `heard` is what had truly sounded of the answer."""

    said: str
    heard: str


@dataclass(frozen=True, slots=True)
class Conversation:
    """One conversation."""

    id: str
    began: float
    """Unix seconds."""
    last: float
    """Unix seconds of the last turn."""
    specialist: str = ""
    """Who has the word; empty: nobody yet."""
    waiting: tuple[str, ...] = ()
    """Specialists that handed over and get the word back, the last one last."""
    topic: str = ""
    """What it is called when it is picked up again: "booking"."""
    intent: str = ""
    """The last intent of the device's catalogue, if there was one."""
    slots: tuple[Slot, ...] = ()
    summary: str = ""
    turns: int = 0
    question: str = ""
    """A confirmation that is open."""
    recent: tuple[Exchange, ...] = ()
    version: int = VERSION

    def slot(self, name: str) -> Slot | None:
        """What is known of a field."""
        return next((slot for slot in self.slots if slot.name == name), None)

    def missing(self, form: Form) -> tuple[str, ...]:
        """The required fields that nobody has named yet."""
        return tuple(each.name for each in form if each.required and not self.slot(each.name))

    def heard(self, said: str, heard: str, at: float) -> "Conversation":
        """The state after one more turn."""
        recent = (*self.recent, Exchange(said, heard))[-RECENT:]
        return replace(self, recent=recent, turns=self.turns + 1, last=at)

    def noted(self, found: Sequence[Found], *, correcting: bool, turn: int) -> "Conversation":
        """The state with these values. The latest word counts; what it displaced is kept.

        `correcting`: the user took the old value back ("no, make it eight"); without that, a
        changed value stays in doubt. What an older turn says never displaces a newer one.
        """
        slots = {slot.name: slot for slot in self.slots}
        for each in found:
            slots[each.name] = _merged(slots.get(each.name), each, correcting, turn)
        return replace(self, slots=tuple(slots.values()))

    def as_json(self) -> str:
        """For the store."""
        return json.dumps(asdict(self), ensure_ascii=False)


def _merged(old: Slot | None, found: Found, correcting: bool, turn: int) -> Slot:
    fresh = Slot(found.name, found.value, found.said, turn)
    if old is None:
        return fresh
    if old.turn > turn:
        return old
    if old.value == found.value:
        return replace(old, turn=turn, doubts=() if correcting else old.doubts)
    if not found.sure:
        return replace(old, doubts=_with(old.doubts, found.value))
    other = tuple(each for each in old.doubts if each != found.value)
    doubts = () if correcting else _with(other, old.value)
    return replace(fresh, before=_with(old.before, old.value), doubts=doubts)


def _with(values: tuple[str, ...], value: str) -> tuple[str, ...]:
    return (*(each for each in values if each != value), value)


@lru_cache(maxsize=128)
def from_json(text: str) -> Conversation | None:
    """Read a stored state; None where it is of another version, or no state.

    What is stored is looked at on every pause of the user, so the last ones are kept as read.
    """
    try:
        data = json.loads(text)
        if data.get("version") != VERSION:
            return None
        data["slots"] = tuple(Slot(**_tuples(slot)) for slot in data["slots"])
        data["recent"] = tuple(Exchange(**each) for each in data["recent"])
        return Conversation(**_tuples(data))
    except (ValueError, TypeError, KeyError, AttributeError):
        return None


def _tuples(data: Mapping[str, Any]) -> dict[str, Any]:
    return {key: tuple(value) if isinstance(value, list) else value for key, value in data.items()}
