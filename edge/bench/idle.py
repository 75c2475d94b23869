"""What the daemon costs while nobody speaks: everything loaded, the ears open.

It has answered seven commands before (the demonstration), as a daemon has that is in use: what
the engines keep of that counts.
"""

import asyncio
import importlib.resources
import time
from typing import Any

import numpy as np

from edge import runtime
from edge.assistant import Assistant
from edge.audio.speaker import VirtualSpeaker
from edge.bench.figures import cpu_s
from edge.brain import Brain, imagine
from edge.config.schema import Config
from edge.daemon import build_assistant, engines
from edge.engines import Engines
from edge.events import RATE, Event, Frame
from edge.service import rss_mb
from edge.stream import Recordings, Way

_BLOCK = 256


async def measure(config: Config, minutes: float) -> Any:
    """Feed room noise in real time to a whole assistant and watch this process."""
    async with (
        imagine(config) as brain,
        engines(config) as ready,
    ):
        if ready.second:
            ready.second.warm()  # it comes last
        loaded = rss_mb()
        answered = await _work(brain, ready)
        runtime.give_back()  # as the daemon does some time after a turn
        events: list[Event] = []
        speaker = VirtualSpeaker(ready.mouth.rate)
        assistant, _ = build_assistant(brain, ready, speaker, events.append, live=True, alone=True)
        began, used = time.monotonic(), cpu_s()
        await _wait(assistant, speaker, minutes)
        elapsed = time.monotonic() - began
    return {
        "cpu_core_percent": round(100 * (cpu_s() - used) / (minutes * 60), 2),
        "rss_mb": rss_mb(),
        "rss_loaded_mb": loaded,
        "answered_before": answered,
        "minutes": round(elapsed / 60, 2),
        "wakes": sum(event.event == "wake" for event in events),
    }


async def _work(brain: Brain, ready: Engines) -> int:
    """Answer the demonstration, as fast as it can; the number of turns."""
    turns: list[None] = []

    def count(event: Event) -> None:
        if event.event == "turn":
            turns.append(None)

    speaker = VirtualSpeaker(ready.mouth.rate)
    assistant, ringer = build_assistant(brain, ready, speaker, count, live=False, alone=True)
    demo = importlib.resources.files("edge.data") / "demo.flac"
    with importlib.resources.as_file(demo) as file:
        await Recordings(assistant, ringer, Way(), speaker.advance).play([file])
    return len(turns)


async def _wait(assistant: Assistant, speaker: VirtualSpeaker, minutes: float) -> None:
    random = np.random.default_rng(1)
    began = time.monotonic()
    for number in range(int(minutes * 60 * RATE / _BLOCK)):
        due = began + (number + 1) * _BLOCK / RATE
        await asyncio.sleep(max(0.0, due - time.monotonic()))
        pcm = random.normal(0, 20, _BLOCK).astype(np.int16)
        speaker.advance(_BLOCK)
        await assistant.step(Frame(pcm, number * _BLOCK, time.monotonic()))
