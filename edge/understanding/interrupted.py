"""What is said about an answer that was cut: go on, wait, what was the last bit? Pure."""

import re

_GO_ON = re.compile(r"(?:please )?(?:go on|go ahead|carry on|keep going|continue)(?: please)?")
_WAIT = re.compile(r"(?:wait|hold on|hang on|one moment|just a moment|wait a (?:moment|second))")
_LAST = re.compile(
    r"(?:sorry )?what (?:was|were) (?:that )?(?:the )?last (?:bit|part|thing|words?|sentence)"
    r"|what did you (?:just )?say(?: last)?"
)
_WORDS_AGAIN = 10


def answer(text: str, reply: str, heard: str) -> str | None:
    """What to say, for `reply` of which only `heard` was heard; None when it is not about that.

    Empty for "wait": it stays silent, and can still be asked to go on.
    """
    asked = re.sub(r"[^a-z ]", "", text.lower()).strip()
    if _WAIT.fullmatch(asked):
        return ""
    if _LAST.fullmatch(asked):
        return " ".join(heard.split()[-_WORDS_AGAIN:]) or None
    if _GO_ON.fullmatch(asked) and reply.startswith(heard):
        return reply[len(heard) :].lstrip(" ,;:") or None
    return None
