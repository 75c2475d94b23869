"""What a home can be asked and told, whatever stands behind it."""

from collections.abc import Mapping
from types import TracebackType
from typing import Literal, Protocol, Self, TypeAlias, get_args

from edge.events import Value
from edge.vocabulary import Vocabulary

Command = Literal[
    "turn_on",
    "turn_off",
    "open",
    "close",
    "lock",
    "unlock",
    "set_brightness",  # percent
    "set_position",  # percent; 100 is open
    "set_speed",  # percent
    "set_color",  # color, kelvin?
    "set_temperature",  # temperature, in the home's unit
    "set_volume",  # percent
    "mute",
    "unmute",
    "activate",
    "play",  # query?
    "pause",
    "resume",
    "next",
    "previous",
]
COMMANDS: tuple[Command, ...] = get_args(Command)

State: TypeAlias = Mapping[str, Value]
"""What is known of a device; a key that makes no sense for it, or is not known, is absent.

    state        on off · open closed opening closing · locked unlocked · playing paused idle
    available    False where it does not answer
    entrance     True for a cover that a person can come in by
    brightness, position, speed, volume          percent
    muted        bool
    color        a word
    temperature  what a thermostat aims at; `current` is what it measures
    value, unit, measures   a sensor's: 21.5, "°C", "temperature"
    title        what is playing
"""


class Home(Protocol):
    """A home. Entered before use; every error is a HomeError fit to be spoken."""

    def vocabulary(self) -> Vocabulary:
        """Every name that can be said here."""
        ...

    def state(self, id: str) -> State:
        """What is known of a device, without asking it. Raises HomeError for an unknown one."""
        ...

    async def apply(self, id: str, command: Command, arguments: Mapping[str, Value]) -> None:
        """Have a device do something; done (or accepted by the home) when this returns."""
        ...

    async def __aenter__(self) -> Self: ...

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None: ...
