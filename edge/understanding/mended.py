"""Corrections within a sentence: "ten, no, fifteen minutes", "the desk lamp, I mean the fan".

Of two values of one sort with such a word between them, the first was a slip of the tongue. Pure.
"""

from collections.abc import Sequence
from dataclasses import replace

from edge.understanding.names import KIND_WORDS, NameIndex
from edge.understanding.spans import Span, read
from edge.understanding.wordset import phrase_list, word_set

_MARKS = sorted(
    (
        tuple(phrase.split())
        for phrase in phrase_list(
            "no, sorry, wait, rather, i mean, i meant, or rather, scratch that, correction, "
            "no wait, no sorry, sorry no, sorry i mean, no i mean, wait no, no make that, "
            "actually, actually no"
        )
    ),
    key=len,
    reverse=True,
)
_FIRST = frozenset(mark[0] for mark in _MARKS)
_LEADS = word_set("the my a to for at make it that , on in by")
_SORTS = {
    **dict.fromkeys(("duration", "number", "time", "percent", "degrees", "kelvin"), "amount"),
    **dict.fromkeys(("name", "room", "kind"), "thing"),
    "color": "color",
}
_COUNTED = ("duration", "percent", "degrees")
"""What keeps its unit where only the number is corrected: "twenty minutes, make it thirty"."""
_ORDERS = word_set("turn switch open close dim shut lock set put")
_PARTICLES = (word_set("on off"), word_set("up down"), word_set("open closed shut"))


def mended(words: Sequence[str], index: NameIndex) -> list[str]:
    """The words without what was taken back in the same breath, exceptions behind the order."""
    words = _exception_last(words)
    if _FIRST.isdisjoint(words):
        return list(words)
    for i in range(1, len(words) - 1):
        mark = next((m for m in _MARKS if tuple(words[i : i + len(m)]) == m), None)
        if mark is None:
            continue
        fixed = _without(words, i, i + len(mark), index)
        if fixed is not None:
            return mended(fixed, index)
    return list(words)


def _without(words: Sequence[str], start: int, end: int, index: NameIndex) -> list[str] | None:
    """The words without what stands before a mark at [start, end), if the like follows it."""
    left, right = start, end
    while left > 0 and words[left - 1] == ",":
        left -= 1
    while right < len(words) and words[right] in _LEADS and words[right] not in ("on",):
        right += 1
    if left == 0 or right >= len(words):
        return None
    if any({words[left - 1], words[right]} <= pair for pair in _PARTICLES):
        return [*words[: left - 1], *words[right:]]
    particle = words[left - 1 : left] if words[left - 1] in ("on", "off", "up", "down") else []
    left -= len(particle)
    spans = read(words[:left], index).spans
    before = next((s for s in spans if s.end == left), None)
    after = next((s for s in read(words[right:], index).spans if s.start == 0), None)
    if before is None or after is None or _sort(before) != _sort(after):
        return None
    unit = [words[left - 1]] if before.what in _COUNTED and after.what == "number" else []
    if before.what in ("name", "kind") and _is_room(after) and words[left - 1] in KIND_WORDS:
        unit = [words[left - 1]]  # "the kitchen light, I mean the bedroom"
        room = next((s for s in spans if s.end == before.start and _is_room(s)), before)
        before = replace(before, start=room.start)
    value = words[right : right + after.end]
    rest = words[right + after.end :]
    kept = [*words[: before.start], *_led(before, words, right), *value, *unit, *particle]
    return [*kept, *rest]


def _is_room(span: Span) -> bool:
    areas = bool(span.names) and all(name.what == "area" for name in span.names)
    return span.what == "room" or areas


def _exception_last(words: Sequence[str]) -> list[str]:
    """ "Except for the office, turn off all the lights": the order first."""
    verb = next((i for i, word in enumerate(words) if word in _ORDERS), 0)
    if verb and words[0] in ("except", "apart", "aside", "excluding", "besides"):
        return [*words[verb:], *words[:verb]]
    return list(words)


def _sort(span: Span) -> str | None:
    return _SORTS.get(span.what)


def _led(before: Span, words: Sequence[str], right: int) -> list[str]:
    """ "At", where it belongs to the time that was taken back."""
    return ["at"] if words[before.start] == "at" and words[right] != "at" else []
