"""What the speaker played, laid beside what the microphone hears: the same moment, same index.

Both devices count samples that never stop, so their clocks are compared once and then only
watched: the sound itself tells, by cross-correlation, how late the echo is, and when that jumps.
"""

from collections import deque

import numpy as np
import soxr

from edge.audio.echo import BLOCK, Canceller
from edge.events import RATE, Frame, Pcm

_KEEP = 4 * RATE
_WINDOW = 1 << 15
"""Samples that are compared to find the delay: 2 s."""
_EVERY = RATE // 2
_EARLIEST, _LATEST = -RATE // 20, RATE // 2
_CLEAR = 12.0
"""A delay is believed when its peak stands so many times over the rest, twice in a row."""
_SAME = RATE // 500
_GUARD = 96
"""The echo is expected this much behind the reference: 6 ms for what the clocks do not tell."""
_SLACK = 64
_SILENCE = RATE
"""After so much silence of the speaker nothing of it is in the room any more."""
_QUIET = -200.0
ALL = 20.0
"""More than any sound: all of it may be echo."""
_LEARNING, _SURE = 800, 20
"""A path is trusted after so many blocks of echo (12.8 s), of which one counts for twenty when the
filter is sure of it: tones, as those of a ring, teach little of a voice, and last as long."""
_SURE_DB = -12.0
_APART = int(0.4 * RATE)
"""Clocks that differ by so much are those of a device that was opened again."""


class Reference:
    """The speaker's samples at 16 kHz. One thread adds, another collects and cuts."""

    def __init__(self) -> None:
        self._fresh: deque[tuple[Pcm, int, float]] = deque(maxlen=1000)
        self._resampler: soxr.ResampleStream | None = None
        self._rate = RATE
        self._sound = np.zeros(_KEEP, np.int16)
        self._heard_at = 0.0
        self.end = 0
        """Index after the newest sample."""
        self.sounding_to = -2 * _SILENCE
        """Index after the newest sample that was not silent."""

    def add(self, pcm: Pcm, rate: int, at: float) -> None:
        """Speaker's thread: this is played from the monotonic second `at` on."""
        self._fresh.append((pcm, rate, at))

    def collect(self) -> None:
        """Take in what was added."""
        while self._fresh:
            pcm, rate, at = self._fresh.popleft()
            new = self._resampled(pcm, rate)[-_KEEP:]
            if not len(new):
                continue
            self._sound = np.concatenate((self._sound[len(new) :], new))
            self.end += len(new)
            self._heard_at = at + len(pcm) / rate
            loud = np.flatnonzero(new)
            if len(loud):
                self.sounding_to = self.end - len(new) + int(loud[-1]) + 1

    def index_at(self, at: float) -> int:
        """The sample that sounds at a monotonic second."""
        return self.end + round((at - self._heard_at) * RATE)

    def cut(self, start: int, count: int) -> Pcm:
        """Samples from an index on; silence where there are none (any more, or yet)."""
        first = start - (self.end - _KEEP)
        out = np.zeros(count, np.int16)
        low, high = max(0, first), min(_KEEP, first + count)
        if low < high:
            out[low - first : high - first] = self._sound[low:high]
        return out

    def _resampled(self, pcm: Pcm, rate: int) -> Pcm:
        if rate != self._rate:
            self._rate = rate
            self._resampler = (
                soxr.ResampleStream(rate, RATE, 1, dtype="int16") if rate != RATE else None
            )
        return self._resampler.resample_chunk(pcm) if self._resampler else pcm


class EchoPath:
    """Cleans the microphone's frames; what it does while nothing is played costs nothing.

    `clocks`: the two devices keep their own time; else (a simulated room) they share one.
    `late`: samples by which the echo was once found to be late (`stonechat calibrate echo`), so
    that it need not be looked for; if it has changed, that is noticed.
    """

    def __init__(
        self,
        reference: Reference,
        canceller: Canceller,
        *,
        clocks: bool = True,
        late: int | None = None,
    ) -> None:
        self._reference = reference
        self._canceller = canceller
        self._clocks = clocks
        self._offset: int | None = None if clocks else 0
        self._late = late
        self.delay = late or 0
        """Samples by which the echo is known to be late."""
        self._to_learn = _LEARNING
        self.aligned = late is not None or not clocks
        """The delay was found. Until then all that is heard while something is played may be
        echo, and is said to be."""
        self._waiting = np.zeros(0, np.int16)
        self._begin = 0
        self._delays = DelayFinder()

    def __call__(self, frame: Frame) -> tuple[Frame, float]:
        """The frame without echo, and how loud the echo that is left may be (dB of full scale).

        Whole blocks of 256 samples come out; a rest waits for the next frame.
        """
        self._reference.collect()
        if frame.sample != self._begin + len(self._waiting):
            self._waiting, self._begin = frame.pcm, frame.sample
        else:
            self._waiting = np.concatenate((self._waiting, frame.pcm))
        if self._clocks and self._reference.end:
            self._compare(self._reference.index_at(frame.at) - frame.end)
        count = len(self._waiting) // BLOCK
        cleaned = [self._block(index * BLOCK) for index in range(count)]
        begin = self._begin
        self._begin += count * BLOCK
        self._waiting = self._waiting[count * BLOCK :]
        pcm = np.concatenate([each for each, _ in cleaned]) if cleaned else self._waiting[:0]
        residual = max((level for _, level in cleaned), default=_QUIET)
        return Frame(pcm, begin, frame.at), residual

    def _compare(self, offset: int) -> None:
        if self._offset is None or abs(offset - self._offset) > _APART:
            self._offset, self.delay = offset, self._late or 0
            self.aligned = self._late is not None
            self._delays = DelayFinder()
            self._forget()

    def _block(self, start: int) -> tuple[Pcm, float]:
        mic = self._waiting[start : start + BLOCK]
        index = self._begin + start + (self._offset or 0)
        if self._offset is None or index - self._reference.sounding_to > _SILENCE + self.delay:
            return mic, _QUIET
        late = self._delays(mic, self._reference.cut(index, BLOCK))
        if late is not None:
            self._align(late)
        cleaned = self._canceller(mic, self._reference.cut(index - self.delay, BLOCK))
        self._to_learn = max(0, self._to_learn - (_SURE if cleaned.doubt < _SURE_DB else 1))
        return cleaned.pcm, ALL if self._to_learn or not self.aligned else cleaned.residual

    def _forget(self) -> None:
        self._canceller.reset()
        self._to_learn = _LEARNING

    def _align(self, late: int) -> None:
        self.aligned = True
        if abs(late - _GUARD - self.delay) > _SLACK:
            self.delay = late - _GUARD
            self._forget()


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

    def _find(self) -> int | None:
        if np.mean(np.square(self._reference)) < 100 or not self._mic.any():
            return None
        heard = np.fft.rfft(self._mic, 2 * _WINDOW)
        played = np.fft.rfft(self._reference, 2 * _WINDOW)
        cross = heard * np.conj(played)
        peaks = np.fft.irfft(cross / (np.abs(cross) + 1e-3))
        likely = np.abs(np.concatenate((peaks[_EARLIEST:], peaks[:_LATEST])))
        best = int(np.argmax(likely))
        return best + _EARLIEST if likely[best] > _CLEAR * float(likely.mean()) else None
