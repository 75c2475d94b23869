import asyncio
import time
from collections.abc import Iterator
from types import TracebackType
from typing import Any, ClassVar, Self

import numpy as np
import pytest

from edge.body import lights
from edge.body import pins as pins_module
from edge.body.body import Body
from edge.body.lights import Lamp
from edge.body.mute import Mutable
from edge.body.pins import Pins
from edge.config.schema import BodyConfig
from edge.errors import BodyError
from edge.events import Event, Frame

mock = pytest.importorskip("gpiozero.pins.mock", reason="the extra 'gpio' is not installed")


class Pin(mock.MockPWMPin):  # type: ignore[misc, name-defined]
    """What is connected to ground stays there, whatever pulls."""

    def _set_pull(self, value: str) -> None:
        grounded = getattr(self, "grounded", False)
        super()._set_pull(value)
        if grounded:
            self.drive_low()

    def ground(self) -> None:
        self.grounded = True
        self.drive_low()


@pytest.fixture
def board() -> Iterator[Any]:
    factory = mock.MockFactory(pin_class=Pin)
    yield factory
    factory.reset()


SETTINGS = BodyConfig(led=(17, 27, 22), button=5, mute_switch=6)


def pins(board: Any, pressed: list[str]) -> Pins:
    return Pins(
        SETTINGS,
        lambda: pressed.append("wake"),
        lambda: pressed.append("hold"),
        lambda muted: pressed.append("muted" if muted else "unmuted"),
        board,
    )


def test_buttons_tell_what_was_pressed(board: Any) -> None:
    pressed: list[str] = []
    with pins(board, pressed) as body:
        button, switch = board.pin(5), board.pin(6)
        button.drive_low()
        switch.drive_low()
        assert body.muted
        switch.drive_high()
        assert not body.muted
    assert pressed == ["wake", "muted", "unmuted"]


def test_the_light_has_the_colour_of_the_state(board: Any) -> None:
    with pins(board, []) as body:
        body.show(lights.MUTED)
        assert [board.pin(pin).state for pin in (17, 27, 22)] == [1, 0, 0]
        body.show(lights.LISTENING)
        assert [board.pin(pin).state for pin in (17, 27, 22)] == [0, 0, 1]
        body.show(lights.THINKING)
        body.show(lights.OFF)
        assert [board.pin(pin).state for pin in (17, 27, 22)] == [0, 0, 0]


def test_a_pin_that_is_used_twice_is_named_in_one_line(board: Any) -> None:
    taken = BodyConfig.model_construct(led=None, button=5, mute_switch=5)
    with pytest.raises(BodyError, match="pin"):
        Pins(taken, lambda: None, lambda: None, lambda muted: None, board)
    with Pins(BodyConfig(button=5), lambda: None, lambda: None, lambda muted: None, board):
        pass


def event(name: str) -> Event:
    return Event(name, 1, 0.0, 0.0)


def test_the_lamp_follows_a_turn_and_muting_covers_it() -> None:
    lamp = Lamp()
    names = ("wake", "speech_ended", "speaking", "turn")
    shown = [lamp.follow(event(name), listening=False) for name in names]
    assert shown == [lights.LISTENING, lights.THINKING, lights.SPEAKING, lights.OFF]
    lamp.muted = True
    assert lamp.follow(event("wake"), listening=True) == lights.MUTED
    lamp.muted = False
    assert lamp.light == lights.LISTENING


def test_after_a_question_the_lamp_says_that_it_listens() -> None:
    lamp = Lamp()
    lamp.follow(event("speaking"), listening=False)
    assert lamp.follow(event("turn"), listening=True) == lights.LISTENING


class FakeMicrophone:
    """Gives a frame whenever it is asked, as long as it is open."""

    opened: ClassVar[list[bool]] = []
    closed = 0
    dropped = 16

    def __init__(self, again: bool) -> None:
        self._again = again
        self._sample = 0
        self.alive_at = 0.0

    async def __aenter__(self) -> Self:
        self.opened.append(self._again)
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        type(self).closed += 1

    async def __anext__(self) -> Frame:
        await asyncio.sleep(0.001)
        self.alive_at = time.monotonic()
        frame = Frame(np.ones(256, np.int16), self._sample, self.alive_at)
        self._sample += 256
        return frame


class HangingMicrophone(FakeMicrophone):
    """A device that opens and gives nothing."""

    async def __anext__(self) -> Frame:
        await asyncio.Event().wait()
        raise AssertionError


@pytest.fixture(autouse=True)
def none_opened() -> None:
    FakeMicrophone.opened.clear()
    FakeMicrophone.closed = 0


def test_a_mute_closes_the_stream_and_time_goes_on() -> None:
    async def session() -> None:
        async with Mutable(FakeMicrophone) as frames:
            before = [await anext(frames) for _ in range(3)]
            assert [frame.sample for frame in before] == [0, 256, 512]
            frames.mute(True)
            silent = [await anext(frames) for _ in range(3)]
            assert not frames.open
            assert FakeMicrophone.closed == 1
            assert not any(frame.pcm.any() for frame in silent)
            assert silent[0].sample == before[-1].end
            assert frames.alive_at >= silent[-1].at
            assert frames.heard_at == silent[-1].at
            frames.mute(False)
            after = await anext(frames)
            assert after.pcm.all()
            assert after.sample >= silent[-1].end
        assert FakeMicrophone.closed == 2
        assert FakeMicrophone.opened == [False, True]
        assert frames.dropped == 32

    asyncio.run(session())


def test_a_device_that_hangs_is_closed_as_well() -> None:
    async def session() -> None:
        async with Mutable(HangingMicrophone) as frames:
            waiting = asyncio.ensure_future(anext(frames))
            await asyncio.sleep(0.01)
            assert frames.open
            frames.mute(True)
            assert not (await waiting).pcm.any()
            assert not frames.open

    asyncio.run(session())


def test_a_switch_and_an_order_mute_each_by_itself(board: Any) -> None:
    async def session() -> None:
        board.pin(6).ground()
        told: list[bool] = []
        async with Body(SETTINGS, FakeMicrophone, factory=board) as body:
            body.on_muted = told.append
            red = [board.pin(pin).state for pin in (17, 27, 22)]
            assert (body.muted, FakeMicrophone.opened, red) == (True, [], [1, 0, 0])
            body.order(True)
            board.pin(6).drive_high()
            await settled()
            assert (body.muted, told) == (True, [])
            body.order(False)
            assert not body.muted
            assert (await anext(body.microphone)).pcm.all()
            board.pin(6).drive_low()
            await settled()
            assert not (await anext(body.microphone)).pcm.any()
            assert FakeMicrophone.closed == 1
            assert told == [False, True]

    asyncio.run(session())


def test_the_button_wakes_and_the_light_follows(board: Any) -> None:
    async def session() -> None:
        pressed: list[str] = []
        async with Body(SETTINGS, FakeMicrophone, factory=board) as body:
            body.on_wake = lambda: pressed.append("wake")
            board.pin(5).drive_low()
            await settled()
            assert pressed == ["wake"]
            body.follow(event("wake"), listening=True)
            assert [board.pin(pin).state for pin in (17, 27, 22)] == [0, 0, 1]

    asyncio.run(session())


def test_a_button_that_is_held_down_asks_for_the_mute(
    board: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def session() -> None:
        monkeypatch.setattr(pins_module, "_HOLD_S", 0.01)
        async with Body(SETTINGS, FakeMicrophone, factory=board) as body:
            asked = asyncio.get_running_loop().create_future()
            body.on_order = asked.set_result
            board.pin(5).drive_low()
            assert await asyncio.wait_for(asked, 30)

    asyncio.run(session())


async def settled() -> None:
    """Let what another thread handed over be done."""
    for _ in range(3):
        await asyncio.sleep(0.01)
