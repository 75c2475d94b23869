"""A guess at who should answer a first sentence: a small linear model on the device.

`scripts/train-specialists` makes the weights. Features are words, pairs of words and pieces of
words, hashed, so that the file holds numbers alone: no words of the sentences that it learnt from.
"""

import re
import zlib
from collections.abc import Iterator
from functools import cache
from importlib.resources import files
from io import BytesIO
from itertools import pairwise
from typing import Any

import numpy as np

BUCKETS = 1 << 16
_PIECES = (3, 4)
_LONGEST = 12


def guess(text: str) -> tuple[str, float]:
    """The specialist that a sentence sounds like, and the probability that it is the one."""
    model = _model()
    logits = model["bias"].astype(np.float32)
    for rows in hashed(text):
        if rows:
            block = model["weights"][rows].astype(np.float32)
            logits = logits + block.sum(axis=0) * model["scale"] / np.sqrt(2 * len(rows))
    shares = np.exp(logits - logits.max())
    best = int(shares.argmax())
    return str(model["names"][best]), float(shares[best] / shares.sum())


def hashed(text: str) -> tuple[list[int], list[int]]:
    """The rows of a sentence in the table: of its words and pairs, and of pieces of its words."""
    words = ("^", *re.findall(r"[a-z0-9]+", text.lower().replace("'", "")), "$")
    pairs = [f"{a} {b}" for a, b in pairwise(words)]
    gapped = [f"{a} _ {b}" for a, b in zip(words, words[2:], strict=False)]
    pieces = [piece for word in words[1:-1] for piece in _pieces(word)]
    return _rows([*words[1:-1], *pairs, *gapped]), _rows(pieces)


def _pieces(word: str) -> Iterator[str]:
    padded = f"_{word[:_LONGEST]}_"
    for size in _PIECES:
        for start in range(max(1, len(padded) - size + 1)):
            yield f"#{padded[start : start + size]}"


def _rows(features: list[str]) -> list[int]:
    return sorted({zlib.crc32(feature.encode()) % BUCKETS for feature in features})


@cache
def _model() -> dict[str, Any]:
    """Weights [BUCKETS, names] as signed bytes, a scale and a bias for each name."""
    file = files("cloud_bridge") / "data" / "first-words.npz"
    with np.load(BytesIO(file.read_bytes()), allow_pickle=False) as arrays:
        return {name: arrays[name] for name in arrays.files}
