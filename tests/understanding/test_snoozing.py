import pytest

from edge.understanding.snoozing import after_ring, snooze
from edge.understanding.text import core, tokens


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("snooze", None), ("snooze the alarm", None), ("hit snooze", None),
        ("can you snooze it for ten minutes", 600), ("snooze for five more minutes", 300),
        ("snooze another quarter of an hour", 900),
    ],
)  # fmt: skip
def test_snoozing_is_heard_at_any_time(text: str, seconds: int | None) -> None:
    intent = snooze(core(tokens(text)))
    assert intent is not None
    assert intent.name == "alarm.snooze"
    assert intent.slots.get("duration") == seconds


@pytest.mark.parametrize("text", ["play snooze", "the snooze button is broken", "ten minutes"])
def test_what_is_none(text: str) -> None:
    assert snooze(core(tokens(text))) is None


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("five more minutes", 300), ("another ten minutes please", 600), ("not yet", None),
        ("let me sleep ten more minutes", 600), ("remind me again in an hour", 3600),
        ("give me another five", 300), ("remind me later", None), ("in ten minutes", 600),
    ],
)  # fmt: skip
def test_after_a_ring_more_means_it(text: str, seconds: int | None) -> None:
    intent = after_ring(core(tokens(text)))
    assert intent is not None
    assert intent.name == "alarm.snooze"
    assert intent.slots.get("duration") == seconds


@pytest.mark.parametrize("text", ["okay", "I'm awake", "turn it off", "stop that", "got it"])
def test_after_a_ring_it_was_heard(text: str) -> None:
    intent = after_ring(core(tokens(text)))
    assert intent is not None
    assert intent.name == "assistant.stop"


@pytest.mark.parametrize(
    "text",
    ["turn off the lights", "what time is it", "set a timer for ten minutes", "good morning",
     "add ten minutes to the pasta timer", "remind me to call mum in ten minutes"],
)  # fmt: skip
def test_after_a_ring_everything_else_is_itself(text: str) -> None:
    assert after_ring(core(tokens(text))) is None
