"""What people say into an answer, on made-up speech: each cuts it, and is understood with it."""

import pytest

from edge.events import Event
from tests.talker import Talker
from tests.test_assistant import actions, hear, names

__all__ = ["hear"]

LONG = "who wrote the brothers karamazov"


def cut() -> Talker:
    """A question, and two and a half seconds of its answer."""
    return Talker().wake().pause(100).say(LONG).pause(2500)


def turns(events: list[Event]) -> list[dict[str, object]]:
    return [dict(event.data) for event in events if event.event == "turn"]


def test_stop_ends_it_and_nothing_more_is_said(hear):
    events = hear(cut().say("stop").pause(3000))
    first, second = turns(events)
    assert 0 < len(first["heard"]) < len(first["reply"])
    assert (second["text"], second["where"]) == ("stop", "local")
    assert "resumed" not in names(events)


def test_wait_is_silent_and_go_on_says_the_rest(hear):
    events = hear(cut().say("wait").pause(3000).wake().pause(100).say("go on").pause(500))
    first, second, third = turns(events)
    assert second["reply"] == ""
    assert f"{first['heard']} {third['reply']}" == first["reply"]


def test_what_was_the_last_bit_says_the_words_that_were_heard_last(hear):
    events = hear(cut().say("what was the last bit").pause(500))
    first, second = turns(events)
    assert second["where"] == "local"
    assert second["reply"] == " ".join(first["heard"].split()[-10:])


def test_no_the_other_one_takes_back_and_does_the_other(hear):
    talker = Talker().wake().pause(100).say("turn on the counter light").pause(450)
    events = hear(talker.say("no the other one").pause(500), amend_ms=100)
    assert "interrupted" in names(events)
    assert actions(events) == [
        ("home.turn_on", False), ("home.turn_on", True), ("home.turn_on", False),
    ]  # fmt: skip
    assert turns(events)[-1]["slots"]["name"] == "Kitchen Lights"


@pytest.mark.parametrize(
    ("cough_ms", "held_s"),
    [(60, 0.5), (130, 0.8)],  # as long and as clear as "no", it is asked for its words first
)
def test_what_no_voice_follows_holds_the_answer_for_a_blink(hear, cough_ms, held_s):
    events = hear(cut().cough(cough_ms).pause(3000))
    stopped = next(event for event in events if event.event == "interrupted")
    went_on = next(event for event in events if event.event == "resumed")
    assert went_on.t - stopped.t < held_s
    assert turns(events)[0]["heard"] == turns(events)[0]["reply"]
