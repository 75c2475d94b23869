"""What is a question by its form."""

import pytest

from edge.understanding.questions import is_question


@pytest.mark.parametrize(
    "text",
    [
        "Who wrote The Brothers Karamazov?",
        "what's the capital of Peru",
        "um, why is the sky blue",
        "Are there bears in Scotland?",
    ],
)
def test_questions(text: str) -> None:
    assert is_question(text)


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("What is", id="it goes on"),
        pytest.param("can you tell me a story", id="more may be ordered"),
        pytest.param("tell me about bees", id="an order"),
        pytest.param("", id="nothing"),
    ],
)
def test_no_questions(text: str) -> None:
    assert not is_question(text)
