import pytest

from edge.records import Alarm
from tests.skills.conftest import Talk

WEEK = ["monday", "tuesday", "wednesday", "thursday", "friday"]


@pytest.mark.parametrize(
    ("slots", "said", "kept"),
    [
        ({"time": "2026-11-24T07:00"}, "Alarm set for tomorrow at 7 a.m.", "2026-11-24T07:00"),
        ({"time": "2026-11-23T17:30"}, "Alarm set for 5:30 p.m.", "2026-11-23T17:30"),
        ({"time": "2026-11-27T12:00"}, "Alarm set for Friday at noon.", "2026-11-27T12:00"),
        (
            {"time": "2026-11-23T07:00", "repeat": WEEK},
            "Alarm set for weekdays at 7 a.m.",
            "2026-11-24T07:00",
        ),
        (
            {"time": "2026-11-24T09:15", "repeat": ["Saturday", "Sunday"]},
            "Alarm set for weekends at 9:15 a.m.",
            "2026-11-28T09:15",
        ),
    ],
)  # fmt: skip
def test_set(talk: Talk, slots, said: str, kept: str) -> None:
    assert talk.say("alarm.set", **slots) == said
    assert [alarm.time for alarm in talk.store.all(Alarm)] == [kept]


def test_questions_and_refusals(talk: Talk) -> None:
    assert talk.say("alarm.set") == "For what time?"
    assert talk.say("alarm.set", time="2026-11-23T15:00") == "That time has already passed."
    assert talk.say("alarm.list") == "You have no alarms."
    assert talk.say("alarm.cancel") == "You have no alarms."


def test_list_and_cancel(talk: Talk) -> None:
    talk.say("alarm.set", time="2026-11-24T07:00")
    assert talk.say("alarm.list") == "You have 1 alarm: tomorrow at 7 a.m."
    talk.say("alarm.set", time="2026-11-24T06:30", repeat=["tuesday"])
    assert talk.say("alarm.list") == (
        "You have 2 alarms: on Tuesdays at 6:30 a.m. and tomorrow at 7 a.m."
    )
    plan = talk.plan("alarm.cancel")
    assert plan.reply.expects_reply
    assert plan.reply.text == "Which one: tomorrow at 7 a.m. or on Tuesdays at 6:30 a.m.?"
    assert talk.say("alarm.cancel", time="2026-11-24T08:00") == "There is no alarm at 8 a.m."
    assert talk.say("alarm.cancel", time="2026-11-25T07:00") == "Alarm cancelled."
    assert talk.say("alarm.list") == "You have 1 alarm: on Tuesdays at 6:30 a.m."
    talk.take_back()
    assert talk.say("alarm.cancel", all=True) == "2 alarms cancelled."
    talk.take_back()
    assert len(talk.store.all(Alarm)) == 2


def test_an_hour_of_either_half_of_the_day_finds_the_alarm(talk: Talk) -> None:
    talk.say("alarm.set", time="2026-11-24T07:00")
    evening = "2026-11-23T19:00"
    assert talk.say("alarm.cancel", time=evening) == "There is no alarm at 7 p.m."
    assert talk.say("alarm.cancel", time=evening, half="either") == "Alarm cancelled."


def test_moved_on_its_own_day_and_to_the_nearer_half(talk: Talk) -> None:
    talk.say("alarm.set", time="2026-11-25T06:00")
    evening = "2026-11-23T18:30"
    assert talk.say("alarm.move", time=evening, half="either") == (
        "Alarm moved to Wednesday at 6:30 a.m."
    )
    assert talk.say("alarm.move", by=-1800) == "Alarm moved to Wednesday at 6 a.m."
    talk.take_back()
    assert [alarm.time for alarm in talk.store.all(Alarm)] == ["2026-11-25T06:30"]
    assert talk.say("alarm.move") == "For what time?"


def test_cancelled_by_day_or_all_but_one(talk: Talk) -> None:
    for time in ("2026-11-24T07:00", "2026-11-25T08:00", "2026-11-26T09:00"):
        talk.say("alarm.set", time=time)
    assert talk.say("alarm.cancel", day="2026-11-28") == "There is no alarm on Saturday."
    assert talk.say("alarm.cancel", day="2026-11-25") == "Alarm cancelled."
    talk.take_back()
    left = {"all": True, "except": "2026-11-23T19:00", "half": "either"}
    assert talk.say("alarm.cancel", **left) == "2 alarms cancelled."
    assert [alarm.time for alarm in talk.store.all(Alarm)] == ["2026-11-24T07:00"]
