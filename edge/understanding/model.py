"""The intent classifier as it runs: features → hidden units → intents; no scikit-learn, no pickle.

    sentence ─► features ─► TF-IDF ─┬─► hidden units ─► intents
                                    └─► a user's own intents ─┘

A model file is a compressed .npz: the features (one text), their weights as signed bytes with a
scale for each unit, the units' weights, the biases, the words that each intent's training text is
made of, and the few numbers that turn a guess into a probability that the device should act.
"""

import io
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Any, ClassVar, Self

import numpy as np
import numpy.typing as npt

from edge.errors import UnderstandingError
from edge.events import Intent
from edge.understanding.corpus import OTHER, vocabulary
from edge.understanding.features import phrases, pieces
from edge.understanding.names import NameIndex
from edge.understanding.spans import read
from edge.understanding.text import core, tokens

VERSION = 3
THINGS = "things"
"""Key of the words that devices and rooms anywhere are called by."""

Floats = npt.NDArray[np.float32]


class OutdatedModel(UnderstandingError):
    """A model that another version of Stonechat made."""


@dataclass(frozen=True, slots=True)
class Gate:
    """From evidence to the probability that a sentence is a command that the device can do.

    A logistic function of: log-odds of "some command", lead of the best intent over the second,
    number and share of unexplained words, 1 if a required slot is missing, 1 if a name is
    unknown, 1 if a question is asked and the intent answers none, 1 if the required slots are
    there, 1 if a name of the home was said.
    """

    weights: tuple[float, ...]
    bias: float

    SIZE: ClassVar[int] = 9
    """How many pieces of evidence there are."""

    def __call__(self, evidence: Sequence[float]) -> float:
        """Probability in 0 to 1."""
        value = self.bias + sum(w * e for w, e in zip(self.weights, evidence, strict=True))
        return float(1 / (1 + np.exp(-value)))


@dataclass(frozen=True, slots=True)
class Guess:
    """What the classifier thinks of a sentence."""

    name: str
    """The best intent; never "other"."""
    probability: float
    """Of that intent."""
    second: float
    """Probability of the runner-up among the intents."""
    command: float
    """Log-odds that the sentence is a command at all."""


@dataclass(frozen=True, slots=True)
class Card:
    """What a model says about itself: how it was made, and the gate with its threshold."""

    threshold: float
    gate: Gate
    trained_on: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Bytes:
    """A matrix as signed bytes, with a scale for each column."""

    values: npt.NDArray[np.int8]
    """Shape [rows, columns]."""
    scale: Floats
    """Shape [columns]."""

    @classmethod
    def of(cls, matrix: Floats) -> Self:
        """The nearest such matrix."""
        scale = (np.abs(matrix).max(axis=0, initial=1e-9) / 127).astype(np.float32)
        return cls(np.round(matrix / scale).astype(np.int8), scale)

    @property
    def floats(self) -> Floats:
        """The matrix itself."""
        return self.values * self.scale

    def sum(self, rows: npt.NDArray[np.int64], values: Floats) -> Floats:
        """Some rows, each times a number, shape [columns]."""
        found: Floats = (values @ self.values[rows].astype(np.float32)) * self.scale
        return found

    def below(self, rows: int) -> Self:
        """The same with so many rows of zeros below."""
        return type(self)(np.pad(self.values, ((0, rows), (0, 0))), self.scale)


@dataclass(frozen=True, slots=True)
class Table:
    """The numbers of a classifier."""

    vocabulary: Mapping[str, int]
    """Feature → row."""
    idf: Floats
    """How telling a feature is, shape [features]."""
    hidden: Bytes
    """Shape [features, units]."""
    hidden_bias: Floats
    """Shape [units]."""
    weights: Floats
    """Shape [units, intents]."""
    bias: Floats
    """Shape [intents]."""
    own: Bytes
    """What a user's sentences add, without hidden units: shape [features, intents moved]."""
    moved: tuple[int, ...] = ()
    """The intents that they move."""


def nothing_added(features: int) -> Bytes:
    """What the sentences of no user add."""
    return Bytes(np.zeros((features, 0), np.int8), np.zeros(0, np.float32))


class IntentModel:
    """A trained classifier."""

    def __init__(
        self, names: Sequence[str], table: Table, words: Mapping[str, frozenset[str]], card: Card
    ) -> None:
        self.names = tuple(names)
        self.card = card
        self.words = words
        self.table = table
        self.vocabulary = table.vocabulary
        self._other = self.names.index(OTHER)
        self._generic: NameIndex | None = None
        self._lexicons = {
            "home": frozenset().union(*(w for n, w in words.items() if n.startswith("home.")))
        }

    def lexicon(self, name: str) -> frozenset[str]:
        """Words that need no explanation in a sentence of an intent: those of its whole domain."""
        domain = name.partition(".")[0]
        return (
            self._lexicons.get(domain, frozenset())
            if domain == "home"
            else self.words.get(name, frozenset())
        )

    @property
    def threshold(self) -> float:
        """The gate's probability from which the device acts."""
        return self.card.threshold

    def probabilities(self, masked: Sequence[str]) -> Floats:
        """Probability of every intent (order of `names`) for a masked sentence."""
        table = self.table
        units, own = table.hidden_bias.copy(), np.zeros(len(table.moved), np.float32)
        for found in (phrases(masked), pieces(masked)):
            rows, values = self._values(found)
            units += table.hidden.sum(rows, values)
            own += table.own.sum(rows, values)
        logits = np.maximum(units, 0) @ table.weights + table.bias
        logits[list(table.moved)] += own
        powers = np.exp(logits - logits.max())
        return np.asarray(powers / powers.sum(), np.float32)

    def _values(self, found: Sequence[str]) -> tuple[npt.NDArray[np.int64], Floats]:
        """One block of features: the rows of those that are known, and TF-IDF, of length one."""
        counts: dict[int, int] = {}
        for feature in found:
            row = self.vocabulary.get(feature)
            if row is not None:
                counts[row] = counts.get(row, 0) + 1
        rows = np.fromiter(counts.keys(), np.int64, len(counts))
        values = np.fromiter(counts.values(), np.float32, len(counts))
        values = (1 + np.log(values)) * self.table.idf[rows]
        values /= np.sqrt(2 * (values @ values)) or 1
        return rows, values

    def guess(self, masked: Sequence[str]) -> Guess:
        """The best intent for a masked sentence, and how sure that is."""
        shares = self.probabilities(masked)
        other = min(max(float(shares[self._other]), 1e-6), 1 - 1e-6)
        ranked = shares.copy()
        ranked[self._other] = -1
        first, second = np.argsort(ranked)[-2:][::-1]
        return Guess(
            self.names[first], float(shares[first]), float(shares[second]),
            float(np.log((1 - other) / other)),
        )  # fmt: skip

    def predict(self, text: str) -> Intent:
        """The best intent of a sentence, without slots and without the gate."""
        if self._generic is None:
            self._generic = NameIndex(vocabulary())
        guess = self.guess(read(core(tokens(text)), self._generic).masked())
        return Intent(guess.name, score=guess.probability)

    # ── files ────────────────────────────────────────────────────────────────────────────────

    def save(self, path: Path) -> None:
        """Write the model; the same model gives the same bytes."""
        table = self.table
        about = {
            "version": VERSION,
            "names": self.names,
            "threshold": self.card.threshold,
            "gate": {"weights": self.card.gate.weights, "bias": self.card.gate.bias},
            "trained_on": dict(sorted(self.card.trained_on.items())),
            "words": {name: sorted(self.words[name]) for name in sorted(self.words)},
            "moved": table.moved,
        }
        buffer = io.BytesIO()
        np.savez_compressed(
            buffer,
            features=_bytes("\n".join(sorted(self.vocabulary, key=self.vocabulary.__getitem__))),
            idf=table.idf.astype(np.float16),
            hidden=table.hidden.values,
            hidden_scale=table.hidden.scale,
            hidden_bias=table.hidden_bias,
            weights=table.weights,
            bias=table.bias,
            own=table.own.values,
            own_scale=table.own.scale,
            about=_bytes(json.dumps(about, sort_keys=True)),
        )
        temporary = path.with_suffix(".part")
        temporary.write_bytes(buffer.getvalue())
        temporary.replace(path)

    @classmethod
    def load(cls, path: Path | None = None) -> Self:
        """Read a model, by default the one that ships. Raises UnderstandingError, OutdatedModel."""
        file = path or Path(str(files("edge"))) / "data" / "intents.npz"
        try:
            with np.load(io.BytesIO(file.read_bytes()), allow_pickle=False) as arrays:
                data = {name: arrays[name] for name in arrays.files}
            about = json.loads(data["about"].tobytes())
            if about["version"] != VERSION:
                raise OutdatedModel("made for another version; run `stonechat train`")
            return cls._of(data, about)
        except UnderstandingError as error:
            raise type(error)(f"{file}: {error}") from None
        except FileNotFoundError:
            raise UnderstandingError(f"{file}: no such model; run `stonechat train`") from None
        except Exception as error:  # noqa: BLE001  a corrupt file fails in as many ways as zip has
            raise UnderstandingError(f"{file}: not a model of stonechat: {error}") from None

    @classmethod
    def _of(cls, data: Mapping[str, npt.NDArray[Any]], about: Mapping[str, Any]) -> Self:
        rows = data["features"].tobytes().decode().split("\n")
        gate = Gate(tuple(about["gate"]["weights"]), about["gate"]["bias"])
        if len(gate.weights) != Gate.SIZE:
            raise OutdatedModel(
                f"its gate weighs {len(gate.weights)} pieces of evidence and not {Gate.SIZE}: it "
                "was made for another version; run `stonechat train`"
            )
        return cls(
            about["names"],
            Table(
                {feature: row for row, feature in enumerate(rows)},
                data["idf"].astype(np.float32),
                Bytes(data["hidden"], data["hidden_scale"]),
                data["hidden_bias"],
                data["weights"],
                data["bias"],
                Bytes(data["own"], data["own_scale"]),
                tuple(about["moved"]),
            ),
            {name: frozenset(words) for name, words in about["words"].items()},
            Card(about["threshold"], gate, about["trained_on"]),
        )


def _bytes(text: str) -> npt.NDArray[np.uint8]:
    return np.frombuffer(text.encode(), np.uint8)
