"""What the speaker played, laid beside what the microphone hears: the same moment, same index.

Both devices count samples that never stop, so their clocks are compared once and then only
watched: how fast they part is followed by reading the reference as much faster (`audio.clocks`),
and the sound itself tells, by cross-correlation, how late the echo is, and when that jumps.
"""

import math
from collections import deque

import numpy as np
import soxr

from edge.audio.clocks import Drift
from edge.audio.delay import EARLIEST, LATEST, DelayFinder, is_echo_of
from edge.audio.echo import BLOCK, REACH, Canceller
from edge.events import RATE, Frame, Pcm

_KEEP = 4 * RATE
_GUARD = 96
"""The echo is expected this much behind the reference: 6 ms for what the clocks do not tell."""
_SLACK = 64
_SILENCE = RATE
"""After so much silence of the speaker nothing of it is in the room any more."""
_QUIET = -200.0
ALL = 20.0
"""More than any sound: all of it may be echo."""
_LEARNING, _SURE = 800, 40
"""A path is trusted after so many blocks of echo (12.8 s), of which one counts for forty when the
filter is sure of it: tones, as those of a ring, teach little of a voice, and last as long."""
_SURE_DB = 0.0
"""The filter's own doubt; it is then some 15 dB of the echo that are truly gone."""
_TRIED = RATE // 2
"""Samples that a path is tried on when the alignment jumps."""
_APART = int(0.4 * RATE)
"""Clocks that differ by so much are those of a device that was opened again."""
_ASTRAY = int(0.03 * RATE)
"""Clocks that went apart by so much have lost sound: the echo is looked for anew."""
_STAMPS = 32
"""Frames whose clocks are compared: each alone may be late."""
_AROUND = 8
"""Samples on either side that a sound between two samples is made of."""


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

    def cut_between(self, start: float, count: int) -> Pcm:
        """The same from between two samples on."""
        whole = math.floor(start)
        part = start - whole
        if not part:
            return self.cut(whole, count)
        sound = self.cut(whole - _AROUND + 1, count + 2 * _AROUND - 1)
        apart = np.arange(-_AROUND, _AROUND) + part
        taps = np.sinc(apart) * np.cos(np.pi * apart / (2 * _AROUND)) ** 2
        found = np.convolve(sound, taps, mode="valid")
        return np.clip(np.rint(found), -32768, 32767).astype(np.int16)

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
        self._offsets: deque[int] = deque(maxlen=_STAMPS)
        self._drift = Drift()
        self._slid = 0.0
        """Samples by which the clocks have parted since the offset was taken."""
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
            offset = self._reference.index_at(frame.at) - frame.end
            self._drift(frame.end, offset)
            self._compare(offset)
        count = len(self._waiting) // BLOCK
        cleaned = [self._block(index * BLOCK) for index in range(count)]
        begin = self._begin
        self._begin += count * BLOCK
        self._waiting = self._waiting[count * BLOCK :]
        pcm = np.concatenate([each for each, _ in cleaned]) if cleaned else self._waiting[:0]
        residual = max((level for _, level in cleaned), default=_QUIET)
        return Frame(pcm, begin, frame.at), residual

    def echoes(self, pcm: Pcm, start: int, *, lasting: bool) -> bool:
        """Whether a cleaned sound, from a sample index on, still is what was played.

        If it is and most of it stood over the echo (`lasting`), the place of the echo is lost, and
        nothing is trusted until it is found again. The first moment of a voice is not enough for
        that: what is left of the echo before it may be all that was found.
        """
        if self._offset is None:
            return False
        begin = start + self._offset + round(self._slid)
        lost = is_echo_of(pcm, self._reference.cut(begin - LATEST, len(pcm) + LATEST - EARLIEST))
        if lost and lasting:
            self._to_learn = _LEARNING
        return lost

    def _compare(self, offset: int) -> None:
        self._offsets.append(offset)
        usual = sorted(self._offsets)[len(self._offsets) // 2]
        full = len(self._offsets) == _STAMPS
        if self._offset is None or abs(offset - self._offset) > _APART:
            self.delay = self._late or 0
            self.aligned = self._late is not None
            self._canceller.reset()
            self._restart(offset)
        elif full and abs(usual - self._offset - self._slid) > _ASTRAY:
            self._restart(usual)

    def _restart(self, offset: int) -> None:
        """The clocks stand otherwise to each other: sound was lost, or a device opened anew."""
        self._offset = offset
        self._slid = 0.0
        self._offsets.clear()
        self._delays = DelayFinder()
        self._to_learn = _LEARNING

    def _block(self, start: int) -> tuple[Pcm, float]:
        mic = self._waiting[start : start + BLOCK]
        self._slid += self._drift.rate * BLOCK
        index = self._begin + start + (self._offset or 0) + round(self._slid)
        if self._offset is None or index - self._reference.sounding_to > _SILENCE + self.delay:
            return mic, _QUIET
        late = self._delays(mic, self._reference.cut(index, BLOCK))
        if late is not None:
            self._align(late, index)
        between = self._slid - round(self._slid)
        played = self._reference.cut_between(index - self.delay + between, BLOCK)
        cleaned = self._canceller(mic, played)
        if played.any():
            sure = cleaned.doubt < _SURE_DB
            self._to_learn = max(0, self._to_learn - (_SURE if sure else 1))
        untold = index - self.delay + BLOCK > self._reference.end
        known = self.aligned and not self._to_learn and not untold
        return cleaned.pcm, cleaned.residual if known else ALL

    def _align(self, late: int, index: int) -> None:
        self.aligned = True
        delay = late - _GUARD if self._clocks else max(0, late - _GUARD)
        later = delay - self.delay
        if abs(later) <= _SLACK:
            return
        self.delay = delay
        mic = self._delays.before(_TRIED)
        count = REACH + len(mic)
        played = self._reference.cut(index - delay - count, count)
        if not self._canceller.realign(mic, played, later):
            self._to_learn = _LEARNING
