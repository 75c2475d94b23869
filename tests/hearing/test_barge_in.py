import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge.events import Transcript
from edge.hearing.barge_in import BargeIn, has_words, is_echo, level, louder, stands_out

CLEAR, FAINT, AGAINST = 3.0, 0.9, -1.5
VOICE, PERHAPS, NOTHING = 0.9, 0.3, 0.005


def certain_at(told: list[float], barge_in: BargeIn | None = None) -> int | None:
    """How many steps it took."""
    barge_in = barge_in or BargeIn()
    steps = [barge_in.step(each) for each in told]
    return steps.index(True) + 1 if True in steps else None


def test_one_step_of_speech_is_suspect_and_two_are_certain() -> None:
    barge_in = BargeIn()
    assert not barge_in.step(CLEAR)
    assert barge_in.suspected
    assert barge_in.step(CLEAR)
    assert barge_in.steps == 2


def test_suspicion_passes() -> None:
    barge_in = BargeIn()
    for told in (CLEAR, AGAINST, AGAINST):
        barge_in.step(told)
    assert not barge_in.suspected


def test_a_faint_voice_takes_longer() -> None:
    assert certain_at([FAINT] * 30) == 5


@given(st.lists(st.sampled_from([CLEAR, AGAINST])))
def test_a_sound_that_is_voice_for_a_third_of_the_time_never_gets_there(told: list[float]) -> None:
    broken = [each for step in told for each in (step, AGAINST, AGAINST)]
    assert certain_at(broken) is None


def test_after_a_false_alarm_more_is_needed_until_the_next_answer() -> None:
    barge_in = BargeIn()
    barge_in.doubt()
    assert certain_at([CLEAR] * 20, barge_in) == 4
    barge_in.doubt()
    assert certain_at([CLEAR] * 20, barge_in) == 7
    barge_in.begin()
    assert certain_at([CLEAR] * 20, barge_in) == 2


@pytest.mark.parametrize(
    ("voices", "mistaken"),
    [
        ([VOICE] * 2 + [NOTHING] * 12, True),
        ([VOICE] * 2 + [NOTHING] * 11, False),  # it may still come
        ([VOICE] * 3 + [NOTHING] * 30, False),
        ([PERHAPS] * 3 + [NOTHING] * 30, False),
    ],
)
def test_what_no_voice_follows_was_a_mistake(voices: list[float], mistaken: bool) -> None:
    barge_in = BargeIn()
    assert certain_at([FAINT] * 5, barge_in) == 5
    for voice in voices:
        barge_in.confirm(voice)
    assert barge_in.mistaken is mistaken
    assert barge_in.confirmed is (len(voices) > 14)


@pytest.mark.parametrize(
    ("clear", "after", "confirmed"), [(2, 1, True), (2, 0, False), (1, 1, False), (1, 2, True)]
)
def test_a_short_word_that_was_clear_is_meant(clear: int, after: int, confirmed: bool) -> None:
    barge_in = BargeIn()
    assert certain_at([FAINT] * 4 + [CLEAR] * clear if clear == 1 else [CLEAR] * clear, barge_in)
    for voice in [VOICE] * after + [NOTHING] * 14:
        barge_in.confirm(voice)
    assert barge_in.confirmed is confirmed


def test_a_new_interruption_is_confirmed_anew() -> None:
    barge_in = BargeIn()
    for _ in range(14):
        barge_in.confirm(NOTHING)
    certain_at([CLEAR] * 2, barge_in)
    assert not barge_in.mistaken


def test_what_the_canceller_may_have_left_does_not_stand_out() -> None:
    assert stands_out(10)
    assert not stands_out(2)


def test_levels_are_in_db_of_full_scale() -> None:
    assert level(np.full(512, 32767, np.int16)) == pytest.approx(0, abs=0.1)
    assert level(np.zeros(512, np.int16)) == pytest.approx(-100)


@pytest.mark.parametrize(
    ("text", "echo"),
    [("some light rain", True), ("light rein before", True), ("stop", False), ("", False)],
)
def test_what_the_speaker_was_saying_is_no_interruption(text: str, echo: bool) -> None:
    spoken = "it will be mostly cloudy with some light rain before the"
    assert is_echo(text, spoken) is echo


@pytest.mark.parametrize(
    ("told", "voiced_ms", "words"),
    [
        (Transcript("stop", True, -0.3), 200, True),
        (Transcript("uh-uh", True, -1.3), 200, False),
        (Transcript("Stop!", True, -1.3), 200, True),
        (Transcript("Stop!", True, -1.3, phantom="known phantom"), 200, False),
        (Transcript("turn on the lights", True, -0.9), 900, True),
        (Transcript("thank you for watching", True, -0.3, phantom="known phantom"), 900, False),
        (Transcript("", True), 900, False),
    ],
)
def test_unsure_words_in_little_voice_are_none(
    told: Transcript, voiced_ms: int, words: bool
) -> None:
    assert has_words(told, voiced_ms) is words


@pytest.mark.parametrize(
    ("told", "words"),
    [
        (Transcript("uh-uh", True, -1.3, spoken=2.0), True),
        (Transcript("thank you", True, -1.3, phantom="known phantom", spoken=2.0), True),
        (Transcript("that is it", True, -0.3, spoken=-0.5), False),  # a cough
        (Transcript("stop", True, -1.3, spoken=-0.5), True),
        (Transcript("stop", True, -0.3, spoken=-3.5), False),
        (Transcript("stop", True, -1.3, phantom="no voice", spoken=-0.5), False),
    ],
)
def test_the_sound_tells_better_than_the_words_whether_somebody_spoke(
    told: Transcript, words: bool
) -> None:
    assert has_words(told, 900) is words


def test_a_faint_voice_is_made_louder_and_a_loud_one_is_not_bent_over() -> None:
    assert list(louder(np.array([100, -30_000], np.int16))) == [400, -32_768]
