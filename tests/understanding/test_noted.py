from datetime import datetime

import pytest

from edge.memory.state import Field
from edge.understanding.noted import note

NOW = datetime(2026, 11, 23, 16, 0)
"""A Monday."""
FORM = (
    Field("date", "date"),
    Field("time", "time"),
    Field("people", "number", ("people", "table for", "of us")),
    Field("nights", "number", ("nights",)),
    Field("kind", "choice", (), ("Italian", "Indian")),
    Field("parking", "flag", ("parking",)),
    Field("name", "text", ("under the name", "name")),
)


def values(text: str, asked: str = "") -> dict[str, str]:
    return {each.name: each.value for each in note(text, FORM, asked, NOW).found}


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("a table for four on Friday at half past seven in the evening",
         {"people": "4", "date": "2026-11-27", "time": "19:30"}),
        ("a table for four at seven", {"people": "4", "time": "7:00"}),
        ("an Italian restaurant with parking", {"kind": "Italian", "parking": "yes"}),
        ("no parking please", {"parking": "no"}),
        ("three nights for two people", {"nights": "3", "people": "2"}),
        ("not seven, at eight", {"time": "8:00"}),
        ("not Italian, Indian", {"kind": "Indian"}),
        ("just the two of us", {"people": "2"}),
        ("under the name Miller please", {"name": "Miller"}),
        ("do you think it will rain", {}),
        ("call me when you are done", {}),
    ],
)  # fmt: skip
def test_what_an_utterance_says(text: str, found: dict[str, str]) -> None:
    assert values(text) == found


@pytest.mark.parametrize(
    ("asked", "text", "found"),
    [
        ("For how many people?", "six", {"people": "6"}),
        ("How many nights?", "six", {"nights": "6"}),
        ("What can I do?", "six", {}),
        ("Under which name?", "Miller", {"name": "Miller"}),
        ("Under which name?", "that's perfect", {}),
        ("Under which name?", "Ok", {}),
        ("A table for four on Friday, is that right?", "yes, that's right",
         {"people": "4", "date": "2026-11-27"}),
        ("A table for four on Friday, is that right?", "no", {}),
    ],
)  # fmt: skip
def test_what_was_asked_tells_what_an_answer_is(
    asked: str, text: str, found: dict[str, str]
) -> None:
    assert values(text, asked) == found


@pytest.mark.parametrize(
    ("text", "correcting"),
    [
        ("no, make it eight", True), ("actually six people", True), ("Saturday instead", True),
        ("eight people", False), ("a table for two", False), ("I know a place", False),
    ],
)  # fmt: skip
def test_what_takes_an_old_value_back(text: str, correcting: bool) -> None:
    assert note(text, FORM, "", NOW).correcting is correcting


@pytest.mark.parametrize("text", ["", "?", "um", "£$%", "12345678901234567890 people", "at at at"])
def test_whatever_is_said_is_only_read(text: str) -> None:
    note(text, FORM, text, NOW)
