"""Numbers as they are said or written: "twenty five", "2.5", "a couple", "one and a half".

Every reader takes the words and a position and gives (value, position after), or None.
"""

from collections.abc import Sequence

UNITS = {
    word: value
    for value, word in enumerate(
        [
            "zero",
            "one",
            "two",
            "three",
            "four",
            "five",
            "six",
            "seven",
            "eight",
            "nine",
            "ten",
            "eleven",
            "twelve",
            "thirteen",
            "fourteen",
            "fifteen",
            "sixteen",
            "seventeen",
            "eighteen",
            "nineteen",
        ]
    )
}
TENS = {
    word: 10 * value
    for value, word in enumerate(
        ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"], start=2
    )
}
TENS["fourty"] = 40
_SCALES = {"hundred": 100, "thousand": 1000, "million": 10**6, "billion": 10**9}
_FRACTIONS = {"half": 0.5, "third": 1 / 3, "thirds": 1 / 3, "quarter": 0.25, "quarters": 0.25,
              "fourth": 0.25, "fourths": 0.25, "fifth": 0.2, "fifths": 0.2}  # fmt: skip
_ORDINALS = {
    word: value
    for value, word in enumerate(
        [
            "first",
            "second",
            "third",
            "fourth",
            "fifth",
            "sixth",
            "seventh",
            "eighth",
            "ninth",
            "tenth",
            "eleventh",
            "twelfth",
            "thirteenth",
            "fourteenth",
            "fifteenth",
            "sixteenth",
            "seventeenth",
            "eighteenth",
            "nineteenth",
        ],
        start=1,
    )
} | {"twentieth": 20, "thirtieth": 30}

Read = tuple[float, int]


def _at(words: Sequence[str], i: int) -> str:
    return words[i] if 0 <= i < len(words) else ""


def _digits(word: str) -> float | None:
    if not word or not (word[0].isdigit() or word[0] == "."):
        return None
    try:
        return float(word)
    except ValueError:
        return None


def below_hundred(words: Sequence[str], i: int) -> Read | None:
    """ "seven", "seventeen", "twenty", "twenty seven" as one number."""
    word = _at(words, i)
    if word in UNITS:
        return UNITS[word], i + 1
    if word in TENS:
        unit = UNITS.get(_at(words, i + 1), 0)
        return (TENS[word] + unit, i + 2) if 0 < unit < 10 else (TENS[word], i + 1)
    return None


def _whole(words: Sequence[str], i: int) -> Read | None:
    """A number in words without fractions: "two thousand three hundred and five"."""
    first = below_hundred(words, i)
    if first is None and _at(words, i) == "a" and _at(words, i + 1) in _SCALES:
        first = 1, i + 1
    if first is None:
        return None
    total, current, i = 0.0, first[0], first[1]
    while True:
        scale = _SCALES.get(_at(words, i))
        if scale is None:
            return total + current, i
        current, i = current * scale, i + 1
        if scale > 100:
            total, current = total + current, 0.0
        j = i + 1 if _at(words, i) == "and" else i
        more = below_hundred(words, j)
        if more is not None and (_at(words, j) != "a"):
            current, i = current + more[0], more[1]


def _decimals(words: Sequence[str], i: int, value: float) -> Read | None:
    """The rest of "two point five", from the word "point"."""
    if _at(words, i) != "point":
        return None
    digits = ""
    j = i + 1
    while (read := below_hundred(words, j)) is not None or _at(words, j).isdigit():
        digits += _at(words, j) if read is None else str(int(read[0]))
        j = j + 1 if read is None else read[1]
    return (float(f"{int(value)}.{digits}"), j) if digits else None


def cardinal(words: Sequence[str], i: int) -> Read | None:
    """A whole or decimal number: "5", "2.5", "twenty five", "two point five", "a hundred"."""
    value = _digits(_at(words, i))
    if value is not None:
        scale = _SCALES.get(_at(words, i + 1))
        read: Read | None = (value * scale, i + 2) if scale else (value, i + 1)
    else:
        read = _whole(words, i)
    if read is None:
        return None
    return _decimals(words, read[1], read[0]) or read


def _fraction(words: Sequence[str], i: int) -> Read | None:
    """ "half", "a quarter", "two thirds", "three quarters"; not "a second"."""
    j = i + 1 if _at(words, i) in ("a", "one") else i
    if _at(words, j) in ("half", "quarter") or (j > i and _at(words, j) in _FRACTIONS):
        return _FRACTIONS[_at(words, j)], j + 1
    read = below_hundred(words, i)
    after = _at(words, read[1]) if read else ""
    if read and after in _FRACTIONS and (after.endswith("s") or (after == "quarter" and i)):
        return read[0] * _FRACTIONS[_at(words, read[1])], read[1] + 1
    return None


def number(words: Sequence[str], i: int) -> Read | None:
    """Any amount: also "a couple of", "a dozen", "half a dozen", "2 1/2", "two and a half"."""
    word = _at(words, i)
    j = i + 1 if word == "a" else i
    if _at(words, j) in ("couple", "dozen"):
        value = 2.0 if _at(words, j) == "couple" else 12.0
        return value, j + 2 if _at(words, j + 1) == "of" else j + 1
    if tuple(words[i : i + 3]) == ("half", "a", "dozen"):
        return 6.0, i + 3
    fraction = _fraction(words, i)
    if fraction is not None:
        return fraction
    read = cardinal(words, i)
    if read is None:
        return None
    return _and_fraction(words, read)


def _and_fraction(words: Sequence[str], read: Read) -> Read:
    value, i = read
    if _at(words, i) == "and" and _at(words, i + 1) in ("a", "one", "three", "half"):
        more = _fraction(words, i + 1)
        if more is not None:
            return value + more[0], more[1]
    if _at(words, i) == "/" and (below := _digits(_at(words, i + 1))):
        return value / below, i + 2
    over = _digits(_at(words, i))
    if over and _at(words, i + 1) == "/" and (below := _digits(_at(words, i + 2))):
        return value + over / below, i + 3
    return read


def ordinal(words: Sequence[str], i: int) -> tuple[int, int] | None:
    """ "third", "3rd", "twenty fifth"."""
    word = _at(words, i)
    if word[:1].isdigit() and word[-2:] in ("st", "nd", "rd", "th"):
        return int(word[:-2]), i + 1
    if word in _ORDINALS:
        return _ORDINALS[word], i + 1
    unit = _ORDINALS.get(_at(words, i + 1), 0)
    if word in TENS and 0 < unit < 10:
        return TENS[word] + unit, i + 2
    return None


def plain(value: float) -> int | float:
    """An int where the value is whole: 5, not 5.0."""
    return int(value) if float(value).is_integer() else round(value, 6)
