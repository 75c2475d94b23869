"""Taking the speaker's own sound out of the microphone's.

    reference (what is played) ─► adaptive filter ─► echo as it should be ─┐
    microphone ────────────────────────────────────────────────────────── − ─► linear ─► post-filter
                                       ▲                                        │
                                       └────────────── what is left ────────────┘

The adaptive filter is a partitioned frequency-domain Kalman filter (Enzner and Vary 2006; Kuech,
Mabande and Enzner 2014). It weighs, bin by bin, how unsure it is of the path against how much of
the sound is not echo, so it goes on learning while the user speaks and does not unlearn by it.
That is why it is here rather than WebRTC's canceller, whose suppressor takes the user away with
the echo (figures in docs/adr/0008-echo.md).

A small loudspeaker bends its sound, and a linear filter cannot follow: what is left rises and falls
with the echo. The post-filter learns that ratio and takes as much away again.
"""

import functools
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

from edge.events import Pcm

BLOCK = 256
"""Samples a call takes: 16 ms."""

_FFT = 2 * BLOCK
_BINS = BLOCK + 1
_PARTITIONS = 28
"""The path may be 28 × 16 ms long: what a large room adds later is too faint to matter."""
REACH = _PARTITIONS * BLOCK
_STAYS = 0.9998
"""How much of the path is taken to be the same a block later (the filter's memory is 80 s)."""
_AT_FIRST = 0.3
"""The power that is expected of the path's first partition, before anything is known."""
_DECAY = 0.9
"""How much less is expected of the path, in amplitude, from one partition to the next."""
_NEVER_SURE = 1e-3
"""Of what was expected at first, so much is always possible anew: else what was silent while the
path was learnt, as a sound server's digital silence is, would count as no path for ever."""
_NEAR = 0.7
_LEARNT = 0.25
"""By how much a block makes surer. Half of it would be right if bins were independent; they are
not, and whoever is too soon sure stops learning: 17 dB were gone after two seconds, not 11."""
_FITS_DB = 1.0
_MEMORY = 0.92
_LEAK_MEMORY = 0.98
_TAIL = 0.78
"""How slowly the room lets an echo go, a block: by 60 dB in 0.9 s, as a large one does. Less, and
the end of every sentence stood out of it."""
_OVER = 2.0
"""So many times the residual echo that is expected is taken away."""
_FLOOR = 0.05
_TINY = 1e-9
_AT_LEAST = 1e-3
"""Before an echo of that power was heard, all of it may be left."""
_FAINT = 1e-7 * _FFT * BLOCK
"""Of an echo below −60 dB of full scale nothing can be said, least of all of none."""

Floats = npt.NDArray[np.floating[Any]]
Spectra = npt.NDArray[np.complex64]


@dataclass(frozen=True, slots=True)
class Cleaned:
    """A block without the echo."""

    pcm: Pcm
    """After the post-filter."""
    level: float
    """Of `pcm`, in dB of full scale."""
    residual: float
    """How loud the echo that the linear filter left is expected to be, in dB of full scale."""
    doubt: float
    """How unsure the filter is of the echo that it took away, in dB against that echo."""


class Canceller(Protocol):
    """Takes an echo out of a microphone's sound."""

    def __call__(self, mic: Pcm, reference: Pcm) -> Cleaned:
        """Clean a block of 256 samples; `reference` is what was played, aligned to it."""

    def reset(self) -> None:
        """Forget the path."""

    def realign(self, mic: Pcm, reference: Pcm, later: int) -> bool:
        """From now on the reference is laid `later` samples later; whether the path is kept.

        It may have to move by as much, or not at all (if it is the streams that jumped). What the
        microphone heard last, and the new reference with `REACH` samples before it, tell.
        """


class KalmanCanceller:
    """A partitioned frequency-domain Kalman filter and a post-filter; about 0.5 ms a block."""

    def __init__(self) -> None:
        self.reset()

    def reset(self) -> None:
        """Forget the path."""
        shape = (_PARTITIONS, _BINS)
        self._played: Spectra = np.zeros(shape, np.complex64)
        self._path: Spectra = np.zeros(shape, np.complex64)
        self._doubt: Floats = _expected()
        self._near: Floats = np.zeros(_BINS, np.float32)
        self._reference: Floats = np.zeros(_FFT, np.float32)
        self._left: Floats = np.zeros(_FFT, np.float32)
        self._echo: Floats = np.zeros(_FFT, np.float32)
        self._post = PostFilter()

    def __call__(self, mic: Pcm, reference: Pcm) -> Cleaned:
        """Clean a block of 256 samples; `reference` is what was played, aligned to it."""
        _shift(self._reference, reference.astype(np.float32) / 32768)
        self._played = np.concatenate((_rfft(self._reference)[None], self._played[:-1]))
        spectrum = (self._played * self._path).sum(axis=0)
        echo = _irfft(spectrum)[BLOCK:]
        left = mic.astype(np.float32) / 32768 - echo
        unsure = self._learn(left)
        doubt = _db((unsure + _FAINT) / (float(np.square(np.abs(spectrum)).sum()) + _TINY))
        _shift(self._left, left)
        _shift(self._echo, echo)
        pcm, level, residual = self._post(self._left, self._echo)
        return Cleaned(pcm, level, residual, doubt)

    def realign(self, mic: Pcm, reference: Pcm, later: int) -> bool:
        """From now on the reference is laid `later` samples later; whether the path is kept."""
        path, doubt = _irfft(self._path)[:, :BLOCK].ravel(), self._doubt
        moved = np.zeros_like(path)
        low, high = max(0, later), min(REACH, REACH + later)
        if low < high:
            moved[low - later : high - later] = path[low:high]
        heard, played = (pcm.astype(np.float32) / 32768 for pcm in (mic, reference))
        best = max((path, moved), key=lambda each: _removed(heard, played, each))
        fits = _removed(heard, played, best) > _FITS_DB
        if not fits:
            self.reset()
        blocks = played[-REACH - BLOCK :].reshape(-1, BLOCK)[::-1]
        self._played = _rfft(np.concatenate((blocks[1:], blocks[:-1]), axis=1))
        self._reference[BLOCK:] = blocks[0]
        if fits:
            taps = np.pad(best.reshape(-1, BLOCK), ((0, 0), (0, BLOCK)))
            self._path = _rfft(taps)
            self._doubt = np.maximum(doubt, _NEVER_SURE * _expected())
        return fits

    def _learn(self, left: Floats) -> float:
        """Follow the path; the power that its error is expected to have."""
        error = _rfft(np.concatenate((np.zeros(BLOCK, np.float32), left)))
        self._near = _NEAR * self._near + (1 - _NEAR) * np.square(np.abs(error))
        loud = np.square(np.abs(self._played))
        path = np.square(np.abs(self._path))
        doubt = _STAYS**2 * self._doubt + (1 - _STAYS**2) * (path + _NEVER_SURE * _expected())
        unsure = (loud * doubt).sum(axis=0)
        weight = doubt / (0.5 * unsure + self._near + 1e-6)
        step = _irfft(weight * np.conj(self._played) * error)
        step[:, BLOCK:] = 0
        self._path = _STAYS * self._path + _rfft(step)
        self._doubt = doubt * np.clip(1 - _LEARNT * weight * loud, 0, 1)
        return float(unsure.sum())


class PostFilter:
    """Takes away what the linear filter left of the echo, as much as it mostly leaves."""

    def __init__(self) -> None:
        self._mean_left = self._mean_echo = np.zeros(_BINS, np.float32)
        self._both = np.full(_BINS, _AT_LEAST, np.float32)
        self._own = np.full(_BINS, _AT_LEAST, np.float32)
        self._tail: Floats = np.zeros(_BINS, np.float32)
        self._gain: Floats = np.ones(_BINS, np.float32)
        self._window = np.hanning(_FFT).astype(np.float32)

    def __call__(self, left: Floats, echo: Floats) -> tuple[Pcm, float, float]:
        """Clean the newer half of two blocks; its level, and that of the echo that is left."""
        power_left = np.square(np.abs(_rfft(left * self._window)))
        power_echo = np.square(np.abs(_rfft(echo * self._window)))
        self._tail = np.maximum(power_echo, _TAIL * self._tail)
        residual = self._leakage(power_left, power_echo) * self._tail
        gain = np.clip(1 - _OVER * residual / (power_left + _TINY), 0, 1)
        self._gain = 0.3 * self._gain + 0.7 * gain
        # The whole of both blocks is filtered, so that the newer one needs no block after it.
        clean = _irfft(_rfft(left) * np.maximum(self._gain, _FLOOR))[BLOCK:]
        expected = float(residual.sum() / (np.square(self._window).sum() * BLOCK))
        return _integers(clean), _db(float(np.square(clean).mean())), _db(expected)

    def _leakage(self, left: Floats, echo: Floats) -> Floats:
        """The share of the echo's power that stays: how what is left moves with the echo."""
        self._mean_left = _MEMORY * self._mean_left + (1 - _MEMORY) * left
        self._mean_echo = _MEMORY * self._mean_echo + (1 - _MEMORY) * echo
        apart_left, apart_echo = left - self._mean_left, echo - self._mean_echo
        self._both = _LEAK_MEMORY * self._both + (1 - _LEAK_MEMORY) * apart_left * apart_echo
        self._own = _LEAK_MEMORY * self._own + (1 - _LEAK_MEMORY) * np.square(apart_echo)
        share: Floats = np.clip(self._both / (self._own + _TINY), 1e-3, 1)
        return share


@functools.cache
def _expected() -> Floats:
    """How much power the path may have, before anything is known of it."""
    decay = _DECAY ** (2 * np.arange(_PARTITIONS, dtype=np.float32))
    return np.repeat(_AT_FIRST * decay[:, None], _BINS, axis=1)


def _removed(heard: Floats, played: Floats, path: Floats) -> float:
    """How much of a sound a path explains, in dB."""
    size = 1 << (len(played) + len(path)).bit_length()
    echo = np.fft.irfft(np.fft.rfft(played, size) * np.fft.rfft(path, size), size)
    left = heard - echo[len(played) - len(heard) : len(played)]
    return _db(float(np.square(heard).mean())) - _db(float(np.square(left).mean()))


def _shift(kept: Floats, new: Floats) -> None:
    kept[:BLOCK] = kept[BLOCK:]
    kept[BLOCK:] = new


def _rfft(sound: Floats) -> Spectra:
    return np.fft.rfft(sound, axis=-1).astype(np.complex64, copy=False)


def _irfft(spectrum: Spectra) -> Floats:
    return np.fft.irfft(spectrum, axis=-1).astype(np.float32, copy=False)


def _integers(sound: Floats) -> Pcm:
    return np.clip(np.rint(sound * 32768), -32768, 32767).astype(np.int16)


def _db(power: float) -> float:
    return float(10 * np.log10(power + 1e-10))
