"""What every model offers, and the words in which its failures are told."""

import json
from collections.abc import Mapping
from email.utils import parsedate_to_datetime
from ipaddress import ip_address
from time import time
from typing import Protocol
from urllib.parse import urlsplit

from cloud_bridge.errors import Kind, ProviderError
from cloud_bridge.types import Answer, Json, Place, Request, ToolCall


class Provider(Protocol):
    """A model that answers in a stream."""

    @property
    def name(self) -> str:
        """What logs and events call it."""
        ...

    @property
    def place(self) -> Place:
        """How far the words travel."""
        ...

    @property
    def destination(self) -> str:
        """Where to exactly: model and host, for the privacy log."""
        ...

    def stream(self, request: Request) -> Answer:
        """Answer. Closing the iterator ends the request at the server too.

        Raises ProviderError. Never retries and never waits to be allowed: that is the ladder's.
        """
        ...

    async def connect(self) -> None:
        """Be ready for a request that will come in a moment. Never raises."""
        ...

    async def close(self) -> None:
        """Give up every connection."""
        ...


def of_status(status: int, detail: str, headers: Mapping[str, str]) -> ProviderError:
    """The failure that an HTTP status means."""
    kind: Kind
    match status:
        case 401 | 403:
            kind = "unauthorized"
        case 429:
            kind = "limited"
        case 408 | 504:
            kind = "timeout"
        case _ if status >= 500:
            kind = "server"
        case _ if status >= 400:
            kind = "rejected"
        case _:
            kind = "malformed"
    return ProviderError(kind, f"{status} {detail}".strip()[:200], retry_after(headers))


def retry_after(headers: Mapping[str, str]) -> float | None:
    """Seconds to wait, as a server asks for them: a number or a date."""
    value = headers.get("retry-after", "")
    try:
        return max(0.0, float(value))
    except ValueError:
        pass
    try:
        return max(0.0, parsedate_to_datetime(value).timestamp() - time())
    except (ValueError, TypeError):
        return None


def tool_call(id: str, name: str, arguments: str) -> ToolCall:
    """A call whose arguments came as JSON text. Raises ProviderError where that is broken."""
    try:
        parsed: Json = json.loads(arguments or "{}")
    except ValueError:
        raise ProviderError("malformed", f"broken arguments for {name}") from None
    if not isinstance(parsed, Mapping):
        raise ProviderError("malformed", f"the arguments for {name} are no object")
    return ToolCall(id, name, parsed)


def is_private(url: str) -> bool:
    """Whether an address is of one's own network."""
    host = urlsplit(url).hostname or ""
    try:
        return ip_address(host).is_private
    except ValueError:
        return host == "localhost" or host.endswith((".local", ".lan", ".home.arpa"))
