"""What the device tells Home Assistant of itself, and the topics that it lives under. Pure.

Device-based discovery: one retained message describes the device and all of its entities (Home
Assistant 2024.11 and later).
"""

import hashlib
import json
import socket
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

from edge.config.schema import Mqtt
from edge.dialogue import State

STATES = tuple(state.name.lower() for state in State)
ONLINE, OFFLINE = "online", "offline"
PRESS = "PRESS"
_LONGEST_STATE = 255
"""Characters that Home Assistant takes for a state."""


@dataclass(frozen=True, slots=True)
class Topics:
    """Where things are told and asked."""

    base: str
    config: str
    birth: str
    """Home Assistant says here that it has started."""

    @property
    def availability(self) -> str:
        """`online`, or `offline` as the last will."""
        return f"{self.base}/availability"

    @property
    def commands(self) -> str:
        """What may be asked: see `asked`."""
        return f"{self.base}/+/set"

    def state(self, of: str) -> str:
        """Where the value of something is told."""
        return f"{self.base}/{of}"

    def command(self, of: str) -> str:
        """Where something is asked."""
        return f"{self.base}/{of}/set"

    def asked(self, topic: str) -> str | None:
        """What a message on a topic asks for; None when it is no command."""
        of = topic.removeprefix(f"{self.base}/").removesuffix("/set")
        return of if topic == self.command(of) else None


def identity() -> str:
    """A name for this device that stays: of the machine's id, which itself must not be told."""
    try:
        seed = Path("/etc/machine-id").read_text(encoding="ascii").strip()
    except OSError:
        seed = ""
    seed = seed or socket.gethostname()
    return "stonechat_" + hashlib.sha256(f"stonechat {seed}".encode()).hexdigest()[:12]


def topics(settings: Mqtt, device: str) -> Topics:
    """The topics of one device."""
    return Topics(
        base=f"{settings.topic}/{device}",
        config=f"{settings.discovery}/device/{device}/config",
        birth=f"{settings.discovery}/status",
    )


def description(settings: Mqtt, device: str) -> str:
    """The discovery message."""
    where = topics(settings, device)
    runs = version("stonechat")
    return json.dumps(
        {
            "device": {
                "identifiers": [device],
                "name": settings.name,
                "manufacturer": "Stonechat",
                "model": "Voice assistant",
                "sw_version": runs,
            },
            "origin": {"name": "Stonechat", "sw_version": runs},
            "components": {
                name: {**component, "unique_id": f"{device}_{name}"}
                for name, component in _components(where).items()
            },
            "availability": [{"topic": where.availability}],
            "qos": 1,
        }
    )


def _components(where: Topics) -> Mapping[str, Mapping[str, Any]]:
    return {
        "state": {
            "platform": "sensor",
            "name": "State",
            "icon": "mdi:account-voice",
            "device_class": "enum",
            "options": STATES,
            "state_topic": where.state("state"),
        },
        "last_command": {
            "platform": "sensor",
            "name": "Last command",
            "icon": "mdi:message-text",
            "state_topic": where.state("last_command"),
            "json_attributes_topic": where.state("last_command/attributes"),
        },
        "volume": {
            "platform": "number",
            "name": "Volume",
            "icon": "mdi:volume-high",
            "min": 0,
            "max": 100,
            "step": 1,
            "mode": "slider",
            "unit_of_measurement": "%",
            "state_topic": where.state("volume"),
            "command_topic": where.command("volume"),
        },
        "mute": {
            "platform": "switch",
            "name": "Mute",
            "icon": "mdi:volume-off",
            "state_topic": where.state("mute"),
            "command_topic": where.command("mute"),
        },
        "announce": {
            "platform": "notify",
            "name": "Announce",
            "icon": "mdi:bullhorn",
            "command_topic": where.command("announce"),
        },
        "wake": {
            "platform": "button",
            "name": "Wake",
            "icon": "mdi:ear-hearing",
            "command_topic": where.command("wake"),
            "payload_press": PRESS,
        },
    }


def last_command(turn: Mapping[str, Any]) -> tuple[str, str]:
    """A `turn` event as the sensor's state and its attributes."""
    text = str(turn["text"])
    state = text if len(text) <= _LONGEST_STATE else text[: _LONGEST_STATE - 1] + "…"
    kept = {key: turn[key] for key in ("text", "where", "intent", "slots", "reply", "heard", "ms")}
    return state, json.dumps(kept, ensure_ascii=False)
