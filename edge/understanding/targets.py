"""Which devices of the home a sentence is about: by name, area, kind, all, except, or unknown."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from edge.events import Value
from edge.understanding.lexicon import STOP
from edge.understanding.names import KIND_WORDS, Name, NameIndex, stem
from edge.understanding.spans import Sentence, Span
from edge.understanding.text import phrase
from edge.understanding.times import WEEKDAYS
from edge.understanding.wordset import phrase_list, word_set
from edge.vocabulary import Device, Kind

_EXCEPT = tuple(
    tuple(phrase.split())
    for phrase in phrase_list(
        "except for, apart from, aside from, other than, but not, all but, everything but, "
        "but leave, but keep, with the exception of, except, excluding, besides, but, without"
    )
)
_ALL = word_set("all every everything both each entire whole everywhere")
_WHOLE = word_set("house home apartment flat building everywhere")
_IN = (("in",), ("inside",), ("of",), ("from",), ("at",))
_OURS = word_set("the my our your")
_LAST = word_set("it that them those these this")
"""Words for what was spoken of before."""
_SPECIFIC = word_set("lamp chandelier bulb radio stereo curtain blind shutter heater gate")
"""Singular nouns that point at one device when just one has them in its name."""
_OF_ITS_OWN = word_set("chandelier gate awning deadbolt furnace")
"""Nouns that no other device of the kind is called by: a home that has none has none."""


@dataclass
class Found:
    """Targets in the order they were said, and the positions of the words that name them."""

    targets: list[dict[str, Value]] = field(default_factory=list)
    used: set[int] = field(default_factory=set)


def find(
    sentence: Sentence, index: NameIndex, known: frozenset[str], default: Kind | None = None,
    things: frozenset[str] = frozenset(),
) -> Found:  # fmt: skip
    """The targets of a sentence. `known` are words that need no explanation.

    `default` is the kind that an intent is about when none is said (colours are of lights);
    `things` are words that may begin an unknown name ("hot" of "the hot tub").
    """
    cut, after = _exception(sentence.words)
    spans = [s for s in sentence.spans if s.end <= cut]
    spans = _resolved(spans, sentence, index, known - _place_said(sentence.words), cut, things)
    found = Found(_combine(spans, sentence.words[:cut], index, default))
    for span in spans:
        if span.what != "name" or span.names:
            found.used.update(range(span.start, span.end))
    found.used.update(i for i in range(cut) if sentence.words[i] in _ALL | _WHOLE)
    if cut < len(sentence.words):
        _add_exception(found, sentence, index, cut, after)
    return found


def _place_said(words: Sequence[str]) -> frozenset[str]:
    """ "Open" of "the lights in the open": where a place stands last, no word is explained away."""
    placed = len(words) > 3 and words[-3] in ("in", "inside") and words[-2] in _OURS
    return frozenset(words[-1:]) - _NO_PLACE if placed else frozenset()


_NO_PLACE = word_set(
    "house home apartment flat building place dark light middle morning evening afternoon night "
    "meantime future end way background room area space rooms cold heat sun"
)

_MISHEARD = word_set("accept accepts expect expects")
"""How "except" is written where it was hardly heard."""


def _exception(words: Sequence[str]) -> tuple[int, int]:
    for i in range(1, len(words)):
        if words[i] in _MISHEARD and i + 1 < len(words) and _every(words[:i]):
            return i, i + 1
        for mark in _EXCEPT:
            if tuple(words[i : i + len(mark)]) == mark and i + len(mark) < len(words):
                return i, i + len(mark)
    return len(words), len(words)


def _add_exception(
    found: Found, sentence: Sentence, index: NameIndex, cut: int, after: int
) -> None:
    spared: list[Value] = []
    for span in sentence.spans:
        if span.start >= after and span.what in ("name", "room"):
            spared.append(span.names[0].value if span.names else str(span.value))
    rest = sentence.words[after:]
    if not spared and (near := index.near(" ".join(w for w in rest if w not in ("the", "my")))):
        spared.append(near[0].value)
    base = found.targets[0] if found.targets else {}
    found.targets = [{**base, "all": True, "except": spared}]
    if not spared:  # what nobody knows cannot be left alone
        found.targets = [{"unknown": phrase([w for w in rest if w not in ("the", "my")])}]
    found.used.update(range(cut, len(sentence.words)))


# ── names that are not written exactly ───────────────────────────────────────────────────────


def _resolved(
    spans: Sequence[Span], sentence: Sentence, index: NameIndex, known: frozenset[str], cut: int,
    things: frozenset[str],
) -> list[Span]:  # fmt: skip
    """The spans that name devices, with words nobody explained taken into them or on their own."""
    naming = [s for s in spans if s.what in ("name", "room", "kind", "color", "ordinal", "number")]
    taken = {i for s in sentence.spans for i in range(s.start, s.end)}
    loose = [i for i in range(cut) if i not in taken and sentence.words[i] not in known]
    out = [s for s in naming if s.what in ("name", "room", "kind")]
    while loose:
        start = loose[0]
        run = [start]
        while run[-1] + 1 in loose:
            run.append(run[-1] + 1)
        loose = [i for i in loose if i not in run]
        if all(sentence.words[i] == "," for i in run):
            continue
        while run[0] > 1 and run[0] - 1 not in taken and _begins(run[0] - 1, sentence, things):
            run.insert(0, run[0] - 1)
        after = run[-1] + 1  # "the sliding door"
        if after < cut and after not in taken and sentence.words[after] in ("door", "doors"):
            run.append(after)
        span = _guessed(run, out, sentence, index)
        if span is not None:
            out = [s for s in out if s.end <= span.start or s.start >= span.end]
            out.append(span)
    return sorted(out, key=lambda s: s.start)


def _begins(i: int, sentence: Sentence, things: frozenset[str]) -> bool:
    """Whether a common word starts an uncommon name: "hot" of "the hot tub"."""
    return sentence.words[i] in things and sentence.words[i] not in STOP


def _guessed(
    run: Sequence[int], spans: Sequence[Span], sentence: Sentence, index: NameIndex
) -> Span | None:
    """A run of unexplained words together with the names beside it, read as one name.

    None where another target was said and the words do not stand before it, unless they are what
    is meant in an area, or where ("the lights in the lobby").
    """
    words = sentence.words
    left = next((s for s in spans if s.end == run[0]), None)
    right = next((s for s in spans if s.start == run[-1] + 1), None)
    starts = [left.start, run[0]] if left else [run[0]]
    ends = [right.end, run[-1] + 1] if right else [run[-1] + 1]
    for start in starts:
        for end in ends:
            near = index.near(" ".join(words[start:end]))
            if near:
                return Span("name", start, end, near)
    kind = right.value if right is not None and right.what == "kind" else None
    area = _short_for(run, words, index)
    if area is not None:
        return Span("name", run[0], run[-1] + 1, (area,))
    parts = [d for d in index.parts([words[i] for i in run]) if kind is None or d.kind == kind]
    if parts and sum(len(words[i]) for i in run) > 3:
        end = right.end if kind and right else run[-1] + 1
        return Span("name", run[0], end, tuple(_name(device) for device in parts))
    if right is not None and right.what == "kind":
        return Span("name", run[0], right.end, ())
    alone = not spans or _in_an_area(run, spans, words) or _is_a_place(run, spans, words)
    alone = alone or _is_one_more(run, spans, words)
    return Span("name", run[0], run[-1] + 1, ()) if alone else None


def _in_an_area(run: Sequence[int], spans: Sequence[Span], words: Sequence[str]) -> bool:
    """Whether words are the only thing that a room was said of: "the dishwasher in the kitchen"."""
    return _only_areas(spans) and words[run[-1] + 1 : run[-1] + 2] in _IN


def _is_a_place(run: Sequence[int], spans: Sequence[Span], words: Sequence[str]) -> bool:
    """Whether words are a place where there is none, said of a kind: "the lights in the lobby"."""
    said = words[max(0, run[0] - 2) : run[0]]
    kinds = all(span.what == "kind" for span in spans)
    return kinds and len(said) == 2 and said[:1] in _IN and said[1] in _OURS


def _short_for(run: Sequence[int], words: Sequence[str], index: NameIndex) -> Name | None:
    """ "In the living", "in the guest": the one area that is called so and something more."""
    placed = run[0] > 1 and words[run[0] - 2] in ("in", "inside") and words[run[0] - 1] in _OURS
    if not placed or run[-1] + 1 < len(words):
        return None
    said = " ".join(words[run[0] :])
    found = [area for area in index.vocabulary.areas if area.lower().startswith(f"{said} ")]
    return Name("area", found[0]) if len(found) == 1 else None


def _is_one_more(run: Sequence[int], spans: Sequence[Span], words: Sequence[str]) -> bool:
    """Whether words are joined to a name: "the lamp and the fountain", "… and the lobby"."""
    joined = words[max(0, run[0] - 2) : run[0]]
    before = any(span.end == run[0] - 2 for span in spans)
    return before and len(joined) == 2 and joined[0] == "and" and joined[1] in _OURS


def _only_areas(spans: Sequence[Span]) -> bool:
    return all(
        span.what == "name" and span.names and all(name.what == "area" for name in span.names)
        for span in spans
    )


def _name(device: Device) -> Name:
    return Name("device", device.name, device.kind, device.area)


# ── putting together ─────────────────────────────────────────────────────────────────────────


def _combine(
    spans: Sequence[Span], words: Sequence[str], index: NameIndex, default: Kind | None
) -> list[dict[str, Value]]:
    areas = [s.names[0].value for s in spans if s.names and s.names[0].what == "area"]
    out: list[dict[str, Value]] = []
    waiting: list[str] = []
    for span in spans:
        names = span.names
        if span.what == "name" and not names:
            out.append({"unknown": phrase(words[span.start : span.end])})
        elif span.what == "room":
            out.append({"unknown": _with_kind(span, spans, words)})
        elif span.what == "kind" and _named_kind(span, spans, words):
            continue
        elif span.what == "kind":
            out.extend(_of_kind(span, waiting, areas, words, index))
            waiting = []
        elif names[0].what == "area" and all(name.what == "area" for name in names):
            waiting.append(names[0].value)
        else:
            shared = _sharing(span, spans, words)
            out.extend({"kind": names[0].kind, "area": area} for area in waiting if shared)
            waiting = [] if shared else waiting
            out.append(_elsewhere(span, spans, words, index) or _of_names(names, areas))
    _place(out, waiting, default)
    if not out and _LAST & set(words):
        out.append({"last": True})
    if _every(words) or any(word in _WHOLE for word in words):
        out = [{**target, "all": True} for target in out if "name" not in target] or (
            out or [{"all": True, **({"kind": default} if default else {})}]
        )
    if any("unknown" in target for target in out):
        out = [target for target in out if "kind" not in target or "area" in target]
    if default and (not out or out == [{"last": True}]):
        return [{"kind": default}]
    return out


_TIMES = frozenset(WEEKDAYS) | word_set(
    "night day evening morning afternoon week weekend weekday year way right along over hour minute"
)


def _every(words: Sequence[str]) -> bool:
    """Whether all things are meant, rather than all night or all the way."""
    for i, word in enumerate(words):
        after = next((w for w in words[i + 1 : i + 3] if w != "the"), "")
        if word in _ALL and after not in _TIMES:
            return True
    return False


_BESIDE = word_set("above over by beside near under behind below")
_BETWEEN = _BESIDE | word_set("on in front of the my")


def _named_kind(span: Span, spans: Sequence[Span], words: Sequence[str]) -> bool:
    """Whether "lights" only says what the name before it is ("play corner lights").

    Or "the light above the counter" is the counter light, or "lock" what is to be done with the
    door ("undo the lock on the back door").
    """
    after = next((s for s in spans if s.start >= span.end), None)
    if after is not None and not words[span.end - 1].endswith("s"):
        between = words[span.end : after.start]
        alike = any(name.kind == span.value for name in after.names)
        if alike and _BESIDE & set(between) and _BETWEEN.issuperset(between):
            return True
    if span.value == "lock":
        return any(name.kind == "lock" for other in spans for name in other.names)
    before = next((s for s in spans if s.end == span.start), None)
    return before is not None and any(name.kind == span.value for name in before.names)


def _with_kind(span: Span, spans: Sequence[Span], words: Sequence[str]) -> str:
    after = next((s for s in spans if s.start == span.end and s.what == "kind"), span)
    return " ".join(words[span.start : after.end])


def _of_kind(
    span: Span, areas: Sequence[str], placed: Sequence[str], words: Sequence[str], index: NameIndex
) -> Iterable[dict[str, Value]]:
    """Targets of a common noun, in the areas said before it; `placed` are all areas said."""
    kind = str(span.value)
    word = words[span.end - 1]
    if word == "windows" or (word == "window" and _ALL & set(words)):  # not the blinds as well
        panes = index.parts(["window"])
        here = [device for device in panes if not placed or device.area in placed]
        if panes:
            return [{"name": device.name} for device in here] or [{"unknown": word}]
    if word in _SPECIFIC:
        devices = [d for d in index.parts([word]) if d.kind == kind]
        here = [d for d in devices if d.area in (areas or (index.vocabulary.here,))]
        one = here if len(here) == 1 else devices if not areas else []
        if len(one) == 1:
            return [{"name": one[0].name}]
        if len(devices) > 1 and not areas and not here:
            return [{"candidates": [device.name for device in devices]}]
    if word in _OF_ITS_OWN and not index.parts([word]):
        return [{"unknown": word}]
    return [{"kind": kind, "area": area} for area in areas] or [{"kind": kind}]


def _of_names(names: Sequence[Name], areas: Sequence[str]) -> dict[str, Value]:
    devices = [name for name in names if name.what == "device"]
    inside = [name for name in devices if name.area in areas]
    chosen = list(dict.fromkeys(name.value for name in (inside or devices)))
    if len(chosen) == 1:
        return {"name": chosen[0]}
    if not chosen:
        return {"area": names[0].value}
    return {"candidates": list(chosen)}


def _sharing(span: Span, spans: Sequence[Span], words: Sequence[str]) -> bool:
    """Whether a room before the name is one more: "the bedroom and the office lights"."""
    before = next((s for s in reversed(spans) if s.end <= span.start), None)
    if before is None or not before.names or before.names[0].what != "area":
        return False
    between = words[before.end : span.start]
    joined = "and" in between and all(word in ("and", ",", "the", "my") for word in between)
    return joined and len({name.kind for name in span.names}) == 1


_SWITCHED = word_set("turn switch power shut")


def _elsewhere(
    span: Span, spans: Sequence[Span], words: Sequence[str], index: NameIndex
) -> dict[str, Value] | None:
    """ "The heating in the bathroom", where the one that is called so stands elsewhere."""
    after = next((s for s in spans if s.start > span.start), None)
    placed = after is not None and after.names and after.names[0].what == "area"
    between = words[span.end : after.start] if after is not None else ()
    kinds = {name.kind for name in span.names}
    kind = KIND_WORDS.get(words[span.end - 1])
    several = len(span.names) != 1 or span.end - span.start > 1
    if not placed or not after or several or (kind == "media" and words[0] not in _SWITCHED):
        return None
    if kinds != {kind} or not between or not all(w in ("in", "on", "the", "my") for w in between):
        return None
    area = after.names[0].value
    known = {device.area for device in index.vocabulary.devices}
    if area not in known or span.names[0].area in (None, area):
        return None
    if kind == "media":  # the speaker there is no TV
        return {"unknown": f"{words[span.end - 1]} in the {area.lower()}"}
    return {"kind": str(kind), "area": area}


def _place(out: list[dict[str, Value]], areas: Sequence[str], default: Kind | None) -> None:
    """Areas said after (or without) a kind: "the lights in the kitchen and the hall"."""
    if not areas:
        return
    homeless = [target for target in out if "kind" in target and "area" not in target]
    for target in homeless:
        target["area"] = areas[0]
        out.extend({**target, "area": area} for area in areas[1:])
    if not out:
        kind = {"kind": default} if default else {}
        out.extend({**kind, "area": area} for area in areas)


def is_kind(word: str) -> bool:
    """Whether a word is a common noun for a kind of device."""
    return word in KIND_WORDS or stem(word) in KIND_WORDS
