"""Slots that may hold any words: songs, reminders, names of timers and scenes."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from edge.understanding.lexicon import STOP
from edge.understanding.names import Name, NameIndex
from edge.understanding.spans import Sentence
from edge.understanding.wordset import phrase_list, word_set


@dataclass(frozen=True, slots=True)
class Said:
    """Words of a free slot and their positions."""

    text: str = ""
    used: frozenset[int] = frozenset()


def words_at(words: Sequence[str], positions: Iterable[int]) -> Said:
    """The words at these positions, without pauses at either end."""
    kept = [i for i in positions]
    while kept and words[kept[0]] in (",", "and"):
        kept.pop(0)
    while kept and words[kept[-1]] in (",", "and"):
        kept.pop()
    text = " ".join(words[i] for i in kept).replace(" ,", ",")
    return Said(text, frozenset(kept))


def after(words: Sequence[str], *leads: str) -> int | None:
    """Position after the first of these phrases, tried in the given order."""
    for lead in leads:
        parts = tuple(lead.split())
        for i in range(len(words) - len(parts) + 1):
            if tuple(words[i : i + len(parts)]) == parts:
                return i + len(parts)
    return None


# ── timers ───────────────────────────────────────────────────────────────────────────────────

_NO_NAME = STOP | word_set(
    "timer timers set start create cancel stop pause resume continue new time left "
    "remaining status check add put delete remove clear turn second minute hour seconds "
    "minutes hours long much many running begin run increase decrease extend reduce another "
    "give kill end countdown count tell show list unpause hold restart keep egg-timer take "
    "subtract shorten longer shorter first third fourth fifth last latest newest oldest"
)


_AWAITED = (
    re.compile(
        r"\b(?:until|till|before) (?:the |my )?(\w+(?: \w+)?) (?:is |are )?(?:done|ready|up)\b"
    ),
    re.compile(r"\b(?:has|have|does|do) (?:the |my )(\w+(?: \w+)?) (?:got|have|need)\b"),
)
"""How the name of a timer is said by what it is for: "how long until the pasta is done"."""
_LEFT = re.compile(r"\b(?:left|remaining|long|time) (?:on|for) (?:the |my )?(\w+(?: \w+)?)$")
_NEEDING = word_set("needs takes wants")


def timer_name(sentence: Sentence) -> Said:
    """ "pizza" of "the pizza timer", "a timer called pizza", "ten minutes for the pizza"."""
    words = sentence.words
    taken = {i for s in sentence.of("duration", "time", "percent") for i in range(s.start, s.end)}
    at = after(words, "called", "named", "labeled", "labelled", "name")
    needing = next((i for i, word in enumerate(words) if word in _NEEDING and i), None)
    if needing is not None and taken and needing < min(taken):
        start = 1 if words[0] in ("the", "my") else 0
        return words_at(words, range(start, needing))
    if at is None:
        at = after(words, "timer in the", "timers in the", "timer in my", "timer in")
        at = None if at is not None and at in taken else at
    if at is not None:
        return _run(words, at, taken)
    cooking = next((m for p in (*_AWAITED, _LEFT) if (m := p.search(" ".join(words)))), None)
    if cooking and "timer" not in cooking[1] and cooking[1] not in _NO_NAME:
        at = len(cooking.string[: cooking.start(1)].split())
        return words_at(words, range(at, at + len(cooking[1].split())))
    for i, word in enumerate(words):
        if word in ("timer", "timers"):
            start = i
            while start > 0 and start - 1 not in taken and words[start - 1] not in _NO_NAME:
                start -= 1
            if start < i:
                return words_at(words, range(start, i))
    for i, word in enumerate(words[:-1]):
        if word == "for" and i + 1 not in taken:
            start = i + 2 if words[i + 1] in ("the", "my", "a", "some") else i + 1
            numeric = {s.start for s in sentence.of("number")}
            known = _NO_NAME | {words[j] for j in taken | numeric if j < len(words)}
            if start < len(words) and words[start] not in known and start not in taken:
                return _run(words, start, taken)
    return Said()


def _run(words: Sequence[str], start: int, taken: set[int]) -> Said:
    end = start
    while (
        end < len(words)
        and end not in taken
        and words[end] not in ("for", "by", "to", "timer", ",")
    ):
        end += 1
    return words_at(words, range(start, end))


# ── reminders ────────────────────────────────────────────────────────────────────────────────

_REMINDER_LEADS = phrase_list(
    "remind me to, remind me that, remind me about, remind me of, reminder to, reminder "
    "for, reminder about, reminder that, reminding me to, forget to, remember to, forget "
    "about, remind my to, remember that, tell me to"
)
_ASKING = word_set("why who what how where which when whose if")
"""Whoever says "remind me why" asks a question."""
_BEFORE_TIME = word_set("at on in for by every the around this next")


def reminder(sentence: Sentence) -> Said:
    """What is to be remembered: the words after "remind me to" that are no time."""
    words = sentence.words
    timed = {i for s in sentence.of("time") for i in range(s.start, s.end)}
    timed |= {i - 1 for i in timed if i and words[i - 1] in _BEFORE_TIME}
    timed |= _bare_hour(sentence, timed)
    at = after(words, *_REMINDER_LEADS)
    if at is None:
        at = _after_lead_and_time(words, timed)
    if at is None:
        return _between(words, timed)
    kept = [i for i in range(at, len(words)) if i not in timed]
    while kept and words[kept[0]] in ("to", "that", "about", "of", "for"):
        kept.pop(0)
    if kept and words[kept[0]] in _ASKING:
        return Said()
    return words_at(words, kept)


def _bare_hour(sentence: Sentence, timed: set[int]) -> set[int]:
    return {
        i
        for span in sentence.of("number", "duration")
        for i in range(span.start - 1, span.end)
        if span.end - 1 + 1 in timed or sentence.words[max(0, span.start - 1)] in ("at", "in")
    }


def _after_lead_and_time(words: Sequence[str], timed: set[int]) -> int | None:
    """ "remind me at six to …": the words after the time."""
    start = after(words, "remind me", "reminder", "remind my")
    if start is None:
        return None
    at = start
    while at < len(words) and at in timed:
        at += 1
    if at < len(words) and words[at] in ("to", "that", "about", "of", "for"):
        return at + 1
    return at if at < len(words) and at > start else start if start < len(words) else None


def _between(words: Sequence[str], timed: set[int]) -> Said:
    """ "the dentist reminder"."""
    for i, word in enumerate(words):
        if word in ("reminder", "reminders"):
            start = i
            while (
                start > 0 and words[start - 1] not in STOP and start - 1 not in timed and start > 1
            ):
                start -= 1
            return words_at(words, range(start, i))
    return Said()


# ── media and scenes ─────────────────────────────────────────────────────────────────────────

_AWAY = word_set("put stick pop chuck whack get have throw turn sling bung")
"""What is put may be put "on": "stick some jazz on"."""
_PLAY = phrase_list(
    "it to frequency, it to channel, radio to, station to, channel to, frequency to, "
    "play, plays, played, hear, listen to, listening to, hearing, put on, start playing, "
    "stream, tune in to, tune to, queue up, shuffle, turn on, start, throw on, switch to, "
    "have any, feel like, hit me with, how about, find, lay, lets hear, continue, want, "
    "need, put, turn, switch on, stick on, pop on, stick, pop, chuck on, chuck, whack on, whack, "
    "blast, fancy, spin, have some, get"
)
_NO_QUERY = word_set(
    "some the a any my me us music song songs something anything tunes track tracks radio "
    "album artist playing please on for player speaker called by next to it"
)  # fmt: skip
_MEDIA_CLASS = word_set("song track album artist tune podcast movie tv show audiobook")
_ON = word_set("on in through over from to")


def query(sentence: Sentence) -> tuple[Said, tuple[int, ...]]:
    """What to play, and the positions of the names that say where."""
    words = sentence.words
    start = after(words, *_PLAY) or 0
    end, places = _places(sentence, start)
    if words[end - 1] == "on" and _AWAY & set(words[:start]):
        end -= 1
    kept = list(range(start, end))
    while len(kept) > 1 and _introduces(words[kept[0]], words[kept[1]]):
        kept.pop(0)
    while len(kept) > 1 and words[kept[0]] in _MEDIA_CLASS:
        kept.pop(0)
    while len(kept) > 1 and words[kept[0]] in ("called", "named", "by"):
        kept.pop(0)
    if len(kept) > 1 and words[kept[-1]] in ("artist", "podcast", "audiobook"):
        kept.pop()
    if all(words[i] in _NO_QUERY for i in kept):
        return Said("", frozenset(kept)), places
    return words_at(words, kept), places


def _places(sentence: Sentence, start: int) -> tuple[int, tuple[int, ...]]:
    """Where "in the kitchen on the tv" begins, and the positions of its names."""
    words = sentence.words
    end = len(words)
    places: list[int] = []
    for span in reversed(sentence.of("name", "room", "kind")):
        lead = span.start
        while lead > start and words[lead - 1] in ("the", "my", "our"):
            lead -= 1
        placed = span.end == end and lead > start and words[lead - 1] in _ON
        if placed and words[span.start] != "radio":
            places.append(span.start)
            end = lead - 1
    return end, tuple(places)


def _introduces(word: str, following: str) -> bool:
    """Whether a word only leads to what is to be played ("some jazz", "the song …")."""
    if word in ("some", "me", "us", "to") or (word, following) in (("a", "bit"), ("bit", "of")):
        return True
    if word == "of":
        return True
    return word in ("the", "a", "music") and following in _MEDIA_CLASS | {"music", "radio", "by"}


_SCENE_WORDS = word_set(
    "activate start turn on run set enable switch to launch apply the scene mode for it is "
    "time in into put house i want a my please off let us have we are am going be make"
)  # fmt: skip


def scene(words: Sequence[str], index: NameIndex) -> str | None:
    """The words that name a scene, or nearly the name of one of this home's."""
    said = " ".join(word for word in words if word not in _SCENE_WORDS)
    if not said or said.startswith("of "):  # "the scene of the crime"
        return None
    near = [name for name in index.near(said) if name.kind == "scene"]
    if not near and _MODE & set(words):  # "movie mode", where "Movie Night" is one
        near = _beginning(said, index)
    return near[0].value if len(near) == 1 else said


_MODE = word_set("mode scene")


def _beginning(said: str, index: NameIndex) -> list[Name]:
    """The scenes whose names begin with these words."""
    return [
        Name("device", device.name, "scene", device.area)
        for device in index.vocabulary.devices
        if device.kind == "scene" and device.name.lower().startswith(f"{said} ")
    ]
