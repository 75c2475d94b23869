"""Sentences as the recogniser writes them: spoken by Piper in several voices, with and without
noise, heard as in a conversation: where the first look is unsure, what the device can be told is
held against the sound, and the larger model is asked.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TypeVar

import numpy as np
import numpy.typing as npt
import soxr

from edge.audio import wav
from edge.config.schema import Asr
from edge.errors import UsageError
from edge.events import RATE, Cloud, Local, Pcm, Route, Transcript, Utterance
from edge.hearing.asr import Recogniser, WhisperRecogniser
from edge.hearing.candidates import look_again
from edge.speaking.tts import Voice
from edge.understanding.own import OwnRouter

VOICES = (1.0, 0.9, 1.12)
"""Factors of pitch and speed that make several voices of one."""
TRAINING_VOICES = (0.95, 1.06, 0.85, 1.18)
"""Those that the training text was said in; noises with an odd number are training's, too."""
LEVELS_DB = (None, 10.0, 5.0)
"""Speech over noise, both as root mean square over the utterance; None: no noise."""
_SILENCE = RATE // 5

Floats = npt.NDArray[np.float32]
Item = TypeVar("Item")


@dataclass(frozen=True, slots=True)
class Heard:
    """What became of a sentence on its way through voice, room and recogniser."""

    said: str
    text: str


def noises(audio: Path) -> list[Floats]:
    """The noise recordings under a folder, 16 kHz. Raises UsageError where there are none."""
    files = sorted(
        file for file in (audio / "noise").rglob("*") if file.suffix in (".flac", ".wav", ".ogg")
    )
    if not files:
        raise UsageError(f"{audio}: has no recordings in noise/")
    return [wav.read(file).astype(np.float32) for file in files]


def said(voice: Voice, text: str, factor: float) -> Pcm:
    """A sentence in a voice made of the one that is there, with a little silence around it."""
    sound = np.concatenate([part.pcm for part in voice.speak(text)] or [np.zeros(1, np.int16)])
    quiet = np.zeros(_SILENCE, np.float32)
    pcm = soxr.resample(sound.astype(np.float32), voice.rate, RATE / factor)
    return np.concatenate((quiet, pcm, quiet)).clip(-32768, 32767).astype(np.int16)


def mixed(pcm: Pcm, noise: Floats, snr_db: float, rng: np.random.Generator) -> Pcm:
    """Speech with a stretch of noise under it."""
    repeated = np.resize(noise, max(len(noise), 2 * len(pcm)))
    start = int(rng.integers(0, len(repeated) - len(pcm) + 1))
    part = repeated[start : start + len(pcm)]
    speech, level = (float(np.sqrt(np.mean(np.square(x, dtype=np.float64)))) for x in (pcm, part))
    gain = speech / max(level, 1.0) / 10 ** (snr_db / 20)
    out: Pcm = (pcm + gain * part).clip(-32768, 32767).astype(np.int16)
    return out


class Ears:
    """The recognisers that ship, used as a conversation uses them; without a router, only once."""

    def __init__(self, config: Asr, router: OwnRouter | None, now: datetime) -> None:
        self._first: Recogniser = WhisperRecogniser(config.model)
        second = config.second
        self._second: Recogniser | None = WhisperRecogniser(second) if second != "none" else None
        self._sure = config.sure
        self._router = router
        self._now = now

    def hear(self, pcm: Pcm) -> str:
        """The words of an utterance; empty where none are believed."""
        heard = self._first.transcribe(pcm, final=True)
        if self._router is not None:
            heard = self._settled(self._router, pcm, heard)
        return "" if heard.phantom else heard.text

    def _settled(self, router: OwnRouter, pcm: Pcm, told: Transcript) -> Transcript:
        """A sure and clear command as it is; all else after a second look."""
        first = self._routed(router, told)
        known = isinstance(first, Local) and told.log_prob >= self._sure
        if known and router.clear(first):
            return told
        voiced_ms = 1000 * len(pcm) // RATE
        loose = isinstance(first, Local) and first.loose
        found = look_again(
            self._first, self._second if loose or not known else None,
            lambda text: router.propose(text, self._now), Utterance(pcm, voiced_ms), told,
        )  # fmt: skip
        if found is None:
            return told
        better = self._routed(router, found)
        if not isinstance(first, Local):
            return found
        if not isinstance(better, Local):
            return told if known else found
        taken = router.clear(better) or not (known or router.clear(first))
        return found if taken else told

    def _routed(self, router: OwnRouter, told: Transcript) -> Route:
        return Cloud("phantom") if told.phantom else router.route(told.text, self._now)


def through(
    texts: Sequence[str], voice: Voice, ears: Ears, noise: Sequence[Floats], snr_db: float | None,
    factors: Sequence[float] = VOICES,
) -> Iterator[Heard]:  # fmt: skip
    """Each sentence, said by one of the voices and heard; without noise where `snr_db` is None."""
    rng = np.random.default_rng(0)
    for i, text in enumerate(texts):
        pcm = said(voice, text, factors[i % len(factors)])
        if snr_db is not None:
            pcm = mixed(pcm, noise[i % len(noise)], snr_db, rng)
        yield Heard(text, ears.hear(pcm))


def spread(found: Sequence[Item], count: int) -> list[Item]:
    """So many of them, evenly chosen, in their order."""
    found = list(found)
    return found if len(found) <= count else [found[i * len(found) // count] for i in range(count)]
