"""The end-of-turn decision, on made-up speech: no model, no sound, no clock."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge.config.schema import Endpoint
from edge.events import RATE, SpeechEnded, SpeechPaused, SpeechResumed, SpeechStarted
from edge.hearing.endpoint import STEP, Endpointer, Level, Phase

ROOM, VOICE = -60.0, -25.0
STEP_MS = STEP * 1000 // RATE


def drive(endpointer, pattern, at=0):
    """Feed (kind, steps) pairs; give the events with the step at which they came."""
    events = []
    for kind, steps in pattern:
        for _ in range(steps):
            speech = kind == "speech"
            event = endpointer.step(at, 0.95 if speech else 0.05, [VOICE if speech else ROOM] * 4)
            at += STEP
            if event is not None:
                events.append(event)
    return events


def listening(**settings):
    endpointer = Endpointer(Endpoint(**settings), Level(ROOM, VOICE))
    endpointer.open(0)
    return endpointer


def test_an_utterance_starts_pauses_and_ends():
    endpointer = listening(open_ms=550)
    events = drive(endpointer, [("silence", 5), ("speech", 30), ("silence", 30)])
    assert [type(event) for event in events] == [SpeechStarted, SpeechPaused, SpeechEnded]
    started, _, ended = events
    assert started.sample == 5 * STEP
    assert ended.start == 5 * STEP
    assert ended.end == 35 * STEP
    assert 550 <= (ended.sample - ended.end) * 1000 / RATE < 550 + STEP_MS


def test_patience_is_what_was_understood():
    endpointer = listening(complete_ms=128, fragment_ms=1100)
    drive(endpointer, [("speech", 30), ("silence", 3)])
    endpointer.patience_ms = endpointer.patience_for("fragment")
    assert drive(endpointer, [("silence", 20)], at=33 * STEP) == []
    endpointer.patience_ms = endpointer.patience_for("complete")
    (ended,) = drive(endpointer, [("silence", 1)], at=53 * STEP)
    assert isinstance(ended, SpeechEnded)


def test_speech_that_goes_on_is_not_cut():
    endpointer = listening(open_ms=550)
    events = drive(endpointer, [("speech", 20), ("silence", 10), ("speech", 20), ("silence", 30)])
    assert [type(event) for event in events] == [
        SpeechStarted,
        SpeechPaused,
        SpeechResumed,
        SpeechPaused,
        SpeechEnded,
    ]
    assert events[-1].end == 50 * STEP


def test_silence_alone_is_overdue_but_never_an_utterance():
    endpointer = listening(no_speech_ms=1000)
    assert drive(endpointer, [("silence", 31)]) == []
    assert not endpointer.overdue
    assert drive(endpointer, [("silence", 1)], at=31 * STEP) == []
    assert endpointer.overdue


def test_a_lone_voiced_step_is_no_speech():
    endpointer = listening()
    assert drive(endpointer, [("silence", 3), ("speech", 1), ("silence", 5)]) == []


def test_an_endless_utterance_is_cut():
    endpointer = listening(longest_ms=2000)
    events = drive(endpointer, [("speech", 100)])
    assert isinstance(events[-1], SpeechEnded)
    assert endpointer.phase is Phase.ENDED


def test_where_noise_hides_the_pause_the_voice_probability_decides():
    endpointer = Endpointer(Endpoint(open_ms=300), Level(-28.0, -25.0))
    endpointer.open(0)
    for step in range(20):
        endpointer.step(step * STEP, 0.9, [-25.0] * 4)
    events = [endpointer.step(step * STEP, 0.05, [-26.0] * 4) for step in range(20, 40)]
    assert [type(event) for event in events if event] == [SpeechPaused, SpeechEnded]


def test_a_tail_that_the_detector_still_calls_voice_does_not_hold_up_a_clear_silence():
    endpointer = listening(complete_ms=128)
    drive(endpointer, [("speech", 30)])
    endpointer.patience_ms = 128
    events = [endpointer.step((30 + n) * STEP, 0.6, [ROOM] * 4) for n in range(6)]
    assert any(isinstance(event, SpeechEnded) for event in events)


@given(
    st.lists(
        st.tuples(st.sampled_from(["speech", "silence"]), st.integers(1, 40)),
        min_size=1,
        max_size=12,
    ),
    st.sampled_from([128, 300, 550, 1100]),
)
def test_on_any_pattern_events_alternate_and_the_end_lies_in_the_past(pattern, patience):
    endpointer = listening(open_ms=patience, amend_ms=0)
    events = drive(endpointer, pattern)
    kinds = [type(event) for event in events]
    assert kinds.count(SpeechStarted) <= 1
    assert kinds.count(SpeechEnded) <= 1
    if SpeechEnded in kinds:
        assert kinds[-1] is SpeechEnded
        ended = events[-1]
        assert ended.start < ended.end <= ended.sample
    middle = [kind for kind in kinds if kind in (SpeechPaused, SpeechResumed)]
    assert all(a is not b for a, b in itertools.pairwise(middle))


def test_an_endpoint_is_revoked_when_the_sentence_goes_on_at_once():
    endpointer = listening(open_ms=300, amend_ms=900)
    events = drive(endpointer, [("speech", 20), ("silence", 20), ("speech", 20), ("silence", 20)])
    assert [type(event) for event in events] == [
        SpeechStarted,
        SpeechPaused,
        SpeechEnded,
        SpeechResumed,
        SpeechPaused,
        SpeechEnded,
    ]
    assert events[2].start == events[5].start
    assert events[5].end == 60 * STEP


def test_an_endpoint_stands_once_the_moment_has_passed():
    endpointer = listening(open_ms=300, amend_ms=900)
    events = drive(endpointer, [("speech", 20), ("silence", 50), ("speech", 20)])
    assert isinstance(events[-1], SpeechEnded)
    assert not endpointer.amendable


def test_what_was_no_speech_amends_nothing():
    endpointer = listening(open_ms=300, amend_ms=900)
    drive(endpointer, [("speech", 20), ("silence", 20), ("speech", 5)])
    endpointer.insist()
    assert not endpointer.amendable
    assert drive(endpointer, [("speech", 20)], at=45 * STEP) == []


def test_levels_are_decibels_of_full_scale():
    import numpy as np

    from edge.hearing.endpoint import levels

    tone = (np.sin(np.arange(STEP) * 2 * np.pi / 16) * 32767).astype(np.int16)
    assert levels(tone) == pytest.approx([-3.01] * 4, abs=0.05)
    assert levels(np.zeros(STEP, np.int16)) == pytest.approx([-90.0] * 4)
