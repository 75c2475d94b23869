import pytest

from edge.understanding.names import NameIndex, sound
from edge.vocabulary import Device, Vocabulary
from tests.understanding.conftest import HOME

INDEX = NameIndex(HOME)


@pytest.mark.parametrize(
    ("said", "found"),
    [
        ("living room land", {"Living Room", "Living Room Lamp"}), ("bed lite", {"Bed Light"}),
        ("coffee maka", {"Coffee Maker"}), ("zoro", {"Zorro"}), ("gararge", {"Garage"}),
        ("fountain", set()), ("liam", set()), ("a", set()),
    ],
)  # fmt: skip
def test_near_names(said: str, found: set[str]) -> None:
    assert {name.value for name in INDEX.near(said)} == found


def test_two_names_as_near_are_both_told() -> None:
    home = Vocabulary(
        devices=(Device("a", "Dining Lamp", "light"), Device("b", "Diving Lamp", "light"))
    )
    assert len(NameIndex(home).near("diding lamp")) == 2


def test_a_sensor_called_like_a_kind_is_not_the_kind() -> None:
    home = Vocabulary(devices=(Device("a", "Light", "sensor"),))
    assert NameIndex(home).exact(["light"], 0) is None


def test_words_that_sound_alike() -> None:
    assert sound("lite") == sound("light")
    assert sound("kitchen") != sound("bathroom")
