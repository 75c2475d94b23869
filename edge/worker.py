"""One thread for one engine.

Engines (ONNX Runtime, CTranslate2, Piper) are neither re-entrant nor interruptible. A pool of
exactly one thread keeps a second call out while the first still runs, and a caller that is
cancelled leaves at once: a call that had not begun is dropped, one that had is left to end alone.
"""

import asyncio
import functools
import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from types import TracebackType
from typing import ParamSpec, Self, TypeVar

P = ParamSpec("P")
T = TypeVar("T")


class Worker:
    """A named thread that runs one blocking call at a time, in the order they were given."""

    def __init__(self, name: str) -> None:
        self.name = name
        self._pool = ThreadPoolExecutor(1, thread_name_prefix=name)
        self._since: float | None = None
        """Monotonic time when the running call began; None between calls."""

    @property
    def busy_s(self) -> float:
        """How long the running call has been running; an engine that is stuck shows here."""
        since = self._since
        return 0.0 if since is None else time.monotonic() - since

    def submit(self, call: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> Future[T]:
        """Queue a call; `cancel()` on the result drops it if it has not begun."""
        return self._pool.submit(self._timed, functools.partial(call, *args, **kwargs))

    async def run(self, call: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run a call on the thread and wait for its result."""
        return await asyncio.wrap_future(self.submit(call, *args, **kwargs))

    def _timed(self, call: Callable[[], T]) -> T:
        self._since = time.monotonic()
        try:
            return call()
        finally:
            self._since = None

    def close(self) -> None:
        """Drop what has not begun; do not wait for what has."""
        self._pool.shutdown(wait=False, cancel_futures=True)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()
