"""One authenticated connection to Home Assistant's WebSocket API."""

import asyncio
import itertools
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any, TypeAlias

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import WebSocketException

from edge.errors import HomeError
from edge.home.ha_model import Json

OUT_OF_REACH = "I can't reach Home Assistant right now."
REFUSED = "Home Assistant doesn't accept my access token."

Listener: TypeAlias = Callable[[Json], None]
"""Called with each event's data."""


class TokenRefused(HomeError):
    """The access token is wrong: asking again soon would only get us banned."""


class Rejected(HomeError):
    """Home Assistant answered a request with an error; the message is its own words."""


class Socket:
    """Requests by number, answers and events as they come."""

    def __init__(self, connection: ClientConnection, listener: Listener) -> None:
        self._connection = connection
        self._listener = listener
        self._numbers = itertools.count(1)
        self._waiting: dict[int, asyncio.Future[Any]] = {}

    async def ask(self, type: str, **fields: object) -> Any:
        """Send a request and wait for its result. Raises HomeError; set a time-out yourself."""
        number = next(self._numbers)
        answer = self._waiting[number] = asyncio.get_running_loop().create_future()
        try:
            await self._connection.send(json.dumps({"id": number, "type": type, **fields}))
            return await answer
        except WebSocketException:
            raise HomeError(OUT_OF_REACH) from None
        finally:
            self._waiting.pop(number, None)

    async def listen(self) -> None:
        """Hand out answers and events until the connection ends."""
        try:
            async for message in self._connection:
                self._receive(json.loads(message))
        finally:
            for answer in self._waiting.values():
                if not answer.done():
                    answer.set_exception(HomeError(OUT_OF_REACH))

    def _receive(self, message: Json) -> None:
        if message["type"] == "event":
            self._listener(message["event"])
            return
        answer = self._waiting.get(message.get("id", 0))
        if message["type"] != "result" or answer is None or answer.done():
            return
        if message["success"]:
            answer.set_result(message["result"])
        else:
            answer.set_exception(Rejected(str(message["error"].get("message", "no reason given"))))


@asynccontextmanager
async def open_socket(url: str, token: str, listener: Listener) -> AsyncIterator[Socket]:
    """Connect and authenticate. Raises HomeError, or TokenRefused."""
    address = "ws" + url.removeprefix("http").rstrip("/") + "/api/websocket"
    try:
        connection = await connect(address, open_timeout=10, max_size=64 << 20)
    except (OSError, TimeoutError, WebSocketException, ValueError) as error:
        raise HomeError(f"{url}: {error or type(error).__name__}") from None
    async with connection:
        try:
            async with asyncio.timeout(10):
                await _authenticate(connection, token)
        except (TimeoutError, WebSocketException, ValueError, KeyError) as error:
            raise HomeError(f"{url} does not speak as Home Assistant does: {error!r}") from None
        yield Socket(connection, listener)


async def _authenticate(connection: ClientConnection, token: str) -> None:
    while True:
        match json.loads(await connection.recv())["type"]:
            case "auth_required":
                await connection.send(json.dumps({"type": "auth", "access_token": token}))
            case "auth_ok":
                return
            case "auth_invalid":
                raise TokenRefused(REFUSED)
            case other:
                raise ValueError(other)
