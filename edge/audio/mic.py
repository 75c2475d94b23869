"""The microphone: frames of 16 kHz mono that keep true time, whatever the device does."""

import asyncio
import logging
import time
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Self

import numpy as np
import soxr

from edge.audio.device import Line, PortAudio, Request, absent, portaudio
from edge.audio.ring import Ring
from edge.config.schema import Audio
from edge.errors import AudioError
from edge.events import RATE, Frame, Pcm

log = logging.getLogger(__name__)

_LATENCY_S = 0.1
_LOOK_S = 0.25
_FIRST_PAUSE_S = 0.1
_LONGEST_PAUSE_S = 3.0


@dataclass(frozen=True, slots=True)
class Block:
    """Sound as the device gave it."""

    data: bytes
    """Interleaved 16-bit samples."""
    first: int
    """Index of the first sample since the device was opened, lost ones counted."""
    at: float
    """Monotonic seconds when it came."""


class Intake:
    """Makes frames of a device's blocks: one channel, 16 kHz, indices that keep true time."""

    def __init__(self, rate: int, channels: int) -> None:
        self.rate = rate
        self._channels = channels
        self._origin: int | None = None
        self._expected = 0
        self._sample = 0
        self._resampler: soxr.ResampleStream | None = None

    def __call__(self, block: Block, after: Frame | None) -> Frame:
        """The block's samples (a resampler may hold some back); `after`: the last frame before."""
        sound = np.frombuffer(block.data, np.int16).reshape(-1, self._channels)
        if self._origin is None:
            self._origin = self._begin(block, len(sound), after)
            self._restart(block)
        elif block.first != self._expected:
            self._restart(block)
        self._expected = block.first + len(sound)
        pcm = self._resampled(_mono(sound))
        frame = Frame(pcm, self._sample, block.at)
        self._sample += len(pcm)
        return frame

    def _begin(self, block: Block, length: int, after: Frame | None) -> int:
        """The index that the device's first sample has: after a gap, that of the time it took."""
        if after is None:
            return 0
        gap = block.at - length / self.rate - after.at
        return after.end + max(0, round(gap * RATE)) - self._scaled(block.first)

    def _restart(self, block: Block) -> None:
        assert self._origin is not None
        self._sample = self._origin + self._scaled(block.first)
        if self.rate != RATE:
            self._resampler = soxr.ResampleStream(self.rate, RATE, 1, dtype="int16")

    def _resampled(self, pcm: Pcm) -> Pcm:
        return self._resampler.resample_chunk(pcm) if self._resampler else pcm

    def _scaled(self, samples: int) -> int:
        return round(samples * RATE / self.rate)


class Microphone:
    """Frames from a device, as an async context and iterator; it opens again what was lost.

    The frames wait in a bounded ring. When the reader is late, the oldest go, and are counted.
    `patient`: a device that is not there at first is waited for like one that was lost.
    """

    def __init__(
        self, settings: Audio, system: PortAudio | None = None, *, patient: bool = False
    ) -> None:
        self._system = system or portaudio()
        self._request = Request("input", settings.microphone, RATE, settings.block_ms, _LATENCY_S)
        self._ring: Ring[Block] = Ring(round(settings.ring_s * 1000 / settings.block_ms))
        self._came = asyncio.Event()
        self._last: Frame | None = None
        self._count = 0
        self._patient = patient
        self._answered_at = float("-inf")

    @property
    def dropped(self) -> int:
        """Samples that were lost because the reader was late."""
        return self._ring.dropped * RATE * self._request.block_ms // 1000

    @property
    def alive_at(self) -> float:
        """Monotonic time of the last frame, or of the last plain answer that there is no device.

        A device that opens and gives nothing, or hangs, is no sign of life.
        """
        return max(self._answered_at, self._last.at if self._last else float("-inf"))

    async def __aenter__(self) -> Self:
        self._loop = asyncio.get_running_loop()
        try:
            await self._open()
        except AudioError as error:
            if not self._patient:
                raise
            log.warning("%s", error)
            self._line = absent(self._request)
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self._system.close(self._line)

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> Frame:
        """The next frame; waits for it, and for the device to come back, as long as that takes."""
        while True:
            block = self._ring.pop()
            if block is not None:
                frame = self._intake(block, self._last)
                if len(frame.pcm):
                    self._last = frame
                    return frame
            elif not self._line.alive:
                await self._reopen()
            else:
                await self._wait()

    async def _wait(self) -> None:
        self._came.clear()
        try:
            async with asyncio.timeout(_LOOK_S):
                await self._came.wait()
        except TimeoutError:
            return

    async def _open(self) -> None:
        self._count = 0
        self._line = await self._system.open(self._request, self._hear)
        self._intake = Intake(self._line.rate, self._line.channels)

    async def _reopen(self) -> None:
        log.warning("the microphone is gone; looking for it")
        pause = _FIRST_PAUSE_S
        await self._system.close(self._line)
        while True:
            try:
                await self._open()
            except AudioError as error:
                self._answered_at = time.monotonic()
                log.debug("%s; next look in %.1f s", error, pause)
                await asyncio.sleep(pause)
                pause = min(2 * pause, _LONGEST_PAUSE_S)
            else:
                log.warning("the microphone is back")
                return

    def _hear(self, line: Line, data: Any, frames: int, _times: Any) -> None:
        """On PortAudio's thread: copy and leave."""
        now = time.monotonic()
        line.called_at = now
        self._ring.push(Block(bytes(data), self._count, now))
        self._count += frames
        self._loop.call_soon_threadsafe(self._came.set)


def _mono(sound: Pcm) -> Pcm:
    """One channel: the mean of a stereo pair; of an array of microphones the first, processed."""
    pair = sound[:, :2] if sound.shape[1] == 2 else sound[:, :1]
    mono: Pcm = pair.mean(axis=1).astype(np.int16)
    return mono
