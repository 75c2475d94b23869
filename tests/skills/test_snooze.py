import asyncio
from datetime import timedelta

from edge.records import Alarm, Reminder
from edge.skills.schedule import Ring
from tests.skills.conftest import NOW, Talk


def rung(talk: Talk) -> Ring:
    """What is due, sounded."""
    (ring,) = talk.schedule.due(talk.now)
    asyncio.run(talk.schedule.heard(ring, talk.now))
    return ring


def test_nothing_rang(talk: Talk) -> None:
    assert talk.say("alarm.snooze") == "Nothing has rung just now."


def test_an_alarm_rings_again(talk: Talk) -> None:
    talk.say("alarm.set", time="2026-11-23T16:30")
    talk.now = NOW + timedelta(minutes=30)
    rung(talk)
    assert talk.store.all(Alarm) == []
    assert talk.say("alarm.snooze") == "Again in 9 minutes."
    assert talk.schedule.next_due(talk.now) == talk.now + timedelta(minutes=9)
    talk.now += timedelta(minutes=9)
    assert rung(talk).kind == "alarm"


def test_one_that_repeats_stays_what_it_is(talk: Talk) -> None:
    talk.say("alarm.set", time="2026-11-23T16:30", repeat=["monday"])
    talk.now = NOW + timedelta(minutes=30)
    rung(talk)
    talk.say("alarm.snooze", duration=300)
    assert sorted(alarm.days for alarm in talk.store.all(Alarm)) == ["", "0"]


def test_a_timer_keeps_its_name(talk: Talk) -> None:
    talk.say("timer.set", duration=300, name="pasta")
    talk.now += timedelta(minutes=5)
    rung(talk)
    assert talk.say("alarm.snooze", duration=120) == "Again in 2 minutes."
    talk.now += timedelta(minutes=2)
    assert rung(talk).text == "Your pasta timer is done."


def test_a_reminder_keeps_its_text_and_can_be_taken_back(talk: Talk) -> None:
    talk.say("reminder.set", text="call mum", time="2026-11-23T16:30")
    talk.now = NOW + timedelta(minutes=30)
    rung(talk)
    talk.say("alarm.snooze", duration=600)
    assert [each.text for each in talk.store.all(Reminder)] == ["call mum"]
    talk.take_back()
    assert talk.store.all(Reminder) == []


def test_what_rang_long_ago_is_not_meant(talk: Talk) -> None:
    talk.say("timer.set", duration=300)
    talk.now += timedelta(minutes=5)
    rung(talk)
    talk.now += timedelta(hours=1)
    assert talk.say("alarm.snooze") == "Nothing has rung just now."
