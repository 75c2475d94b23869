import asyncio
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from edge.config.schema import HomeConfig
from edge.events import Action, Intent, Plan, Value
from edge.home import MemoryHome
from edge.skills import all_skills
from edge.skills.base import Skills, Undo
from edge.skills.schedule import Schedule
from edge.skills.volume import RememberedMixer
from edge.store import Store

NOW = datetime(2026, 11, 23, 16, 0, tzinfo=ZoneInfo("Europe/Berlin"))
"""A Monday."""


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


class Talk:
    """All skills on a home in memory; says what they say."""

    def __init__(self, store: Store, here: str | None = None) -> None:
        self.store = store
        self.home = MemoryHome(HomeConfig(here=here))
        self.mixer = RememberedMixer()
        self.schedule = Schedule(store)
        self.skills: Skills = all_skills(
            store, self.home, self.mixer, self.schedule, ("shopping", "to-do")
        )
        self.now = NOW
        self.undo: Undo | None = None

    def plan(self, name: str, /, **slots: Value) -> Plan:
        return asyncio.run(self.skills.plan(Intent(name, slots), self.now))

    def perform(self, action: Action) -> None:
        self.undo = asyncio.run(self.skills.perform(action))

    def say(self, name: str, /, **slots: Value) -> str:
        """Plan, perform what needs no leave, and give the reply."""
        plan = self.plan(name, **slots)
        if plan.action is not None and not plan.confirm:
            self.perform(plan.action)
        return plan.reply.text

    def take_back(self) -> None:
        assert self.undo is not None
        asyncio.run(self.undo())  # type: ignore[arg-type]

    def state(self, id: str) -> Value:
        return self.home.state(id)["state"]


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store(tmp_path / "stonechat.db") as opened:
        yield opened


@pytest.fixture
def talk(store: Store) -> Talk:
    return Talk(store)
