"""Against what nobody here wrote: llama.cpp's own server, and llama.cpp in this process.

`llama-cpp-python` is optional: it is built from source. The model is tiny; what it says is not
looked at.
"""

import asyncio
import socket
from collections.abc import Iterator
from contextlib import aclosing
from pathlib import Path

import pytest

from cloud_bridge.errors import ProviderError
from cloud_bridge.providers.llama_cpp import LlamaCpp
from cloud_bridge.types import Message, Request, Text, TextDelta, Usage
from edge import models
from edge.errors import ModelError
from tests.cloud_bridge.parts import bridge_on, heard, provider_at

pytestmark = pytest.mark.engine
QUESTION = Request("Answer briefly.", (), (Message("user", (Text("Say hello."),)),), 24)


@pytest.fixture(scope="module")
def gguf() -> Path:
    try:
        return models.path("smollm2-135m-instruct")
    except ModelError as error:
        pytest.skip(str(error))


@pytest.fixture(scope="module")
def llama_server(gguf: Path) -> Iterator[str]:
    xllamacpp = pytest.importorskip("xllamacpp")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    parameters = xllamacpp.CommonParams()
    parameters.model.path = str(gguf)
    parameters.hostnames = ["127.0.0.1"]
    parameters.port = port
    parameters.use_jinja = True
    parameters.n_ctx = 2048
    parameters.cpuparams.n_threads = 1
    server = xllamacpp.Server(parameters)
    yield f"http://127.0.0.1:{port}"
    del server


@pytest.mark.parametrize("dialect", ["chat", "messages"])
def test_a_foreign_server_is_understood(llama_server: str, dialect, tmp_path: Path) -> None:
    async def go() -> None:
        url = llama_server + ("/v1" if dialect == "chat" else "")
        model = provider_at(dialect, url)
        async with aclosing(model.stream(QUESTION)) as stream:
            events = [event async for event in stream]
        await model.close()
        assert any(isinstance(event, TextDelta) for event in events)
        usage = [event for event in events if isinstance(event, Usage)][-1]
        assert usage.sent > 5 and 0 < usage.received <= 24

    asyncio.run(go())


def test_on_the_device(gguf: Path, tmp_path: Path) -> None:
    pytest.importorskip("llama_cpp")

    async def go() -> None:
        model = LlamaCpp(gguf, threads=1, plumbing=True)
        async with aclosing(model.stream(QUESTION)) as stream:
            assert isinstance(await anext(stream), TextDelta)
        async with aclosing(model.stream(QUESTION)) as stream:  # the first one let go of the thread
            assert [event async for event in stream]
        await model.close()

    asyncio.run(go())


def test_a_tiny_model_does_not_answer_people(gguf: Path, tmp_path: Path) -> None:
    pytest.importorskip("llama_cpp")

    async def go() -> None:
        with pytest.raises(ProviderError, match="too small"):
            async with aclosing(LlamaCpp(gguf).stream(QUESTION)) as stream:
                await anext(stream)
        async with bridge_on([LlamaCpp(gguf)], tmp_path) as bridge:
            turn = await heard(bridge, "are bleach and ammonia safe together?")
            assert "none is set up" in turn.clauses[0] or "too long" in turn.clauses[0]

    asyncio.run(go())
