from datetime import datetime, time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge.skills import words

NOW = datetime(2026, 11, 23, 16, 0)


@pytest.mark.parametrize(
    ("seconds", "said"),
    [
        (0, "0 seconds"), (1, "1 second"), (60, "1 minute"), (90, "1 minute and 30 seconds"),
        (3600, "1 hour"), (3661, "1 hour, 1 minute and 1 second"),
        (11400, "3 hours and 10 minutes"),
        (90000, "1 day and 1 hour"),
    ],
)  # fmt: skip
def test_durations(seconds: int, said: str) -> None:
    assert words.duration(seconds) == said


@given(st.integers(1, 7 * 86_400))
def test_a_duration_says_all_of_it(seconds: int) -> None:
    sizes = {"day": 86_400, "hour": 3_600, "minute": 60, "second": 1}
    said = words.duration(seconds, parts=4).replace(" and ", ", ").split(", ")
    total = sum(int(n) * sizes[unit.removesuffix("s")] for n, unit in map(str.split, said))
    assert total == seconds
    assert all((part.split()[0] == "1") == (not part.endswith("s")) for part in said)


@pytest.mark.parametrize(
    ("at", "said"),
    [
        (time(0, 0), "midnight"), (time(0, 5), "12:05 a.m."), (time(7, 0), "7 a.m."),
        (time(12, 0), "noon"), (time(12, 30), "12:30 p.m."), (time(19, 5), "7:05 p.m."),
    ],
)  # fmt: skip
def test_clock(at: time, said: str) -> None:
    assert words.clock(at) == said


@pytest.mark.parametrize(
    ("at", "said"),
    [
        (datetime(2026, 11, 23, 17, 0), "at 5 p.m."),
        (datetime(2026, 11, 24, 7, 0), "tomorrow at 7 a.m."),
        (datetime(2026, 11, 27, 12, 0), "on Friday at noon"),
        (datetime(2026, 11, 30, 7, 0), "on November 30th at 7 a.m."),
        (datetime(2026, 11, 22, 17, 10), "yesterday at 5:10 p.m."),
        (datetime(2027, 12, 2, 17, 10), "on December 2nd, 2027, at 5:10 p.m."),
    ],
)
def test_moments(at: datetime, said: str) -> None:
    assert words.moment(at, NOW) == said


@pytest.mark.parametrize(
    ("value", "said"),
    [(3, "3"), (3.0, "3"), (-4.5, "minus 4.5"), (1250000, "1,250,000"), (1 / 3, "0.33")],
)  # fmt: skip
def test_numbers(value: float, said: str) -> None:
    assert words.number(value) == said


def test_small_words() -> None:
    assert [words.ordinal(n) for n in (1, 2, 3, 4, 11, 12, 13, 21, 22, 31)] == [
        "1st", "2nd", "3rd", "4th", "11th", "12th", "13th", "21st", "22nd", "31st",
    ]  # fmt: skip
    assert words.join([]) == ""
    assert words.join(["milk", "eggs", "bread"]) == "milk, eggs and bread"
    assert words.weekdays([0, 4]) == "on Mondays and Fridays"
    assert words.weekdays(range(7)) == "every day"
    assert words.weekdays([6, 5]) == "on weekends"
    assert words.the("Anna's Lamp") == "Anna's Lamp"
    assert words.the("Bed Light") == "the Bed Light"
    assert words.adjective(5400) == "1 hour 30 minute"
    assert words.sentence("it's 5 p.m.") == "It's 5 p.m."
    assert words.is_are("Kitchen Lights") == "are"
    assert words.is_are("Compass") == "is"
