"""What is wrong with a config file, in one line: where it stands, and what was probably meant."""

import difflib
import re
from typing import Any, get_args

from pydantic import ValidationError

from edge.config.schema import Config


def explain(error: ValidationError, text: str, name: str) -> str:
    """The first mistake in `text`, the file that is called `name`, and how many more there are."""
    errors = error.errors()
    # a key that is misspelt is also one that is missing: the first tells more
    first = next((each for each in errors if each["type"] == "extra_forbidden"), errors[0])
    keys = [part for part in first["loc"] if isinstance(part, str) and "[" not in part]
    line = _line_of(text, first["loc"])
    where = f"{name}:{line}" if line else name
    dotted = ".".join(keys)
    more = f" (and {error.error_count() - 1} more)" if error.error_count() > 1 else ""
    if first["type"] == "extra_forbidden":
        near = difflib.get_close_matches(keys[-1], _valid_keys(keys[:-1]), 1, 0.4)
        hint = f"; did you mean '{near[0]}'?" if near else ""
        return f"{where}: unknown key '{dotted}'{hint}{more}"
    reason = first["msg"].removeprefix("Value error, ")
    got = "" if isinstance(first["input"], dict) else f", not {first['input']!r}"
    return f"{where}: {dotted}: {reason[0].lower()}{reason[1:]}{got}{more}"


def _valid_keys(path: list[str]) -> list[str]:
    model: Any = Config
    for key in path:
        field = model.model_fields.get(key)
        if field is None:
            return []
        model = field.annotation
        if get_args(model):  # a tuple of tables, or a table that may be absent
            model = get_args(model)[0]
    return list(model.model_fields)


def _line_of(text: str, location: tuple[int | str, ...]) -> int | None:
    """Where a key stands, or else the table that should hold it."""
    lines = _lines(text)
    ends = range(len(location), 0, -1)
    return next((lines[location[:end]] for end in ends if location[:end] in lines), None)


def _lines(text: str) -> dict[tuple[int | str, ...], int]:
    """Keys and tables → their lines. TOML's parser keeps no positions, so this looks for them."""
    found: dict[tuple[int | str, ...], int] = {}
    counts: dict[tuple[str, ...], int] = {}
    table: tuple[int | str, ...] = ()
    for number, line in enumerate(text.splitlines(), 1):
        if header := re.match(r"\s*(\[\[?)\s*([^\]]+?)\s*\]", line):
            names = _parts(header[2])
            if header[1] == "[[":
                counts = {each: n for each, n in counts.items() if each[: len(names)] != names} | {
                    names: counts.get(names, -1) + 1
                }
            table = ()
            for head in (names[:end] for end in range(1, len(names) + 1)):
                table += (head[-1], counts[head]) if head in counts else (head[-1],)
            for end in range(1, len(table) + 1):
                found.setdefault(table[:end], number)
        elif key := re.match(r"\s*([\w.\"'-]+)\s*=", line):
            found.setdefault((*table, *_parts(key[1])), number)
    return found


def _parts(dotted: str) -> tuple[str, ...]:
    return tuple(part.strip(" \"'") for part in dotted.split("."))
