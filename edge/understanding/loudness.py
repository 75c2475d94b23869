"""How loud it is: a question with so few forms that a pattern reads it. Pure."""

import re
from collections.abc import Sequence

from edge.events import Intent

_ASKED = re.compile(
    r"(?:tell me |check |do you know )?(?:what is|what|how high is|how loud is)? ?"
    r"(?:the|your|my)(?: current)? volume(?: level)?"
    r"(?: (?:is|set|at|to|now|right|currently|on|you))*"
    r"|what volume (?:is it|are you|is this)(?: (?:set|at|on|to|now))*"
    r"|how loud (?:are you|is it|is this)(?: (?:set|now|right|currently))*"
)
_QUESTION = ("what", "how", "tell", "check", "do")


def asks_how_loud(words: Sequence[str]) -> Intent | None:
    """ "What's the volume", "how loud are you"; None for everything else."""
    line = " ".join(word for word in words if word != ",")
    asked = bool(words) and words[0] in _QUESTION
    return Intent("volume.get") if asked and _ASKED.fullmatch(line) else None
