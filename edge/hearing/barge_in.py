"""Is somebody talking into the answer? A pure decision over steps of the cleaned sound.

    ○ ──perhaps a voice──► suspected (the answer steps back) ──a voice──► certain (it is held)
    ▲                          │                                             │
    └─────── nothing more ─────┴──────────────── nothing more ───────────────┘

A step of 32 ms is evidence by what the voice detector has of it and by how far the sound stands
over the echo that may be left (`hearing.evidence`). A step that is neither takes evidence away
again, so that a cough, a clap or a plate does not add up.

To be held costs an answer little, because it goes on from the word where it stopped. So it is held
early, and has then to be confirmed: `mistaken` tells that no voice followed.
"""

import re
from dataclasses import dataclass

import numpy as np
from rapidfuzz import fuzz

from edge.events import Pcm, Transcript

_HINT = 0.25
"""Of a voice, in the silence of the answer."""
_OVER_DB = 3.0
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
_CLEAR = 3.0
"""A step that told as much as one can is a proof, too: a short word, and then a pause, is meant."""
_ECHO_LIKENESS = 80.0
_MEANT = frozenset(
    {"stop", "wait", "no", "cancel", "quiet", "enough", "pause", "hold on", "shut up"}
)
"""What is said into an answer in one breath, and what Whisper makes of no cough."""


@dataclass(slots=True)
class BargeIn:
    """Collects evidence while the assistant speaks, and when it has been held."""

    needed: float = _CERTAIN
    """Evidence that makes it certain: a clear voice takes two steps, a faint one five."""
    steps: int = 0
    """How many steps it took, from the first that counted."""
    _evidence: float = 0.0
    _clear: int = 0
    _since: int = _PROOF_STEPS
    _voiced: int = 0

    @property
    def suspected(self) -> bool:
        """Somebody may be speaking: the answer had better step back."""
        return self._evidence >= _SUSPECTED

    def step(self, told: float) -> bool:
        """Take how much a step speaks for somebody who speaks (`Vad.beside`).

        True: it is certain.
        """
        self._evidence = max(0.0, self._evidence + told)
        self.steps = self.steps + 1 if self._evidence else 0
        self._clear = self._clear + (told >= _CLEAR) if self._evidence else 0
        if self._evidence < self.needed:
            return False
        self._since, self._voiced = 0, min(self._clear, _PROOF - 1)
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
