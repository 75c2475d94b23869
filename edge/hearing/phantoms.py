"""Whisper writes text even for silence and noise. What it writes then must not become a command.

Pure functions of what the decoder said and of how much voice there was.
"""

import re
import zlib
from collections.abc import Sequence

from edge.events import Transcript

PHRASES = frozenset(
    """
    you|thank you|thank you very much|thank you so much|thanks|thanks for watching|bye|bye bye
    thank you for watching|thank you for listening|please subscribe|subscribe|oh|so|okay|ok|i|uh
    the|and|a|hmm|mm|mm hmm|um|ah|huh|yeah|see you next time|see you|see you in the next video
    we will be right back|well be right back|music|applause|silence|shh|i m sorry|im sorry
    the end|to be continued|sigh|sighs|laughter|beep|foreign|so so|all right|alright
    """.replace("\n", "|")
    .replace("  ", "")
    .split("|")
) - {""}
"""What Whisper likes to hear in nothing. Said with a clear voice, it is believed."""

_BRACKETS = re.compile(r"\([^)]*\)|\[[^]]*\]|\*[^*]*\*|[♪♫]+")
_REPEATED = re.compile(r"\b(\w+(?:\W+\w+){2,})(?:\W+\1\b)+", re.IGNORECASE)
_STUTTER = re.compile(r"\b(\w+(?:\W+\w+)?)(?:\W+\1\b){3,}", re.IGNORECASE)

_VOICED_MS = 96
_CLEAR_MS = 224
_WORDS_A_SECOND = 9
_COMPRESSION = 2.4
_NO_SPEECH = 0.6
_UNSURE = -1.0
_LOST = -1.5
_SURE = -0.6


def clean(text: str) -> str:
    """The words alone: no notes like "[music]", and what a loop repeats only once."""
    text = " ".join(_BRACKETS.sub(" ", text).split())
    return _REPEATED.sub(r"\1", text) if words(text) else ""


def words(text: str) -> list[str]:
    """Lower-case words without punctuation."""
    return re.findall(r"\w+", text.lower().replace("'", ""))


def reason(told: Transcript, voiced_ms: int | None) -> str | None:
    """Why a text is no speech, None when it is; `voiced_ms` is what the VAD called speech."""
    said = words(told.text)
    if not said:
        return "nothing was said"
    if voiced_ms is not None:
        if voiced_ms < _VOICED_MS:
            return "no voice"
        if len(said) > 3 + _WORDS_A_SECOND * voiced_ms / 1000:
            return "more words than voice"
    if _STUTTER.search(told.text) or _compression(said) > _COMPRESSION:
        return "repetition"
    if told.no_speech > _NO_SPEECH and told.log_prob < _UNSURE:
        return "no speech"
    if told.log_prob < _LOST:
        return "unintelligible"
    if " ".join(said) in PHRASES and not _clear(told, voiced_ms):
        return "known phantom"
    return None


def _clear(told: Transcript, voiced_ms: int | None) -> bool:
    voiced = voiced_ms is not None and voiced_ms >= _CLEAR_MS
    return voiced and told.log_prob > _SURE and told.no_speech < _NO_SPEECH


def _compression(said: Sequence[str]) -> float:
    data = " ".join(said).encode()
    return len(data) / len(zlib.compress(data))
