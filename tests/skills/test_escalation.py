"""Help, asked for and sent: a real HTTP server stands for the contact's end."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from edge.config import parse
from edge.config.schema import Config, Escalation, HomeConfig
from edge.errors import ConfigError, SkillError
from edge.events import Intent, Plan
from edge.home.contact import ConfiguredContact
from edge.skills.escalation import Escalation as Skill
from tests.skills.conftest import NOW


class Hook:
    def __init__(self, status: int = 200) -> None:
        self.status = status
        self.requests: list[tuple[str, str, dict[str, str]]] = []
        self.url = ""

    async def __call__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode()
        length = int(head.lower().split("content-length:")[1].split()[0])
        body = json.loads(await reader.readexactly(length))
        token = head.lower().partition("authorization:")[2].split("\r\n")[0].strip()
        self.requests.append((head.split()[1], token, body))
        writer.write(
            b"HTTP/1.1 %d x\r\ncontent-length: 0\r\nconnection: close\r\n\r\n" % self.status
        )
        await writer.drain()
        writer.close()


@asynccontextmanager
async def hook(status: int = 200) -> AsyncIterator[Hook]:
    each = Hook(status)
    server = await asyncio.start_server(each, "127.0.0.1", 0)
    each.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    async with server:
        yield each


def skill(config: Escalation, home: HomeConfig | None = None) -> Skill:
    return Skill(ConfiguredContact(config, home or HomeConfig()), config.number, config.immediate)


async def planned(each: Skill, kind: str, said: str) -> Plan:
    return await each.plan(Intent("person.call", {"kind": kind, "said": said}), NOW)


def test_it_asks_first_then_tells_and_says_so() -> None:
    async def go() -> None:
        async with hook() as server:
            each = skill(Escalation(contact="Anna", webhook=f"{server.url}/help"))
            plan = await planned(each, "medical", "I have fallen")
            assert plan.confirm and plan.reply.text.startswith("If it is an emergency, call 112")
            assert plan.reply.text.endswith("Shall I tell Anna that you need medical help?")
            assert server.requests == []
            assert plan.action is not None
            await each.perform(plan.action)
            path, _, body = server.requests[0]
            assert (path, body["kind"], body["said"]) == ("/help", "medical", "I have fallen")
            assert plan.done.startswith("I have told Anna that you need medical help.")

    asyncio.run(go())


def test_what_is_configured_as_immediate_does_not_ask(monkeypatch: pytest.MonkeyPatch) -> None:
    async def go() -> None:
        async with hook() as server:
            monkeypatch.setenv("HA", "secret")
            home = HomeConfig(url=server.url, token_env="HA")
            config = Escalation(contact="Anna", notify="notify.anna", immediate=("fire",))
            plan = await planned(skill(config, home), "fire", "fire!")
            assert not plan.confirm and plan.action is not None
            await skill(config, home).perform(plan.action)
            path, token, body = server.requests[0]
            assert (path, token) == ("/api/services/notify/anna", "bearer secret")
            assert "There may be a fire." in body["message"]

    asyncio.run(go())


@pytest.mark.parametrize("status", [500, None])
def test_who_cannot_be_reached_is_not_said_to_know(status: int | None) -> None:
    async def go() -> None:
        async with hook(status or 200) as server:
            url = server.url if status else "http://127.0.0.1:9"
            each = skill(Escalation(contact="Anna", webhook=url, number="911"))
            plan = await planned(each, "medical", "help")
            assert plan.action is not None
            with pytest.raises(SkillError, match=r"could not reach Anna.*call 911"):
                await each.perform(plan.action)

    asyncio.run(go())


def test_with_nobody_set_up_it_says_that_it_can_reach_nobody() -> None:
    plan = asyncio.run(planned(skill(Config().escalation), "medical", "help"))
    assert plan.action is None and "call 112" in plan.reply.text


@pytest.mark.parametrize(
    "text", ['[escalation]\ncontact = "Anna"', '[escalation]\nwebhook = "http://a.b"']
)
def test_half_a_contact_is_a_mistake_of_the_config(text: str) -> None:
    with pytest.raises(ConfigError, match="a contact needs"):
        parse(text)
