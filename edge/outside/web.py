"""Health and metrics over HTTP: two pages, read only, for this device itself.

`GET /health` answers 200 or 503 and one JSON object, `GET /metrics` Prometheus' text. Where a
token is set it is asked as `Authorization: Bearer …`; another address than the device's own is
served with a token or not at all.
"""

import asyncio
import contextlib
import errno
import hmac
import ipaddress
import json
import logging
import socket
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from http import HTTPStatus

import h11

from edge.config.schema import Web
from edge.errors import UsageError
from edge.service import secret

log = logging.getLogger(__name__)

_PATIENCE_S = 5.0
_AGAIN_S = 5.0
_AT_ONCE = 8
"""Connections that are served; more are closed unanswered."""
_LONGEST_REQUEST = 8 << 10


@dataclass(frozen=True, slots=True)
class Page:
    """What is answered."""

    status: HTTPStatus
    content_type: str
    body: bytes


Pages = dict[str, Callable[[], Page]]


def json_page(well: bool, data: object) -> Page:
    """An object, and whether all is well."""
    status = HTTPStatus.OK if well else HTTPStatus.SERVICE_UNAVAILABLE
    return Page(status, "application/json", json.dumps(data).encode() + b"\n")


@contextlib.asynccontextmanager
async def serving(settings: Web, pages: Pages, *, patient: bool = False) -> AsyncIterator[None]:
    """Serve the pages while the context lasts. Raises UsageError.

    `patient`: an address that the device does not have yet, as in the first seconds after it was
    switched on, is waited for.
    """
    token = secret(settings.token_env)
    if token is None and not _is_loopback(settings.host):
        raise UsageError(f"[web] host {settings.host} is seen by others: set {settings.token_env}")
    door = _Door(settings, _Site(pages, token))
    try:
        await door.open()
    except OSError as error:
        where = f"{settings.host}:{settings.port}"
        told = f"[web] {where} cannot be served: {error.strerror or error}"
        if not (patient and _may_pass(error)):
            raise UsageError(told) from None
        log.warning("%s; trying again", told)
        door.keep_trying()
    try:
        yield
    finally:
        await door.close()


class _Door:
    """Where the site is served, as soon as the address is there."""

    def __init__(self, settings: Web, site: "_Site") -> None:
        self._settings = settings
        self._site = site
        self._server: asyncio.Server | None = None
        self._trying: asyncio.Task[None] | None = None

    async def open(self) -> None:
        """Raises OSError."""
        settings = self._settings
        self._server = await asyncio.start_server(self._site.serve, settings.host, settings.port)

    def keep_trying(self) -> None:
        """Open as soon as that is possible; until then the conversation goes on without it."""
        self._trying = asyncio.create_task(self._try())

    async def _try(self) -> None:
        while self._server is None:
            await asyncio.sleep(_AGAIN_S)
            with contextlib.suppress(OSError):
                await self.open()
        log.warning("[web] %s is served", self._settings.host)

    async def close(self) -> None:
        """Serve no longer."""
        if self._trying is not None:
            self._trying.cancel()
            await asyncio.wait([self._trying])
        if self._server is not None:
            self._server.close()


def _may_pass(error: OSError) -> bool:
    """Whether a network that comes up later mends it: an address or a name that is not known."""
    return error.errno == errno.EADDRNOTAVAIL or isinstance(error, socket.gaierror)


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


class _Site:
    """Answers one request a connection."""

    def __init__(self, pages: Pages, token: str | None) -> None:
        self._pages = pages
        self._token = token
        self._open = 0

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One connection, from beginning to end."""
        self._open += 1
        try:
            if self._open <= _AT_ONCE:
                async with asyncio.timeout(_PATIENCE_S):
                    await self._converse(reader, writer)
        except (TimeoutError, OSError):
            pass
        finally:
            self._open -= 1
            writer.close()

    async def _converse(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        http = h11.Connection(h11.SERVER, max_incomplete_event_size=_LONGEST_REQUEST)
        page, head = await self._asked(http, reader)
        headers = [
            ("Content-Type", page.content_type),
            ("Content-Length", str(len(page.body))),
            ("Cache-Control", "no-store"),
            ("Connection", "close"),
        ]
        if page.status is HTTPStatus.UNAUTHORIZED:
            headers.append(("WWW-Authenticate", "Bearer"))
        answer = [
            h11.Response(status_code=page.status, headers=headers, reason=page.status.phrase),
            *(() if head else (h11.Data(data=page.body),)),
            h11.EndOfMessage(),
        ]
        for event in answer:
            writer.write(http.send(event) or b"")
        await writer.drain()

    async def _asked(self, http: h11.Connection, reader: asyncio.StreamReader) -> tuple[Page, bool]:
        """The page for what comes, and whether only its head is wanted. Raises OSError."""
        try:
            while (event := http.next_event()) is h11.NEED_DATA:
                data = await reader.read(4096)
                http.receive_data(data)
        except h11.RemoteProtocolError:
            return _plain(HTTPStatus.BAD_REQUEST), False
        if not isinstance(event, h11.Request):
            raise ConnectionError("hung up")
        return self._page(event), event.method == b"HEAD"

    def _page(self, request: h11.Request) -> Page:
        headers = dict(request.headers)
        given = headers.get(b"authorization", b"")
        if self._token is not None:
            wanted = f"Bearer {self._token}".encode()
            if not hmac.compare_digest(given, wanted):
                return _plain(HTTPStatus.UNAUTHORIZED)
        if request.method not in (b"GET", b"HEAD"):
            return _plain(HTTPStatus.METHOD_NOT_ALLOWED)
        path = request.target.decode("ascii", "replace").partition("?")[0]
        found = self._pages.get(path)
        return found() if found else _plain(HTTPStatus.NOT_FOUND)


def _plain(status: HTTPStatus) -> Page:
    return Page(status, "text/plain; charset=utf-8", f"{status.phrase}\n".encode())
