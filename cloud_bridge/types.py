"""The vocabulary of the bridge: frozen values, closed unions, no behaviour."""

from collections.abc import AsyncGenerator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal, Protocol, TypeAlias

Json: TypeAlias = "str | int | float | bool | Sequence[Json] | Mapping[str, Json] | None"
"""Anything JSON can hold."""

Place: TypeAlias = Literal["cloud", "home", "device"]
"""How far the words travel: to a company, to a server of one's own, or nowhere."""

Tier: TypeAlias = Literal["small", "large"]
"""Cheap and quick, or dear and good."""

Risk: TypeAlias = Literal["allow", "confirm", "deny"]
"""What a tool may do by itself: act, act after a spoken yes, or nothing."""


# ── what is sent ─────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Text:
    """Words of a message."""

    text: str
    private: bool = False
    """What the user asked to be remembered: it does not travel to a company."""


@dataclass(frozen=True, slots=True)
class ToolCall:
    """The model asks for a tool."""

    id: str
    name: str
    arguments: Mapping[str, Json] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ToolResult:
    """What came of a tool call. It is data, never an instruction."""

    id: str
    """The call's."""
    name: str
    content: str
    ok: bool = True


Part: TypeAlias = Text | ToolCall | ToolResult


@dataclass(frozen=True, slots=True)
class Message:
    """One side's contribution; the results of tools travel in a user's message."""

    role: Literal["user", "assistant"]
    parts: tuple[Part, ...]


@dataclass(frozen=True, slots=True)
class ToolSpec:
    """A tool as the model sees it."""

    name: str
    description: str
    schema: Mapping[str, Json]
    """JSON schema of its arguments: an object."""


@dataclass(frozen=True, slots=True)
class Request:
    """One request to a model. What changes least stands first, for the prompt cache."""

    system: str
    tools: tuple[ToolSpec, ...]
    messages: tuple[Message, ...]
    max_tokens: int = 400
    may_call: bool = True
    """False: the model must answer in words now."""
    tier: Tier | None = None
    """Which models to ask first; none: in the order of the config."""
    answer_as: ToolSpec | None = None
    """The answer must be this tool's arguments, and no words."""


# ── what a provider gives back ───────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class TextDelta:
    """The next piece of the answer, cut anywhere."""

    text: str


@dataclass(frozen=True, slots=True)
class Progress:
    """The model is at work on something that is not to be said: thoughts, a tool's arguments."""


@dataclass(frozen=True, slots=True)
class Usage:
    """Tokens, as far as they are known; a later one replaces an earlier."""

    sent: int = 0
    received: int = 0
    cached: int = 0
    """How many of `sent` came from the provider's prompt cache."""
    estimated: bool = False
    """The provider did not say: counted by length."""
    cost: float = 0.0
    """US dollars, by the configured price."""

    def __add__(self, other: "Usage") -> "Usage":
        """Both together."""
        return Usage(
            self.sent + other.sent,
            self.received + other.received,
            self.cached + other.cached,
            self.estimated or other.estimated,
            self.cost + other.cost,
        )


ProviderEvent: TypeAlias = TextDelta | Progress | ToolCall | Usage
"""A stream that ends without an error ended properly; everything else is a ProviderError."""


# ── what the bridge gives back ───────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Clause:
    """Something to be said now."""

    text: str


@dataclass(frozen=True, slots=True)
class Filler:
    """The answer is late: something short to bridge the gap. Never comes after a Clause."""

    text: str


@dataclass(frozen=True, slots=True)
class ToolStarted:
    """A tool begins."""

    call: ToolCall


@dataclass(frozen=True, slots=True)
class ToolFinished:
    """A tool is done, failed, or ran out of time."""

    result: ToolResult
    ms: float


@dataclass(frozen=True, slots=True)
class ConfirmationNeeded:
    """A risky call waits for a spoken yes; `question` is also given as a Clause."""

    call: ToolCall
    question: str


@dataclass(frozen=True, slots=True)
class Confirmed:
    """The question was answered. What was not confirmed did not happen."""

    call: ToolCall
    yes: bool
    said: str
    """The user's words."""


@dataclass(frozen=True, slots=True)
class Handoff:
    """Another specialist takes the word."""

    giver: str
    taker: str
    why: str


@dataclass(frozen=True, slots=True)
class Fell:
    """A rung of the ladder did not hold."""

    provider: str
    kind: str
    detail: str


@dataclass(frozen=True, slots=True)
class Done:
    """The answer is complete; always the last event of a turn that was not cancelled."""

    provider: str
    """Who answered; `scripted` where nobody could."""
    place: Place
    text: str
    """All that was given to be said, fillers aside."""
    usage: Usage
    first_ms: float | None
    """From the start of the turn to the first Clause."""
    expects_reply: bool = False
    failed: str | None = None
    """Kind of the failure that ended the answer early."""
    specialist: str = ""
    """Who had the word at the end."""


BridgeEvent: TypeAlias = (
    Clause
    | Filler
    | ToolStarted
    | ToolFinished
    | ConfirmationNeeded
    | Confirmed
    | Handoff
    | Fell
    | Done
)


Steps: TypeAlias = AsyncGenerator[BridgeEvent, None]
Answer: TypeAlias = AsyncGenerator[ProviderEvent, None]


class Cutter(Protocol):
    """Cuts a stream of text into clauses fit to be spoken."""

    def feed(self, delta: str) -> list[str]:
        """Take a piece; give the clauses that are now certain."""
        ...

    def flush(self) -> list[str]:
        """Give what is left."""
        ...
