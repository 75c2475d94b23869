"""A mute that is real: while it holds, the microphone's stream is closed and nothing is heard."""

import asyncio
import time
from collections.abc import Callable
from dataclasses import replace
from types import TracebackType
from typing import Protocol, Self

import numpy as np

from edge.events import RATE, Frame

_STEP = 512
"""Samples of silence at once: 32 ms."""


class Source(Protocol):
    """A microphone: an async context that opens its stream, and gives frames of it."""

    @property
    def dropped(self) -> int:
        """Samples that were lost because the reader was late."""

    @property
    def alive_at(self) -> float:
        """Monotonic time of its last sign of life."""

    async def __aenter__(self) -> object:
        """Open the stream. Raises AudioError."""

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> object:
        """Close it."""

    async def __anext__(self) -> Frame:
        """The next frame."""


class Mutable:
    """Frames of a microphone that can be closed and opened again; sample indices keep true time.

    An async context and iterator, like the microphone. While it is muted the stream is closed and
    the frames are digital silence as time goes by: alarms ring on, and whoever was listened to is
    no longer. `opened` makes a microphone; its argument tells whether one was open before, so that
    a device that is not there is waited for.
    """

    def __init__(self, opened: Callable[[bool], Source], *, muted: bool = False) -> None:
        self._opened = opened
        self._source: Source | None = None
        self._reading: asyncio.Timeout | None = None
        self._muted = muted
        self._last: Frame | None = None
        self._shift: int | None = None
        self._lost = 0

    @property
    def open(self) -> bool:
        """Whether the device's stream is open."""
        return self._source is not None

    @property
    def muted(self) -> bool:
        """Whether it is to be closed."""
        return self._muted

    @property
    def dropped(self) -> int:
        """Samples that were lost because the reader was late."""
        return self._lost + (self._source.dropped if self._source else 0)

    @property
    def alive_at(self) -> float:
        """Monotonic time of the last sign of life; silence on purpose is one."""
        if self._source is not None:
            return self._source.alive_at
        return self._last.at if self._last else float("-inf")

    @property
    def heard_at(self) -> float:
        """Monotonic time of the last frame. A device that is waited for lives, but is not heard."""
        return self._last.at if self._last else float("-inf")

    def mute(self, muted: bool) -> None:
        """Close the stream before another frame is given, or open it again. On the loop only."""
        self._muted = muted
        if muted and self._reading is not None:
            self._reading.reschedule(asyncio.get_running_loop().time())

    async def __aenter__(self) -> Self:
        if not self._muted:
            await self._open()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self._close()

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> Frame:
        """The next frame; of silence while it is muted."""
        frame = None if self._muted else await self._read()
        if frame is None:
            await self._close()
            return await self._silence()
        return self._timed(frame)

    async def _read(self) -> Frame | None:
        """The next frame of the device, or None as soon as it is muted."""
        source = self._source or await self._open()
        try:
            async with asyncio.timeout(None) as self._reading:
                frame = await source.__anext__()
        except TimeoutError:
            return None
        finally:
            self._reading = None
        return None if self._muted else frame

    async def _open(self) -> Source:
        source = self._opened(self._last is not None)
        await source.__aenter__()
        self._source, self._shift = source, None
        return source

    async def _close(self) -> None:
        source, self._source = self._source, None
        if source is not None:
            self._lost += source.dropped
            await source.__aexit__(None, None, None)

    async def _silence(self) -> Frame:
        last = self._last or Frame(np.zeros(0, np.int16), 0, time.monotonic())
        due = last.at + _STEP / RATE
        await asyncio.sleep(max(0.0, due - time.monotonic()))
        self._last = Frame(np.zeros(_STEP, np.int16), last.end, due)
        return self._last

    def _timed(self, frame: Frame) -> Frame:
        """The frame, counted on from those before it was opened by the time that went by."""
        if self._shift is None:
            self._shift = 0
            if self._last is not None:
                gap = frame.at - len(frame.pcm) / RATE - self._last.at
                self._shift = self._last.end + max(0, round(gap * RATE)) - frame.sample
        self._last = replace(frame, sample=frame.sample + self._shift)
        return self._last
