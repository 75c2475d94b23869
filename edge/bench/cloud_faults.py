"""Everything that breaks between a question and its answer, one by one, with the real time-outs."""

import asyncio
import socket
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from typing import Any

from cloud_bridge import scripts
from cloud_bridge.loopback.model_server import Answer, Call, call, refuse, say
from cloud_bridge.loopback.proxy import Trouble
from edge.bench.cloud_device import Answers, Bench, Heard, bench, scripted

SENSIBLE_S = 3.0
"""The longest silence after which something sensible must have been said."""
QUESTION = "who wrote the brothers karamazov"
TASK = "would you organise a taxi to the airport"
"""Goes to a specialist that may use every tool."""
LOCAL = "turn on the kitchen lights"
FIRST = "Fyodor Dostoevsky wrote it, in the last years of his life."
ANSWER = f"{FIRST} It was printed as a serial in a Russian journal until the end of 1880."
NO_NET = "can't reach the internet"
STRANGE = "strange answer"
SLOW = "taking too long"
BROKE = "connection broke"
THEIRS = "trouble at its end"


@dataclass(frozen=True, slots=True)
class Case:
    """A fault, and what must come of it."""

    name: str
    says: str
    """Part of what is said in the end."""
    answers: Answers = (say(ANSWER),)
    trouble: Trouble | None = None
    base: Callable[[], Any] | None = None
    """Gives (a context of) another address."""
    home: Answers | None = None
    """What the home server answers; None: there is none."""
    sentences: tuple[str, ...] = (QUESTION,)
    effects: int = 0
    """How often the API must have acted in the end."""


def after_tools(first: Answer, good: Answer, bad: Answer) -> Answers:
    """A model that asks for tools once, and then speaks by what came of them."""

    def answer(body: Any) -> Answer:
        last = body["messages"][-1]
        results = str(last["content"])
        if last["role"] != "tool" and "tool_result" not in results:
            return first
        return good if '"ok": true' in results.replace("\\", "") else bad

    return answer


@contextmanager
def _nobody() -> Iterator[str]:
    """A port that nobody listens at."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        yield f"http://127.0.0.1:{free.getsockname()[1]}"


@contextmanager
def _busy() -> Iterator[str]:
    """A port that is listened at, but never answered: its queue is full."""
    with socket.socket() as server, socket.socket() as one, socket.socket() as two:
        server.bind(("127.0.0.1", 0))
        server.listen(0)
        for waiting in (one, two):
            waiting.setblocking(False)
            waiting.connect_ex(server.getsockname())
        yield f"http://127.0.0.1:{server.getsockname()[1]}"


@contextmanager
def _no_tls() -> Iterator[str]:
    """A server that speaks no TLS where TLS is asked for."""
    with socket.create_server(("127.0.0.1", 0)) as server:

        def answer(found: socket.socket) -> None:
            found.recv(1000)
            found.sendall(b"HTTP/1.0 400 Bad Request\r\n\r\n")
            found.close()

        loop = asyncio.get_running_loop()
        loop.add_reader(server, lambda: loop.run_in_executor(None, answer, server.accept()[0]))
        try:
            yield f"https://127.0.0.1:{server.getsockname()[1]}"
        finally:
            loop.remove_reader(server)


@contextmanager
def _slow_names() -> Iterator[str]:
    """A name server that does not answer."""
    loop = asyncio.get_running_loop()
    real = loop.getaddrinfo

    async def look_up(host: Any, *more: Any, **others: Any) -> Any:
        if host in ("slow.invalid", b"slow.invalid"):
            await asyncio.sleep(30)
        return await real(host, *more, **others)

    loop.getaddrinfo = look_up  # type: ignore[method-assign]
    try:
        yield "http://slow.invalid"
    finally:
        loop.getaddrinfo = real  # type: ignore[method-assign]


@contextmanager
def _no_name() -> Iterator[str]:
    yield "http://model.invalid"


SWITCH = Call("switch", {"name": "pump"})
MONEY = Call("send_money", {"name": "Ana"})

CASES: tuple[Case, ...] = (
    Case("nothing is wrong", FIRST),
    Case("no such host", NO_NET, base=_no_name),
    Case("the name server hangs", SLOW, base=_slow_names),
    Case("connection refused", NO_NET, base=_nobody),
    Case("connection never accepted", "", base=_busy),
    Case("TLS error", NO_NET, base=_no_tls),
    Case("no answer at all", SLOW, trouble=Trouble("stall")),
    Case("pings, but no word", SLOW, (say(ANSWER, fault="silent"),)),
    Case("stalls in the first sentence", SLOW, (say("It was Fyodor", fault="stall"),)),
    Case("stalls after the first sentence", scripts.LOST, (say(ANSWER, fault="stall"),)),
    Case("401", "doesn't accept my key", (refuse(401),)),
    Case("429, retry after an hour", "too often", (refuse(429, retry_after="3600"),)),
    Case("500", THEIRS, (refuse(500),)),
    Case("529", THEIRS, (refuse(529),)),
    Case("500, then well", FIRST, (refuse(500), say(ANSWER))),
    Case("an error in the stream, early", THEIRS, (say("It", fault="error event"),)),
    Case("an error in the stream, late", scripts.LOST, (say(ANSWER, fault="error event"),)),
    Case("broken JSON, early", STRANGE, (say("It", fault="broken json"),)),
    Case("broken JSON, late", scripts.LOST, (say(ANSWER, fault="broken json"),)),
    Case("corrupt bytes, from the start", "", trouble=Trouble("corrupt", 0, seed=1)),
    Case("corrupt bytes, later", "", trouble=Trouble("corrupt", 900, seed=2)),
    Case("a captive portal", STRANGE, (say(ANSWER, fault="portal"),)),
    Case("a captive portal that redirects", STRANGE, (say(ANSWER, fault="redirect"),)),
    Case("ends in mid-word, early", BROKE, trouble=Trouble("end", 700)),
    Case("ends in mid-word, late", scripts.LOST, (say(ANSWER, fault="ended"),)),
    Case("reset in mid-word, early", BROKE, trouble=Trouble("reset", 700)),
    Case("reset in mid-word, late", scripts.LOST, (say(ANSWER, fault="cut"),)),
    Case("a slow line", FIRST, trouble=Trouble("trickle", 0, delay=0.15)),
    Case(
        "a tool says 500",
        "does not work",
        after_tools(call(Call("broken")), say("Never."), say("The look-up does not work.")),
    ),
    Case(
        "a tool hangs",
        "does not answer",
        after_tools(call(Call("hanging")), say("Never."), say("It does not answer.")),
    ),
    Case(
        "cloud dies, home server answers",
        FIRST,
        (refuse(529),),
        home=(say(ANSWER),),
    ),
    Case(
        "cloud stalls, home server answers",
        FIRST,
        (say(ANSWER, fault="silent"),),
        home=(say(ANSWER),),
    ),
    Case(
        "dies after an action",
        scripts.DONE_BUT_LOST,
        (call(SWITCH), refuse(401)),
        sentences=(TASK,),
        effects=1,
    ),
    Case(
        "dies after an action, home server wants it again",
        "pump runs",
        (call(SWITCH), refuse(401)),
        home=after_tools(call(SWITCH), say("The pump runs."), say("Never.")),
        sentences=(TASK,),
        effects=1,
    ),
    Case(
        "home server repeats the action",
        "pump runs",
        (call(SWITCH), refuse(500)),
        home=(call(SWITCH), say("The pump runs.")),
        sentences=(TASK,),
        effects=1,
    ),
    Case("dies in mid-call", BROKE, (call(SWITCH, fault="cut"),), sentences=(TASK,)),
    Case("a risky call, no answer to the question", "Shall I?", (call(MONEY),), sentences=(TASK,)),
    Case(
        "a risky call, and a no",
        scripts.NOT_CONFIRMED,
        (call(MONEY),),
        sentences=(TASK, "no"),
    ),
    Case(
        "a risky call, a yes, and the line dies",
        scripts.DONE_BUT_LOST,
        (call(MONEY), refuse(401)),
        sentences=(TASK, "yes"),
        effects=1,
    ),
    Case(
        "a risky call, a yes, and a second yes",
        "",
        (call(MONEY), say("Sent."), say("Yes what?")),
        sentences=(TASK, "yes", "yes"),
        effects=1,
    ),
)


async def table() -> list[dict[str, Any]]:
    """Every case: what was said, after how long, what was done, and whether that is right."""
    return [await run(case) for case in CASES]


async def run(case: Case) -> dict[str, Any]:
    """One case, on a device of its own."""
    async with (
        _address(case) as base,
        bench(trouble=case.trouble, base=base, home=case.home is not None) as device,
    ):
        scripted(device.cloud, case.answers)
        if case.home is not None:
            scripted(device.home, case.home)
        heard, local = Heard(), [0.0]
        for sentence in case.sentences:
            alive = asyncio.create_task(_commands(device, local))
            try:
                heard = await device.say(sentence)
            finally:
                alive.cancel()
                await asyncio.wait([alive])
        await asyncio.sleep(0.05)  # what still acts would act now
        effects = sum(device.api.effects.values())
    failed = None if heard.ended is None else heard.ended.data.get("failed")
    first = heard.first_ms
    right = (
        bool(heard.text)
        and case.says in heard.text
        and first is not None
        and first <= SENSIBLE_S * 1000
        and effects == case.effects
    )
    return {
        "fault": case.name,
        "said": heard.text,
        "first_ms": first,
        "filler_ms": heard.filler_ms,
        "answer_ms": heard.said[0][0] if heard.said else None,
        "ended_ms": heard.ms,
        "failed": failed,
        "effects": effects,
        "expected_effects": case.effects,
        "local_worst_ms": round(max(local), 1),
        "right": right,
    }


@asynccontextmanager
async def _address(case: Case) -> AsyncIterator[str | None]:
    if case.base is None:
        yield None
        return
    with case.base() as base:
        yield base


async def _commands(device: Bench, took: list[float]) -> None:
    """What is said to the device meanwhile is understood there, whatever the network does."""
    while True:
        began = time.monotonic()
        decision = await device.brain.mind.decide(LOCAL)
        assert decision.where == "local"
        took.append((time.monotonic() - began) * 1000)
        await asyncio.sleep(0.1)
