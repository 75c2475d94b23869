import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge.events import Transcript
from edge.hearing.barge_in import BargeIn, has_words, is_echo, level, louder, odds, stands_out

VOICE, PERHAPS, NOTHING = 0.9, 0.3, 0.005
CLEAR_DB = 20.0


def certain_at(voices: list[float], barge_in: BargeIn | None = None, over_db: float = CLEAR_DB):
    """How many steps it took."""
    barge_in = barge_in or BargeIn()
    steps = [barge_in.step(voice, over_db) for voice in voices]
    return steps.index(True) + 1 if True in steps else None


def test_one_step_of_speech_is_suspect_and_two_are_certain() -> None:
    barge_in = BargeIn()
    assert not barge_in.step(VOICE, CLEAR_DB)
    assert barge_in.suspected
    assert barge_in.step(VOICE, CLEAR_DB)
    assert barge_in.steps == 2


def test_suspicion_passes() -> None:
    barge_in = BargeIn()
    for voice in (VOICE, NOTHING, NOTHING):
        barge_in.step(voice, CLEAR_DB)
    assert not barge_in.suspected


def test_a_doubtful_voice_that_hardly_stands_out_takes_longer() -> None:
    assert certain_at([0.7] * 30, over_db=6) == 4
    assert certain_at([0.7] * 30, over_db=CLEAR_DB) == 2


@given(st.floats(0, 1), st.floats(-100, 0))
def test_what_is_not_louder_than_what_may_be_left_speaks_against(voice: float, db: float) -> None:
    assert odds(voice, db) < -1


@given(st.floats(0, 0.14), st.floats(-100, 100))
def test_what_is_hardly_a_voice_is_never_certain(voice: float, over_db: float) -> None:
    assert certain_at([voice] * 20, over_db=over_db) is None


@given(st.lists(st.sampled_from([VOICE, NOTHING])))
def test_a_sound_that_is_voice_for_a_third_of_the_time_never_gets_there(
    voices: list[float],
) -> None:
    broken = [each for voice in voices for each in (voice, NOTHING, NOTHING)]
    assert certain_at(broken) is None


def test_after_a_false_alarm_more_is_needed_until_the_next_answer() -> None:
    barge_in = BargeIn()
    barge_in.doubt()
    assert certain_at([VOICE] * 20, barge_in) == 4
    barge_in.doubt()
    assert certain_at([VOICE] * 20, barge_in) == 7
    barge_in.begin()
    assert certain_at([VOICE] * 20, barge_in) == 2


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
    assert certain_at([VOICE] * 2, barge_in) == 2
    for voice in voices:
        barge_in.confirm(voice)
    assert barge_in.mistaken is mistaken
    assert barge_in.confirmed is (len(voices) > 14)


def test_a_new_interruption_is_confirmed_anew() -> None:
    barge_in = BargeIn()
    for _ in range(14):
        barge_in.confirm(NOTHING)
    certain_at([VOICE] * 2, barge_in)
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
