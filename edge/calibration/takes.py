"""What is to be recorded, take by take, and when a take is over. Pure: samples in, a clip out."""

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from edge.audio import wav
from edge.calibration.levels import dbfs
from edge.calibration.rooms import level
from edge.errors import UsageError
from edge.events import RATE, Pcm

SUFFIXES = (".wav", ".flac", ".ogg")
_RISE_DB = 10.0
_BEFORE = RATE
_LONGEST = 20 * RATE
_LEAST_LOUD = RATE // 10

TEXT = (
    "It rained all night, and in the morning the garden stood under water. My neighbour came "
    "over with a bucket, two pairs of boots and a great deal of good advice. We talked about "
    "the weather, the price of bread and who had left the gate open. By noon the sun was out, "
    "the cat slept on the wall, and nobody could say where all the water had gone."
)
SENTENCES = (
    "Turn on the lights in the kitchen and … the living room.",
    "Set a timer for … let me think … twenty minutes.",
    "Remind me tomorrow at nine to … call my sister.",
    "Add milk, eggs and … bread to my shopping list.",
    "What is the weather going to be like … on Saturday?",
    "Turn the heating down to … eighteen degrees.",
)


@dataclass(frozen=True, slots=True)
class Take:
    """One recording that is asked for."""

    name: str
    """The file's name, without its suffix."""
    prompt: str
    seconds: float | None = None
    """How long it lasts; none: until somebody has spoken, and been silent for `quiet_s`."""
    quiet_s: float = 0.8


class Taking:
    """Collects one take; `floor` is the level of the room in dBFS."""

    def __init__(self, take: Take, floor: float) -> None:
        self._take = take
        self._wanted = round(take.seconds * RATE) if take.seconds else None
        self._threshold = floor + _RISE_DB
        self._blocks: deque[Pcm] = deque()
        self._length = self._loud = self._quiet = 0
        self.speaking = self._wanted is not None

    @property
    def left_s(self) -> float | None:
        """Seconds still to come, where that is known."""
        return None if self._wanted is None else (self._wanted - self._length) / RATE

    def __call__(self, block: Pcm) -> Pcm | None:
        """Take a block; the clip when it is complete."""
        self._blocks.append(block)
        self._length += len(block)
        if self._wanted is not None:
            return self._clip() if self._length >= self._wanted else None
        loud = dbfs(level(block)) > self._threshold
        self._loud = self._loud + len(block) if loud else self._loud
        self._quiet = 0 if loud else self._quiet + len(block)
        if not self.speaking:
            self._await(loud)
            return None
        over = self._quiet >= self._take.quiet_s * RATE
        return self._clip() if over or self._length >= _LONGEST else None

    def _await(self, loud: bool) -> None:
        """Before speech only the last second is kept, and a click is no speech."""
        while self._length - len(self._blocks[0]) >= _BEFORE:
            self._length -= len(self._blocks.popleft())
        self.speaking = self._loud >= _LEAST_LOUD
        if self._quiet > RATE // 2:
            self._loud = 0

    def _clip(self) -> Pcm:
        return np.concatenate(self._blocks)


def for_levels() -> list[Take]:
    """What `levels` needs."""
    return [
        Take("room", "Be quiet for a moment: the room is measured", 4),
        Take("voice", f"Read aloud, as you would talk to it: {TEXT[:70]}…", 6),
    ]


def for_wake(word: str, count: int = 10) -> list[Take]:
    """What `wake` needs."""
    said = [
        Take(f"word-{number:02}", f'Say "{word}" ({number} of {count})')
        for number in range(1, count + 1)
    ]
    return [
        Take("room", "Let the room sound as it mostly does (fan, dishes, radio)", 20),
        *said,
        Take("text", f"Read this aloud: {TEXT}", 30),
    ]


def for_endpoint() -> list[Take]:
    """What `endpoint` needs."""
    said = [
        Take(f"sentence-{number}", f"Say, and hesitate where you would: {text}", quiet_s=2.5)
        for number, text in enumerate(SENTENCES, 1)
    ]
    return [Take("room", "Be quiet for a moment: the room is measured", 3), *said]


def find(folder: Path, name: str) -> Path | None:
    """A take's recording, of any kind that can be read."""
    places = (folder / f"{name}{suffix}" for suffix in SUFFIXES)
    return next((place for place in places if place.is_file()), None)


def read(folder: Path, prefix: str) -> list[Pcm]:
    """All recordings whose names begin so, in order."""
    if not folder.is_dir():
        raise UsageError(f"{folder}: no such folder")
    files = sorted(file for file in folder.iterdir() if file.suffix in SUFFIXES)
    return [wav.read(file) for file in files if file.stem.startswith(prefix)]


def need(folder: Path, prefix: str) -> Sequence[Pcm]:
    """As `read`; raises UsageError where there is none."""
    found = read(folder, prefix)
    if not found:
        raise UsageError(f"{folder}: has no recording {prefix}*.wav (or .flac, .ogg)")
    return found
