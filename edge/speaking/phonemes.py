"""Words into the phonemes of a Piper voice, and phonemes back to the words they belong to."""

import itertools
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
from piper import PiperConfig, PiperVoice
from piper.const import BOS, EOS, PAD
from rapidfuzz.distance import Levenshtein

from edge.errors import ModelError, SpeakingError
from edge.events import Word
from edge.speaking.spoken import Token

_SILENT = frozenset(" .,;:!?…—–-\"'()")
"""Symbols that are a pause or a tone of voice, not a sound of some word."""


@dataclass(frozen=True, slots=True)
class Phonemes:
    """A sentence as the voice takes it."""

    symbols: tuple[str, ...]
    ids: tuple[int, ...]
    last_ids: tuple[int, ...]
    """The index of the last id (the trailing padding) of the sentence's opening, then of each
    symbol."""


class Phonemiser:
    """espeak-ng and a voice's phoneme table, both through Piper."""

    def __init__(self, config: PiperConfig) -> None:
        self.config = config
        self._table = config.phoneme_id_map
        # Piper's own loading takes no session options, and speaking is done elsewhere.
        self._piper = PiperVoice(session=None, config=config)

    @classmethod
    def load(cls, config: Path) -> "Phonemiser":
        """Read a voice's `.onnx.json`. Raises ModelError."""
        try:
            return cls(PiperConfig.from_dict(json.loads(config.read_text(encoding="utf-8"))))
        except (OSError, ValueError, KeyError) as error:
            raise ModelError(f"{config}: not a Piper voice: {error}") from None

    def phonemes(self, tokens: Sequence[Token]) -> Phonemes:
        """All tokens as one sentence; no symbols when there is nothing to say."""
        text = " ".join(token.said for token in tokens)
        if text and text[-1].isalnum():
            text += "."  # without it the voice does not lower at the end
        symbols = list(self._symbols(text))
        if all(symbol in _SILENT for symbol in symbols):
            return Phonemes((), (), ())
        table = self._table
        groups = [[*table[symbol], *table[PAD]] for symbol in (BOS, *symbols)]
        ends = itertools.accumulate(len(group) for group in groups)
        ids = itertools.chain(*groups, table[EOS])
        return Phonemes(tuple(symbols), tuple(ids), tuple(end - 1 for end in ends))

    def words(
        self, tokens: Sequence[Token], phonemes: Phonemes, ends: npt.NDArray[np.int64]
    ) -> tuple[Word, ...]:
        """Where each token sounds; `ends` are the ids' ends in samples."""
        edges = ends[list(phonemes.last_ids)].tolist()
        sounds = [index for index, symbol in enumerate(phonemes.symbols) if symbol not in _SILENT]
        alone = [self._sounds(token.said) for token in tokens]
        borders = _borders(alone, [phonemes.symbols[index] for index in sounds])
        words, last = [], edges[0]
        for token, (begin, end) in zip(tokens, itertools.pairwise(borders), strict=True):
            start = edges[sounds[begin]] if begin < end else last
            last = edges[sounds[end - 1] + 1] if begin < end else last
            words.append(Word(token.written, start, last))
        return tuple(words)

    def _sounds(self, text: str) -> list[str]:
        return [symbol for symbol in self._symbols(text) if symbol not in _SILENT]

    def _symbols(self, text: str) -> Iterator[str]:
        """Piper splits at what espeak takes for sentence ends; here it is one sentence."""
        try:
            sentences = self._piper.phonemize(text)
        except Exception as error:  # noqa: BLE001  many phonemisers, no common base
            raise SpeakingError(f"{text!r} cannot be pronounced: {error}") from None
        for number, sentence in enumerate(sentences):
            known = (symbol for symbol in sentence if symbol in self._table)
            yield from (" ", *known) if number else known


def _borders(alone: Sequence[Sequence[str]], together: Sequence[str]) -> list[int]:
    """Where, in a sentence's sounds, each word begins; and at last the sentence's end.

    Words sound a little different together than alone ("in the" becomes one), so the two are
    matched by the fewest edits.
    """
    flat = [symbol for word in alone for symbol in word]
    place = [0] * (len(flat) + 1)
    for edit in Levenshtein.opcodes(flat, together):
        for index in range(edit.src_start, edit.src_end):
            place[index] = min(edit.dest_start + index - edit.src_start, edit.dest_end)
    place[-1] = len(together)
    starts = itertools.accumulate((len(word) for word in alone), initial=0)
    return [0, *(place[start] for start in [*starts][1:])]
