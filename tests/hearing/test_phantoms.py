import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge.events import Transcript
from edge.hearing.phantoms import PHRASES, clean, reason, words


def told(text: str, log_prob: float = -0.3, no_speech: float = 0.1) -> Transcript:
    return Transcript(text, True, log_prob, no_speech)


@pytest.mark.parametrize(
    "text",
    [
        "Turn on the kitchen lights.",
        "Stop!",
        "Yes.",
        "no no no",
        "What's 12 times 12?",
        "Play Duran Duran.",
        "Add milk, eggs and bread to the shopping list.",
    ],
)
def test_commands_are_believed(text: str) -> None:
    assert reason(told(text), None) is None
    assert reason(told(text), 1500) is None


@pytest.mark.parametrize(
    ("transcript", "voiced_ms", "expected"),
    [
        (told(""), None, "nothing was said"),
        (told(" . . "), 2000, "nothing was said"),
        (told("Turn on the lights."), 0, "no voice"),
        (told("Turn on the lights in the kitchen and then"), 200, "more words than voice"),
        (told("the the the the the"), 3000, "repetition"),
        (told("ha ha, ha ha, ha ha, ha ha, ha ha"), 3000, "repetition"),
        (told("I'm hungry", -1.2, 0.8), 500, "no speech"),
        (told("gneiss lisp", -1.8), 500, "unintelligible"),
        (told("Thank you."), None, "known phantom"),
        (told("Thanks for watching!"), 128, "known phantom"),
        (told("you", -0.9), 800, "known phantom"),
        (told("Bye.", -0.2, 0.9), 800, "known phantom"),
    ],
)
def test_what_is_no_speech_and_why(
    transcript: Transcript, voiced_ms: int | None, expected: str
) -> None:
    assert reason(transcript, voiced_ms) == expected


def test_a_clear_voice_may_say_thank_you() -> None:
    assert reason(told("Thank you."), 500) is None
    assert reason(told("Okay."), 300) is None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (" Turn on  the lights. ", "Turn on the lights."),
        ("[BLANK_AUDIO]", ""),
        ("(upbeat music) Stop.", "Stop."),
        ("♪ la la ♪ *sighs*", "la la"),
        ("...", ""),
        ("Open the blinds. Open the blinds. Open the blinds.", "Open the blinds."),
        ("Turn it up, turn it up, up", "Turn it up, up"),
        ("call 5 5 5 5", "call 5 5 5 5"),
    ],
)
def test_the_words_alone(text: str, expected: str) -> None:
    assert clean(text) == expected


@given(st.text(max_size=200))
def test_any_text_is_judged(text: str) -> None:
    once = clean(text)
    assert once == " ".join(once.split())
    found = reason(told(once), 5000)
    assert (found == "nothing was said") == (not words(once))


def test_the_phrases_are_written_as_they_are_compared() -> None:
    assert all(phrase == " ".join(words(phrase)) for phrase in PHRASES)
    assert "thanks for watching" in PHRASES
    assert "" not in PHRASES
