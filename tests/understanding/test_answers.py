from collections.abc import Mapping

import pytest

from edge.events import Intent, Value
from edge.understanding.answers import answer
from tests.understanding.conftest import HOME, NOW


@pytest.mark.parametrize(
    ("name", "slots", "text", "brings"),
    [
        ("home.turn_on", {"candidates": ["Lamp", "Bed Light"]}, "the second one",
         {"name": "Bed Light"}),
        ("home.turn_on", {"candidates": ["Lamp", "Bed Light"]}, "the last one",
         {"name": "Bed Light"}),
        ("list.add", {"items": ["eggs"]}, "shopping", {"list": "shopping"}),
        ("list.add", {"items": ["eggs"]}, "put it on the to do list", {"list": "to-do"}),
        ("reminder.set", {"text": "pay", "day": "2026-12-01"}, "at nine",
         {"time": "2026-12-01T09:00"}),
        ("reminder.set", {"text": "pay", "day": "2026-12-01"}, "friday at nine",
         {"time": "2026-11-27T09:00"}),
    ],
)  # fmt: skip
def test_answer(
    name: str, slots: Mapping[str, Value], text: str, brings: Mapping[str, Value]
) -> None:
    said = answer(Intent(name, slots), text, HOME, NOW)
    assert {key: said.get(key) for key in brings} == brings
