"""What a turn leaves behind for the next one, on the real brain."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from edge import config as configuration
from edge.brain import Brain, think
from edge.skills.volume import RememberedMixer

NOW = datetime(2026, 11, 23, 16, 0, tzinfo=ZoneInfo("Europe/Berlin"))


class Clock:
    """A clock that stands still until it is put forward."""

    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> datetime:
        return self.now


def talk(conversation: Callable[[Brain, Clock], Awaitable[None]]) -> None:
    async def held() -> None:
        clock = Clock()
        async with think(configuration.parse(""), RememberedMixer(), clock) as brain:
            await conversation(brain, clock)

    asyncio.run(held())


async def say(brain: Brain, text: str) -> str:
    decision = await brain.mind.decide(text)
    return (await brain.mind.commit(decision)).reply.text


def lengths(brain: Brain) -> list[float]:
    return [timer.duration for timer in brain.schedule.timers(NOW)]


def test_a_correction_that_is_taken_back_leaves_what_was_corrected() -> None:
    async def conversation(brain: Brain, clock: Clock) -> None:
        await say(brain, "set a timer for ten minutes")
        await say(brain, "make that fifteen minutes")
        assert lengths(brain) == [900]
        assert [action.name for action in await brain.mind.take_back()] == ["timer.set"]
        assert lengths(brain) == [600]
        await say(brain, "make that fifteen minutes and thirty seconds")
        assert lengths(brain) == [930]

    talk(conversation)


def test_a_turn_that_was_taken_back_is_not_referred_to() -> None:
    async def conversation(brain: Brain, clock: Clock) -> None:
        await say(brain, "turn on the bed light")
        await say(brain, "turn on the desk lamp")
        await brain.mind.take_back()
        assert await say(brain, "turn it off") == "Turned off the Bed Light."

    talk(conversation)


def test_what_was_only_decided_is_not_referred_to() -> None:
    async def conversation(brain: Brain, clock: Clock) -> None:
        await brain.mind.decide("turn on the bed light")
        assert await say(brain, "turn it off") == "What should I turn off?"

    talk(conversation)


def test_after_two_minutes_nothing_is_referred_to() -> None:
    async def conversation(brain: Brain, clock: Clock) -> None:
        await say(brain, "turn on the bed light")
        clock.now += timedelta(minutes=2)
        assert (await brain.mind.decide("turn it off")).route.reason == "context"
        clock.now += timedelta(seconds=1)
        assert await say(brain, "turn it off") == "What should I turn off?"

    talk(conversation)


def test_what_was_done_since_it_rang_is_nearer_than_the_ring() -> None:
    async def conversation(brain: Brain, clock: Clock) -> None:
        brain.mind.rang()
        clock.now += timedelta(seconds=20)
        await say(brain, "turn on the bed light")
        assert await say(brain, "turn it off") == "Turned off the Bed Light."
        decision = await brain.mind.decide("five more minutes")
        assert decision.intent is not None and decision.intent.name == "alarm.snooze"

    talk(conversation)


def test_yes_to_no_question_is_met_with_silence() -> None:
    async def conversation(brain: Brain, clock: Clock) -> None:
        for text in ("yes", "yeah sure", "yes please", "alright", ""):
            decision = await brain.mind.decide(text)
            assert decision.where == "local"
        assert await say(brain, "yes") == ""

    talk(conversation)
