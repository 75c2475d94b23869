"""A device whose clouds are on this machine: what it says, does and sends can all be seen."""

import asyncio
import os
import time
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import AsyncExitStack, aclosing, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from cloud_bridge.loopback.api import Api, api_server
from cloud_bridge.loopback.model_server import Answer, ModelServer, model_server
from cloud_bridge.loopback.proxy import Line, Trouble, line_to
from edge.brain import Brain, think
from edge.cloud.answer import Ended, Said, Told
from edge.config.cloud import CloudConfig, HttpParameter, HttpTool, Model
from edge.config.schema import Config, Memory
from edge.skills.volume import RememberedMixer

KEY = "STONECHAT_LOOPBACK_KEY"

Answers = Sequence[Answer] | Callable[[Mapping[str, Any]], Answer]


@dataclass(slots=True)
class Heard:
    """What came of one sentence; milliseconds from its end."""

    said: list[tuple[float, str]] = field(default_factory=list)
    """Without the filler."""
    filler_ms: float | None = None
    told: list[tuple[float, Told]] = field(default_factory=list)
    ended: Ended | None = None
    ms: float = 0.0

    @property
    def text(self) -> str:
        """All that was said."""
        return " ".join(text for _, text in self.said)

    @property
    def first_ms(self) -> float | None:
        """When the first thing was said, be it a filler."""
        times = [ms for ms, _ in self.said[:1]]
        return min([*times, *([] if self.filler_ms is None else [self.filler_ms])], default=None)


@dataclass(slots=True)
class Bench:
    """The device and the other ends of its lines."""

    brain: Brain
    cloud: ModelServer
    home: ModelServer
    cloud_line: Line
    home_line: Line
    api: Api
    folder: Path

    async def say(self, text: str, *, patience: float = 20.0) -> Heard:
        """Say a sentence, hear the answer to its end. Raises TimeoutError where none comes."""
        heard, began = Heard(), time.monotonic()
        async with asyncio.timeout(patience):
            mind = self.brain.mind
            decision = await mind.decide(text)
            outcome = await mind.commit(decision)
            if not decision.asks:
                heard.said.append((_since(began), outcome.reply.text))
            else:
                asking = mind.ask(decision)
                asking.commit()
                async with aclosing(asking.events()) as events:
                    async for event in events:
                        match event:
                            case Said(filler=True):
                                heard.filler_ms = _since(began)
                            case Said(text=clause):
                                heard.said.append((_since(began), clause))
                            case Told():
                                heard.told.append((_since(began), event))
                            case Ended():
                                heard.ended = event
        heard.ms = _since(began)
        mind.remember(text, heard.text)
        return heard


def tools_at(api: Api) -> tuple[HttpTool, ...]:
    """An API's tools: one that reads, one that acts, one that acts and asks, and bad ones."""
    where = (HttpParameter(name="name"),)
    return (
        HttpTool(name="look", description="Look something up.", url=f"{api.url}/says"),
        HttpTool(
            name="switch",
            description="Switch something.",
            url=f"{api.url}/switch",
            method="POST",
            parameters=where,
            risk="allow",
        ),
        HttpTool(
            name="send_money",
            description="Send money.",
            url=f"{api.url}/money",
            method="POST",
            parameters=where,
        ),
        HttpTool(name="left", description="Slow.", url=f"{api.url}/left?wait=0.4"),
        HttpTool(name="right", description="Slow.", url=f"{api.url}/right?wait=0.4"),
        HttpTool(name="broken", description="Fails.", url=f"{api.url}/x?status=500"),
        HttpTool(name="hanging", description="Hangs.", url=f"{api.url}/x?wait=60", timeout_s=1.0),
    )


@asynccontextmanager
async def bench(
    *,
    trouble: Trouble | None = None,
    base: str | None = None,
    home: bool = False,
    first_word_s: float = 1.5,
    deadline_s: float = 2.4,
    extract: bool = True,
) -> AsyncIterator[Bench]:
    """A device with a cloud (at `base`, if given) and perhaps a home server, and their lines."""
    os.environ[KEY] = "loopback"
    async with AsyncExitStack() as stack:
        stack.push_async_callback(asyncio.sleep, 0.05)  # transports learn that they are closed
        cloud = await stack.enter_async_context(model_server("messages"))
        other = await stack.enter_async_context(model_server("chat"))
        line = await stack.enter_async_context(line_to(cloud.port, trouble))
        home_line = await stack.enter_async_context(line_to(other.port))
        api = await stack.enter_async_context(api_server())
        folder = Path(stack.enter_context(TemporaryDirectory()))
        url = base or f"http://127.0.0.1:{line.port}"
        models = [Model(provider="anthropic", model="loopback", base_url=url, key_env=KEY)]
        if home:
            at_home = f"http://127.0.0.1:{home_line.port}/v1"
            models.append(Model(provider="openai", model="loopback", base_url=at_home))
        config = CloudConfig(
            models=tuple(models),
            http_tools=tools_at(api),
            daily_tokens=None,
            first_word_s=first_word_s,
            deadline_s=deadline_s,
        )
        settings = Config(cloud=config, memory=Memory(extract=extract))
        thinking = think(settings, RememberedMixer(), folder=folder)
        brain = await stack.enter_async_context(thinking)
        await brain.mind.connect()
        yield Bench(brain, cloud, other, line, home_line, api, folder)


def scripted(server: ModelServer, answers: Answers) -> None:
    """Let a server answer in this order; the last answer is given again and again."""
    if callable(answers):
        server.brain = answers
        return
    left = list(answers)
    server.brain = lambda body: left.pop(0) if len(left) > 1 else left[0]


def _since(began: float) -> float:
    return round((time.monotonic() - began) * 1000, 1)
