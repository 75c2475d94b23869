"""What is said to something that rings, or just rang: later again, or that it was heard. Pure."""

import re
from collections.abc import Sequence

from edge.events import Intent
from edge.understanding.durations import SECONDS, duration
from edge.understanding.numbers import cardinal

_SNOOZE = re.compile(
    r"(?:(?:hit|press|push|do|use|take|can i|can we|let me|let us|i want to|i would like to)"
    r"(?: a| the)? )?(?:snooze|snoozing)(?: button| it| that| this| the alarm| my alarm| alarm"
    r"| the timer| the reminder| me)?"
)
_LATER = re.compile(
    r"(?:(?:again|remind me|remind me again|wake me|wake me up|wake me again|wake me up again"
    r"|ring again|try again|come back|ask me again|tell me again|let me sleep|let me lie|let me"
    r"|give me|i need|i want|just|only|not now|not yet)(?: ,)? )*"
    r"(?:in |for |after )?(?:another |about |just )?<dur>(?: more| later| again| longer| please)*"
)
_NOT_YET = ("not yet", "later", "not now", "a bit later", "a little later", "a bit longer",
            "a little longer", "again later", "remind me later", "remind me again later",
            "remind me again", "wake me later")  # fmt: skip
_HEARD = re.compile(
    r"(?:okay|ok|alright|all right|yes|yeah|yep|thanks|thank you|enough|i am (?:up|awake|coming)"
    r"|i heard(?: you| it)?|got it|heard you|fine|(?:turn|switch) (?:it|that|this) off"
    r"|(?:turn|switch) off|(?:stop|silence|end|dismiss|cancel|kill) (?:it|that|this)"
    r"|dismiss|done|off)(?: (?:okay|thanks|thank you|now|already))?"
)


def snooze(words: Sequence[str]) -> Intent | None:
    """ "Snooze", "snooze for ten minutes": at any time."""
    line, seconds = _masked(words)
    found = _SNOOZE.match(line)
    rest = line[found.end() :].strip() if found else None
    if rest is None or (rest and not re.fullmatch(r"(?:for |it )?(?:another )?<dur>.*", rest)):
        return None
    return _of(seconds)


def after_ring(words: Sequence[str]) -> Intent | None:
    """What else means it once something has rung: "five more minutes", "not yet", "I'm up"."""
    line, seconds = _masked([word for word in words if word != ","])
    if _HEARD.fullmatch(line):
        return Intent("assistant.stop")
    if line in _NOT_YET or (seconds and _LATER.fullmatch(line)):
        return _of(seconds)
    return snooze(words)


def _of(seconds: int | None) -> Intent:
    return Intent("alarm.snooze", {"duration": seconds} if seconds else {})


def _masked(words: Sequence[str]) -> tuple[str, int | None]:
    """The line with its length as "<dur>"; "five more minutes" and "another ten" are lengths."""
    plain = list(words)
    for i in range(len(plain)):
        length = duration(plain, i) or _bare(plain, i)
        if length is not None:
            return " ".join([*plain[:i], "<dur>", *plain[length[1] :]]), length[0]
    return " ".join(plain), None


def _bare(words: Sequence[str], i: int) -> tuple[int, int] | None:
    """ "Five more minutes", and "another five" at the end of what is said: minutes."""
    read = cardinal(words, i)
    if read is None:
        return None
    at = read[1] + (list(words[read[1] : read[1] + 1]) == ["more"])
    unit = SECONDS.get(words[at]) if at < len(words) else None
    if unit is not None:
        return round(read[0] * unit), at + 1
    return (round(read[0] * 60), at) if at == len(words) else None
