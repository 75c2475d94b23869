import pytest

from tests.skills.conftest import Talk


@pytest.mark.parametrize(
    ("expression", "result", "said"),
    [
        ("12 * 7", 84, "12 times 7 is 84."),
        ("2 + 3 - 10", -5, "2 plus 3 minus 10 is minus 5."),
        ("10 / 3", 10 / 3, "10 divided by 3 is about 3.33."),
        ("2 ** 10", 1024, "2 to the power of 10 is 1,024."),
        ("1 / 8000", 0.000125, "1 divided by 8,000 is about 0.00013."),
        ("15 * 0.01 * 80", 12, "15 percent of 80 is 12."),
        ("sqrt(144)", 12, "The square root of 144 is 12."),
        ("1 / 0", None, "Nothing can be divided by zero."),
        ("9 ** 9 ** 9", None, "I can't work that out."),
        ("9 ** 99", 9.0**99, "9 to the power of 99 is too large to say."),
    ],
)
def test_sums(talk: Talk, expression: str, result: float | None, said: str) -> None:
    slots = {} if result is None else {"result": result}
    assert talk.say("math.calculate", expression=expression, **slots) == said


@pytest.mark.parametrize(
    ("value", "origin", "goal", "result", "said"),
    [
        (5, "mile", "kilometer", 8.0467, "5 miles is about 8.05 kilometers."),
        (1, "foot", "inch", 12, "1 foot is 12 inches."),
        (6, "foot", "meter", 1.8288, "6 feet is about 1.83 meters."),
        (99, "fahrenheit", "celsius", 37.2222,
         "99 degrees Fahrenheit is about 37.22 degrees Celsius."),
        (1, "celsius", "fahrenheit", 33.8, "1 degree Celsius is 33.8 degrees Fahrenheit."),
        (60, "mile per hour", "kilometer per hour", 96.5606,
         "60 miles per hour is about 96.56 kilometers per hour."),
        (10, "square foot", "square meter", 0.929, "10 square feet is about 0.93 square meters."),
        (1, "millennium", "century", 10, "1 millennium is 10 centuries."),
        (2, "mile", "gram", None, "I can't turn miles into grams."),
    ],
)  # fmt: skip
def test_units(talk: Talk, value, origin, goal, result, said) -> None:
    slots = {"value": value, "from": origin, "to": goal}
    slots |= {} if result is None else {"result": result}
    assert talk.say("unit.convert", **slots) == said


def test_questions(talk: Talk) -> None:
    assert talk.say("math.calculate") == "Which numbers?"
    assert talk.say("unit.convert") == "Convert what?"


def test_divisible_is_answered_with_yes_or_no(talk: Talk) -> None:
    slots = {"asked": "divisible"}
    said = talk.say("math.calculate", expression="126 % 8", result=6, **slots)
    assert said == "No, 126 divided by 8 leaves 6."
    said = talk.say("math.calculate", expression="128 % 8", result=0, **slots)
    assert said == "Yes, 128 divided by 8 leaves nothing."
