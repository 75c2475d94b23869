"""Recordings as a stream of frames, in the place of the microphone.

The virtual speaker's clock is the stream's own sample count, so a reply takes as long, in sound,
as it would in a room; silence is added after a recording for as long as the conversation needs.
"""

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from edge.assistant import Assistant
from edge.audio import wav
from edge.events import RATE, Frame, Pcm
from edge.ringer import Ringer

BLOCK = 256
"""Samples of a frame: 16 ms, as the microphone's: two make a step of the voice detector."""
_TAIL = int(1.0 * RATE)
_LONGEST_TAIL = 90 * RATE


@dataclass(frozen=True, slots=True)
class Way:
    """How recordings are played."""

    realtime: bool = False
    woken: bool = False
    """Each file as if the wake word had just been said."""
    follow: bool = False
    """Listen on, in real time, for what is still to ring."""


class Recordings:
    """Plays recordings into an assistant, one after the other, as one conversation."""

    def __init__(
        self, assistant: Assistant, ringer: Ringer, way: Way, clock: Callable[[int], None]
    ) -> None:
        self._assistant = assistant
        self._ringer = ringer
        self._way = way
        self._clock = clock
        self._paced = way.realtime
        self._sample = 0
        self._began = time.monotonic()

    async def play(self, files: Sequence[Path]) -> None:
        """Play them all, and the silence in which the answers come."""
        self._began = time.monotonic()
        for file in files:
            self._assistant.enter()
            if self._way.woken and self._assistant.idle:
                self._assistant.wake("recording")
            async for pcm in _blocks(file):
                await self._hear(pcm)
            await self._silence(until=lambda: self._assistant.waiting)
        await self._silence(until=lambda: self._assistant.idle)
        if self._way.follow:
            await self._follow()

    async def _follow(self) -> None:
        self._paced = True
        self._began = time.monotonic() - self._sample / RATE
        while self._ringer.outstanding or not self._assistant.idle:
            await self._ringer.tick()
            await self._hear(np.zeros(BLOCK, np.int16))

    async def _silence(self, until: Callable[[], bool]) -> None:
        quiet = np.zeros(BLOCK, np.int16)
        begin = self._sample
        while self._sample - begin < _LONGEST_TAIL:
            await self._hear(quiet)
            if self._sample - begin >= _TAIL and until():
                return

    async def _hear(self, pcm: Pcm) -> None:
        self._sample += len(pcm)
        if self._paced:
            ahead = self._began + self._sample / RATE - time.monotonic()
            await asyncio.sleep(max(0.0, ahead))
        self._clock(len(pcm))
        frame = Frame(pcm, self._sample - len(pcm), time.monotonic())
        await self._assistant.step(frame)


async def _blocks(file: Path) -> AsyncIterator[Pcm]:
    left = np.zeros(0, np.int16)
    for block in wav.blocks(file):
        left = np.concatenate((left, block))
        whole = len(left) // BLOCK * BLOCK
        for start in range(0, whole, BLOCK):
            yield left[start : start + BLOCK]
        left = left[whole:]
    if len(left):
        yield np.pad(left, (0, BLOCK - len(left)))
