"""Training sentences from the templates in text/: seeded, so that the same text comes out again.

Templates are written like hassil's: (this|that), [maybe], {entity}. Amounts and times are made
here, in words and in digits, the way people say them and the way the recogniser writes them.
"""

import random
import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import TypeAlias

from edge.errors import UnderstandingError
from edge.understanding.spoken import MADE, Rng
from edge.understanding.text import tokens
from edge.understanding.wordset import word_set
from edge.vocabulary import Device, Kind, Vocabulary

OTHER = "other"
"""The label of everything that is no command for the device."""


@dataclass(frozen=True, slots=True)
class Example:
    """A sentence and the intent that it was written for."""

    text: str
    intent: str


# ── templates ────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Choice:
    """One of several sequences is said."""

    options: tuple["Sequence_", ...]


@dataclass(frozen=True, slots=True)
class Slot:
    """An entity stands here."""

    name: str


Sequence_: TypeAlias = "tuple[str | Choice | Slot, ...]"

_PART = re.compile(r"\{(\w+)\}|([()\[\]|])|([^{}()\[\]|]+)")


def parse(template: str) -> Sequence_:
    """A template as a tree; UnderstandingError names a template whose brackets do not match."""
    parts = [match.group() for match in _PART.finditer(template)]
    options, end = _options(parts, 0)
    if end != len(parts) or len(options) != 1:
        raise UnderstandingError(f"template with unmatched brackets: {template!r}")
    return options[0]


def _options(parts: Sequence[str], at: int) -> tuple[tuple[Sequence_, ...], int]:
    options: list[Sequence_] = []
    current: list[str | Choice | Slot] = []
    while at < len(parts) and parts[at] not in (")", "]"):
        part = parts[at]
        if part in ("(", "["):
            inner, at = _options(parts, at + 1)
            current.append(Choice(inner if part == "(" else ((), *inner)))
        elif part == "|":
            options.append(tuple(current))
            current = []
        else:
            current.append(Slot(part[1:-1]) if part.startswith("{") else part)
        at += 1
    return (*options, tuple(current)), at


_ONE_OF = {
    "device": ("light", "light", "switch", "fan", "media_player", "thermostat"),
    "music": ("artist", "song", "genre", "mood", "station", "show"),
    "items": ("item",), "tasks": ("task",),
}  # fmt: skip


# ── expansion ────────────────────────────────────────────────────────────────────────────────


class Expander:
    """Writes sentences from templates, entities and a random generator."""

    def __init__(self, entities: Mapping[str, Sequence[str]], rng: Rng) -> None:
        self._entities = entities
        self._rng = rng

    def sentence(self, tree: Sequence_) -> str:
        """One sentence of a template."""
        return " ".join(" ".join(self._say(part) for part in tree).split())

    def _say(self, part: str | Choice | Slot) -> str:
        match part:
            case Choice(options):
                return self.sentence(self._rng.choice(options))
            case Slot(name):
                return self._entity(name)
            case _:
                return part

    def _entity(self, name: str) -> str:
        made = MADE.get(name)
        if made is not None:
            return made(self._rng)
        if name in _ONE_OF:
            name = self._rng.choice(_ONE_OF[name])
            more = name in ("item", "task") and self._rng.random() < 0.25
            return self._entity(name) + (f" and {self._entity(name)}" if more else "")
        values = self._entities.get(name)
        if values is None:
            raise UnderstandingError(f"no such entity: {{{name}}}")
        return self._rng.choice(values)

    def sentences(self, template: str, wanted: int) -> list[str]:
        """Up to `wanted` different sentences of a template."""
        tree = parse(template)
        found = dict.fromkeys(self.sentence(tree) for _ in range(3 * wanted))
        return list(found)[:wanted]


_OPENERS = ("please", "could you", "can you", "would you", "um", "uh", "hey", "okay", "alexa,",
            "i want you to", "can you please", "could you please", "so",
            "go ahead and")  # fmt: skip
_CLOSERS = ("please", "now", "thanks", "for me", "right now", "if you can")


def _dressed(text: str, rng: Rng) -> str:
    """A sentence with politeness or a filler, as people add them."""
    pick = rng.random()
    if pick < 0.12:
        return f"{rng.choice(_OPENERS)} {text}"
    if pick < 0.2:
        return f"{text} {rng.choice(_CLOSERS)}"
    if pick < 0.24:
        words = text.split()
        words.insert(rng.randrange(len(words)), rng.choice(("um", "uh", "like", "er")))
        return " ".join(words)
    return text


_CONFUSED = {
    "lights": ("light", "lites"), "light": ("lights", "lite", "like"), "off": ("of", "off"),
    "turn": ("torn", "turned", "tern"), "timer": ("time", "time or", "dimer", "timer"),
    "set": ("said", "sat", "sets"), "add": ("at", "and", "had"), "lamp": ("lam", "lump", "land"),
    "the": ("a", "", "de"), "play": ("plays", "lay", "played"), "alarm": ("alarms", "a lamb"),
    "volume": ("volumes", "the volume"), "to": ("two", "too"), "for": ("four",), "on": ("in", "an"),
    "list": ("lists", "least"), "pause": ("paws", "pose", "pass"), "stop": ("stopped", "top"),
    "close": ("clothes", "closed"), "open": ("opened",), "blinds": ("blind", "blinks"),
    "dim": ("them", "deem"), "lock": ("look", "log"), "fan": ("fun", "van"), "mute": ("moot",),
    "resume": ("resumed", "presume"), "next": ("necks",), "skip": ("skipped", "keep"),
    "remind": ("remined", "reminds"), "wake": ("way", "wakes"), "bedroom": ("bed room",),
    "kitchen": ("kitchens",), "cancel": ("council", "cancels"), "shopping": ("chopping",),
}  # fmt: skip


@cache
def confusions() -> Mapping[str, Sequence[str]]:
    """What words are taken for: those above, and what the recogniser really wrote."""
    heard = tomllib.loads((folder() / _CONFUSIONS).read_text(encoding="utf-8"))
    both = {word: [*_CONFUSED.get(word, ()), *heard.get(word, ())] for word in (*_CONFUSED, *heard)}
    return both


_CONFUSIONS = "confusions.toml"
_SMALL_WORDS = word_set("a an the for to of my in at me some by from is")


def misheard(text: str, rng: Rng) -> str:
    """The sentence as a recogniser may write it: a confused, lost or misspelt word."""
    words = text.split()
    confused = confusions()
    runs = [(i, j) for i in range(len(words)) for j in range(i + 1, min(i + 4, len(words) + 1))
            if " ".join(words[i:j]) in confused]  # fmt: skip
    if runs and rng.random() < 0.7:
        i, j = rng.choice(runs)
        words[i:j] = [rng.choice(confused[" ".join(words[i:j])])]
    elif len(words) > 3 and rng.random() < 0.4:
        small = [i for i, word in enumerate(words) if word in _SMALL_WORDS]
        if small:
            del words[rng.choice(small)]
    else:
        i = rng.randrange(len(words))
        if len(words[i]) > 3:
            at = rng.randrange(1, len(words[i]) - 1)
            words[i] = words[i][:at] + words[i][at + 1 :]
    return " ".join(" ".join(words).split())


_ENTITIES = "entities"
"""The table of a user's file that holds words for its own {slots}."""


def read_toml(path: Path) -> dict[str, dict[str, list[str]]]:
    """Templates of a file, by intent; UnderstandingError says what is wrong with it."""
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise UnderstandingError(f"{path}: {error}") from None
    for name, table in data.items():
        if name == _ENTITIES:
            continue
        if not isinstance(table, dict) or not isinstance(table.get("templates"), list):
            raise UnderstandingError(f'{path}: [{name}] needs templates = ["...", ...]')
    return data


def folder() -> Path:
    """Where the project's own templates lie."""
    return Path(str(files("edge.understanding"))) / "text"


def entities() -> dict[str, list[str]]:
    """The words that fill the templates."""
    return tomllib.loads((folder() / "entities.toml").read_text(encoding="utf-8"))


def templates(extra: Path | None = None, only: bool = False) -> Iterator[tuple[str, str]]:
    """(intent, template) of the project's own text, then of a user's file; or `only` of that."""
    apart = ("entities.toml", _CONFUSIONS)
    own = sorted(file for file in folder().glob("*.toml") if file.name not in apart)
    own = [] if only else own
    for file in (*own, *([extra] if extra else [])):
        for intent, table in read_toml(file).items():
            if intent == _ENTITIES:
                continue
            for template in table["templates"]:
                yield intent, template


def build(
    seed: int = 7, each: int = 14, extra: Path | None = None, only: bool = False
) -> list[Example]:
    """The training text: up to `each` sentences a template, some dressed, some misheard."""
    rng = random.Random(seed)
    own = read_toml(extra).get(_ENTITIES, {}) if extra else {}
    expander = Expander({**entities(), **own}, rng)
    found: dict[Example, None] = {}
    held = check_sentences()
    for intent, template in templates(extra, only):
        sentences = expander.sentences(template, each)
        for sentence in sentences * (1 if len(sentences) > 2 else 3):
            found[Example(_dressed(sentence, rng), intent)] = None
            if rng.random() < 0.22 and intent != OTHER:
                found[Example(misheard(sentence, rng), intent)] = None
    return [example for example in found if example.text.lower() not in held]


_KINDS: dict[str, Kind] = {"light": "light", "switch": "switch", "cover": "cover", "lock": "lock",
                           "media_player": "media", "fan": "fan", "thermostat": "thermostat",
                           "scene": "scene", "sensor": "sensor"}  # fmt: skip


def vocabulary() -> Vocabulary:
    """A home for masking the training text; every second name stays, as unknown names do."""
    words = entities()
    devices = [
        Device(f"{kind}.{i}", name, kind)
        for entity, kind in _KINDS.items()
        for i, name in enumerate(words[entity])
        if " " in name and i % 2 == 0
    ]
    return Vocabulary(areas=tuple(words["area"][:24]), devices=tuple(devices),
                      lists=("shopping", "to-do", *words["list"][9:15]))  # fmt: skip


def check_set() -> list[tuple[str, str]]:
    """(sentence, intent) of the shipped check set, which is never trained on."""
    table = tomllib.loads((folder().parent / "check.toml").read_text(encoding="utf-8"))
    return [(text, intent) for intent, texts in table.items() for text in texts]


def check_sentences() -> frozenset[str]:
    """The sentences of the check set in lower case."""
    return frozenset(text.lower() for text, _ in check_set())


def literals(template: str) -> set[str]:
    """The words of a template that are no entity, in the form the classifier sees."""
    text = re.sub(r"\{\w+\}|[()\[\]|]", " ", template)
    return {word for word in tokens(text) if word.isalpha()}


def things() -> frozenset[str]:
    """Words that devices and rooms are called by, wherever they are."""
    words = entities()
    names = [name for entity in (*_KINDS, "area") if entity != "scene" for name in words[entity]]
    return frozenset(word for name in names for word in name.split())
