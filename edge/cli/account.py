"""What happened, for a person (a few words a line) or for a program (JSON lines)."""

import json
import sys
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from edge.events import Event


class Printer:
    """Prints events as they come."""

    def __init__(self, as_json: bool = False) -> None:
        self._json = as_json

    def __call__(self, event: "Event") -> None:
        """Print one event."""
        if self._json:
            from edge.control import as_json

            print(as_json(event), flush=True)
            return
        line = account(event.event, event.data)
        if line:
            print(f"{event.t:8.2f} s  {line}", flush=True)


def account(name: str, data: Mapping[str, Any]) -> str | None:
    """One event in words; None for those that a person need not see."""
    match name:
        case "wake":
            return f'wake word "{data["word"]}"'
        case "transcript" if data["phantom"]:
            return f"(not taken for speech: {data['phantom']})"
        case "transcript":
            return f'you:        "{data["text"]}"'
        case "route":
            said = _pairs(data["slots"])
            return f"decision:   {data['where']}, {data['intent'] or 'no intent'}{said}"
        case "action" if data.get("undone"):
            return f"taken back: {data['name']}"
        case "action":
            return f"done:       {data['name']}{_pairs(data['arguments'])}"
        case "speaking":
            return f'stonechat:  "{data["text"]}"'
        case "interrupted":
            return f'(stopped after: "{data["heard"]}")'
        case "error":
            return f"error:      {data['message']}"
        case "turn" if "first_audio" in data["ms"]:
            return f"            answered {data['ms']['first_audio']:.0f} ms after the last word"
        case _:
            return None


def _pairs(values: Mapping[str, Any]) -> str:
    if not values:
        return ""
    shown = (f"{key} {json.dumps(value, ensure_ascii=False)}" for key, value in values.items())
    return f" ({', '.join(shown)})"


def note(text: str) -> None:
    """Tell the user something that is no result: on stderr, so that stdout stays clean."""
    print(text, file=sys.stderr, flush=True)


def megabytes(size: int) -> str:
    """A size as people read it."""
    return f"{size / 1e6:.1f} MB"
