"""A ring is silenced by voice while it rings: real ears and engines, a canceller, and a room."""

import asyncio
from collections.abc import Callable
from datetime import datetime

import numpy as np
import pytest
import soxr

from edge.assistant import Assistant, Settings
from edge.audio.echo import KalmanCanceller
from edge.audio.reference import EchoPath, Reference
from edge.audio.speaker import VirtualSpeaker
from edge.bench.room import BLOCK, Floats, Paths, Room
from edge.brain import think
from edge.config.schema import Asr, Config
from edge.daemon import engines
from edge.events import RATE, Event, Frame
from edge.hearing.ear import Ear
from edge.hearing.vad import SileroVad
from edge.skills.schedule import Ring
from edge.speaking.tts import PiperEngine

pytestmark = pytest.mark.engine

AIR = 4 * BLOCK
"""Samples from the speaker's queue to the air."""
NOW = datetime(2026, 1, 1).astimezone()
TOLD = "The washing machine is done, and your neighbour asks whether you could bring his parcel."
TELLS = Ring("r1", "reminder", None, NOW, TOLD, missed=True)
RINGS = Ring("r2", "alarm", None, NOW, "It's seven o'clock.")


class Bedroom:
    """The assistant beside a bed. Sound passes as fast as it can be computed."""

    def __init__(self, talks: Assistant, speaker: VirtualSpeaker, reference: Reference) -> None:
        self.talks = talks
        self.now = 0
        self._speaker = speaker
        self._reference = reference
        decay = 10 ** (-np.arange(2400) / 800)
        echo = np.random.default_rng(1).normal(0, 0.1, 2400) * decay
        echo[0] = 1.0
        self._room = Room(Paths(echo, np.ones(1), 0))

    async def hear(self, beside: Floats, until: Callable[[], bool] = lambda: False) -> None:
        """Let somebody's sound pass."""
        for at in range(0, len(beside) - BLOCK + 1, BLOCK):
            self._speaker.advance(BLOCK)
            self._reference.collect()
            played = self._reference.cut(self.now - AIR, BLOCK)
            mic, _ = self._room(played, beside[at : at + BLOCK])
            await self.talks.step(Frame(mic, self.now, 0.0))
            self.now += BLOCK
            if until():
                return


def said(voice: PiperEngine, text: str) -> Floats:
    """Somebody else's voice: higher and faster than the assistant's own."""
    pcm = np.concatenate([speech.pcm for speech in voice.speak(text)])
    return 0.3 * soxr.resample(pcm / 32768, 1.15 * voice.rate, RATE)


def test_an_alarm_is_silenced_by_voice_over_its_own_ringing(voice: PiperEngine) -> None:
    events: list[Event] = []
    config = Config(asr=Asr(second="none"))
    quiet = np.random.default_rng(0).normal(0, 1e-4, 20 * RATE)

    async def morning() -> tuple[Bedroom, int]:
        async with engines(config) as ready:
            speaker = VirtualSpeaker(ready.mouth.rate)
            speaker.volume, speaker.reference = 70, Reference()
            async with think(config, speaker) as brain:
                clean = EchoPath(speaker.reference, KalmanCanceller(), clocks=False)
                ear = Ear(None, SileroVad(), config.endpoint, full_duplex=False, clean=clean)
                settings = Settings(live=False)
                talks = Assistant(ear, ready, brain.mind, speaker, events.append, settings)
                room = Bedroom(talks, speaker, speaker.reference)
                assert talks.ring(TELLS)  # from which the canceller learns the room
                await room.hear(quiet, until=lambda: talks.idle)
                assert talks.ring(RINGS)
                await room.hear(quiet, until=lambda: talks.idle)
                assert not talks.ring_answered
                assert not [event for event in events if event.event == "interrupted"]
                assert talks.ring(RINGS)
                await room.hear(quiet[: int(0.7 * RATE)])
                began = room.now
                stop = said(voice, "Hey, please stop the alarm.")
                await room.hear(np.concatenate((stop, quiet)), until=lambda: talks.idle)
                return room, began

    room, began = asyncio.run(morning())
    (stopped,) = [event for event in events if event.event == "interrupted"]
    assert stopped.t - began / RATE < 1.0
    assert room.talks.ring_answered
    assert events[-1].data["where"] == "local"
