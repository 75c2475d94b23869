import pytest

from edge.understanding.names import NameIndex
from edge.understanding.puttingright import put_right
from edge.vocabulary import Device, Vocabulary

INDEX = NameIndex(
    Vocabulary(
        devices=(
            Device("lock.front", "Front Door", "lock"),
            Device("light.hall", "Hall Light", "light", "Hall"),
        ),
        areas=("First Floor", "Hall"),
    )
)


@pytest.mark.parametrize(
    ("heard", "meant"),
    [
        ("at one hour to time", "add one hour to the timer"),
        ("set of time for 3 hours in 10 minutes", "set of timer for 3 hours in 10 minutes"),
        ("at 30 seconds to 1 hour timer", "add 30 seconds to 1 hour timer"),
        ("turn off the first four lights", "turn off the first floor lights"),
        ("first 4 fans 50 percent", "first floor fans 50 percent"),
        ("set a timer main pizza for 1 hour", "set a timer named pizza for 1 hour"),
        ("remove 5 minutes from time renamed pizza", "remove 5 minutes from timer named pizza"),
        ("remove 30 seconds from time for 5 minutes", "remove 30 seconds from timer for 5 minutes"),
        ("add 5 minutes to time we are in the hall", "add 5 minutes to timer in the hall"),
        ("are any first for lights on", "are any first floor lights on"),
        ("are any doors in luck", "are any doors unlocked"),
        ("set a long for 6 am", "set an alarm for 6 am"),
        ("or the volume", "lower the volume"),
        ("our eggs on my shopping list", "are eggs on my shopping list"),
        ("are all the doors lot", "are all the doors locked"),
        ("or any hall doors in lock", "are any hall doors unlocked"),
        ("pause time were in the hall", "pause timer in the hall"),
        ("increase time or main pizza by 1 hour", "increase timer named pizza by 1 hour"),
    ],
)
def test_a_regular_mistake_is_undone(heard: str, meant: str) -> None:
    assert put_right(heard.split(), INDEX) == meant.split()


@pytest.mark.parametrize(
    "said",
    [
        "at ten to seven", "set the time to seven",
        "at five minutes to midnight wake me", "who was the first for this",
        "turn off the hall fan", "unlock the back door", "turn on the first light", "at",
        "or the other one", "our kids", "or all of them", "stop time", "is the lot full",
        "lock the front door", "add ten minutes to the timer",
    ],
)  # fmt: skip
def test_what_makes_sense_stays(said: str) -> None:
    assert put_right(said.split(), INDEX) == said.split()
