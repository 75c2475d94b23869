import asyncio

import pytest

from edge.store import Store
from tests.skills.conftest import Talk


@pytest.mark.parametrize(
    ("slots", "said"),
    [
        ({"name": "Garage Door", "state": "open"}, "No, the Garage Door is closed."),
        ({"name": "Garage Door", "state": "closed"}, "Yes, the Garage Door is closed."),
        ({"name": "Garage Door", "state": "locked"}, "Yes, the Garage Door is closed."),
        ({"name": "Front Door", "state": "locked"}, "Yes, the Front Door is locked."),
        ({"name": "Front Door", "state": "closed"}, "Yes, the Front Door is locked."),
        ({"name": "Front Door", "state": "open"}, "No, the Front Door is locked."),
        ({"name": "Kitchen Lights", "state": "off"}, "No, the Kitchen Lights are on."),
        ({"name": "Kitchen Lights"}, "The Kitchen Lights are on, at 70 percent."),
        ({"name": "Bed Light"}, "The Bed Light is off."),
        ({"name": "Ecobee"}, "The Ecobee is set to 21 degrees."),
        ({"name": "Outdoor Humidity"}, "The Outdoor Humidity is 54 percent."),
        ({"name": "Outdoor Temperature"}, "The Outdoor Temperature is 15.6 degrees."),
        ({"kind": "light", "area": "Bedroom", "state": "on"}, "No, none of them is on."),
        ({"kind": "light", "area": "Bedroom", "state": "off"}, "Yes, all of them are off."),
        (
            {"kind": "light", "state": "on", "all": True},
            "The Ceiling Lights and the Kitchen Lights are on.",
        ),
        ({"kind": "lock", "state": "locked", "all": True}, "Yes, all of them are locked."),
        ({"kind": "cover", "state": "open", "all": True}, "The Living Room Window is open."),
        ({"kind": "cover", "state": "open"}, "The Living Room Window is open."),
        ({"kind": "fan", "state": "on"}, "No, none of them is on."),
        ({"state": "open", "all": True}, "The Living Room Window is open."),
        ({"unknown": "attic window"}, "I don't know anything called attic window."),
    ],
)  # fmt: skip
def test_questions(talk: Talk, slots, said: str) -> None:
    plan = talk.plan("home.get_state", **slots)
    assert plan.reply.text == said
    assert plan.action is None


@pytest.mark.parametrize(
    ("slots", "said"),
    [
        ({}, "It's 20.5 degrees in the Living Room."),
        ({"area": "Bedroom"}, "It's 19 degrees in the Bedroom."),
        ({"area": "Garden"}, "It's 15.6 degrees in the Garden."),
        ({"area": "Kitchen"}, "I have no thermometer for that."),
        ({"name": "Heat Pump"}, "It's 19 degrees in the Bedroom."),
        ({"name": "Bed Light"}, "I have no thermometer for that."),
    ],
)
def test_temperatures(talk: Talk, slots, said: str) -> None:
    assert talk.say("home.get_temperature", **slots) == said


def test_the_temperature_here(store: Store) -> None:
    assert Talk(store, here="Bedroom").say("home.get_temperature") == (
        "It's 19 degrees in the Bedroom."
    )


def test_what_is_playing(talk: Talk) -> None:
    asyncio.run(talk.home.apply("media_player.tv", "play", {"query": "jazz"}))
    assert talk.say("home.get_state", name="TV") == "The TV is playing jazz."
    assert talk.say("home.get_state", name="TV", state="on") == "Yes, the TV is on."
