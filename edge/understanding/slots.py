"""The slots of an intent: from the words of a sentence to normalised values."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from edge.events import Value
from edge.understanding import (
    alarm_slots,
    amounts,
    free,
    home_slots,
    items,
    targets,
    timed_slots,
    units,
)
from edge.understanding.filling import Filled, Filler, Request, whole
from edge.understanding.names import NameIndex
from edge.understanding.numbers import plain
from edge.understanding.spans import Sentence, read
from edge.understanding.text import core, tokens
from edge.understanding.waiting import MAY_WAIT, before_the_time, waits
from edge.vocabulary import Vocabulary

REQUIRED: Mapping[str, tuple[str, ...]] = {
    "timer.set": ("duration",), "timer.add": ("duration",), "alarm.set": ("time",),
    "alarm.move": ("time|by",),
    "reminder.set": ("text",), "list.add": ("items",), "list.remove": ("items",),
    "home.set_brightness": ("percent|delta",), "home.set_color": ("color|kelvin",),
    "home.set_temperature": ("temperature|delta",), "home.scene": ("name",),
    "volume.set": ("percent",), "math.calculate": ("result",), "unit.convert": ("result",),
} | {
    f"home.{verb}": ("name|area|kind|all|last|unknown|candidates",)
    for verb in ("turn_on", "turn_off", "open", "close", "lock", "unlock", "get_state")
}  # fmt: skip
"""Slots without which an intent cannot be carried out; "a|b" needs one of them."""


def missing(name: str, slots: Mapping[str, Value]) -> bool:
    """Whether a required slot is not there."""
    return any(not set(slot.split("|")) & slots.keys() for slot in REQUIRED.get(name, ()))


def fill(name: str, text: str, vocabulary: Vocabulary, now: datetime) -> Mapping[str, Value]:
    """Slots of one intent in a text; times are resolved against `now` (the user's wall clock)."""
    index = NameIndex(vocabulary)
    sentence = read(core(tokens(text)), index)
    return fill_all(name, Request(sentence, index, now)).slots[0]


def fill_all(name: str, request: Request) -> Filled:
    """Slots of an intent, with the positions of the words that they explain."""
    filler = _FILLERS.get(name)
    filled = filler(request) if filler else Filled()
    if name in MAY_WAIT:
        when, used = waits(name, request.sentence, request.now)
        filled.put(**when)
        filled.used.update(used)
    return filled


# ── media ────────────────────────────────────────────────────────────────────────────────────


def _play(request: Request) -> Filled:
    request = replace(request, sentence=before_the_time(request.sentence))
    said, targeted = free.query(request.sentence)
    filled = _media(request, targeted)
    filled.slots[0].pop("all", None)  # a word of the song, as in "all along the watchtower"
    if {"without", "but", "except"} & set(request.words):
        filled.slots[0].pop("unknown", None)
    filled.put(query=said.text or None)
    filled.used.update(said.used)
    return filled


def _media(request: Request, only: Sequence[int] | None = None) -> Filled:
    """Player or area, if one is said; "the music" is no player."""
    spans = tuple(
        span
        for span in request.sentence.spans
        if span.what in ("name", "room", "kind")
        and (only is None or span.start in only)
        and not (span.what == "kind" and request.words[span.start] in ("music", "player", "radio"))
    )
    sentence = Sentence(request.words, spans)
    known = frozenset(request.words)
    found = targets.find(sentence, request.index, known)
    target = dict(found.targets[0]) if found.targets else {}
    target.pop("last", None)
    return Filled([target], found.used)


def _media_plain(request: Request) -> Filled:
    return _media(request)


def _volume(request: Request) -> Filled:
    filled = _media(request)
    amount = amounts.share(request.sentence, amounts.LOUDER, amounts.QUIETER, None, small=True)
    filled.put(percent=amount.get("percent"))
    return filled


def _volume_step(request: Request) -> Filled:
    filled = _media(request)
    amount = amounts.share(request.sentence, amounts.LOUDER, amounts.QUIETER, None)
    step = amount.get("delta", amount.get("percent"))
    filled.put(delta=abs(step) if isinstance(step, int | float) else None)
    return filled


# ── lists and sums ───────────────────────────────────────────────────────────────────────────


def _list(request: Request) -> Filled:
    filled = Filled()
    filled.put(list=items.list_name(request.sentence, request.index))
    filled.used.update(items.about_the_list(request.words))
    return filled


_ANYTHING = ("something", "anything", "things", "some things", "a few things", "stuff", "an item",
             "item", "this item", "that item", "this", "that", "new items")  # fmt: skip
"""What is no item yet, but the wish to name one."""


def _list_items(request: Request) -> Filled:
    filled = _list(request)
    said = items.items(request.sentence)
    if said.text in ("", "them", "it", "that"):  # "I got the eggs, cross them off"
        said = items.got(request.sentence)
    if said.text and said.text not in _ANYTHING and not _MAKING.issuperset(said.text.split()):
        filled.put(items=list(items.split(said.text)))
    filled.used.update(said.used)
    return filled


_MAKING = frozenset(["create", "make", "start", "begin", "a", "another", "new", "fresh"])
"""What is done with a list, rather than with what stands on it."""


def _list_read(request: Request) -> Filled:
    """A list, or what is asked for on it: "is milk on my list", "do we have eggs on the list"."""
    filled = _list(request)
    line = " ".join(request.words)
    asked = next((m for each in _ON_IT if (m := each.search(line))), None)
    if asked and asked[1] not in ("there", "what", "anything", "something", "it", "any"):
        filled.put(items=list(items.split(asked[1])))
        start = len(line[: asked.start(1)].split())
        filled.used.update(range(start, start + len(asked[1].split())))
    if request.sentence.of("list") and _IF & set(request.words):
        filled.used.update(range(len(request.words)))  # "did I plan in time to … on my list"
    return filled


_IF = frozenset({"if", "whether", "is", "are", "does", "do", "did", "have", "check"})
_ON_IT = tuple(
    re.compile(pattern)
    for pattern in (
        r"^(?:is|are) (?:there )?(?:any |some |the )?(.+?) (?:already )?(?:on|in) (?:the|my|our)\b",
        r"^(?:do|did) (?:i|we) need (?:any |some |more )?(?!to\b)(\w+(?: \w+)?)$",
        r"\b(?:do|did|have) (?:i|we) (?:already )?(?:have|got|put|add|added|need) "
        r"(?:any |some |the |a )?(.+?) (?:already )?(?:on|to|in) (?:the|my|our)\b",
        r"\b(?:if|whether) (?:i have |there is |there are )?(?:any |some |the |a )?(.+?)"
        r"(?: is| are)?(?: already| listed)? (?:on|in) (?:the|my|our)\b",
        r"\b(?:did|have) i (?:already )?(?:jot down|jotted down|write down|written down|note|noted"
        r"|include|included|create a task to|make a note to) (.+?) (?:on|in) (?:the|my|our)\b",
        r"^does (?:the|my|our) .*?list (?:have|include|contain|say) (?:any |some |the )?(.+?)"
        r"(?: on it)?$",
        r"^(?:check|search) (?:the|my|our) .*?list (?:for|to see if (?:i have )?)(?: any| some)? ?"
        r"(.+?)(?: is (?:listed|there|on it|on there))?$",
    )
)


def _list_clear(request: Request) -> Filled:
    """A list, and what of it is spared."""
    filled = _list(request)
    at = next((i for i, w in enumerate(request.words) if w in ("except", "but", "besides")), None)
    if at is not None and at + 1 < len(request.words):
        rest = [w for w in request.words[at + 1 :] if w not in ("for", "the", "not")]
        filled.put(**{"except": list(items.split(" ".join(rest)))})
        filled.used.update(range(at, len(request.words)))
    return filled


def _calculate(request: Request) -> Filled:
    filled = Filled()
    expression = units.expression(request.words)
    if expression is None and request.sentence.of("percent"):
        expression = amounts.percent_of(request.sentence)
    if expression is not None:
        filled.put(expression=expression, result=units.evaluate(expression))
        filled.used.update(i for i, w in enumerate(request.words) if w in units.ABOUT_SUMS)
        if {"divisible", "evenly", "exactly"} & set(request.words) and "%" in expression:
            filled.put(asked="divisible")
    return filled


def _convert(request: Request) -> Filled:
    filled = Filled()
    found = amounts.conversion(request.words)
    if found is not None:
        result = units.convert(found.value, found.origin, found.goal)
        filled.put(**{"value": plain(found.value), "from": found.origin, "to": found.goal})
        filled.put(result=None if result is None else plain(round(result, 4)))
        filled.used.update(found.used)
    return filled


def _dice(request: Request) -> Filled:
    """How many dice of how many sides, or between which numbers."""
    words = request.words
    numbers = [s for s in request.sentence.of("number") if words[s.start] not in ("a", "one")]
    filled = Filled()
    bounds = [whole(s.value) for s in request.sentence.of("number")]
    if {"number", "between"} & set(words) and len(bounds) == 2:
        filled.put(low=bounds[0], high=bounds[1])
        return filled
    for span in numbers:
        sides = words[span.start - 1] == "d" or "sided" in words[span.end : span.end + 1]
        filled.put(**{"sides" if sides else "count": whole(span.value)})
    return filled


def _coin(request: Request) -> Filled:
    filled = Filled()
    counts = [whole(s.value) for s in request.sentence.of("number")]
    filled.put(count=counts[0] if counts and counts[0] != 1 else None)
    return filled


_FILLERS: dict[str, Filler] = {
    **home_slots.FILLERS,
    **timed_slots.FILLERS,
    **alarm_slots.FILLERS,
    "media.play": _play,
    "media.pause": _media_plain,
    "media.resume": _media_plain,
    "media.next": _media_plain,
    "media.previous": _media_plain,
    "volume.set": _volume,
    "volume.up": _volume_step,
    "volume.down": _volume_step,
    "volume.mute": _media_plain,
    "volume.unmute": _media_plain,
    "list.add": _list_items,
    "list.remove": _list_items,
    "list.read": _list_read,
    "list.clear": _list_clear,
    "math.calculate": _calculate,
    "unit.convert": _convert,
    "random.dice": _dice,
    "random.coin": _coin,
}
