"""A home in memory: the one that the config lists, or a demonstration home.

It obeys like a real one and forgets everything at the end of the process.
"""

import re
from collections.abc import Mapping
from types import TracebackType
from typing import Self

from edge.config.schema import DeviceConfig, HomeConfig
from edge.errors import HomeError
from edge.events import Value
from edge.home.demo import AREAS, DEVICES, STATES
from edge.home.home import Command, State
from edge.vocabulary import Device, Kind, Vocabulary

_DOMAIN: Mapping[Kind, str] = {"media": "media_player", "thermostat": "climate"}
"""Ids look as in Home Assistant, whose domains mostly are our kinds."""

_FRESH: Mapping[Kind, State] = {
    "light": {"state": "off", "brightness": 100},
    "switch": {"state": "off"},
    "fan": {"state": "off", "speed": 50},
    "cover": {"state": "closed", "position": 0},
    "lock": {"state": "locked"},
    "media": {"state": "idle", "volume": 50, "muted": False},
    "thermostat": {"state": "on", "temperature": 21, "current": 20.5},
    "sensor": {},
    "scene": {},
}

_SAYS: Mapping[Command, Mapping[str, Value]] = {
    "turn_on": {"state": "on"},
    "turn_off": {"state": "off"},
    "open": {"state": "open", "position": 100},
    "close": {"state": "closed", "position": 0},
    "lock": {"state": "locked"},
    "unlock": {"state": "unlocked"},
    "mute": {"muted": True},
    "unmute": {"muted": False},
    "play": {"state": "playing"},
    "pause": {"state": "paused"},
    "resume": {"state": "playing"},
    "next": {"state": "playing"},
    "previous": {"state": "playing"},
    "activate": {},
    "set_brightness": {"state": "on"},
    "set_speed": {"state": "on"},
    "set_color": {"state": "on"},
    "set_temperature": {"state": "on"},
    "set_position": {},
    "set_volume": {},
}
"""What each command makes of a state, besides its arguments."""

_ENTRANCE = re.compile(r"\b(door|gate|garage)\b", re.IGNORECASE)


class MemoryHome:
    """Devices as a dictionary of states."""

    def __init__(self, config: HomeConfig) -> None:
        named = config.devices or DEVICES
        devices = tuple(_device(each) for each in named)
        areas = [*config.areas, *(() if config.devices else AREAS)]
        areas += [each.area for each in devices if each.area]
        self._vocabulary = Vocabulary(
            areas=tuple(dict.fromkeys(areas)), devices=devices, here=config.here
        )
        shown = {} if config.devices else STATES
        states = {each.id: {**_fresh(each), **shown.get(each.name, {})} for each in devices}
        if config.temperature_unit == "F":
            states = {id: _in_fahrenheit(state) for id, state in states.items()}
        self._states: dict[str, State] = dict(states)

    def vocabulary(self) -> Vocabulary:
        """Every name that can be said here."""
        return self._vocabulary

    def state(self, id: str) -> State:
        """What is known of a device. Raises HomeError for an unknown one."""
        if id not in self._states:
            raise HomeError("I don't know that device.")
        return self._states[id]

    async def apply(self, id: str, command: Command, arguments: Mapping[str, Value]) -> None:
        """Have a device do something."""
        state = {**self.state(id), **_SAYS[command]}
        match command:
            case "set_position":
                state |= {"state": "open" if arguments["percent"] else "closed"}
                state |= {"position": arguments["percent"]}
            case "set_brightness" | "set_speed" | "set_volume":
                state[command.removeprefix("set_")] = arguments["percent"]
            case "set_color":
                state["color"] = arguments["color"]
            case "set_temperature":
                state["temperature"] = arguments["temperature"]
            case "play":
                state["title"] = arguments.get("query")
            case _:
                pass
        self._states[id] = state

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """There is nothing to leave."""


def _device(config: DeviceConfig) -> Device:
    slug = re.sub(r"\W+", "_", config.name.lower()).strip("_")
    id = f"{_DOMAIN.get(config.kind, config.kind)}.{slug}"
    return Device(id, config.name, config.kind, config.area, config.aliases)


def _fresh(device: Device) -> State:
    state = _FRESH[device.kind]
    if device.kind == "cover" and _ENTRANCE.search(device.name):
        return {**state, "entrance": True}
    return state


def _in_fahrenheit(state: State) -> dict[str, Value]:
    measured = ("value",) if state.get("unit") == "°C" else ()
    warm = {
        key: round(float(degrees) * 9 / 5 + 32)
        for key in ("temperature", "current", *measured)
        if isinstance(degrees := state.get(key), int | float)
    }
    return {**state, **warm, **({"unit": "°F"} if measured else {})}
