"""HTTP APIs as tools, described in the config: a template of an address, typed parameters, a key.

Whatever such an API says is words of strangers. Nothing is asked twice and no redirect is followed:
the key goes to the host that the config names, and to no other.
"""

import asyncio
import json
import logging
import re
from collections.abc import Awaitable, Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Annotated, Any, Literal
from urllib.parse import quote, urlsplit

from pydantic import Field, SecretStr

from cloud_bridge.errors import ToolError
from cloud_bridge.providers.base import is_private
from cloud_bridge.tools import UNKNOWN, Arguments, Tool, audible, tool_of
from cloud_bridge.types import Json, Risk

if TYPE_CHECKING:
    import httpx

CONNECT_S = 2.0
KEEP_S = 120.0
LARGEST = 1 << 20
"""Bytes of an answer; a longer one is no answer for a voice."""
_TYPES: Mapping[str, type] = {"string": str, "integer": int, "number": float, "boolean": bool}
_PLACE = re.compile(r"{(\w+)}")


@dataclass(frozen=True, slots=True)
class HttpParameter:
    """One argument."""

    name: str
    type: Literal["string", "integer", "number", "boolean"] = "string"
    description: str = ""
    choices: tuple[str, ...] = ()
    optional: bool = False


@dataclass(frozen=True, slots=True)
class HttpTarget:
    """An API: `{name}` in its templates stands for a parameter, `{secret}` for the key."""

    name: str
    description: str
    url: str
    method: str = "GET"
    parameters: tuple[HttpParameter, ...] = ()
    headers: Mapping[str, str] = field(default_factory=dict)
    secret: SecretStr | None = None
    risk: Risk | None = None
    """None: what only reads may act by itself, the rest asks first."""
    question: str | None = None
    timeout_s: float = 4.0


class HttpTools:
    """All of them, on one client that is made when the first is called."""

    def __init__(self, targets: tuple[HttpTarget, ...]) -> None:
        self.tools = tuple(map(self._tool, targets))
        self._client: httpx.AsyncClient | None = None
        self._loading = asyncio.Lock()

    async def close(self) -> None:
        """Close the connections."""
        if self._client is not None:
            await self._client.aclose()

    def _tool(self, target: HttpTarget) -> Tool:
        acts = target.method != "GET"
        risk: Risk = target.risk or ("confirm" if acts else "allow")

        async def run(values: Arguments) -> Json:
            return await self._ask(target, {k: v for k, v in values.items() if v is not None})

        return tool_of(
            target.name,
            target.description,
            {each.name: _field(each) for each in target.parameters},
            run,
            risk=risk,
            acts=acts,
            outside=True,
            timeout_s=target.timeout_s,
            question=_question(target) if risk == "confirm" else None,
            place="home" if is_private(target.url) else "cloud",
            destination=urlsplit(target.url).netloc,
        )

    async def _ask(self, target: HttpTarget, values: Arguments) -> Json:
        client = await self._ready()
        import httpx

        secret = target.secret.get_secret_value() if target.secret else ""
        url = httpx.URL(_address(target.url, values, secret))
        rest: dict[str, Any] = {
            key: value for key, value in values.items() if f"{{{key}}}" not in target.url
        }
        headers = {k: v.replace("{secret}", secret) for k, v in target.headers.items()}
        body: Any = None
        if target.method == "GET":
            url = url.copy_merge_params(rest)
        else:
            body = rest or None
        acts = target.method != "GET"
        with _translated(acts=acts):
            async with client.stream(target.method, url, headers=headers, json=body) as response:
                _check(response.status_code, acts=acts)
                content = b""
                async for chunk in response.aiter_bytes():
                    content += chunk
                    if len(content) > LARGEST:
                        raise ToolError("the answer is far too long")
        return _understood(content)

    async def _ready(self) -> "httpx.AsyncClient":
        """Make the client on a thread: import and certificates would hold up the sound."""
        async with self._loading:
            if self._client is None:
                self._client = await asyncio.to_thread(_client)
        return self._client


def _client() -> "httpx.AsyncClient":
    import httpx

    for chatty in ("httpx", "httpcore"):  # they log addresses, and a key may be in one
        logging.getLogger(chatty).setLevel(logging.WARNING)
    return httpx.AsyncClient(
        timeout=httpx.Timeout(30.0, connect=CONNECT_S),
        follow_redirects=False,
        limits=httpx.Limits(keepalive_expiry=KEEP_S),
    )


def _field(parameter: HttpParameter) -> tuple[Any, Any]:
    """The parameter as pydantic takes it: type and default."""
    kind: Any = _TYPES[parameter.type]
    if parameter.choices:
        kind = Literal[parameter.choices]
    if parameter.description:
        kind = Annotated[kind, Field(description=parameter.description)]
    return (kind | None, None) if parameter.optional else (kind, ...)


def _question(target: HttpTarget) -> Callable[[Arguments], Awaitable[str | None]] | None:
    template = target.question
    if template is None:
        return None

    async def question(arguments: Arguments) -> str:
        asked = _PLACE.sub(lambda place: str(arguments.get(place[1], "")), template).strip()
        return audible(asked if asked.endswith("?") else f"{asked.rstrip('.')}. Shall I?")

    return question


def _address(template: str, values: Arguments, secret: str) -> str:
    """The template with its places filled; a value can neither leave its place nor climb."""

    def value(place: re.Match[str]) -> str:
        if place[1] == "secret":
            return quote(secret, safe="")
        text = _plain(values[place[1]])
        if text.strip() in ("", ".", ".."):
            raise ToolError(f"{place[1]} makes no sense")
        return quote(text, safe="")

    return _PLACE.sub(value, template)


def _plain(value: Json) -> str:
    return value if isinstance(value, str) else json.dumps(value)


def _check(status: int, *, acts: bool) -> None:
    if status >= 300:
        raise ToolError(f"the server said {status}{UNKNOWN if acts and status >= 500 else ''}")


@contextmanager
def _translated(*, acts: bool) -> Iterator[None]:
    import httpx

    try:
        yield
    except (httpx.ConnectError, httpx.ConnectTimeout):
        raise ToolError("its server cannot be reached") from None
    except (httpx.HTTPError, httpx.StreamError) as error:
        raise ToolError(f"{type(error).__name__}{UNKNOWN if acts else ''}") from None


def _understood(content: bytes) -> Json:
    """JSON where it is JSON, else its words."""
    text = content.decode(errors="replace")
    try:
        parsed: Json = json.loads(text)
    except ValueError:
        return text
    return parsed
