import asyncio
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from edge.errors import HomeError
from edge.events import Action, Value
from edge.records import Planned
from edge.skills.schedule import Schedule, Uptime
from edge.store import Store
from tests.skills.conftest import NOW, Talk

LAMP = "light.bed_light"
DOOR = "lock.front_door"


def pass_time(talk: Talk, **by: float) -> list[tuple[Action | None, str]]:
    """Let time pass, and carry out what is then due."""
    talk.now += timedelta(**by)
    due = [each for each in talk.schedule.planned(talk.now) if each[1] <= talk.now]
    return [asyncio.run(talk.skills.carry_out(*each, talk.now)) for each in due]


def test_it_is_done_when_the_time_has_passed_and_not_before(talk: Talk) -> None:
    said = talk.say("home.turn_on", name="Bed Light", delay=600)
    assert said == "I'll turn on the Bed Light in 10 minutes."
    assert pass_time(talk, minutes=9) == []
    assert talk.state(LAMP) == "off"
    [(done, told)] = pass_time(talk, minutes=1)
    assert done is not None
    assert (done.name, told) == ("home.turn_on", "")
    assert talk.state(LAMP) == "on"
    assert pass_time(talk, minutes=10) == []


def test_at_seven_is_of_the_wall_clock_and_comes_back_on_its_days(talk: Talk) -> None:
    said = talk.say("home.turn_on", name="Bed Light", at="2026-11-23T19:00")
    assert said == "I'll turn on the Bed Light at 7 p.m."
    every = ["monday", "wednesday"]
    said = talk.say("home.turn_off", name="TV", at="2026-11-23T21:00", repeat=every)
    assert said == "I'll turn off the TV on Mondays and Wednesdays at 9 p.m."
    pass_time(talk, hours=3)
    assert talk.state(LAMP) == "on"
    pass_time(talk, hours=2)
    assert talk.say("later.list") == "I'll turn off the TV on Mondays and Wednesdays at 9 p.m."
    [(left, due)] = talk.schedule.planned(talk.now)
    assert (left.time, due.day) == ("2026-11-25T21:00", 25)


def test_a_day_without_an_hour_is_asked_for(talk: Talk) -> None:
    assert talk.say("home.turn_on", name="TV", day="2026-11-24") == "At what time?"
    said = talk.say("home.turn_on", name="TV", day="2026-11-24", at="2026-11-23T19:00")
    assert said == "I'll turn on the TV tomorrow at 7 p.m."
    assert talk.say("home.turn_on", name="TV", at="2026-11-23T15:00") == (
        "That time has already passed."
    )


def test_it_survives_the_end_of_the_process(talk: Talk, tmp_path: Path) -> None:
    talk.say("home.turn_on", name="Bed Light", delay=600)
    with Store(tmp_path / "stonechat.db") as again:
        later = Talk(again)
        pass_time(later, minutes=10)
        assert later.state(LAMP) == "on"


def test_a_clock_that_is_set_right_neither_hastens_nor_swallows_it(store: Store) -> None:
    up = [100.0]
    schedule = Schedule(store, Uptime("boot", lambda: up[0]))
    asyncio.run(schedule.plan(Planned("p", "{}", "turn off the TV", ""), 600, NOW))
    corrected = NOW + timedelta(days=3)
    up[0] += 60
    asyncio.run(schedule.follow_clock(corrected))
    [(kept, due)] = schedule.planned(corrected)
    assert due == corrected + timedelta(seconds=540)
    assert kept.due == due.timestamp()


@pytest.mark.parametrize(
    ("name", "device", "told"),
    [
        (
            "home.turn_on",
            "Bed Light",
            "I was to turn on the Bed Light at 4:10 p.m., but I was off.",
        ),
        ("home.turn_off", "Ceiling Lights", ""),
    ],
)
def test_what_was_missed_is_told_and_only_done_where_it_does_no_harm(
    talk: Talk, name: str, device: str, told: str
) -> None:
    talk.say(name, name=device, delay=600)
    [(done, said)] = pass_time(talk, hours=2)
    assert said == told
    assert (done is None) == bool(told)
    assert talk.schedule.planned(talk.now) == []


def test_what_lets_somebody_in_is_asked_when_it_is_ordered(talk: Talk) -> None:
    plan = talk.plan("home.unlock", name="Front Door", delay=600)
    assert plan.confirm
    assert plan.reply.text == "Should I unlock the Front Door in 10 minutes?"
    assert plan.done == "I'll unlock the Front Door in 10 minutes."
    assert talk.schedule.planned(NOW) == []
    assert plan.action is not None
    talk.perform(plan.action)
    pass_time(talk, minutes=10)
    assert talk.state(DOOR) == "unlocked"


def test_what_nobody_allowed_stays_shut(talk: Talk) -> None:
    plan = talk.plan("home.unlock", name="Front Door", delay=600)
    assert plan.action is not None
    talk.perform(Action("later.set", {**plan.action.arguments, "allowed": False}))
    [(done, told)] = pass_time(talk, minutes=10)
    assert done is None
    assert told.startswith("I was to unlock the Front Door.")
    assert talk.state(DOOR) == "locked"


@pytest.mark.parametrize(
    ("slots", "told"),
    [
        ({"lasting": 600}, "Turned on the Bed Light for 10 minutes."),
        ({"until": "2026-11-23T16:10"}, "Turned on the Bed Light until 4:10 p.m."),
    ],
)
def test_for_a_while(talk: Talk, slots: dict[str, Value], told: str) -> None:
    assert talk.say("home.turn_on", name="Bed Light", **slots) == told
    assert talk.state(LAMP) == "on"
    pass_time(talk, minutes=10)
    assert talk.state(LAMP) == "off"


def test_for_a_while_taken_back_leaves_nothing_behind(talk: Talk) -> None:
    talk.say("home.turn_on", name="Bed Light", lasting=600)
    talk.take_back()
    assert talk.state(LAMP) == "off"
    assert talk.schedule.planned(NOW) == []


def test_later_and_for_a_while(talk: Talk) -> None:
    said = talk.say(
        "home.turn_on", name="Bed Light", at="2026-11-23T19:00", until="2026-11-23T20:00"
    )
    assert said == "I'll turn on the Bed Light for 1 hour at 7 p.m."
    pass_time(talk, hours=3)
    assert talk.state(LAMP) == "on"
    pass_time(talk, hours=1)
    assert talk.state(LAMP) == "off"


def test_what_cannot_be_turned_round_is_not_promised(talk: Talk) -> None:
    for name in ("home.lock", "home.set_temperature"):
        said = talk.say(name, name="Front Door" if name == "home.lock" else "Ecobee",
                        temperature=22, lasting=600)  # fmt: skip
        assert said == "I can only do that until I am told otherwise, not for a while."
    closing = talk.say("home.close", name="Garage Door", lasting=600)
    assert closing == "I can only do that until I am told otherwise, not for a while."
    assert talk.schedule.planned(NOW) == []


def test_what_names_nothing_or_two_things_is_said_at_once(talk: Talk) -> None:
    assert talk.say("home.turn_on", unknown="fountain", delay=60) == (
        "I don't know anything called fountain."
    )
    assert talk.say("home.turn_on", candidates=["TV", "Bed Light"], delay=60).startswith("Which")
    assert talk.say("home.turn_on", name="Bed Light", sun="sunset") == (
        "I don't know when the sun sets."
    )
    assert talk.schedule.planned(NOW) == []


def test_plans_are_told_and_dropped(talk: Talk) -> None:
    assert talk.say("later.list") == "Nothing is planned."
    talk.say("home.turn_off", name="TV", delay=600)
    talk.say("home.turn_on", name="Porch Light", at="2026-11-23T19:00")
    told = "I'll turn off the TV in 10 minutes and turn on the Porch Light at 7 p.m."
    assert talk.say("later.list") == told
    assert talk.say("later.list", of="home.turn_on", name="Porch Light") == (
        "I'll turn on the Porch Light at 7 p.m."
    )
    assert talk.say("later.cancel") == "Which one: turn off the TV or turn on the Porch Light?"
    assert talk.say("later.cancel", of="home.turn_on", name="TV") == "Nothing like that is planned."
    assert talk.say("later.cancel", of="home.turn_off", kind="media", area="Living Room") == (
        "Okay, I won't turn off the TV."
    )
    talk.take_back()
    assert talk.say("later.list") == told
    assert talk.say("later.cancel", all=True) == "Okay, I dropped 2 plans."
    assert talk.schedule.planned(NOW) == []


def test_what_fails_is_told_and_not_tried_for_ever(
    talk: Talk, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def unreachable(*_: object) -> None:
        raise HomeError("I can't reach your home right now.")

    talk.say("home.turn_on", name="Bed Light", delay=600)
    monkeypatch.setattr(talk.home, "apply", unreachable)
    [(done, told)] = pass_time(talk, minutes=10)
    assert done is None
    assert told == "I was to turn on the Bed Light. I can't reach your home right now."
    assert talk.schedule.planned(talk.now) == []


def test_music_is_stopped_later_though_none_plays_yet(talk: Talk) -> None:
    assert talk.say("media.pause", delay=300) == "I'll pause the music in 5 minutes."


def test_a_week_follows_the_wall_clock(talk: Talk) -> None:
    talk.say("home.turn_on", name="Bed Light", delay=7 * 86_400)
    [(_, due)] = talk.schedule.planned(NOW)
    assert due.replace(tzinfo=None) == datetime(2026, 11, 30, 16, 0)
