"""Fits the classifier: TF-IDF values → a few hidden units → the intents.

Every sentence is seen ten times, and each time without some of its features, so that none of them
decides alone. Two small networks say together what one of their size together says less well.
What scikit-learn's makes of the same is in docs/adr/0010-a-small-network.md.

Deterministic: the same sentences give the same numbers.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

UNITS = 32
SEEDS = (1, 2)
"""Of each network."""
_EPOCHS = 10
_BATCH = 256
_LEFT_OUT, _UNITS_LEFT_OUT = 0.4, 0.2
_RATE = 0.003
"""How far Adam goes at first; in the end it does not move any more."""
_MEAN, _SQUARE = 0.9, 0.99
"""How long Adam remembers."""
_FIRST = 0.01
"""How large the first weights are."""

Floats = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Layers:
    """What was fitted."""

    hidden: Floats
    """Shape [features, units]."""
    hidden_bias: Floats
    """Shape [units]."""
    weights: Floats
    """Shape [units, intents]."""
    bias: Floats
    """Shape [intents]."""


def fitted(values: Any, labels: Sequence[int], shares: Sequence[float], intents: int) -> Layers:
    """Networks for sentences, as one: what they say is averaged.

    `values`: sparse, [sentences, features]; `labels`: the number of each one's intent; `shares`:
    how much each counts.
    """
    made = [_network(values, np.array(labels), shares, intents, seed) for seed in SEEDS]
    return Layers(
        np.hstack([each.hidden for each in made]),
        np.concatenate([each.hidden_bias for each in made]),
        np.vstack([each.weights for each in made]) * np.float32(1 / len(made)),
        np.stack([each.bias for each in made]).mean(axis=0),
    )


class _Learnt:
    """Numbers under Adam (Kingma and Ba, 2015); rows that a batch does not have stay put."""

    def __init__(self, value: Any) -> None:
        self.value: Floats = np.asarray(value, np.float32)
        self._mean = np.zeros_like(self.value)
        self._square = np.zeros_like(self.value)

    def descend(self, rate: float, slope: Floats, rows: Any = slice(None)) -> None:
        mean = _MEAN * self._mean[rows] + (1 - _MEAN) * slope
        square = _SQUARE * self._square[rows] + (1 - _SQUARE) * np.square(slope)
        self._mean[rows], self._square[rows] = mean, square
        self.value[rows] -= rate * mean / (np.sqrt(square) + 1e-8)


def _network(
    values: Any, labels: npt.NDArray[Any], shares: Sequence[float], intents: int, seed: int
) -> Layers:
    rng = np.random.default_rng(seed)
    counts = np.array(shares, np.float32) / _BATCH
    hidden = _Learnt(rng.normal(0, _FIRST, (values.shape[1], UNITS)))
    lift = _Learnt(np.zeros(UNITS))
    weights = _Learnt(rng.normal(0, UNITS**-0.5, (UNITS, intents)))
    bias = _Learnt(np.zeros(intents))
    for epoch in range(_EPOCHS):
        rate = _RATE * (1 - epoch / _EPOCHS)
        order = rng.permutation(len(labels))
        for first in range(0, len(order), _BATCH):
            batch = order[first : first + _BATCH]
            seen = values[batch]
            seen.data = seen.data * _thinned(rng, seen.data.shape, _LEFT_OUT)
            units = np.maximum(seen @ hidden.value + lift.value, 0)
            left = _thinned(rng, units.shape, _UNITS_LEFT_OUT)
            told = units * left
            wrong = _shares(told @ weights.value + bias.value)
            wrong[np.arange(len(batch)), labels[batch]] -= 1
            wrong *= counts[batch, None]
            back = (wrong @ weights.value.T) * left * (units > 0)
            weights.descend(rate, told.T @ wrong)
            bias.descend(rate, wrong.sum(axis=0))
            present = np.unique(seen.indices)
            hidden.descend(rate, seen.tocsc()[:, present].T @ back, present)
            lift.descend(rate, back.sum(axis=0))
    return Layers(hidden.value, lift.value, weights.value, bias.value)


def _thinned(rng: np.random.Generator, shape: tuple[int, ...], share: float) -> Floats:
    """Zeros for a share of the numbers; the others grow, so that their sum stays."""
    kept = (rng.random(shape, np.float32) >= share).astype(np.float32)
    return kept * np.float32(1 / (1 - share))


def _shares(logits: Floats) -> Floats:
    powers = np.exp(logits - logits.max(axis=1, keepdims=True))
    shares: Floats = powers / powers.sum(axis=1, keepdims=True)
    return shares
