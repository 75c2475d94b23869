"""What a sentence means after the one before: "turn it off again", "and the bedroom too".

Pure: the words, the intents of the last turn and the router make whole intents, or nothing. A
wrong guess is worse than a question, so every word of an elliptic sentence must be explained.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Literal

from edge.events import Intent, Local, Value
from edge.understanding.filling import Request
from edge.understanding.onward import onward
from edge.understanding.pointed import OTHER, TARGET, Slots, counterpart, kinds_of, pointed
from edge.understanding.router import Router
from edge.understanding.slots import fill_all
from edge.understanding.spans import Sentence, read
from edge.understanding.text import FILLERS, WAKE_NAMES, core, tokens
from edge.understanding.times import After, Clock, Part, Repeat, date_of
from edge.understanding.wordset import phrase_list, word_set
from edge.vocabulary import WHEN

Tie = Literal["fix", "ask", "more"]
"""How a sentence hangs on the last one: corrects it, asks on, or adds to it."""


@dataclass(frozen=True, slots=True)
class Reference:
    """Whole intents, made of a sentence and what it refers to."""

    intents: tuple[Intent, ...]
    instead: bool = False
    """They take the place of the last turn, which is to be taken back."""


def refer(text: str, last: Sequence[Intent], router: Router, now: datetime) -> Reference | None:
    """What a sentence means after the intents of the last turn; None where it stands alone."""
    words = [word for word in tokens(text) if word not in FILLERS | WAKE_NAMES]
    if not last or not words:
        return None
    tie, rest = _tied(words)
    if _undoing(rest, last):
        return Reference((Intent("assistant.cancel"),), instead=True)
    ahead = onward(words, last, router, now)
    if ahead is not None:
        return Reference(*ahead)
    found = None
    values = read(words, router.index).spans
    if tie is None and len(values) == 1 and values[0].end - values[0].start == len(words):
        tie = "fix" if values[0].what in ("number", "percent", "degrees") else None  # "forty"
    if tie is not None and rest:
        request = Request(read(rest, router.index), router.index, now)
        found = _carried(tie, rest, last, request)
        if tie == "more" and found is None:
            found = _listed(text, rest, last, router, now) or _reminded(rest, last, router, now)
    if found is None:
        found = _reckoned_on(words, last, router, now)
    found = found or _further(words, last)
    if found is not None:
        return found
    aimed = pointed(words, last, router, now)
    return Reference(aimed) if aimed else None


_UNDO = phrase_list("cancel that, undo that, undo it, undo, take that back, scratch that")


def _undoing(words: Sequence[str], last: Sequence[Intent]) -> bool:
    """Whether the last turn is to be taken back ("it" is a thing, "that" is what was done)."""
    made = all(each.name in _MADE for each in last)
    acted = all(each.name not in QUESTIONS for each in last)
    return acted and (" ".join(words) in _UNDO or (made and list(words) == ["cancel", "it"]))


# ── ellipsis: "and the bedroom too", "no, the other one", "make that fifteen minutes" ────────

_PREFIXES: Mapping[Tie, tuple[tuple[str, ...], ...]] = {
    "fix": tuple(
        tuple(phrase.split())
        for phrase in phrase_list(
            "no, sorry, actually, wait, on second thought, on second thoughts, rather, i meant, "
            "i mean, i said, not that one, make that, "
            "make it, change that to, change it to, set that to, set it to"
        )
    ),
    "ask": (
        ("and", "what", "about"), ("and", "how", "about"), ("what", "about"), ("how", "about"),
    ),
    "more": tuple(
        tuple(phrase.split())
        for phrase in phrase_list(
            "and also, and the same for, and the same in, the same for, the same in, same for, "
            "same in, do the same for, do the same in, and, also, plus"
        )
    ),
}  # fmt: skip
_SUFFIXES: Mapping[tuple[str, ...], Tie | None] = {
    ("too",): "more", ("as", "well"): "more", ("also",): "more", ("instead",): "fix",
    ("please",): None, ("thanks",): None, (",",): None,
}  # fmt: skip
_GLUE = word_set("the my our a an in at for to of one ones , and with timer alarm another")
"""Words that an elliptic sentence may have besides what it names."""


def _tied(words: Sequence[str]) -> tuple[Tie | None, list[str]]:
    """How the sentence begins or ends like one that goes on, and what it then says."""
    rest, tie = list(words), None
    while rest and rest[0] in (",", "oh", "okay", "well"):
        rest.pop(0)
    if rest[:1] == ["not"] and "," in rest:  # "not the kitchen, the bedroom"
        rest = ["no", *rest[rest.index(",") :]]
    start = len(rest)
    for kind, prefixes in _PREFIXES.items():
        while lead := next((p for p in prefixes if tuple(rest[: len(p)]) == p), None):
            rest, tie = rest[len(lead) :], kind
            rest = rest[1:] if rest[:1] == [","] else rest
            if kind != "fix":
                break
        if len(rest) < start:
            break
    while tail := next((s for s in _SUFFIXES if tuple(rest[-len(s) :]) == s), None):
        rest = rest[: -len(tail)]
        tie = tie or _SUFFIXES[tail]
    return tie, rest


def _carried(
    tie: Tie, rest: Sequence[str], last: Sequence[Intent], request: Request
) -> Reference | None:
    """The last intent with what the sentence names in the place of what was named then."""
    intent = last[-1]
    if len(last) > 1 and (tie == "fix" or len({each.name for each in last}) > 1):
        return None
    if tuple(rest) in OTHER:
        other = counterpart(intent, request.index.vocabulary)
        acts = intent.name not in QUESTIONS
        return Reference((other,), tie == "fix" and acts) if other else None
    filled = fill_all(intent.name, request)
    sentence = request.sentence
    explained = filled.used | {i for s in sentence.spans for i in range(s.start, s.end)}
    glue = _GLUE | {"on"} if intent.name in _CALENDAR else _GLUE
    if any(word not in glue for i, word in enumerate(rest) if i not in explained):
        return None
    made = [_merged(tie, intent, slots, request, last) for slots in filled.slots]
    whole = tuple(replace(intent, slots=slots) for slots in made if slots is not None)
    if len(whole) < len(made):
        return None
    return Reference(whole, tie == "fix" and _replaces(intent, whole))


QUESTIONS = frozenset(
    {
        "time.now",
        "date.today",
        "home.get_state",
        "home.get_temperature",
        "timer.remaining",
        "math.calculate",
    }
)
"""Intents that do nothing, and that a next sentence may ask on from."""
_DATED = frozenset({"alarm.set", "reminder.set"})
_MADE = _DATED | {"timer.set"}
_CALENDAR = _DATED | {"date.today"}
_LEVELS = ("percent", "delta", "temperature", "unit", "color", "kelvin")
"""What may be set in a home; of these, the new ones take the place of all that were said."""


def _replaces(intent: Intent, made: Sequence[Intent]) -> bool:
    """Whether a correction must first undo: another level of the same thing need not."""
    if intent.name in QUESTIONS:
        return False
    if not intent.name.startswith("home."):
        return intent.name in _DATED or intent.name in ("timer.set", "timer.add")
    was = {key: value for key, value in intent.slots.items() if key in TARGET}
    return any({k: v for k, v in each.slots.items() if k in TARGET} != was for each in made)


def _merged(
    tie: Tie, intent: Intent, slots: Slots, request: Request, last: Sequence[Intent]
) -> Slots | None:
    said = {key: value for key, value in slots.items() if key != "last"}
    old = intent.slots
    match intent.name:
        case "time.now":
            return {**old, **said} if "zone" in said else None
        case "date.today":
            return {**old, **said} if "date" in said else None
        case "timer.set" | "timer.add" if tie == "fix":
            before = old.get("duration")
            length = said.get("duration") or _minutes(before, request.sentence)
            if not isinstance(length, int) or not isinstance(before, int):
                return None
            return {**old, "duration": -abs(length) if before < 0 else length}
        case "alarm.set" | "reminder.set" if tie != "ask":
            moved = _moved(said.get("time"), old.get("time"), request)
            adding = tie == "more" and intent.name == "reminder.set"
            return {**old, "time": moved} if moved and not adding else None
        case "timer.set" if tie == "more" and "another" in request.words:
            length = said.get("duration") or _minutes(old.get("duration"), request.sentence)
            return {"duration": length} if length else None
        case "media.play" if tie == "fix" and {"name", "area"} & said.keys():
            target = {key: value for key, value in said.items() if key in ("name", "area")}
            return {**{k: v for k, v in old.items() if k not in TARGET}, **target}
        case "volume.set" if "percent" in said:
            return {**old, "percent": said["percent"]}
        case name if name.startswith("home.") and name != "home.scene":
            return _in_the_home(old, said, request, last)
        case _:
            return None


def _minutes(before: Value, sentence: Sentence) -> int | None:
    """ "Make it twelve", of what was said in minutes: in seconds."""
    spans = [s for s in sentence.spans if sentence.words[s.start] != "one"]  # "another one"
    numbers = [span.value for span in spans if span.what == "number"]
    in_minutes = isinstance(before, int) and before % 60 == 0 and abs(before) < 3600
    if len(numbers) != 1 or len(spans) > 1 or not in_minutes:
        return None
    return round(float(str(numbers[0])) * 60) or None


def _in_the_home(old: Slots, said: Slots, request: Request, last: Sequence[Intent]) -> Slots | None:
    """Another device or room, or another level, for the same verb."""
    moved = _put_off(old, said, request)
    if moved is not None:
        return moved
    if {"unknown", "delta", "delay"} & said.keys():
        return None
    target = {key: value for key, value in said.items() if key in TARGET}
    if not request.sentence.of("name", "kind") and "all" not in target:
        target = {}  # a kind that the intent itself brings
    levels = {key: value for key, value in said.items() if key in _LEVELS}
    if not target and not levels:
        return None
    roomy = "area" in target and target.keys() <= {"area", "kind"}
    if roomy and not request.sentence.of("kind"):
        vocabulary = request.index.vocabulary
        kinds = {kind for each in last for kind in kinds_of(each.slots, vocabulary)}
        if len(kinds) > 1:
            return None
        target = {"area": target["area"], **({"kind": kinds.pop()} if kinds else {})}
    kept = {
        key: value
        for key, value in old.items()
        if not (target and key in TARGET) and not (levels and key in _LEVELS)
    }
    return {**kept, **target, **levels}


def _put_off(old: Slots, said: Slots, request: Request) -> Slots | None:
    """ "Make that two hours", "no, at eight": another time for a command that waits."""
    kept = {key: value for key, value in old.items() if key not in WHEN}
    lengths = request.sentence.of("duration")
    bare = _minutes(old.get("delay"), request.sentence)
    if "delay" in old and (len(lengths) == 1 or bare):
        return {**old, "delay": bare or int(str(lengths[0].value))}
    if {"delay", "at"} & old.keys() and {"delay", "at"} & said.keys() and not TARGET & said.keys():
        return {**kept, **{key: value for key, value in said.items() if key in WHEN}}
    return None


def _moved(time: Value, before: Value, request: Request) -> str | None:
    """Another clock reading on the same day, or another day at the same reading."""
    pieces = request.sentence.pieces
    if any(isinstance(piece, Repeat) for piece in pieces) or not isinstance(before, str):
        return None
    old = datetime.fromisoformat(before)
    day = date_of(pieces, request.now)
    clock = any(isinstance(p, Clock) for p in pieces) or bool(request.sentence.of("number"))
    if any(isinstance(piece, After) for piece in pieces) or (clock and day):
        return str(time) if time else None
    if clock and isinstance(time, str):
        new = datetime.combine(old.date(), datetime.fromisoformat(time).time())
        if not any(isinstance(p, Part) or (isinstance(p, Clock) and p.exact) for p in pieces):
            turned = datetime.combine(new.date(), (new + timedelta(hours=12)).time())
            new = min((new, turned), key=lambda each: abs(each - old))
    elif day is not None and not clock:
        new = datetime.combine(day, old.time())
    else:
        return None
    return new.isoformat(timespec="minutes") if new > request.now.replace(tzinfo=None) else None


_COMMANDS = word_set(
    "what which who when where why how is are do does can could tell turn switch put set start "
    "play stop pause resume remind wake open close lock unlock dim make cancel then i you it"
)


def _listed(
    text: str, rest: Sequence[str], last: Sequence[Intent], router: Router, now: datetime
) -> Reference | None:
    """ "And bananas": for the list that was added to, if it reads like an addition at all."""
    added = last[-1]
    if added.name != "list.add" or not rest or len(rest) > 6 or _COMMANDS & set(rest):
        return None
    guess = router.decide(core(tokens(text)), now).intents[0]
    made = replace(added, slots={**added.slots, **guess.slots})
    return Reference((made,)) if guess.name == "list.add" and "items" in guess.slots else None


def _reminded(
    rest: Sequence[str], last: Sequence[Intent], router: Router, now: datetime
) -> Reference | None:
    """ "And to feed the cat at seven": another reminder."""
    if last[-1].name != "reminder.set" or rest[0] != "to" or len(rest) < 2:
        return None
    route = router.route(" ".join(("remind me", *rest)), now)
    same = isinstance(route, Local) and [each.name for each in route.intents] == ["reminder.set"]
    return Reference(route.intents) if same and isinstance(route, Local) else None


_OPERATORS = word_set("plus minus times divided multiplied")


def _reckoned_on(
    words: Sequence[str], last: Sequence[Intent], router: Router, now: datetime
) -> Reference | None:
    """ "Plus six", after a sum."""
    result = last[-1].slots.get("result")
    if last[-1].name != "math.calculate" or words[0] not in _OPERATORS or result is None:
        return None
    route = router.route(f"{result} {' '.join(words)}", now)
    return Reference(route.intents) if isinstance(route, Local) else None


# ── "more", "a bit less" ─────────────────────────────────────────────────────────────────────

_DEGREE = word_set("a bit little even much lot still some tad please , and")
_STEPS = frozenset({"volume.up", "volume.down", "home.set_brightness", "home.set_temperature"})


def _further(words: Sequence[str], last: Sequence[Intent]) -> Reference | None:
    """The same step once more, or back."""
    way = set(words) - _DEGREE
    step = last[0]
    if way == {"more"} and len(last) == 1 and "percent" in step.slots and step.name in _STEPS:
        bit = 10 if {"bit", "little", "tad"} & set(words) else 20
        kept = {key: value for key, value in step.slots.items() if key != "percent"}
        return Reference((replace(step, slots={**kept, "delta": bit}),))
    relative = step.name.startswith("volume.") or "delta" in step.slots
    if way not in ({"more"}, {"less"}) or len(last) > 1 or step.name not in _STEPS or not relative:
        return None
    if way == {"more"}:
        return Reference((step,))
    if step.name == "volume.up":
        return Reference((replace(step, name="volume.down"),))
    delta = step.slots.get("delta")
    if step.name == "volume.down" or not isinstance(delta, int | float) or delta < 0:
        return None  # less than dim: brighter, or dimmer still?
    return Reference((replace(step, slots={**step.slots, "delta": -delta}),))
