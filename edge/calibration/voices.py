"""The voice at hand as many talkers: fast and slow, small and large, never twice the same."""

import json
from collections.abc import Sequence
from itertools import chain

import numpy as np
import soxr

from edge import models
from edge.errors import SpeakingError
from edge.events import RATE, Pcm
from edge.speaking.phonemes import Phonemiser
from edge.speaking.spoken import tokens
from edge.speaking.vits import Scales, WholeVits

VOICE = "en_US-joe-medium"

_PACES = (0.8, 1.15)
"""Piper's length scale of the fast and the slow talker; resampling gives all between them."""
_SIZES = (0.78, 1.3)
"""Speech played so much faster is that of a smaller head: pitch and formants rise together."""
_AUDIBLE = 0.02

Rng = np.random.Generator


class Talkers:
    """Says words as people of different size and pace would; each call is another one."""

    def __init__(self, voice: str = VOICE) -> None:
        config = models.path(voice, f"{voice}.onnx.json")
        weights = models.path(voice, f"{voice}.onnx")
        self._phonemiser = Phonemiser.load(config)
        self._rate = self._phonemiser.config.sample_rate
        self._networks = [WholeVits(weights, Scales(0.8, pace, 0.9)) for pace in _PACES]
        table = json.loads(config.read_text(encoding="utf-8"))["phoneme_id_map"]
        self._table: dict[str, list[int]] = table

    def phonemes(self, text: str) -> tuple[str, ...]:
        """The sounds of a text, stress marks and pauses included."""
        return self._phonemiser.phonemes(tokens(text)).symbols

    def say(self, text: str, rng: Rng) -> Pcm:
        """A text in a chance voice, cut to its sound. Raises SpeakingError."""
        return self._render(self._phonemiser.phonemes(tokens(text)).ids, rng)

    def sound(self, symbols: Sequence[str], rng: Rng) -> Pcm:
        """Phonemes in a chance voice, cut to their sound. Raises SpeakingError."""
        pad = self._table["_"]
        groups = [[*self._table[symbol], *pad] for symbol in ("^", *symbols)]
        return self._render((*chain(*groups), *self._table["$"]), rng)

    def _render(self, ids: Sequence[int], rng: Rng) -> Pcm:
        if not ids:
            raise SpeakingError("there is nothing to say")
        network = self._networks[rng.integers(len(self._networks))]
        sound = np.concatenate(list(network.render(ids).pieces))
        size = float(np.exp(rng.uniform(*np.log(_SIZES))))
        sound = soxr.resample(sound, self._rate, RATE / size)
        heard = np.flatnonzero(np.abs(sound) > _AUDIBLE * np.abs(sound).max())
        sound = sound[heard[0] : heard[-1] + 1]
        scaled: Pcm = (sound / np.abs(sound).max() * 12_000).astype(np.int16)
        return scaled
