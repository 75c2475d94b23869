"""The context compiler: what a specialist is sent, within a fixed budget of tokens.

What never changes stands first (tools, prompt, names of the home), so that the provider's prompt
cache holds it; then the last few exchanges; last the user's words, with what is known so far. So
the fiftieth turn of a conversation costs no more than the fifth.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from cloud_bridge import scripts
from cloud_bridge.privacy import estimated_tokens
from cloud_bridge.specialists import ALL
from cloud_bridge.specialists.base import HAND_OVER, Specialist
from cloud_bridge.tools import Arguments, Tool, Toolbox
from cloud_bridge.turns import Role
from cloud_bridge.types import Json, Message, Text, ToolSpec

HOME_TOKENS = 320
"""For the names of the home; what does not fit can still be asked for by its room."""
TALK_TOKENS = 200
"""For the last exchanges."""
EXCHANGES = 3
KNOWN_TOKENS = 160
"""For what is known so far, facts and summary included."""
_OF_THE_DEVICE = frozenset(name for each in ALL for name in each.tools)
"""Every other tool is from outside: of an MCP server, or an HTTP API."""
_LONGEST_SIDE = 60
"""Tokens of one side of an exchange; a long answer was heard, its beginning is enough."""


@dataclass(frozen=True, slots=True)
class Known:
    """A value that the user has settled, or not quite."""

    name: str
    value: str
    said: str
    before: str = ""
    doubts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Situation:
    """What is known of a conversation."""

    topic: str = ""
    known: tuple[Known, ...] = ()
    missing: tuple[str, ...] = ()
    summary: str = ""
    facts: tuple[str, ...] = ()
    """Of long-term memory, as far as they bear upon the question."""
    facts_private: bool = True
    """They do not travel to a company."""
    exchanges: tuple[tuple[str, str], ...] = ()
    """What the user said and what they heard, oldest first."""
    home: Mapping[str, Sequence[str]] = field(default_factory=dict)
    """What there is to be named: "lists", "rooms" and "devices", the most important first."""
    now: str = ""


def role_of(specialist: Specialist, situation: Situation, tools: Toolbox) -> Role:
    """Compile what a specialist is sent, and the only tools that exist for it."""
    named = [f"{kind}: {', '.join(situation.home.get(kind, ()))}" for kind in specialist.names]
    home = _fitting(named, HOME_TOKENS)
    system = "\n".join([scripts.SYSTEM + specialist.prompt.strip(), *home])
    own = tools.only(lambda tool: _may_use(specialist, tool), _hand_over(specialist))
    known = tuple(_known(situation))
    return Role(specialist.name, system, _said(situation.exchanges), own, known, specialist.tier)


def tokens(system: str, specs: Sequence[ToolSpec], messages: Sequence[Message]) -> int:
    """What a request comes to, estimated as the privacy log does: four characters a token."""
    tools = "".join(f"{each.name}{each.description}{each.schema}" for each in specs)
    words = "".join(part.text for each in messages for part in each.parts if isinstance(part, Text))
    return estimated_tokens(f"{system}{tools}{words}")


def _may_use(specialist: Specialist, tool: Tool) -> bool:
    if tool.spec.name in _OF_THE_DEVICE:
        return tool.spec.name in specialist.tools
    return specialist.foreign == "all" or (specialist.foreign == "reading" and not tool.acts)


def _hand_over(specialist: Specialist) -> Tool:
    """The tool that gives the word away. The bridge serves it; a call that names nobody fails."""
    others = [each for each in ALL if each.name != specialist.name]
    whom = "; ".join(f"{each.name}: {each.does}" for each in others)
    schema: Mapping[str, Json] = {
        "type": "object",
        "properties": {
            "to": {"type": "string"},
        },
        "required": ["to"],
    }

    async def run(arguments: Arguments) -> Json:
        return "nobody took over: answer as well as you can"

    does = f"Give the word to whom it concerns, at once and silently. {whom}."
    return Tool(ToolSpec(HAND_OVER, does, schema), run, acts=False)


def _known(situation: Situation) -> list[Text]:
    """What goes along with the user's words: the time, the state, the facts."""
    told = [f"({situation.now})"] if situation.now else []
    state = [_value(each) for each in situation.known]
    if state:
        told.append(f"Known so far{_of(situation.topic)}: {'; '.join(state)}.")
    if situation.missing:
        told.append(f"Still missing: {', '.join(situation.missing)}.")
    if situation.summary:
        told.append(f"Earlier: {situation.summary}")
    texts = [Text("\n".join(_fitting(told, KNOWN_TOKENS)))] if told else []
    if situation.facts:
        facts = "; ".join(_fitting(situation.facts, KNOWN_TOKENS // 2))
        texts.append(
            Text(f"The user once asked you to remember: {facts}.", situation.facts_private)
        )
    return texts


def _of(topic: str) -> str:
    return f" ({topic})" if topic else ""


def _value(known: Known) -> str:
    said = f' ("{known.said}")' if known.said.casefold() != known.value.casefold() else ""
    before = f", no longer {known.before}" if known.before else ""
    doubts = f", IN DOUBT: {' or '.join(known.doubts)} was said too" if known.doubts else ""
    return f"{known.name} {known.value}{said}{before}{doubts}"


def _said(exchanges: Sequence[tuple[str, str]]) -> tuple[Message, ...]:
    """The newest exchanges that fit, each side cut to what matters."""
    kept: list[tuple[str, str]] = []
    left = TALK_TOKENS
    for said, heard in reversed(exchanges[-EXCHANGES:]):
        pair = (_cut(said), _cut(heard) or "(not heard)")
        left -= estimated_tokens(pair[0] + pair[1])
        if left < 0:
            break
        kept.append(pair)
    return tuple(
        message
        for said, heard in reversed(kept)
        for message in (Message("user", (Text(said),)), Message("assistant", (Text(heard),)))
    )


def _cut(text: str) -> str:
    most = _LONGEST_SIDE * 4
    return text if len(text) <= most else text[:most].rsplit(" ", 1)[0] + " …"


def _fitting(lines: Sequence[str], most: int) -> list[str]:
    """As many lines as fit, in their order; the one that no longer fits is cut."""
    kept: list[str] = []
    left = most * 4
    for line in lines:
        if left <= 0:
            break
        kept.append(line if len(line) <= left else line[:left].rsplit(" ", 1)[0] + " …")
        left -= len(line)
    return kept
