"""A line between client and server that delays, cuts, stalls and corrupts bytes."""

import asyncio
import random
import socket
import struct
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Literal, TypeAlias

from cloud_bridge.loopback.api import closed

Happening: TypeAlias = Literal["pass", "reset", "end", "stall", "corrupt", "trickle"]

TRICKLE = 16
"""Bytes at a time, a thousand times a second: as a line of 128 kbit/s."""


@dataclass(frozen=True, slots=True)
class Trouble:
    """What happens to each answer that comes back over the line."""

    then: Happening = "pass"
    after: int = 0
    """Bytes of the answer that pass before it happens."""
    delay: float = 0.0
    """Seconds before every piece, of either direction."""
    seed: int = 0


class Line:
    """One port that leads to another."""

    def __init__(self, target: int, trouble: Trouble) -> None:
        self.trouble = trouble
        self.port = 0
        self.opened = 0
        self._target = target
        self._tasks: set[asyncio.Task[None]] = set()

    @property
    def open(self) -> int:
        """Connections that nobody has closed yet."""
        return len(self._tasks)

    async def converse(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Lead one connection through."""
        self.opened += 1
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        try:
            await self._lead(reader, writer)
        except (ConnectionError, asyncio.IncompleteReadError, asyncio.CancelledError):
            pass  # only `stop` cancels, and then this is the end of the task anyway
        finally:
            await closed(writer)
            self._tasks.discard(task)

    async def stop(self) -> None:
        """Drop everybody."""
        tasks = list(self._tasks)
        for task in tasks:
            task.cancel()
        if tasks:
            await asyncio.wait(tasks)

    async def _lead(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        up_reader, up_writer = await asyncio.open_connection("127.0.0.1", self._target)
        back = asyncio.create_task(self._back(up_reader, writer))
        try:
            while piece := await reader.read(1 << 16):
                await asyncio.sleep(self.trouble.delay)
                up_writer.write(piece)
                await up_writer.drain()
        finally:
            back.cancel()
            up_writer.close()  # at once: `stop` may cancel the rest
            await asyncio.wait([back])
            await closed(up_writer)

    async def _back(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        trouble, passed = self.trouble, 0
        dice = random.Random(trouble.seed)
        try:
            while piece := await reader.read(1 << 16):
                await asyncio.sleep(trouble.delay)
                clean = piece[: max(0, trouble.after - passed)]
                rest = piece[len(clean) :]
                passed += len(piece)
                writer.write(clean if trouble.then != "pass" else piece)
                if not rest or trouble.then == "pass":
                    continue
                if not await self._happen(trouble, rest, writer, dice):
                    return
        except ConnectionError:
            pass
        writer.write_eof()

    async def _happen(
        self, trouble: Trouble, rest: bytes, writer: asyncio.StreamWriter, dice: random.Random
    ) -> bool:
        """Do it to the bytes; False when nothing more will come."""
        match trouble.then:
            case "reset":
                linger = struct.pack("ii", 1, 0)
                raw = writer.get_extra_info("socket")
                raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
                writer.transport.abort()
            case "end":
                writer.write_eof()
            case "stall":
                pass
            case "corrupt":
                flipped = bytes(
                    b ^ (1 << dice.randrange(8)) if dice.random() < 0.05 else b for b in rest
                )
                writer.write(flipped)
                return True
            case "trickle":
                for start in range(0, len(rest), TRICKLE):
                    writer.write(rest[start : start + TRICKLE])
                    await asyncio.sleep(0.001)
                return True
            case "pass":
                return True
        return False


@asynccontextmanager
async def line_to(port: int, trouble: Trouble | None = None) -> AsyncIterator[Line]:
    """A line to a port of the loopback; its own port is as free as any."""
    line = Line(port, trouble or Trouble())
    server = await asyncio.start_server(line.converse, "127.0.0.1", 0)
    line.port = server.sockets[0].getsockname()[1]
    try:
        yield line
    finally:
        server.close()
        await line.stop()
        await asyncio.sleep(0)  # for transports to be told that they are lost
