"""Waiting for a stream with a limit, without breaking the stream when the limit passes."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import aclosing
from types import TracebackType
from typing import Generic, Self, TypeVar

T = TypeVar("T")


class Pump(Generic[T]):
    """Runs a stream in one task of its own. Leaving the context closes the stream for certain."""

    def __init__(self, stream: AsyncGenerator[T, None]) -> None:
        self._stream = stream
        self._queue: asyncio.Queue[T | BaseException] = asyncio.Queue()
        self._task: asyncio.Task[None] | None = None

    async def next(self, seconds: float | None) -> T:
        """Give the next item. Raises TimeoutError (the stream goes on), StopAsyncIteration."""
        async with asyncio.timeout(seconds):
            item = await self._queue.get()
        if isinstance(item, BaseException):
            raise item
        return item

    async def _run(self) -> None:
        try:
            async with aclosing(self._stream) as stream:
                async for item in stream:
                    self._queue.put_nowait(item)
        except Exception as error:  # noqa: BLE001 - handed to whoever waits
            self._queue.put_nowait(error)
        else:
            self._queue.put_nowait(StopAsyncIteration())

    async def __aenter__(self) -> Self:
        self._task = asyncio.create_task(self._run())
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        assert self._task is not None
        self._task.cancel()
        await asyncio.wait([self._task])
