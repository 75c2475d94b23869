"""Any server that speaks OpenAI's chat completions: OpenAI itself, llama.cpp, Ollama, vLLM."""

import json
import logging
import ssl
from collections.abc import Iterator, Mapping
from contextlib import aclosing, contextmanager
from typing import Any, assert_never

import httpx
from pydantic import SecretStr

from cloud_bridge.errors import ProviderError
from cloud_bridge.providers.base import of_status, tool_call
from cloud_bridge.providers.sse import events
from cloud_bridge.types import (
    Answer,
    Message,
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

TIMEOUT = httpx.Timeout(30.0, connect=2.0)
KEEP_S = 120.0


class OpenAICompatible:
    """A model behind `/chat/completions`; `base_url` mostly ends in `/v1`."""

    def __init__(
        self, model: str, base_url: str, key: SecretStr | None, place: Place, name: str
    ) -> None:
        self.name = name
        self.place: Place = place
        self.destination = f"{model} at {base_url}"
        self._model = model
        self._url = base_url.rstrip("/") + "/chat/completions"
        for chatty in ("httpx", "httpcore"):
            logging.getLogger(chatty).setLevel(logging.WARNING)
        headers = {"authorization": f"Bearer {key.get_secret_value()}"} if key else {}
        self._http = httpx.AsyncClient(
            http2=False,
            timeout=TIMEOUT,
            headers=headers,
            limits=httpx.Limits(keepalive_expiry=KEEP_S),
        )

    async def stream(self, request: Request) -> Answer:
        """Answer; see Provider."""
        reader = _Reader()
        with _translated():
            async with self._http.stream("POST", self._url, json=self._body(request)) as response:
                await _check(response)
                async with aclosing(events(response.aiter_bytes())) as stream:
                    async for data in stream:
                        for ours in reader.read(data):
                            yield ours
                        if reader.done:
                            break
        if not reader.finished:
            raise ProviderError("cut", "the stream ended without a finish reason")

    async def connect(self) -> None:
        """Open a connection."""
        try:
            await self._http.head(self._url, timeout=TIMEOUT.connect)
        except httpx.HTTPError as error:
            logging.getLogger(__name__).debug("no connection ahead: %s", type(error).__name__)

    async def close(self) -> None:
        """Close the connections."""
        await self._http.aclose()

    def _body(self, request: Request) -> dict[str, Any]:
        system = {"role": "system", "content": request.system}
        said = [each for message in request.messages for each in _messages(message)]
        body: dict[str, Any] = {
            "model": self._model,
            "max_tokens": request.max_tokens,
            "messages": [system, *said],
            "stream": True,
            "stream_options": {"include_usage": True},
        }
        if request.answer_as is not None:
            body["tools"] = [_tool(request.answer_as)]
            body["tool_choice"] = {"type": "function", "function": {"name": request.answer_as.name}}
        elif request.tools:
            body["tools"] = [_tool(tool) for tool in request.tools]
            if not request.may_call:
                body["tool_choice"] = "none"
        return body


class _Reader:
    """Puts the deltas together. Some servers give a call in one piece, others letter by letter."""

    def __init__(self) -> None:
        self.finished = False
        """The model said that it was done."""
        self.done = False
        """Nothing more will come."""
        self._calls: dict[int, dict[str, str]] = {}

    def read(self, data: str) -> Iterator[ProviderEvent]:
        if data.strip() == "[DONE]":
            self.done = True
            return
        chunk = json.loads(data)
        if error := chunk.get("error"):
            code = error.get("code") if isinstance(error, Mapping) else None
            raise of_status(code if isinstance(code, int) else 500, "error in the stream", {})
        for choice in chunk.get("choices") or ():
            yield from self._delta(choice.get("delta") or {})
            if choice.get("finish_reason"):
                self.finished = True
                yield from self._finish()
        if usage := chunk.get("usage"):
            details = usage.get("prompt_tokens_details") or {}
            yield Usage(
                usage.get("prompt_tokens") or 0,
                usage.get("completion_tokens") or 0,
                details.get("cached_tokens") or 0,
            )

    def _delta(self, delta: Mapping[str, Any]) -> Iterator[ProviderEvent]:
        if text := delta.get("content"):
            yield TextDelta(text)
        if delta.get("reasoning_content") or delta.get("reasoning"):
            yield Progress()
        for piece in delta.get("tool_calls") or ():
            call = self._calls.setdefault(
                piece.get("index") or 0, {"id": "", "name": "", "arguments": ""}
            )
            function = piece.get("function") or {}
            call["id"] = call["id"] or piece.get("id") or ""
            call["name"] = call["name"] or function.get("name") or ""
            call["arguments"] += function.get("arguments") or ""
            yield Progress()

    def _finish(self) -> Iterator[ProviderEvent]:
        for index, call in sorted(self._calls.items()):
            yield tool_call(call["id"] or f"call_{index}", call["name"], call["arguments"])
        self._calls = {}


def _tool(tool: ToolSpec) -> dict[str, Any]:
    function = {"name": tool.name, "description": tool.description, "parameters": tool.schema}
    return {"type": "function", "function": function}


async def _check(response: httpx.Response) -> None:
    if response.status_code != 200:
        await response.aread()
        raise of_status(response.status_code, response.reason_phrase, response.headers)
    kind = response.headers.get("content-type", "")
    if not kind.startswith("text/event-stream"):
        raise ProviderError("malformed", f"not a stream of events but {kind or 'nothing'}")


@contextmanager
def _translated() -> Iterator[None]:
    try:
        yield
    except (httpx.ConnectError, httpx.ConnectTimeout, ssl.SSLError, httpx.ProxyError) as error:
        raise ProviderError("unreachable", type(error).__name__) from None
    except httpx.TimeoutException:
        raise ProviderError("timeout", "no answer in time") from None
    except (httpx.HTTPError, httpx.StreamError) as error:
        raise ProviderError("cut", type(error).__name__) from None
    except (AttributeError, TypeError, KeyError, ValueError) as error:
        raise ProviderError("malformed", type(error).__name__) from None


def _messages(message: Message) -> Iterator[dict[str, Any]]:
    """One message of ours as one or more of theirs: each tool's result is its own there."""
    words = [part.text for part in message.parts if isinstance(part, Text)]
    calls = [part for part in message.parts if isinstance(part, ToolCall)]
    for part in message.parts:
        match part:
            case ToolResult(id=id, content=content):
                yield {"role": "tool", "tool_call_id": id, "content": content}
            case Text() | ToolCall():
                pass
            case _ as never:
                assert_never(never)
    if not words and not calls:
        return
    ours: dict[str, Any] = {"role": message.role, "content": "\n".join(words)}
    if calls:
        ours["tool_calls"] = [
            {
                "id": call.id,
                "type": "function",
                "function": {"name": call.name, "arguments": json.dumps(dict(call.arguments))},
            }
            for call in calls
        ]
    yield ours
