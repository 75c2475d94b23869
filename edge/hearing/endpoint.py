"""When has the user finished? A pure decision over voice probability, level and what was said.

    WAITING ──voice──► SPEAKING ──quiet──► PAUSED ──patience over──► ended
                           ▲                  │                          │
                           └──── voice ───────┴──── voice, very soon ────┘

Silero alone knows 130 ms late (at the median) that a voice has stopped, because its probability
decays slowly. The level falls at once, but it falls between words too, and in noise it hardly
falls at all. So the level, measured between a tracked floor and a tracked speech level, gives
the first hint (a pause: time to recognise what was said), and what was said sets the patience:
short after a complete command, long after "set a timer for". Where the level says nothing,
because noise hides the pause, the voice probability decides.

All time is counted in samples. No clock, no thread, no I/O.
"""

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum, auto
from typing import TypeAlias

import numpy as np

from edge.config.schema import Endpoint
from edge.events import (
    RATE,
    Completeness,
    Pcm,
    SpeechEnded,
    SpeechPaused,
    SpeechResumed,
    SpeechStarted,
)

STEP = 512
"""Samples of one step: Silero's frame."""
HOP = 128
"""Samples over which the level is taken: 8 ms."""

EndpointEvent: TypeAlias = SpeechStarted | SpeechPaused | SpeechResumed | SpeechEnded

_VOICE = 0.5
_DOUBT = 0.3
_PAUSE_MS = 16
_AMEND_STEPS = 3
_CLEAR_DB, _CLEAR_MS = 15, 136
_CALM, _STIR_MS = 0.15, 64
_MS = RATE // 1000


class Phase(Enum):
    """Where the utterance stands."""

    WAITING = auto()
    SPEAKING = auto()
    PAUSED = auto()
    ENDED = auto()


def levels(pcm: Pcm) -> list[float]:
    """Level of each hop of a step, in dB of full scale."""
    hops = pcm.astype(np.float32).reshape(-1, HOP) / 32768
    power = np.mean(np.square(hops - hops.mean(axis=1, keepdims=True)), axis=1)
    return [float(level) for level in 10 * np.log10(power + 1e-9)]


@dataclass(slots=True)
class Level:
    """The room's floor and the speaker's level, tracked in dB."""

    floor: float = -60.0
    speech: float = -25.0

    def learn(self, level: float, voice: float) -> None:
        """Follow one hop: the floor sinks fast and rises slowly, the speech level the reverse."""
        if voice < _DOUBT or level < self.floor:
            self.floor += (level - self.floor) * (0.2 if level < self.floor else 0.02)
        if voice > 0.8 and level > self.floor + 6:
            self.speech += (level - self.speech) * (0.15 if level > self.speech else 0.01)

    @property
    def span(self) -> float:
        """How far the voice stands out of the room, in dB."""
        return self.speech - self.floor

    @property
    def hidden(self) -> bool:
        """Whether noise hides the pauses: the level says nothing then."""
        return self.span < 10

    def quiet(self, level: float, share: float = 0.4) -> bool:
        """Whether a hop is at most that share of the way from the room to the voice."""
        return level < self.floor + max(4.0, share * self.span)


class Endpointer:
    """Follows one utterance. `patience_ms` may be changed at any time by what was understood."""

    def __init__(self, settings: Endpoint, level: Level | None = None) -> None:
        self._settings = settings
        self._level = level or Level()
        self.phase = Phase.WAITING
        self.patience_ms = float(settings.open_ms)
        self.limit_ms = float(settings.no_speech_ms)
        """How long to wait for the first word."""
        self.start = 0
        self.end = 0
        """The last sample that was speech, as far as known."""
        self._opened = self._ended_at = 0
        self._now = 0
        self._voiced = 0
        self._loud = 0
        self._voice = 0.0
        self._last: deque[float] = deque(maxlen=STEP // HOP)
        """Levels of the last step."""

    def open(self, sample: int) -> None:
        """Listen for an utterance from `sample` on."""
        self.phase = Phase.WAITING
        self._opened = self._now = self.start = self.end = sample
        self._voiced = self._loud = 0
        self.patience_ms = float(self._settings.open_ms)

    @property
    def silence_ms(self) -> float:
        """Sound since the last speech."""
        return (self._now - self.end) / _MS

    @property
    def dipping(self) -> bool:
        """The voice has just dipped: it may be a pause."""
        return self.silence_ms > 0

    @property
    def waited_ms(self) -> float:
        """Sound since listening began."""
        return (self._now - self._opened) / _MS

    @property
    def overdue(self) -> bool:
        """Nothing was said in time."""
        return self.phase is Phase.WAITING and self.waited_ms >= self.limit_ms

    @property
    def needs_verdict(self) -> bool:
        """The shortest patience is over: what was said decides now."""
        return self.phase is Phase.PAUSED and self.silence_ms >= self._settings.complete_ms

    def patience_for(self, completeness: Completeness) -> float:
        """Milliseconds of silence to wait for after such a sentence."""
        match completeness:
            case "complete":
                return self._settings.complete_ms
            case "question":
                return self._settings.question_ms
            case "open":
                return self._settings.open_ms
            case "fragment":
                return self._settings.fragment_ms

    def learn(self, voice: float | None, hops: Sequence[float]) -> None:
        """Follow the room while nobody is being listened to."""
        if voice is not None:
            self._voice = voice
        for level in hops:
            self._level.learn(level, self._voice)
        self._last.extend(hops)

    def step(self, begin: int, voice: float | None, hops: Sequence[float]) -> EndpointEvent | None:
        """Take the sound that begins at a sample, level by level, as it comes.

        `voice` is the probability of the step that these hops complete, None where they complete
        none: pauses are seen by the level, so they need not wait for the next step of 32 ms.
        """
        self.learn(voice, hops)
        self._now = begin + len(hops) * HOP
        match self.phase:
            case Phase.WAITING:
                return self._waiting() if voice is not None else None
            case Phase.SPEAKING:
                return self._speaking(begin, hops)
            case Phase.PAUSED:
                return self._paused(begin, hops)
            case Phase.ENDED:
                return self._ended() if voice is not None else None

    def _waiting(self) -> EndpointEvent | None:
        self._voiced = self._voiced + 1 if self._voice >= _VOICE else 0
        if self._voiced < 2:
            return None
        self.phase = Phase.SPEAKING
        self.start = self._now - 2 * STEP
        self.end = self._now
        return SpeechStarted(self.start)

    def _speaking(self, begin: int, hops: Sequence[float]) -> EndpointEvent | None:
        self._follow(begin, hops)
        if (self._now - self.start) / _MS >= self._settings.longest_ms:
            return self._over()
        if self.silence_ms >= _PAUSE_MS:
            self.phase = Phase.PAUSED
            self._loud = 0
            return SpeechPaused(self.end)
        return None

    def _paused(self, begin: int, hops: Sequence[float]) -> EndpointEvent | None:
        before = self.end
        self._follow(begin, hops)
        if self.end > before:
            self.phase = Phase.SPEAKING
            return SpeechResumed(self.end)
        if self.silence_ms >= self.patience_ms and self._settled():
            return self._over()
        return None

    def _ended(self) -> EndpointEvent | None:
        """Speech may still go on for a moment: then the endpoint was wrong and is revoked."""
        if not self.amendable:
            return None
        loud = sum(not self._level.quiet(level) for level in self._last)
        self._voiced = self._voiced + 1 if self._voice >= _VOICE and loud > 1 else 0
        if self._voiced < _AMEND_STEPS:
            return None
        self.phase = Phase.SPEAKING
        self.patience_ms = float(self._settings.open_ms)
        self.end = self._now
        return SpeechResumed(self._now - STEP)

    @property
    def amendable(self) -> bool:
        """The utterance is over, but so lately that it may still go on."""
        late = (self._now - self._ended_at) / _MS
        return self.phase is Phase.ENDED and late < self._settings.amend_ms

    def insist(self) -> None:
        """What went on was no speech: the utterance is over, and cannot be amended any more."""
        self.phase = Phase.ENDED
        self._ended_at = self._now - int(self._settings.amend_ms * _MS)

    def _settled(self) -> bool:
        """Whether the voice probability has come round, or the level alone is proof enough.

        A level that rises just now is waited for: "minu-t-es" is silent for 130 ms in its middle.
        """
        stirs = not all(self._level.quiet(each, _CALM) for each in list(self._last)[-2:])
        if stirs and self.silence_ms < self.patience_ms + _STIR_MS:
            return False
        clear = self._level.span >= _CLEAR_DB and self.silence_ms >= _CLEAR_MS
        return self._voice < _VOICE or clear

    def _follow(self, begin: int, hops: Sequence[float]) -> None:
        """Move `end` to the last hop that is speech; a lone loud hop is a click, not speech."""
        if self._voice < _DOUBT:
            self._loud = 0
            return
        hidden = self._level.hidden and self._voice >= _VOICE
        for index, level in enumerate(hops):
            quiet = self._level.quiet(level) and not hidden
            self._loud = 0 if quiet else self._loud + 1
            if self._loud >= (1 if self.phase is Phase.SPEAKING else 3):
                self.end = begin + (index + 1) * HOP

    def _over(self) -> SpeechEnded:
        self.phase = Phase.ENDED
        self._ended_at = self._now
        self._voiced = 0
        return SpeechEnded(self._now, self.start, self.end)
