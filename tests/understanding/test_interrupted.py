import pytest

from edge.understanding.interrupted import answer

REPLY = "It will rain tomorrow, but on Friday the sun comes out."
HEARD = "It will rain tomorrow,"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Go on.", "but on Friday the sun comes out."),
        ("please continue", "but on Friday the sun comes out."),
        ("What was the last bit?", HEARD),
        ("Wait!", ""),
        ("turn on the lights", None),
        ("continue the music", None),
    ],
)
def test_what_is_said_about_a_cut_answer(text: str, said: str | None) -> None:
    assert answer(text, REPLY, HEARD) == said


def test_there_is_nothing_to_go_on_with_when_all_was_heard() -> None:
    assert answer("go on", REPLY, REPLY) is None
