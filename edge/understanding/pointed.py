"""What "it", "them" and "the other one" point at, and what needs no word for it. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from edge.events import Intent, Local, Value
from edge.understanding.router import Router
from edge.understanding.spans import Sentence, read
from edge.understanding.text import core
from edge.understanding.wordset import word_set
from edge.vocabulary import Vocabulary

Slots = Mapping[str, Value]

TARGET = frozenset({"name", "area", "kind", "all", "except", "candidates"})
"""Slots that say which device is meant."""
OTHER = (("the", "other", "one"), ("the", "other"), ("other", "one"))
"""The one that was not spoken of."""
_ONE, _MANY = word_set("it that this"), word_set("them those these both")
_ELSEWHERE = word_set("here your all everything everywhere every")
_LEVELLED: Mapping[str, frozenset[str]] = {
    "home.set_brightness": frozenset({"light", "cover", "fan"}),
    "home.set_color": frozenset({"light"}),
    "home.set_temperature": frozenset({"thermostat"}),
}
_WARMTH = frozenset({"home.set_temperature", "home.get_temperature"})
_LONGEST = 7
"""Words of a sentence that names no device and may yet mean one."""


def pointed(
    words: Sequence[str], last: Sequence[Intent], router: Router, now: datetime
) -> tuple[Intent, ...] | None:
    """A command that the router knows, for what was spoken of last."""
    said = _as_it(words)
    other = said != list(words)
    pronoun = bool((_ONE | _MANY) & set(said))
    if not pronoun and len(words) > _LONGEST:
        return None
    said = [word for word in said if word != "again"] if pronoun else said
    route = router.route(" ".join(said), now)
    if not isinstance(route, Local):
        return None
    sentence = read(core(said), router.index)
    aimed = [_aimed(intent, sentence, last, router.vocabulary) for intent in route.intents]
    if other:
        aimed = [[o for i in each if (o := counterpart(i, router.vocabulary))] for each in aimed]
    pairs = zip(route.intents, aimed, strict=True)
    whole = tuple(each for intent, found in pairs for each in found or [intent])
    return whole if any(aimed) else None


def _as_it(words: Sequence[str]) -> list[str]:
    """ "Turn off the other one" as "turn off it"."""
    for phrase in OTHER:
        for i in range(1, len(words) - len(phrase) + 1):
            if tuple(words[i : i + len(phrase)]) == phrase:
                return [*words[:i], "it", *words[i + len(phrase) :]]
    return list(words)


def _aimed(
    intent: Intent, sentence: Sentence, last: Sequence[Intent], vocabulary: Vocabulary
) -> list[Intent]:
    """The intent for each target of the last turn; empty where it needs none, or none fits."""
    words = set(sentence.words)
    if "last" in intent.slots:
        targets = _targets(last, words, intent.name)
    elif sentence.of("name", "kind", "room") or words & _ELSEWHERE:
        return []
    elif intent.name in _LEVELLED:
        targets = [
            target
            for target in _targets(last, words, intent.name)
            if kinds_of(target, vocabulary) & _LEVELLED[intent.name]
            or (intent.name in _WARMTH and all(each.name in _WARMTH for each in last))
        ]
    elif intent.name in ("media.pause", "media.resume") and words & _ONE and _is_timer(last):
        named = {k: v for k, v in last[0].slots.items() if k in ("name", "duration")}
        return [replace(intent, name=intent.name.replace("media", "timer"), slots=named)]
    elif intent.name.startswith(("media.", "volume.")) and intent.name != "media.play":
        played = all(each.name.startswith(("media.", "volume.")) for each in last)
        targets = [
            target
            for target in _targets(last, words, intent.name)
            if played or (words & _ONE and kinds_of(target, vocabulary) == {"media"})
        ]
    else:
        return []
    free = {k: v for k, v in intent.slots.items() if k not in TARGET and k != "last"}
    return [replace(intent, slots={**free, **target}) for target in targets]


def _is_timer(last: Sequence[Intent]) -> bool:
    return len(last) == 1 and last[0].name in ("timer.set", "timer.pause", "timer.resume")


def _targets(last: Sequence[Intent], words: set[str], name: str) -> list[dict[str, Value]]:
    """What the last turn was about; nothing if that is several things and one is spoken of."""
    found: list[dict[str, Value]] = []
    for intent in last:
        target = {key: value for key, value in intent.slots.items() if key in TARGET}
        ours = intent.name.startswith(("home.", "media.", "volume."))
        if intent.name == "home.get_temperature" and name not in _WARMTH:
            continue  # to ask how warm a room is says nothing about its lights
        if ours and target and target not in found:
            found.append(target)
    return found if len(found) == 1 or words & _MANY else []


def kinds_of(target: Slots, vocabulary: Vocabulary) -> set[str]:
    """Which kinds of devices a target surely is of; empty where that is open."""
    if "kind" in target:
        return {str(target["kind"])}
    return {each.kind for each in vocabulary.devices if each.name == target.get("name")}


def counterpart(intent: Intent, vocabulary: Vocabulary) -> Intent | None:
    """The same for the one other device of its kind; the nearest ones to choose from if more."""
    one = next((d for d in vocabulary.devices if d.name == intent.slots.get("name")), None)
    if one is None or not intent.name.startswith("home."):
        return None
    kin = [d for d in vocabulary.devices if d.kind == one.kind and d.name != one.name]
    near = [each for each in kin if each.area == one.area] or kin
    if not 1 <= len(near) <= 3:
        return None
    kept = {key: value for key, value in intent.slots.items() if key not in TARGET}
    names = [each.name for each in near]
    choice: Slots = {"name": names[0]} if len(names) == 1 else {"candidates": names}
    return replace(intent, slots={**kept, **choice})
