"""What the cloud half may use of the device: its skills, its names, its clock."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, Protocol

from cloud_bridge.types import Cutter
from edge.events import Action, Intent, Plan
from edge.vocabulary import Vocabulary


class Skills(Protocol):
    """What can be planned and done on the device."""

    async def plan(self, intent: Intent, now: datetime) -> Plan:
        """Decide without acting."""
        ...

    async def perform(self, action: Action) -> object:
        """Act."""
        ...


class Offer(Protocol):
    """A skill as a typed function; see edge.skills.offered."""

    @property
    def function(self) -> Callable[..., Intent]:
        """Typed and documented; its result is what is meant."""
        ...

    @property
    def acts(self) -> bool:
        """It changes something."""
        ...

    @property
    def outside(self) -> bool:
        """It reads out what others may have written."""
        ...


@dataclass(frozen=True, slots=True)
class Device:
    """What the door needs of the rest of the device."""

    skills: Skills
    offers: Sequence[Offer]
    vocabulary: Callable[[], Vocabulary]
    now: Callable[[], datetime]
    cutter: Callable[[], Cutter]
    yes_or_no: Callable[[str], Literal["yes", "no"] | None]
