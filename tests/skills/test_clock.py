from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from tests.skills.conftest import NOW, Talk


@pytest.mark.parametrize(
    ("hour", "minute", "said"),
    [
        (16, 0, "It's 4 p.m."),
        (12, 0, "It's noon."),
        (0, 0, "It's midnight."),
        (7, 5, "It's 7:05 a.m."),
    ],
)
def test_the_time(talk: Talk, hour: int, minute: int, said: str) -> None:
    talk.now = NOW.replace(hour=hour, minute=minute)
    assert talk.say("time.now") == said


def test_the_time_elsewhere(talk: Talk) -> None:
    assert talk.say("time.now", zone="America/New_York", place="new york") == (
        "It's 10 a.m. in New York."
    )
    assert (
        talk.say("time.now", zone="Asia/Tokyo", place="tokyo") == "It's midnight tomorrow in Tokyo."
    )
    assert talk.say("time.now", zone="Nowhere/Land", place="atlantis") == (
        "I don't know the time in atlantis."
    )


def test_the_date(talk: Talk) -> None:
    assert talk.say("date.today") == "It's Monday, November 23rd."
    assert talk.say("date.today", asked="weekday") == "It's Monday."
    assert talk.say("date.today", date="2026-11-24") == "Tomorrow is Tuesday, November 24th."
    assert talk.say("date.today", date="2026-12-24", asked="weekday") == (
        "December 24th is a Thursday."
    )
    assert talk.say("date.today", date="2025-12-24") == "December 24th, 2025 was a Wednesday."
    assert talk.say("date.today", date="2026-11-22") == "Yesterday was Sunday, November 22nd."


def test_now_is_local(talk: Talk) -> None:
    talk.now = datetime(2026, 11, 23, 23, 30, tzinfo=ZoneInfo("UTC")) + timedelta(hours=1)
    assert talk.say("date.today") == "It's Tuesday, November 24th."
