"""What a specialist is: a prompt, the tools it may use, its model, and the words it is known by."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

from cloud_bridge.types import Tier

HAND_OVER = "hand_over"
"""The tool by which a specialist gives the word to another; the bridge itself serves it."""

Kind: TypeAlias = Literal["date", "time", "number", "choice", "flag", "text"]


@dataclass(frozen=True, slots=True)
class Blank:
    """Something that a task needs to know."""

    name: str
    kind: Kind
    cues: tuple[str, ...] = ()
    """Words beside the value that tell it from others of its kind."""
    values: tuple[str, ...] = ()
    required: bool = False


@dataclass(frozen=True, slots=True)
class Specialist:
    """One file of this folder holds one of these."""

    name: str
    does: str
    """In one line, for the others: what may be handed over to it."""
    prompt: str
    tools: frozenset[str] = frozenset()
    """Tools of the device, by name; no other is offered or callable."""
    foreign: Literal["none", "reading", "all"] = "none"
    """Tools from outside (MCP, HTTP): those that change nothing, or all."""
    domains: frozenset[str] = frozenset()
    """Domains of the device's intents that are its own."""
    words: str = ""
    """Words and phrases that tell an utterance for it, parted by commas."""
    hints: str = ""
    """Such that only add to the others."""
    tier: Tier = "small"
    """Which of the configured models: the cheap one serves most, the large one where it pays."""
    names: tuple[Literal["lists", "rooms", "devices"], ...] = ()
    """What of the home it is told by name."""
    form: tuple[Blank, ...] = ()
    """What its task needs to know; empty: it has no task that goes on over turns."""
    topics: Mapping[str, str] = field(default_factory=dict)
    """Words → what the conversation is called when it is gone back to."""
