"""A bridge on servers of this machine, and what came of a turn."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import aclosing, asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import anthropic  # noqa: F401 - its import takes longer than a turn may
from pydantic import SecretStr

from cloud_bridge.breaker import Breaker
from cloud_bridge.bridge import Bridge, Turn
from cloud_bridge.ladder import Ladder, Limits, Rung
from cloud_bridge.loopback.model_server import Dialect, ModelServer
from cloud_bridge.privacy import Price, PrivacyLog, Redactor
from cloud_bridge.providers.anthropic import AnthropicProvider
from cloud_bridge.providers.base import Provider
from cloud_bridge.providers.openai_compatible import OpenAICompatible
from cloud_bridge.tools import Tool, Toolbox
from cloud_bridge.types import BridgeEvent, Clause, Done, Place
from edge.speaking.sentences import SentenceCutter

KEY = "sk-ant-very-secret"
QUICK = Limits(first_word=0.6, ladder=1.4, early_stall=0.2, stall=0.3)
"""Time-outs for what never comes."""
PATIENT = Limits(first_word=20, ladder=20, early_stall=20, stall=20)
"""Time-outs for what comes, however busy the machine."""


def provider(server: ModelServer, place: Place = "cloud") -> Provider:
    return provider_at(server.dialect, server.url, place)


def provider_at(dialect: Dialect, url: str, place: Place = "cloud") -> Provider:
    if dialect == "messages":
        return AnthropicProvider("claude-haiku-5-5", SecretStr(KEY), url)
    return OpenAICompatible("small", url, SecretStr(KEY), place, "home server")


def ladder_of(
    providers: Sequence[Provider],
    folder: Path,
    *,
    limits: Limits = PATIENT,
    redact: Sequence[str] = (),
    daily_tokens: int | None = None,
) -> Ladder:
    clock = asyncio.get_running_loop().time
    rungs = [Rung(each, Breaker(clock), Price(1.0, 5.0)) for each in providers]
    log = PrivacyLog(folder / "privacy.jsonl", lambda: datetime.now(UTC))
    return Ladder(rungs, log, Redactor(redact), daily_tokens, limits)


@asynccontextmanager
async def bridge_on(
    providers: Sequence[Provider],
    folder: Path,
    tools: Sequence[Tool] = (),
    *,
    limits: Limits = PATIENT,
    filler_s: float = 60.0,
    redact: Sequence[str] = (),
    daily_tokens: int | None = None,
) -> AsyncIterator[Bridge]:
    ladder = ladder_of(providers, folder, limits=limits, redact=redact, daily_tokens=daily_tokens)
    bridge = Bridge(ladder, Toolbox(tuple(tools)), SentenceCutter, filler_s=filler_s)
    try:
        yield bridge
    finally:
        await bridge.close()


@dataclass(frozen=True)
class Heard:
    """A whole turn."""

    events: tuple[BridgeEvent, ...]

    @property
    def clauses(self) -> list[str]:
        return [event.text for event in self.events if isinstance(event, Clause)]

    @property
    def done(self) -> Done:
        last = self.events[-1]
        assert isinstance(last, Done)
        return last

    def of(self, kind: type[BridgeEvent]) -> list[BridgeEvent]:
        return [event for event in self.events if isinstance(event, kind)]


def turn_of(text: str, *, verdict: bool | None = None) -> Turn:
    return Turn(text, verdict=verdict)


async def heard(bridge: Bridge, text: str, *, verdict: bool | None = None) -> Heard:
    """Say something and hear the answer to its end."""
    turn = turn_of(text, verdict=verdict)
    bridge.commit(turn)
    async with aclosing(bridge.answer(turn)) as answer:
        return Heard(tuple([event async for event in answer]))
