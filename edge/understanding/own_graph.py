"""What can be said, as a graph of words, and what of it sounds like what was heard.

Templates with choices and slots become a graph whose every path is a sentence. `read` finds the
path that says exactly these words; `nearest` finds the paths that sound like them, by the fewest
edits of phonemes: over the whole graph, not over a list of its sentences, because a dozen slots
make millions of those.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import permutations
from typing import Any

import numpy as np
import numpy.typing as npt
from rapidfuzz.distance import Levenshtein
from rapidfuzz.process import cdist

from edge.errors import UnderstandingError
from edge.events import Completeness
from edge.understanding.corpus import Choice, Sequence_, Slot, parse

Costs = npt.NDArray[np.int16]
Values = Mapping[str, Mapping[str, Sequence[str]]]
"""Slot → value → the templates that say it."""
Indices = npt.NDArray[np.intp]
Mark = tuple[str, str]
"""A slot and its value, or `INTENT` and its name."""

INTENT = ""
"""The mark that names a path's intent."""

LONGEST = 120
"""Phonemes beyond which nothing is looked for: no command is that long."""
LONGEST_WORD = 16
"""Phonemes that one word of the graph may be heard as, at most."""
_NEVER = 10_000
_EDIT = 2
"""The cost of one edit: each is counted in fine and in coarse phonemes."""


@dataclass(frozen=True, slots=True)
class Saying:
    """A sentence of the graph."""

    words: tuple[str, ...]
    marks: tuple[Mark, ...]
    distance: float = 0.0
    """Edits from what was heard, for each phoneme of it."""

    @property
    def text(self) -> str:
        """The sentence."""
        return " ".join(self.words)

    @property
    def intent(self) -> str:
        """The intent that the path was written for."""
        return next((value for slot, value in self.marks if slot == INTENT), "")

    @property
    def slots(self) -> dict[str, str]:
        """The values that it names."""
        return {slot: value for slot, value in self.marks if slot != INTENT}


@dataclass(frozen=True, slots=True)
class _Arc:
    """From node to node: by a word (`sound` is its number), by a mark, or by nothing."""

    source: int
    target: int
    word: str = ""
    sound: int = -1
    mark: Mark | None = None


@dataclass(frozen=True, slots=True)
class _Batch:
    """Arcs that can be followed at once: all that reach their sources were followed before."""

    nodes: Indices
    sources: Indices
    sounds: Indices
    targets: Indices
    """In ascending order."""


class Graph:
    """Sentences that can be said. Nodes are numbered so that every arc leads upwards."""

    def __init__(self, sentences: Mapping[str, Sequence[str]], values: Values) -> None:
        """Intent → templates. Raises UnderstandingError for what cannot be read."""
        self._values = values
        self._arcs: list[_Arc] = []
        self._numbers: dict[str, int] = {}
        self._last = 0
        ends = [
            self._sequence(parse(ordered(template)), start)
            for intent, templates in sentences.items()
            for start in (self._arc(0, mark=(INTENT, intent)),)
            for template in templates
        ]
        self._last += 1
        self._arcs += [_Arc(end, self._last) for end in ends]
        self._out = _by((arc.source for arc in self._arcs), self._arcs, self._last)
        self._in = _by((arc.target for arc in self._arcs), self._arcs, self._last)
        self._mirror = [[_mirrored(arc, self._last) for arc in arcs] for arcs in self._out[::-1]]
        self._onwards = _batches([(a.source, a.target, a.sound) for a in self._arcs])
        self._backwards = _batches(
            [(a.source, a.target, a.sound) for arcs in self._mirror for a in arcs]
        )
        self._telling = [a for a in self._arcs if a.mark or len(self._out[a.source]) > 1]
        """Arcs that another way could have been taken for."""

    def words(self) -> tuple[str, ...]:
        """Every word that can be said."""
        return tuple(dict.fromkeys(arc.word for arc in self._arcs if arc.word))

    def read(self, text: str) -> Saying | None:
        """The sentence that says exactly this; None where there is none."""
        path = self._after(text).get(self._last)
        return _saying(path) if path else None

    def completeness(self, text: str) -> Completeness | None:
        """Whether these words are a whole sentence, one that may go on, or only a beginning.

        None when nothing begins with them.
        """
        here = self._after(text)
        goes_on = any(arc.sound >= 0 for node in here for arc in self._out[node])
        if self._last in here:
            return "open" if goes_on else "complete"
        return "fragment" if here and sounds(text) else None

    def nearest(self, text: str, count: int, within: float = 1.0) -> list[Saying]:
        """Up to `count` sentences that sound most like this, the nearest first.

        `within` is the greatest distance; a smaller one is found out sooner.
        """
        heard = "".join(sounds(text))
        if not 0 < len(heard) <= LONGEST or not self._arcs:
            return []
        most = int(within * _EDIT * len(heard))
        costs = _costs(heard, tuple(self._numbers))
        mirrored = costs[:, ::-1, ::-1].transpose(0, 2, 1)
        ahead = self._swept(self._onwards, costs, most)
        if ahead[-1, -1] > most:
            return []
        behind = self._swept(self._backwards, mirrored, most)
        totals = self._totals(ahead, behind, costs, most)
        found: dict[str, Saying] = {}
        for n in np.argsort(totals, kind="stable"):
            arc, total = self._telling[n], int(totals[n])
            if total > most or len(found) == count:
                break
            after = behind[self._last - arc.target, ::-1]
            spans = ahead[arc.source][:, None] + costs[arc.sound] + after
            i, j = divmod(int(spans.argmin()), len(spans))
            first = _traced(ahead, costs, self._in, arc.source, i)
            rest = _traced(behind, mirrored, self._mirror, self._last - arc.target, len(heard) - j)
            said = _saying((*reversed(first), arc, *rest), total / _EDIT / len(heard))
            found.setdefault(said.text, said)
        return list(found.values())

    def _totals(self, ahead: Costs, behind: Costs, costs: Costs, most: int) -> Costs:
        """The edits of the best sentence by each arc that another could have been taken for."""
        sources = np.array([arc.source for arc in self._telling])
        targets = np.array([self._last - arc.target for arc in self._telling])
        taken = np.array([arc.sound for arc in self._telling])
        totals = np.full(len(sources), _NEVER, np.int16)
        hopeful = np.flatnonzero(ahead[sources].min(axis=1) + behind[targets].min(axis=1) <= most)
        moved = (ahead[sources[hopeful], :, None] + costs[taken[hopeful]]).min(axis=1)
        totals[hopeful] = (moved + behind[targets[hopeful], ::-1]).min(axis=1)
        return totals

    # ── building ─────────────────────────────────────────────────────────────────────────────

    def _arc(self, source: int, word: str = "", sound: int = -1, mark: Mark | None = None) -> int:
        """A new arc to a new node; give the node."""
        self._last += 1
        self._arcs.append(_Arc(source, self._last, word, sound, mark))
        return self._last

    def _sequence(self, tree: Sequence_, start: int) -> int:
        for part in tree:
            match part:
                case Choice(options):
                    start = self._join([self._sequence(option, start) for option in options])
                case Slot(name):
                    start = self._slot(name, start)
                case _:
                    start = self._literal(part, start)
        return start

    def _slot(self, name: str, start: int) -> int:
        if name not in self._values:
            raise UnderstandingError(f"no values for the slot {{{name}}}")
        ends = []
        for value, ways in self._values[name].items():
            begin = self._arc(start, mark=(name, value))
            ends += [self._sequence(parse(ordered(way)), begin) for way in ways]
        return self._join(ends)

    def _literal(self, text: str, start: int) -> int:
        for word in text.split():
            for n, sound in enumerate(sounds(word)):
                number = self._numbers.setdefault(sound, len(self._numbers))
                start = self._arc(start, "" if n else word, number)
        return start

    def _join(self, ends: Sequence[int]) -> int:
        if len(ends) == 1:
            return ends[0]
        self._last += 1
        self._arcs += [_Arc(end, self._last) for end in ends]
        return self._last

    # ── reading ──────────────────────────────────────────────────────────────────────────────

    def _after(self, text: str) -> dict[int, tuple[_Arc, ...]]:
        """The nodes that these words lead to, each with a way to it."""
        here = self._silent({0: ()})
        for sound in sounds(text):
            number = self._numbers.get(sound, -2)
            moved: dict[int, tuple[_Arc, ...]] = {}
            for node, path in here.items():
                for arc in self._out[node]:
                    if arc.sound == number:
                        moved.setdefault(arc.target, (*path, arc))
            here = self._silent(moved)
        return here

    def _silent(self, paths: dict[int, tuple[_Arc, ...]]) -> dict[int, tuple[_Arc, ...]]:
        """The nodes, and those that silent arcs lead to from them."""
        found, waiting = dict(paths), list(paths)
        while waiting:
            node = waiting.pop()
            for arc in self._out[node]:
                if arc.sound < 0 and arc.target not in found:
                    found[arc.target] = (*found[node], arc)
                    waiting.append(arc.target)
        return found

    # ── nearness ─────────────────────────────────────────────────────────────────────────────

    def _swept(self, batches: Sequence[_Batch], costs: Costs, most: int) -> Costs:
        """Edits from the start to each node, having heard so much: shape [nodes, heard + 1].

        Ways that need more than `most` edits are not followed.
        """
        rows = np.full((self._last + 1, costs.shape[1]), _NEVER, np.int16)
        rows[0, 0] = 0
        for batch in batches:
            rows[batch.nodes] = _skipped(rows[batch.nodes])
            hopeful = np.flatnonzero(rows[batch.sources].min(axis=1) <= most)
            if not len(hopeful):
                continue
            moved = rows[batch.sources[hopeful], :, None] + costs[batch.sounds[hopeful]]
            targets = batch.targets[hopeful]
            firsts = np.flatnonzero(np.diff(targets, prepend=-1))
            best = np.minimum.reduceat(moved.min(axis=1), firsts)
            rows[targets[firsts]] = np.minimum(rows[targets[firsts]], best)
        rows[-1] = _skipped(rows[-1])
        return rows


def ordered(template: str) -> str:
    """A template without permutations: "(a;b)" is "(a b|b a)"."""
    inner = re.search(r"\(([^()]*;[^()]*)\)", template)
    if inner is None and ";" in template:
        raise UnderstandingError(f"what is permuted cannot hold parentheses: {template!r}")
    if inner is None:
        return template
    orders = "|".join(" ".join(order) for order in permutations(inner[1].split(";")))
    return ordered(f"{template[: inner.start()]}({orders}){template[inner.end() :]}")


# ── sounds ───────────────────────────────────────────────────────────────────────────────────

_WORD = re.compile(r"\d+(?:[:.,]\d+)*|[^\W\d_]+(?:['’][^\W\d_]+)*|%")
_PLAIN = str.maketrans({"ˈ": "", "ˌ": "", "ː": "", "ʲ": "", "ɾ": "t", "ᵻ": "ɪ", "ɐ": "ə",
                        "ɚ": "ɜ", "ɫ": "l", "ʔ": "t", "̩": "", "ɡ": "g"})  # fmt: skip
_COARSE = str.maketrans({"b": "p", "d": "t", "g": "k", "v": "f", "z": "s", "ʒ": "ʃ", "ð": "f",
                         "θ": "f", "n": "m", "ŋ": "m", "ɹ": "l", "w": "l", "j": "i", "ɪ": "i",
                         "e": "a", "ɛ": "a", "æ": "a", "ʌ": "a", "ə": "a", "ɜ": "a", "ɑ": "o",
                         "ɔ": "o", "ʊ": "u"})  # fmt: skip


def sounds(text: str) -> tuple[str, ...]:
    """The phonemes of each word, the way they are compared: no stress, no length."""
    return tuple(sound for word in _WORD.findall(text.lower()) for sound in _pronounced(word))


def coarse(said: str) -> str:
    """Phonemes without what is easily misheard: voice, and the colour of vowels."""
    return said.translate(_COARSE)


@lru_cache(4096)
def _pronounced(word: str) -> tuple[str, ...]:
    said = "".join("".join(part) for part in _espeak().phonemize("en-us", word))
    return tuple(sound.translate(_PLAIN) for sound in said.split())


@lru_cache(1)
def _espeak() -> Any:
    from piper.phonemize_espeak import EspeakPhonemizer  # a typed turn need not load it

    return EspeakPhonemizer()


def _costs(heard: str, words: Sequence[str]) -> Costs:
    """Edits, for each word, between it and the sounds from i to j.

    Shape [words + 1, heard + 1, heard + 1]; the last is for arcs without a word.
    """
    size = len(heard) + 1
    spans = [(i, j) for i in range(size) for j in range(i, min(i + LONGEST_WORD, size))]
    rough, coarse_words = coarse(heard), [coarse(word) for word in words]
    parts, coarse_parts = [heard[i:j] for i, j in spans], [rough[i:j] for i, j in spans]
    edits = cdist(words, parts, scorer=Levenshtein.distance, dtype=np.int16)
    edits += cdist(coarse_words, coarse_parts, scorer=Levenshtein.distance, dtype=np.int16)
    costs = np.full((len(words) + 1, size, size), _NEVER, np.int16)
    costs[:-1, [i for i, _ in spans], [j for _, j in spans]] = edits
    costs[-1, range(size), range(size)] = 0
    return costs


def _batches(arcs: Sequence[tuple[int, int, int]]) -> list[_Batch]:
    """Arcs (source, target, sound) by how many arcs lie at most between the start and them."""
    level: dict[int, int] = {0: 0}
    for source, target, _ in sorted(arcs):
        if source in level:  # a slot without values leads nowhere
            level[target] = max(level.get(target, 0), level[source] + 1)
    grouped: dict[int, list[tuple[int, int, int]]] = {}
    for arc in sorted((arc for arc in arcs if arc[0] in level), key=lambda arc: arc[1]):
        grouped.setdefault(level[arc[0]], []).append(arc)
    return [_batch(grouped[depth]) for depth in sorted(grouped)]


def _batch(arcs: Sequence[tuple[int, int, int]]) -> _Batch:
    sources, targets, sounds = (np.array(each, np.intp) for each in zip(*arcs, strict=True))
    return _Batch(np.unique(sources), sources, sounds, targets)


def _by(nodes: Iterable[int], arcs: Sequence[_Arc], last: int) -> list[list[_Arc]]:
    """Arcs by one of their nodes."""
    found: list[list[_Arc]] = [[] for _ in range(last + 1)]
    for node, arc in zip(nodes, arcs, strict=True):
        found[node].append(arc)
    return found


def _mirrored(arc: _Arc, last: int) -> _Arc:
    """The arc in the graph that is read from its end."""
    return replace(arc, source=last - arc.target, target=last - arc.source)


def _traced(
    rows: Costs, costs: Costs, arcs: Sequence[Sequence[_Arc]], node: int, heard: int
) -> list[_Arc]:
    """The best way to a node by which so much was heard, from its last arc to its first."""
    way: list[_Arc] = []
    while node:
        if heard and rows[node, heard] == rows[node, heard - 1] + _EDIT:
            heard -= 1
            continue
        totals = np.array([rows[arc.source] + costs[arc.sound, :, heard] for arc in arcs[node]])
        n, heard = divmod(int(totals.argmin()), totals.shape[1])
        way.append(arcs[node][n])
        node = arcs[node][n].source
    return way


def _skipped(rows: Costs) -> Costs:
    """Sounds between two words may belong to neither."""
    steps = _EDIT * np.arange(rows.shape[-1], dtype=np.int16)
    return np.minimum.accumulate(rows - steps, axis=-1) + steps


def _saying(arcs: Sequence[_Arc], distance: float = 0.0) -> Saying:
    words = tuple(arc.word for arc in arcs if arc.word)
    return Saying(words, tuple(arc.mark for arc in arcs if arc.mark), distance)
