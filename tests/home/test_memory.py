import asyncio

import pytest

from edge.config.schema import DeviceConfig, HomeConfig
from edge.errors import HomeError
from edge.home import MemoryHome, open_home
from edge.home.home import COMMANDS
from edge.vocabulary import Device


def test_the_demonstration_home_has_every_kind_and_no_name_twice() -> None:
    vocabulary = MemoryHome(HomeConfig(here="Office")).vocabulary()
    assert {device.kind for device in vocabulary.devices} == {
        "light", "switch", "cover", "thermostat", "lock", "media", "sensor", "scene", "fan",
    }  # fmt: skip
    assert vocabulary.here == "Office"
    names = [n.lower() for device in vocabulary.devices for n in (device.name, *device.aliases)]
    assert sorted(names) == sorted(set(names))
    assert {device.area for device in vocabulary.devices} - {None} == set(vocabulary.areas)


def test_the_configured_home_replaces_it() -> None:
    lamp = DeviceConfig(name="Anna's Lamp", kind="light", area="Attic", aliases=("lamp",))
    home = open_home(HomeConfig(devices=(lamp,), areas=("Cellar",)))
    assert home.vocabulary().areas == ("Cellar", "Attic")
    assert home.vocabulary().devices == (
        Device("light.anna_s_lamp", "Anna's Lamp", "light", "Attic", ("lamp",)),
    )


@pytest.mark.parametrize(
    ("id", "command", "arguments", "after"),
    [
        ("light.bed_light", "turn_on", {}, {"state": "on"}),
        ("light.bed_light", "set_brightness", {"percent": 30}, {"state": "on", "brightness": 30}),
        ("light.bed_light", "set_color", {"color": "red"}, {"color": "red"}),
        ("cover.garage_door", "open", {}, {"state": "open", "position": 100, "entrance": True}),
        ("cover.office_blinds", "set_position", {"percent": 0}, {"state": "closed"}),
        ("lock.front_door", "unlock", {}, {"state": "unlocked"}),
        ("climate.ecobee", "set_temperature", {"temperature": 23}, {"temperature": 23}),
        ("media_player.tv", "play", {"query": "jazz"}, {"state": "playing", "title": "jazz"}),
        ("media_player.tv", "set_volume", {"percent": 20}, {"volume": 20}),
        ("fan.ceiling_fan", "set_speed", {"percent": 20}, {"state": "on", "speed": 20}),
    ],
)
def test_it_obeys(id, command, arguments, after) -> None:
    home = MemoryHome(HomeConfig())
    asyncio.run(home.apply(id, command, arguments))
    assert {key: home.state(id)[key] for key in after} == after


def test_every_command_is_known_to_it() -> None:
    home = MemoryHome(HomeConfig())
    everything = {"percent": 10, "color": "red", "temperature": 20}
    for command in COMMANDS:
        asyncio.run(home.apply("light.bed_light", command, everything))


def test_an_unknown_device() -> None:
    with pytest.raises(HomeError, match="don't know that device"):
        asyncio.run(MemoryHome(HomeConfig()).apply("light.nowhere", "turn_on", {}))


def test_fahrenheit() -> None:
    home = MemoryHome(HomeConfig(temperature_unit="F"))
    assert home.state("climate.ecobee")["temperature"] == 70
    assert home.state("sensor.outdoor_temperature")["value"] == 60
    assert home.state("sensor.outdoor_humidity")["value"] == 54
