"""The conversation's table: every move is one that was meant."""

from hypothesis import given
from hypothesis import strategies as st

from edge.dialogue import TABLE, Dialogue, Move, Signal, State


def after(*signals: Signal) -> tuple[State, list[Move]]:
    dialogue = Dialogue()
    moves = [move for signal in signals for move in dialogue.on(signal)]
    return dialogue.state, moves


def test_a_command_from_wake_word_to_silence():
    state, moves = after(Signal.WAKE, Signal.PAUSE, Signal.ENDPOINT, Signal.SOUND, Signal.PLAYED)
    assert state is State.IDLE
    assert moves == [Move.LISTEN, Move.PREPARE, Move.COMMIT, Move.CLOSE]


def test_a_pause_that_was_only_a_pause_drops_what_was_prepared():
    _, moves = after(Signal.WAKE, Signal.PAUSE, Signal.RESUME)
    assert moves[-1] is Move.DROP


def test_a_sentence_that_goes_on_takes_back_what_was_done():
    state, moves = after(Signal.WAKE, Signal.ENDPOINT, Signal.SOUND, Signal.RESUME)
    assert state is State.LISTENING
    assert moves[-2:] == [Move.HUSH, Move.TAKE_BACK]


def test_the_wake_word_interrupts_a_reply():
    state, moves = after(Signal.WAKE, Signal.ENDPOINT, Signal.SOUND, Signal.WAKE)
    assert state is State.LISTENING
    assert moves[-3:] == [Move.HUSH, Move.CLOSE, Move.LISTEN]


def test_a_question_is_followed_by_listening():
    state, moves = after(Signal.WAKE, Signal.ENDPOINT, Signal.SOUND, Signal.QUESTION_PLAYED)
    assert state is State.LISTENING
    assert moves[-1] is Move.LISTEN_ON


def test_nothing_rings_into_a_conversation():
    state, moves = after(Signal.WAKE, Signal.DUE)
    assert state is State.LISTENING
    assert Move.RING not in moves


@given(st.lists(st.sampled_from(Signal)))
def test_whatever_happens_a_turn_is_committed_only_after_its_endpoint(signals):
    dialogue = Dialogue()
    for signal in signals:
        before = dialogue.state
        moves = dialogue.on(signal)
        if Move.COMMIT in moves:
            assert (before, signal) == (State.LISTENING, Signal.ENDPOINT)
            assert dialogue.state is State.THINKING


@given(st.lists(st.sampled_from(Signal)))
def test_every_state_leads_back_to_idle(signals):
    dialogue = Dialogue()
    for signal in signals:
        dialogue.on(signal)
    for signal in (
        Signal.NOTHING_SAID,
        Signal.SILENT,
        Signal.SOUND,
        Signal.PLAYED,
        Signal.NOTHING_SAID,
    ):
        dialogue.on(signal)
    assert dialogue.state is State.IDLE


def test_every_state_and_every_signal_is_used():
    assert {state for state, _ in TABLE} == set(State)
    assert {signal for _, signal in TABLE} == set(Signal)
    assert {move for _, moves in TABLE.values() for move in moves} == set(Move)
