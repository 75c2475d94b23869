"""What is a question by its form. Pure."""

from edge.understanding.text import FILLERS, tokens
from edge.understanding.wordset import word_set

_ASKING = word_set(
    "who whose what which where when why how is are was were do does did has have had can could "
    "should would will"
)
_ORDERING = frozenset({("can", "you"), ("could", "you"), ("would", "you"), ("will", "you")})
_SHORTEST = 3
"""Words. "What is" goes on."""


def is_question(text: str) -> bool:
    """Whether a sentence asks to be told something; a request ("can you ...") may order more."""
    words = [word for word in tokens(text) if word != "," and word not in FILLERS]
    if len(words) < _SHORTEST or tuple(words[:2]) in _ORDERING:
        return False
    return words[0] in _ASKING
