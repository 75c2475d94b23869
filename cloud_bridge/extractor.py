"""The state extractor: after a turn, a small model says which words settle what.

It runs in the background, when the answer has been given. It may only point at words of the
dialogue; what they mean is read by the same code that reads the user's own, and words that nobody
said are thrown away. So nothing is invented, whatever the model writes.
"""

import asyncio
import json
import re
from collections.abc import Mapping, Sequence
from contextlib import aclosing
from dataclasses import dataclass, field

from cloud_bridge.errors import ProviderError
from cloud_bridge.ladder import Attempt, Ladder
from cloud_bridge.specialists.base import Blank
from cloud_bridge.types import Fell, Json, Message, Request, Text, TextDelta, ToolCall, ToolSpec

PATIENCE_S = 20.0
"""Nobody waits for it."""
MAX_TOKENS = 250
_SUMMARY = 240
"""Characters."""
_PROMPT = """You take notes. From the last exchange of a dialogue, note what the user settled.
For each field give the exact words of the dialogue, copied, never your own. Leave out what was
not said. Where the user corrected something, give the newest words. `summary` is one sentence on
where the conversation stands.
"""


@dataclass(frozen=True, slots=True)
class Notes:
    """What was noted: field → words that stand in the dialogue."""

    words: Mapping[str, str] = field(default_factory=dict)
    summary: str = ""


async def extract(
    ladder: Ladder, form: Sequence[Blank], exchanges: Sequence[tuple[str, str]], turn: str
) -> Notes:
    """Note what the last exchange settled; earlier ones are for reference. Never raises."""
    said = "\n".join(f"User: {said}\nAssistant: {heard}" for said, heard in exchanges)
    fields = "\n".join(f"- {each.name} ({each.kind}){_of(each)}" for each in form)
    asked = Message("user", (Text(f"Fields:\n{fields}\n\nDialogue:\n{said}"),))
    request = Request(_PROMPT, (), (asked,), MAX_TOKENS, tier="small", answer_as=_spec(form))
    attempt = Attempt(turn, request, asyncio.get_running_loop().time() + PATIENCE_S)
    pieces: list[str] = []
    answer: Mapping[str, Json] = {}
    try:
        async with aclosing(ladder.climb(attempt)) as events:
            async for event in events:
                match event:
                    case ToolCall(arguments=arguments):
                        answer = arguments
                    case TextDelta(text=text):
                        pieces.append(text)
                    case Fell():
                        pieces.clear()
                    case _:
                        pass
    except ProviderError:
        return Notes()
    return grounded(answer or _object("".join(pieces)), form, exchanges)


def grounded(
    answer: Mapping[str, Json], form: Sequence[Blank], exchanges: Sequence[tuple[str, str]]
) -> Notes:
    """Keep only words that were said, for fields that there are."""
    dialogue = _line(" ".join(f"{said} . {heard}" for said, heard in exchanges))
    names = {each.name for each in form}
    words = {
        name: value
        for name, value in answer.items()
        if name in names and isinstance(value, str) and _line(value).strip()
        and _line(value) in dialogue
    }  # fmt: skip
    summary = answer.get("summary")
    return Notes(words, summary[:_SUMMARY] if isinstance(summary, str) else "")


def _line(text: str) -> str:
    """A text for comparison: its words alone, a space around each."""
    words = re.findall(r"[^\W_]+", text.casefold())
    return f" {' '.join(words)} "


def _of(blank: Blank) -> str:
    return f": one of {', '.join(blank.values)}" if blank.values else ""


def _spec(form: Sequence[Blank]) -> ToolSpec:
    properties: dict[str, Json] = {each.name: {"type": "string"} for each in form}
    properties["summary"] = {"type": "string"}
    schema: Mapping[str, Json] = {
        "type": "object", "properties": properties, "additionalProperties": False,
    }  # fmt: skip
    return ToolSpec("note", "Note what was settled.", schema)


def _object(text: str) -> Mapping[str, Json]:
    """The JSON object in a text; empty where there is none."""
    found = re.search(r"\{.*\}", text, re.DOTALL)
    try:
        value = json.loads(found[0]) if found else {}
    except ValueError:
        return {}
    return value if isinstance(value, Mapping) else {}
