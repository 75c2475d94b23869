"""The home that sentences speak of, and the shipped model, loaded once."""

from datetime import datetime

import pytest

from edge.understanding.model import IntentModel
from edge.understanding.router import Router
from edge.vocabulary import Device, Vocabulary

NOW = datetime(2026, 11, 23, 10, 0)
"""A Monday morning."""

HOME = Vocabulary(
    areas=("Kitchen", "Living Room", "Bedroom", "Garage", "Zirbenstube"),
    devices=(
        Device("light.living_room_lamp", "Living Room Lamp", "light", "Living Room"),
        Device("light.bed_light", "Bed Light", "light", "Bedroom"),
        Device("light.ceiling", "Kitchen Ceiling", "light", "Kitchen", ("island",)),
        Device("light.zorro", "Zorro", "light", "Zirbenstube"),
        Device("fan.ceiling", "Ceiling Fan", "fan", "Living Room"),
        Device("climate.hall", "Thermostat", "thermostat", "Living Room"),
        Device("lock.front", "Front Door", "lock"),
        Device("lock.back", "Back Door", "lock"),
        Device("cover.garage", "Garage Door", "cover", "Garage"),
        Device("cover.left", "Left Blind", "cover", "Bedroom"),
        Device("cover.right", "Right Blind", "cover", "Bedroom"),
        Device("switch.coffee", "Coffee Maker", "switch", "Kitchen"),
        Device("media_player.tv", "TV", "media", "Living Room"),
        Device("scene.movie", "Movie Night", "scene"),
        Device("sensor.phone", "Phone", "sensor"),
    ),
    lists=("shopping", "to-do", "Hardware Store"),
    here="Living Room",
)


@pytest.fixture(scope="session")
def model() -> IntentModel:
    return IntentModel.load()


@pytest.fixture(scope="session")
def router(model: IntentModel) -> Router:
    return Router(model, HOME)
