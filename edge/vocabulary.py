"""The names that can be said in this home: what understanding listens for and skills act on."""

from dataclasses import dataclass
from typing import Literal

Kind = Literal["light", "switch", "cover", "thermostat", "lock", "media", "sensor", "scene", "fan"]


WHEN = ("delay", "at", "day", "repeat", "sun", "lasting", "until")
"""Slots of a command that say when it is to be carried out, and for how long."""


@dataclass(frozen=True, slots=True)
class Device:
    """One thing of the home."""

    id: str
    """Unique, as the home knows it (`light.bed_light`)."""
    name: str
    """As it is said ("Bed Light")."""
    kind: Kind
    area: str | None = None
    aliases: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """Every name of a home. Comparison is by value, so a changed home is a changed vocabulary."""

    areas: tuple[str, ...] = ()
    devices: tuple[Device, ...] = ()
    lists: tuple[str, ...] = ("shopping", "to-do")
    here: str | None = None
    """The area that the speaker stands in ("turn on the lights" without a room)."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A command that may be what was badly heard."""

    text: str
    distance: float
    """Edits from what was heard, for each sound of it."""


@dataclass(frozen=True, slots=True)
class OwnIntent:
    """What a person added to the device (docs/own-intents.md)."""

    name: str
    templates: tuple[str, ...]
    reply: str = "Okay."
    """Said when it is understood; {slots} are filled in, empty where they were not named."""
    device: str | None = None
    """A device of the home, by name."""
    command: str | None = None
    """What it is told: one of `edge.home.home.COMMANDS` that needs no argument."""
