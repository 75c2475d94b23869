from datetime import date

import pytest

from edge.understanding import holidays

TODAY = date(2026, 11, 23)


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("christmas", date(2026, 12, 25)), ("easter", date(2027, 3, 28)),
        ("thanksgiving", date(2026, 11, 26)), ("halloween", date(2027, 10, 31)),
        ("halloween this year", date(2026, 10, 31)), ("memorial day", date(2027, 5, 31)),
        ("christmas next year", date(2027, 12, 25)), ("good friday", date(2027, 3, 26)),
        ("yesterday", date(2026, 11, 22)), ("day before yesterday", date(2026, 11, 21)),
        ("two weeks ago", date(2026, 11, 9)), ("ten days from tomorrow", date(2026, 12, 4)),
    ],
)  # fmt: skip
def test_found(text: str, day: date) -> None:
    found = holidays.found(text.split(), TODAY)
    assert found is not None
    assert found[0] == day


def test_easter_of_many_years() -> None:
    known = {2024: (3, 31), 2025: (4, 20), 2026: (4, 5), 2038: (4, 25)}
    for year, (month, day) in known.items():
        found = holidays.named(["easter"], 0, date(year, 1, 1))
        assert found is not None
        assert found[0] == date(year, month, day)


@pytest.mark.parametrize(
    ("text", "asks"),
    [
        ("when is christmas", True), ("how many days until friday", True),
        ("how long until christmas dinner", False), ("when is the next bus", False),
        ("what did you do yesterday", False),
    ],
)  # fmt: skip
def test_asks(text: str, asks: bool) -> None:
    assert holidays.asks(text.split(), TODAY) is asks
