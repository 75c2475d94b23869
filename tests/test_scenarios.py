"""Whole conversations, as `scenarios/*.yaml` tells them: what is said, and what must come of it.

A scenario is typed (`turns`) or spoken with made-up speech (`say`: the wake word is `~`, a number
is a pause in ms). Of what is expected only that is compared which is written down.
"""

import asyncio
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import yaml

from edge import config as configuration
from edge.cli.ask import converse
from edge.config.schema import Endpoint
from edge.events import Event
from tests.talker import Talker
from tests.test_assistant import converse as hear

NOW = datetime(2026, 11, 23, 16, 0, tzinfo=ZoneInfo("Europe/Berlin"))
"""A Monday."""

Scenario = dict[str, Any]


def scenarios(kind: str) -> list[Any]:
    return [
        pytest.param(scenario, id=f"{file.stem}: {scenario['name']}")
        for file in sorted((Path(__file__).parent / "scenarios").glob("*.yaml"))
        for scenario in yaml.safe_load(file.read_text())
        if kind in scenario
    ]


def observed(events: list[Event], asked: Scenario) -> Scenario:
    """What happened, in the words of the scenario's own expectations."""
    data = {event.event: event.data for event in events}
    route = data.get("route", {})
    seen = {
        "route": route.get("where"),
        "intent": route.get("intent"),
        "slots": route.get("slots"),
        "reason": route.get("reason"),
        "actions": [event.data["name"] for event in events if event.event == "action"],
        "reply": data.get("reply", {}).get("text"),
        "asks": data.get("reply", {}).get("expects_reply", False),
        "absent": [name for name in asked.get("absent", ()) if name not in data],
        "ask": asked.get("ask"),
    }
    return {key: seen[key] for key in asked}


@pytest.mark.parametrize("scenario", scenarios("turns"))
def test_typed(scenario: Scenario) -> None:
    turns = scenario["turns"]
    settings = configuration.parse(scenario.get("config", ""))
    events: list[Event] = []
    texts = [turn["ask"] for turn in turns]
    asyncio.run(converse(settings, texts, events.append, now=lambda: NOW))
    for number, turn in enumerate(turns, 1):
        assert observed([event for event in events if event.turn == number], turn) == turn


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
    events = asyncio.run(hear(talker, tmp_path, Endpoint()))
    assert heard(events, scenario["expect"]) == scenario["expect"]


def heard(events: list[Event], expected: Scenario) -> Scenario:
    names = {event.event for event in events}
    seen: Scenario = {
        "transcripts": [event.data["text"] for event in events if event.event == "transcript"],
        "replies": [event.data["text"] for event in events if event.event == "reply"],
        "actions": left_done(events),
        "turns": max((event.turn for event in events), default=0),
        "absent": [name for name in expected.get("absent", ()) if name not in names],
        "present": [name for name in expected.get("present", ()) if name in names],
    }
    return {key: seen[key] for key in expected}


def left_done(events: list[Event]) -> list[str]:
    """What was done and not taken back."""
    done: list[str] = []
    for event in events:
        if event.event == "action" and event.data.get("undone"):
            done.remove(str(event.data["name"]))
        elif event.event == "action":
            done.append(str(event.data["name"]))
    return done
