import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge.speaking.spoken import Token, tokens


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("It is 7:30 p.m.", "It is 7 30 p.m."),
        ("at 7:05 PM", "at 7 oh 5 p.m."),
        ("12:00 a.m.", "12 a.m."),
        ("10:00.", "10 o'clock."),
        ("19:00", "19 hundred"),
        ("07:30", "7 30"),
        ("00:15", "0 15"),
        ("$4.99", "4 dollars 99"),
        ("$1", "1 dollar"),
        ("€5 million", "5 million euros"),
        ("20 €.", "20 euros."),
        ("21.5 °C", "21.5 degrees Celsius"),
        ("-5°F", "minus 5 degrees Fahrenheit"),
        ("1 °C", "1 degree Celsius"),
        ("50%", "50%"),
        ("10 km/h", "10 kilometers per hour"),
        ("1 kg, 250 ml", "1 kilogram, 250 milliliters"),
        ("6 ft", "6 feet"),
        ("5 m²", "5 square meters"),
        ("3 minutes", "3 minutes"),
        ("I am 5", "I am 5"),
        ("10-20 minutes", "10 to 20 minutes"),
        ("555-1234", "555-1234"),
        ("17 - 5 * 2", "17 minus 5 times 2"),
        ("it's -3 outside", "it's minus 3 outside"),
        ("1/2 cup", "one half cup"),
        ("2½ cups", "2 and a half cups"),
        ("2 1/2 cups", "2 and one half cups"),
        ("and/or 24/7", "and or 24 7"),
        ("in 1984, 1905 or 1900", "in 19 84, 19 oh 5 or 19 hundred"),
        ("2025 and 1,984 and 1500.5", "2025 and 1,984 and 1500.5"),
        ("2025-11-03", "November 3 2025"),
        ("Nov. 3", "November 3"),
        ("Dr. Smith vs. Mr. Jones", "doctor Smith versus mister Jones"),
        ("No. 5 and #1", "number 5 and number 1"),
        ("No. Never.", "No. Never."),
        ("~5 < 6", "about 5 less than 6"),
        ("see https://www.example.com/a/b?c.", "see example.com."),
        ("[[raw]]", "raw"),
    ],
)
def test_said_as_a_person_would(written: str, said: str) -> None:
    assert " ".join(token.said for token in tokens(written)) == said


def test_a_token_keeps_what_was_written() -> None:
    assert tokens("It is 21.5 °C at 7:30 p.m.") == (
        Token("It", "It"),
        Token("is", "is"),
        Token("21.5 °C", "21.5 degrees Celsius"),
        Token("at", "at"),
        Token("7:30 p.m.", "7 30 p.m."),
    )


@given(st.text(max_size=100))
def test_any_text_is_survived(text: str) -> None:
    assert all(token.written and token.said for token in tokens(text))


@given(st.lists(st.text(alphabet="abcdefgh", min_size=1), max_size=12).map(" ".join))
def test_plain_words_are_left_alone(text: str) -> None:
    assert " ".join(token.said for token in tokens(text)) == text
