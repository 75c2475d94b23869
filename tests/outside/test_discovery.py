import json

import pytest

from edge.config.schema import Mqtt
from edge.outside import discovery
from edge.outside.discovery import Topics, description, last_command, topics
from tests.outside.conftest import TURN

SETTINGS = Mqtt(host="broker")


def test_the_description_has_what_home_assistant_requires() -> None:
    """Required by its documentation of device discovery: device, origin, platform, unique_id."""
    told = json.loads(description(SETTINGS, "stonechat_1"))
    assert told["device"]["identifiers"] == ["stonechat_1"]
    assert told["origin"]["name"]
    ids = [component["unique_id"] for component in told["components"].values()]
    assert len(set(ids)) == len(ids)
    platforms = {name: each["platform"] for name, each in told["components"].items()}
    assert platforms == {
        "state": "sensor",
        "last_command": "sensor",
        "volume": "number",
        "mute": "switch",
        "announce": "notify",
        "wake": "button",
    }


def test_only_its_own_command_topics_are_orders() -> None:
    where: Topics = topics(SETTINGS, "stonechat_1")
    assert where.asked("stonechat/stonechat_1/volume/set") == "volume"
    for topic in ("stonechat/stonechat_1/volume", "stonechat/other/volume/set",
                  "stonechat/stonechat_1/set"):  # fmt: skip
        assert where.asked(topic) is None


def test_a_device_keeps_its_name_and_does_not_tell_the_machine_id(
    tmp_path: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = discovery.identity()
    assert first == discovery.identity()
    assert first.startswith("stonechat_")


def test_a_long_command_is_cut_to_what_a_state_may_hold() -> None:
    state, attributes = last_command({**TURN, "text": "x" * 300})
    assert len(state) == 255
    assert json.loads(attributes)["text"] == "x" * 300
