"""Small sums and units. Understanding works them out; this says them."""

import re
from collections.abc import Iterable, Mapping
from datetime import datetime

from edge.events import Action, Intent, Plan, Value
from edge.skills.base import Undo, ask, number_slot, say, text_slot
from edge.skills.words import number, sentence

_WHICH = "Which numbers?"
_CONVERT = "Convert what?"
_CANNOT = "I can't work that out."
_NOTHING = "Nothing can be divided by zero."
_WORDS = {"**": "to the power of", "*": "times", "×": "times", "/": "divided by", "÷": "divided by",
          "+": "plus", "-": "minus", "%": "modulo", "^": "to the power of",
          "sqrt": "the square root of", "cbrt": "the cube root of"}  # fmt: skip
_TOKEN = re.compile(r"\d+(?:\.\d+)?|\*\*|[-+*/×÷%^()]|[a-z]+", re.IGNORECASE)
_ASKED = re.compile(r"(\d+(?:\.\d+)?) % (\d+(?:\.\d+)?)")
"""The expression behind "is 126 divisible by 8"."""
_IRREGULAR = {
    "foot": ("foot", "feet"),
    "square foot": ("square foot", "square feet"),
    "inch": ("inch", "inches"),
    "stone": ("stone", "stone"),
    "century": ("century", "centuries"),
    "millennium": ("millennium", "millennia"),
    "horsepower": ("horsepower", "horsepower"),
    "cubic foot": ("cubic foot", "cubic feet"),
    "cubic inch": ("cubic inch", "cubic inches"),
    "square inch": ("square inch", "square inches"),
    "celsius": ("degree Celsius", "degrees Celsius"),
    "fahrenheit": ("degree Fahrenheit", "degrees Fahrenheit"),
    "kelvin": ("kelvin", "kelvin"),
}
"""Units whose plural is not made with an s."""


class Maths:
    """Says results."""

    intents = frozenset({"math.calculate", "unit.convert"})

    def phrases(self) -> Iterable[str]:
        """What is said when there is no result."""
        return (_WHICH, _CONVERT, _CANNOT, _NOTHING)

    async def plan(self, intent: Intent, now: datetime) -> Plan:
        """Put the result into words."""
        if intent.name == "math.calculate":
            return _calculated(intent.slots)
        return _converted(intent.slots)

    async def perform(self, action: Action) -> Undo | None:
        """There is nothing to do."""
        return None


def _calculated(slots: Mapping[str, Value]) -> Plan:
    expression, result = text_slot(slots, "expression"), number_slot(slots, "result")
    if expression is None:
        return ask(_WHICH)
    if result is None:
        zero = re.search(r"[/÷%]\s*0(?![\d.])", expression)
        return say(_NOTHING if zero else _CANNOT)
    if whole := _ASKED.fullmatch(expression) if slots.get("asked") else None:
        return _divisible(whole, result)
    return say(sentence(f"{_read(expression)} is {_nearly(result)}"))


def _divisible(said: re.Match[str], rest: float) -> Plan:
    sum_ = f"{number(float(said[1]))} divided by {number(float(said[2]))}"
    left = f"No, {sum_} leaves {number(rest)}" if rest else f"Yes, {sum_} leaves nothing"
    return say(sentence(left))


def _converted(slots: Mapping[str, Value]) -> Plan:
    value, result = number_slot(slots, "value"), number_slot(slots, "result")
    source, target = text_slot(slots, "from"), text_slot(slots, "to")
    if value is None or source is None or target is None:
        return ask(_CONVERT)
    if result is None:
        return say(f"I can't turn {_unit(source, 2)} into {_unit(target, 2)}.")
    said = f"{number(value)} {_unit(source, value)}"
    return say(sentence(f"{said} is {_nearly(result)} {_unit(target, result)}"))


def _nearly(result: float) -> str:
    """A result as precise as it is heard; "about" where it was rounded."""
    if not abs(result) < 1e15:
        return "too large to say"
    digits = 2
    while digits < 8 and result and abs(result) < 10 ** (1 - digits):
        digits += 1
    said = number(result, digits)
    return said if abs(round(result, digits) - result) < 1e-9 else f"about {said}"


def _read(expression: str) -> str:
    """An expression as it is read aloud; brackets are left to the ear."""
    words = []
    expression = re.sub(r"fac\((\d+)\)", r"\1 factorial", expression)
    for token in _TOKEN.findall(expression):
        if token[0].isdigit():
            words.append(number(float(token), 6))
        elif token not in "()":
            words.append(_WORDS.get(token, token))
    return " ".join(words).replace("times 0.01 times", "percent of")


def _unit(name: str, value: float) -> str:
    """A unit in the number that its value asks for."""
    one = name.replace("_", " ").strip().lower()
    singular, plural = _IRREGULAR.get(one, (one, ""))
    if abs(value) == 1:
        return singular
    if plural:
        return plural
    head, per, rest = one.partition(" per ")
    return f"{head}{'' if head.endswith('s') else 's'}{per}{rest}"
