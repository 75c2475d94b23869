"""Makes the intent model, which `IntentModel` runs. Deterministic.

own templates ─┐                          ┌─ 9/10 → classifier (a small network)
               ├─ masked sentences ─ hash ┤
public corpora ┘                          └─ 1/10 → gate and its threshold (scikit-learn)
"""

import random
import warnings
import zlib
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import numpy as np
from scipy.optimize import minimize
from sklearn.exceptions import ConvergenceWarning
from sklearn.feature_extraction.text import CountVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.preprocessing import normalize
from threadpoolctl import threadpool_limits

from edge.understanding import corpus, network, public
from edge.understanding.corpus import OTHER
from edge.understanding.evidence import judge
from edge.understanding.families import refine
from edge.understanding.features import phrases, pieces
from edge.understanding.filling import Request
from edge.understanding.model import (
    THINGS,
    Bytes,
    Card,
    Floats,
    Gate,
    IntentModel,
    Table,
    nothing_added,
)
from edge.understanding.names import NameIndex
from edge.understanding.slots import fill_all
from edge.understanding.spans import Sentence, read
from edge.understanding.text import core, tokens

SEED = 7
FALSE_ACCEPTS = 0.03
"""Share of what is no command that may pass the gate, on sentences kept from training."""
_NOON = datetime(2026, 1, 5, 12)
_STRENGTH = 20.0
_PUBLIC_WEIGHT = 3.0
"""What a sentence of a public corpus counts: templates make many alike, people do not."""
_RARE = 4
"""A feature seen in fewer sentences is left out."""
_EMPHASIS = 60
"""How many sentences an intent of a user's file counts as, at least."""
_STEPS = 60
_EACH, _AGAINST = 120, 4
"""Sentences made of each template of a user's, and of each of the device's own to tell apart."""
_OTHER_SHARE = {"clinc150": 1.0, "nlu_eval": 1.0, "snips": 0.7}


@dataclass(frozen=True, slots=True)
class Sample:
    """A sentence, read, with the intents that are right for it."""

    text: str
    sentence: Sentence
    accepted: tuple[str, ...]
    source: str

    @property
    def masked(self) -> tuple[str, ...]:
        """What the classifier sees."""
        return self.sentence.masked()


def train(
    corpus_folder: Path | None = None, extra: Path | None = None, each: int = 24,
    base: IntentModel | None = None,
) -> IntentModel:  # fmt: skip
    """A model of the project's own text, and of public corpora and a user's text if given.

    With a `base`, what that model knows is kept and the user's sentences are added to it.
    """
    if base is not None:
        return adapt(base, extra)
    index = NameIndex(corpus.vocabulary())
    own = _own(index, extra, each)
    learnt = list(_public(index, corpus_folder)) if corpus_folder else []
    with threadpool_limits(limits=1):
        fit, kept = _split([*own, *learnt])
        labels = _labels(own, fit)
        shares = [1.0 if sample.source == "own" else _PUBLIC_WEIGHT for sample in fit]
        table, names = _fit([sample.masked for sample in fit], labels, shares)
        counts = Counter(sample.source for sample in (*own, *learnt))
        card = Card(0.5, Gate((1.0,) + (0.0,) * 8, 0.0), counts)
        model = IntentModel(names, table, _words(own, fit, labels), card)
        return _with_gate(model, kept, index)


def adapt(base: IntentModel, extra: Path | None) -> IntentModel:
    """The base model with a user's intents beside its own, which stay as they are; nobody's
    were added to it before."""
    index = NameIndex(corpus.vocabulary())
    added = [s for s in _own(index, extra, _EACH, only=True)] if extra else []
    if not added:
        return base
    against = _own(index, None, _AGAINST)
    with threadpool_limits(limits=1):
        table, names = _beside(base, added, against)
    words = {
        **base.words,
        **{k: v | base.words.get(k, frozenset()) for k, v in _said(added).items()},
    }
    counts = {**base.card.trained_on, "your": len(added)}
    card = Card(base.card.threshold, base.card.gate, counts)
    return IntentModel(names, table, words, card)


def _said(samples: Sequence[Sample]) -> dict[str, frozenset[str]]:
    found: dict[str, set[str]] = defaultdict(set)
    for sample in samples:
        found[sample.accepted[0]].update(word for word in sample.masked if word.isalpha())
    return {name: frozenset(words) for name, words in found.items()}


def _beside(
    base: IntentModel, added: Sequence[Sample], against: Sequence[Sample]
) -> tuple[Table, list[str]]:
    """The base model's table with columns fitted for the intents that were added.

    The same regression, but what the base model says of a sentence is given: only the columns of
    the added intents move, and only in the features that their sentences have.
    """
    labels = [sample.accepted[0] for sample in (*added, *against)]
    names = sorted({*base.names, *labels})
    masked = [sample.masked for sample in (*added, *against)]
    found = {f for sample in added for f in (*phrases(sample.masked), *pieces(sample.masked))}
    new = sorted(found - base.vocabulary.keys())
    table = base.table
    rows = dict(table.vocabulary) | {f: len(table.vocabulary) + i for i, f in enumerate(new)}
    idf = np.concatenate([table.idf, np.full(len(new), table.idf.max(), np.float32)])
    hidden = table.hidden.below(len(new))
    weights = np.zeros((len(table.weights), len(names)), np.float32)
    bias = np.full(len(names), table.bias.min(), np.float32)
    place = [names.index(name) for name in base.names]
    weights[:, place], bias[place] = table.weights, table.bias
    values = _values(masked, rows, idf)
    moving = sorted({names.index(sample.accepted[0]) for sample in added})
    features = sorted(rows[feature] for feature in found)
    counted = Counter(labels[: len(added)])
    shares = [max(1.0, _EMPHASIS / counted[name]) for name in labels[: len(added)]]
    units = np.maximum(values @ hidden.floats + table.hidden_bias, 0)
    shift, lift = _shifted(
        values.tocsc()[:, features].tocsr(),
        np.asarray(units @ weights + bias, np.float64),
        np.array([names.index(label) for label in labels]),
        np.array([*shares, *[1.0] * len(against)]),
        moving,
    )
    bias[moving] += lift.astype(np.float32)
    own = np.zeros((len(rows), len(moving)), np.float32)
    own[features] = shift
    return (
        Table(
            rows, idf, hidden, table.hidden_bias, weights, bias, Bytes.of(own), tuple(moving)
        ),
        names,
    )  # fmt: skip


def _shifted(
    values: Any, given: Any, labels: Any, shares: Any, moving: Sequence[int]
) -> tuple[Any, Any]:
    """What is to be added to the `moving` columns, shape [features, moving], and to their biases.

    `values` is [sentences, features], `given` the logits so far, [sentences, intents].
    """
    size, columns = values.shape[1], len(moving)
    wanted = (labels[:, None] == np.array(moving)).astype(np.float64)

    def loss(x: Any) -> tuple[float, Any]:
        shift = x[: size * columns].reshape(size, columns)
        logits = given.copy()
        logits[:, moving] += values @ shift + x[size * columns :]
        logits -= logits.max(axis=1, keepdims=True)
        powers = np.exp(logits)
        sums = powers.sum(axis=1)
        right = logits[np.arange(len(labels)), labels] - np.log(sums)
        slope = (powers[:, moving] / sums[:, None] - wanted) * shares[:, None] * _STRENGTH
        gradient = np.concatenate([(values.T @ slope + shift).ravel(), slope.sum(axis=0)])
        return float(0.5 * (shift**2).sum() - _STRENGTH * (shares * right).sum()), gradient

    start = np.zeros(size * columns + columns)
    found = minimize(loss, start, jac=True, method="L-BFGS-B", options={"maxiter": _STEPS}).x
    return found[: size * columns].reshape(size, columns), found[size * columns :]


# ── text ─────────────────────────────────────────────────────────────────────────────────────


def _sample(text: str, accepted: tuple[str, ...], source: str, index: NameIndex) -> Sample:
    return Sample(text, read(core(tokens(text)) or [","], index), accepted, source)


def _own(index: NameIndex, extra: Path | None, each: int, only: bool = False) -> list[Sample]:
    built = corpus.build(SEED, each, extra, only)
    return [_sample(example.text, (example.intent,), "own", index) for example in built]


def _public(index: NameIndex, folder: Path) -> Iterable[Sample]:
    """The training parts; what is no command is thinned, there is much of it."""
    rng = random.Random(SEED)
    for name, item in public.training(public.root(folder)):
        if item.accepted != (OTHER,) or rng.random() < _OTHER_SHARE[name]:
            yield _sample(item.text, item.accepted, name, index)


def _split(samples: Sequence[Sample]) -> tuple[list[Sample], list[Sample]]:
    """Nine tenths to fit, one to judge by; near-identical sentences stay on one side."""
    fit: list[Sample] = []
    kept: list[Sample] = []
    for sample in samples:
        key = zlib.crc32(" ".join(sorted(set(sample.masked))).encode()) % 10
        (kept if key == 0 else fit).append(sample)
    return fit, kept


def _labels(own: Sequence[Sample], fit: Sequence[Sample]) -> list[str]:
    """One intent for each sentence: where several are right, a model of our own text chooses."""
    unsure = [i for i, sample in enumerate(fit) if len(sample.accepted) > 1]
    labels = [sample.accepted[0] for sample in fit]
    if not unsure:
        return labels
    rows, idf = _features([sample.masked for sample in own])
    choosing = LogisticRegression(C=_STRENGTH, max_iter=50, tol=1e-3)
    with warnings.catch_warnings():
        # The limit is meant: more steps cost time and choose no better.
        warnings.simplefilter("ignore", ConvergenceWarning)
        choosing.fit(_values([s.masked for s in own], rows, idf), [s.accepted[0] for s in own])
    place = {name: column for column, name in enumerate(choosing.classes_)}
    found = choosing.predict_proba(_values([fit[i].masked for i in unsure], rows, idf))
    for i, shares in zip(unsure, found, strict=True):
        known = [name for name in fit[i].accepted if name in place]
        best = max(known, key=lambda name: float(shares[place[name]]))
        refined = refine(best, fit[i].sentence)
        labels[i] = refined if refined in known else best
    return labels


def _words(
    own: Sequence[Sample], fit: Sequence[Sample], labels: Sequence[str]
) -> dict[str, frozenset[str]]:
    """Words that each intent's sentences are made of, its values and rare words left out."""
    counts: Mapping[str, Counter[str]] = defaultdict(Counter)
    for sample, label in zip(fit, labels, strict=True):
        if label != OTHER:
            counts[label].update(set(sample.masked))
    literal = defaultdict(set)
    for intent, template in corpus.templates():
        literal[intent].update(corpus.literals(template))
    return {
        intent: frozenset(
            literal[intent] | {w for w, n in counts[intent].items() if n >= 3 and w.isalpha()}
        )
        for intent in sorted(counts)
    } | {THINGS: corpus.things()}


# ── fitting ──────────────────────────────────────────────────────────────────────────────────


def _fit(
    masked: Sequence[Sequence[str]], labels: Sequence[str], shares: Sequence[float]
) -> tuple[Table, list[str]]:
    """A classifier over TF-IDF of phrases and of pieces, and its intents in order."""
    rows, idf = _features(masked)
    names = sorted(set(labels))
    numbers = [names.index(label) for label in labels]
    found = network.fitted(_values(masked, rows, idf), numbers, shares, len(names))
    hidden = Bytes.of(found.hidden)
    own = nothing_added(len(rows))
    return Table(rows, idf, hidden, found.hidden_bias, found.weights, found.bias, own), names


def _features(masked: Sequence[Sequence[str]]) -> tuple[dict[str, int], Floats]:
    """The features that sentences have, each with its row, and how telling they are."""
    seen: Counter[str] = Counter()
    for words in masked:
        seen.update({*phrases(words), *pieces(words)})
    kept = sorted(feature for feature, count in seen.items() if count >= _RARE)
    holding = np.array([seen[feature] for feature in kept]) + 1
    idf = (np.log((1 + len(masked)) / holding) + 1).astype(np.float32)
    return {feature: row for row, feature in enumerate(kept)}, idf


def _values(masked: Sequence[Sequence[str]], rows: Mapping[str, int], idf: Floats) -> Any:
    """The sparse matrix [sentences, features] that `IntentModel` computes row by row."""
    blocks = []
    for analyzer in (phrases, pieces):
        counter = CountVectorizer(analyzer=analyzer, vocabulary=rows, dtype=np.float32)
        counts = counter.transform(masked)
        counts.data = 1 + np.log(counts.data)
        blocks.append(normalize(counts.multiply(idf).tocsr()))
    return ((blocks[0] + blocks[1]) / np.sqrt(2)).astype(np.float32)


def _with_gate(model: IntentModel, kept: Sequence[Sample], index: NameIndex) -> IntentModel:
    """The model with a gate fitted, and a threshold chosen, on sentences it never saw."""
    evidence, right = [], []
    for sample in kept:
        guess = model.guess(sample.masked)
        name = refine(guess.name, sample.sentence)
        lexicon = model.lexicon(name)
        things = model.words[THINGS]
        filled = fill_all(name, Request(sample.sentence, index, _NOON, lexicon, things))
        evidence.append(judge(name, guess, sample.sentence, filled, lexicon).values)
        right.append(sample.accepted != (OTHER,))
    gate = LogisticRegression(C=1.0, max_iter=200).fit(np.array(evidence), right)
    fitted = Gate(
        tuple(round(float(w), 4) for w in gate.coef_[0]), round(float(gate.intercept_[0]), 4)
    )
    false = sorted(fitted(e) for e, ok in zip(evidence, right, strict=True) if not ok)
    threshold = false[min(len(false) - 1, int(len(false) * (1 - FALSE_ACCEPTS)))]
    card = Card(round(max(0.5, threshold), 4), fitted, model.card.trained_on)
    return IntentModel(model.names, model.table, model.words, card)
