import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge.understanding.numbers import number, ordinal, plain
from edge.understanding.spoken import in_words


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("five", 5), ("twenty five", 25), ("a hundred", 100), ("two hundred and five", 205),
        ("one thousand two hundred", 1200), ("2.5", 2.5), ("two point five", 2.5),
        ("two and a half", 2.5), ("a couple of", 2), ("a dozen", 12), ("half a dozen", 6),
        ("half", 0.5), ("three quarters", 0.75), ("1 / 2", 0.5), ("2 1 / 2", 2.5),
        ("two million", 2_000_000), ("nineteen", 19), ("zero", 0), ("2 and half", 2.5),
        ("three hundred thousand", 300_000),
    ],
)  # fmt: skip
def test_numbers_as_they_are_said(text: str, value: float) -> None:
    words = text.split()
    assert number(words, 0) == (value, len(words))


@pytest.mark.parametrize("text", ["seven thirty", "twenty twenty five", "one and two"])
def test_two_numbers_are_not_added_up(text: str) -> None:
    read = number(text.split(), 0)
    assert read is not None
    assert read[1] < len(text.split())


@given(st.integers(0, 999_999))
def test_every_number_survives_being_said(value: int) -> None:
    words = in_words(value).split()
    assert number(words, 0) == (value, len(words))
    assert number([str(value)], 0) == (value, 1)


@given(
    st.lists(st.sampled_from(["a", "and", "half", "five", "20", "/", "point", "the"]), max_size=6)
)
def test_no_words_upset_the_reader(words: list[str]) -> None:
    read = number(words, 0)
    assert read is None or 0 < read[1] <= len(words)


@pytest.mark.parametrize(("text", "value"), [("3rd", 3), ("twenty first", 21), ("fifth", 5)])
def test_ordinals(text: str, value: int) -> None:
    words = text.split()
    assert ordinal(words, 0) == (value, len(words))


def test_whole_numbers_are_whole() -> None:
    assert repr(plain(5.0)) == "5"
    assert plain(2.5) == 2.5
