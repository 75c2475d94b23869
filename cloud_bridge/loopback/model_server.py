"""A language model's server on this machine, in both dialects, that can fail in every known way.

The Messages dialect follows the documented stream: message_start, ping, one block after the other
with its deltas (a tool's input as pieces of JSON), message_delta with the reason and the usage,
message_stop; errors as JSON with a type.
"""

import asyncio
import json
import re
import time
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any, Literal

Dialect = Literal["messages", "chat"]
_WORDS = re.compile(rb'"(?:text_delta", "text|content)": ("(?:[^"\\]|\\.)+")')
"""The words of a frame."""


@dataclass(frozen=True)
class Say:
    """Words, given out token by token (a word or a mark)."""

    text: str
    pause: float = 0.0
    """Seconds before each."""
    first: float = 0.0
    """Seconds before the first of them, on top."""


@dataclass(frozen=True)
class Call:
    """A tool call."""

    name: str
    arguments: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Answer:
    """What the model does on one request, and how the network spoils it."""

    parts: tuple[Say | Call, ...]
    fault: str | None = None
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)


def say(text: str, *, fault: str | None = None, pause: float = 0.0, first: float = 0.0) -> Answer:
    """An answer in words."""
    return Answer((Say(text, pause, first),), fault)


def call(*calls: Call, text: str = "", fault: str | None = None) -> Answer:
    """An answer that asks for tools."""
    return Answer((*((Say(text),) if text else ()), *calls), fault)


def refuse(status: int, **headers: str) -> Answer:
    """No answer but a status."""
    return Answer((), None, status, {key.replace("_", "-"): v for key, v in headers.items()})


Brain = Callable[[Mapping[str, Any]], Answer]


class ModelServer:
    """Answers from a script, or by a function of the request's body."""

    def __init__(self, dialect: Dialect) -> None:
        self.dialect = dialect
        self.script: list[Answer] = []
        self.brain: Brain | None = None
        self.bodies: list[Mapping[str, Any]] = []
        self.heads: list[str] = []
        self.left = asyncio.Event()
        """The client closed its connection before the answer was complete."""
        self.begun = asyncio.Event()
        """The first piece of an answer went out."""
        self.connections = 0
        self.told: list[list[tuple[float, str]]] = []
        """For each answer: when (monotonic) which words of it went out."""
        self.port = 0
        self._open: dict[asyncio.StreamWriter, asyncio.Task[None]] = {}

    @property
    def url(self) -> str:
        """What a provider takes for its base."""
        return f"http://127.0.0.1:{self.port}" + ("/v1" if self.dialect == "chat" else "")

    async def converse(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Serve one connection."""
        self.connections += 1
        task = asyncio.current_task()
        assert task is not None
        self._open[writer] = task
        try:
            while await self._request(reader, writer):
                pass
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        finally:
            del self._open[writer]
            writer.close()

    async def stop(self) -> None:
        """Drop everybody."""
        tasks = list(self._open.values())
        for writer in self._open:
            writer.transport.abort()
        if tasks:
            await asyncio.wait(tasks)

    async def _request(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        head = (await reader.readuntil(b"\r\n\r\n")).decode()
        if head.startswith("HEAD"):
            writer.write(b"HTTP/1.1 404 Not Found\r\ncontent-length: 0\r\n\r\n")
            return True
        length = next(
            int(line.split(":")[1])
            for line in head.splitlines()
            if line.lower().startswith("content-length")
        )
        body = json.loads(await reader.readexactly(length))
        self.heads.append(head)
        self.bodies.append(body)
        answer = self.brain(body) if self.brain else self.script.pop(0)
        gone = asyncio.create_task(reader.read(1))
        try:
            return await self._answer(answer, writer, gone)
        finally:
            gone.cancel()
            await asyncio.wait([gone])

    async def _answer(
        self, answer: Answer, writer: asyncio.StreamWriter, gone: asyncio.Task[bytes]
    ) -> bool:
        if answer.fault in ("reset", "redirect", "portal"):
            return self._never_began(answer.fault, writer)
        if answer.status != 200:
            self._refuse(answer, writer)
            return True
        writer.write(b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream; charset=utf-8\r\n")
        writer.write(b"transfer-encoding: chunked\r\n\r\n")
        frames = list(self._frames(answer))
        told: list[tuple[float, str]] = []
        self.told.append(told)
        middle = len(frames) // 2
        for number, (frame, pause) in enumerate(frames):
            if answer.fault == "silent" or (answer.fault == "stall" and number == middle):
                await self._ping_until(writer, gone)
                return False
            if number == middle and answer.fault is not None:
                if answer.fault == "cut":
                    writer.write(b"%x\r\n%s" % (len(frame), frame[: len(frame) // 2]))
                    await writer.drain()
                    writer.transport.abort()
                    return False
                if answer.fault == "ended":
                    break
                frame = _spoilt(answer.fault, frame, self.dialect)
            await _wait(gone, pause)
            if gone.done():
                self.left.set()
                return False
            _chunk(writer, frame)
            await writer.drain()
            self.begun.set()
            if words := _WORDS.search(frame):
                told.append((time.monotonic(), json.loads(words[1])))
        writer.write(b"0\r\n\r\n")
        await writer.drain()
        return True

    async def _ping_until(self, writer: asyncio.StreamWriter, gone: asyncio.Task[bytes]) -> None:
        """Stay alive and say nothing: pings, as a real server under load."""
        while not gone.done():
            ping = b'event: ping\ndata: {"type": "ping"}\n\n'
            _chunk(writer, ping if self.dialect == "messages" else b": ping\n\n")
            self.begun.set()
            await _wait(gone, 0.02)
        self.left.set()

    def _never_began(self, fault: str, writer: asyncio.StreamWriter) -> bool:
        if fault == "reset":
            writer.transport.abort()
            return False
        page = b"<html><body>Welcome to Hotel Wi-Fi</body></html>"
        status = (
            b"200 OK" if fault == "portal" else b"302 Found\r\nlocation: http://portal.invalid/"
        )
        writer.write(b"HTTP/1.1 %s\r\ncontent-type: text/html\r\n" % status)
        writer.write(b"content-length: %d\r\n\r\n%s" % (len(page), page))
        return True

    def _refuse(self, answer: Answer, writer: asyncio.StreamWriter) -> None:
        kinds = {401: "authentication_error", 429: "rate_limit_error", 529: "overloaded_error"}
        error = {"type": kinds.get(answer.status, "api_error"), "message": "no"}
        page = json.dumps({"type": "error", "error": error}).encode()
        writer.write(b"HTTP/1.1 %d No\r\ncontent-type: application/json\r\n" % answer.status)
        for name, value in answer.headers.items():
            writer.write(f"{name}: {value}\r\n".encode())
        writer.write(b"content-length: %d\r\n\r\n%s" % (len(page), page))

    def _frames(self, answer: Answer) -> Iterator[tuple[bytes, float]]:
        make = _messages if self.dialect == "messages" else _chat
        yield from make(answer)


async def _wait(gone: asyncio.Task[bytes], seconds: float) -> None:
    await asyncio.wait([gone], timeout=seconds)


def _chunk(writer: asyncio.StreamWriter, data: bytes) -> None:
    writer.write(b"%x\r\n%s\r\n" % (len(data), data))


def _spoilt(fault: str, frame: bytes, dialect: Dialect) -> bytes:
    """A frame as a bad server or a bad line makes it."""
    error = {"type": "error", "error": {"type": "overloaded_error", "message": "Overloaded"}}
    match fault:
        case "error event" if dialect == "messages":
            return f"event: error\ndata: {json.dumps(error)}\n\n".encode()
        case "error event":
            return f"data: {json.dumps({'error': {'code': 503, 'message': 'busy'}})}\n\n".encode()
        case "broken json":
            return frame.replace(b"}", b"", 2)
        case "noise":
            return bytes(
                byte ^ 0x80 if 8 < index < 40 else byte for index, byte in enumerate(frame)
            )
        case _:
            raise ValueError(fault)


def _event(data: Mapping[str, Any]) -> bytes:
    return f"event: {data['type']}\ndata: {json.dumps(data)}\n\n".encode()


def _messages(answer: Answer) -> Iterator[tuple[bytes, float]]:
    message: dict[str, Any] = {
        "id": "msg_1", "type": "message", "role": "assistant", "model": "claude", "content": [],
        "stop_reason": None, "stop_sequence": None,
        "usage": {"input_tokens": 50, "output_tokens": 1, "cache_read_input_tokens": 40},
    }  # fmt: skip
    yield _event({"type": "message_start", "message": message}), 0.0
    yield _event({"type": "ping"}), 0.0
    for index, part in enumerate(answer.parts):
        block: dict[str, Any] = {"type": "text", "text": ""}
        pieces = _tokens(part.text) if isinstance(part, Say) else []
        deltas = [{"type": "text_delta", "text": token} for token in pieces]
        if isinstance(part, Call):
            block = {"type": "tool_use", "id": f"toolu_{index}", "name": part.name, "input": {}}
            deltas = [
                {"type": "input_json_delta", "partial_json": piece}
                for piece in _pieces(json.dumps(part.arguments))
            ]
        yield _event({"type": "content_block_start", "index": index, "content_block": block}), 0.0
        for number, delta in enumerate(deltas):
            data = {"type": "content_block_delta", "index": index, "delta": delta}
            yield _event(data), _pause(part, number)
        yield _event({"type": "content_block_stop", "index": index}), 0.0
    called = any(isinstance(part, Call) for part in answer.parts)
    end = {"stop_reason": "tool_use" if called else "end_turn", "stop_sequence": None}
    yield _event({"type": "message_delta", "delta": end, "usage": {"output_tokens": 12}}), 0.0
    yield _event({"type": "message_stop"}), 0.0


def _chat(answer: Answer) -> Iterator[tuple[bytes, float]]:
    def chunk(delta: Mapping[str, Any], reason: str | None = None) -> bytes:
        choice = {"index": 0, "delta": delta, "finish_reason": reason}
        data = {"id": "c1", "object": "chat.completion.chunk", "choices": [choice]}
        return f"data: {json.dumps(data)}\n\n".encode()

    yield chunk({"role": "assistant", "content": ""}), 0.0
    called = 0
    for part in answer.parts:
        if isinstance(part, Say):
            for number, token in enumerate(_tokens(part.text)):
                yield chunk({"content": token}), _pause(part, number)
            continue
        function = {"name": part.name, "arguments": ""}
        first = {"index": called, "id": f"call_{called}", "type": "function", "function": function}
        yield chunk({"tool_calls": [first]}), 0.0
        for piece in _pieces(json.dumps(part.arguments)):
            yield chunk({"tool_calls": [{"index": called, "function": {"arguments": piece}}]}), 0.0
        called += 1
    yield chunk({}, "tool_calls" if called else "stop"), 0.0
    usage = {"prompt_tokens": 50, "completion_tokens": 12}
    yield f"data: {json.dumps({'choices': [], 'usage': usage})}\n\n".encode(), 0.0
    yield b"data: [DONE]\n\n", 0.0


def _tokens(text: str) -> list[str]:
    """Words and marks with the space before them; about what models call a token."""
    return re.findall(r"\s*(?:\w+|[^\w\s])|\s+$", text) or [""]


def _pause(part: Say | Call, number: int) -> float:
    if isinstance(part, Call):
        return 0.0
    return part.pause + (part.first if number == 0 else 0.0)


def _pieces(text: str, size: int = 7) -> list[str]:
    return [text[start : start + size] for start in range(0, len(text), size)]


@asynccontextmanager
async def model_server(dialect: Dialect) -> AsyncIterator[ModelServer]:
    """A server on a free port of the loopback."""
    running = ModelServer(dialect)
    server = await asyncio.start_server(running.converse, "127.0.0.1", 0)
    running.port = server.sockets[0].getsockname()[1]
    try:
        yield running
    finally:
        server.close()
        await running.stop()
