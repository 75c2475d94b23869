"""An HTTP API whose effects can be counted, and which fails, hangs or takes its time."""

import asyncio
import json
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from urllib.parse import parse_qs, urlsplit


class Api:
    """`POST` does something; `GET` reads. `?status=500`, `?wait=0.4` and `/says` as they sound."""

    def __init__(self) -> None:
        self.port = 0
        self.effects: Counter[str] = Counter()
        """Path and body of what was done → how often."""
        self.says = "sunny"
        """What `/says` answers."""
        self._tasks: set[asyncio.Task[None]] = set()

    @property
    def url(self) -> str:
        """Without a path."""
        return f"http://127.0.0.1:{self.port}"

    async def converse(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Serve one connection."""
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        try:
            while True:
                await self._request(reader, writer)
        except (ConnectionError, asyncio.IncompleteReadError, asyncio.CancelledError):
            pass  # only `stop` cancels, and then this is the end of the task anyway
        finally:
            self._tasks.discard(task)
            await closed(writer)

    async def stop(self) -> None:
        """Drop everybody."""
        tasks = list(self._tasks)
        for task in tasks:
            task.cancel()
        if tasks:
            await asyncio.wait(tasks)

    async def _request(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode()
        method, target, _ = head.split(" ", 2)
        lengths = [line for line in head.lower().splitlines() if line.startswith("content-length")]
        body = await reader.readexactly(int(lengths[0].split(":")[1])) if lengths else b""
        address = urlsplit(target)
        wanted = parse_qs(address.query)
        if method != "GET":
            self.effects[f"{address.path} {body.decode()}".strip()] += 1
        await asyncio.sleep(float(wanted.get("wait", ["0"])[0]))
        page = json.dumps(self.says if address.path == "/says" else {"done": True}).encode()
        status = int(wanted.get("status", ["200"])[0])
        writer.write(b"HTTP/1.1 %d X\r\ncontent-type: application/json\r\n" % status)
        writer.write(b"content-length: %d\r\n\r\n%s" % (len(page), page))
        await writer.drain()


@asynccontextmanager
async def api_server() -> AsyncIterator[Api]:
    """An API on a free port of the loopback."""
    api = Api()
    server = await asyncio.start_server(api.converse, "127.0.0.1", 0)
    api.port = server.sockets[0].getsockname()[1]
    try:
        yield api
    finally:
        server.close()
        await api.stop()
        await asyncio.sleep(0)  # for transports to be told that they are lost


async def closed(writer: asyncio.StreamWriter) -> None:
    """Close a connection and see it gone."""
    writer.close()
    try:
        async with asyncio.timeout(1.0):
            await writer.wait_closed()
    except (OSError, TimeoutError, asyncio.CancelledError):
        writer.transport.abort()
