"""What the gate is told of a sentence: what speaks for doing what it asks, and what against."""

from dataclasses import dataclass
from math import log

from edge.understanding.filling import Filled
from edge.understanding.lexicon import ANCHORS, STOP
from edge.understanding.model import Guess
from edge.understanding.slots import REQUIRED, missing
from edge.understanding.spans import Sentence
from edge.understanding.withheld import ANSWERS
from edge.understanding.wordset import word_set

ASKING = word_set("why who whose when where how which what do does did is are was were")
"""Words that a question begins with."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """What the gate is told."""

    values: tuple[float, ...]
    lacking: bool
    unexplained: tuple[str, ...]


def judge(
    name: str, guess: Guess, sentence: Sentence, filled: Filled, lexicon: frozenset[str]
) -> Evidence:
    """Evidence for and against doing what a sentence seems to ask."""
    anchored = name not in ANCHORS or bool(ANCHORS[name] & set(sentence.words))
    explained = set(filled.used) if anchored else set()
    for span in sentence.spans:
        explained.update(range(span.start, span.end))
    loose = tuple(
        word
        for i, word in enumerate(sentence.words)
        if i not in explained and word not in STOP and word not in lexicon and word != ","
    )
    lacking = missing(name, filled.slots[0])
    size = max(1, sum(word != "," for word in sentence.words))
    lead = min(6.0, _log_odds(guess.probability) - _log_odds(guess.second))
    unknown = any("unknown" in slots for slots in filled.slots)
    whole = name in REQUIRED and not lacking and anchored
    named = bool(sentence.of("name"))
    asked = sentence.words[0] in ASKING and name not in ANSWERS
    convinced = max(-_CONVINCED, min(guess.command, _CONVINCED))
    values = (convinced, lead, float(len(loose)), len(loose) / size,
              float(lacking), float(unknown), float(asked), float(whole),
              float(named))  # fmt: skip
    return Evidence(values, lacking, loose)


_CONVINCED = 4.0
"""Log-odds of "some command" beyond which more says nothing, either way: unexplained words still
count, and so do names that are known."""


def _log_odds(probability: float) -> float:
    bounded = min(max(probability, 1e-6), 1 - 1e-6)
    return log(bounded / (1 - bounded))
