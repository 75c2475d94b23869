import pytest

from edge.understanding.text import core, tokens
from edge.understanding.worded import worded


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("thanks for letting me know", ["assistant.thanks"]),
        ("I can't thank you enough", ["assistant.thanks"]),
        ("many thanks", ["assistant.thanks"]),
        ("very nice", ["assistant.thanks"]),
        ("cool", ["assistant.thanks"]),
        ("nope", ["assistant.cancel"]),
        ("what's the exact time right now", ["time.now"]),
        ("would you mind telling me the time", ["time.now"]),
        ("show me the current time", ["time.now"]),
        ("date and time", ["time.now", "date.today"]),
        ("don't speak for a while", ["assistant.stop"]),
        ("stop talking until I say so", ["assistant.stop"]),
        ("terminate the current process", ["assistant.cancel"]),
        ("stop what you are doing", ["assistant.cancel"]),
        ("cancel my last request", ["assistant.cancel"]),
        ("replay what you just said", ["assistant.repeat"]),
        ("repeat what was said", ["assistant.repeat"]),
        ("restate your last answer", ["assistant.repeat"]),
        ("I need that repeated", ["assistant.repeat"]),
        ("how loud are you", ["volume.get"]),
    ],
)
def test_the_form_says_what_is_meant(text: str, names: list[str]) -> None:
    assert [intent.name for intent in worded(core(tokens(text)))] == names


@pytest.mark.parametrize(
    "text",
    [
        "thank you for watching", "thanks for your attention", "tell me the time of the game",
        "what time is it in tokyo", "don't answer the door", "stop the timer", "cancel my order",
        "repeat the song", "say hello to my sister", "what is the date", "quit smoking",
        "cool the bedroom", "how cool is it",
    ],
)  # fmt: skip
def test_what_has_another_form(text: str) -> None:
    assert worded(core(tokens(text))) == ()
