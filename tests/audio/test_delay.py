import numpy as np
import pytest

from edge.audio.delay import EARLIEST, LATEST, DelayFinder, is_echo_of
from edge.events import RATE, Pcm
from tests.audio.test_echo import blocks, speechlike

START, LENGTH = 2 * RATE, 6400


@pytest.mark.parametrize("delay", [0, 700, 5000])
def test_the_delay_is_found(delay: int) -> None:
    played = speechlike(4)
    late = np.concatenate((np.zeros(delay, np.int16), played))
    finder = DelayFinder()
    found = [finder(mic, block) for mic, block in zip(blocks(late), blocks(played), strict=False)]
    assert {each for each in found if each is not None} == {delay}


def test_no_delay_is_found_between_sounds_that_have_nothing_in_common() -> None:
    finder = DelayFinder()
    pairs = zip(blocks(speechlike(4)), blocks(speechlike(4, seed=9)), strict=True)
    assert not [1 for mic, block in pairs if finder(mic, block) is not None]


def around(played: Pcm) -> Pcm:
    """What `is_echo_of` wants to see of it."""
    return played[START - LATEST : START + LENGTH - EARLIEST]


@pytest.mark.parametrize("late", [-500, 0, 3000, 15_000])
def test_an_echo_is_one_however_late(late: int) -> None:
    played = speechlike(4)
    assert is_echo_of(played[START - late :][:LENGTH], around(played))


def test_an_echo_is_one_with_a_piece_missing() -> None:
    played = speechlike(4)
    parts = (played[START - 900 :][: LENGTH // 2], played[START + LENGTH // 2 :][: LENGTH // 2])
    assert is_echo_of(np.concatenate(parts), around(played))


def test_another_voice_is_no_echo_and_neither_is_silence() -> None:
    played = speechlike(4)
    assert not is_echo_of(speechlike(1, seed=3)[:LENGTH], around(played))
    assert not is_echo_of(np.zeros(LENGTH, np.int16), around(played))
    assert not is_echo_of(played[:LENGTH], np.zeros(LENGTH + LATEST - EARLIEST, np.int16))
