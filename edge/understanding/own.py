"""Own intents: a person's domain, described in a TOML file, as part of the device.

The format is told in docs/own-intents.md. Tables bear an intent's name and hold templates, with a
reply and a device's command if wanted; `[entities]` holds the values of the slots.
"""

import math
import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import Any

import tomlkit

from edge.errors import UnderstandingError
from edge.events import Completeness, Intent, Local, Route
from edge.understanding import corpus, own_home
from edge.understanding.corpus import Choice, Sequence_, Slot
from edge.understanding.misheard import Misheard
from edge.understanding.model import IntentModel
from edge.understanding.names import KIND_WORDS, ROOMS
from edge.understanding.own_graph import Graph, Saying, Values, ordered, sounds
from edge.understanding.router import BEGINNERS, COMMANDING, Router
from edge.understanding.text import core, tokens
from edge.vocabulary import Candidate, OwnIntent, Vocabulary

_ENTITIES = "entities"
_KEYS = frozenset({"templates", "reply", "device", "command"})
_NAME = re.compile(r"[a-z][a-z0-9_]*\.[a-z][a-z0-9_]*")
_MOST_VALUES = 2000
_RESERVED = frozenset({"memory", "other", "person", "talk"})
_NEAR = 0.5
"""Edits for each sound of a text beyond which a command is no candidate for it."""
_GRAVE = frozenset(
    [
        *("home.unlock", "home.open", "timer.cancel", "alarm.cancel", "reminder.cancel"),
        *("list.remove", "list.clear", "reminder.set", "media.play"),
    ]
)
"""What is not made of a sentence by putting a word right: it opens a door, loses something, or
takes any words."""
_DOUBTFUL = 3
"""So many words that explain nothing are no mistake: it is another sentence."""
_PUT_RIGHT = 14
"""Words of a sentence in which a word is put right, at most."""
_SHORTLIST, _CANDIDATES = 14, 8
"""Sentences that are looked for, and meanings of theirs that are given."""
_POLITE = re.compile(
    r"^((um+|uh+|er|hey|hi|hello|okay|so|well|please|alexa)[\s,.]+)+"
    r"|([\s,]+(please|thanks|thank you|for me|now))+[\s.!?]*$",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class OwnIntents:
    """A file of own intents, ready to be asked."""

    intents: Mapping[str, OwnIntent]
    values: Values
    graph: Graph
    phrases: Mapping[str, tuple[str, ...]]
    """More templates for intents that the device has anyway; they only train the classifier."""

    @classmethod
    def load(cls, file: Path) -> "OwnIntents":
        """Read a file; none is no intents. Raises UnderstandingError with what is wrong."""
        try:
            data = tomllib.loads(file.read_text(encoding="utf-8"))
        except FileNotFoundError:
            data = {}
        except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
            raise UnderstandingError(f"{file}: {error}") from None
        try:
            return cls.of(data)
        except UnderstandingError as error:
            raise UnderstandingError(f"{file}: {error}") from None

    @classmethod
    def of(cls, data: Mapping[str, Any]) -> "OwnIntents":
        """The intents of a file's tables. Raises UnderstandingError."""
        known = {intent for intent, _ in corpus.templates()}
        values = dict(_values(data.get(_ENTITIES, {})))
        tables = {name: _intent(name, table) for name, table in data.items() if name != _ENTITIES}
        intents = {name: intent for name, intent in tables.items() if name not in known}
        taken = {name.partition(".")[0] for name in known} | _RESERVED
        for name in intents:
            if name.partition(".")[0] in taken:
                raise UnderstandingError(
                    f"[{name}]: '{name.partition('.')[0]}.' is the device's own"
                )
        sentences = {name: intent.templates for name, intent in intents.items()}
        phrases = {name: tables[name].templates for name in tables if name in known}
        return cls(intents, values, Graph(sentences, values), phrases)

    def read(self, text: str) -> Saying | None:
        """What a sentence says, politeness aside, if it is one of theirs to the word."""
        return self.graph.read(text) or self.graph.read(_POLITE.sub("", text))

    def spotted(self, name: str, text: str) -> dict[str, str]:
        """The values of an intent's slots that are named in a sentence, the longest first."""
        wanted = {slot for template in self.intents[name].templates for slot in _slots(template)}
        ways = sorted(
            (
                (sounds(way), slot, value)
                for slot in wanted
                for value, said in self.values[slot].items()
                for way in said
            ),
            key=lambda way: -len(way[0]),
        )
        heard, found = list(sounds(text)), dict[str, str]()
        for way, slot, value in ways:
            at = next((i for i in range(len(heard)) if tuple(heard[i : i + len(way)]) == way), None)
            if at is not None and slot not in found:
                found[slot] = value
                heard[at : at + len(way)] = [""]
        return found

    def training(self) -> str:
        """The same as TOML for the classifier's training."""
        entities = {
            slot: [way for said in v.values() for way in said] for slot, v in self.values.items()
        }
        own = {name: intent.templates for name, intent in self.intents.items()}
        tables = {
            name: {"templates": [ordered(template) for template in templates]}
            for name, templates in {**own, **self.phrases}.items()
        }
        return tomlkit.dumps({**tables, _ENTITIES: entities})


class OwnRouter(Router):
    """The router of a device that has learned intents of its owner's."""

    def __init__(
        self,
        model: IntentModel,
        vocabulary: Vocabulary,
        threshold: float | None = None,
        own: OwnIntents | None = None,
    ) -> None:
        super().__init__(model, vocabulary, threshold)
        self.own = own or OwnIntents.of({})

    @cached_property
    def _told(self) -> Graph:
        """What this home can be told. Made when it is first needed: a typed turn never does."""
        return Graph(own_home.commands(), own_home.values(self.vocabulary))

    def propose(self, text: str, now: datetime) -> tuple[Candidate, ...]:
        """Commands of this device that sound like a text, each meaning once, the nearest first."""
        graphs = (self._told, self.own.graph) if self.own.intents else (self._told,)
        found = [saying for graph in graphs for saying in graph.nearest(text, _SHORTLIST, _NEAR)]
        meant: dict[str, Candidate] = {}
        for saying in sorted(found, key=lambda saying: saying.distance):
            self._add(meant, Candidate(saying.text, saying.distance), now)
        for words, distance in self._put_right(text, now):
            self._add(meant, Candidate(" ".join(words), distance), now, _GRAVE)
        return tuple(sorted(meant.values(), key=lambda each: each.distance))[:_CANDIDATES]

    def _add(
        self, meant: dict[str, Candidate], candidate: Candidate, now: datetime,
        never: frozenset[str] = frozenset(),
    ) -> None:  # fmt: skip
        """Add what is a clear command, each meaning once."""
        route = self.route(candidate.text, now)
        if not isinstance(route, Local) or any(each.name in never for each in route.intents):
            return
        if self.clear(route):
            meaning = repr([(each.name, each.slots) for each in route.intents])
            meant.setdefault(meaning, candidate)

    def _put_right(self, text: str, now: datetime) -> Iterator[tuple[list[str], float]]:
        """The sentence with a word put right that explains nothing, or that it begins with."""
        words = [word for word in core(tokens(text)) if word != ","]
        if not 1 < len(words) <= _PUT_RIGHT:
            return
        loose = set(self.decide(words, now).unexplained)
        doubtful = {i for i, word in enumerate(words) if word in loose}
        if words[0] not in BEGINNERS:
            doubtful.add(0)
        if len(doubtful) <= _DOUBTFUL:
            yield from self._misheard.variants(words, doubtful)

    @cached_property
    def _misheard(self) -> Misheard:
        names = (device.name for device in self.vocabulary.devices)
        said = [*names, *self.vocabulary.areas, *self.vocabulary.lists]
        named = {word for name in said for word in tokens(name) if word.isalpha()}
        return Misheard({*named, *COMMANDING, *KIND_WORDS, *ROOMS})

    def clear(self, route: Route) -> bool:
        """Whether it is a command of which every word and every name is understood."""
        return (
            isinstance(route, Local)
            and not route.loose
            and not any(self.vague(each) for each in route.intents)
        )

    def route(self, text: str, now: datetime) -> Route:
        """Where a sentence goes: what the owner described comes first."""
        saying = self.own.read(text) if self.own.intents else None
        if saying is not None:
            return Local((Intent(saying.intent, saying.slots),), "own")
        route = super().route(text, now)
        if not isinstance(route, Local) or route.intents[0].name not in self.own.intents:
            return route
        name = route.intents[0].name
        slots = self.own.spotted(name, text)
        return Local((Intent(name, slots, route.intents[0].score),), "own")

    def vague(self, intent: Intent) -> bool:
        """Whether an intent names something that is not there, or could be two things."""
        if {"unknown", "candidates"} & intent.slots.keys():
            return True
        name = intent.slots.get("name")
        return intent.name == "home.scene" and all(
            device.name != name for device in self.vocabulary.devices
        )

    def completeness(self, text: str, now: datetime | None = None) -> Completeness:
        """Whether a sentence is over, may go on, or cannot be over yet."""
        own = self.own.graph.completeness(text) if self.own.intents else None
        return own or super().completeness(text, now)


def _intent(name: str, table: Any) -> OwnIntent:
    if not _NAME.fullmatch(name):
        raise UnderstandingError(f'[{name}]: an intent is called like "coffee.order"')
    if not isinstance(table, dict):
        raise UnderstandingError(f"[{name}] is no table")
    unknown = sorted(table.keys() - _KEYS)
    if unknown:
        raise UnderstandingError(f"[{name}]: unknown key '{unknown[0]}'")
    templates = table.get("templates")
    if not isinstance(templates, list) or not templates or not _texts(templates):
        raise UnderstandingError(f'[{name}] needs templates = ["...", ...]')
    rest = {key: value for key, value in table.items() if key != "templates"}
    if not _texts(rest.values()):
        raise UnderstandingError(f"[{name}]: {', '.join(sorted(rest))} must be texts")
    if ("device" in rest) != ("command" in rest):
        raise UnderstandingError(f"[{name}]: device and command go together")
    return OwnIntent(name, tuple(templates), **rest)


def _values(entities: Any) -> Iterator[tuple[str, dict[str, tuple[str, ...]]]]:
    """Slot by slot: a list of values, or a table of values with the ways to say them."""
    if not isinstance(entities, dict):
        raise UnderstandingError(f"[{_ENTITIES}] is no table")
    for slot, said in entities.items():
        if isinstance(said, list) and _texts(said):
            yield slot, {way: (way,) for template in said for way in _ways(template)}
        elif isinstance(said, dict) and all(
            isinstance(w, list) and _texts(w) for w in said.values()
        ):
            yield (
                slot,
                {v: tuple(way for t in ways for way in _ways(t)) for v, ways in said.items()},
            )
        else:
            raise UnderstandingError(
                f'[{_ENTITIES}] {slot} needs ["value", ...] or value = ["way", ...]'
            )


def _texts(found: Any) -> bool:
    return all(isinstance(each, str) for each in found)


def _ways(template: str) -> list[str]:
    """Every sentence of a template without slots."""
    tree = corpus.parse(ordered(template))
    if _count(tree) > _MOST_VALUES:
        raise UnderstandingError(f"more than {_MOST_VALUES} values: {template!r}")
    return list(dict.fromkeys(" ".join(way.split()) for way in _spelt(tree)))


def _count(tree: Sequence_) -> int:
    return math.prod(
        sum(_count(option) for option in part.options) if isinstance(part, Choice) else 1
        for part in tree
    )


def _spelt(tree: Sequence_) -> list[str]:
    found = [""]
    for part in tree:
        match part:
            case Choice(options):
                ways = [way for option in options for way in _spelt(option)]
            case Slot(name):
                raise UnderstandingError(f"a value cannot hold a slot: {{{name}}}")
            case _:
                ways = [part]
        found = [f"{before} {way}" for before in found for way in ways]
    return found


def _slots(template: str) -> list[str]:
    return re.findall(r"\{(\w+)\}", template)
