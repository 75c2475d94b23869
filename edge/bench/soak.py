"""A day of sound in an hour or two: does it forget a command, does it grow, does it leak handles?

The very assistant that `stonechat hear` runs is fed hours of room noise, clatter and spoken
commands, wake word included, as fast as it can think. Memory, file handles and threads are read
after every command, once the answer was heard.
"""

import asyncio
import os
import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import soxr

from edge import runtime
from edge.assistant import Assistant
from edge.audio.speaker import VirtualSpeaker
from edge.bench.figures import cpu_s
from edge.brain import imagine
from edge.config.schema import Config
from edge.daemon import build_assistant, build_ear, engines
from edge.errors import UsageError
from edge.events import RATE, Event, Frame, Pcm, WakeHeard
from edge.hearing.ear import Ear
from edge.ringer import Ringer
from edge.service import rss_mb
from edge.speaking.tts import Voice

COMMANDS = (
    ("turn on the kitchen lights", "home.turn_on"),
    ("turn off the kitchen lights", "home.turn_off"),
    ("set a timer for five minutes", "timer.set"),
    ("what time is it", "time.now"),
    ("cancel all timers", "timer.cancel"),
    ("add milk to my shopping list", "list.add"),
    ("what's on my shopping list", "list.read"),
    ("clear my shopping list", "list.clear"),
    ("what is twelve times seven", "math.calculate"),
    ("close the garage door", "home.close"),
    ("what day is it today", "date.today"),
    ("set the volume to forty percent", "volume.set"),
)
_VOICES = (1.0, 0.94, 1.08)
"""Playback speeds: a voice, a deeper and a higher one."""
_GAP = RATE // 4
"""Between the wake word and the command."""
_BLOCK = 256
_BANK = 30 * RATE
_LOUDEST_NOISE = 60.0
"""Root mean square of the room's noise at most, of 32767."""
_CLATTER_EVERY_S = 60
_LONGEST_ANSWER = 60 * RATE
_SHORTEST_TURN_S = 15
_TELL_EVERY = 1800 * RATE

Tell = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Said:
    """A recording of the wake word and a command."""

    text: str
    intent: str
    pcm: Pcm


@dataclass(slots=True)
class Tally:
    """What was counted on the way."""

    answered: int = 0
    lost: list[str] = field(default_factory=list)
    misunderstood: list[str] = field(default_factory=list)
    unasked: int = 0
    rings: int = 0
    rss: list[float] = field(default_factory=list)
    handles: list[int] = field(default_factory=list)
    threads: list[int] = field(default_factory=list)


class _Forgetful(VirtualSpeaker):
    """Keeps no sound but that of the reply under way: a day of answers is no leak of ours."""

    def advance(self, samples: int) -> None:
        super().advance(samples)
        for reply in self._sound[:-1]:
            reply.clear()


class _Room:
    """Noise whose level changes, and things that fall, for as long as is wanted."""

    def __init__(self, random: np.random.Generator) -> None:
        self._random = random
        self._bank = random.normal(0, 1, _BANK).astype(np.float32)
        self._level = 5.0

    def change(self) -> None:
        """Another hour, another level."""
        self._level = float(self._random.uniform(3, _LOUDEST_NOISE))

    def block(self, sound: Pcm | None = None) -> Pcm:
        """16 ms of the room, with somebody's voice in it or without."""
        start = int(self._random.integers(_BANK - _BLOCK))
        room = self._bank[start : start + _BLOCK] * self._level
        if self._random.random() < _BLOCK / RATE / _CLATTER_EVERY_S:
            room = room + self._bank[:_BLOCK] * np.geomspace(6000, 60, _BLOCK, dtype=np.float32)
        if sound is not None:
            room = room.copy()
            room[: len(sound)] += sound
        pcm: Pcm = np.clip(room, -32768, 32767).astype(np.int16)
        return pcm


class Soak:
    """One conversation that lasts the whole time."""

    def __init__(
        self,
        assistant: Assistant,
        ringer: Ringer,
        speaker: VirtualSpeaker,
        events: list[Event],
        room: _Room,
    ) -> None:
        """`events` is where the assistant puts its events."""
        self._assistant = assistant
        self._ringer = ringer
        self._speaker = speaker
        self._events = events
        self._room = room
        self.sample = 0
        self.tally = Tally()

    async def quiet(self, until: int) -> None:
        """Nobody speaks to it until that sample, and for as long as it has something to say."""
        self._events.clear()
        while self.sample < until or not self._assistant.idle:
            await self._hear(self._room.block())
        turns = [event for event in self._events if event.event == "turn"]
        rings = sum(not event.data["text"] and bool(event.data["reply"]) for event in turns)
        self.tally.rings += rings
        self.tally.unasked += sum(event.event == "wake" for event in self._events)

    async def say(self, said: Said) -> None:
        """Speak a command, hear the answer out, and judge it."""
        self._events.clear()
        for start in range(0, len(said.pcm), _BLOCK):
            await self._hear(self._room.block(said.pcm[start : start + _BLOCK]))
        limit = self.sample + _LONGEST_ANSWER
        enough = self.sample + RATE
        while self.sample < limit and not (self.sample >= enough and self._assistant.idle):
            await self._hear(self._room.block())
        self._judge(said)
        runtime.give_back()  # as the daemon does some time after a turn
        self._measure()

    def _judge(self, said: Said) -> None:
        turns = [event.data for event in self._events if event.event == "turn"]
        answers = [turn for turn in turns if turn["text"] and turn["heard"]]
        if not answers:
            self.tally.lost.append(said.text)
            return
        self.tally.answered += 1
        if answers[0]["intent"] != said.intent:
            self.tally.misunderstood.append(f"{said.text} → {answers[0]['text']}")

    def _measure(self) -> None:
        self.tally.rss.append(rss_mb())
        self.tally.handles.append(len(os.listdir("/proc/self/fd")))
        self.tally.threads.append(len(os.listdir("/proc/self/task")))

    async def _hear(self, pcm: Pcm) -> None:
        self._speaker.advance(len(pcm))
        await self._assistant.step(Frame(pcm, self.sample, time.monotonic()))
        self.sample += len(pcm)
        if self.sample % RATE < _BLOCK:
            await self._ringer.tick()
            await asyncio.sleep(0)


async def measure(config: Config, hours: float, commands: int, tell: Tell) -> Any:
    """Run it. Raises UsageError where the commands do not fit into the time."""
    every = hours * 3600 / max(commands, 1)
    if commands < 20 or every < _SHORTEST_TURN_S:
        raise UsageError(
            f"at least 20 commands, and {_SHORTEST_TURN_S} seconds of sound for each, are needed"
        )
    random = np.random.default_rng(8)
    async with imagine(config) as brain, engines(config) as ready:
        if ready.second:
            ready.second.warm()  # it comes last
        recordings = _recordings(ready.mouth.voice, config)
        room = _Room(random)
        speaker = _Forgetful(ready.mouth.rate)
        events: list[Event] = []
        assistant, ringer = build_assistant(
            brain, ready, speaker, events.append, live=False, alone=True
        )
        soak = Soak(assistant, ringer, speaker, events, room)
        tell(f"{len(recordings)} recordings; {rss_mb()} MB loaded")
        loaded, began, used = rss_mb(), time.monotonic(), cpu_s()
        told = 0
        for number in range(commands):
            room.change()
            latest = max(1, int((every - _SHORTEST_TURN_S) * RATE))
            await soak.quiet(int(number * every * RATE) + int(random.integers(latest)))
            await soak.say(recordings[int(random.integers(len(recordings)))])
            if soak.sample - told >= _TELL_EVERY:
                told = soak.sample
                tell(_line(soak, time.monotonic() - began))
        await soak.quiet(int(hours * 3600 * RATE))
        elapsed = time.monotonic() - began
        return {
            "hours": round(soak.sample / RATE / 3600, 2),
            "commands": commands,
            **summary(soak.tally, loaded),
            "times_real_time": round(soak.sample / RATE / elapsed, 1),
            "cpu_core_percent": round(100 * (cpu_s() - used) * RATE / soak.sample, 2),
        }


def summary(tally: Tally, loaded: float) -> dict[str, Any]:
    """The verdict. Growth is from the second tenth of the commands to the last, at the median.

    In the first tenth, sentences that were never said before are still new to the caches.
    """
    tenth = max(1, len(tally.rss) // 10)
    settled = statistics.median(tally.rss[tenth : 2 * tenth])
    end = statistics.median(tally.rss[-tenth:])
    return {
        "answered": tally.answered,
        "lost": len(tally.lost),
        "lost_texts": tally.lost,
        "misunderstood": len(tally.misunderstood),
        "misunderstood_texts": tally.misunderstood,
        "unasked_wakes": tally.unasked,
        "rings": tally.rings,
        "rss_mb": {
            "loaded": loaded,
            "settled": round(settled, 1),
            "end": round(end, 1),
            "most": max(tally.rss),
        },
        "rss_growth_percent": round(100 * (end / settled - 1), 2),
        "handles": {"settled": tally.handles[tenth], "end": tally.handles[-1]},
        "most_handles": max(tally.handles),
        "threads": {"settled": tally.threads[tenth], "end": tally.threads[-1]},
    }


def _line(soak: Soak, elapsed: float) -> str:
    tally = soak.tally
    return (
        f"{soak.sample / RATE / 3600:5.1f} h  {tally.answered} answered, {len(tally.lost)} lost, "
        f"{tally.rss[-1]} MB, {tally.handles[-1]} handles, "
        f"{soak.sample / RATE / elapsed:.0f} times real time"
    )


def _recordings(voice: Voice, config: Config) -> Sequence[Said]:
    """Every command in every voice in which the wake word itself is recognised."""
    ear = build_ear(config, full_duplex=True)
    found = []
    for factor in _VOICES:
        name = _spoken(voice, "Alexa!", factor)
        if not _wakes(ear, name):
            continue
        for text, intent in COMMANDS:
            pcm = np.concatenate((name, np.zeros(_GAP, np.int16), _spoken(voice, text, factor)))
            found.append(Said(text, intent, pcm))
    if not found:
        raise UsageError("the soak says 'Alexa!': set wake.words to that for it")
    return found


def _spoken(voice: Voice, text: str, factor: float) -> Pcm:
    sound = np.concatenate([part.pcm for part in voice.speak(text)])
    pcm: Pcm = soxr.resample(sound, voice.rate, RATE / factor).astype(np.int16)
    return pcm


def _wakes(ear: Ear, pcm: Pcm) -> bool:
    padded = np.pad(pcm, (RATE, RATE))
    frames = (
        Frame(padded[start : start + _BLOCK], ear.now, 0.0)
        for start in range(0, len(padded), _BLOCK)
    )
    return any(isinstance(each, WakeHeard) for frame in frames for each in ear.hear(frame))
