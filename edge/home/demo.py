"""The demonstration home: something to talk to before anything is set up.

Many names are those of Home Assistant's own demo, so that the same sentences work in both.
"""

from collections.abc import Mapping

from edge.config.schema import DeviceConfig
from edge.home.home import State
from edge.vocabulary import Kind

AREAS = (
    "Living Room", "Kitchen", "Bedroom", "Bathroom", "Office", "Hallway", "Garage", "Garden",
)  # fmt: skip


def _in(area: str, *devices: tuple[Kind, str, *tuple[str, ...]]) -> tuple[DeviceConfig, ...]:
    return tuple(
        DeviceConfig(name=name, kind=kind, area=area, aliases=tuple(aliases))
        for kind, name, *aliases in devices
    )


DEVICES: tuple[DeviceConfig, ...] = (
    *_in(
        "Living Room",
        ("light", "Living Room Lamp"),
        ("light", "Ceiling Lights", "ceiling light"),
        ("light", "Standing Light", "standing lamp", "floor lamp"),
        ("switch", "Decorative Lights", "decorations", "Christmas tree"),
        ("cover", "Living Room Blinds", "living room blind"),
        ("cover", "Living Room Window"),
        ("media", "TV", "television", "telly", "Living Room TV"),
        ("thermostat", "Ecobee", "thermostat", "Living Room Thermostat", "heating"),
        ("fan", "Living Room Fan"),
    ),
    *_in(
        "Kitchen",
        ("light", "Kitchen Lights", "Kitchen Light"),
        ("light", "Counter Light", "countertop light"),
        ("switch", "Coffee Machine", "coffee maker"),
        ("cover", "Kitchen Window"),
        ("lock", "Kitchen Door", "back door"),
        ("media", "Kitchen Speaker", "kitchen radio"),
    ),
    *_in(
        "Bedroom",
        ("light", "Bed Light", "bedside lamp", "Bedroom Lamp"),
        ("light", "Bedroom Lights", "Bedroom Light"),
        ("cover", "Bedroom Curtains", "Bedroom Curtain"),
        ("media", "Bedroom Speaker"),
        ("thermostat", "Heat Pump", "Bedroom Thermostat", "Bedroom Heating"),
        ("fan", "Ceiling Fan", "Bedroom Fan"),
    ),
    *_in(
        "Bathroom",
        ("light", "Bathroom Light", "Bathroom Lights"),
        ("fan", "Bathroom Fan", "extractor fan"),
        ("sensor", "Bathroom Humidity"),
    ),
    *_in(
        "Office",
        ("light", "Office Lights", "Office Light"),
        ("light", "Desk Lamp", "Desk Light"),
        ("switch", "AC", "air conditioner", "air conditioning", "A C"),
        ("switch", "Printer"),
        ("cover", "Office Blinds", "Office Blind"),
    ),
    *_in(
        "Hallway",
        ("light", "Hallway Light", "Hallway Lights", "Hall Light"),
        ("cover", "Hall Window", "Hallway Window"),
        ("lock", "Front Door"),
    ),
    *_in(
        "Garage",
        ("light", "Garage Light", "Garage Lights"),
        ("cover", "Garage Door"),
    ),
    *_in(
        "Garden",
        ("light", "Porch Light"),
        ("light", "Garden Lights"),
        ("switch", "Sprinkler", "sprinklers"),
        ("sensor", "Outdoor Temperature", "outside temperature", "temperature outside"),
        ("sensor", "Outdoor Humidity", "outside humidity", "humidity outside"),
    ),
    DeviceConfig(name="Party Time", kind="scene", aliases=("party",)),
    DeviceConfig(name="Movie Night", kind="scene", aliases=("movie time", "film night")),
    DeviceConfig(name="Good Night", kind="scene", aliases=("bedtime",)),
    DeviceConfig(name="Romantic Lights", kind="scene", aliases=("romantic",)),
)

STATES: Mapping[str, State] = {
    "Ceiling Lights": {"state": "on", "brightness": 70},
    "Kitchen Lights": {"state": "on", "brightness": 70},
    "Living Room Window": {"state": "open", "position": 70},
    "Heat Pump": {"temperature": 20, "current": 19},
    "AC": {"state": "on"},
    "Bathroom Humidity": {"value": 61, "unit": "%", "measures": "humidity"},
    "Outdoor Temperature": {"value": 15.6, "unit": "°C", "measures": "temperature"},
    "Outdoor Humidity": {"value": 54, "unit": "%", "measures": "humidity"},
}
"""What differs from a fresh device."""
