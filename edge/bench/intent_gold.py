"""What Home Assistant's own test sentences mean, in our words: the home, and the right slots."""

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import yaml

from edge.errors import UnderstandingError
from edge.events import Intent
from edge.understanding.names import KIND_WORDS
from edge.vocabulary import Device, Kind, Vocabulary

_KINDS: dict[str, Kind] = {
    "light": "light", "switch": "switch", "cover": "cover", "valve": "cover",
    "climate": "thermostat", "lock": "lock", "media_player": "media", "fan": "fan",
    "scene": "scene", "script": "scene",
    "sensor": "sensor", "binary_sensor": "sensor", "vacuum": "switch", "lawn_mower": "switch",
}  # fmt: skip
_CLASSES = {"light": "light", "fan": "fan", "cover": "cover", "switch": "switch", "lock": "lock"}
_SECONDS = {"hours": 3600, "minutes": 60, "seconds": 1}
_WHITES = {
    1900: ("candle light", "candlelight"),
    2700: ("warm white",),
    6500: ("daylight", "day light"),
}


def home(folder: Path, sentences: Iterable[Mapping[str, Any]] = ()) -> Vocabulary:
    """The home that the sentences are about; its floors are areas here.

    `sentences` are the slots of the sentences: some speak of devices and areas that the
    fixtures leave out, and those are added.
    """
    file = folder / "_fixtures.yaml"
    try:
        data = yaml.safe_load(file.read_text(encoding="utf-8"))
    except (OSError, yaml.YAMLError) as error:
        raise UnderstandingError(f"{file}: cannot be read: {error}") from None
    areas = {entry["id"]: entry["name"] for entry in data["areas"]}
    floors = [entry["name"] for entry in data["floors"]]
    found: dict[tuple[str, str | None], Device] = {}
    for entry in data["entities"]:
        domain = str(entry.get("id", "")).partition(".")[0]
        area = areas.get(entry.get("area", ""))
        if domain in _KINDS and "name" in entry:
            name = str(entry["name"]).replace("[", "").replace("]", "")
            found.setdefault((name, area), Device(entry["id"], name, _KINDS[domain], area))
    _add_missing(sentences, found, areas)
    lists = ("shopping", "Trader Joes", "Chores")
    return Vocabulary((*areas.values(), *floors), tuple(found.values()), lists, "Living Room")


def _add_missing(
    sentences: Iterable[Mapping[str, Any]], found: dict[tuple[str, str | None], Device],
    areas: dict[str, str],
) -> None:  # fmt: skip
    for slots in sentences:
        area = slots.get("area")
        if area and area not in areas.values():
            areas[area] = area
        name = str(slots.get("name", ""))
        last = KIND_WORDS.get(name.lower().split()[-1]) if name else None
        kind: Kind | None = "cover" if name.endswith(("Door", "Valve")) else last
        if kind and name not in {known for known, _ in found}:
            found[name, None] = Device(f"{kind}.{len(found)}", name, kind)


def right(intents: tuple[Intent, ...], label: str, gold: Mapping[str, Any]) -> bool:
    """Whether the slots of the first intent are those that the corpus has for the sentence."""
    slots = intents[0].slots
    if len(intents) > 1 or {"unknown", "candidates", "except"} & slots.keys():
        return False
    if "Timer" in label:
        return _timer(slots, label, gold)
    if "List" in label:
        listed = str(gold.get("name", "shopping")).lower()
        items = [str(item) for item in _many(slots.get("items"))]
        return (
            items == [str(gold["item"]).lower()]
            and str(slots.get("list", "shopping")).lower() == listed
        )
    return _target(slots, gold) and _values(slots, gold)


def _many(value: Any) -> list[Any]:
    return list(value) if isinstance(value, list | tuple) else []


def _timer(slots: Mapping[str, Any], label: str, gold: Mapping[str, Any]) -> bool:
    length = sum(gold.get(unit, 0) * size for unit, size in _SECONDS.items())
    start = sum(gold.get(f"start_{unit}", 0) * size for unit, size in _SECONDS.items())
    if "conversation_command" in gold:
        return slots.get("delay") == length and slots.get("kind") == "light"
    wanted = -length if label == "HassDecreaseTimer" else length or start
    name = gold.get("name") or str(gold.get("area", "")).lower() or None
    changing = label in ("HassDecreaseTimer", "HassIncreaseTimer")
    other = slots.get("of") == (start or None) if changing else True
    return abs(slots.get("duration") or 0) == abs(wanted) and slots.get("name") == name and other


def _target(slots: Mapping[str, Any], gold: Mapping[str, Any]) -> bool:
    if "name" in gold:
        return str(slots.get("name", "")).casefold() == str(gold["name"]).casefold()
    area = gold.get("area") or gold.get("floor")
    kind = _CLASSES.get(gold.get("domain", "")) or ("cover" if "device_class" in gold else None)
    if kind and slots.get("kind") not in (kind, None if area and kind == "light" else kind):
        return False
    return slots.get("area") == area and "name" not in slots


def _values(slots: Mapping[str, Any], gold: Mapping[str, Any]) -> bool:
    for key, value in gold.items():
        match key:
            case "brightness" | "volume_level" | "position" | "percentage":
                ok = slots.get("percent") == value
            case "volume_step":
                ok = abs(slots.get("delta") or 0) == abs(value) if isinstance(value, int) else True
            case "temperature" if value in _WHITES:
                ok = slots.get("kelvin") == value or slots.get("color") in _WHITES[value]
            case "temperature" | "color" | "state":
                ok = slots.get(key) == value
            case "search_query":
                ok = str(slots.get("query", "")).casefold() == str(value).casefold()
            case _:
                ok = True
        if not ok:
            return False
    return True
