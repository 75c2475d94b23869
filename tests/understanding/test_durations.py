import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge.understanding.durations import duration
from edge.understanding.spoken import in_words
from edge.understanding.text import tokens


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("five minutes", 300), ("90 seconds", 90), ("an hour", 3600), ("a minute", 60),
        ("half an hour", 1800), ("an hour and a half", 5400), ("one and a half hours", 5400),
        ("two and a half minutes", 150), ("1 hour and 8 minutes", 4080), ("5-minute", 300),
        ("1 hour 5 minutes 30 seconds", 3930), ("three quarters of an hour", 2700),
        ("a quarter of an hour", 900), ("a couple of minutes", 120), ("10 min", 600),
        ("2 hours, 30 minutes", 9000), ("half a minute", 30), ("two minutes thirty", 150),
        ("an hour and half a minute", 3630), ("forty five secs", 45), ("2.5 hours", 9000),
        ("a day", 86400), ("one hundred seconds", 100),
    ],
)  # fmt: skip
def test_durations_as_they_are_said(text: str, seconds: int) -> None:
    words = tokens(text)
    assert duration(words, 0) == (seconds, len(words))


@pytest.mark.parametrize("text", ["a few minutes", "minutes", "the second", "five lamps", "s", "5"])
def test_no_duration(text: str) -> None:
    assert duration(text.split(), 0) is None


@given(st.integers(0, 23), st.integers(0, 59), st.integers(0, 59), st.booleans(), st.booleans())
def test_hours_minutes_seconds_survive_being_said(
    hours: int, minutes: int, seconds: int, digits: bool, joined: bool
) -> None:
    parts = [
        f"{value if digits else in_words(value)} {unit}{'' if value == 1 else 's'}"
        for value, unit in ((hours, "hour"), (minutes, "minute"), (seconds, "second"))
        if value
    ]
    if not parts:
        return
    words = (" and " if joined else " ").join(parts).split()
    assert duration(words, 0) == (hours * 3600 + minutes * 60 + seconds, len(words))
