"""What the state of a conversation gets right: schema-guided dialogues (DSTC8), turn by turn.

The state after each of the user's turns, as the words alone give it, or a language model too.
Development looked at every other dialogue (by the hash of its id); these are the rest.
"""

import asyncio
import gzip
import json
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Literal
from zlib import crc32

from cloud_bridge.breaker import Breaker
from cloud_bridge.extractor import extract
from cloud_bridge.ladder import Ladder, Limits, Rung
from cloud_bridge.privacy import PrivacyLog, Redactor
from cloud_bridge.providers.base import Provider
from cloud_bridge.specialists import Blank
from edge.memory.state import Conversation, Field, Slot
from edge.thread import read
from edge.understanding.noted import note
from edge.understanding.text import tokens as words_of

WITH_MODEL = 60
"""Turns that a model notes: enough to see what it adds, on a slow machine too."""
NOW = datetime(2019, 3, 1, 9)
"""The schema-guided dialogues take place on this day."""
Exchanges = Sequence[tuple[str, str]]
Model = Callable[[], Provider]


def measure(folder: Path, model: Model | None) -> dict[str, Any]:
    """Of the words alone; with a `model` also of it, beside the words alone on the same turns."""
    found = asyncio.run(_slots(folder, None))
    if model is not None:
        found["with_model"] = asyncio.run(_slots(folder, model))
        found["same_turns_without"] = asyncio.run(_slots(folder, None, WITH_MODEL))
    return found


def gguf(name: str) -> Model:
    """A file, or a model that was fetched, in this process; however small: it answers nobody.

    Raises ModelError where there is neither.
    """
    from cloud_bridge.providers.llama_cpp import LlamaCpp
    from edge.models import language

    path = Path(name) if Path(name).is_file() else language.store().path(name)
    return lambda: LlamaCpp(path, plumbing=True)


def served(url: str) -> Model:
    """A model behind OpenAI's protocol."""
    from cloud_bridge.providers.openai_compatible import OpenAICompatible

    return lambda: OpenAICompatible("model", url, None, "home", "server")


_BEFORE = {"date": "on", "time": "at"}
_TIMELY: tuple[Literal["date", "time"], ...] = ("date", "time")
_CUES: Mapping[str, tuple[str, ...]] = {
    "city": ("in", "for", "city of"), "location": ("in", "to"), "pickup_city": ("in",),
    "destination_city": ("to",), "origin_city": ("from",), "destination": ("to",),
    "artist": ("by", "from"), "director": ("directed by", "by"), "actors": ("starring", "with"),
    "starring": ("starring", "with"), "alarm_name": ("called", "named"),
    "new_alarm_name": ("called", "named", "name it", "name"), "recipient_name": ("to",),
    "number_of_rooms": ("rooms", "room"), "stay_length": ("days", "day", "nights", "night"),
    "star_rating": ("stars", "star"), "passengers": ("people", "passengers", "tickets", "adults"),
    "number_of_riders": ("people", "riders", "of us"), "return_date": ("return", "returning",
    "back on", "coming back"), "dropoff_date": ("until", "till", "drop off", "return"),
    "number_checked_bags": ("bags", "bag"), "transfer_amount": ("transfer", "send", "dollars"),
    "genre": ("genre",), "album": ("album", "from the album"), "song_name": ("song", "play"),
    "movie_name": ("movie", "watch"), "title": ("movie", "called"),
}  # fmt: skip
"""What tells a field of the public schema; the device's own forms bring theirs."""


async def _slots(folder: Path, model: Model | None, most: int = 0) -> dict[str, Any]:
    """The figures of all turns, or of those to the end of the dialogue that holds the `most`th."""
    most = most if model is None else WITH_MODEL
    schema = {
        each["service_name"]: each for each in json.loads((folder / "schema_dev.json").read_text())
    }
    counts: Counter[str] = Counter()
    with TemporaryDirectory() as scratch:
        ladder = None if model is None else _ladder(model(), Path(scratch))
        for dialogue in _dialogues(folder / "dev_home_subset.jsonl.gz", held_out=True):
            await _score(dialogue, schema, counts, ladder)
            if most and counts["turns"] >= most:
                break
        if ladder is not None:
            await ladder.close()
    found, wrong, missed = counts["right"], counts["wrong"], counts["missed"]
    return {
        "n": counts["turns"],
        "joint": round(counts["joint"] / counts["turns"], 3),
        "precision": round(found / max(1, found + wrong), 3),
        "recall": round(found / max(1, found + missed), 3),
        "invented": counts["invented"],
    }


def _dialogues(file: Path, *, held_out: bool) -> Iterator[Mapping[str, Any]]:
    with gzip.open(file, "rt", encoding="utf-8") as lines:
        for line in lines:
            dialogue = json.loads(line)
            if crc32(dialogue["dialogue_id"].encode()) % 2 == held_out:
                yield dialogue


async def _score(
    dialogue: Mapping[str, Any],
    schema: Mapping[str, Any],
    counts: "Counter[str]",
    ladder: Ladder | None,
) -> None:
    states: dict[str, Conversation] = {}
    asked, spoken = "", ""
    for turn in dialogue["turns"]:
        spoken += f" {turn['utterance']}"
        if turn["speaker"] != "USER":
            asked = turn["utterance"]
            continue
        for frame in turn["frames"]:
            service, said = frame["service"], turn["utterance"]
            form = fields_of(schema[service])
            talk = states.get(service, Conversation(service, 0, 0))
            number = talk.turns + 1
            noted = note(said, form, asked, NOW)
            talk = talk.noted(noted.found, correcting=noted.correcting, turn=number)
            if ladder is not None:
                talk = await _with_notes(talk, form, [("", asked), (said, "")], ladder)
            states[service] = replace(talk, turns=number)
            _compare(states[service], frame["state"]["slot_values"], spoken, counts)


async def _with_notes(
    talk: Conversation, form: Sequence[Field], exchanges: Exchanges, ladder: Ladder
) -> Conversation:
    blanks = [Blank(each.name, each.kind, values=each.values) for each in form]
    notes = await extract(ladder, blanks, exchanges, "bench")
    turn = talk.turns + 1
    found = [one for each in form if (one := read(each, notes.words, talk, turn, NOW))]
    return talk.noted(found, correcting=True, turn=turn)


def _ladder(model: Provider, folder: Path) -> Ladder:
    """One rung, with all the time that a slow machine takes."""
    clock = asyncio.get_running_loop().time
    log = PrivacyLog(folder / "privacy.jsonl", lambda: datetime.now().astimezone())
    limits = Limits(first_word=60, ladder=60, early_stall=30, stall=30)
    return Ladder([Rung(model, Breaker(clock))], log, Redactor(()), None, limits)


def _compare(
    talk: Conversation, gold: Mapping[str, Sequence[str]], spoken: str, counts: "Counter[str]"
) -> None:
    said = " ".join(words_of(spoken))
    right = [slot for slot in talk.slots if slot.name in gold and _same(slot, gold[slot.name])]
    counts["turns"] += 1
    counts["right"] += len(right)
    counts["wrong"] += len(talk.slots) - len(right)
    counts["missed"] += len(gold) - len(right)
    counts["joint"] += len(right) == len(gold) == len(talk.slots)
    counts["invented"] += sum(" ".join(words_of(slot.said)) not in said for slot in talk.slots)


def _same(slot: Slot, gold: Sequence[str]) -> bool:
    """Whether a value is one of those that were noted by hand, in these or in other words."""
    for value in gold:
        words = words_of(value)
        if " ".join(words) in (" ".join(words_of(slot.said)), " ".join(words_of(slot.value))):
            return True
        for kind in _TIMELY:
            read = note(f"{_BEFORE[kind]} {value}", [Field(slot.name, kind)], "", NOW).found
            if read and read[0].value == slot.value:
                return True
    return False


def fields_of(service: Mapping[str, Any]) -> list[Field]:
    """A public schema as a form: what its tasks may be told, not what they answer."""
    needed = {
        name
        for intent in service["intents"]
        for name in (*intent["required_slots"], *intent["optional_slots"])
    }
    return [_field(each) for each in service["slots"] if each["name"] in needed]


def _field(slot: Mapping[str, Any]) -> Field:
    name, values = slot["name"], tuple(slot["possible_values"])
    cues = _CUES.get(name, ())
    if set(values) == {"True", "False"}:
        return Field(name, "choice", cues, ())
    if slot["is_categorical"] and not all(value.isdigit() for value in values):
        return Field(name, "choice", cues, values)
    if values or name in ("stay_length", "transfer_amount"):
        return Field(name, "number", cues or (name,))
    for kind in _TIMELY:
        if kind in name.split("_"):
            return Field(name, kind, cues)
    return Field(name, "text", cues)
