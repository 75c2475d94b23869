"""Whether an answer waits for the notes of the turn before it: the same turns with and without.

A model's server on this machine answers at once and takes a second for notes. The next question
comes while they are being taken.
"""

import asyncio
from collections.abc import Mapping
from itertools import cycle
from typing import Any

from cloud_bridge.loopback.model_server import Answer, Call, Say
from edge.bench.cloud_device import bench, scripted
from edge.bench.figures import distribution

TURNS = 40
NOTES_S = 1.0
PAUSE_S = 0.1
_SAID = ("book a table for four on Friday", "at eight", "make it six people", "at the Lucia")
_ANSWER = "At what time would you like to come, and how many of you will there be?"


async def measure(turns: int = TURNS) -> dict[str, Any]:
    """Milliseconds from the end of a question to the first clause of its answer."""
    without, _ = await _turns(turns, extract=False)
    with_notes, asked = await _turns(turns, extract=True)
    return {
        "first_clause_ms": distribution(with_notes),
        "first_clause_ms_without": distribution(without),
        "notes_asked_for": asked,
    }


async def _turns(turns: int, *, extract: bool) -> tuple[list[float], int]:
    """The first clauses, and how often notes were asked for meanwhile."""
    notes = 0

    def answer(body: Mapping[str, Any]) -> Answer:
        nonlocal notes
        if body.get("tool_choice", {}).get("name") != "note":
            return Answer((Say(_ANSWER),))
        notes += 1
        return Answer((Say("Hm.", first=NOTES_S), Call("note")))

    times: list[float] = []
    async with bench(extract=extract) as device:
        scripted(device.cloud, answer)
        for text, _ in zip(cycle(_SAID), range(turns), strict=False):
            await device.brain.mind.connect()  # as at the wake word
            heard = await device.say(text)
            assert heard.said and heard.ended is not None and not heard.ended.failed, heard
            times.append(heard.said[0][0])
            await asyncio.sleep(PAUSE_S)
    return times[1:], notes  # the first one opens what is opened once
