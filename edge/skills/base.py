"""What a skill is, and the one place that knows which skill serves which intent."""

from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Protocol, TypeAlias

from edge.errors import SkillError
from edge.events import Action, Intent, Plan, Reply, Value
from edge.records import Planned

Undo: TypeAlias = Callable[[], Awaitable[None]]
"""Takes an action back."""
Planning: TypeAlias = Callable[[Intent, datetime], Awaitable[Plan]]

_CATALOGUE = {
    "time": ("now",),
    "date": ("today",),
    "timer": ("set", "remaining", "pause", "resume", "cancel", "add"),
    "alarm": ("set", "list", "cancel", "move", "snooze"),
    "reminder": ("set", "list", "cancel"),
    "home": (
        *("turn_on", "turn_off", "open", "close", "lock", "unlock"),
        *("set_brightness", "set_color", "set_temperature"),
        *("get_state", "get_temperature", "scene"),
    ),
    "media": ("play", "pause", "resume", "next", "previous"),
    "volume": ("get", "set", "up", "down", "mute", "unmute"),
    "list": ("add", "remove", "read", "clear"),
    "math": ("calculate",),
    "unit": ("convert",),
    "assistant": ("stop", "cancel", "repeat", "help", "hello", "thanks"),
    "random": ("coin", "dice"),
    "memory": ("remember", "recall", "forget"),
    "person": ("call",),
    "talk": ("resume",),
    "later": ("list", "cancel"),
}
INTENTS = frozenset(f"{domain}.{verb}" for domain, verbs in _CATALOGUE.items() for verb in verbs)
"""Every intent of the catalogue in docs/contracts.md."""


class Skill(Protocol):
    """A handful of intents that belong together."""

    intents: frozenset[str]

    def phrases(self) -> Iterable[str]:
        """Give every fixed reply, and the likeliest of the others, to be rendered beforehand."""
        ...

    async def plan(self, intent: Intent, now: datetime) -> Plan:
        """Read and decide; change nothing: most plans are thrown away.

        `now` is local and aware of its zone. Raises SkillError with a sentence for the user.
        """
        ...

    async def perform(self, action: Action) -> Undo | None:
        """Do what was planned; give what takes it back, where anything does.

        An action bears the name of its intent. Raises SkillError or StoreError.
        """
        ...


class Postponing(Protocol):
    """Has commands wait: see edge/skills/later.py."""

    def concerns(self, intent: Intent) -> bool:
        """Whether an intent says when, or is about a command that might wait."""
        ...

    async def decide(self, intent: Intent, now: datetime, at_once: Planning) -> Plan:
        """Decide on what concerns it; `at_once` plans a command that does not wait."""
        ...

    async def keep(self, action: Action) -> Undo | None:
        """Have wait what an action wants done afterwards."""
        ...

    async def carry_out(
        self, planned: Planned, due: datetime, now: datetime, skills: "Skills"
    ) -> tuple[Action | None, str]:
        """Do what is due and forget it: what was done, and what has to be told about it."""
        ...


class Skills:
    """All skills as one."""

    def __init__(self, skills: Sequence[Skill], later: Postponing | None = None) -> None:
        """Raises ValueError where an intent of the catalogue has no skill, or two."""
        self._skills = tuple(skills)
        self._later = later
        self._by_intent: dict[str, Skill] = {}
        for skill in skills:
            for name in skill.intents:
                if name in self._by_intent:
                    raise ValueError(f"two skills for {name}")
                self._by_intent[name] = skill
        if not self._by_intent.keys() >= INTENTS:
            raise ValueError(f"not served: {sorted(INTENTS - self._by_intent.keys())}")

    def phrases(self) -> Iterable[str]:
        """Give the phrases of all skills, each once."""
        found = (phrase for skill in self._skills for phrase in skill.phrases())
        return dict.fromkeys(found)

    async def plan(self, intent: Intent, now: datetime) -> Plan:
        """Have the intent's skill decide; what says when never happens at once."""
        if self._later is not None and self._later.concerns(intent):
            return await self._later.decide(intent, now, self._at_once)
        return await self._at_once(intent, now)

    async def _at_once(self, intent: Intent, now: datetime) -> Plan:
        return await self._skill(intent.name).plan(intent, now)

    async def perform(self, action: Action) -> Undo | None:
        """Have the action's skill do it, and have wait what is to follow."""
        undo = await self._skill(action.name).perform(action)
        if self._later is None:
            return undo
        kept = await self._later.keep(action)
        return _both(kept, undo) if kept and undo else kept or undo

    async def carry_out(
        self, planned: Planned, due: datetime, now: datetime
    ) -> tuple[Action | None, str]:
        """Do what was ordered for now: what was done, and what has to be told about it."""
        assert self._later is not None
        return await self._later.carry_out(planned, due, now, self)

    def _skill(self, name: str) -> Skill:
        skill = self._by_intent.get(name)
        if skill is None:
            raise SkillError("I haven't learned to do that yet.")
        return skill


def _both(first: Undo, second: Undo) -> Undo:
    async def undo() -> None:
        await first()
        await second()

    return undo


def say(text: str) -> Plan:
    """Only an answer; nothing is done."""
    return Plan(Reply(text))


def ask(question: str) -> Plan:
    """A question back: listening goes on."""
    return Plan(Reply(question, expects_reply=True))


def text_slot(slots: Mapping[str, Value], name: str) -> str | None:
    """Give a slot that is a text, or None."""
    value = slots.get(name)
    return value if isinstance(value, str) and value else None


def number_slot(slots: Mapping[str, Value], name: str) -> float | None:
    """Give a slot that is a number, or None."""
    value = slots.get(name)
    return value if isinstance(value, int | float) and not isinstance(value, bool) else None


def texts_slot(slots: Mapping[str, Value], name: str) -> tuple[str, ...]:
    """Give a slot that is a list of texts (or one text); empty where it is absent."""
    value = slots.get(name)
    if isinstance(value, str):
        return (value,)
    if not isinstance(value, Sequence):
        return ()
    return tuple(part for part in value if isinstance(part, str))
