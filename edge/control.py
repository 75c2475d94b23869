"""The daemon's control socket: JSON lines over a Unix socket that only its owner can open.

A request is one object with a `command`; the answer is one object with `ok`. `events` answers
with a stream of event objects that ends when the client hangs up. `ask` is the client's half.
"""

import asyncio
import contextlib
import errno
import json
import logging
import os
import socket
from collections.abc import Awaitable, Callable, Iterator, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any, TypeAlias

from edge.errors import StonechatError, UsageError
from edge.events import Event
from edge.service import how_to_start

Request: TypeAlias = Mapping[str, Any]
Answer: TypeAlias = Mapping[str, Any]
Handler: TypeAlias = Callable[[Request], Awaitable[Answer]]
_BACKLOG = 1000
_DISK = frozenset({errno.EROFS, errno.ENOSPC, errno.EDQUOT})
"""Faults of a disk, not of whoever called."""

log = logging.getLogger(__name__)


def as_json(event: Event) -> str:
    """One event as the line of the contract."""
    record = asdict(event)
    data = record.pop("data")
    return json.dumps({**record, "at": round(event.at, 4), **data}, ensure_ascii=False)


class Control:
    """Serves requests and spreads events to whoever listens."""

    def __init__(self, path: Path, handlers: Mapping[str, Handler]) -> None:
        self._path = path
        self._handlers = handlers
        self._listeners: set[asyncio.Queue[str]] = set()
        self._clients: set[asyncio.Task[None]] = set()

    def spread(self, event: Event) -> None:
        """Give an event to all listeners; one that does not read misses the oldest."""
        line = as_json(event)
        for queue in self._listeners:
            if queue.full():
                queue.get_nowait()
            queue.put_nowait(line)

    @contextlib.asynccontextmanager
    async def serving(self) -> Any:
        """Open the socket (mode 600) for as long as the context lasts. Raises UsageError.

        On a disk that is full or read-only there is none; what is said is heard all the same.
        """
        await refuse_a_second(self._path)
        server = None
        try:
            server = await self._open()
        except OSError as error:
            told = f"{self._path} cannot be opened: {error.strerror or error}"
            if error.errno not in _DISK:
                raise UsageError(told) from None
            log.warning("%s; only voices can give orders", told)
        try:
            yield self
        finally:
            if server is not None:
                server.close()
                self._path.unlink(missing_ok=True)
            await self._hang_up()

    async def _open(self) -> asyncio.AbstractServer:
        self._path.parent.mkdir(parents=True, exist_ok=True)
        self._path.unlink(missing_ok=True)
        mask = os.umask(0o177)
        try:
            return await asyncio.start_unix_server(self._serve, self._path)
        finally:
            os.umask(mask)

    async def _hang_up(self) -> None:
        clients = tuple(self._clients)
        for client in clients:
            client.cancel()
        await asyncio.gather(*clients, return_exceptions=True)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        client = asyncio.current_task()
        assert client is not None
        self._clients.add(client)
        client.add_done_callback(self._clients.discard)
        # ValueError: a line longer than asyncio reads.
        with contextlib.suppress(ConnectionError, asyncio.CancelledError, ValueError):
            while line := await reader.readline():
                await self._answer(line, writer)
        writer.close()
        with contextlib.suppress(ConnectionError):
            await writer.wait_closed()

    async def _answer(self, line: bytes, writer: asyncio.StreamWriter) -> None:
        try:
            request = json.loads(line)
            command = str(request["command"])
        except (ValueError, KeyError, TypeError):
            reply: Mapping[str, Any] = {"ok": False, "error": "not a request: {'command': …}"}
        else:
            if command == "events":
                await self._stream(writer)
                return
            reply = await self._handle(command, request)
        writer.write((json.dumps(reply, ensure_ascii=False) + "\n").encode())
        await writer.drain()

    async def _handle(self, command: str, request: Mapping[str, Any]) -> Mapping[str, Any]:
        handler = self._handlers.get(command)
        if handler is None:
            known = ", ".join([*self._handlers, "events"])
            return {"ok": False, "error": f"unknown command '{command}'; there are: {known}"}
        try:
            return {"ok": True, **await handler(request)}
        except StonechatError as error:
            return {"ok": False, "code": error.code, "error": str(error)}

    async def _stream(self, writer: asyncio.StreamWriter) -> None:
        queue: asyncio.Queue[str] = asyncio.Queue(_BACKLOG)
        self._listeners.add(queue)
        try:
            while True:
                writer.write((await queue.get() + "\n").encode())
                await writer.drain()
        finally:
            self._listeners.discard(queue)


async def refuse_a_second(path: Path) -> None:
    """Raises UsageError where a daemon answers already."""
    with contextlib.suppress(OSError):
        _, writer = await asyncio.open_unix_connection(path)
        writer.close()
        raise UsageError(f"another stonechat already runs here ({path})")


def ask(path: Path, command: str, **arguments: Any) -> Iterator[dict[str, Any]]:
    """Send one request to a running daemon; yield its answer lines. Raises UsageError if none."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as channel:
        try:
            channel.connect(str(path))
        except OSError:
            start = how_to_start()
            raise UsageError(f"no daemon is running here; start it with: {start}") from None
        channel.sendall((json.dumps({"command": command, **arguments}) + "\n").encode())
        with channel.makefile("r", encoding="utf-8") as lines:
            for line in lines:
                yield json.loads(line)
                if command != "events":
                    return
