"""What outsiders may know of the device, and what they may do to it."""

from dataclasses import dataclass, replace
from typing import Protocol

DEAF_AFTER_S = 5.0
"""No sound for so long: the microphone is gone, or the loop is stuck."""


@dataclass(frozen=True, slots=True)
class Standing:
    """How the device stands at this moment."""

    state: str
    """Where the conversation stands: `idle`, `listening`, `thinking`, `speaking`, `ringing`."""
    turns: int
    volume: int
    """Percent."""
    muted: bool
    uptime_s: float
    silent_s: float
    """Seconds since the microphone last gave a frame."""
    dropped_samples: int
    """Lost because hearing was too slow, since the start."""

    @property
    def hears(self) -> bool:
        """Whether sound flows."""
        return self.silent_s < DEAF_AFTER_S


class Appliance(Protocol):
    """The daemon, from outside."""

    def standing(self) -> Standing:
        """How it stands now."""

    def wake(self) -> None:
        """Listen as if the wake word had been said."""

    def announce(self, text: str) -> None:
        """Say this as soon as nobody is being listened to or answered. Raises UsageError."""

    async def set_volume(self, percent: int) -> None:
        """How loud it speaks; it also unmutes. Raises UsageError, StoreError."""

    async def set_muted(self, muted: bool) -> None:
        """Whether it can be heard. Raises StoreError."""


class FakeAppliance:
    """Keeps what it is told to do."""

    def __init__(self) -> None:
        self.now = Standing("idle", 0, 70, False, 12.0, 0.1, 0)
        self.announced: list[str] = []
        self.woken = 0

    def standing(self) -> Standing:
        """As it was set."""
        return self.now

    def wake(self) -> None:
        """Count it."""
        self.woken += 1

    def announce(self, text: str) -> None:
        """Keep it."""
        self.announced.append(text)

    async def set_volume(self, percent: int) -> None:
        """Stand so."""
        self.now = replace(self.now, volume=percent, muted=False)

    async def set_muted(self, muted: bool) -> None:
        """Stand so."""
        self.now = replace(self.now, muted=muted)
