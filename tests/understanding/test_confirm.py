import pytest

from edge.understanding.confirm import agrees, answer


@pytest.mark.parametrize(
    "text",
    ["Yes.", "yeah sure", "please do", "go ahead", "do it", "that's right", "why not?", "okay"],
)
def test_yes(text: str) -> None:
    assert answer(text) == "yes"


@pytest.mark.parametrize(
    "text",
    ["No.", "no thanks", "don't do it", "not really", "never mind", "of course not", "cancel"],
)
def test_no(text: str) -> None:
    assert answer(text) == "no"


@pytest.mark.parametrize(
    "text", ["", "what time is it", "no, turn on the fan", "yes turn off the lights in the kitchen"]
)
def test_something_else_is_a_new_request(text: str) -> None:
    assert answer(text) is None


@pytest.mark.parametrize(
    ("text", "only"),
    [
        ("okay", True),
        ("yes please", True),
        ("sounds good", False),
        ("okay lamp", False),
        ("", False),
    ],
)
def test_nothing_but_yes(text: str, only: bool) -> None:
    assert agrees(text) is only
