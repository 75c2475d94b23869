"""What a conversation costs as it grows, what of it is understood, and who gets the word.

`tokens_per_turn`: chains of public dialogues to fifty turns, the request of each turn as the
context compiler makes it; beside it one agent with every tool and the whole history. Both are
counted by length, four characters a token. `slot_accuracy`: schema-guided dialogues (DSTC8), the
state after each of the user's turns; `routing`: first sentences, see `edge.bench.routing`.
Development looked at every other dialogue (by the hash of its id); these are the rest.
"""

import asyncio
import json
import statistics
import zipfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from cloud_bridge import scripts
from cloud_bridge.context import Known, Situation, role_of, tokens
from cloud_bridge.orchestrator import pick
from cloud_bridge.specialists import BY_NAME
from cloud_bridge.tools import Toolbox, tool
from cloud_bridge.turns import Turn, opened
from cloud_bridge.types import Message, Text
from edge.bench import extraction, routing, slots
from edge.cloud.situation import home_in_words
from edge.cloud.tasks import form_of, topic_of
from edge.config.schema import HomeConfig
from edge.errors import UsageError
from edge.home import MemoryHome
from edge.memory.state import Conversation
from edge.skills.offered import OFFERS
from edge.understanding.noted import note

TURNS = 50
CONVERSATIONS = 20
Note = Callable[[str], None]
Exchanges = Sequence[tuple[str, str]]
Home = Mapping[str, Sequence[str]]


def measure(corpus: Path, tell: Note, model: slots.Model | None = None) -> dict[str, Any]:
    """All of it; `corpus` has the folders `dialog` and `text`. Raises UsageError without them.

    `model`: what notes slots as well.
    """
    if not (corpus / "dialog").is_dir():
        raise UsageError(f"{corpus}: no folder 'dialog' of public dialogues in it")
    tell("tokens of fifty turns …")
    ours, alike, naive = _costs(list(_chains(corpus / "dialog/multiwoz/val.json.zip")))
    tell("slots …")
    noted = slots.measure(corpus / "dialog/sgd", model)
    tell("answers while notes are taken …")
    beside = asyncio.run(extraction.measure())
    tell("routing …")
    return {
        "tokens_per_turn": ours,
        "tokens_per_turn_naive": naive,
        "tokens_per_turn_same_prompt": alike,
        "share_by_turn_15": round(ours[14] / naive[14], 3),
        "share_by_turn_50": round(ours[-1] / naive[-1], 3),
        "slot_accuracy": noted,
        "extraction": beside,
        "routing": routing.measure(corpus / "text"),
    }


# ── tokens ───────────────────────────────────────────────────────────────────────────────────


def _chains(file: Path) -> Iterator[list[tuple[str, str]]]:
    """Conversations of fifty turns: dialogues one after the other, as people wrote them."""
    with zipfile.ZipFile(file) as archive:
        dialogues = json.loads(archive.read(archive.namelist()[0]))
    chain: list[tuple[str, str]] = []
    for _, dialogue in sorted(dialogues.items()):
        said = [turn["text"] for turn in dialogue["log"]]
        chain += zip(said[::2], said[1::2], strict=False)
        if len(chain) >= TURNS:
            yield chain[:TURNS]
            chain = []


def _costs(chains: Sequence[Exchanges]) -> tuple[list[int], list[int], list[int]]:
    """Mean tokens of each turn: ours, the same prompt with the whole history, and one agent."""
    box = Toolbox(tuple(tool(each.function, acts=each.acts) for each in OFFERS))
    home = home_in_words(MemoryHome(HomeConfig()).vocabulary())
    rows = [list(_cost(chain, box, home)) for chain in chains[:CONVERSATIONS]]
    turns = [zip(*turn, strict=True) for turn in zip(*rows, strict=True)]
    means = [[round(statistics.mean(kind)) for kind in turn] for turn in turns]
    ours, alike, naive = (list(kind) for kind in zip(*means, strict=True))
    return ours, alike, naive


def _cost(chain: Exchanges, box: Toolbox, home: Home) -> Iterator[tuple[int, int, int]]:
    talk = Conversation("bench", 0, 0)
    for number, (said, heard) in enumerate(chain):
        picked = pick(said, "", talk.specialist, talk.waiting)
        name = picked.specialist.name
        form = form_of(name)
        asked = talk.recent[-1].heard if talk.recent else ""
        noted = note(said, form, asked, slots.NOW)
        talk = talk.noted(noted.found, correcting=noted.correcting, turn=talk.turns + 1)
        topic = topic_of(name, said) or talk.topic
        talk = replace(talk, specialist=name, waiting=picked.waiting, topic=topic)
        role = role_of(BY_NAME[name], _situation(talk, talk.missing(form), home), box)
        sent = opened(role, Turn(said, role))
        history = [*_messages(chain[:number]), sent[-1]]
        everything = f"{scripts.SYSTEM}{home}"
        yield (
            tokens(role.system, role.tools.specs, sent),
            tokens(role.system, role.tools.specs, history),
            tokens(everything, box.specs, [*_messages(chain[:number]), _user(said)]),
        )
        talk = talk.heard(said, heard, 0)


def _situation(talk: Conversation, missing: tuple[str, ...], home: Home) -> Situation:
    known = tuple(
        Known(slot.name, slot.value, slot.said, slot.before[-1] if slot.before else "", slot.doubts)
        for slot in talk.slots
    )
    exchanges = tuple((each.said, each.heard) for each in talk.recent)
    now = f"{slots.NOW:%A, %-d %B %Y, %H:%M}"
    return Situation(talk.topic, known, missing, exchanges=exchanges, home=home, now=now)


def _messages(exchanges: Exchanges) -> list[Message]:
    return [
        message
        for said, heard in exchanges
        for message in (_user(said), Message("assistant", (Text(heard),)))
    ]


def _user(said: str) -> Message:
    return Message("user", (Text(said),))
