"""Yes or no: the answer to "shall I?"."""

from typing import Literal

from edge.understanding.text import core, tokens
from edge.understanding.wordset import phrase_list, word_set

_YES = word_set(
    "yes yeah yep yup yea sure okay correct right absolutely definitely certainly "
    "affirmative course exactly confirm confirmed alright fine indeed"
)
_NO = word_set("no nope nah not never cancel stop negative wrong forget abort leave dont incorrect")
_YES_PHRASES = phrase_list(
    "go ahead, do it, go for it, of course, sounds good, that is right, please do, why "
    "not, by all means, you bet, uh huh, mm hmm, go on"
)
_NO_PHRASES = phrase_list("never mind, no way, forget it, hold on, rather not, nothing, uh uh")
_MODIFIERS = word_set(
    "please it that is do go ahead the i you me thanks thank alexa think so really very "
    "just would like to want this them well oh but now am of on for all a good sounds"
)
_LONGEST = 8


def answer(text: str) -> Literal["yes", "no"] | None:
    """What a reply to a yes-or-no question means; None when it is neither (a new request)."""
    said = [word for word in tokens(text) if word != ","]
    if not said or len(said) > _LONGEST:
        return None
    line = f" {' '.join(said)} "
    refused = any(f" {phrase} " in line for phrase in _NO_PHRASES)
    agreed = any(f" {phrase} " in line for phrase in _YES_PHRASES)
    words = set(said) | set(core(said))
    if (refused or words & _NO) and " why not " not in line:
        return "no" if refused or _only(words, _NO | _YES) else None
    if agreed or (words & _YES and _only(words, _YES)):
        return "yes"
    return None


def agrees(text: str) -> bool:
    """Whether nothing but yes is said: to nobody's question there is nothing to do."""
    said = [word for word in tokens(text) if word != ","]
    return bool(said) and bool(_YES & set(said)) and set(said) <= _YES | _MODIFIERS


def _only(words: set[str], known: frozenset[str]) -> bool:
    """Whether little else is said: "no, turn on the fan" is more than an answer."""
    return len(words - known - _MODIFIERS) <= 1
