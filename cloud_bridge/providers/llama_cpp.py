"""A model on the device itself, through llama-cpp-python (the extra `local-llm`).

One thread runs it, for it is neither re-entrant nor fast. A cancelled turn stops it at the next
token, or in the middle of reading the prompt. Tiny models prove the plumbing but do not answer
people: asked about bleach and ammonia, they guess.
"""

import asyncio
import ctypes
import importlib
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from cloud_bridge.errors import ProviderError
from cloud_bridge.types import Answer, Place, ProviderEvent, Request, Text, TextDelta, Usage

FEWEST_PARAMETERS = 1_000_000_000
CONTEXT = 4096


class LlamaCpp:
    """A GGUF file. It is shown no tools: small models call them wrongly more often than not."""

    place: Place = "device"
    name = "on-device model"

    def __init__(self, path: Path, *, threads: int = 2, plumbing: bool = False) -> None:
        """`plumbing`: accept a model that is too small for people; for tests only."""
        self.destination = path.name
        self._path = path
        self._threads = threads
        self._plumbing = plumbing
        self._worker = ThreadPoolExecutor(1, thread_name_prefix="llm")
        self._model: Any = None
        self._abort: Any = None
        self._stop = threading.Event()

    async def stream(self, request: Request) -> Answer:
        """Answer; see Provider."""
        loop = asyncio.get_running_loop()
        queue: asyncio.Queue[ProviderEvent | Exception | None] = asyncio.Queue()
        stop = threading.Event()

        def put(event: ProviderEvent | Exception | None) -> None:
            if not stop.is_set():
                loop.call_soon_threadsafe(queue.put_nowait, event)

        self._worker.submit(self._generate, request, put, stop)
        try:
            while (event := await queue.get()) is not None:
                if isinstance(event, Exception):
                    raise event
                yield event
        finally:
            stop.set()

    async def connect(self) -> None:
        """Load the model."""
        self._worker.submit(self._load_quietly)

    async def close(self) -> None:
        """Stop what runs; a thread that still loads ends by itself."""
        self._stop.set()
        self._worker.shutdown(wait=False, cancel_futures=True)

    # ── on the worker's thread ───────────────────────────────────────────────────────────────

    def _generate(self, request: Request, put: Any, stop: threading.Event) -> None:
        try:
            for event in self._events(request, stop):
                put(event)
            put(None)
        except ProviderError as error:
            put(error)
        except Exception as error:  # noqa: BLE001 - a broken model must not kill the thread
            put(ProviderError("server", type(error).__name__))

    def _events(self, request: Request, stop: threading.Event) -> Iterator[ProviderEvent]:
        model = self._load()
        self._stop = stop
        if stop.is_set():
            return
        shape = request.answer_as and {"type": "json_object", "schema": request.answer_as.schema}
        chunks = model.create_chat_completion(
            _messages(request),
            max_tokens=request.max_tokens,
            temperature=0.0,
            stream=True,
            response_format=shape,  # a grammar: whatever is written is of that shape
        )
        received, reason = 0, None
        for chunk in chunks:
            if stop.is_set():
                return
            choice = chunk["choices"][0]
            reason = choice.get("finish_reason") or reason
            if text := choice["delta"].get("content"):
                received += 1
                yield TextDelta(text)
        if reason is None:
            raise ProviderError("cut", "the model stopped by itself")
        yield Usage(model.n_tokens - received, received)

    def _load(self) -> Any:
        if self._model is not None:
            return self._model
        try:
            library = importlib.import_module("llama_cpp")
        except ImportError:
            raise ProviderError("unfit", "llama-cpp-python is not installed") from None
        try:
            model = library.Llama(
                str(self._path), n_ctx=CONTEXT, n_threads=self._threads, verbose=False
            )
        except (ValueError, OSError) as error:
            raise ProviderError("unfit", f"{self._path.name} cannot be loaded") from error
        parameters = library.llama_model_n_params(model.model)
        if parameters < FEWEST_PARAMETERS and not self._plumbing:
            model.close()
            raise ProviderError("unfit", f"{self._path.name} is too small to answer people")
        self._abort = library.ggml_abort_callback(lambda _: self._stop.is_set())
        library.llama_set_abort_callback(model.ctx, self._abort, ctypes.c_void_p(0))
        self._model = model
        return model

    def _load_quietly(self) -> None:
        try:
            self._load()
        except ProviderError:
            self._model = None  # the first question will say why


def _messages(request: Request) -> list[dict[str, str]]:
    """System and words only."""
    said = [{"role": "system", "content": request.system}]
    for message in request.messages:
        words = "\n".join(part.text for part in message.parts if isinstance(part, Text))
        if words:
            said.append({"role": message.role, "content": words})
    return said
