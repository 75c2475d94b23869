"""Is somebody talking into the answer? A pure decision over steps of the cleaned sound.

    ○ ──perhaps a voice──► suspected (the answer steps back) ──a voice──► certain (it is held)
    ▲                          │                                             │
    └─────── nothing more ─────┴──────────────── nothing more ───────────────┘

A step of 32 ms is evidence by how sure the voice detector is and by how far the sound stands
over the echo that may be left: Silero takes what a canceller leaves of a voice for a voice. A step
that is neither takes evidence away again, so that a cough, a clap or a plate does not add up.

To be held costs an answer little, because it goes on from the word where it stopped. So it is held
early, and has then to be confirmed: `mistaken` tells that no voice followed.
"""

import math
import re
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from rapidfuzz import fuzz

from edge.events import Pcm, Transcript

_HINT, _LEAST_VOICE = 0.25, 0.15
"""Of a voice, in the silence of the answer and beside it, where it may be the only sign of one."""
_OVER_DB = 3.0
_LEAST_ODDS, _MOST_ODDS = -1.5, 3.0
_FARTHEST_DB = 20.0
_DOUBTLESS = 0.003
"""The voice detector is never surer than this, either way."""
_GAIN = 4
"""Of eight voices 12 dB below the answer in a reverberant room, two were heard without it, six
with it."""
_SURE, _PLAUSIBLE = -0.7, -1.0
_MUMBLED = -3.0
"""Where the sound does not surely tell of speech (log odds), a word that is meant will do: of 52
coughs and noises that held an answer Whisper made such a word of none."""
_CLEAR_MS = 600
_SUSPECTED = 1.0
_CERTAIN = 4.0
_DOUBTED = 10.0
_PROOF_STEPS = 14
_PROOF = 3
"""Of fourteen steps (450 ms) that follow, three that may be voice: "no" has them, a click not."""
_ECHO_LIKENESS = 80.0
_MEANT = frozenset(
    {"stop", "wait", "no", "cancel", "quiet", "enough", "pause", "hold on", "shut up"}
)
"""What is said into an answer in one breath, and what Whisper makes of no cough."""


class Weights(NamedTuple):
    """What a step's voice and level tell of somebody who speaks (logarithms of odds)."""

    by_voice: float
    """Of the logarithm of the voice detector's odds."""
    by_db: float
    """Of each dB over the echo that may be left."""
    bias: float


WEIGHTS = Weights(0.67, 0.1, 0.0)
"""A logistic regression over some 40,000 steps of answers alone, noises, and voices 0 to 12 dB
below the echo, in 26 made-up and measured rooms; its bias then moved, on answers alone in them:
they stay below a third of what is needed in 77 scenes of 78.
`scripts/fit-barge-in` fits such weights and says what they and these do."""


@dataclass(slots=True)
class BargeIn:
    """Collects evidence while the assistant speaks, and when it has been held."""

    needed: float = _CERTAIN
    """Evidence that makes it certain: a clear voice takes two steps, a faint one five."""
    steps: int = 0
    """How many steps it took, from the first that counted."""
    _evidence: float = 0.0
    _since: int = _PROOF_STEPS
    _voiced: int = 0

    @property
    def suspected(self) -> bool:
        """Somebody may be speaking: the answer had better step back."""
        return self._evidence >= _SUSPECTED

    def step(self, voice: float, over_db: float) -> bool:
        """Take a step's probability of voice, and by how much it is louder than what may be left
        of the echo. True: it is certain."""
        self._evidence = max(0.0, self._evidence + odds(voice, over_db))
        self.steps = self.steps + 1 if self._evidence else 0
        if self._evidence < self.needed:
            return False
        self._since = self._voiced = 0
        self._evidence = 0.0
        return True

    def confirm(self, voice: float) -> None:
        """Take a step that followed, in the silence of the answer."""
        self._since += 1
        self._voiced += voice >= _HINT

    @property
    def confirming(self) -> bool:
        """It was certain a moment ago, and it is yet to be seen whether a voice follows."""
        return self._since < _PROOF_STEPS

    @property
    def confirmed(self) -> bool:
        """A voice followed."""
        return self._voiced >= _PROOF

    @property
    def mistaken(self) -> bool:
        """No voice followed."""
        return not self.confirming and not self.confirmed

    def begin(self) -> None:
        """An answer begins."""
        self.needed = _CERTAIN
        self._evidence = 0.0

    def doubt(self) -> None:
        """It was nothing: for the rest of this answer, more is needed, and more each time."""
        self.needed = max(_DOUBTED, 2 * self.needed)
        self._evidence = 0.0


def told_by(voice: float, over_db: float) -> tuple[float, float]:
    """What a step is weighed by: the logarithm of the voice detector's odds, and decibels."""
    sure = min(max(voice, _DOUBTLESS), 1 - _DOUBTLESS)
    return math.log(sure / (1 - sure)), min(over_db, _FARTHEST_DB)


def odds(voice: float, over_db: float, weights: Weights = WEIGHTS) -> float:
    """How much a step speaks for somebody who speaks (a logarithm of odds), or against it."""
    if over_db <= 0:
        return _LEAST_ODDS
    by_voice, by_db = told_by(voice, over_db)
    told = weights.by_voice * by_voice + weights.by_db * by_db + weights.bias
    return min(max(told, _LEAST_ODDS), _MOST_ODDS if voice >= _LEAST_VOICE else 0.0)


def stands_out(over_db: float) -> bool:
    """Whether a sound is so much louder than what may be left of the echo that it is none."""
    return over_db > _OVER_DB


def louder(pcm: Pcm) -> Pcm:
    """As the voice detector needs it: a voice far below a loud answer is too faint for Silero."""
    return np.clip(pcm.astype(np.int32) * _GAIN, -32768, 32767).astype(np.int16)


def level(pcm: Pcm) -> float:
    """Level of a sound, in dB of full scale."""
    return float(10 * np.log10(np.mean(np.square(pcm.astype(np.float32) / 32768)) + 1e-10))


def has_words(told: Transcript, voiced_ms: int) -> bool:
    """Whether what was spoken into an answer has words: Whisper makes some of a cough, too.

    Where the sound itself tells that somebody speaks, the words need not be understood: who speaks
    into an answer is not to be drowned because he mumbled.
    """
    if told.spoken is not None and told.spoken > 0:
        return True
    if not told.text or told.phantom is not None:
        return False
    meant = " ".join(re.findall(r"[a-z]+", told.text.casefold())) in _MEANT
    if told.spoken is not None:
        return meant and told.spoken > _MUMBLED
    return meant or told.log_prob > (_PLAUSIBLE if voiced_ms >= _CLEAR_MS else _SURE)


def is_echo(text: str, spoken: str) -> bool:
    """Whether what was recognised is what the speaker was just saying: `spoken`, its last words."""
    heard = text.casefold()
    return bool(heard) and fuzz.partial_ratio(heard, spoken.casefold()) >= _ECHO_LIKENESS
