"""What a sentence leads to, what became of it, and what the next one may refer to."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import assert_never

from edge.cloud.asking import Asking
from edge.events import Action, Cloud, Completeness, Intent, Local, Plan, Reply, Route, Value
from edge.skills.base import Undo


@dataclass(frozen=True, slots=True)
class Question:
    """What the assistant asked last and still waits for: a confirmation, or a missing slot."""

    plan: Plan
    intent: Intent


@dataclass(frozen=True, slots=True)
class Decision:
    """What a sentence leads to. Nothing of it has happened yet."""

    text: str
    route: Route
    where: str
    plans: tuple[Plan, ...]
    reply: Reply
    completeness: Completeness
    question: Question | None = None
    confirmed: bool | None = None
    """The answer to a pending confirmation; None when there was none."""
    instead: bool = False
    """The last turn is to be taken back first."""
    failed: bool = False
    """A skill could not do what was asked."""
    asks: bool = False
    """The answer comes from a language model: see `Mind.ask`."""

    @property
    def domain(self) -> str:
        """The domain of what the device does with it; empty where it does nothing."""
        intent = self.intent
        return intent.name.partition(".")[0] if intent and isinstance(self.route, Local) else ""

    @property
    def loose(self) -> bool:
        """It is a command with words that explain nothing."""
        return isinstance(self.route, Local) and self.route.loose

    @property
    def intent(self) -> Intent | None:
        """The first (mostly the only) intent."""
        match self.route:
            case Local(intents=intents):
                return intents[0]
            case Cloud(intent=guess):
                return guess
            case _ as never:
                assert_never(never)

    def as_data(self) -> dict[str, Value]:
        """The decision as the `route` event tells it."""
        intent = self.intent
        return {
            "where": self.where,
            "intent": intent.name if intent else None,
            "slots": dict(intent.slots) if intent else {},
            "score": round(intent.score, 4) if intent else 0.0,
            "reason": self.route.reason,
        }


@dataclass(frozen=True, slots=True)
class Outcome:
    """What really happened, and what is therefore to be said."""

    reply: Reply
    done: tuple[Action, ...] = ()
    error: str | None = None
    undone: tuple[Action, ...] = ()
    """What was taken back before, because this came in its place."""


@dataclass(frozen=True, slots=True)
class Past:
    """A turn that was carried out on the device, for the next one to refer to."""

    intents: tuple[Intent, ...]
    at: datetime
    undo: tuple[tuple[Action, Undo], ...]
    whole: bool
    """All of it can be undone."""


@dataclass(slots=True)
class Context:
    """What a next sentence may refer to."""

    question: Question | None = None
    last_reply: str = ""
    undo: list[tuple[Action, Undo]] = field(default_factory=list)
    last: Past | None = None
    before: Past | None = None
    """What `last` was before the last commit: it counts again if that is taken back."""
    cut: tuple[str, str] | None = None
    """The answer that was cut, and what of it was heard."""
    replaced: tuple[Action, ...] = ()
    """What the last commit took back, to come in its place."""
    decision: Decision | None = None
    """The last one that was committed."""
    asking: Asking | None = None
    """The last question that was put to the language models."""
    rang: datetime | None = None
    """When something rang last."""
    failures: int = 0
    """Turns in a row that were of no help."""
    offer: Question | None = None
    """Made at the end of an answer that failed."""
