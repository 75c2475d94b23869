"""The door, with the device's real skills behind it and a model's server before it."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import aclosing, asynccontextmanager
from pathlib import Path

import anthropic  # noqa: F401 - its import takes longer than a turn may
import pytest

from cloud_bridge import house_rules, scripts
from cloud_bridge.loopback.model_server import Call, ModelServer, call, model_server, say
from edge.cloud.answer import Answer, Ended, Said, Told
from edge.cloud.device import Device
from edge.cloud.door import CloudDoor
from edge.cloud.open import open_cloud
from edge.cloud.privacy import sent_out
from edge.cloud.situation import About
from edge.config.cloud import CloudConfig, Model
from edge.config.schema import Config
from edge.daemon import local_now, think
from edge.events import Intent, Plan
from edge.memory.state import Conversation
from edge.skills.offered import OFFERS
from edge.skills.volume import RememberedMixer
from edge.speaking.sentences import SentenceCutter
from edge.understanding.confirm import answer as yes_or_no


@asynccontextmanager
async def door_on(server: ModelServer) -> AsyncIterator[tuple[CloudDoor, object]]:
    rung = Model(
        provider="anthropic", model="claude-haiku-5-5", base_url=server.url, key_env="TEST_KEY"
    )
    async with think(Config(), RememberedMixer()) as brain:
        device = Device(
            brain.skills, OFFERS, brain.home.vocabulary, local_now, SentenceCutter, yes_or_no
        )
        async with open_cloud(CloudConfig(models=(rung,)), device, brain.store) as door:
            yield door, brain


async def asked(door: CloudDoor, text: str, specialist: str = "") -> Sequence[Answer]:
    talk = Conversation("a", 0, 0).heard("hello", "Hello.", 0)
    asking = door.begin(text, About(talk, specialist=specialist))
    asking.commit()
    async with aclosing(asking.events()) as events:
        return [event async for event in events]


def about(door: CloudDoor, text: str) -> tuple[Intent, Plan]:
    found = door.privacy.plan(text)
    assert found is not None
    return found


def said(events: Sequence[Answer]) -> list[str]:
    return [event.text for event in events if isinstance(event, Said)]


@pytest.fixture(autouse=True)
def key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TEST_KEY", "sk-test")


def test_a_model_sets_a_timer() -> None:
    async def go() -> None:
        async with model_server("messages") as server, door_on(server) as (door, brain):
            server.script = [
                call(Call("set_timer", {"seconds": 600, "name": "pasta"})),
                say("Your pasta has ten minutes."),
            ]
            events = await asked(door, "The pasta needs as long as usual", "timers")
            assert said(events) == ["Your pasta has ten minutes."]
            ended = events[-1]
            assert isinstance(ended, Ended) and ended.where == "cloud"
            assert brain.schedule.next_due(local_now()) is not None
            assert sent_out()[0].text.startswith("The pasta")

    asyncio.run(go())


@pytest.mark.parametrize(("reply", "unlocked"), [("yes", True), ("yes but the back", False)])
def test_a_lock_is_opened_by_a_plain_yes_alone(reply: str, unlocked: bool) -> None:
    async def go() -> None:
        async with model_server("messages") as server, door_on(server) as (door, brain):
            lock = next(each for each in brain.home.vocabulary().devices if each.kind == "lock")
            before = brain.home.state(lock.id)["state"]
            server.script = [
                call(Call("control_home", {"action": "unlock", "name": lock.name})),
                say("Fine."),
            ]
            asking = await asked(door, "let my friend in", "home")
            assert door.waiting and any(
                isinstance(each, Told) and each.event == "confirm" for each in asking
            )
            assert brain.home.state(lock.id)["state"] == before == "locked"
            await asked(door, reply)
            assert (brain.home.state(lock.id)["state"] == "unlocked") is unlocked

    asyncio.run(go())


def test_the_cloud_is_switched_off_by_voice_and_stays_off() -> None:
    async def go() -> None:
        async with model_server("messages") as server:
            async with door_on(server) as (door, _):
                _, plan = about(door, "Please don't use the cloud any more")
                assert plan.reply.text == house_rules.SWITCHED_OFF and plan.action is not None
                await door.privacy.perform(plan.action)
            async with door_on(server) as (door, _):
                assert said(await asked(door, "who wrote Faust?")) == [scripts.CLOUD_OFF]
                _, plan = about(door, "you can use the cloud again")
                assert plan.action is not None
                back = await door.privacy.perform(plan.action)
                await back()
                assert said(await asked(door, "who wrote Faust?")) == [scripts.CLOUD_OFF]
                await door.privacy.perform(plan.action)
                server.script = [say("Goethe.")]
                assert said(await asked(door, "who wrote Faust?")) == ["Goethe."]
                _, plan = about(door, "what did you send out today?")
                assert "who wrote Faust?" in plan.reply.text and plan.action is None
            assert len(server.bodies) == 1

    asyncio.run(go())


def test_no_key_is_no_rung(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("TEST_KEY")

    async def go() -> None:
        async with model_server("messages") as server, door_on(server) as (door, _):
            assert door.where == "offline"
            assert said(await asked(door, "who wrote Faust?")) == [scripts.NOTHING_SET_UP]
            assert sent_out() == [] and server.connections == 0

    asyncio.run(go())


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("Don't use the cloud.", "off"),
        ("stop using the cloud", "off"),
        ("turn the cloud off", "off"),
        ("you can use the cloud", "on"),
        ("What did you send out today?", "report"),
        ("how do clouds form", None),
        ("what is the cloud", None),
        ("why don't people use umbrellas", None),
    ],
)
def test_what_is_a_rule_and_what_is_not(text: str, rule: str | None) -> None:
    assert house_rules.rule(text) == rule
