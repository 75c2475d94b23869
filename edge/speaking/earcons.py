"""Short sounds that say what words would take too long for. Made, not recorded; always the same."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from edge.events import Pcm

_LEVEL = 0.22
"""Peak of full scale 1: softer than the voice."""
_ATTACK_S = 0.006
_RELEASE_S = 0.02
_OVERTONES = ((1.0, 1.0), (2.0, 0.28), (3.0, 0.1), (4.16, 0.05))
"""Frequency and strength against the fundamental: a small bell."""

_A4, _C5, _E5, _G5, _A5, _C6, _E6 = 440.0, 523.25, 659.26, 783.99, 880.0, 1046.5, 1318.5


def wake(rate: int) -> Pcm:
    """Two notes up: listening."""
    return _melody(((0.0, _A5), (0.07, _E6)), 0.22, rate)


def done(rate: int) -> Pcm:
    """One note: it is done, and there is nothing to say."""
    return _melody(((0.0, _C6),), 0.2, rate)


def error(rate: int) -> Pcm:
    """Two low notes down: something failed."""
    return _melody(((0.0, _C5), (0.14, _A4)), 0.45, rate)


def muted(rate: int) -> Pcm:
    """Three notes down: the microphone is closed."""
    return _melody(((0.0, _G5), (0.1, _E5), (0.2, _C5)), 0.45, rate)


def unmuted(rate: int) -> Pcm:
    """Three notes up: the microphone is open again."""
    return _melody(((0.0, _C5), (0.1, _E5), (0.2, _G5)), 0.45, rate)


def ring(rate: int) -> Pcm:
    """One turn of the alarm, made to be played over and over: a figure and a rest, 2 s."""
    figure = (_C5, _E5, _G5, _C6)
    notes = [(0.13 * n + bar, note) for bar in (0.0, 0.62) for n, note in enumerate(figure)]
    return _melody(notes, 2.0, rate)


def _melody(notes: Sequence[tuple[float, float]], length: float, rate: int) -> Pcm:
    """Notes as (start in seconds, frequency in Hz), faded out before the end."""
    sound = np.zeros(round(length * rate))
    for start, frequency in notes:
        first = round(start * rate)
        sound[first:] += _note(frequency, len(sound) - first, rate)
    release = round(_RELEASE_S * rate)
    sound[-release:] *= np.cos(np.linspace(0, np.pi / 2, release)) ** 2
    pcm: Pcm = (sound * (_LEVEL * 32767 / np.abs(sound).max())).astype(np.int16)
    return pcm


def _note(frequency: float, samples: int, rate: int) -> npt.NDArray[np.float64]:
    time = np.arange(samples) / rate
    attack = np.sin(np.minimum(time / _ATTACK_S, 1) * np.pi / 2) ** 2
    sound = np.zeros(samples)
    for ratio, strength in _OVERTONES:
        if frequency * ratio < rate / 2:
            wave = np.sin(2 * np.pi * frequency * ratio * time)
            sound += strength * wave * np.exp(-time * (9 + 4 * ratio))
    sound *= attack
    return sound
