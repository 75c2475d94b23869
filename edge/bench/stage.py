"""A conversation's ears and mouth in a simulated room, block by block, for the barge-in bench.

The very ear, canceller and speaker queue of the daemon; only the air is made up. Speech to be
interrupted is the device's own voice, and everybody else is recorded.
"""

import math
import random
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import count
from typing import NamedTuple, TypeAlias

import numpy as np
import soxr

from edge.audio.echo import KalmanCanceller
from edge.audio.reference import EchoPath, Reference
from edge.audio.speaker import VirtualSpeaker
from edge.bench.room import BLOCK, Floats, Paths, Room, level_db, reverberate
from edge.config.schema import Endpoint
from edge.events import RATE, BargedIn, Frame, Heard, Pcm, SpeechEnded, Utterance
from edge.floor import DUCKED
from edge.hearing import evidence
from edge.hearing.ear import Ear
from edge.hearing.vad import SileroVad
from edge.speaking.tts import Voice

DELAY = int(0.04 * RATE)
_VOICE = 0.5
_ANSWERS = (
    "The {thing} in {place} was built by {name} and has been open to everybody ever since.",
    "Tomorrow in {place} it will be mostly cloudy, with some light rain before the evening.",
    "I have put {thing} on your shopping list, right after what {name} asked me to remember.",
    "{name} wrote to you about the {thing}, and wants to know whether you can come to {place}.",
    "The train to {place} leaves from the other platform today, because of work on the {thing}.",
    "People say that {name} once carried a {thing} all the way from {place} and never told why.",
    "There is nothing on your calendar until you meet {name}, and the {thing} can wait.",
    "To clean a {thing}, use warm water and a soft cloth, as {name} from {place} recommends.",
)
_WORDS = {
    "thing": ("bridge", "kettle", "garden", "piano", "lantern", "bicycle", "museum", "sofa"),
    "place": ("Lisbon", "the valley", "Montreal", "the old harbour", "Kyoto", "Norwich"),
    "name": ("Anna", "Doctor Miller", "your neighbour", "Oliver", "Grandma", "the mayor"),
}


def sentence(number: int) -> str:
    """An answer, another one for every number."""
    chosen = random.Random(number)
    words = {key: chosen.choice(each) for key, each in _WORDS.items()}
    return _ANSWERS[number % len(_ANSWERS)].format(**words)


def answers(voice: Voice, seconds: float) -> Pcm:
    """So many seconds of the device's own voice at 16 kHz, with short pauses between sentences."""
    parts: list[Pcm] = []
    for number in count():
        sound = np.concatenate([speech.pcm for speech in voice.speak(sentence(number))])
        parts += [soxr.resample(sound, voice.rate, RATE), np.zeros(RATE // 4, np.int16)]
        if sum(map(len, parts)) >= seconds * RATE:
            break
    return np.concatenate(parts)[: int(seconds * RATE)]


@dataclass(slots=True)
class Hold:
    """The answer was stopped, perhaps for a moment only."""

    at: int
    """Where that was decided."""
    silence_at: int | None = None
    """The first silent sample at the speaker."""
    resumed_at: int | None = None
    """Where it was taken back; None: it stopped for good."""


@dataclass(slots=True)
class Seen:
    """What happened while an answer was played."""

    holds: list[Hold] = field(default_factory=list)
    ducked: int = 0
    """Samples during which the answer had stepped back."""
    utterance: Utterance = field(default_factory=lambda: Utterance(np.zeros(0, np.int16), 0))
    """What was heard from the last stop on, as the recogniser gets it."""

    @property
    def stop(self) -> Hold | None:
        """The stop that was not taken back."""
        return self.holds[-1] if self.holds and self.holds[-1].resumed_at is None else None


Judge: TypeAlias = Callable[[Utterance], bool]
"""Whether an utterance has words."""


class Step(NamedTuple):
    """What the detector is told of 32 ms."""

    over_db: float
    """How loud they are over the echo that may be left."""
    told: evidence.Floats
    """What the voice detector has of them, as `SileroVad.told`."""


class _Noting(SileroVad):
    """Keeps what there is to tell of a voice beside an echo; tells the network's word alone, so
    that what is noted is the same whatever weights there are."""

    def __init__(self) -> None:
        super().__init__()
        self.noted: list[Step] = []

    def beside(self, over_db: float) -> float:
        told = self.told
        self.noted.append(Step(over_db, told))
        return 1.0 if over_db > 0 and told[0] >= _VOICE else -1.0


class Tap(Reference):
    """A reference that also shows what was played last."""

    latest: Pcm = np.zeros(0, np.int16)

    def add(self, pcm: Pcm, rate: int, at: float) -> None:
        """This is played."""
        self.latest = pcm
        super().add(pcm, rate, at)


class Stage:
    """Plays answers into rooms while others speak, cough or clatter."""

    def __init__(self, settings: Endpoint) -> None:
        self._settings = settings
        self._voice = SileroVad()
        self._noting = _Noting()

    def alone(self, paths: Paths, answer: Pcm, beside: Floats, volume: int) -> Seen:
        """Play an answer that nobody speaks into; whatever would have held it is counted."""
        scene = self._scene(paths, volume)
        scene.begin(answer)
        seen = scene.seen
        for _, _, frame in scene.blocks(beside):
            for heard in scene.ear.hear(frame):
                if isinstance(heard, BargedIn):
                    seen.holds.append(Hold(heard.sample, resumed_at=heard.sample))
            scene.step_back()
        return scene.closed()

    def steps(self, paths: Paths, answer: Pcm, beside: Floats, volume: int) -> list[Step]:
        """What the detector is told over an answer that steps back, but that nothing holds."""
        voice = self._noting
        voice.noted = []
        scene = self._scene(paths, volume, voice)
        scene.begin(answer)
        scene.ear.barge_in.needed = math.inf
        for _, _, frame in scene.blocks(beside):
            scene.ear.hear(frame)
            scene.step_back()
        return voice.noted

    def canceller_cpu_s(self, paths: Paths, answer: Pcm, beside: Floats, volume: int) -> float:
        """CPU seconds that the echo path takes for an answer."""
        scene = self._scene(paths, volume)
        scene.begin(answer)
        blocks = [(played, frame) for _, played, frame in scene.blocks(beside)]
        reference = Reference()
        clean = EchoPath(reference, KalmanCanceller(), clocks=False)
        began = time.process_time()
        for played, frame in blocks:
            reference.add(played, RATE, 0.0)
            clean(frame)
        return time.process_time() - began

    def interrupted(
        self,
        paths: Paths,
        answer: Pcm,
        beside: Floats,
        volume: int,
        judge: Judge | None = None,
    ) -> Seen:
        """Play an answer and hold, resume or give it up as the assistant does.

        `beside` is all other sound at the microphone, as long as the scene. With a `judge` an
        utterance without words lets the answer go on, and one with words ends the scene; without,
        the scene goes on to its end after a stop that was not mistaken.
        """
        scene = self._scene(paths, volume)
        scene.begin(answer)
        for start, played, frame in scene.blocks(beside):
            scene.note_silence(start, played)
            for heard in scene.ear.hear(frame):
                scene.hold(heard)
                over = isinstance(heard, SpeechEnded) and scene.seen.stop is not None
                if over and judge is not None and scene.meant(judge):
                    return scene.closed()
            if scene.nothing_said():
                scene.go_on()
            scene.step_back()
        if scene.seen.stop is not None and judge is not None:
            scene.meant(judge)
        return scene.closed()

    def _scene(self, paths: Paths, volume: int, voice: SileroVad | None = None) -> "_Scene":
        reference = Tap()
        clean = EchoPath(reference, KalmanCanceller(), clocks=False)
        voice = voice or self._voice
        voice.reset()
        ear = Ear(None, voice, self._settings, full_duplex=True, clean=clean)
        speaker = VirtualSpeaker(RATE)
        speaker.reference, speaker.volume = reference, volume
        return _Scene(ear, speaker, reference, Room(paths))


class _Scene:
    def __init__(self, ear: Ear, speaker: VirtualSpeaker, tap: Tap, room: Room) -> None:
        self.ear = ear
        self.seen = Seen()
        self._speaker = speaker
        self._tap = tap
        self._room = room
        self._rest: Pcm = np.zeros(0, np.int16)

    def begin(self, answer: Pcm) -> None:
        self._say(answer)
        self.ear.barge_in.begin()

    def _say(self, answer: Pcm) -> None:
        self._rest = answer
        self._speaker.play(answer)
        self._speaker.finish()
        self.ear.guarding = True

    def blocks(self, beside: Floats) -> Iterator[tuple[int, Pcm, Frame]]:
        for start in range(0, len(beside) - BLOCK + 1, BLOCK):
            self._speaker.advance(BLOCK)
            played = self._tap.latest
            pcm, _ = self._room(played, beside[start : start + BLOCK])
            yield start, played, Frame(pcm, start, 0.0)

    def step_back(self) -> None:
        suspected = self.ear.guarding and self.ear.barge_in.suspected
        self.seen.ducked += BLOCK * suspected
        self._speaker.duck(DUCKED if suspected else 1.0)

    def hold(self, heard: Heard) -> None:
        if isinstance(heard, BargedIn):
            self.seen.holds.append(Hold(heard.sample))
            self._rest = self._rest[self._speaker.stop() :]
            self.ear.attend(heard)
            self.ear.guarding = False

    def note_silence(self, start: int, played: Pcm) -> None:
        stop = self.seen.stop
        if stop is not None and stop.silence_at is None and not played[-1]:
            loud = np.flatnonzero(played)
            stop.silence_at = start + (int(loud[-1]) + 1 if len(loud) else 0)

    def nothing_said(self) -> bool:
        """The assistant also lets go after a moment without words; they take recognition."""
        return self.seen.stop is not None and self.ear.barge_in.mistaken

    def meant(self, judge: Judge) -> bool:
        """Whether what was said has words; else the answer goes on."""
        words = judge(self.ear.utterance())
        if not words:
            self.go_on()
        return words

    def go_on(self) -> None:
        assert self.seen.stop is not None
        self.seen.stop.resumed_at = self.ear.now
        self.ear.rest()
        self.ear.barge_in.doubt()
        self._say(self._rest)

    def closed(self) -> Seen:
        if self.seen.stop is not None:
            self.seen.utterance = self.ear.utterance()
        return self.seen


def echo_level(paths: Paths, answer: Pcm, volume: int) -> float:
    """Level of the echo at the microphone, in dB of full scale."""
    room = Room(paths)
    gain = (volume / 100) ** 2
    whole = answer[: len(answer) // BLOCK * BLOCK]
    silent = np.zeros(BLOCK)
    echoes = [
        room((whole[at : at + BLOCK] * gain).astype(np.int16), silent)[1]
        for at in range(0, len(whole), BLOCK)
    ]
    return level_db(np.concatenate(echoes))


def placed(sound: Floats, path: Floats, level: float, at: int, room: Floats) -> Floats:
    """A sound as it arrives over a path, at a level, from a sample on, over a room's own noise."""
    wet = reverberate(sound, path)
    wet = wet * 10 ** ((level - level_db(wet)) / 20)
    out = room.copy()
    length = min(len(wet), len(out) - at)
    out[at : at + length] += wet[:length]
    return out
