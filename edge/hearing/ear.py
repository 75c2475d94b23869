"""From frames to what was heard: wake word, speech, pause, endpoint. A function of the sound alone.

The same samples give the same `Heard` values at the same sample indices, whether they come from
a microphone or, faster than real time, from a recording.
"""

import itertools
from collections import deque
from collections.abc import Sequence
from typing import Protocol

import numpy as np

from edge.config.schema import Endpoint
from edge.events import (
    RATE,
    BargedIn,
    Completeness,
    Frame,
    Heard,
    Pcm,
    SpeechResumed,
    Utterance,
    WakeHeard,
)
from edge.hearing.barge_in import BargeIn, level, louder, stands_out
from edge.hearing.endpoint import HOP, STEP, Endpointer, Level, Phase, levels
from edge.hearing.vad import Vad
from edge.hearing.wake import FRAME as WAKE_STEP
from edge.hearing.wake import WakeWord

_KEEP = 30 * RATE
_PREROLL = int(0.8 * RATE)
"""Silero may miss a soft beginning by half a second; silence in front costs the recogniser
nothing."""
_ONSET = int(0.3 * RATE)
_BREATH = int(0.24 * RATE)
"""Kept before a barge-in: more would be the assistant's own words."""
_WORD = int(0.9 * RATE)
_AFTER_WORD = int(0.2 * RATE)
_LEAST_WAIT = RATE
_WORD_STEPS = RATE // STEP
_ONLY_ECHO = 0.05
"""What the voice detector's word is worth where the sound may be what the canceller left."""
_NO_ECHO = -200.0
_LAG_STEPS = 4
"""Silero hears a voice so much later than it begins."""
_LIKENED = int(0.4 * RATE)
"""So much of what seems to be a voice is compared with what was played."""
_LASTING = 6
"""Of its twelve steps."""


class Cleaner(Protocol):
    """Takes the speaker's sound out of the microphone's."""

    def __call__(self, frame: Frame) -> tuple[Frame, float]:
        """The frame without it, and how much of it may be left (dB of full scale)."""

    def echoes(self, pcm: Pcm, start: int, *, lasting: bool) -> bool:
        """Whether a sound it gave, from a sample index on, still is the speaker's; `lasting`: most
        of it stood over what may be left."""


class Rolling:
    """The last half minute of sound, addressed by sample index."""

    def __init__(self, length: int = _KEEP) -> None:
        self._pcm = np.zeros(2 * length, dtype=np.int16)
        self._length = length
        self._fill = 0
        self.end = 0
        """Index after the newest sample."""

    def add(self, pcm: Pcm, sample: int) -> None:
        """Append; a gap in the stream (lost sound) is filled with silence."""
        gap = min(max(0, sample - self.end), self._length)
        for part in (np.zeros(gap, np.int16), pcm[-self._length :]):
            if self._fill + len(part) > len(self._pcm):
                keep = self._pcm[self._fill - self._length : self._fill].copy()
                self._pcm[: len(keep)] = keep
                self._fill = len(keep)
            self._pcm[self._fill : self._fill + len(part)] = part
            self._fill += len(part)
        self.end = sample + len(pcm)

    def cut(self, start: int, end: int) -> Pcm:
        """The samples of [start, end), as far as they are still kept."""
        first = max(0, self._fill - (self.end - start))
        last = max(0, self._fill - (self.end - end))
        return self._pcm[first:last].copy()


class Ear:
    """Listens for the wake word always, and for one utterance when told to."""

    def __init__(
        self,
        wake: WakeWord | None,
        voice: Vad,
        settings: Endpoint,
        *,
        full_duplex: bool,
        clean: Cleaner | None = None,
    ) -> None:
        self.full_duplex = full_duplex or clean is not None
        """Listening goes on while the assistant speaks: its voice is not in the microphone."""
        self._clean = clean
        self._residual = _NO_ECHO
        self._over = 0.0
        """By how much the last step was louder than what may be left of the echo."""
        self._stood_out: deque[bool] = deque(maxlen=RATE // STEP)
        """Which steps of the last second were plainly louder than that, and than the room."""
        self.barge_in = BargeIn()
        """Who speaks into an answer."""
        self.guarding = False
        """An answer sounds: whoever speaks into it is told of."""
        self._wake = wake
        self._voice = voice
        self._settings = settings
        self._level = Level()
        self.endpoint = Endpointer(settings, self._level)
        self._sound = Rolling()
        self._wake_at = self._voice_at = self._heard_to = 0
        self.listening = False
        self._word_end = self._deadline = self._earliest = 0
        self._word = ""
        self._recent: deque[tuple[int, float]] = deque(maxlen=_KEEP // STEP)

    @property
    def now(self) -> int:
        """Index after the newest sample that was heard."""
        return self._sound.end

    def listen(self, sample: int, *, word_end: int = 0, word: str = "") -> None:
        """Listen for one utterance from `sample` on; speech before `word_end` is the wake word."""
        self._word_end = word_end
        self._word = word
        self._begin(max(sample, word_end), self._settings.no_speech_ms)
        self._earliest = word_end or sample - _PREROLL

    def _begin(self, sample: int, limit_ms: float) -> None:
        self.endpoint.open(sample)
        self.endpoint.limit_ms = limit_ms
        self._deadline = sample + int(limit_ms * RATE / 1000)
        self._earliest = sample
        self.listening = True

    def listen_again(self) -> bool:
        """What was heard was no speech (a cough, the wake word's end): wait on, if time is left."""
        left = self._deadline - self.now
        if left < _LEAST_WAIT:
            return False
        self.endpoint.open(self.now)
        self.endpoint.limit_ms = left * 1000 / RATE
        self._earliest = self.now - _ONSET
        return True

    def follow_up(self) -> None:
        """Listen for an answer from now on, for as long as the settings allow."""
        self._word_end = 0
        self._begin(self.now, self._settings.follow_up_ms)

    def attend(self, heard: BargedIn) -> None:
        """Listen to the utterance that somebody has begun by speaking into an answer."""
        self._word_end = 0
        self._begin(heard.start, self._settings.no_speech_ms)
        self._earliest = heard.start - _BREATH
        self.endpoint.phase = Phase.SPEAKING
        self.endpoint.end = heard.sample

    def enter(self) -> None:
        """A new recording begins: another room, of which nothing is known yet."""
        self._voice.reset()
        self._level.floor, self._level.speech = Level().floor, Level().speech

    def rest(self) -> None:
        """Listen for the wake word only."""
        self.listening = False

    @property
    def amendable(self) -> bool:
        """The utterance may still go on and so take back what was done."""
        return self.listening and self.endpoint.amendable

    def understood(self, completeness: Completeness) -> None:
        """Set the patience by what was said so far."""
        self.endpoint.patience_ms = self.endpoint.patience_for(completeness)

    def utterance(self) -> Utterance:
        """The utterance so far, a little before its start included."""
        pcm = self._sound.cut(self.utterance_start, self.now)
        return Utterance(pcm, self.voiced_ms(), self._word if self._in_one_breath else "")

    @property
    def _in_one_breath(self) -> bool:
        """Whether speech went on behind the wake word without a pause."""
        return bool(self._word_end) and self.endpoint.start < self._word_end + _AFTER_WORD

    @property
    def utterance_start(self) -> int:
        """Where the utterance's sound begins, with the wake word if it was said in one breath."""
        if self._in_one_breath:
            return max(0, self._word_end - _WORD)
        return max(0, self._earliest, self.endpoint.start - _PREROLL)

    def voiced_ms(self) -> int:
        """How much of the utterance the voice detector calls speech."""
        begin = self.endpoint.start
        steps = sum(1 for sample, voice in self._recent if sample >= begin and voice >= 0.5)
        return steps * STEP * 1000 // RATE

    def hear(self, frame: Frame) -> list[Heard]:
        """Take the next frame; give what it completed, in order of sound."""
        if self._clean is not None:
            frame, residual = self._clean(frame)
            self._residual = max(self._residual, residual)
        if frame.sample > self._sound.end:
            self._skip(frame.sample)
        self._sound.add(frame.pcm, frame.sample)
        heard: list[Heard] = []
        while self._heard_to + self._stride <= self.now:
            heard += self._step_sound()
        while self._wake is not None and self._wake_at + WAKE_STEP <= self.now:
            heard += self._step_wake()
        return heard

    def _skip(self, sample: int) -> None:
        """Sound was lost: go on behind the gap, the detectors start afresh."""
        self._wake_at = self._voice_at = self._heard_to = sample
        self._voice.reset()
        if self._wake is not None:
            self._wake.reset()

    @property
    def _stride(self) -> int:
        """Hop by hop through an utterance, else by whole steps: that costs less."""
        return HOP if self.listening else self._voice_at + STEP - self._heard_to

    def _step_sound(self) -> list[Heard]:
        begin, self._heard_to = self._heard_to, self._heard_to + self._stride
        voice = self._step_voice() if self._heard_to == self._voice_at + STEP else None
        hops = levels(self._sound.cut(begin, self._heard_to))
        if voice is not None and self.guarding and not self.amendable:
            return self._guard(voice, hops)
        if voice is not None and self._faint and not self._audible:
            voice = min(voice, _ONLY_ECHO)
        if not self.listening:
            self.endpoint.learn(voice, hops)
            return []
        if begin < self._word_end:
            return []
        if voice is not None:
            self.barge_in.confirm(voice)
        event = self.endpoint.step(begin, voice, hops)
        if isinstance(event, SpeechResumed) and self.guarding and self._is_echo(self._heard_to):
            self.endpoint.insist()
            return []
        return [event] if event is not None else []

    def _guard(self, voice: float, hops: Sequence[float]) -> list[Heard]:
        """While an answer sounds: is somebody speaking into it?"""
        self.endpoint.learn(voice, hops)
        if not self.barge_in.step(self._voice.beside(self._over)) or self._is_echo(self._voice_at):
            return []
        # Silero may have doubted a voice for a while that was plainly there.
        doubted = sum(itertools.takewhile(bool, reversed(self._stood_out)))
        start = self._voice_at - max(self.barge_in.steps + _LAG_STEPS, doubted) * STEP
        return [BargedIn(self._voice_at, start)]

    def _is_echo(self, end: int) -> bool:
        """Whether the sound before a sample is the assistant's own, which was not taken away."""
        pcm = self._sound.cut(end - _LIKENED, end)
        lasting = sum(itertools.islice(reversed(self._stood_out), _LIKENED // STEP)) > _LASTING
        return self._clean is not None and self._clean.echoes(pcm, end - len(pcm), lasting=lasting)

    @property
    def _faint(self) -> bool:
        """Beside an answer, or its echo's tail, a voice may be faint, and may be none."""
        return self.guarding or self.barge_in.confirming

    @property
    def _audible(self) -> bool:
        """Whether the last step is no echo: once the answer is silent, to be louder is enough."""
        return stands_out(self._over) if self.guarding else self._over > 0

    def _step_voice(self) -> float:
        begin, self._voice_at = self._voice_at, self._voice_at + STEP
        pcm = self._sound.cut(begin, self._voice_at)
        voice = self._voice(louder(pcm) if self._faint else pcm)
        self._recent.append((begin, voice))
        loud = level(pcm)
        self._over = loud - self._residual
        # Where nothing is left of an echo, or nothing is cancelled here, even silence is above it.
        self._stood_out.append(stands_out(self._over) and not self._level.quiet(loud))
        self._residual = _NO_ECHO
        return voice

    def _step_wake(self) -> list[Heard]:
        assert self._wake is not None
        pcm = self._sound.cut(self._wake_at, self._wake_at + WAKE_STEP)
        self._wake_at += WAKE_STEP
        found = self._wake(pcm, self._voiced_steps())
        if found is None:
            return []
        return [WakeHeard(self._wake_at, *found)]

    def _voiced_steps(self) -> int:
        """How many steps of the last second were speech."""
        recent = itertools.islice(reversed(self._recent), _WORD_STEPS)
        return sum(voice >= 0.5 for _, voice in recent)
