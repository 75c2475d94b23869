"""Anthropic's Messages API through its SDK, with the SDK's own patience switched off.

The SDK sleeps as long as a 429 tells it, takes a stream that simply ends for a complete one, and
costs a second to import. So: no retries of its own, an end counts only with its stop reason, and
it is imported on a thread when first needed.
"""

import asyncio
import importlib
import json
import logging
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, assert_never

from pydantic import SecretStr

from cloud_bridge.errors import ProviderError
from cloud_bridge.providers.base import of_status, tool_call
from cloud_bridge.types import (
    Answer,
    Message,
    Part,
    Place,
    Progress,
    ProviderEvent,
    Request,
    Text,
    TextDelta,
    ToolCall,
    ToolResult,
    ToolSpec,
    Usage,
)

if TYPE_CHECKING:
    from anthropic import AsyncAnthropic

CONNECT_S = 2.0
READ_S = 30.0
"""Only a last resort: pings reset it. The ladder keeps the real clock."""
KEEP_S = 120.0
"""How long an idle connection stays open for the next question."""


class AnthropicProvider:
    """A Claude model."""

    place: Place = "cloud"

    def __init__(
        self,
        model: str,
        key: SecretStr | None,
        base_url: str = "https://api.anthropic.com",
        name: str = "anthropic",
    ) -> None:
        self.name = name
        self.destination = f"{model} at {base_url}"
        self._model = model
        self._key = key
        self._base_url = base_url
        self._client: AsyncAnthropic | None = None
        self._loading = asyncio.Lock()

    async def stream(self, request: Request) -> Answer:
        """Answer; see Provider."""
        if self._key is None:
            raise ProviderError("unauthorized", "no API key is set")
        client = await self._ready()
        reader = _Reader()
        with _translated():
            stream: Any = await client.messages.create(stream=True, **self._body(request))
            async with stream:
                kind = stream.response.headers.get("content-type", "")
                if not kind.startswith("text/event-stream"):
                    raise ProviderError("malformed", f"not a stream of events but {kind}")
                async for event in stream:
                    for ours in reader.read(event):
                        yield ours
        if reader.stop_reason is None:
            raise ProviderError("cut", "the stream ended without a stop reason")

    async def connect(self) -> None:
        """Import the SDK and open a connection, if there is a key at all."""
        if self._key is None:
            return
        client = await self._ready()
        import httpx2

        try:
            await client._client.head(self._base_url, timeout=CONNECT_S)
        except httpx2.HTTPError as error:
            logging.getLogger(__name__).debug("no connection ahead: %s", type(error).__name__)

    async def close(self) -> None:
        """Close the connections."""
        if self._client is not None:
            await self._client.close()

    async def _ready(self) -> "AsyncAnthropic":
        async with self._loading:
            if self._client is None:
                self._client = await asyncio.to_thread(self._made)
        return self._client

    def _made(self) -> "AsyncAnthropic":
        sdk = importlib.import_module("anthropic")
        import httpx2

        for chatty in ("anthropic", "httpx2", "httpcore2"):  # they log what the user said
            logging.getLogger(chatty).setLevel(logging.WARNING)
        assert self._key is not None
        timeout = httpx2.Timeout(READ_S, connect=CONNECT_S)
        http = httpx2.AsyncClient(
            http2=False,  # over HTTP/2 a cancelled stream is never reset
            timeout=timeout,
            follow_redirects=False,  # a portal must not be handed the key
            limits=httpx2.Limits(keepalive_expiry=KEEP_S),
        )
        client: AsyncAnthropic = sdk.AsyncAnthropic(
            api_key=self._key.get_secret_value(),
            base_url=self._base_url,
            max_retries=0,
            timeout=timeout,
            http_client=http,
        )
        return client

    def _body(self, request: Request) -> dict[str, Any]:
        cached = {"type": "ephemeral"}
        body: dict[str, Any] = {
            "model": self._model,
            "max_tokens": request.max_tokens,
            "system": [{"type": "text", "text": request.system, "cache_control": cached}],
            "messages": [_message(message) for message in request.messages],
        }
        if request.answer_as is not None:
            body["tools"] = [_tool(request.answer_as)]
            body["tool_choice"] = {"type": "tool", "name": request.answer_as.name}
        elif request.tools:
            body["tools"] = [_tool(tool) for tool in request.tools]
            if not request.may_call:
                body["tool_choice"] = {"type": "none"}
        return body


class _Reader:
    """Turns the SDK's events into ours. Blocks may interleave, so each is kept by its index."""

    def __init__(self) -> None:
        self.stop_reason: str | None = None
        self._blocks: dict[int, tuple[str, str, list[str]]] = {}
        self._usage = Usage()

    def read(self, event: Any) -> Iterator[ProviderEvent]:
        match event.type:
            case "message_start":
                yield self._used(event.message.usage)
            case "content_block_start" if event.content_block.type == "tool_use":
                block = event.content_block
                self._blocks[event.index] = (block.id, block.name, [])
                yield Progress()
            case "content_block_start" if event.content_block.type == "text":
                if event.content_block.text:
                    yield TextDelta(event.content_block.text)
            case "content_block_delta" if event.delta.type == "text_delta":
                yield TextDelta(event.delta.text)
            case "content_block_delta" if event.delta.type == "input_json_delta":
                self._blocks[event.index][2].append(event.delta.partial_json)
                yield Progress()
            case "content_block_delta":
                yield Progress()
            case "content_block_stop" if event.index in self._blocks:
                id, name, pieces = self._blocks.pop(event.index)
                yield tool_call(id, name, "".join(pieces))
            case "message_delta":
                self.stop_reason = event.delta.stop_reason or self.stop_reason
                yield self._used(event.usage)
            case _:
                pass

    def _used(self, usage: Any) -> Usage:
        """Input is told at the start and mostly not again; output grows."""
        fresh = getattr(usage, "input_tokens", None) or 0
        cached = getattr(usage, "cache_read_input_tokens", None) or 0
        written = getattr(usage, "cache_creation_input_tokens", None) or 0
        old = self._usage
        self._usage = Usage(
            max(old.sent, fresh + cached + written),
            max(old.received, getattr(usage, "output_tokens", None) or 0),
            max(old.cached, cached),
        )
        return self._usage


@contextmanager
def _translated() -> Iterator[None]:
    """The one door through which the SDK's exceptions leave, as ours."""
    import anthropic
    import httpx2

    try:
        yield
    except anthropic.APITimeoutError:
        raise ProviderError("timeout", "no answer in time") from None
    except anthropic.APIConnectionError as error:
        cause = type(error.__cause__ or error).__name__
        raise ProviderError("unreachable", cause) from None
    except anthropic.APIStatusError as error:
        raise _of_status(error) from None
    except httpx2.TimeoutException:
        raise ProviderError("timeout", "the stream stalled") from None
    except httpx2.HTTPError as error:
        raise ProviderError("cut", type(error).__name__) from None
    except (anthropic.AnthropicError, json.JSONDecodeError, UnicodeDecodeError) as error:
        raise ProviderError("malformed", type(error).__name__) from None
    except (AssertionError, AttributeError, TypeError, KeyError, ValueError) as error:
        # what the SDK (or the reader above) trips over when the other side speaks no Messages API
        raise ProviderError("malformed", type(error).__name__) from None


def _of_status(error: Any) -> ProviderError:
    """An error in mid-stream comes with status 200 and a type of its own."""
    kind = getattr(error, "type", None)
    by_type = {
        "overloaded_error": 529,
        "api_error": 500,
        "rate_limit_error": 429,
        "authentication_error": 401,
        "permission_error": 403,
        "timeout_error": 504,
        "invalid_request_error": 400,
    }
    status = error.status_code
    if status == 200:
        status = by_type.get(str(kind), 500)
    return of_status(status, str(kind or ""), error.response.headers)


def _message(message: Message) -> dict[str, Any]:
    return {"role": message.role, "content": [_part(part) for part in message.parts]}


def _part(part: Part) -> dict[str, Any]:
    match part:
        case Text(text=text):
            return {"type": "text", "text": text}
        case ToolCall(id=id, name=name, arguments=arguments):
            return {"type": "tool_use", "id": id, "name": name, "input": dict(arguments)}
        case ToolResult(id=id, content=content, ok=ok):
            result = {"type": "tool_result", "tool_use_id": id, "content": content}
            return result if ok else {**result, "is_error": True}
        case _ as never:
            assert_never(never)


def _tool(tool: ToolSpec) -> Mapping[str, Any]:
    return {"name": tool.name, "description": tool.description, "input_schema": tool.schema}
