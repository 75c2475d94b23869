import pytest

from tests.skills.conftest import NOW, Talk


@pytest.mark.parametrize(
    ("intent", "said"),
    [
        ("stop", ""),
        ("cancel", "Okay, never mind."),
        ("repeat", "I haven't said anything yet."),
        ("thanks", "You're welcome."),
        ("hello", "Good afternoon!"),
    ],
)
def test_manners(talk: Talk, intent: str, said: str) -> None:
    assert talk.say(f"assistant.{intent}") == said


@pytest.mark.parametrize(
    ("hour", "said"), [(5, "Good morning!"), (18, "Good evening!"), (2, "Good evening!")]
)
def test_greetings_follow_the_day(talk: Talk, hour: int, said: str) -> None:
    talk.now = NOW.replace(hour=hour)
    assert talk.say("assistant.hello") == said


def test_help_names_an_example(talk: Talk) -> None:
    assert "set a timer for 5 minutes" in talk.say("assistant.help")
