"""The vocabulary that all rooms speak: frozen values, closed unions, no behaviour.

Time is a sample index at `RATE`, counted from the start of the stream. `at` is monotonic wall
time in seconds and is only ever reported, never decided upon.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

import numpy as np
import numpy.typing as npt

RATE = 16_000
"""Samples a second of everything that is heard."""

Pcm: TypeAlias = npt.NDArray[np.int16]
"""Mono signed 16-bit samples, shape [n]."""

Value: TypeAlias = "str | int | float | bool | Sequence[Value] | Mapping[str, Value] | None"
"""What a slot or an argument can hold: anything JSON can."""


# ── what comes in ────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Frame:
    """A run of samples from the microphone or a recording."""

    pcm: Pcm
    sample: int
    """Index of the first sample."""
    at: float
    """Monotonic seconds when the last sample was in hand."""

    @property
    def end(self) -> int:
        """Index after the last sample."""
        return self.sample + len(self.pcm)


@dataclass(frozen=True, slots=True)
class WakeHeard:
    """The wake word was said."""

    sample: int
    word: str
    score: float


@dataclass(frozen=True, slots=True)
class SpeechStarted:
    """Somebody began to speak."""

    sample: int


@dataclass(frozen=True, slots=True)
class SpeechPaused:
    """The voice dipped: perhaps the end of the utterance, perhaps a breath."""

    sample: int
    """The last sample that was speech."""


@dataclass(frozen=True, slots=True)
class SpeechResumed:
    """The pause was only a pause."""

    sample: int


@dataclass(frozen=True, slots=True)
class SpeechEnded:
    """The utterance is over (the endpoint)."""

    sample: int
    """Where that was decided."""
    start: int
    """The utterance's first sample."""
    end: int
    """The utterance's last sample of speech."""


@dataclass(frozen=True, slots=True)
class BargedIn:
    """Somebody speaks into the answer."""

    sample: int
    """Where that was certain."""
    start: int
    """Where the voice began, about."""


Heard: TypeAlias = WakeHeard | SpeechStarted | SpeechPaused | SpeechResumed | SpeechEnded | BargedIn


@dataclass(frozen=True, slots=True)
class Utterance:
    """The sound of what somebody says, whole or so far."""

    pcm: Pcm
    voiced_ms: int
    """How much of it is speech, says the voice detector."""
    lead: str = ""
    """The wake word, written, if the sound begins with it: who says "Alexa, lights on" in one
    breath is understood better by a recogniser that is told how it begins."""


@dataclass(frozen=True, slots=True)
class Transcript:
    """What the recogniser understood of an utterance so far."""

    text: str
    final: bool
    log_prob: float = 0.0
    """Mean log probability of the tokens."""
    no_speech: float = 0.0
    """Probability that there was no speech at all."""
    phantom: str | None = None
    """Why this is taken for a hallucination rather than speech; None when it is speech."""
    spoken: float | None = None
    """By the sound alone: how surely somebody speaks (logarithm of the odds; below 0 it counts as a
    cough or a noise). None: the model cannot tell."""


# ── what is decided ──────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Intent:
    """What the user wants: a name of the catalogue, its slots, and how sure that is."""

    name: str
    slots: Mapping[str, Value] = field(default_factory=dict)
    score: float = 1.0


@dataclass(frozen=True, slots=True)
class Local:
    """To be answered on the device: one intent, or several that were said in one breath."""

    intents: tuple[Intent, ...]
    reason: str = "intent"
    loose: bool = False
    """Some of its words explain nothing: they may be misheard."""


@dataclass(frozen=True, slots=True)
class Cloud:
    """To be answered by a language model."""

    reason: str
    intent: Intent | None = None
    """The best local guess, for the record."""


Route: TypeAlias = Local | Cloud

Completeness: TypeAlias = Literal["complete", "question", "open", "fragment"]
"""Whether a sentence is over, may go on (or is no command), or cannot be over yet."""


@dataclass(frozen=True, slots=True)
class Reply:
    """What is to be said."""

    text: str
    expects_reply: bool = False
    """True for a question: listening goes on without a wake word."""


@dataclass(frozen=True, slots=True)
class Action:
    """Something to be done, as data: it can be shown, logged, rolled back, or not done at all."""

    name: str
    arguments: Mapping[str, Value] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Plan:
    """A skill's decision: what to do and what to say. Nothing has happened yet."""

    reply: Reply
    action: Action | None = None
    confirm: bool = False
    """The action is risky: `reply` asks, and only a spoken yes lets it happen."""
    done: str = ""
    """What to say once a confirmed action has been done."""


# ── what goes out ────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Word:
    """A spoken word and where it lies in its speech."""

    text: str
    start: int
    """First sample, at the speech's rate."""
    end: int


@dataclass(frozen=True, slots=True)
class Speech:
    """Synthesised sound, whole or in part."""

    pcm: Pcm
    rate: int
    text: str
    words: tuple[Word, ...] = ()


@dataclass(frozen=True, slots=True)
class Event:
    """One line of `--json`: see the contract in docs/events.md."""

    event: str
    turn: int
    t: float
    """Seconds of audio since the stream's start."""
    at: float
    """Monotonic wall seconds."""
    data: Mapping[str, Value] = field(default_factory=dict)


Sink: TypeAlias = Callable[[Event], None]
"""Whoever is told."""
