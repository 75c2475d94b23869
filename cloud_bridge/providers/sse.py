"""Server-sent events, as far as language models use them: the `data` of each event."""

from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing

from cloud_bridge.errors import ProviderError

LONGEST = 1 << 20
"""Bytes in one line; more is no event but a flood."""


async def events(chunks: AsyncIterator[bytes]) -> AsyncGenerator[str, None]:
    """Give each event's data. Raises ProviderError for what is no text.

    Lines end at LF, CR LF or CR alone, and nowhere else: JSON may hold U+2028, at which
    `str.splitlines` would cut.
    """
    data: list[str] = []
    async with aclosing(_lines(chunks)) as lines:
        async for line in lines:
            if not line:
                if data:
                    yield "\n".join(data)
                    data = []
            elif line.startswith("data:"):
                data.append(line[5:].removeprefix(" "))
    if data:  # servers that end without the empty line mean it all the same
        yield "\n".join(data)


async def _lines(chunks: AsyncIterator[bytes]) -> AsyncGenerator[str, None]:
    buffer = b""
    async for chunk in chunks:
        buffer += chunk
        held = buffer.endswith(b"\r")  # perhaps half of CR LF
        ready = buffer[:-1] if held else buffer
        *lines, rest = ready.replace(b"\r\n", b"\n").replace(b"\r", b"\n").split(b"\n")
        buffer = rest + b"\r" if held else rest
        if len(buffer) > LONGEST:
            raise ProviderError("malformed", "an endless line")
        for line in lines:
            yield _text(line)
    if buffer:
        yield _text(buffer.removesuffix(b"\r"))


def _text(line: bytes) -> str:
    try:
        return line.decode()
    except UnicodeDecodeError:
        raise ProviderError("malformed", "no UTF-8") from None
