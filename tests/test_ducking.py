import asyncio
from collections.abc import Callable
from pathlib import Path

import pytest

from edge.config.schema import DeviceConfig, HomeConfig
from edge.ducking import DuckedHome
from edge.errors import HomeError
from edge.home import MemoryHome
from edge.store import Store

RADIO, TV, BATH = "media_player.radio", "media_player.tv", "media_player.bath_radio"
CONFIG = HomeConfig(
    here="Kitchen",
    devices=(
        DeviceConfig(name="Radio", kind="media", area="Kitchen"),
        DeviceConfig(name="TV", kind="media", area="Kitchen"),
        DeviceConfig(name="Bath Radio", kind="media", area="Bath"),
    ),
)


class Players(MemoryHome):
    """A home that can stop answering, and that is slow to tell of a new volume."""

    answers = True
    told: int | None = None

    async def apply(self, id, command, arguments):
        if not self.answers:
            raise HomeError("Radio isn't responding.")
        await super().apply(id, command, arguments)

    def state(self, id):
        state = super().state(id)
        return state if self.told is None else {**state, "volume": self.told}


class Clock:
    now = 100.0

    def __call__(self) -> float:
        return self.now


def playing(tmp_path: Path, run: Callable, config: HomeConfig = CONFIG, percent: int = 30) -> None:
    """Run a scene in a home where the radios of the kitchen and of the bath play."""

    async def scene() -> None:
        home, clock = Players(config), Clock()
        for id in (RADIO, BATH):
            await home.apply(id, "play", {})
            await home.apply(id, "set_volume", {"percent": 60})
        with Store(tmp_path / "s.db") as store:
            async with DuckedHome(home, store, percent, clock) as ducked:
                await run(home, ducked, clock, store)

    asyncio.run(scene())


def volumes(home: MemoryHome) -> tuple[object, ...]:
    return tuple(home.state(id)["volume"] for id in (RADIO, TV, BATH))


def test_what_plays_in_this_room_steps_back_and_comes_forward_again(tmp_path: Path) -> None:
    async def run(home, ducked, clock, store):
        await ducked.follow(busy=True)
        await ducked.follow(busy=True)
        assert volumes(home) == (18, 50, 60)
        assert ducked.state(RADIO)["volume"] == 60
        await ducked.follow(busy=False)
        assert volumes(home) == (60, 50, 60)

    playing(tmp_path, run)


def test_without_a_room_all_that_plays_steps_back(tmp_path: Path) -> None:
    async def run(home, ducked, clock, store):
        await ducked.follow(busy=True)
        assert volumes(home) == (18, 50, 18)

    playing(tmp_path, run, CONFIG.model_copy(update={"here": None}))


def test_at_100_percent_nothing_is_touched(tmp_path: Path) -> None:
    async def run(home, ducked, clock, store):
        await ducked.follow(busy=True)
        assert volumes(home) == (60, 50, 60)
        await ducked.follow(busy=False)

    playing(tmp_path, run, percent=100)


def test_a_volume_that_was_asked_for_meanwhile_stays(tmp_path: Path) -> None:
    async def run(home, ducked, clock, store):
        await ducked.follow(busy=True)
        await ducked.apply(RADIO, "set_volume", {"percent": 70})
        await ducked.follow(busy=False)
        assert home.state(RADIO)["volume"] == 70

    playing(tmp_path, run)


def test_a_player_that_is_paused_meanwhile_gets_its_volume_back(tmp_path: Path) -> None:
    async def run(home, ducked, clock, store):
        await ducked.follow(busy=True)
        await ducked.apply(RADIO, "pause", {})
        await ducked.follow(busy=False)
        assert home.state(RADIO)["volume"] == 60

    playing(tmp_path, run)


def test_a_player_that_still_tells_its_old_volume_is_not_believed(tmp_path: Path) -> None:
    async def run(home, ducked, clock, store):
        await ducked.follow(busy=True)
        await ducked.follow(busy=False)
        home.told = 18
        await ducked.follow(busy=True)
        home.told = None
        assert home.state(RADIO)["volume"] == 18
        await ducked.follow(busy=False)
        assert home.state(RADIO)["volume"] == 60

    playing(tmp_path, run)


def test_a_player_that_does_not_answer_is_asked_again_later(tmp_path: Path) -> None:
    async def run(home, ducked, clock, store):
        await ducked.follow(busy=True)
        home.answers = False
        await ducked.follow(busy=False)
        home.answers = True
        await ducked.follow(busy=False)
        assert home.state(RADIO)["volume"] == 18
        clock.now += 10
        await ducked.follow(busy=False)
        assert home.state(RADIO)["volume"] == 60

    playing(tmp_path, run)


def test_after_a_crash_the_volume_is_raised_again(tmp_path: Path) -> None:
    async def run(home, ducked, clock, store):
        await ducked.follow(busy=True)
        after = DuckedHome(home, store, 30, clock)
        await after.follow(busy=False)
        assert home.state(RADIO)["volume"] == 60
        assert store.setting("ducked") == {}

    playing(tmp_path, run)


@pytest.mark.parametrize("left", [None, "x", {"media_player.gone": 40}, {RADIO: "loud"}])
def test_whatever_was_kept_of_another_home_does_no_harm(tmp_path: Path, left: object) -> None:
    async def run(home, ducked, clock, store):
        await store.set("ducked", left)
        after = DuckedHome(home, store, 30, clock)
        await after.follow(busy=False)
        assert volumes(home) == (60, 50, 60)
        assert store.setting("ducked") in ({}, left)

    playing(tmp_path, run)


def test_at_the_end_of_the_program_nothing_stays_low(tmp_path: Path) -> None:
    kept = []

    async def run(home, ducked, clock, store):
        await ducked.follow(busy=True)
        kept.append(home)

    playing(tmp_path, run)
    assert kept[0].state(RADIO)["volume"] == 60
