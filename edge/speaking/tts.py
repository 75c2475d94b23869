"""Sentences into sound: Piper, first samples early."""

import contextlib
import itertools
import json
import logging
import shutil
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Protocol

import numpy as np
import onnxruntime

from edge import models
from edge.errors import ModelError, StonechatError
from edge.events import Pcm, Speech, Word
from edge.models.manifest import load as load_manifest
from edge.models.store import replace
from edge.paths import cache_dir
from edge.speaking.phonemes import Phonemiser
from edge.speaking.spoken import tokens
from edge.speaking.vits import CannotSplit, Scales, Sound, SplitVits, Vits, WholeVits

LOUDNESS = 0.12
"""Root mean square of the voiced parts, of full scale 1."""
_KNEE = 0.8
"""Louder samples are bent towards 1 rather than clipped."""
_AUDIBLE = 0.008
_LEAD_S = 0.008
"""Kept of the silence before the first audible sample, and faded in."""
_VERSION = 1
"""Of the derived graphs and of how sentences become samples; raise it when either changes."""
_SAMPLE = "Okay, the kitchen light is on, and your timer has ten minutes left."

_log = logging.getLogger(__name__)


class Voice(Protocol):
    """Something that can say a sentence."""

    rate: int
    """Samples a second."""
    key: str
    """Names the voice and its settings: the same key makes the same sound of a text."""

    def speak(self, sentence: str) -> Iterator[Speech]:
        """Say a sentence in chunks, the first one early; nothing for a text without words.

        A chunk's `words` are those that begin in it; positions count from its first sample, and a
        word may end in the next chunk. Raises SpeakingError.
        """


class PiperEngine:
    """A Piper voice on ONNX Runtime."""

    def __init__(self, phonemiser: Phonemiser, vits: Vits, gain: float, key: str) -> None:
        self.rate: int = phonemiser.config.sample_rate
        self.key = key
        self._phonemiser = phonemiser
        self._vits = vits
        self._gain = gain

    @classmethod
    def load(cls, model: str, threads: int = 1) -> "PiperEngine":
        """Load a voice of the manifest; the first time this takes seconds. Raises ModelError."""
        weights = models.path(model, f"{model}.onnx")
        phonemiser = Phonemiser.load(models.path(model, f"{model}.onnx.json"))
        key = load_manifest().model(model).file(weights.name).sha256[:16]
        config = phonemiser.config
        scales = Scales(config.noise_scale, config.length_scale, config.noise_w_scale)
        folder = cache_dir() / "derived" / f"{key}-{_VERSION}-ort{onnxruntime.__version__}"
        vits = _load_vits(weights, folder, scales, threads)
        gain = _gain(phonemiser, vits, folder / "gain.json")
        return cls(phonemiser, vits, gain, f"{key}-{_VERSION}")

    def speak(self, sentence: str) -> Iterator[Speech]:
        """Say a sentence in chunks, the first one early."""
        said = tokens(sentence)
        phonemes = self._phonemiser.phonemes(said)
        if not phonemes.symbols:
            return
        rendering = self._vits.render(phonemes.ids)
        words = self._phonemiser.words(said, phonemes, rendering.ends)
        position = 0
        heard = False
        for piece in rendering.pieces:
            sound = piece * self._gain
            if not heard:
                start = _onset(sound, int(_LEAD_S * self.rate))
                words = _not_before(words, position + start)
                sound, position = sound[start:], position + start
            if len(sound):
                heard = True
                yield _chunk(sound, self.rate, words, position)
            position += len(sound)


class FakeVoice:
    """Says every word as a short tone, in two chunks, and remembers what it was asked to say."""

    rate = 22_050
    key = "fake"

    def __init__(self) -> None:
        self.spoken: list[str] = []

    def speak(self, sentence: str) -> Iterator[Speech]:
        """A tenth of a second for each word."""
        self.spoken.append(sentence)
        step = self.rate // 10
        texts = sentence.split()
        tone = np.sin(np.arange(step * len(texts)) * 0.05).astype(np.float32) / 4
        words = [Word(text, step * n, step * (n + 1)) for n, text in enumerate(texts)]
        middle = step * ((len(texts) + 1) // 2)
        for start, end in ((0, middle), (middle, len(tone))):
            if start < end:
                yield _chunk(tone[start:end], self.rate, words, start)


def joined(sentence: str, chunks: Sequence[Speech]) -> Speech:
    """Chunks of one sentence as one piece, words counted from its first sample."""
    starts = itertools.accumulate((len(chunk.pcm) for chunk in chunks), initial=0)
    words = tuple(
        Word(word.text, word.start + start, word.end + start)
        for chunk, start in zip(chunks, starts, strict=False)
        for word in chunk.words
    )
    return Speech(np.concatenate([chunk.pcm for chunk in chunks]), chunks[0].rate, sentence, words)


def _chunk(sound: Sound, rate: int, words: Iterable[Word], position: int) -> Speech:
    """A stretch of a sentence that begins at sample `position`."""
    end = position + len(sound)
    mine = tuple(
        Word(word.text, word.start - position, word.end - position)
        for word in words
        if position <= word.start < end
    )
    return Speech(_to_pcm(sound), rate, " ".join(word.text for word in mine), mine)


def _not_before(words: Iterable[Word], first: int) -> tuple[Word, ...]:
    return tuple(Word(word.text, max(first, word.start), max(first, word.end)) for word in words)


def _to_pcm(sound: Sound) -> Pcm:
    loud = np.abs(sound)
    bent = _KNEE + (1 - _KNEE) * np.tanh((loud - _KNEE) / (1 - _KNEE))
    limited = np.where(loud > _KNEE, np.copysign(bent, sound), sound)
    return (limited * 32767).astype(np.int16)


def _onset(sound: Sound, lead: int) -> int:
    """Where to begin so that the first sample is nearly speech; fades the lead in, in place."""
    audible = np.flatnonzero(np.abs(sound) > _AUDIBLE)
    if len(audible) == 0:
        return len(sound)
    start = max(0, int(audible[0]) - lead)
    sound[start : start + lead] *= np.linspace(0, 1, lead, dtype=np.float32)
    return start


def _load_vits(weights: Path, folder: Path, scales: Scales, threads: int) -> Vits:
    """The split graphs, made when they are not there or damaged; the whole one as a last resort."""
    for attempt in (1, 2):
        try:
            if not folder.is_dir():
                _log.info("preparing the voice %s, once", weights.stem)
                _split(weights, folder)
            return SplitVits(folder, scales, threads)
        except CannotSplit as reason:
            _log.info("%s cannot be split (%s): answers start later", weights.name, reason)
            break
        except OSError as error:
            _log.warning("%s: cannot be written (%s): answers start later", folder, error.strerror)
            break
        except StonechatError as damage:
            _log.warning("%s", damage)
            shutil.rmtree(folder, ignore_errors=True)
            if attempt == 2:
                break
    return WholeVits(weights, scales, threads)


def _split(weights: Path, folder: Path) -> None:
    # Needed once in a voice's life; loading it each time would cost 0.3 s and 30 MB.
    from edge.speaking.split import split

    split(weights, folder)
    voice = folder.name.partition("-")[0]
    for other in folder.parent.glob(f"{voice}-*"):
        if other != folder:  # made for a version that is gone
            shutil.rmtree(other, ignore_errors=True)


def _gain(phonemiser: Phonemiser, vits: Vits, note: Path) -> float:
    """What brings this voice to the common loudness; one number, so that chunks fit together."""
    ids = phonemiser.phonemes(tokens(_SAMPLE)).ids  # always, since it wakes espeak up as well
    if not ids:
        raise ModelError(f"the voice cannot say {_SAMPLE!r}")
    with contextlib.suppress(OSError, ValueError, KeyError, TypeError):
        return float(json.loads(note.read_text())["gain"])
    sound = np.concatenate(list(vits.render(ids).pieces))
    voiced = np.abs(sound) > np.abs(sound).max() / 50
    gain = float(LOUDNESS / np.sqrt(np.mean(sound[voiced] ** 2)))
    with contextlib.suppress(OSError):  # then it is measured again next time
        replace(note, json.dumps({"gain": gain}).encode())
    return gain
