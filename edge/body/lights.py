"""From what happens to what the light shows. Pure: an event in, a light out."""

from dataclasses import dataclass
from typing import Literal, TypeAlias

from edge.events import Event

Rhythm: TypeAlias = Literal["steady", "breathing", "blinking"]


@dataclass(frozen=True, slots=True)
class Light:
    """A colour and how it moves; parts of red, green and blue from 0 to 1."""

    colour: tuple[float, float, float]
    rhythm: Rhythm = "steady"


OFF = Light((0, 0, 0))
LISTENING = Light((0, 0, 1))
THINKING = Light((0, 0.4, 1), "breathing")
SPEAKING = Light((0, 1, 0.3))
ASKING = Light((1, 0.6, 0), "blinking")
TROUBLE = Light((1, 0, 0), "blinking")
MUTED = Light((1, 0, 0))

_SHOWN = {
    "wake": LISTENING,
    "speech_started": LISTENING,
    "speech_ended": THINKING,
    "speaking": SPEAKING,
    "confirm": ASKING,
    "error": TROUBLE,
    "turn": OFF,
}


class Lamp:
    """Follows the events; while muted it is red, whatever happens."""

    def __init__(self) -> None:
        self.muted = False
        self._light = OFF

    @property
    def light(self) -> Light:
        """What is to be seen now."""
        return MUTED if self.muted else self._light

    def follow(self, event: Event, *, listening: bool) -> Light:
        """Take an event of the stream; the light after it. A question is listened on after."""
        self._light = _SHOWN.get(event.event, self._light)
        if event.event == "turn" and listening:
            self._light = LISTENING
        return self.light
