"""Everything that breaks between a question and its answer, injected one by one and at random."""

import asyncio
import os
import random
from collections.abc import AsyncGenerator
from dataclasses import replace
from pathlib import Path

import pytest

from cloud_bridge import scripts
from cloud_bridge.ladder import Limits
from cloud_bridge.loopback.model_server import (
    Answer,
    Call,
    Dialect,
    call,
    model_server,
    refuse,
    say,
)
from cloud_bridge.tools import tool
from cloud_bridge.types import Filler, Progress, ProviderEvent, Request, TextDelta
from tests.cloud_bridge.parts import PATIENT, QUICK, Heard, bridge_on, heard, provider, provider_at

DIALECTS: tuple[Dialect, ...] = ("messages", "chat")
SEQUENCES = int(os.environ.get("STONECHAT_FAULT_SEQUENCES", "40"))

EARLY: dict[str, tuple[Answer, str]] = {
    "no first word": (say("Hello there.", fault="silent"), "timeout"),
    "reset": (say("Hello there.", fault="reset"), "cut"),
    "wrong key": (refuse(401), "unauthorized"),
    "an hour's limit": (refuse(429, retry_after="3600"), "limited"),
    "server error": (refuse(500), "server"),
    "overloaded": (refuse(529), "server"),
    "bad request": (refuse(400), "rejected"),
    "portal": (say("Hello there.", fault="portal"), "malformed"),
    "portal by redirect": (say("Hello there.", fault="redirect"), "malformed"),
    "cut in the first word": (say("Hello", fault="cut"), "cut"),
    "ended in the first word": (say("Hello", fault="ended"), "cut"),
    "stalled in the first word": (say("Hello", fault="stall"), "timeout"),
    "broken JSON": (say("Hello", fault="broken json"), "malformed"),
    "noise on the line": (say("Hello", fault="noise"), "malformed"),
    "error event": (say("Hello", fault="error event"), "server"),
    "nothing at all": (say(""), "cut"),
}
LATE = ("cut", "ended", "stall", "broken json", "noise", "error event")
FIRST = "This much was said."
STALLING = replace(PATIENT, early_stall=0.2, stall=0.3)
LONG = f"{FIRST} And this is the second half of what there was to say, which"


def waiting(kind: str) -> Limits:
    """Short only for what never comes: anything else may be late on a busy machine."""
    return QUICK if kind == "timeout" else PATIENT


class Endless:
    """A model that thinks, or talks, and never comes to an end."""

    name, place, destination = "endless", "cloud", "nowhere"

    def __init__(self, event: ProviderEvent) -> None:
        self._event = event
        self.closed = False

    async def stream(self, request: Request) -> AsyncGenerator[ProviderEvent, None]:
        try:
            while True:
                yield self._event
                await asyncio.sleep(0.01)
        finally:
            self.closed = True

    async def connect(self) -> None: ...

    async def close(self) -> None: ...


@pytest.mark.parametrize(
    ("event", "said"),
    [(Progress(), "too long"), (TextDelta(" "), "too long"), (TextDelta("So. "), scripts.LOST)],
)
def test_what_never_ends_is_given_up(event: ProviderEvent, said: str, tmp_path: Path) -> None:
    async def go() -> None:
        model = Endless(event)
        async with bridge_on([model], tmp_path, limits=replace(PATIENT, whole=0.5)) as bridge:
            turn = await heard(bridge, "tell me a story")
            assert said in turn.clauses[-1] and model.closed

    asyncio.run(go())


@pytest.mark.parametrize("dialect", DIALECTS)
@pytest.mark.parametrize("fault", EARLY)
def test_before_the_first_word(fault: str, dialect: Dialect, tmp_path: Path) -> None:
    """One honest sentence, and only one."""
    answer, kind = EARLY[fault]

    async def go() -> None:
        async with (
            model_server(dialect) as server,
            bridge_on([provider(server)], tmp_path, limits=waiting(kind)) as bridge,
        ):
            server.brain = lambda body: answer
            turn = await heard(bridge, "hello?")
            kinds = {kind, "unreachable"} if fault == "reset" else {kind}
            assert turn.done.failed in kinds
            assert turn.clauses == [scripts.apology([turn.done.failed], cloud_off=False)]
            assert len(server.bodies) <= 2

    asyncio.run(go())


@pytest.mark.parametrize("dialect", DIALECTS)
@pytest.mark.parametrize("fault", EARLY)
def test_the_next_rung_answers_as_if_nothing_had_been(
    fault: str, dialect: Dialect, tmp_path: Path
) -> None:
    answer, kind = EARLY[fault]
    limits = replace(waiting(kind), ladder=20)

    async def go() -> None:
        async with (
            model_server(dialect) as cloud,
            model_server("chat") as home,
            bridge_on([provider(cloud), provider(home, "home")], tmp_path, limits=limits) as bridge,
        ):
            cloud.brain = lambda body: answer
            home.script = [say("Good evening.")]
            turn = await heard(bridge, "hello?")
            assert turn.clauses == ["Good evening."]
            assert (turn.done.place, turn.done.failed) == ("home", None)

    asyncio.run(go())


@pytest.mark.parametrize("dialect", DIALECTS)
@pytest.mark.parametrize("fault", LATE)
def test_in_mid_answer(fault: str, dialect: Dialect, tmp_path: Path) -> None:
    """What was said stays said, half a sentence is not, and nobody answers a second time."""

    async def go() -> None:
        async with (
            model_server(dialect) as cloud,
            model_server("chat") as home,
            bridge_on(
                [provider(cloud), provider(home, "home")], tmp_path, limits=STALLING
            ) as bridge,
        ):
            cloud.script = [say(LONG, fault=fault)]
            turn = await heard(bridge, "tell me")
            assert turn.clauses == [FIRST, scripts.LOST]
            assert home.bodies == []

    asyncio.run(go())


@pytest.mark.parametrize("dialect", DIALECTS)
def test_nobody_listens_there(dialect: Dialect, tmp_path: Path) -> None:
    async def go() -> None:
        async with model_server(dialect) as server:
            gone = provider(server)
        async with bridge_on([gone], tmp_path) as bridge:
            turn = await heard(bridge, "hello?")
            assert turn.done.failed == "unreachable"
            assert "can't reach the internet" in turn.clauses[0]

    asyncio.run(go())


@pytest.mark.parametrize("dialect", DIALECTS)
def test_no_such_name_and_no_tls(dialect: Dialect, tmp_path: Path) -> None:
    async def no_tls(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.0 400 Bad Request\r\n\r\n")
        writer.close()

    async def go() -> None:
        server = await asyncio.start_server(no_tls, "127.0.0.1", 0)
        port = server.sockets[0].getsockname()[1]
        for url in ("http://model.invalid", f"https://127.0.0.1:{port}"):
            async with bridge_on([provider_at(dialect, url)], tmp_path) as bridge:
                turn = await heard(bridge, "hello?")
                assert turn.done.failed == "unreachable", url
        server.close()

    asyncio.run(go())


@pytest.mark.parametrize("dialect", DIALECTS)
@pytest.mark.parametrize("fault", ["cut", "ended", "stall", "broken json", "noise"])
def test_a_call_that_did_not_arrive_whole_is_not_made(
    fault: str, dialect: Dialect, tmp_path: Path
) -> None:
    async def go() -> None:
        did: list[str] = []
        async with (
            model_server(dialect) as server,
            bridge_on([provider(server)], tmp_path, [tool(_switch(did))], limits=QUICK) as bridge,
        ):
            server.brain = lambda body: call(Call("switch", {"name": "a" * 60}), fault=fault)
            turn = await heard(bridge, "switch it")
            assert did == [] and turn.done.failed is not None

    asyncio.run(go())


def test_after_some_failures_a_server_is_left_alone(tmp_path: Path) -> None:
    async def go() -> None:
        async with (
            model_server("messages") as server,
            bridge_on([provider(server)], tmp_path) as bridge,
        ):
            server.brain = lambda body: refuse(500)
            turns = [await heard(bridge, f"question {number}") for number in range(4)]
            assert {turn.done.failed for turn in turns} == {"server"}
            assert len(server.bodies) == 3

    asyncio.run(go())


def _switch(did: list[str]):
    def switch(name: str) -> str:
        """Switch something on."""
        did.append(name)
        return "on"

    return switch


def _dice(seed: random.Random, depth: int) -> Answer:
    """Whatever a model and a network may come up with, mostly bad."""
    faults = [None, None, None, *LATE, "reset", "portal", "redirect", "silent"]
    fault = seed.choice(faults)
    if seed.random() < 0.2:
        return refuse(seed.choice([400, 401, 404, 429, 500, 503, 529]), retry_after="3600")
    if depth < 3 and seed.random() < 0.4:
        names = seed.choices(["switch", "unlock", "fails", "nonsense"], k=seed.randint(1, 3))
        calls = [Call(name, {"name": seed.choice("abc")}) for name in names]
        return call(*calls, text=seed.choice(["", "Let me see."]), fault=fault)
    return say(seed.choice(["Yes.", LONG + " goes on.", ""]), fault=fault)


@pytest.mark.parametrize("number", range(SEQUENCES))
def test_random_faults(number: int, tmp_path: Path) -> None:
    """Two servers that fail at random: every turn ends, speaks, and acts at most once a call."""
    seed = random.Random(number)
    did: list[str] = []

    def unlock(name: str) -> str:
        """Unlock something."""
        did.append(f"unlock {name}")
        return "unlocked"

    def fails(name: str) -> str:
        """Never works."""
        raise RuntimeError(name)

    async def go() -> None:
        before = asyncio.all_tasks()
        tools = [tool(_switch(did)), tool(unlock, risk="confirm"), tool(fails)]
        async with (
            model_server("messages") as cloud,
            model_server("chat") as home,
            bridge_on(
                [provider(cloud), provider(home, "home")],
                tmp_path,
                tools,
                limits=QUICK,
                filler_s=0.1,
            ) as bridge,
        ):
            for server in (cloud, home):
                server.brain = lambda body: _dice(seed, len(body["messages"]) // 2)
            for _ in range(3):
                did.clear()
                confirmed = bridge.waiting and seed.random() < 0.5
                pending = bridge._pending.call.arguments["name"] if confirmed else None
                turn = await heard(bridge, "do it", verdict=True if confirmed else None)
                check(turn, did, pending)
        if leaving := asyncio.all_tasks() - before:  # the libraries' generators, closing
            await asyncio.wait(leaving, timeout=5)
        assert asyncio.all_tasks() == before

    asyncio.run(go())


def check(turn: Heard, did: list[str], confirmed: str | None) -> None:
    assert turn.clauses, "a silent turn"
    assert len(did) == len(set(did)), "something was done twice"
    unlocked = [each for each in did if each.startswith("unlock")]
    assert unlocked in ([], [f"unlock {confirmed}"]), "unconfirmed"
    speaking = [index for index, each in enumerate(turn.events) if hasattr(each, "text")]
    fillers = [index for index, each in enumerate(turn.events) if isinstance(each, Filler)]
    assert fillers in ([], speaking[:1]), "a filler over the answer"
    assert turn.clauses.count(scripts.LOST) <= 1
