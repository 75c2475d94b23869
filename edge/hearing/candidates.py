"""The second look: what could have been said, held against the sound.

Where the first transcript is no clear command, the commands that sound like it are scored against
the very sound, with the transcript itself as their competitor. None is taken that explains the
sound clearly worse than the free words do, or that ends where the sound goes on ("what is the
temperature" in "what is the temperature of the sun"): an open question is never bent into a
command.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import replace

from edge.events import Transcript, Utterance
from edge.hearing.asr import Recogniser
from edge.hearing.whisper import Fit
from edge.vocabulary import Candidate

Propose = Callable[[str], Sequence[Candidate]]
"""Commands that sound like a text, each meaning once, the nearest first."""

# Log probabilities. Chosen on generated voices in kitchen noise (3 dB and less) and on questions
# and commands for things that are not there, none of which the benches report on: commands that
# were said had a worst token of -8.2 or better, others mostly of -11 or worse.
_FLOOR = -3.7
"""Of a candidate's tokens, on average."""
_BEHIND = 2.0
"""How much lower that may be than the free transcript's."""
_WORST = -8.5
"""Of each token: one wrong name in a long sentence hardly shows in the average."""
_ENDS = -4.5
"""Of the full stop."""
_ASKS = re.compile(r"(what|how|is|are|when|who|where|which|can|could|do|does|may)\b", re.IGNORECASE)


def look_again(
    first: Recogniser,
    second: Recogniser | None,
    propose: Propose,
    utterance: Utterance,
    told: Transcript,
) -> Transcript | None:
    """What was said, on a second look; None where there is nothing better than `told`.

    `told` is what `first` made of the same sound, whose encoding is therefore at hand. `second`
    is asked only where no candidate of the first's explains the sound.
    """
    if told.phantom is None:
        found = weigh(first, utterance, told, propose(told.text))
        if found is not None:
            return found
    if second is None:
        return None
    again = second.transcribe(
        utterance.pcm, final=True, voiced_ms=utterance.voiced_ms, lead=utterance.lead
    )
    if again.phantom:
        return None
    return weigh(second, utterance, again, propose(again.text)) or again


def weigh(
    recogniser: Recogniser, utterance: Utterance, told: Transcript, candidates: Sequence[Candidate]
) -> Transcript | None:
    """The candidate that explains the sound, as a transcript; None where none does."""
    if not candidates:
        return None
    texts = [told.text, *(each.text for each in candidates)]
    sentences = [written(text) for text in texts]
    free, *fits = recogniser.score(utterance.pcm, sentences, utterance.lead)
    best = choose(free, fits)
    if best is None:
        return None
    return replace(told, text=candidates[best].text, log_prob=fits[best].mean)


def choose(free: Fit, fits: Sequence[Fit]) -> int | None:
    """Which candidate was said, if any; `free` is how well the free transcript fits."""
    lowest = max(_FLOOR, free.mean - _BEHIND)
    said = [
        n
        for n, fit in enumerate(fits)
        if fit.mean >= lowest and fit.worst >= _WORST and fit.end >= _ENDS
    ]
    return max(said, key=lambda n: fits[n].mean, default=None)


def written(text: str) -> str:
    """A sentence as Whisper writes it: with a capital letter, a full stop or a question mark."""
    text = text.strip().rstrip(".?!, ")
    return f"{text[:1].upper()}{text[1:]}{'?' if _ASKS.match(text) else '.'}"
