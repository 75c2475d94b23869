"""Home Assistant's entities as devices and states, our commands as its services. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

from edge.events import Value
from edge.home.home import Command, State
from edge.vocabulary import Device, Kind, Vocabulary

Json: TypeAlias = Mapping[str, Any]
"""An object as it came over the wire."""

_KINDS: Mapping[str, Kind] = {
    "light": "light",
    "switch": "switch",
    "input_boolean": "switch",
    "cover": "cover",
    "climate": "thermostat",
    "lock": "lock",
    "media_player": "media",
    "sensor": "sensor",
    "binary_sensor": "sensor",
    "scene": "scene",
    "script": "scene",
    "fan": "fan",
}

_ENTRANCES = frozenset({"door", "garage", "garage_door", "gate"})
_OPENINGS = _ENTRANCES | {"window", "opening"}
_WHITES = {"white": 4000, "warm white": 2700, "cool white": 6000, "cold white": 6000}
"""Kelvin of the colours that are none."""


@dataclass(frozen=True, slots=True)
class Registry:
    """What Home Assistant knows of a home apart from its states."""

    areas: tuple[Json, ...] = ()
    devices: tuple[Json, ...] = ()
    entities: tuple[Json, ...] = ()


def kind(id: str) -> Kind | None:
    """What an entity is to a person; None for what nobody talks to."""
    return _KINDS.get(_domain(id))


def vocabulary(states: Iterable[Json], registry: Registry, here: str | None) -> Vocabulary:
    """Every name of the home that a person would say; what is hidden or diagnostic is not."""
    areas = {area["area_id"]: str(area["name"]) for area in registry.areas}
    area_of_device = {device["id"]: device.get("area_id") for device in registry.devices}
    entries = {entry["entity_id"]: entry for entry in registry.entities}
    devices = []
    for state in states:
        id = str(state["entity_id"])
        spoken_as = kind(id)
        entry = entries.get(id, {})
        if spoken_as is None or entry.get("hidden_by") or entry.get("entity_category"):
            continue
        area = entry.get("area_id") or area_of_device.get(entry.get("device_id"))
        aliases = tuple(alias for alias in entry.get("aliases", ()) if alias)
        name = str(state["attributes"].get("friendly_name") or id.partition(".")[2])
        devices.append(Device(id, name.replace("_", " "), spoken_as, areas.get(area), aliases))
    return Vocabulary(areas=tuple(areas.values()), devices=tuple(devices), here=here)


def state(raw: Json) -> State:
    """An entity's state in our words."""
    attributes: Json = raw["attributes"]
    plain = str(raw["state"])
    known: dict[str, Value] = {"state": plain, "available": plain != "unavailable"}
    match kind(raw["entity_id"]):
        case "light":
            brightness = attributes.get("brightness")
            # The faintest light is still on.
            known["brightness"] = _percent(brightness and max(3, brightness), 255)
        case "fan":
            known["speed"] = attributes.get("percentage")
        case "cover":
            known["position"] = attributes.get("current_position")
            known["entrance"] = attributes.get("device_class") in _ENTRANCES
        case "thermostat":
            known["state"] = "off" if plain == "off" else "on"
            known["temperature"] = attributes.get("temperature")
            known["current"] = attributes.get("current_temperature")
        case "media":
            known["volume"] = _percent(attributes.get("volume_level"), 1)
            known["muted"] = attributes.get("is_volume_muted")
            known["title"] = attributes.get("media_title")
        case "sensor":
            known |= _sensor(raw)
        case _:
            pass
    return {key: value for key, value in known.items() if value is not None}


def service(id: str, command: Command, arguments: Mapping[str, Value]) -> tuple[str, str, Json]:
    """The domain, service and data that have an entity do a command."""
    domain = _domain(id)
    percent = arguments.get("percent")
    match command:
        case "turn_on" | "turn_off" | "lock" | "unlock":
            return domain, command, {}
        case "activate":
            return domain, "turn_on", {}
        case "open" | "close":
            return domain, f"{command}_cover", {}
        case "set_position":
            return domain, "set_cover_position", {"position": percent}
        case "set_brightness":
            return domain, "turn_on", {"brightness_pct": percent}
        case "set_speed":
            return domain, "set_percentage", {"percentage": percent}
        case "set_color":
            return domain, "turn_on", _color(str(arguments["color"]), arguments.get("kelvin"))
        case "set_temperature":
            return domain, command, {"temperature": arguments["temperature"]}
        case _:
            return domain, *_media(command, arguments)


def _media(command: Command, arguments: Mapping[str, Value]) -> tuple[str, Json]:
    match command:
        case "set_volume":
            percent = arguments["percent"]
            return "volume_set", {"volume_level": float(str(percent)) / 100}
        case "mute" | "unmute":
            return "volume_mute", {"is_volume_muted": command == "mute"}
        case "next" | "previous":
            return f"media_{command}_track", {}
        case "play" if arguments.get("query"):
            music = {"media_content_id": arguments["query"], "media_content_type": "music"}
            return "play_media", music
        case "play" | "resume":
            return "media_play", {}
        case _:
            return f"media_{command}", {}


def _color(word: str, kelvin: Value) -> Json:
    warmth = kelvin or _WHITES.get(word.lower())
    if warmth:
        return {"color_temp_kelvin": warmth}
    return {"color_name": word.lower().replace(" ", "")}


def _sensor(raw: Json) -> dict[str, Value]:
    attributes: Json = raw["attributes"]
    plain, measures = str(raw["state"]), attributes.get("device_class")
    known: dict[str, Value] = {"measures": measures, "unit": attributes.get("unit_of_measurement")}
    if measures in _OPENINGS and plain in ("on", "off"):
        known["state"] = "open" if plain == "on" else "closed"
    elif measures == "lock" and plain in ("on", "off"):
        known["state"] = "unlocked" if plain == "on" else "locked"
    elif plain not in ("unavailable", "unknown"):
        known["value"] = _number(plain)
    return known


def _number(text: str) -> Value:
    try:
        return float(text)
    except ValueError:
        return text


def _percent(value: Any, of: float) -> Value:
    return None if value is None else round(float(value) * 100 / of)


def _domain(id: str) -> str:
    return str(id).partition(".")[0]
