"""A turn and who answers in it. Plain values; the bridge does the work."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from itertools import count

from cloud_bridge.tools import Toolbox
from cloud_bridge.types import Cutter, Message, Part, Place, Text, Tier, ToolCall, ToolResult, Usage

_turns = count(1)


@dataclass(slots=True, eq=False)
class Turn:
    """One question. Until it is committed, nothing that acts is done for it."""

    text: str
    role: "Role | None" = None
    """Who answers; it changes when the word is handed over. None: one with every tool."""
    verdict: bool | None = None
    """The text is an answer to the open confirmation: yes or no."""
    cast: Callable[[str], "Role | None"] = lambda name: None
    """Who may take over under a name; None where nobody is called so."""
    id: str = field(default_factory=lambda: f"turn-{next(_turns)}")
    committed: asyncio.Event = field(default_factory=asyncio.Event)
    committed_at: float | None = None
    """By the loop's clock."""


@dataclass(frozen=True, slots=True)
class Role:
    """A specialist in a turn: what it is told, and the only tools that exist for it."""

    name: str
    system: str
    messages: tuple[Message, ...]
    """Earlier turns, oldest first."""
    tools: Toolbox
    known: tuple[Text, ...] = ()
    """What is known so far; it goes along with the user's words."""
    tier: Tier | None = None


@dataclass(frozen=True, slots=True)
class Pending:
    """A risky call that waits for a yes: this call, these arguments, until then."""

    call: ToolCall
    turn: str
    until: float
    messages: tuple[Message, ...]
    """The conversation up to the call."""
    results: tuple[ToolResult, ...]
    """Of the calls that were made beside it."""
    wary: bool
    role: Role
    """Whose call it is."""


@dataclass(slots=True)
class Talk:
    """A turn under way."""

    turn: Turn
    began: float
    messages: list[Message]
    cutter: Cutter
    role: Role
    handed: int = 0
    """How often the word went round in this turn."""
    said: list[str] = field(default_factory=list)
    first_ms: float | None = None
    usage: Usage = field(default_factory=Usage)
    acted: bool | None = None
    """Whether something was done that a broken connection does not undo; None: nothing tried."""
    wary: bool = False
    """Words of strangers were read: whatever acts from now on asks first."""
    answered_by: tuple[str, Place] = ("scripted", "device")


def opened(role: Role, turn: Turn, done: Sequence[Part] = ()) -> list[Message]:
    """What a role is shown first: earlier turns, then the user's words with what is known.

    `done` are parts of the same turn under another role; their results are told.
    """
    results = [f"{each.name}: {each.content}" for each in done if isinstance(each, ToolResult)]
    note = (Text("(Done just now: " + "; ".join(results) + ")"),) if results else ()
    return [*role.messages, Message("user", (Text(turn.text), *role.known, *note))]
