"""Rooms and noises: generated ones to train with, and the arithmetic of mixing in recorded ones."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from edge.events import RATE, Pcm

Rng = np.random.Generator
Sound = npt.NDArray[np.float64]

_HOP = RATE // 100
_LOUDEST = 32_000
KINDS = ("white", "pink", "brown", "hum", "clatter", "music", "fan")


def active_level(pcm: Pcm) -> float:
    """Root mean square of what is speech in a recording, as full scale 32,768.

    The hops of 10 ms within 16 dB of the loudest ones: silence around a word does not count, as
    in ITU-T P.56, where the margin is 15.9 dB.
    """
    power = _powers(pcm)
    top = float(np.percentile(power, 97))
    return float(np.sqrt(np.mean(power[power > top / 40]))) if top else 0.0


def level(pcm: Pcm) -> float:
    """Root mean square of all of it."""
    return float(np.sqrt(np.mean(np.square(pcm.astype(np.float64)))))


def word_end(pcm: Pcm) -> int:
    """The sample after the last of the speech in a recording, by its level."""
    power = 10 * np.log10(_powers(pcm) + 1e-3)
    threshold = max(np.percentile(power, 10) + 8, np.percentile(power, 97) - 26)
    loud = power > threshold
    pairs = np.flatnonzero(loud[1:] & loud[:-1]) + 1
    return int((pairs[-1] + 1) * _HOP) if len(pairs) else len(pcm)


def mixed(pcm: Pcm, noise: Pcm, snr_db: float, speech: float | None = None) -> Pcm:
    """A recording in noise of the same length; `speech`: its level, if it is known already.

    The ratio is that of the active speech to the noise that sounds with it. What would clip is
    turned down as a whole.
    """
    loud = active_level(pcm) if speech is None else speech
    sound = pcm + noise * (loud / max(level(noise), 1e-9) / 10 ** (snr_db / 20))
    return _fitted(sound)


def stretch(noise: Pcm, length: int, rng: Rng) -> Pcm:
    """A chance piece of a noise; one that is too short goes round."""
    if len(noise) < length:
        noise = np.tile(noise, -(-length // len(noise)))
    start = int(rng.integers(0, len(noise) - length + 1))
    return noise[start : start + length]


def echoing(pcm: Pcm, seconds: float, rng: Rng) -> Pcm:
    """A recording as in a room that fades by 60 dB in so many seconds."""
    length = int(seconds * RATE)
    fading = rng.standard_normal(length) * np.exp(-6.9 * np.arange(length) / length)
    fading *= 0.6 / np.sqrt(np.sum(fading**2))
    fading[: RATE // 500] = 0
    fading[0] = 1
    size = len(pcm) + length
    wet = np.fft.irfft(np.fft.rfft(pcm, size) * np.fft.rfft(fading, size), size)
    return _fitted(wet[: len(pcm)])


def noise(kind: str, length: int, rng: Rng) -> Pcm:
    """A generated noise of one of the KINDS, of a middling level."""
    match kind:
        case "white":
            sound = rng.standard_normal(length)
        case "pink" | "brown" | "fan":
            sound = _coloured(length, {"pink": 0.5, "brown": 1.0, "fan": 0.8}[kind], rng)
            if kind == "fan":
                sound *= 1 + 0.3 * np.sin(2 * np.pi * rng.uniform(2, 9) * _time(length))
        case "hum":
            base = rng.choice((50.0, 60.0, 100.0))
            sound = _tones(length, base, 8, rng) + 0.1 * rng.standard_normal(length)
        case "clatter":
            sound = _clatter(length, rng)
        case "music":
            sound = _music(length, rng)
        case _:
            raise ValueError(f"no noise is called {kind!r}; there are: {', '.join(KINDS)}")
    scaled = sound / max(float(np.sqrt(np.mean(sound**2))), 1e-9) * 1500
    return np.clip(scaled, -32768, 32767).astype(np.int16)


def augmented(pcm: Pcm, noises: Sequence[Pcm], rng: Rng, lead: int = RATE, tail: int = RATE) -> Pcm:
    """A clip with silence around it, in a chance room, at a chance level, perhaps in a noise."""
    clip = np.pad(pcm, (lead, tail))
    speech = active_level(pcm)
    if rng.random() < 0.6:
        clip = echoing(clip, rng.uniform(0.1, 0.6), rng)
    if rng.random() < 0.8:
        if noises and rng.random() < 0.5:
            sound = stretch(noises[int(rng.integers(len(noises)))], len(clip), rng)
        else:
            sound = noise(KINDS[rng.integers(len(KINDS))], len(clip), rng)
        clip = mixed(clip, sound, rng.uniform(-4, 20), speech)
    else:
        clip = _fitted(clip.astype(np.float64) + rng.normal(0, 4, len(clip)))
    return _fitted(clip.astype(np.float64) * 10 ** (rng.uniform(-18, 4) / 20))


def _fitted(sound: Sound) -> Pcm:
    peak = float(np.abs(sound).max(initial=0))
    return (sound * min(1.0, _LOUDEST / max(peak, 1.0))).astype(np.int16)


def _powers(pcm: Pcm) -> Sound:
    hops = pcm[: len(pcm) // _HOP * _HOP].reshape(-1, _HOP).astype(np.float64)
    return np.asarray(np.mean(hops**2, axis=1)) if len(hops) else np.zeros(1)


def _time(length: int) -> Sound:
    return np.arange(length) / RATE


def _coloured(length: int, slope: float, rng: Rng) -> Sound:
    spectrum = np.fft.rfft(rng.standard_normal(length))
    spectrum /= np.maximum(np.arange(len(spectrum)), length / 800) ** slope
    return np.fft.irfft(spectrum, length)


def _tones(length: int, base: float, count: int, rng: Rng) -> Sound:
    parts = np.zeros(length)
    for number in range(1, count + 1):
        phase = rng.uniform(0, 2 * np.pi)
        parts += np.sin(2 * np.pi * base * number * _time(length) + phase) / number
    return parts


def _clatter(length: int, rng: Rng) -> Sound:
    """Dishes, keys, claps: short bursts that ring for a moment."""
    sound = 0.02 * rng.standard_normal(length)
    for _ in range(max(1, int(length / RATE * rng.uniform(1, 6)))):
        ring = int(rng.uniform(0.02, 0.25) * RATE)
        start = int(rng.integers(0, max(1, length - ring)))
        burst = rng.standard_normal(ring) * np.exp(-6 * np.arange(ring) / ring)
        tone = np.sin(2 * np.pi * rng.uniform(600, 6000) * np.arange(ring) / RATE)
        share = rng.random()
        piece = burst * (share + (1 - share) * tone) * rng.uniform(0.2, 1.5)
        sound[start : start + ring] += piece[: max(0, length - start)]
    return sound


def _music(length: int, rng: Rng) -> Sound:
    """Chords and a beat."""
    sound = np.zeros(length)
    step = int(rng.uniform(0.2, 0.7) * RATE)
    root = rng.uniform(80, 260)
    for start in range(0, length, step):
        size = min(step, length - start)
        fade = np.exp(-rng.uniform(1, 5) * np.arange(size) / step)
        for degree in rng.choice((0, 2, 4, 5, 7, 9, 12, 16), 3):
            chord = _tones(size, root * 2 ** (degree / 12), 6, rng)
            sound[start : start + size] += fade * chord
        hit = min(size, RATE // 12)
        sound[start : start + hit] += rng.standard_normal(hit) * np.linspace(1.5, 0, hit)
    return sound
