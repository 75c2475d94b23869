import asyncio

import pytest

from edge.config.schema import DeviceConfig, HomeConfig
from edge.errors import HomeError
from edge.events import Intent
from edge.home import MemoryHome
from edge.skills.house import House
from edge.store import Store
from tests.skills.conftest import NOW, Talk


def states(talk: Talk, kind: str) -> dict[str, object]:
    return {
        each.name: talk.state(each.id)
        for each in talk.home.vocabulary().devices
        if each.kind == kind
    }


@pytest.mark.parametrize(
    ("intent", "slots", "said", "id", "state"),
    [
        ("turn_on", {"name": "Bed Light"}, "Turned on the Bed Light.", "light.bed_light", "on"),
        ("turn_off", {"name": "AC"}, "Turned off the AC.", "switch.ac", "off"),
        ("turn_on", {"name": "TV"}, "Turned on the TV.", "media_player.tv", "on"),
        ("turn_off", {"name": "Ecobee"}, "Turned off the Ecobee.", "climate.ecobee", "off"),
        ("open", {"name": "Hall Window"}, "Opening the Hall Window.", "cover.hall_window", "open"),
        ("close", {"name": "Garage Door"}, "Closing the Garage Door.", "cover.garage_door",
         "closed"),
        ("close", {"name": "Front Door"}, "Locked the Front Door.", "lock.front_door", "locked"),
        ("lock", {"name": "Front Door"}, "Locked the Front Door.", "lock.front_door", "locked"),
    ],
)  # fmt: skip
def test_one_device(talk: Talk, intent, slots, said, id, state) -> None:
    assert talk.say(f"home.{intent}", **slots) == said
    assert talk.state(id) == state


def test_planning_changes_nothing(talk: Talk) -> None:
    plan = talk.plan("home.turn_on", name="Bed Light")
    assert plan.action is not None
    assert plan.action.name == "home.turn_on"
    assert plan.action.arguments == {"calls": [{"id": "light.bed_light", "command": "turn_on"}]}
    assert talk.state("light.bed_light") == "off"


@pytest.mark.parametrize(
    ("slots", "said", "lit"),
    [
        (
            {"kind": "light", "area": "Bedroom"},
            "Turned on the lights in the Bedroom.",
            {"Bed Light", "Bedroom Lights"},
        ),
        ({"kind": "light", "area": "garage"}, "Turned on the Garage Light.", {"Garage Light"}),
        (
            {"kind": "light", "area": "Bedroom", "except": ["Bed Light"]},
            "Turned on the Bedroom Lights.",
            {"Bedroom Lights"},
        ),
        (
            {"kind": "fan", "all": True},
            "Turned on the Living Room Fan, the Ceiling Fan and the Bathroom Fan.",
            set(),
        ),
    ],
)  # fmt: skip
def test_groups(talk: Talk, slots, said: str, lit: set[str]) -> None:
    talk.say("home.turn_off", kind="light", all=True)
    assert talk.say("home.turn_on", **slots) == said
    assert {name for name, state in states(talk, "light").items() if state == "on"} == lit


def test_all_the_lights_but_some(talk: Talk) -> None:
    talk.say("home.turn_on", kind="light", all=True)
    text = talk.say(
        "home.turn_off", kind="light", all=True, **{"except": ["Bedroom", "Porch Light"]}
    )
    assert text == "Turned off all the lights except the Bedroom and the Porch Light."
    lit = {name for name, state in states(talk, "light").items() if state == "on"}
    assert lit == {"Bed Light", "Bedroom Lights", "Porch Light"}


def test_everything_in_a_room(talk: Talk) -> None:
    talk.say("home.turn_on", name="TV")
    assert talk.say("home.turn_off", area="Living Room", all=True) == (
        "Turned off everything in the Living Room."
    )
    assert talk.state("media_player.tv") == "off"
    assert talk.state("light.ceiling_lights") == "off"
    assert talk.state("climate.ecobee") == "on", "the heating is nobody's everything"


def test_here(store: Store) -> None:
    talk = Talk(store, here="Office")
    assert talk.say("home.turn_on", kind="light") == "Turned on the lights in the Office."
    assert talk.say("home.turn_on", kind="fan") == "In which room?"
    assert talk.say("home.turn_on", kind="light", all=True) == "Turned on all the lights."
    talk = Talk(store)
    assert talk.say("home.turn_off", kind="light") == "Turned off all the lights."


@pytest.mark.parametrize(
    ("slots", "said"),
    [
        ({}, "What should I turn on?"),
        (
            {"candidates": ["Bed Light", "Bedroom Lights"]},
            "Which one: the Bed Light or the Bedroom Lights?",
        ),
        ({"unknown": "disco ball"}, "I don't know anything called disco ball."),
        ({"name": "disco ball"}, "I don't know anything called disco ball."),
        ({"kind": "fan", "area": "Kitchen"}, "There are no fans in the Kitchen."),
        ({"kind": "fan"}, "Which one: the Living Room Fan, the Ceiling Fan or the Bathroom Fan?"),
        ({"kind": "switch"}, "In which room?"),
        ({"name": "Garage Door"}, "I can't turn on the Garage Door."),
    ],
)  # fmt: skip
def test_what_is_not_understood_is_never_acted_upon(talk: Talk, slots, said: str) -> None:
    plan = talk.plan("home.turn_on", **slots)
    assert plan.action is None
    assert plan.reply.text == said
    assert plan.reply.expects_reply == said.endswith("?")


# ── what lets somebody in ────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("intent", "name", "question", "done", "id", "state"),
    [
        (
            "unlock", "Front Door", "Should I unlock the Front Door?", "Unlocked the Front Door.",
            "lock.front_door", "unlocked",
        ),
        (
            "open", "Front Door", "Should I unlock the Front Door?", "Unlocked the Front Door.",
            "lock.front_door", "unlocked",
        ),
        (
            "open", "Garage Door", "Should I open the Garage Door?", "Opening the Garage Door.",
            "cover.garage_door", "open",
        ),
    ],
)  # fmt: skip
def test_leave_is_asked_first(talk: Talk, intent, name, question, done, id, state) -> None:
    plan = talk.plan(f"home.{intent}", name=name)
    assert plan.confirm
    assert plan.reply.text == question
    assert plan.reply.expects_reply
    assert plan.done == done
    assert plan.action is not None
    talk.perform(plan.action)
    assert talk.state(id) == state


def test_which_door(talk: Talk) -> None:
    assert talk.say("home.unlock", kind="lock") == "Which one: the Kitchen Door or the Front Door?"
    plan = talk.plan("home.unlock", all=True)
    assert plan.confirm
    assert plan.reply.text == "Should I unlock the Kitchen Door and the Front Door?"
    assert talk.say("home.lock", all=True) == "Locked the Kitchen Door and the Front Door."


def test_a_group_of_blinds_leaves_the_garage_shut(talk: Talk) -> None:
    assert talk.say("home.open", kind="cover") == "In which room?"
    assert talk.say("home.open", kind="cover", all=True) == "Opening 6 blinds."
    assert talk.state("cover.garage_door") == "closed"
    assert talk.state("cover.office_blinds") == "open"
    assert talk.plan("home.open", kind="cover", area="Garage").confirm


# ── levels, colours, warmth ──────────────────────────────────────────────────────────────────


def test_brightness(talk: Talk) -> None:
    assert talk.say("home.set_brightness", name="Bed Light", percent=50) == (
        "Set the Bed Light to 50 percent."
    )
    assert talk.home.state("light.bed_light")["brightness"] == 50
    assert talk.say("home.set_brightness", name="Bed Light", delta=20) == (
        "Set the Bed Light to 70 percent."
    )
    assert talk.say("home.set_brightness", name="Bed Light", delta=-90) == (
        "Set the Bed Light to 1 percent."
    )
    assert talk.say("home.set_brightness", name="Bed Light") == "To how many percent?"
    assert talk.say("home.set_brightness", name="Office Blinds", percent=30) == (
        "Set the Office Blinds to 30 percent."
    )
    assert talk.say("home.set_brightness", name="Garage Door", percent=30) == (
        "I can only open or close the Garage Door."
    )


def test_relative_brightness_is_for_what_is_on(talk: Talk) -> None:
    assert talk.say("home.set_brightness", kind="light", area="Office", delta=-20) == (
        "The lights in the Office are off."
    )
    talk.say("home.turn_on", name="Desk Lamp")
    assert talk.say("home.set_brightness", area="Office", delta=-20) == (
        "Set the Desk Lamp to 80 percent."
    )
    assert talk.state("light.office_lights") == "off"
    talk.say("home.set_brightness", name="Office Lights", percent=30)
    assert talk.say("home.set_brightness", area="Office", delta=10) == (
        "Brightened the lights in the Office."
    )
    assert talk.say("home.set_brightness", name="Bed Light", delta=20) == (
        "Set the Bed Light to 20 percent."
    )


def test_color(talk: Talk) -> None:
    assert talk.say("home.set_color", name="Bed Light", color="red") == "Set the Bed Light to red."
    assert talk.home.state("light.bed_light")["color"] == "red"
    assert talk.say("home.set_color", name="Bed Light") == "Which color?"
    assert talk.say("home.set_color", name="Bed Light", kelvin=2700) == (
        "Set the Bed Light to 2700 kelvin."
    )
    assert talk.say("home.set_color", name="TV", color="red") == "I can't color the TV."


def test_temperature(talk: Talk, store: Store) -> None:
    assert talk.say("home.set_temperature", temperature=22) == (
        "Which one: the Ecobee or the Heat Pump?"
    )
    assert talk.say("home.set_temperature", name="Ecobee", temperature=22) == (
        "Set the Ecobee to 22 degrees."
    )
    assert talk.say("home.set_temperature", name="Ecobee", delta=-1.5) == (
        "Set the Ecobee to 20.5 degrees."
    )
    assert talk.say("home.set_temperature", name="Ecobee", temperature=500) == (
        "I can't set the Ecobee to 500 degrees."
    )
    assert talk.say("home.set_temperature", area="Bedroom") == "To how many degrees?"
    assert Talk(store, here="Bedroom").say("home.set_temperature", delta=1) == (
        "Set the Heat Pump to 21 degrees."
    )


def test_scenes(talk: Talk) -> None:
    assert talk.say("home.scene", name="Party Time") == "Activated Party Time."
    assert talk.say("home.turn_on", name="Party Time") == "Activated the Party Time."
    assert talk.say("home.scene") == "Which scene?"
    assert talk.say("home.scene", name="Bed Light") == "Which scene?"


# ── taking back ──────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("intent", "slots", "id"),
    [
        ("turn_on", {"name": "Bed Light"}, "light.bed_light"),
        ("turn_off", {"kind": "light", "all": True}, "light.ceiling_lights"),
        ("set_brightness", {"name": "Kitchen Lights", "percent": 5}, "light.kitchen_lights"),
        ("set_temperature", {"name": "Ecobee", "temperature": 25}, "climate.ecobee"),
        ("close", {"name": "Living Room Window"}, "cover.living_room_window"),
        ("unlock", {"name": "Front Door"}, "lock.front_door"),
        ("open", {"name": "Garage Door"}, "cover.garage_door"),
    ],
)
def test_taking_back(talk: Talk, intent, slots, id) -> None:
    before = {key: talk.home.state(id).get(key) for key in ("state", "brightness", "temperature")}
    plan = talk.plan(f"home.{intent}", **slots)
    assert plan.action is not None
    talk.perform(plan.action)
    assert {key: talk.home.state(id).get(key) for key in before} != before
    talk.take_back()
    assert {key: talk.home.state(id).get(key) for key in before} == before


def test_taking_back_never_lets_anybody_in(talk: Talk) -> None:
    plan = talk.plan("home.unlock", name="Front Door")
    assert plan.action is not None
    talk.perform(plan.action)
    talk.say("home.lock", name="Front Door")
    assert talk.undo is None
    plan = talk.plan("home.open", name="Garage Door")
    assert plan.action is not None
    talk.perform(plan.action)
    talk.say("home.close", name="Garage Door")
    assert talk.undo is None


# ── homes that fail ──────────────────────────────────────────────────────────────────────────


class Broken(MemoryHome):
    """A home where the office is out of order."""

    async def apply(self, id, command, arguments) -> None:
        if id in ("light.office_lights", "light.desk_lamp"):
            raise HomeError(f"{id} isn't responding.")
        await super().apply(id, command, arguments)


def test_a_failure_is_told(talk: Talk) -> None:
    house = House(Broken(HomeConfig()))

    async def turn_on(**slots) -> None:
        plan = await house.plan(Intent("home.turn_on", slots), NOW)
        assert plan.action is not None
        await house.perform(plan.action)

    with pytest.raises(HomeError, match=r"light\.desk_lamp isn't responding"):
        asyncio.run(turn_on(name="Desk Lamp"))
    with pytest.raises(HomeError, match=r"2 of 14 devices didn't do it\."):
        asyncio.run(turn_on(kind="light", all=True))


def test_a_home_that_knows_nothing() -> None:
    class Empty(MemoryHome):
        def vocabulary(self):
            return type(super().vocabulary())()

    plan = asyncio.run(
        House(Empty(HomeConfig())).plan(Intent("home.turn_on", {"kind": "light"}), NOW)
    )
    assert plan.reply.text == "I can't reach your home right now."


def test_an_owned_name_has_no_article(store: Store) -> None:
    lamp = DeviceConfig(name="Anna's Lamp", kind="light")
    house = House(MemoryHome(HomeConfig(devices=(lamp,))))
    plan = asyncio.run(house.plan(Intent("home.turn_on", {"name": "Anna's Lamp"}), NOW))
    assert plan.reply.text == "Turned on Anna's Lamp."


def test_toggling_goes_by_what_is_known(talk: Talk) -> None:
    talk.say("home.turn_on", name="Bed Light")
    assert talk.say("home.turn_on", name="Bed Light", toggle=True) == "Turned off the Bed Light."
    assert talk.say("home.turn_on", name="Bed Light", toggle=True) == "Turned on the Bed Light."
