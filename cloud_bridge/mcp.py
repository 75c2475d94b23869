"""Tools of MCP servers: one supervised task a server, which connects, and connects again.

Whatever such a server says is words of strangers; what its tools do asks first, unless the config
says that a tool only reads.
"""

import asyncio
import importlib
import logging
from collections.abc import Callable
from contextlib import AsyncExitStack, suppress
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from pydantic import SecretStr

from cloud_bridge.errors import ToolError
from cloud_bridge.providers.base import is_private
from cloud_bridge.tools import Arguments, Tool
from cloud_bridge.types import Json, Place, Risk, ToolSpec

log = logging.getLogger(__name__)

FIRST_WAIT_S = 2.0
LONGEST_WAIT_S = 120.0
LOOK_AGAIN_S = 30.0
ANSWER_S = 10.0
READ_S = 300.0
MOST_PAGES = 20


@dataclass(frozen=True, slots=True)
class McpTarget:
    """Where a server is, and how far it is trusted."""

    name: str
    command: tuple[str, ...] = ()
    url: str | None = None
    token: SecretStr | None = None
    reads: tuple[str, ...] = ()
    """Tools that change nothing."""
    timeout_s: float = 4.0


class McpClient:
    """One server. `tools` is empty until it was reached once, and then keeps its order."""

    def __init__(self, target: McpTarget, changed: Callable[[], None]) -> None:
        self.tools: tuple[Tool, ...] = ()
        self.tried = asyncio.Event()
        """It was reached, or could not be, for the first time."""
        self._target = target
        self._changed = changed
        self._session: Any = None
        self._doubt = asyncio.Event()
        """A call went wrong: look at once whether the server is still there."""

    async def run(self) -> None:
        """Be connected, for as long as this task lives."""
        wait = FIRST_WAIT_S
        while True:
            try:
                await self._connected()
                wait = FIRST_WAIT_S
            except Exception as error:  # noqa: BLE001 - the library raises groups of anything
                log.warning("MCP server %s: %s", self._target.name, type(error).__name__)
            except asyncio.CancelledError:
                task = asyncio.current_task()
                if task is None or task.cancelling():
                    raise
                # a dead HTTP server surfaces as a cancellation that nobody asked for
                log.warning("MCP server %s: connection lost", self._target.name)
            self.tried.set()
            await asyncio.sleep(wait)
            wait = min(wait * 2, LONGEST_WAIT_S)

    async def _connected(self) -> None:
        """Return never, or raise when the server no longer answers."""
        library = await asyncio.to_thread(importlib.import_module, "mcp.client.client")
        async with (
            AsyncExitStack() as stack,
            library.Client(await self._transport(stack)) as session,
        ):
            self._session = session
            try:
                while True:
                    async with asyncio.timeout(ANSWER_S):
                        listed = await _listed(session)
                    self._offer(tuple(map(self._tool, listed)))
                    self.tried.set()
                    self._doubt.clear()
                    with suppress(TimeoutError):
                        async with asyncio.timeout(LOOK_AGAIN_S):
                            await self._doubt.wait()
            finally:
                self._session = None

    def _offer(self, tools: tuple[Tool, ...]) -> None:
        if [tool.spec for tool in tools] != [tool.spec for tool in self.tools]:
            self.tools = tools
            self._changed()

    async def _transport(self, stack: AsyncExitStack) -> Any:
        target = self._target
        if target.url is None:
            stdio = importlib.import_module("mcp.client.stdio")
            command, *arguments = target.command
            return stdio.stdio_client(stdio.StdioServerParameters(command=command, args=arguments))
        http = importlib.import_module("mcp.client.streamable_http")
        httpx2 = importlib.import_module("httpx2")
        headers = {}
        if target.token is not None:
            headers["authorization"] = f"Bearer {target.token.get_secret_value()}"
        # Reading is patient: a server may hold a stream of notifications open.
        timeout = httpx2.Timeout(target.timeout_s, read=READ_S)
        client = httpx2.AsyncClient(headers=headers, timeout=timeout)
        await stack.enter_async_context(client)
        return http.streamable_http_client(target.url, http_client=client)

    def _tool(self, listed: Any) -> Tool:
        target = self._target
        reads = listed.name in target.reads

        async def run(arguments: Arguments) -> Json:
            session = self._session
            if session is None:
                raise ToolError(f"{target.name} cannot be reached right now")
            try:
                result = await session.call_tool(listed.name, dict(arguments))
            except BaseException:  # also what a dead server cancels, or our time-out
                self._doubt.set()
                raise
            text = "\n".join(block.text for block in result.content if getattr(block, "text", None))
            if result.is_error:
                raise ToolError(text or "it failed")
            return text

        spec = ToolSpec(
            f"{target.name}__{listed.name}", listed.description or "", listed.input_schema
        )
        risk: Risk = "allow" if reads else "confirm"
        return Tool(
            spec,
            run,
            risk,
            acts=not reads,
            outside=True,
            timeout_s=target.timeout_s,
            place=_place(target),
            destination=urlsplit(target.url or "").netloc,
        )


async def _listed(session: Any) -> list[Any]:
    """All pages of the tool list, in a fixed order; asked of the server, not of the cache."""
    tools: list[Any] = []
    cursor = None
    for _ in range(MOST_PAGES):
        page = await session.list_tools(cursor=cursor, cache_mode="refresh")
        tools += page.tools
        cursor = page.next_cursor
        if cursor is None:
            break
    return sorted(tools, key=lambda each: each.name)


def _place(target: McpTarget) -> Place:
    """A command is a program of one's own; where it sends what, it must say itself."""
    if target.url is None:
        return "device"
    return "home" if is_private(target.url) else "cloud"
