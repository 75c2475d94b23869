"""Units that people ask to have converted, and arithmetic as it is said."""

import math
import re
from collections.abc import Sequence

import simpleeval

from edge.understanding.numbers import cardinal, number, ordinal, plain
from edge.understanding.wordset import word_set

_LENGTH = {"millimeter": 0.001, "centimeter": 0.01, "decimeter": 0.1, "meter": 1.0,
           "kilometer": 1000.0, "inch": 0.0254, "foot": 0.3048, "yard": 0.9144, "mile": 1609.344,
           "micrometer": 1e-6, "nanometer": 1e-9, "decameter": 10.0, "hectometer": 100.0,
           "furlong": 201.168, "fathom": 1.8288, "nautical mile": 1852.0,
           "light year": 9.4607304725808e15}  # fmt: skip
_MASS = {"milligram": 1e-6, "gram": 0.001, "kilogram": 1.0, "ton": 1000.0, "ounce": 0.028349523125,
         "pound": 0.45359237, "stone": 6.35029318, "carat": 0.0002,
         "metric ton": 1000.0}  # fmt: skip
_VOLUME = {"milliliter": 0.001, "liter": 1.0, "teaspoon": 0.00492892159375,
           "tablespoon": 0.01478676478125, "fluid ounce": 0.0295735295625, "cup": 0.2365882365,
           "pint": 0.473176473, "quart": 0.946352946, "gallon": 3.785411784,
           "deciliter": 0.1, "centiliter": 0.01, "cubic meter": 1000.0,
           "cubic foot": 28.316846592, "cubic inch": 0.016387064}  # fmt: skip
_TIME = {"second": 1.0, "minute": 60.0, "hour": 3600.0, "day": 86400.0, "week": 604800.0,
         "fortnight": 1209600.0, "month": 2629746.0, "year": 31556952.0,
         "millisecond": 0.001, "decade": 315569520.0, "century": 3155695200.0,
         "millennium": 31556952000.0}  # fmt: skip
_SPEED = {"kilometer per hour": 1 / 3.6, "mile per hour": 0.44704, "knot": 1852 / 3600,
          "meter per second": 1.0}  # fmt: skip
_AREA = {
    "acre": 4046.8564224,
    "hectare": 10000.0,
    "square foot": 0.09290304,
    "square meter": 1.0,
    "square mile": 2589988.110336,
    "square kilometer": 1e6,
    "square yard": 0.83612736,
    "square inch": 0.00064516,
}
_DATA = {
    "byte": 1.0,
    "kilobyte": 1e3,
    "megabyte": 1e6,
    "gigabyte": 1e9,
    "terabyte": 1e12,
    "petabyte": 1e15,
}
_ENERGY = {"joule": 1.0, "kilojoule": 1e3, "calorie": 4.184, "kilocalorie": 4184.0,
           "watt hour": 3600.0, "kilowatt hour": 3.6e6}  # fmt: skip
_POWER = {"watt": 1.0, "kilowatt": 1e3, "megawatt": 1e6, "horsepower": 745.69987158}
TEMPERATURES = {"celsius", "fahrenheit", "kelvin"}
_QUANTITIES = (_LENGTH, _MASS, _VOLUME, _TIME, _SPEED, _AREA, _DATA, _ENERGY, _POWER)

_SAID = {
    "feet": "foot", "inches": "inch", "metre": "meter", "litre": "liter", "kilo": "kilogram",
    "kg": "kilogram", "g": "gram", "km": "kilometer", "cm": "centimeter", "mm": "millimeter",
    "m": "meter", "ft": "foot", "lb": "pound", "lbs": "pound", "oz": "ounce", "ml": "milliliter",
    "l": "liter", "tsp": "teaspoon", "tbsp": "tablespoon", "mph": "mile per hour",
    "kph": "kilometer per hour", "kmh": "kilometer per hour", "centigrade": "celsius",
    "celcius": "celsius", "farenheit": "fahrenheit",
    "c": "celsius", "km per hour": "kilometer per hour", "km an hour": "kilometer per hour",
    "miles an hour": "mile per hour", "kilometers an hour": "kilometer per hour",
    "square feet": "square foot", "square metre": "square meter",
    "decimetre": "decimeter", "dm": "decimeter",
    "centuries": "century", "millennia": "millennium", "cubic feet": "cubic foot",
    "cubic metre": "cubic meter", "cubic inches": "cubic inch", "square inches": "square inch",
    "square kilometre": "square kilometer", "decilitre": "deciliter", "centilitre": "centiliter",
    "cl": "centiliter", "dl": "deciliter", "kwh": "kilowatt hour", "light-year": "light year",
    "f": "fahrenheit", "centimetre": "centimeter", "kilometre": "kilometer", "tonne": "ton",
    "millimetre": "millimeter", "millilitre": "milliliter", "stones": "stone", "gb": "gigabyte",
    "mb": "megabyte", "tb": "terabyte",
}  # fmt: skip
KNOWN = frozenset(TEMPERATURES | _SAID.keys()).union(*_QUANTITIES)


def unit(words: Sequence[str], i: int) -> tuple[str, int] | None:
    """A unit at a position: (its name, position after), or None."""
    for size in (3, 2, 1):
        if i + size > len(words):
            continue
        said = " ".join(words[i : i + size])
        for name in (
            said,
            said[:-1] if said.endswith("s") else said,
            said.replace("s per", " per"),
        ):
            name = _SAID.get(name, name)
            if name in KNOWN and name not in _SAID:
                return name, i + size
    return None


def convert(value: float, origin: str, goal: str) -> float | None:
    """The value in the other unit; None when the two do not measure the same thing."""
    if origin in TEMPERATURES and goal in TEMPERATURES:
        celsius = {"celsius": value, "fahrenheit": (value - 32) / 1.8, "kelvin": value - 273.15}[
            origin
        ]
        return {"celsius": celsius, "fahrenheit": celsius * 1.8 + 32, "kelvin": celsius + 273.15}[
            goal
        ]
    if "ounce" in (origin, goal) and (origin in _VOLUME or goal in _VOLUME):
        origin, goal = (f"fluid {u}" if u == "ounce" else u for u in (origin, goal))
    for quantity in _QUANTITIES:
        if origin in quantity and goal in quantity:
            return value * quantity[origin] / quantity[goal]
    return None


_OPERATORS = {
    ("plus",): "+", ("+",): "+", ("minus",): "-", ("-",): "-", ("−",): "-", ("less",): "-",
    ("times",): "*", ("x",): "*", ("*",): "*", ("×",): "*",
    ("multiplied", "by"): "*", ("time",): "*",
    ("divided", "by"): "/", ("/",): "/", ("÷",): "/", ("over",): "/", ("divide", "by"): "/",
    ("to", "the", "power", "of"): "**", ("^",): "**", ("squared",): "** 2", ("cubed",): "** 3",
    ("percent", "of"): "* 0.01 *", ("factorial",): "!", ("divided", "buy"): "/",
    ("multiply", "by"): "*", ("multiplied", "with"): "*", ("added", "to"): "+",
    ("modulo",): "%", ("mod",): "%",
}  # fmt: skip
_PAIRS = (
    (r"(?:add|sum of|sum|addition of) N (?:and|to|plus|with) N", "{0} + {1}"),
    (r"subtract(?:ing|ed)? N from N", "{1} - {0}"), (r"take N (?:away )?from N", "{1} - {0}"),
    (r"N (?:is )?subtracted from N", "{1} - {0}"),
    (r"(?:take )?N (?:and|then) divide (?:it|that|this) by N", "{0} / {1}"),
    (r"(?:take )?N (?:and|then) (?:multiply|times) (?:it|that|this) by N", "{0} * {1}"),
    (r"N (?:and|then) add N(?: to it)?", "{0} + {1}"),
    (r"remainder (?:when|of|if|from) N (?:is )?divided by N", "{0} % {1}"),
    (r"N (?:evenly |exactly )?divisible by N", "{0} % {1}"),
    (r"N be divided (?:evenly |exactly )?by N (?:evenly|exactly|without (?:a |any )?remainder)",
     "{0} % {1}"),
    (r"(?:percent|percentage) (?:is N of|N is of) N", "{0} / {1} * 100"),
    (r"N is what (?:percent|percentage) of N", "{0} / {1} * 100"),
    (r"(?:percent|percentage) of N is N", "{1} / {0} * 100"),
    (r"square of N", "{0} ** 2"), (r"cube of N", "{0} ** 3"),
    (r"N (?:to|raised to) the N(?: power)?", "{0} ** {1}"),
    (r"(?:area of|big is) (?:a|an|the )?N (?:by|x) N(?: (?:room|square|rectangle|foot|meter))*",
     "{0} * {1}"),
    (r"(?:subtract|difference between|difference of) N (?:and|by) N", "{0} - {1}"),
    (r"(?:multiply|product of) N (?:and|by|times|with) N", "{0} * {1}"),
    (r"(?:divide|quotient of) N (?:by|and|into) N", "{0} / {1}"),
    (r"how many times (?:does|do|can|will) N go into N", "{1} / {0}"),
    (r"cube root of N", "cbrt({0})"), (r"(?:square root of|root of) N", "sqrt({0})"),
    (r"N percent off(?: of)? N", "{1} - {0} * 0.01 * {1}"),
    (r"N percent (?:tip|tax|gratuity|interest) (?:on|of|for)(?: a)? N", "{0} * 0.01 * {1}"),
    (r"split N (?:between|among|by|into) N(?: people| ways)?", "{0} / {1}"),
    (r"split N N ways", "{0} / {1}"),
    (r"half of N", "{0} / 2"), (r"(?:a|one) third of N", "{0} / 3"),
    (r"(?:a|one)? ?quarter of N", "{0} / 4"),
    (r"double N", "{0} * 2"), (r"triple N", "{0} * 3"), (r"N and N", "{0} + {1}"),
)  # fmt: skip


_NOT_MATH = frozenset(
    (",", "$", "dollars", "dollar", "bucks", "£", "€", "=", "euros", "euro", "quid", "pounds")
)
ABOUT_SUMS = _NOT_MATH | word_set(
    "tip tax gratuity off remainder percentage percent result answer sum product difference root "
    "square cube power area room people ways divisible evenly exactly total raised take add "
    "subtract multiply divide split modulo mod figure remaining subtracting"
)
"""Words that stand in sums besides numbers and signs."""


def expression(words: Sequence[str]) -> str | None:
    """The arithmetic in a sentence as an expression ("12 * 7 + 3"), or None when there is none."""
    words = ["3.14159265" if w == "pi" else w for w in _in_coins(words) if w not in _NOT_MATH]
    words = _in_parts(_to_a_power(words))
    return _paired(words) or _chain(words)


def _to_a_power(words: Sequence[str]) -> list[str]:
    """ "To the 12th power" with a plain number."""
    out = list(words)
    at = out.index("power") if "power" in out else 0
    start = next((i + 1 for i in range(at) if out[i] == "the"), at)
    read = ordinal(out, start) if start < at else None
    return [*out[:start], str(read[0]), *out[read[1] :]] if read and read[1] == at else out


def _in_parts(words: Sequence[str]) -> list[str]:
    """ "One fifth", "3/4 of": divisions and products, where nothing else is divided."""
    if {"divided", "divide"} & set(words):
        return list(words)
    out: list[str] = []
    i = 0
    while i < len(words):
        read = cardinal(words, i) if words[i] != "a" else None
        said = words[read[1]] if read and words[read[1] :] else ""
        parts = _PARTS.get(said.removesuffix("s"))
        plural = said.endswith("s") or (read is not None and read[0] == 1)
        if read is None or parts is None or not plural:  # "the twenty third"
            of = words[i] == "of" and out[-2:-1] == ["/"]
            out.append("times" if of else words[i])
            i += 1
            continue
        out += [str(plain(read[0])), "/", str(parts)]
        i = read[1] + 1
    return out


_PARTS = {"half": 2, "halve": 2, "third": 3, "quarter": 4, "fourth": 4, "fifth": 5, "sixth": 6,
          "seventh": 7, "eighth": 8, "ninth": 9, "tenth": 10}  # fmt: skip


def _in_coins(words: Sequence[str]) -> list[str]:
    """ "64 dollars and 50 cents" as "64.5 dollars"."""
    if _MONEY.isdisjoint(words):
        return list(words)
    for i, word in enumerate(words[:-2]):
        at = i + 2 if words[i + 1] == "and" else i + 1
        coins = cardinal(words, at)
        start = next((j for j in range(i) if (n := cardinal(words, j)) and n[1] == i), None)
        if word not in _MONEY or start is None or coins is None or coins[0] >= 100:
            continue
        if words[coins[1] : coins[1] + 1] and words[coins[1]] in _COINS:
            whole = cardinal(words, start)
            value = (whole[0] if whole else 0) + coins[0] / 100
            return [*words[:start], str(plain(value)), *words[coins[1] + 1 :]]
    return list(words)


_MONEY = frozenset({"dollar", "dollars", "pound", "pounds", "euro", "euros"})
_COINS = frozenset({"cent", "cents", "pence", "p"})


def _numbers(words: Sequence[str]) -> tuple[list[str], str]:
    """The numbers of a sentence, and the sentence with an N for each."""
    found: list[str] = []
    shown: list[str] = []
    i = 0
    while i < len(words):
        read = cardinal(words, i) if words[i] != "a" else None
        if read is None:
            shown.append(words[i])
            i += 1
            continue
        found.append(str(plain(read[0])))
        shown.append("N")
        i = read[1]
    return found, " ".join(shown)


def _paired(words: Sequence[str]) -> str | None:
    found, shown = _numbers(words)
    if not found:
        return None
    for pattern, formula in _PAIRS:
        match = re.search(rf"\b{pattern}$", shown) or (
            re.search(rf"\b{pattern} (?:is|equal|equals)\b", shown)
        )
        if match:
            before = shown[: match.start()].split().count("N")
            inside = match.group().split().count("N")
            return formula.format(*found[before : before + inside])
    return None


def _operator(words: Sequence[str], i: int) -> tuple[str, int] | None:
    for size in (4, 2, 1):
        sign = _OPERATORS.get(tuple(words[i : i + size]))
        if sign is not None and i + size <= len(words):
            return sign, i + size
    return None


def _signed(words: Sequence[str], i: int) -> tuple[float, int] | None:
    """A number, or "minus five" where no number stands before it."""
    if words[i : i + 1] and words[i] in ("minus", "negative", "-"):
        read = number(words, i + 1)
        return (-read[0], read[1]) if read else None
    read = cardinal(words, i)
    parted = read is not None and words[read[1] : read[1] + 1] == ["/"]
    return read if parted else number(words, i)


def _chain(words: Sequence[str]) -> str | None:
    """The longest run of number, operator, number…"""
    for start in range(len(words)):
        parts: list[str] = []
        i, signs = start, 0
        while (read := _signed(words, i)) is not None:
            parts.append(str(plain(read[0])))
            i = read[1]
            while (sign := _operator(words, i)) is not None and sign[0] in ("** 2", "** 3", "!"):
                parts[-1] = f"fac({parts[-1]})" if sign[0] == "!" else f"{parts[-1]} {sign[0]}"
                i, signs = sign[1], signs + 1
            sign = _operator(words, i)
            if sign is None or _signed(words, sign[1]) is None:
                break
            parts.append(sign[0])
            i, signs = sign[1], signs + 1
        if signs:
            return " ".join(parts)
    return None


def _factorial(value: float) -> int:
    if value > 100:
        raise ValueError
    return math.factorial(int(value))


_FUNCTIONS = {"sqrt": math.sqrt, "cbrt": math.cbrt, "fac": _factorial}


def evaluate(text: str) -> float | int | None:
    """The value of an expression; None for what has none (1 / 0, far too large)."""
    try:
        value = simpleeval.SimpleEval(functions=_FUNCTIONS).eval(text)
        return plain(float(value)) if math.isfinite(float(value)) else None
    except (simpleeval.InvalidExpression, ArithmeticError, ValueError, SyntaxError, TypeError):
        return None
