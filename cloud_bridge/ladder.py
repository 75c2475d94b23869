"""The ladder: the best model first, and down a rung whenever one does not hold.

    cloud  →  home server  →  on-device model  →  (the bridge's scripted sentence)

A rung is left only while nothing of its answer was said, so there are never two answers. Every
request is redacted, logged and counted here, and every clock of waiting for a model ticks here.
"""

import asyncio
from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing
from dataclasses import dataclass, field, replace

from cloud_bridge.breaker import Breaker
from cloud_bridge.errors import Kind, ProviderError
from cloud_bridge.privacy import Price, PrivacyLog, Redactor, estimated_tokens
from cloud_bridge.providers.base import Provider
from cloud_bridge.pump import Pump
from cloud_bridge.types import (
    Answer,
    Fell,
    Progress,
    ProviderEvent,
    Request,
    Text,
    TextDelta,
    Tier,
    ToolCall,
    ToolResult,
    Usage,
)

SHORTEST_TRY_S = 0.4
"""A rung is not even asked with less time than this."""
RETRY_AFTER_S = 0.15
_WORTH_A_RETRY: frozenset[Kind] = frozenset({"unreachable", "cut", "server"})


@dataclass(frozen=True, slots=True)
class Limits:
    """How long to wait for what, in seconds."""

    first_word: float = 1.5
    """For one rung's first word, if another rung stands below it."""
    ladder: float = 2.4
    """For the first word of all rungs together."""
    early_stall: float = 0.6
    """Between two words, while nothing was said yet and the time for the first word is over."""
    stall: float = 2.5
    """Between two words, later."""
    whole: float = 60.0
    """For one request to its end: a model that thinks, or talks, for ever is given up."""


@dataclass(frozen=True, slots=True)
class Rung:
    """A model and what is known of it."""

    provider: Provider
    breaker: Breaker
    price: Price = field(default_factory=Price)
    tier: Tier = "small"


@dataclass(slots=True)
class Attempt:
    """One climb: what the rungs gave, and whether anything was said of it."""

    turn: str
    request: Request
    deadline: float
    """By the loop's clock: when the first word must be there."""
    said: bool = False
    """Set by the caller: from now on there is no going back."""
    rung: Rung | None = None
    """Who answers."""
    failures: list[Kind] = field(default_factory=list)
    usage: Usage = field(default_factory=Usage)
    """Of all requests of this climb together."""


class Ladder:
    """Asks the rungs in order."""

    def __init__(
        self,
        rungs: Sequence[Rung],
        log: PrivacyLog,
        redactor: Redactor,
        daily_tokens: int | None,
        limits: Limits,
    ) -> None:
        self.rungs = tuple(rungs)
        self.limits = limits
        self.cloud_off = False
        """Nothing may go to the cloud; a server of one's own and the device still serve."""
        self.log = log
        self._redactor = redactor
        self._daily_tokens = daily_tokens

    async def climb(self, attempt: Attempt) -> AsyncGenerator[ProviderEvent | Fell, None]:
        """Give the answer of the first rung that holds.

        `Fell` means: forget what came so far, it is tried anew (or nothing is left to try: the
        stream ends with `attempt.rung` None). Raises ProviderError once something was said.
        """
        rungs = self._order(attempt.request.tier)
        for number, rung in enumerate(rungs):
            last = number == len(rungs) - 1
            refusal = self._refusal(rung, attempt)
            if refusal is not None:
                attempt.failures.append(refusal)
                continue
            for may_retry in (True, False):
                attempt.rung = rung
                try:
                    async with aclosing(self._ask(rung, attempt, last)) as answer:
                        async for event in answer:
                            yield event
                    return
                except ProviderError as failure:
                    error = failure
                if attempt.said:
                    raise error
                attempt.rung = None
                attempt.failures.append(error.kind)
                yield Fell(rung.provider.name, error.kind, error.detail)
                if not (may_retry and self._worth_a_retry(rung, error, attempt)):
                    break
                await asyncio.sleep(RETRY_AFTER_S)

    async def connect(self) -> None:
        """Have the rung that will be asked first ready, and what is slow to load."""
        usable = [r for r in self.rungs if not self._forbidden(r) and r.breaker.closed]
        for rung in usable:
            if rung is usable[0] or rung.provider.place == "device":
                await rung.provider.connect()

    async def close(self) -> None:
        """Give up every connection."""
        for rung in self.rungs:
            await rung.provider.close()

    def _order(self, tier: Tier | None) -> list[Rung]:
        """The rungs that may be asked; those of the wanted tier first."""
        rungs = [rung for rung in self.rungs if not self._forbidden(rung)]
        return sorted(rungs, key=lambda rung: tier is not None and rung.tier != tier)

    def _forbidden(self, rung: Rung) -> bool:
        return self.cloud_off and rung.provider.place == "cloud"

    def _refusal(self, rung: Rung, attempt: Attempt) -> Kind | None:
        """Why a rung is not even asked."""
        spent, most = self.log.tokens_today, self._daily_tokens
        if rung.provider.place == "cloud" and most is not None and spent >= most:
            return "budget"
        if attempt.failures and attempt.deadline - _now() < SHORTEST_TRY_S:
            return "timeout"
        return None if rung.breaker.allows() else rung.breaker.reason

    def _worth_a_retry(self, rung: Rung, error: ProviderError, attempt: Attempt) -> bool:
        left = attempt.deadline - _now() - RETRY_AFTER_S
        soon = (error.retry_after or 0.0) <= RETRY_AFTER_S
        enough = left > 2 * SHORTEST_TRY_S and rung.breaker.closed
        return error.kind in _WORTH_A_RETRY and soon and enough

    async def _ask(self, rung: Rung, attempt: Attempt, last: bool) -> Answer:
        """One request, told to the log and to the breaker however it ends."""
        request = self._redactor.request(attempt.request, rung.provider.place)
        meter = _Meter(self.log, request, rung, attempt.turn)
        try:
            async with aclosing(self._timed(rung.provider, meter, attempt, last)) as answer:
                async for event in answer:
                    meter.count(event)
                    yield event
            if meter.silent:
                raise ProviderError("cut", "an empty answer")
            meter.outcome = "done"
            rung.breaker.succeeded()
        except ProviderError as error:
            meter.outcome = error.kind
            rung.breaker.failed(error)
            raise
        finally:
            if meter.outcome == "cancelled":
                rung.breaker.spared()
            attempt.usage = attempt.usage + meter.close()

    async def _timed(
        self, provider: Provider, meter: "_Meter", attempt: Attempt, last: bool
    ) -> Answer:
        """The provider's stream under our own clocks: pings and headers are no answer."""
        limits = self.limits
        left = max(attempt.deadline - _now(), SHORTEST_TRY_S)
        first = until = _now() + (left if last else min(limits.first_word, left))
        end = _now() + limits.whole
        async with Pump(provider.stream(meter.request)) as pump:
            while True:
                try:
                    event = await pump.next(max(0.0, min(until, end) - _now()))
                except StopAsyncIteration:
                    return
                except TimeoutError:
                    what = "nothing more came" if meter.begun else "no first word"
                    raise ProviderError("timeout", f"{what} in time") from None
                yield event
                if attempt.said:
                    until = _now() + limits.stall
                elif not isinstance(event, Usage):
                    until = max(first, _now() + limits.early_stall)


class _Meter:
    """Counts one request for the privacy log, also when it is cancelled half way."""

    def __init__(self, log: PrivacyLog, request: Request, rung: Rung, turn: str) -> None:
        self.request = request
        self.outcome = "cancelled"
        self.begun = False
        self.silent = True
        self._log = log
        self._rung = rung
        self._characters = 0
        self._reported: Usage | None = None
        provider = rung.provider
        self._id = ""
        if provider.place != "device":
            self._id = log.sent(
                turn, provider.name, provider.place, provider.destination, _news(request)
            )

    def count(self, event: ProviderEvent) -> None:
        """Take note of what came."""
        match event:
            case TextDelta(text=text):
                self._characters += len(text)
                self.silent = self.silent and not text.strip()
                self.begun = True
            case ToolCall(arguments=arguments):
                self._characters += len(str(arguments))
                self.silent = False
                self.begun = True
            case Progress():
                self.begun = True
            case Usage():
                self._reported = event

    def close(self) -> Usage:
        """Write what it came to, and give it."""
        usage = self._usage()
        usage = replace(usage, cost=self._rung.price.of(usage))
        if self._id:
            self._log.used(self._id, self._rung.provider.place, usage, usage.cost, self.outcome)
        return usage

    def _usage(self) -> Usage:
        if self._reported is not None and self.outcome == "done":
            return self._reported
        if self.outcome not in ("done", "cancelled", "timeout", "cut") and not self.begun:
            return Usage(estimated=True)  # refused: nothing was computed, nothing is billed
        received = -(-self._characters // 4)
        if self._reported is not None:  # told at the start, and then no more
            known = self._reported
            return Usage(known.sent, max(known.received, received), known.cached, estimated=True)
        return Usage(_size(self.request), received, estimated=True)


def _now() -> float:
    return asyncio.get_running_loop().time()


def _news(request: Request) -> str:
    """What a request says that the one before it did not: the last message."""
    pieces = []
    for part in request.messages[-1].parts:
        match part:
            case Text(text=text):
                pieces.append(text)
            case ToolResult(name=name, content=content):
                pieces.append(f"{name}: {content}")
            case ToolCall():
                pass
    return "\n".join(pieces)


def _size(request: Request) -> int:
    """Tokens of a whole request, by its length."""
    tools = "".join(f"{tool.name}{tool.description}{tool.schema}" for tool in request.tools)
    return estimated_tokens(f"{request.system}{tools}{request.messages}")
