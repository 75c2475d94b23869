"""A turn's record, and the events that tell of one turn after the other."""

import time

from edge.decision import Decision
from edge.events import RATE, Action, Event, Intent, Local, Reply, Transcript
from edge.turn import Prepared, Turn, Turns

DECISION = Decision(
    "stop", Local((Intent("assistant.stop"),), "intent"), "local", (), Reply(""), "complete"
)


def test_events_tell_of_the_turn_under_way_and_of_the_sound_so_far() -> None:
    told: list[Event] = []
    turns = Turns(told.append, lambda: 2 * RATE)
    turns.begin(woken=True)
    turns.emit("wake", RATE, word="alexa")
    turns.begin()
    turns.emit_done(Action("timer.set", {"duration": 60}))
    turns.emit_undone(Action("timer.set", {"duration": 60}))
    assert [(event.event, event.turn, event.t, event.data) for event in told] == [
        ("wake", 1, 1.0, {"word": "alexa"}),
        ("action", 2, 2.0, {"name": "timer.set", "arguments": {"duration": 60}}),
        ("action", 2, 2.0, {"name": "timer.set", "undone": True}),
    ]


def test_stages_are_told_from_the_end_of_speech_and_not_where_nobody_spoke() -> None:
    turn = Turn(1)
    turn.mark("first_audio")
    assert turn.record()["ms"] == {}
    now = time.monotonic()
    turn.take(Prepared(Transcript("stop", final=True), DECISION, now), origin=now - 0.25)
    assert turn.ms["transcript"] == turn.ms["route"] == 250.0
    assert turn.ms["endpoint"] >= 250.0


def test_what_was_no_speech_is_told_but_was_not_said() -> None:
    turn = Turn(1)
    assert (turn.said, turn.record()["text"]) == ("", "")
    turn.take(Prepared(Transcript("thank you", final=True, phantom="x"), None, 1.0), origin=1.0)
    assert (turn.said, turn.record()["text"]) == ("", "thank you")
    turn.take(Prepared(Transcript("stop", final=True), DECISION, 1.0), origin=1.0)
    assert (turn.said, turn.record()["text"]) == ("stop", "stop")
