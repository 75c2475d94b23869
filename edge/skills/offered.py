"""What the device offers a language model: its skills as typed functions.

Each function only says what is meant, as an intent of the catalogue; planning, asking first and
doing stay where they are for spoken commands. Docstrings and hints are what the model reads.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, Any, Literal

from pydantic import Field

from edge.events import Intent
from edge.vocabulary import Kind

Percent = Annotated[int, Field(ge=0, le=100)]
Name = Annotated[str | None, Field(description="A device's name, exactly as it is listed.")]
Area = Annotated[str | None, Field(description="A room, exactly as it is listed.")]
LocalTime = Annotated[str, Field(pattern=r"^\d{4}-\d\d-\d\dT\d\d:\d\d$", description="Local time.")]


@dataclass(frozen=True, slots=True)
class Offer:
    """One function, and what is known of its effects."""

    function: Callable[..., Intent]
    acts: bool = True
    outside: bool = False
    """It reads out words that others may have written."""


def control_home(
    action: Literal["turn_on", "turn_off", "open", "close", "lock", "unlock"],
    name: Name = None,
    area: Area = None,
    kind: Kind | None = None,
) -> Intent:
    """Switch, open, close, lock or unlock: one device by name, or a kind of devices in a room."""
    return _intent(f"home.{action}", name=name, area=area, kind=kind)


def set_brightness(percent: Percent, name: Name = None, area: Area = None) -> Intent:
    """Set how bright lights are."""
    kind = None if name else "light"
    return _intent("home.set_brightness", percent=percent, name=name, area=area, kind=kind)


def set_temperature(temperature: float, name: Name = None, area: Area = None) -> Intent:
    """Set what the heating aims at."""
    return _intent("home.set_temperature", temperature=temperature, name=name, area=area)


def activate_scene(name: str) -> Intent:
    """Activate a scene."""
    return _intent("home.scene", name=name)


def get_device_state(name: Name = None, area: Area = None, kind: Kind | None = None) -> Intent:
    """Find out what devices are doing now."""
    return _intent("home.get_state", name=name, area=area, kind=kind)


def set_timer(seconds: Annotated[int, Field(gt=0)], name: str | None = None) -> Intent:
    """Start a timer, optionally with a name ("pasta")."""
    return _intent("timer.set", duration=seconds, name=name)


def timers_remaining() -> Intent:
    """Find out how long the timers have to go."""
    return _intent("timer.remaining")


def cancel_timer(name: str | None = None) -> Intent:
    """Cancel the timer, or the one of that name."""
    return _intent("timer.cancel", name=name)


def set_alarm(time: LocalTime) -> Intent:
    """Set an alarm."""
    return _intent("alarm.set", time=time)


def set_reminder(text: str, time: LocalTime) -> Intent:
    """Remind of something at a time."""
    return _intent("reminder.set", text=text, time=time)


def read_reminders() -> Intent:
    """Read the reminders that are set."""
    return _intent("reminder.list")


def add_to_list(items: list[str], list: str) -> Intent:
    """Add things to a list."""
    return _intent("list.add", items=tuple(items), list=list)


def remove_from_list(items: list[str], list: str) -> Intent:
    """Remove things from a list."""
    return _intent("list.remove", items=tuple(items), list=list)


def read_list(list: str) -> Intent:
    """Read a list."""
    return _intent("list.read", list=list)


def play_media(query: str | None = None, area: Area = None) -> Intent:
    """Play music, or go on playing."""
    return _intent("media.play" if query else "media.resume", query=query, area=area)


def pause_media(area: Area = None) -> Intent:
    """Pause the music."""
    return _intent("media.pause", area=area)


def set_volume(percent: Percent) -> Intent:
    """Set how loud the assistant is."""
    return _intent("volume.set", percent=percent)


OFFERS = (
    *(Offer(each) for each in (control_home, set_brightness, set_temperature, activate_scene)),
    Offer(get_device_state, acts=False),
    *(Offer(each) for each in (set_timer, cancel_timer, set_alarm, set_reminder)),
    Offer(timers_remaining, acts=False),
    Offer(read_reminders, acts=False, outside=True),
    *(Offer(each) for each in (add_to_list, remove_from_list)),
    Offer(read_list, acts=False, outside=True),
    *(Offer(each) for each in (play_media, pause_media, set_volume)),
)
"""In an order that does not change: the list is the beginning of every prompt."""


def _intent(intent: str, /, **slots: Any) -> Intent:
    return Intent(intent, {key: value for key, value in slots.items() if value is not None})
