"""A room to bench in: what the speaker plays comes back into the microphone, bent and late.

    played ─► small loudspeaker (no bass, soft clipping) ─► delay ─► impulse response ─┐
    user ─► impulse response ──────────────────────────────────────────────────────────┤
    noise ─────────────────────────────────────────────────────────────────────────────┴─► mic

It runs block by block, so that what the assistant does (duck, stop) changes what it hears next.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from edge.events import RATE, Pcm

Floats = npt.NDArray[np.float64]

BLOCK = 256
_BASS_HZ = 180
_TAPS = 255
_LONGEST = int(0.45 * RATE)


class Convolver:
    """Convolves a stream with an impulse response, `BLOCK` samples a call."""

    def __init__(self, response: Floats) -> None:
        self._size = 1 << (len(response) + BLOCK).bit_length()
        self._response = np.fft.rfft(response, self._size)
        self._tail = np.zeros(self._size)

    def __call__(self, block: Floats) -> Floats:
        """The next block of the result."""
        self._tail += np.fft.irfft(np.fft.rfft(block, self._size) * self._response, self._size)
        out = self._tail[:BLOCK].copy()
        self._tail[:-BLOCK] = self._tail[BLOCK:]
        self._tail[-BLOCK:] = 0
        return out


@dataclass(frozen=True, slots=True)
class Paths:
    """How sound travels in a room."""

    echo: Floats
    """Impulse response from the loudspeaker to the microphone."""
    user: Floats
    """Impulse response from the user to the microphone."""
    delay: int
    """Samples between the program's hand and the loudspeaker that nobody told of."""


class Room:
    """A loudspeaker and a microphone; `drive` is how hard the loudspeaker is pushed."""

    def __init__(self, paths: Paths, *, drive: float = 1.0, gain: float = 0.35) -> None:
        self._bass = Convolver(without_bass())
        delayed = np.concatenate((np.zeros(paths.delay), paths.echo))
        self._echo = Convolver(delayed)
        self._drive = drive
        self._gain = gain

    def __call__(self, played: Pcm, beside: Floats) -> tuple[Pcm, Floats]:
        """The microphone's next block, and the echo in it; `beside`: all other sound there."""
        sound = self._bass(played / 32768)
        bent = np.tanh(sound * self._drive) / self._drive
        echo = self._gain * self._echo(bent)
        mixed = np.clip(np.rint((echo + beside) * 32768), -32768, 32767)
        return mixed.astype(np.int16), echo


def response(pcm: Floats) -> Floats:
    """An impulse response without its dead time, its direct sound at 1."""
    peak = int(np.argmax(np.abs(pcm)))
    cut = pcm[max(0, peak - 8) :][:_LONGEST]
    whole: Floats = cut / np.abs(cut).max()
    return whole


def reverberate(pcm: Floats, path: Floats) -> Floats:
    """A recording as it arrives over a path."""
    size = 1 << (len(pcm) + len(path)).bit_length()
    wet = np.fft.irfft(np.fft.rfft(pcm, size) * np.fft.rfft(path, size), size)
    return wet[: len(pcm) + len(path)]


def without_bass() -> Floats:
    """A small loudspeaker's high pass (windowed sinc)."""
    time = np.arange(_TAPS) - _TAPS // 2
    low = 2 * _BASS_HZ / RATE * np.sinc(2 * _BASS_HZ / RATE * time) * np.hamming(_TAPS)
    high: Floats = -low / low.sum()
    high[_TAPS // 2] += 1
    return high


def level_db(sound: Floats) -> float:
    """Level of the parts of a sound that are active (within 25 dB of its loudest 20 ms)."""
    hop = RATE // 50
    power = np.square(sound[: len(sound) // hop * hop]).reshape(-1, hop).mean(axis=1)
    active = power[power > power.max() * 10**-2.5]
    return float(10 * np.log10(active.mean() + 1e-12))
