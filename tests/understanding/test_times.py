from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge.understanding.amounts import moment
from edge.understanding.names import NameIndex
from edge.understanding.spans import read
from edge.understanding.spoken import in_words
from edge.understanding.text import core, tokens
from edge.vocabulary import Vocabulary
from tests.understanding.conftest import NOW

INDEX = NameIndex(Vocabulary())


def when(text: str, now: datetime = NOW, waking: bool = False) -> str | None:
    return moment(read(core(tokens(text)), INDEX), now, waking)[0]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("at 7:30 a.m.", "2026-11-24T07:30"), ("at 7:30 pm", "2026-11-23T19:30"),
        ("at quarter to seven", "2026-11-23T18:45"), ("half past six", "2026-11-23T18:30"),
        ("at noon", "2026-11-23T12:00"), ("at midnight", "2026-11-24T00:00"),
        ("seven thirty", "2026-11-23T19:30"), ("in ten minutes", "2026-11-23T10:10"),
        ("tomorrow morning at 7", "2026-11-24T07:00"), ("next friday at 9", "2026-11-27T09:00"),
        ("tonight at 8", "2026-11-23T20:00"), ("tomorrow at 3", "2026-11-24T15:00"),
        ("at 11", "2026-11-23T11:00"), ("at 9", "2026-11-23T21:00"),
        ("7 in the morning", "2026-11-24T07:00"), ("five past ten", "2026-11-23T10:05"),
        ("on may 25th at 3pm", "2027-05-25T15:00"), ("tomorrow evening", "2026-11-24T18:00"),
        ("the day after tomorrow at 8 am", "2026-11-25T08:00"), ("19:30", "2026-11-23T19:30"),
        ("six oh five pm", "2026-11-23T18:05"), ("eight o'clock tonight", "2026-11-23T20:00"),
        ("on the 5th of december at noon", "2026-12-05T12:00"), ("for six", "2026-11-23T18:00"),
        ("12 am", "2026-11-24T00:00"), ("at twenty to nine am", "2026-11-24T08:40"),
        ("in an hour and a half", "2026-11-23T11:30"), ("monday at 9 am", "2026-11-30T09:00"),
        ("every weekday at 7", "2026-11-24T07:00"), ("every sunday at 9 am", "2026-11-29T09:00"),
    ],
)  # fmt: skip
def test_times_as_they_are_said(text: str, expected: str) -> None:
    assert when(text) == expected


def test_whoever_is_woken_is_woken_in_the_morning() -> None:
    assert when("wake me up at quarter to seven", waking=True) == "2026-11-24T06:45"
    assert when("wake me up in half an hour", waking=True) == "2026-11-23T10:30"
    assert when("wake me up at 4 pm", waking=True) == "2026-11-23T16:00"


def test_no_time() -> None:
    assert when("set an alarm") is None
    assert when("tomorrow") is None


@given(
    st.integers(0, 23), st.sampled_from(range(0, 60, 5)),
    st.datetimes(datetime(2024, 1, 1), datetime(2030, 1, 1)), st.booleans(),
)  # fmt: skip
def test_a_time_with_am_or_pm_is_the_next_such_moment(
    hour: int, minute: int, now: datetime, spoken: bool
) -> None:
    half = "am" if hour < 12 else "pm"
    shown = hour % 12 or 12
    said = f"{shown}:{minute:02d} {half}"
    if spoken:
        said = f"{in_words(shown)} {in_words(minute) if minute > 9 else ''} {half}"
        minute = minute if minute > 9 else 0
    found = datetime.fromisoformat(when(f"at {said}", now) or "")
    assert (found.hour, found.minute) == (hour, minute)
    assert now < found <= now + timedelta(days=1)


@given(st.integers(1, 12).map(in_words),
       st.datetimes(datetime(2024, 1, 1), datetime(2030, 1, 1)))  # fmt: skip
def test_an_hour_alone_is_within_half_a_day(hour: str, now: datetime) -> None:
    found = datetime.fromisoformat(when(f"at {hour}", now) or "")
    assert now < found <= now + timedelta(hours=12)
