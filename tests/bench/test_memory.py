"""The memory's bench, and what it must show: that no answer waits for notes."""

import asyncio
from collections.abc import Mapping
from typing import Any

import anthropic  # noqa: F401 - its import takes longer than a turn may

from cloud_bridge.extractor import PATIENCE_S
from cloud_bridge.loopback.model_server import Answer, say
from edge.bench import extraction
from edge.bench.cloud_device import bench, scripted


def test_notes_that_never_come_hold_up_nothing() -> None:
    noting = asyncio.Event()

    def answer(body: Mapping[str, Any]) -> Answer:
        if body.get("tool_choice", {}).get("name") != "note":
            return say("At what time?")
        noting.set()
        return say("never", fault="silent")

    async def go() -> None:
        async with bench() as device:
            scripted(device.cloud, answer)
            await device.say("book a table for four on Friday")
            await noting.wait()
            assert not device.cloud.left.is_set()
            heard = await device.say("at eight")
            assert heard.text == "At what time?"
            async with asyncio.timeout(PATIENCE_S / 2):  # they are given up, not waited for
                await device.cloud.left.wait()
            talk = device.brain.thread.talks.current
            assert {slot.name: slot.value for slot in talk.slots}["time"] == "8:00"

    asyncio.run(go())


def test_the_same_turns_with_and_without_notes() -> None:
    figures = asyncio.run(extraction.measure(3))
    assert figures["notes_asked_for"] == 3
    assert figures["first_clause_ms"]["n"] == figures["first_clause_ms_without"]["n"] == 2
