"""Requests as people put them who never saw a template: what is done, and with which values."""

from collections.abc import Mapping

import pytest

from edge.events import Cloud, Local, Value
from edge.understanding.router import Router
from tests.understanding.conftest import NOW

DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")

DONE: list[tuple[str, list[tuple[str, Mapping[str, Value]]]]] = [
    # dates and times
    ("what day is christmas", [("date.today", {"date": "2026-12-25", "asked": "weekday"})]),
    ("how many days until christmas", [("date.today", {"date": "2026-12-25", "asked": "until"})]),
    ("what day was it three days ago",
     [("date.today", {"date": "2026-11-20", "asked": "weekday"})]),
    ("what date is it a week from today",
     [("date.today", {"date": "2026-11-30", "asked": "date"})]),
    ("what year is it", [("date.today", {"asked": "year"})]),
    ("what time will it be in three hours", [("time.now", {"after": 10800})]),
    # alarms
    ("set alarms for 6, 6:15 and 6:30 am",
     [("alarm.set", {"time": f"2026-11-24T{at}"}) for at in ("06:00", "06:15", "06:30")]),
    ("wake me at six and six thirty",
     [("alarm.set", {"time": "2026-11-24T06:00"}), ("alarm.set", {"time": "2026-11-24T06:30"})]),
    ("wake me at six in the morning every weekday except friday",
     [("alarm.set", {"time": "2026-11-24T06:00", "repeat": list(DAYS[:4])})]),
    ("set an alarm for weekends at ten",
     [("alarm.set", {"time": "2026-11-28T10:00", "repeat": list(DAYS[5:])})]),
    ("set an alarm for 7 in the evening and another for 8",
     [("alarm.set", {"time": "2026-11-23T19:00"}), ("alarm.set", {"time": "2026-11-23T20:00"})]),
    ("change my 6am alarm to 6:30",
     [("alarm.move", {"of": "2026-11-24T06:00", "time": "2026-11-23T18:30", "half": "either"})]),
    ("push my alarm back half an hour", [("alarm.move", {"by": 1800})]),
    ("skip tomorrow's alarm", [("alarm.cancel", {"day": "2026-11-24"})]),
    ("cancel all my alarms except the one at 7",
     [("alarm.cancel", {"all": True, "except": "2026-11-23T19:00", "half": "either"})]),
    ("cancel the alarm at 6 and set one for 7",
     [("alarm.cancel", {"time": "2026-11-23T18:00", "half": "either"}),
      ("alarm.set", {"time": "2026-11-23T19:00"})]),
    # timers
    ("cancel all timers except the pasta one",
     [("timer.cancel", {"all": True, "except": "pasta"})]),
    ("change the timer to 15 minutes", [("timer.set", {"duration": 900, "instead": True})]),
    ("set a timer for 1 hour 15", [("timer.set", {"duration": 4500})]),
    # the home
    ("turn on the lights every evening at 8",
     [("home.turn_on", {"kind": "light", "at": "2026-11-23T20:00", "repeat": list(DAYS)})]),
    ("leave the fan on all night", [("home.turn_on", {"kind": "fan"})]),
    ("turn the tv down", [("volume.down", {"name": "TV"})]),
    ("turn on the heating in the bedroom",
     [("home.turn_on", {"kind": "thermostat", "area": "Bedroom"})]),
    ("make the lights warmer",
     [("home.set_color", {"kind": "light", "color": "warm white", "kelvin": 2700})]),
    ("let some light in", [("home.open", {"kind": "cover"})]),
    ("fan to high", [("home.set_brightness", {"kind": "fan", "percent": 100})]),
    ("lights on in the bedroom, off in the kitchen",
     [("home.turn_on", {"kind": "light", "area": "Bedroom"}),
      ("home.turn_off", {"kind": "light", "area": "Kitchen"})]),
    ("turn the kitchen light on, no wait, the bedroom",
     [("home.turn_on", {"kind": "light", "area": "Bedroom"})]),
    ("pop the kettle on", [("home.turn_on", {"unknown": "kettle"})]),
    ("set the bed light to a hundred percent",
     [("home.set_brightness", {"name": "Bed Light", "percent": 100})]),
    ("leave the bed light on", [("home.turn_on", {"name": "Bed Light"})]),
    ("set the thermostat to minus five",
     [("home.set_temperature", {"name": "Thermostat", "temperature": -5})]),
    ("bed light green and 50 percent",
     [("home.set_color", {"name": "Bed Light", "color": "green"}),
      ("home.set_brightness", {"name": "Bed Light", "percent": 50})]),
    ("cancel all timers and alarms",
     [("timer.cancel", {"all": True}), ("alarm.cancel", {"all": True})]),
    # lists
    ("do we need milk", [("list.read", {"items": ["milk"]})]),
    ("read me my to do list", [("list.read", {"list": "to-do"})]),
    ("do i have eggs on my shopping list",
     [("list.read", {"list": "shopping", "items": ["eggs"]})]),
    ("take everything off the shopping list except bread",
     [("list.clear", {"list": "shopping", "except": ["bread"]})]),
    # sums and chance
    ("cube root of 27", [("math.calculate", {"expression": "cbrt(27)", "result": 3})]),
    ("what is minus five plus three", [("math.calculate", {"expression": "-5 + 3", "result": -2})]),
    ("what's minus 40 celsius in fahrenheit",
     [("unit.convert", {"value": -40, "from": "celsius", "to": "fahrenheit", "result": -40})]),
    ("half of seven", [("math.calculate", {"expression": "7 / 2", "result": 3.5})]),
    ("what's 18 percent of 64 dollars and 50 cents",
     [("math.calculate", {"expression": "18 * 0.01 * 64.5", "result": 11.61})]),
    ("six foot two in centimeters",
     [("unit.convert", {"value": 6.166667, "from": "foot", "to": "centimeter", "result": 187.96})]),
    ("roll three dice", [("random.dice", {"count": 3})]),
    ("pick a number between 1 and 10", [("random.dice", {"low": 1, "high": 10})]),
]  # fmt: skip


@pytest.mark.parametrize(("text", "meant"), DONE, ids=[case[0] for case in DONE])
def test_done(router: Router, text: str, meant: list[tuple[str, Mapping[str, Value]]]) -> None:
    route = router.route(text, NOW)
    assert isinstance(route, Local)
    assert [(intent.name, dict(intent.slots)) for intent in route.intents] == meant


LEFT = [
    "when is the next holiday", "should i lock my door at night", "delete all my emails",
    "turn left or right at the lights", "the kids turned off the lights",
    "i unlocked the door this morning", "can alexa unlock doors",
    "can i leave my fan on all night", "clear my throat", "rewind thirty seconds",
    "can the lights be hacked",
    "i don't want to set an alarm",
    "rename the timer", "is it a leap year", "what time is 3 pm in new york",
    "turn the heating on from six to eight", "wake me up an hour earlier tomorrow",
]  # fmt: skip


@pytest.mark.parametrize("text", LEFT)
def test_left_alone(router: Router, text: str) -> None:
    assert isinstance(router.route(text, NOW), Cloud)
