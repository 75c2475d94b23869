from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from edge.events import Intent, Local
from edge.understanding.context import Reference, refer
from edge.understanding.router import Router
from edge.understanding.wordset import word_set
from tests.understanding.conftest import NOW

Slots = dict[str, Any]


def after(router: Router, before: str, text: str) -> Reference | None:
    route = router.route(before, NOW)
    assert isinstance(route, Local)
    return refer(text, route.intents, router, NOW)


BED = {"name": "Bed Light"}
POINTED: list[tuple[str, str, str, Slots]] = [
    (
        "set the bed light to 30%",
        "forty",
        "home.set_brightness",
        {"name": "Bed Light", "percent": 40},
    ),
    (
        "turn on the bed light in ten minutes",
        "make that twenty minutes",
        "home.turn_on",
        {"name": "Bed Light", "delay": 1200},
    ),
    (
        "turn on the bed light at seven pm",
        "no, at eight pm",
        "home.turn_on",
        {"name": "Bed Light", "at": "2026-11-23T20:00"},
    ),
    (
        "set a pasta timer for ten minutes",
        "and another one for five",
        "timer.set",
        {"duration": 300},
    ),
    (
        "remind me to call mum at five",
        "and to feed the cat at seven",
        "reminder.set",
        {"text": "feed the cat", "time": "2026-11-23T19:00"},
    ),
    (
        "play some jazz in the kitchen",
        "no, in the bedroom",
        "media.play",
        {"query": "jazz", "area": "Bedroom"},
    ),
    (
        "turn on the bed light",
        "turn it off in an hour",
        "home.turn_off",
        {"name": "Bed Light", "delay": 3600},
    ),
    ("turn on the bed light", "turn it off again", "home.turn_off", BED),
    ("open the garage door", "close it again", "home.close", {"name": "Garage Door"}),
    (
        "turn off all the lights",
        "turn them back on",
        "home.turn_on",
        {"kind": "light", "all": True},
    ),
    ("is the bed light on", "turn it off", "home.turn_off", BED),
    (
        "lock the front door",
        "is it locked",
        "home.get_state",
        {"name": "Front Door", "state": "locked"},
    ),
    ("turn on the bed light", "make it brighter", "home.set_brightness", {**BED, "delta": 20}),
    ("turn on the bed light", "a bit brighter", "home.set_brightness", {**BED, "delta": 10}),
    (
        "turn on the bed light",
        "dim it to 30 percent",
        "home.set_brightness",
        {**BED, "percent": 30},
    ),
    ("turn on the bed light", "make it blue", "home.set_color", {**BED, "color": "blue"}),
    (
        "set the thermostat to 21",
        "a bit warmer",
        "home.set_temperature",
        {"name": "Thermostat", "delta": 1},
    ),
    (
        "how warm is it in the bedroom",
        "make it warmer",
        "home.set_temperature",
        {"area": "Bedroom", "delta": 1},
    ),
    ("turn the volume down on the tv", "louder", "volume.up", {"name": "TV"}),
    ("turn on the tv", "turn it up", "volume.up", {"name": "TV"}),
    ("play jazz on the tv", "pause it", "media.pause", {"name": "TV"}),
    ("set a timer for ten minutes", "pause it", "timer.pause", {"duration": 600}),
    ("close the left blind", "close the other one too", "home.close", {"name": "Right Blind"}),
    ("quieter", "more", "volume.down", {}),
    ("dim the bed light", "a little more", "home.set_brightness", {**BED, "delta": -20}),
    ("make the bed light brighter", "a bit less", "home.set_brightness", {**BED, "delta": -20}),
]

CARRIED: list[tuple[str, str, str, Slots]] = [
    (
        "turn on the lights in the kitchen",
        "and the bedroom too",
        "home.turn_on",
        {"kind": "light", "area": "Bedroom"},
    ),
    (
        "turn on the kitchen ceiling",
        "the bedroom as well",
        "home.turn_on",
        {"kind": "light", "area": "Bedroom"},
    ),
    (
        "turn off the lights in the bedroom",
        "what about the kitchen",
        "home.turn_off",
        {"kind": "light", "area": "Kitchen"},
    ),
    (
        "dim the bed light to 30 percent",
        "and zorro",
        "home.set_brightness",
        {"name": "Zorro", "percent": 30},
    ),
    ("make the bed light blue", "no, red", "home.set_color", {**BED, "color": "red"}),
    (
        "dim the bed light to 30 percent",
        "no, 40 percent",
        "home.set_brightness",
        {**BED, "percent": 40},
    ),
    ("close the left blind", "and the other one", "home.close", {"name": "Right Blind"}),
    (
        "is the bed light on",
        "and the kitchen ceiling",
        "home.get_state",
        {"name": "Kitchen Ceiling", "state": "on"},
    ),
    (
        "how warm is it in the bedroom",
        "and in the kitchen",
        "home.get_temperature",
        {"area": "Kitchen"},
    ),
    ("what time is it", "and in Paris?", "time.now", {"place": "Paris", "zone": "Europe/Paris"}),
    (
        "what time is it in Tokyo",
        "what about London",
        "time.now",
        {"place": "London", "zone": "Europe/London"},
    ),
    (
        "what's the date",
        "what about tomorrow",
        "date.today",
        {"asked": "date", "date": "2026-11-24"},
    ),
    ("what day is it", "and on Friday", "date.today", {"asked": "weekday", "date": "2026-11-27"}),
    ("set an alarm for 7 tomorrow", "and for eight", "alarm.set", {"time": "2026-11-24T08:00"}),
    ("set volume to 30", "make it 50", "volume.set", {"percent": 50}),
    (
        "add milk to the hardware store list",
        "and bananas",
        "list.add",
        {"list": "Hardware Store", "items": ["bananas"]},
    ),
]

INSTEAD: list[tuple[str, str, str, Slots]] = [
    ("set a timer for ten minutes", "make that fifteen minutes", "timer.set", {"duration": 900}),
    (
        "set a pasta timer for nine minutes",
        "no, I said ninety minutes",
        "timer.set",
        {"duration": 5400, "name": "pasta"},
    ),
    ("set a timer for ten minutes", "no, make it twelve", "timer.set", {"duration": 720}),
    ("turn on the bed light", "actually, cancel that please", "assistant.cancel", {}),
    ("turn on zorro", "not zorro, the bed light", "home.turn_on", BED),
    ("add five minutes to my timer", "no, ten minutes", "timer.add", {"duration": 600}),
    ("take two minutes off my timer", "no, one minute", "timer.add", {"duration": -60}),
    ("set an alarm for 7 tomorrow", "make that 7:30", "alarm.set", {"time": "2026-11-24T07:30"}),
    ("set an alarm for 7 tomorrow", "no, on Wednesday", "alarm.set", {"time": "2026-11-25T07:00"}),
    (
        "remind me to call mom at six pm",
        "make that seven",
        "reminder.set",
        {"text": "call mom", "time": "2026-11-23T19:00"},
    ),
    (
        "turn on the kitchen ceiling",
        "no, the bedroom",
        "home.turn_on",
        {"kind": "light", "area": "Bedroom"},
    ),
    ("turn on the kitchen ceiling", "no, I meant the bed light", "home.turn_on", BED),
    ("close the left blind", "no, the other one", "home.close", {"name": "Right Blind"}),
    ("turn on the bed light", "undo that", "assistant.cancel", {}),
    ("set a timer for ten minutes", "cancel it", "assistant.cancel", {}),
]

ALONE = [
    ("turn on the bed light", "turn off the lights"), ("turn on the bed light", "turn on the fan"),
    ("turn on the bed light", "set a timer for five minutes"), ("turn on the bed light", "no"),
    ("turn on the bed light", "no thanks"), ("turn on the bed light", "what about you"),
    ("turn on the bed light", "what about dinner"), ("turn on the bed light", "who wrote it"),
    ("turn on the bed light", "and the fountain"), ("turn on the bed light", "and then"),
    ("turn on the bed light", "make that fifteen minutes"), ("turn on the bed light", ""),
    ("turn on the bed light", "make it brighter in here"),
    ("turn on the bed light", "make it warmer"), ("turn on the fan", "make it blue"),
    ("turn on the bed light and turn on zorro", "turn it off"),
    ("turn on the bed light and set a timer for ten minutes", "make that fifteen minutes"),
    ("turn on the bed light and turn on the tv", "and the kitchen"),
    ("how warm is it in the bedroom", "turn it off"),
    ("what time is it", "and the war in Iraq"), ("what time is it", "what about the president"),
    ("what time is it", "undo that"), ("what time is it", "what about tomorrow"),
    ("set a timer for ten minutes", "and fifteen minutes"),
    ("set a timer for ten minutes", "fifteen minutes"),
    ("set a timer for ten minutes", "what about lunch"),
    ("set an alarm for 7 tomorrow", "no, every day"),
    ("turn the volume down on the tv", "lower your volume"),
    ("add five minutes to my timer", "cancel it"),
    ("add milk to the shopping list", "and what's the weather"),
    ("add milk to the shopping list", "and turn on the fan"),
    ("add milk to the shopping list", "and the bedroom too"),
]  # fmt: skip


@pytest.mark.parametrize(("before", "text", "name", "slots"), POINTED + CARRIED)
def test_a_sentence_that_goes_on(
    router: Router, before: str, text: str, name: str, slots: Slots
) -> None:
    found = after(router, before, text)
    assert found is not None
    assert [(each.name, each.slots) for each in found.intents] == [(name, slots)]
    assert not found.instead


@pytest.mark.parametrize(("before", "text", "name", "slots"), INSTEAD)
def test_a_correction(router: Router, before: str, text: str, name: str, slots: Slots) -> None:
    found = after(router, before, text)
    assert found is not None
    assert [(each.name, each.slots) for each in found.intents] == [(name, slots)]
    assert found.instead


@pytest.mark.parametrize(("before", "text"), ALONE)
def test_a_sentence_that_stands_alone(router: Router, before: str, text: str) -> None:
    assert after(router, before, text) is None


def test_them_are_all_that_were_named(router: Router) -> None:
    found = after(router, "turn on the bed light and turn on zorro", "turn them off")
    assert found is not None
    assert [each.slots for each in found.intents] == [{"name": "Bed Light"}, {"name": "Zorro"}]


def test_one_of_several_others_is_asked_for(router: Router) -> None:
    found = after(router, "turn on the bed light", "no, the other one")
    assert found is not None
    assert [*found.intents[0].slots] == ["candidates"]


def test_the_rest_of_a_compound_is_kept(router: Router) -> None:
    found = after(router, "turn on the bed light", "turn it off and turn on the fan")
    assert found is not None
    assert [each.slots for each in found.intents] == [BED, {"kind": "fan"}]


def test_nothing_refers_to_nothing(router: Router) -> None:
    assert refer("turn it off again", (), router, NOW) is None


WORDS = sorted(
    word_set(
        "no and what about make that it the other one too bedroom lights fifteen minutes again "
        "tomorrow at eight in paris more less off turn on brighter , 7:30 red every day"
    )
)
LAST = [
    Intent("home.turn_on", {"name": "Bed Light"}),
    Intent("home.set_brightness", {"kind": "light", "area": "Kitchen", "delta": 20}),
    Intent("timer.set", {"duration": 600}),
    Intent("alarm.set", {"time": "2026-11-24T07:00"}),
    Intent("alarm.set"),
    Intent("time.now"),
    Intent("date.today"),
    Intent("list.add", {"items": ["milk"]}),
    Intent("volume.up"),
]


@settings(max_examples=300, deadline=None)
@given(st.lists(st.sampled_from(LAST), min_size=1, max_size=2), st.lists(st.sampled_from(WORDS)))
def test_no_order_of_words_upsets_it(router: Router, last: list[Intent], words: list[str]) -> None:
    found = refer(" ".join(words), last, router, NOW)
    assert found is None or found.intents
