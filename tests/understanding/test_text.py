import pytest

from edge.understanding.text import core, tokens


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Alexa, turn off the lights.", "turn off the lights"),
        ("Hey Jarvis, could you please dim the lamp?", "dim the lamp"),
        ("Um, set a, uh, timer for 5 minutes please", "set a , timer for 5 minutes"),
        ("Set a 5-minute timer.", "set a 5 minute timer"),
        ("Wake me at 7:30 a.m.", "wake me at 7:30 am"),
        ("What's 20% of 1,000?", "what is 20 percent of 1000"),
        ("make it 21.5°", "make it 21.5 degrees"),
        ("Turn on the T.V.", "turn on the tv"),
        ("hello", "hello"),
        ("Thank you!", "thank you"),
        ("Would you turn it off for me, please?", "turn it off"),
        ("turn turn on the light", "turn on the light"),
        ("which lights are on on the first floor", "which lights are on on the first floor"),
        ("Café lights’ colour", "café lights colour"),
    ],
)
def test_what_was_written_becomes_plain_words(text: str, words: str) -> None:
    assert " ".join(core(tokens(text))) == words


def test_nothing_is_nothing() -> None:
    assert core(tokens(" ... ")) == []
    assert tokens("") == []
