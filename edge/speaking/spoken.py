"""Written text into words that Piper says right. Pure.

Only what the phonemiser gets wrong is touched: it reads "7:05" as "seven zero five", "$4.99" as
"dollar four point nine nine", and stops after "Dr.".
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Token:
    """A written word (spaces inside are possible: "21.5 °C") and how it is said."""

    written: str
    said: str


_UNITS = {
    "km/h": "kilometer per hour",
    "mph": "mile per hour",
    "m/s": "meter per second",
    "kWh": "kilowatt hour",
    "kW": "kilowatt",
    "W": "watt",
    "km": "kilometer",
    "cm": "centimeter",
    "mm": "millimeter",
    "m²": "square meter",
    "m": "meter",
    "ft": "foot",
    "kg": "kilogram",
    "mg": "milligram",
    "g": "gram",
    "lbs": "pound",
    "lb": "pound",
    "oz": "ounce",
    "ml": "milliliter",
    "mL": "milliliter",
    "dl": "deciliter",
    "l": "liter",
    "L": "liter",
    "tsp": "teaspoon",
    "tbsp": "tablespoon",
    "hrs": "hour",
    "hr": "hour",
    "h": "hour",
    "min": "minute",
    "mins": "minute",
    "sec": "second",
    "secs": "second",
    "GB": "gigabyte",
    "MB": "megabyte",
    "hPa": "hectopascal",
}
_SHORT = {
    "dr": "doctor",
    "mr": "mister",
    "mrs": "missus",
    "ms": "miz",
    "prof": "professor",
    "st": "saint",
    "vs": "versus",
    "approx": "approximately",
    "i.e": "that is",
}
_MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip
_CURRENCIES = {
    "$": ("dollar", "dollars"),
    "€": ("euro", "euros"),
    "£": ("pound", "pounds"),
    "¥": ("yen", "yen"),
}
_FRACTIONS = {
    "1/2": "one half",
    "1/3": "one third",
    "2/3": "two thirds",
    "1/4": "one quarter",
    "3/4": "three quarters",
    "½": "a half",
    "¼": "a quarter",
    "¾": "three quarters",
}
_SIGNS = {
    "+": "plus", "-": "minus", "−": "minus", "*": "times", "<": "less than", ">": "more than",
}  # fmt: skip


def _plural(noun: str) -> str:
    head, space, tail = noun.partition(" per ")
    return ("feet" if head == "foot" else f"{head}s") + space + tail


def _counted(number: str, noun: str) -> str:
    return f"{number} {noun if number == '1' else _plural(noun)}"


def _time(match: re.Match[str]) -> str:
    hour, minute, half = match["hour"], match["minute"], match["half"]
    hour = hour.lstrip("0") or ("12" if half else "0")
    if minute == "00":
        said = hour if half else f"{hour} o'clock" if int(hour) <= 12 else f"{hour} hundred"
    else:
        said = f"{hour} oh {minute[1]}" if minute[0] == "0" else f"{hour} {minute}"
    return f"{said} {half[0].lower()}.m." if half else said


def _date(match: re.Match[str]) -> str:
    month = int(match["month"])
    if not 1 <= month <= 12:
        return match[0]
    return f"{_MONTHS[month - 1]} {int(match['day'])} {match['year']}"


def _money(match: re.Match[str]) -> str:
    sign = match["sign"] or match["sign_after"]
    whole, cents, scale = match["whole"] or match["whole_after"], match["cents"], match["scale"]
    one, many = _CURRENCIES[sign]
    if scale:
        decimals = f".{cents}" if cents else ""
        return f"{whole}{decimals} {scale} {many}"
    said = f"{whole} {one if whole == '1' else many}"
    return f"{said} {int(cents)}" if cents and int(cents) else said


def _temperature(match: re.Match[str]) -> str:
    degrees = _counted(match["degrees"].lstrip("-−"), "degree")
    minus = "minus " if match["degrees"][0] in "-−" else ""
    return f"{minus}{degrees} {'Celsius' if match['scale_cf'] == 'C' else 'Fahrenheit'}"


def _year(match: re.Match[str]) -> str:
    rest = match["decade"]
    if rest == "00":
        return f"{match['century']} hundred"
    return f"{match['century']} {'oh ' + rest[1] if rest[0] == '0' else rest}"


def _month(match: re.Match[str]) -> str:
    return next(name for name in _MONTHS if name.startswith(match["short_month"][:3]))


_NUMBER = r"\d[\d,]*(?:\.\d+)?"
_UNIT_NAMES = "|".join(re.escape(unit) for unit in sorted(_UNITS, key=len, reverse=True))
_RULES: tuple[tuple[str, str, Callable[[re.Match[str]], str]], ...] = (
    ("url", r"https?://(?:www\.)?(?P<host>[^\s/]+)[^\s]*(?<![.,!?)])", lambda m: m["host"]),
    ("date", r"\b(?P<year>\d{4})-(?P<month>\d\d)-(?P<day>\d\d)\b", _date),
    (
        "time",
        r"\b(?P<hour>[01]?\d|2[0-3]):(?P<minute>[0-5]\d)\b(?!:)(?:\s?(?P<half>[ap]\.?m\b\.?|[AP]M\b))?",
        _time,
    ),
    (
        "money",
        rf"(?:(?P<sign>[$€£¥])(?P<whole>\d[\d,]*)(?:\.(?P<cents>\d\d?))?"
        rf"(?:\s(?P<scale>thousand|million|billion|trillion)\b)?"
        rf"|\b(?P<whole_after>{_NUMBER})\s?(?P<sign_after>[€£]))",
        _money,
    ),
    ("temperature", r"(?<!\d)(?P<degrees>[-−]?\d+(?:\.\d+)?)\s?°\s?(?P<scale_cf>[CF])\b",
     _temperature),
    ("mixed", r"\b(?P<ones>\d+)\s?(?P<part>[½¼¾]|\s[123]/[234]\b)",
     lambda m: f"{m['ones']} and {_FRACTIONS[m['part'].strip()]}"),
    ("fraction", r"(?<![\d/])(?P<part_only>1/2|1/3|2/3|1/4|3/4|[½¼¾])(?![\d/])",
     lambda m: _FRACTIONS[m["part_only"]]),
    ("unit", rf"\b(?P<count>{_NUMBER})\s?(?P<unit_name>{_UNIT_NAMES})(?![\w/²])",
     lambda m: _counted(m["count"], _UNITS[m["unit_name"]])),
    ("range", r"(?<![\d-])(?P<low>\d{1,3}(?:\.\d+)?)\s?[-–](?P<high>\d{1,3}(?:\.\d+)?)(?![\d-])",
     lambda m: f"{m['low']} to {m['high']}"),
    ("sum", r"(?<=\d)\s(?P<operator>[-−*])\s(?=\d)", lambda m: f" {_SIGNS[m['operator']]} "),
    ("compare", r"(?P<comparison>[<>])(?=\s?\d)", lambda m: _SIGNS[m["comparison"]]),
    ("negative", r"(?<![\w-])[-−](?=\d)", lambda m: "minus "),
    ("about", r"[~≈]\s?(?=\d)", lambda m: "about "),
    ("ordinal_sign", r"(?:#|\b[Nn]o\.\s)(?=\d)", lambda m: "number "),
    ("year_name", r"(?<![\d.,$€£-])\b(?P<century>1[1-9])(?P<decade>\d\d)\b(?![.,]?\d|\s?%)",
     _year),
    ("month_name", r"\b(?P<short_month>Jan|Feb|Mar|Apr|Aug|Sept?|Oct|Nov|Dec)\.(?=\s\d)", _month),
    ("short", r"\b(?P<short_form>Dr|Mr|Mrs|Ms|Prof|St|vs|approx|i\.e)\.",
     lambda m: _SHORT[m["short_form"].lower()]),
    ("slash", r"(?<=\w)/(?=\w)", lambda m: " "),
    ("brackets", r"[\[\]{}_^\\|]+", lambda m: " "),
)  # fmt: skip
_ANY = re.compile("|".join(f"(?P<{name}>{pattern})" for name, pattern, _ in _RULES))
_SAY = {name: say for name, _, say in _RULES}
_RUN = re.compile(r"\s+|\S+")


def tokens(text: str) -> tuple[Token, ...]:
    """Cut a sentence into written words and what is said for each."""
    found: list[Token] = []
    written = said = ""
    for piece, spoken in (*_pieces(text), (" ", " ")):
        if not piece.isspace():
            written += piece
            said += spoken
        elif written:
            found.append(Token(written.strip(), " ".join(said.split())))
            written = said = ""
    return tuple(token for token in found if token.said)


def _pieces(text: str) -> Iterator[tuple[str, str]]:
    """The text as runs of blanks, runs of plain letters, and what a rule has changed."""
    position = 0
    for match in _ANY.finditer(text):
        yield from ((run, run) for run in _RUN.findall(text[position : match.start()]))
        yield match[0], _SAY[str(match.lastgroup)](match)
        position = match.end()
    yield from ((run, run) for run in _RUN.findall(text[position:]))
