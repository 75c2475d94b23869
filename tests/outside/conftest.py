import pytest

from edge.events import Event
from edge.outside.appliance import FakeAppliance


@pytest.fixture
def appliance() -> FakeAppliance:
    return FakeAppliance()


TURN = {
    "text": "Turn on the kitchen lights.",
    "where": "local",
    "intent": "home.turn_on",
    "slots": {"area": "Kitchen"},
    "reply": "Turned on the Kitchen Lights.",
    "heard": "Turned on the Kitchen Lights.",
    "ms": {"transcript": 90.0, "endpoint": 120.0, "first_audio": 180.0, "decide_to_audio": 60.0},
}


def turn(**changed: object) -> Event:
    return Event("turn", 1, 3.0, 3.0, {**TURN, **changed})
