import pytest

from edge.events import Local
from edge.understanding.mended import mended
from edge.understanding.names import NameIndex
from edge.understanding.router import Router
from edge.understanding.text import tokens
from tests.understanding.conftest import HOME, NOW

SLIPS = {
    "set a timer for ten no fifteen minutes": "set a timer for fifteen minutes",
    "set a timer for an hour, no, two hours": "set a timer for two hours",
    "turn on the bed light I mean the ceiling fan": "turn on the ceiling fan",
    "turn the bed light green, no, blue": "turn the bed light blue",
    "wake me at seven, sorry, at half past seven": "wake me at half past seven",
    "turn the bed light on, wait, off": "turn the bed light off",
    "set the thermostat to 20 no make that 21 degrees": "set the thermostat to 21 degrees",
    "set a timer for twenty minutes, actually make it thirty": "set a timer for thirty minutes",
    "except for the garage open all blinds": "open all blinds except for the garage",
    "ten, no twelve, no wait, fifteen minutes": "fifteen minutes",
}
INDEX = NameIndex(HOME)


@pytest.mark.parametrize("text", SLIPS)
def test_a_slip_of_the_tongue_is_left_out(text: str) -> None:
    said = [word for word in mended(tokens(text), INDEX) if word != ","]
    assert said == tokens(SLIPS[text])


@pytest.mark.parametrize(
    "text",
    ["play no sugar tonight", "no turn on the bed light", "are there no timers", "there is no time",
     "turn off the tv actually and the bed light", "remind me that no one comes at seven"],
)  # fmt: skip
def test_what_is_no_correction_stays(text: str) -> None:
    assert mended(tokens(text), INDEX) == tokens(text)


def test_what_was_taken_back_is_not_done(router: Router) -> None:
    route = router.route("turn on the bed light, no, the coffee maker", NOW)
    assert isinstance(route, Local)
    assert [each.slots for each in route.intents] == [{"name": "Coffee Maker"}]
