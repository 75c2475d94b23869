"""Conversations with a model behind them, as `scenarios/conversations/*.yaml` tells them.

`turns` are typed, `say` is spoken (as in test_scenarios). A turn has what the model answers
(`model`: words, or `call` and `with`, or `fault`), what it notes in the background (`notes`), and
what must come of it. `{hook}` in a config is a real web server, the contact's; `restart` ends the
process's memory, `wait` lets so many seconds pass. Of what is expected only that is compared which
is written down.
"""

import asyncio
import time
from collections.abc import Mapping
from contextlib import AsyncExitStack
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import anthropic  # noqa: F401 - its import takes longer than a turn may
import pytest
import yaml

from cloud_bridge.loopback.model_server import Answer, Call, ModelServer, Say, model_server
from edge import config as configuration
from edge.brain import Brain, think
from edge.cli.ask import turn as typed
from edge.config.schema import Config, Endpoint
from edge.skills.volume import RememberedMixer
from tests.skills.test_escalation import Hook, hook
from tests.talker import Talker
from tests.test_assistant import converse as hear
from tests.test_scenarios import heard

NOW = datetime(2026, 11, 23, 16, 0, tzinfo=ZoneInfo("Europe/Berlin"))
"""A Monday."""
MODEL = """
[[cloud.models]]
provider = "anthropic"
model = "claude-haiku-5-5"
base_url = "{model}"
key_env = "TEST_KEY"
price_in = 1.0
price_out = 5.0
"""

Scenario = dict[str, Any]


def scenarios(kind: str) -> list[Any]:
    return [
        pytest.param(scenario, id=f"{file.stem}: {scenario['name']}")
        for file in sorted((Path(__file__).parent / "scenarios/conversations").glob("*.yaml"))
        for scenario in yaml.safe_load(file.read_text())
        if kind in scenario
    ]


@pytest.fixture(autouse=True)
def key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TEST_KEY", "sk-test")


@pytest.mark.parametrize("scenario", scenarios("turns"))
def test_typed(scenario: Scenario, tmp_path: Path) -> None:
    asyncio.run(_told(scenario, tmp_path))


@pytest.mark.parametrize("scenario", scenarios("say"))
def test_spoken(scenario: Scenario, tmp_path: Path) -> None:
    talker = Talker()
    for part in scenario["say"]:
        match part:
            case None:
                talker.wake().pause(100)
            case int(ms):
                talker.pause(ms)
            case str(words):
                talker.say(words)

    async def go() -> None:
        async with model_server("messages") as server, hook() as contact:
            server.brain = Models(scenario)
            settings = _settings(scenario, server, contact)
            events = await hear(talker, tmp_path, Endpoint(), settings)
            expected = scenario["expect"]
            own = {"specialists", "told"}
            seen = heard(events, {key: value for key, value in expected.items() if key not in own})
            if "specialists" in expected:
                ended = [event.data for event in events if event.event == "turn"]
                seen["specialists"] = [each.get("specialist") for each in ended]
            if "told" in expected:
                seen["told"] = [body["kind"] for _, _, body in contact.requests]
            assert seen == expected

    asyncio.run(go())


class Models:
    """What the model answers: a scenario's or a turn's words, and its notes when it is to note."""

    def __init__(self, turn: Scenario) -> None:
        answers = turn.get("model", ())
        self.left = list(answers) if isinstance(answers, list) else [answers]
        self.notes = turn.get("notes", {})
        self.asked: list[Mapping[str, Any]] = []
        """The bodies of the questions, without those of the notes."""

    def __call__(self, body: Mapping[str, Any]) -> Answer:
        if body.get("tool_choice", {}).get("name") == "note":
            return Answer((Call("note", self.notes),))
        self.asked.append(body)
        answer = self.left.pop(0)
        if isinstance(answer, str):
            return Answer((Say(answer),))
        said = (Say(answer["say"]),) if "say" in answer else ()
        calls = (Call(answer["call"], answer.get("with", {})),) if "call" in answer else ()
        return Answer((*said, *calls), answer.get("fault"), answer.get("status", 200))


def _settings(scenario: Scenario, server: ModelServer, contact: Hook) -> Config:
    text = scenario.get("config", "") + ("" if scenario.get("offline") else MODEL)
    text = text.replace("{model}", server.url).replace("{hook}", contact.url)
    return configuration.parse(
        text + ("[cloud]\nenabled = false\n" if "offline" in scenario else "")
    )


async def _told(scenario: Scenario, folder: Path) -> None:
    clock = [NOW]
    async with AsyncExitStack() as outer:
        server = await outer.enter_async_context(model_server("messages"))
        contact = await outer.enter_async_context(hook())
        settings = _settings(scenario, server, contact)
        stack = await outer.enter_async_context(AsyncExitStack())

        async def begin() -> Brain:
            opened = think(settings, RememberedMixer(), lambda: clock[0], folder)
            return await stack.enter_async_context(opened)

        brain = await begin()
        for number, turn in enumerate(scenario["turns"], 1):
            if "wait" in turn:
                clock[0] += timedelta(seconds=turn["wait"])
            elif "restart" in turn:
                await stack.aclose()
                brain = await begin()
            else:
                seen = await _seen(brain, turn, server, contact)
                assert seen == turn, f"turn {number}"


async def _seen(brain: Brain, asked: Scenario, server: ModelServer, contact: Hook) -> Scenario:
    """What came of a turn, in the words of what is expected of it."""
    server.brain = models = Models(asked)
    contact.requests.clear()
    brain.mind.specialist = asked.get("of", "")
    began = time.monotonic()
    events = [each async for each in typed(brain.mind, asked["ask"], act=True)]
    took = (time.monotonic() - began) * 1000
    await brain.thread.settle()
    data = dict(events)
    talk = brain.thread.talks.current
    sent = str([body["messages"] for body in models.asked])
    tools = {tool["name"] for body in models.asked for tool in body.get("tools", ())}
    reply = data.get("reply", {})
    last = data["turn"]
    seen = {
        **{name: asked.get(name) for name in ("ask", "of", "model", "notes")},
        "route": data["route"]["where"],
        "intent": data["route"]["intent"],
        "reply": reply.get("text"),
        "asks": reply.get("expects_reply", False),
        "where": last["where"],
        "specialist": last.get("specialist"),
        "failed": last.get("failed"),
        "actions": [event["name"] for name, event in events if name == "action"],
        "tools": [
            event["name"] for name, event in events if name == "tool" and event["state"] == "done"
        ],
        "handoffs": [f"{e['from']} > {e['to']}" for name, e in events if name == "handoff"],
        "state": {each: slot.value for each in asked.get("state", ()) if (slot := talk.slot(each))},
        "doubts": {slot.name: list(slot.doubts) for slot in talk.slots if slot.doubts},
        "summary": talk.summary,
        "topic": talk.topic,
        "requests": len(models.asked),
        "sent": [words for words in asked.get("sent", ()) if words in sent],
        "unsent": [words for words in asked.get("unsent", ()) if words not in sent],
        "offered": [name for name in asked.get("offered", ()) if name in tools],
        "withheld": [name for name in asked.get("withheld", ()) if name not in tools],
        "absent": [name for name in asked.get("absent", ()) if name not in data],
        "told": [body["kind"] for _, _, body in contact.requests],
        "within_ms": asked.get("within_ms", 0) if took <= asked.get("within_ms", took) else took,
    }  # fmt: skip
    return {name: seen[name] for name in asked}
