"""Recorded or synthesised commands with a known end of speech.

`--corpus DIR` takes a folder of recordings with a `manifest.jsonl` (keys `file`, `text`,
optionally `real`); without it, the device's own voice speaks a fixed set of commands at several
speeds and pitches.
"""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import soxr

from edge.audio import wav
from edge.errors import UsageError
from edge.events import RATE, Pcm
from edge.speaking.tts import Voice

COMMANDS = (
    "turn on the kitchen lights",
    "turn off the bedroom lamp",
    "set a timer for ten minutes",
    "what time is it",
    "add milk to my shopping list",
    "set the volume to forty percent",
    "pause the music",
    "close the garage door",
    "what's the temperature in the living room",
    "cancel the timer",
    "next song",
    "set the brightness to fifty percent",
    "wake me up at seven thirty",
    "what is twelve times seven",
    "how much time is left on my timer",
    "stop",
)
_VARIANTS = ((1.0, "plain"), (0.9, "deep"), (1.12, "high"), (0.82, "slow"), (1.25, "fast"))
_LEAD = RATE // 2
_TAIL = 2 * RATE
_HOP = RATE // 100

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Utterance:
    """A command in its room: silence before and after at the recording's own noise level."""

    pcm: Pcm
    end: int
    """The last sample of speech."""
    text: str
    voice: str
    real: bool


def from_corpus(folder: Path) -> Iterator[Utterance]:
    """Commands of a manifest that have a text."""
    manifest = folder / "manifest.jsonl"
    if not manifest.is_file():
        raise UsageError(f"{folder}: has no manifest.jsonl")
    for line in manifest.read_text(encoding="utf-8").splitlines():
        entry = json.loads(line)
        if "commands/home" in entry["file"] and entry.get("text"):
            pcm = wav.read(folder / entry["file"])
            real = bool(entry.get("real"))
            yield in_room(pcm, entry["text"], "recorded" if real else "generated", real=real)


def synthesised(voice: Voice, texts: Sequence[str] = COMMANDS) -> Iterator[Utterance]:
    """Sentences (the fixed commands) in the device's voice, resampled into several."""
    for factor, name in _VARIANTS:
        for text in texts:
            sound = np.concatenate([part.pcm for part in voice.speak(text)])
            pcm = soxr.resample(sound, voice.rate, RATE / factor).astype(np.int16)
            yield in_room(pcm, text, name, real=False)


def in_room(pcm: Pcm, text: str, voice: str, *, real: bool) -> Utterance:
    """Cut a recording to its speech and put it into noise of its own level."""
    end = speech_end(pcm)
    noise = np.sqrt(np.percentile(_powers(pcm), 8))
    random = np.random.default_rng(len(pcm))
    room = [random.normal(0, max(noise, 3.0), n).astype(np.int16) for n in (_LEAD, _TAIL)]
    kept = pcm[: min(len(pcm), end + RATE // 20)]
    return Utterance(np.concatenate((room[0], kept, room[1])), _LEAD + end, text, voice, real)


def speech_end(pcm: Pcm) -> int:
    """The last sample of speech, by level: looking back from the end, as no live detector can."""
    level = 10 * np.log10(_powers(pcm) + 1e-3)
    threshold = max(np.percentile(level, 8) + 8, np.percentile(level, 97) - 30)
    loud = level > threshold
    pairs = np.flatnonzero(loud[1:] & loud[:-1]) + 1
    return int((pairs[-1] + 1) * _HOP) if len(pairs) else len(pcm)


def _powers(pcm: Pcm) -> Floats:
    hops = pcm[: len(pcm) // _HOP * _HOP].reshape(-1, _HOP).astype(np.float64)
    return np.asarray(np.mean(hops**2, axis=1))
