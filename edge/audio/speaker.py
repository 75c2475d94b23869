"""Speakers: one of the sound card, one whose clock is the recording that is listened to."""

import asyncio
import logging
import time
from collections import deque
from types import TracebackType
from typing import Any, Protocol, Self

import numpy as np
import soxr

from edge.audio.device import Line, PortAudio, Request, Wish, absent, portaudio
from edge.audio.playout import Playout, Span
from edge.audio.reference import Reference
from edge.errors import AudioError
from edge.events import RATE, Pcm

log = logging.getLogger(__name__)

_BLOCK_MS = 10
_LATENCY_S = 0.03
_LOOK_S = 0.1
_PATIENCE_S = 2.0
_LONGEST_PAUSE_S = 3.0
_MARKS = 256


class Speaker(Protocol):
    """A queue of sound that never blocks. A reply begins with the first `play` after its end."""

    @property
    def rate(self) -> int:
        """Samples a second of what is played."""

    @property
    def latency(self) -> float:
        """Seconds from `play` on an empty queue to the air."""

    @property
    def played(self) -> int:
        """Samples of the current reply that were truly heard."""

    @property
    def done(self) -> bool:
        """Whether the current reply is complete and was heard to its end, or was stopped."""

    @property
    def volume(self) -> int:
        """Loudness, 0 to 100."""

    @volume.setter
    def volume(self, volume: int) -> None: ...

    @property
    def muted(self) -> bool:
        """Whether nothing is let out; the clock runs on."""

    @muted.setter
    def muted(self, muted: bool) -> None: ...

    def duck(self, factor: float) -> None:
        """Let the voice step back (a factor below 1) or come forward again (1)."""

    reference: Reference | None
    """Is told what is played, for an echo canceller."""

    def play(self, pcm: Pcm) -> None:
        """Queue sound at `rate`."""

    def finish(self) -> None:
        """The current reply is complete."""

    def stop(self) -> int:
        """Fade out, drop what is queued; how many samples of the reply were heard."""


class _Queued:
    """What both speakers share: the queue and its loudness."""

    def __init__(self, rate: int) -> None:
        self._playout = Playout(rate)
        self._stopped: int | None = None
        self.reference: Reference | None = None
        """Is told what is played, for an echo canceller."""

    @property
    def volume(self) -> int:
        """Loudness, 0 to 100."""
        return self._playout.volume

    @volume.setter
    def volume(self, volume: int) -> None:
        self._playout.volume = min(max(volume, 0), 100)

    @property
    def muted(self) -> bool:
        """Whether nothing is let out; the clock runs on."""
        return self._playout.muted

    @muted.setter
    def muted(self, muted: bool) -> None:
        self._playout.muted = muted

    def duck(self, factor: float) -> None:
        """Let the voice step back (a factor below 1) or come forward again (1)."""
        self._playout.duck = factor

    @property
    def played(self) -> int:
        """Samples of the current reply that were truly heard."""
        return self._so_far()

    @property
    def done(self) -> bool:
        """Whether the current reply is complete and was heard to its end, or was stopped."""
        over = self._stopped is not None or self._heard() >= self._playout.length
        return self._playout.finished and over

    def play(self, pcm: Pcm) -> None:
        """Queue sound."""
        if self._playout.finished:
            self._stopped = None
        self._playout.play(pcm)

    def finish(self) -> None:
        """The current reply is complete."""
        self._playout.finish()

    def stop(self) -> int:
        """Fade out, drop what is queued; how many samples of the reply were heard."""
        self._stopped = self._so_far()
        self._playout.cut()
        return self.played

    def _so_far(self) -> int:
        return self._heard() if self._stopped is None else self._stopped

    def _heard(self) -> int:
        """How far the current reply sounds by now, in samples of the queue."""
        raise NotImplementedError


class VirtualSpeaker(_Queued):
    """A speaker in sound's own time: it plays as much as the microphone hears."""

    latency = 0.0

    def __init__(self, rate: int) -> None:
        super().__init__(rate)
        self.rate = rate
        self._listened = 0
        self._rendered = 0
        self._position = 0
        self._sound: list[list[Pcm]] = []

    def advance(self, samples: int) -> None:
        """Let the time pass that the microphone (16 kHz) needs for so many samples."""
        self._listened += samples
        due = self._listened * self.rate // RATE - self._rendered
        self._rendered += due
        pcm, spans = self._playout.render(due)
        if self.reference is not None:
            self.reference.add(pcm, self.rate, 0.0)
        for span in spans:
            while len(self._sound) <= span.reply:
                self._sound.append([])
            self._sound[span.reply].append(pcm[span.offset : span.offset + span.count])

    @property
    def replies(self) -> list[Pcm]:
        """What was truly played, reply by reply."""
        return [np.concatenate(parts) if parts else np.zeros(0, np.int16) for parts in self._sound]

    def _heard(self) -> int:
        reply = self._playout.reply
        return sum(map(len, self._sound[reply])) if 0 <= reply < len(self._sound) else 0


class SoundCardSpeaker(_Queued):
    """The device's stream, open all the time: a reply's first sample waits for one block.

    An async context: while it lasts, a device that went away is opened again when it is back.
    What was to be said for longer than two seconds without a device is not said any more.
    `patient`: a device that is not there at first is waited for like one that was lost.
    """

    def __init__(
        self,
        rate: int,
        device: Wish = None,
        system: PortAudio | None = None,
        *,
        patient: bool = False,
    ) -> None:
        super().__init__(rate)
        self.rate = rate
        self._system = system or portaudio()
        self._request = Request("output", device, rate, _BLOCK_MS, _LATENCY_S)
        self._patient = patient
        self._marks: deque[tuple[float, Span]] = deque(maxlen=_MARKS)
        self._resampler: soxr.ResampleStream | None = None

    @property
    def latency(self) -> float:
        """Seconds from `play` on an empty queue to the air."""
        return self._line.latency + _BLOCK_MS / 1000

    @property
    def alive(self) -> bool:
        """Whether the device takes sound."""
        return self._line.alive

    async def __aenter__(self) -> Self:
        try:
            await self._open()
        except AudioError as error:
            if not self._patient:
                raise
            log.warning("%s", error)
            self._line = absent(self._request)
        self._watch = asyncio.create_task(self._keep_open())
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._watch.cancel()
        await asyncio.wait([self._watch])
        await self._system.close(self._line)

    @property
    def played(self) -> int:
        """Samples of the current reply that were truly heard."""
        return self._so_far() * self.rate // self._line.rate

    def play(self, pcm: Pcm) -> None:
        """Queue sound at `rate`."""
        if self._playout.finished:
            device = self._line.rate
            new = device != self.rate
            self._resampler = soxr.ResampleStream(self.rate, device, 1, "int16") if new else None
        super().play(self._resampler.resample_chunk(pcm) if self._resampler else pcm)

    def finish(self) -> None:
        """The current reply is complete."""
        if self._resampler and not self._playout.finished:
            rest = self._resampler.resample_chunk(np.zeros(0, np.int16), last=True)
            super().play(rest)
        super().finish()

    def _heard(self) -> int:
        now = time.monotonic()
        for at, span in reversed(tuple(self._marks)):
            if span.reply != self._playout.reply:
                break
            if at <= now:
                return span.position + min(span.count, int((now - at) * self._line.rate))
        return 0

    def _feed(self, line: Line, out: Any, frames: int, times: Any) -> None:
        """On PortAudio's thread: hand over the next block, note when it will be heard."""
        now = time.monotonic()
        line.called_at = now
        pcm, spans = self._playout.render(frames)
        out[:] = np.repeat(pcm, line.channels).tobytes()
        delay = times.outputBufferDacTime - times.currentTime
        start = now + (delay if 0 < delay < 1 else line.latency)
        if self.reference is not None:
            self.reference.add(pcm, line.rate, start)
        self._marks.extend((start + span.offset / line.rate, span) for span in spans)

    async def _open(self) -> None:
        self._line = await self._system.open(self._request, self._feed)

    async def _keep_open(self) -> None:
        while True:
            await asyncio.sleep(_LOOK_S)
            if not self._line.alive:
                log.warning("the speaker is gone; looking for it")
                await self._reopen()
                log.warning("the speaker is back")

    async def _reopen(self) -> None:
        lost_at = time.monotonic()
        pause = _LOOK_S
        rate = self._line.rate
        await self._system.close(self._line)
        while True:
            try:
                await self._open()
            except AudioError as error:
                log.debug("%s; next look in %.1f s", error, pause)
            else:
                break
            if time.monotonic() - lost_at > _PATIENCE_S:
                self._give_up()
            await asyncio.sleep(pause)
            pause = min(2 * pause, _LONGEST_PAUSE_S)
        if self._line.rate != rate:
            self._give_up()

    def _give_up(self) -> None:
        """Nobody hears it: what is queued counts as stopped."""
        if not self.done:
            self.stop()
            self._marks.clear()
