"""What the classifier looks at: words, pairs of words, and pieces of words.

Pieces of words carry misspelt and misheard words; masks such as <dur> stay whole.
"""

import itertools
from collections.abc import Sequence
from functools import lru_cache

_SIZES = (3, 4)
_LONGEST = 12


@lru_cache(8192)
def _pieces(word: str) -> tuple[str, ...]:
    if word.startswith("<"):
        return ()
    padded = f"_{word[:_LONGEST]}_"
    return tuple(
        f"#{padded[i : i + size]}" for size in _SIZES for i in range(max(1, len(padded) - size + 1))
    )


def phrases(words: Sequence[str]) -> list[str]:
    """Words, pairs and gapped pairs of a masked sentence, with repetition."""
    out = list(words)
    bounded = ("^", *words, "$")
    out.extend(f"{a} {b}" for a, b in itertools.pairwise(bounded))
    out.extend(f"{a} _ {c}" for a, c in zip(bounded, bounded[2:], strict=False))
    return out


def pieces(words: Sequence[str]) -> list[str]:
    """Pieces of the words of a masked sentence, with repetition."""
    return [piece for word in words for piece in _pieces(word)]
