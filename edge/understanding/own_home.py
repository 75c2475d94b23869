"""What this home can be told: the shipped commands, with its own names in them."""

import tomllib
from collections.abc import Iterable, Sequence
from importlib.resources import files

from edge.understanding.corpus import entities
from edge.understanding.own_graph import Values
from edge.understanding.spans import COLORS
from edge.vocabulary import Device, Kind, Vocabulary

_SWITCHABLE: frozenset[Kind] = frozenset({"light", "switch", "fan", "media", "thermostat"})
_HUNDRED = f"({'|'.join(str(n) for n in range(1, 101))})"
_SIXTY = f"({'|'.join(str(n) for n in range(1, 61))})"
_HOURS = f"({'|'.join(str(n) for n in range(1, 13))})"
_MINUTES = f"{_SIXTY} (minute|minutes)"
_SECONDS = f"{_SIXTY} (second|seconds)"
_SPOKEN = {
    "number": (_HUNDRED,),
    "duration": (
        f"({_MINUTES}|{_SECONDS}|{_HOURS} (hour|hours))",
        f"{_HOURS} and a half (minutes|hours)",
        f"{_HOURS} (hour|hours) and {_MINUTES}",
        f"{_MINUTES} and {_SECONDS}",
        "(half an hour|an hour|a minute|an hour and a half)",
    ),
    "clock": (f"({_HOURS}|{_HOURS} (15|30|45)|half past {_HOURS}) [AM|PM]",),
    "color": (f"({'|'.join(sorted(COLORS))})",),
}


def commands() -> dict[str, list[str]]:
    """The shipped commands: templates by intent."""
    text = files("edge.data").joinpath("commands.toml").read_text(encoding="utf-8")
    return {intent: table["templates"] for intent, table in tomllib.loads(text).items()}


def values(vocabulary: Vocabulary) -> Values:
    """What their slots may hold in a home: slot → value → ways to say it."""
    words = entities()
    by_kind: dict[str, list[Device]] = {"switchable": []}
    for device in vocabulary.devices:
        by_kind.setdefault(device.kind, []).append(device)
        if device.kind in _SWITCHABLE:
            by_kind["switchable"].append(device)
    named = {
        slot: _names(by_kind.get(slot, ()))
        for slot in (
            "switchable",
            "light",
            "cover",
            "lock",
            "scene",
            "thermostat",
            "media",
            "sensor",
        )
    }
    spoken = {slot: {"": ways} for slot, ways in _SPOKEN.items()}
    return {
        **named,
        **spoken,
        "area": {area: (area,) for area in vocabulary.areas},
        "list": {name: (name.replace("-", " "),) for name in vocabulary.lists},
        "item": {item: (item,) for item in words["item"]},
        "music": {kind: (kind,) for kind in words["genre"]},
    }


def _names(devices: Iterable[Device]) -> dict[str, Sequence[str]]:
    return {device.name: (device.name, *device.aliases) for device in devices}
