"""From what the recogniser wrote to plain words: lower case, no punctuation, no politeness."""

import re
from collections.abc import Sequence

from edge.understanding.numbers import TENS, UNITS
from edge.understanding.wordset import phrase_list, word_set

FILLERS = word_set("um umm uh uhh uhm er erm ehm hmm hm mm mmm ah eh")
"""Sounds of thinking; they carry no meaning, but they say that the sentence goes on."""

WAKE_NAMES = word_set("alexa jarvis mycroft rhasspy nabu computer siri google olly cortana")

_CALLS = WAKE_NAMES | FILLERS | {"hey", "okay", ","}

_CONTRACTIONS = {
    "what's": "what is", "whats": "what is", "who's": "who is", "where's": "where is",
    "how's": "how is", "hows": "how is", "when's": "when is", "it's": "it is", "that's": "that is",
    "there's": "there is", "i'm": "i am", "im": "i am", "i'd": "i would", "i'll": "i will",
    "i've": "i have", "let's": "let us", "lets": "let us", "don't": "do not", "dont": "do not",
    "can't": "can not", "cannot": "can not", "won't": "will not", "isn't": "is not",
    "aren't": "are not", "didn't": "did not", "doesn't": "does not", "you're": "you are",
    "we're": "we are", "they're": "they are", "we've": "we have", "gonna": "going to",
    "we'll": "we will", "they'll": "they will",
    "wanna": "want to", "gimme": "give me", "lemme": "let me", "o'clock": "oclock",
    "todo": "to do", "ok": "okay",
    "cant": "can not", "youre": "you are", "thats": "that is", "doesnt": "does not",
    "didnt": "did not", "isnt": "is not", "ive": "i have", "theres": "there is",
    "u": "you", "ur": "your", "pls": "please", "plz": "please",
    "til": "till", "tv's": "tv", "ac's": "ac",
}  # fmt: skip

_REWRITES = tuple(
    (re.compile(pattern), replacement)
    for pattern, replacement in (
        (r"[’‘`´]", "'"),
        (r"\b([ap])\s?\.\s?m\b\.?", r"\1m"),
        (r"\bo['\s]clock\b", "oclock"),
        (r"\b(?:nudge|notify|alert|ping|prompt) me (?=(?:to|about|that)\b)", "remind me "),
        (r"\ba\.?c\b\.?", "ac"),
        (r"\bt\.?v\b\.?", "tv"),
        (r"%", " percent "),
        (r"(?:°|º)\s?([cf])\b", r" degrees \1 "),
        (r"°|º", " degrees "),
        (r"(?<=\d),(?=\d{3}\b)", ""),
        (r"(?<=\w)[-–—](?=[a-z])|(?<=[a-z])[-–—](?=\w)", " "),
        (r"\bnext to\b(?! (?:normal|nothing))", "beside"),
        (r"\s[-–—]+\s(?=[^\d\s])|\.\.\.|…", " , "),
        (r"[;:](?=\s)|[.?!](?=\s+\w)", " , "),
    )
)
_TOKEN = re.compile(
    r"\d+(?:st|nd|rd|th)\b|\d+:\d\d|\d+(?:\.\d+)?|\.\d+|[^\W\d_]+(?:'[^\W\d_]+)*|[-+*/^=×÷,$£€−]"
)

_LEADS: tuple[tuple[str, ...], ...] = tuple(
    sorted(
        (
            tuple(phrase.split())
            for phrase in phrase_list(
                "please, kindly, hey, hey ai, hi, hello, okay, so, well, now, and, also, then, "
                "yeah, oh, "
                "right, alright, could you, can you, would you, will you, can we, could we, can i, "
                "could i, may i, might you, you, could you maybe, do me a favor and, "
                "do me a favour "
                "and, would you mind, i want you to, i need you to, i would like you to, "
                "i would love "
                "you to, i want to, i would like to, i would love to, i need to, i wish to, "
                "could i "
                "get you to, can i get you to, can i ask you to, is it possible to, go ahead and, "
                "just, maybe, quickly, you should, you must, you need to, you can, "
                "be a dear and, be "
                "so kind and, be so kind as to, let us, help me, help me to, if you could, if you "
                "would, it would be great if you could, i was wondering if you could, would it be "
                "possible to, are you able to, do you mind, excuse me, actually, i said, try to, "
                "proceed to, start to, make sure to, make sure you, be sure to"
            )
        ),
        key=len,
        reverse=True,
    )
)
_TAILS: tuple[tuple[str, ...], ...] = tuple(
    sorted(
        (
            tuple(phrase.split())
            for phrase in phrase_list(
                "please, thanks, thank you, for me, now, right now, okay, alright, would you, "
                "could "
                "you, will you, can you, if you can, if you could, if you please, if you would, if "
                "you do not mind, for me please, thank you very much, thanks a lot, right away, "
                "immediately, straight away, at once, quickly, real quick, already"
            )
        ),
        key=len,
        reverse=True,
    )
)
_MAY_I = (["leave"], ["keep"], ["still"], ["safely"])
"""Behind "can I" these ask for advice."""
_GREETINGS = frozenset({"hey", "hi", "hello", "okay", "please", "now", "right", "alright", "well"})


def tokens(text: str) -> list[str]:
    """Lower-case words, numbers and signs; a comma stands for any pause in writing."""
    text = text.lower()
    for pattern, replacement in _REWRITES:
        text = pattern.sub(replacement, text)
    out: list[str] = []
    for token in _TOKEN.findall(text):
        whole = _CONTRACTIONS.get(token)
        if whole is not None:
            out.extend(whole.split())
        elif token.endswith("'s") and len(token) > 3:
            out.append(token[:-2])
        else:
            out.append(token.replace("'", ""))
    return out


def spoken_to(text: str) -> str:
    """The text, or nothing when it is but a call: the wake word, "hey", "um"."""
    return text if any(word not in _CALLS for word in tokens(text)) else ""


def core(words: Sequence[str]) -> list[str]:
    """The words that carry the request: no wake word, no fillers, no politeness at either end.

    What would leave nothing is left as it is ("hello", "thank you").
    """
    heard = [word for word in words if word not in FILLERS]
    rest = [w for i, w in enumerate(heard) if i == 0 or w != heard[i - 1] or _may_repeat(w)]
    while rest and rest[-1] == ",":
        rest.pop()
    start, end = _after_leads(rest), len(rest)
    if start >= end:
        return [word for word in rest if word not in WAKE_NAMES and word != ","] or rest
    end = _before_tails(rest, start)
    if start and rest[start:end] == ["there"]:  # "hey there"
        start -= 1
    return rest[start:end]


def _may_repeat(word: str) -> bool:
    """Whether a word said twice is meant twice: "ten ten", "which lights are on on the floor"."""
    return word == "on" or word in UNITS or word in TENS or not (word.isalpha() or word == ",")


def _after_leads(words: list[str]) -> int:
    start = 0
    while start < len(words):
        if words[start] in WAKE_NAMES or words[start] == ",":
            start += 1
            continue
        lead = next((x for x in _LEADS if tuple(words[start : start + len(x)]) == x), None)
        if lead == ("can", "i") and words[start + 2 : start + 3] in _MAY_I:
            break  # "can I leave the fan on all night?"
        if lead is None or (len(words) - start == len(lead) and lead[0] not in _GREETINGS):
            break
        start += len(lead)
    return start


def _before_tails(words: list[str], start: int) -> int:
    end = len(words)
    while end > start + 1:
        tail = next((x for x in _TAILS if tuple(words[max(start, end - len(x)) : end]) == x), None)
        if words[end - 1] == "," or words[end - 1] in WAKE_NAMES:
            end -= 1
        elif tail is not None and end - len(tail) > start:
            end -= len(tail)
        else:
            break
    return end


def phrase(words: Sequence[str]) -> str:
    """Words as one string, pauses left out."""
    return " ".join(word for word in words if word != ",")
