"""Sentences said as people say them: with a pause inside, an "umm", an afterthought.

The device's own voice says the parts one by one; they are joined with the sound of a room. So it
is known to the millisecond where each pause lies and where the sentence truly ends. The same voice
and seed give the same samples.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import soxr

from edge.bench.utterances import COMMANDS, Floats, speech_end
from edge.events import RATE, Pcm
from edge.speaking.tts import Voice

Kind = Literal["plain", "pause", "hesitation", "qualifier", "recorded"]

PAUSE = " | "
FILLERS = ("umm", "uh")
SENTENCES: Mapping[Kind, tuple[str, ...]] = {
    "plain": COMMANDS[:15],
    "pause": (
        "turn on | the kitchen lights",
        "what's the temperature | in the living room",
        "set the volume | to forty percent",
        "add bread | to my shopping list",
        "close | the garage door",
        "wake me up | at seven thirty",
        "what is | twelve times seven",
        "set the brightness | to fifty percent",
        "how much time | is left on my timer",
        "set a timer | for twenty | five minutes",
    ),
    "hesitation": (
        "set a timer for | umm | ten minutes",
        "turn on the | uh | bedroom lamp",
        "remind me to | umm | call my mother at six",
        "add | umm | eggs to my shopping list",
        "set the temperature to | uh | twenty degrees",
        "umm | what time is it",
        "set the volume to | umm | thirty percent",
        "open the | uh | garage door",
        "wake me up at | umm | half past six",
        "what is | uh | fifteen plus seven",
    ),
    "qualifier": (
        "turn off the lights | in the bedroom",
        "turn on the light | in the kitchen",
        "set a timer for ten minutes | for the pasta",
        "set an alarm for seven thirty | tomorrow morning",
        "set the brightness to fifty percent | in the office",
        "open the blinds | in the living room",
        "add butter | to my shopping list",
        "turn on the fan | in the bathroom",
        "turn off the kitchen lights | and the bedroom lamp",
        "what's the temperature | outside",
    ),
}
"""By kind: no pause (a bar); one anywhere; around an "umm"; before an afterthought."""

_FACTORS = (1.0, 0.9, 1.12, 0.82, 1.25)
"""Speed and pitch together."""
_ROOMS_DB = (-65.0, -55.0, -45.0)
"""Noise below full scale; the voice lies at -18."""
_PAUSES_MS = (200, 800)
_TAKES: Mapping[Kind, int] = {"plain": 2, "pause": 3, "hesitation": 3, "qualifier": 3}
_LEAD = RATE // 2
_TAIL = 3 * RATE
_EDGE = RATE // 100


@dataclass(frozen=True, slots=True)
class Spoken:
    """A sentence in its room."""

    pcm: Pcm
    end: int
    """The last sample of speech."""
    text: str
    """The whole sentence, without its pauses and fillers."""
    kind: Kind
    pauses_ms: tuple[int, ...] = ()


def spoken(voice: Voice, seed: int = 3) -> Iterator[Spoken]:
    """Every sentence in several takes, each with another speed, other pauses, another room."""
    random = np.random.default_rng(seed)
    takes = [
        (kind, sentence)
        for kind, sentences in SENTENCES.items()
        for sentence in sentences * _TAKES[kind]
    ]
    for number, (kind, sentence) in enumerate(takes):
        factor = _FACTORS[number % len(_FACTORS)]
        parts = [_said(voice, part, factor) for part in _marked(sentence)]
        pauses = random.integers(*_PAUSES_MS, len(parts) - 1, endpoint=True)
        pcm, end = _joined(parts, [int(ms) * RATE // 1000 for ms in pauses])
        noise = 32768 * 10 ** (_ROOMS_DB[number % len(_ROOMS_DB)] / 20)
        noisy = pcm + random.normal(0, noise, len(pcm))
        text = " ".join(part for part in sentence.split(PAUSE) if part not in FILLERS)
        yield Spoken(
            noisy.clip(-32768, 32767).astype(np.int16), end, text, kind, tuple(map(int, pauses))
        )


def _marked(sentence: str) -> Iterator[str]:
    """The parts, with a comma where the voice must not fall as it does at a sentence's end."""
    *inner, last = sentence.split(PAUSE)
    yield from (f"{part}," for part in inner)
    yield f"{last}."


def _said(voice: Voice, text: str, factor: float) -> Pcm:
    """A part cut to its speech, from the first loud sample to the last, its edges faded."""
    sound = np.concatenate([speech.pcm for speech in voice.speak(text)]).astype(np.float64)
    pcm = soxr.resample(sound, voice.rate, RATE / factor)
    pcm = pcm[len(pcm) - speech_end(pcm[::-1]) : speech_end(pcm)]
    fade = np.linspace(0, 1, _EDGE)
    pcm[:_EDGE] *= fade
    pcm[-_EDGE:] *= fade[::-1]
    return np.asarray(pcm.astype(np.int16))


def _joined(parts: Sequence[Pcm], pauses: Sequence[int]) -> tuple[Floats, int]:
    """The parts with so many samples between them, in silence; and where the last one ends."""
    pieces: list[Pcm] = [np.zeros(_LEAD, np.int16)]
    for part, pause in zip(parts, (*pauses, _TAIL), strict=True):
        pieces += (part, np.zeros(pause, np.int16))
    whole = np.concatenate(pieces)
    return whole.astype(np.float64), len(whole) - _TAIL
