"""How late an echo is, by cross-correlation with a phase transform, and what is one at all."""

import numpy as np

from edge.audio.echo import BLOCK
from edge.events import RATE, Pcm

_WINDOW = 1 << 15
"""Samples that are compared to find the delay: 2 s."""
_EVERY = RATE // 2
EARLIEST, LATEST = -RATE // 20, RATE
"""An echo is looked for between these: sound servers and radio links take their time."""
_CLEAR = 12.0
"""A delay is believed when its peak stands so many times over the rest, twice in a row."""
_SAME = RATE // 500
_LOW_HZ, _HIGH_HZ = 150, 5000
_ECHO = 10.0
"""So many times over the rest stands the peak of an echo that was not taken away: at least 14 in
400 ms of one, even where sound was lost in the middle. People's voices, with what the canceller
leaves beside them, stay below 8."""


def is_echo_of(sound: Pcm, reference: Pcm) -> bool:
    """Whether a sound is what was played, however late.

    `reference` begins `LATEST` samples before the sound and ends `-EARLIEST` after it.
    """
    size = 1 << (len(sound) + len(reference)).bit_length()
    heard = np.fft.rfft(sound, size)
    cross = heard * np.conj(np.fft.rfft(reference, size))
    hertz = np.fft.rfftfreq(size, 1 / RATE)
    cross[(hertz < _LOW_HZ) | (hertz > _HIGH_HZ)] = 0
    peaks = np.abs(np.fft.irfft(cross / (np.abs(cross) + 1e-9)))
    likely = peaks[np.arange(EARLIEST, LATEST) - LATEST]
    return bool(likely.max() > _ECHO * np.sqrt(np.mean(np.square(likely))))


class DelayFinder:
    """Finds by cross-correlation (phase transform) how late the echo is."""

    def __init__(self) -> None:
        self._mic = np.zeros(_WINDOW, np.float32)
        self._reference = np.zeros(_WINDOW, np.float32)
        self._since = 0
        self._last: int | None = None

    def __call__(self, mic: Pcm, reference: Pcm) -> int | None:
        """Take a block of each; the delay in samples when it was looked for and is certain."""
        for kept, new in ((self._mic, mic), (self._reference, reference)):
            kept[:-BLOCK] = kept[BLOCK:]
            kept[-BLOCK:] = new
        self._since += BLOCK
        if self._since < _EVERY:
            return None
        self._since = 0
        before, self._last = self._last, self._find()
        sure = before is not None and self._last is not None
        return self._last if sure and abs((before or 0) - (self._last or 0)) <= _SAME else None

    def before(self, count: int) -> Pcm:
        """What the microphone heard before the newest block."""
        return self._mic[-BLOCK - count : -BLOCK].astype(np.int16)

    def _find(self) -> int | None:
        if np.mean(np.square(self._reference)) < 100 or not self._mic.any():
            return None
        heard = np.fft.rfft(self._mic, 2 * _WINDOW)
        played = np.fft.rfft(self._reference, 2 * _WINDOW)
        cross = heard * np.conj(played)
        peaks = np.fft.irfft(cross / (np.abs(cross) + 1e-3))
        likely = np.abs(np.concatenate((peaks[EARLIEST:], peaks[:LATEST])))
        best = int(np.argmax(likely))
        return best + EARLIEST if likely[best] > _CLEAR * float(likely.mean()) else None
