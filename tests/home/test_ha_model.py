import pytest

from edge.home import ha_model
from edge.home.home import COMMANDS
from tests.home.fake_home_assistant import entity


@pytest.mark.parametrize(
    ("id", "command", "arguments", "domain", "service", "data"),
    [
        ("input_boolean.guests", "turn_on", {}, "input_boolean", "turn_on", {}),
        ("script.party", "activate", {}, "script", "turn_on", {}),
        ("cover.blinds", "set_position", {"percent": 30}, "cover", "set_cover_position",
         {"position": 30}),
        ("fan.ceiling", "set_speed", {"percent": 30}, "fan", "set_percentage", {"percentage": 30}),
        ("light.bed", "set_color", {"color": "light blue"}, "light", "turn_on",
         {"color_name": "lightblue"}),
        ("light.bed", "set_color", {"color": "warm white"}, "light", "turn_on",
         {"color_temp_kelvin": 2700}),
        ("light.bed", "set_color", {"color": "white", "kelvin": 5000}, "light", "turn_on",
         {"color_temp_kelvin": 5000}),
        ("media_player.tv", "set_volume", {"percent": 30}, "media_player", "volume_set",
         {"volume_level": 0.3}),
        ("media_player.tv", "mute", {}, "media_player", "volume_mute", {"is_volume_muted": True}),
        ("media_player.tv", "play", {}, "media_player", "media_play", {}),
        ("media_player.tv", "play", {"query": "jazz"}, "media_player", "play_media",
         {"media_content_id": "jazz", "media_content_type": "music"}),
        ("media_player.tv", "previous", {}, "media_player", "media_previous_track", {}),
    ],
)  # fmt: skip
def test_services(id, command, arguments, domain, service, data) -> None:
    assert ha_model.service(id, command, arguments) == (domain, service, data)


def test_every_command_has_a_service() -> None:
    everything = {"percent": 10, "color": "red", "temperature": 20}
    for command in COMMANDS:
        _, service, _ = ha_model.service("media_player.tv", command, everything)
        assert service


@pytest.mark.parametrize(
    ("raw", "known"),
    [
        (
            entity("media_player.tv", "playing", volume_level=0.35, is_volume_muted=False,
                   media_title="News"),
            {"state": "playing", "available": True, "volume": 35, "muted": False, "title": "News"},
        ),
        (
            entity("binary_sensor.door", "on", device_class="door"),
            {"state": "open", "available": True, "measures": "door"},
        ),
        (
            entity("binary_sensor.lock", "off", device_class="lock"),
            {"state": "locked", "available": True, "measures": "lock"},
        ),
        (entity("sensor.mood", "cheerful"),
         {"state": "cheerful", "available": True, "value": "cheerful"}),
        (entity("sensor.gone", "unavailable"), {"state": "unavailable", "available": False}),
        (entity("light.dim", "on", brightness=1), {"state": "on", "available": True,
                                                   "brightness": 1}),
        (entity("climate.hall", "off"), {"state": "off", "available": True}),
    ],
)  # fmt: skip
def test_states(raw, known) -> None:
    assert ha_model.state(raw) == known
