"""Local or cloud: pure. The model guesses, the slots must parse, the words must be explained."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import pairwise
from typing import Literal

from edge.events import Cloud, Intent, Local, Route
from edge.understanding import amounts, holidays
from edge.understanding.alarm_slots import MOVING
from edge.understanding.evidence import ASKING, judge
from edge.understanding.families import refine, reminded, tuned_in
from edge.understanding.filling import Filled, Request
from edge.understanding.lexicon import (
    ANCHORS,
    BEGINNINGS,
    MAY_END,
    OPEN_ENDINGS,
    STOP,
)
from edge.understanding.mended import mended
from edge.understanding.model import THINGS, Guess, IntentModel
from edge.understanding.names import ROOMS, NameIndex
from edge.understanding.numbers import cardinal
from edge.understanding.outright import named_outright
from edge.understanding.plans import of_plans
from edge.understanding.puttingright import put_right
from edge.understanding.slots import fill_all, missing
from edge.understanding.spans import Sentence, read
from edge.understanding.targets import is_kind
from edge.understanding.text import FILLERS, core, tokens
from edge.understanding.withheld import ANSWERS, idiom, to_be_played, withheld
from edge.understanding.worded import worded
from edge.understanding.wordset import word_set
from edge.vocabulary import Vocabulary

Completeness = Literal["complete", "question", "open", "fragment"]

_JOINTS = frozenset({"and", "then", ","})
_VERBS = word_set(
    "turn switch put set start play stop pause resume add remove delete cancel open close "
    "lock unlock dim brighten make raise lower increase decrease mute unmute skip remind "
    "wake tell what how is activate deactivate volume close shut create take clear read "
    "give show flip roll convert get"
)
"""Words that a second command begins with."""
COMMANDING = _VERBS - word_set("what how is") | word_set(
    "timer timers alarm alarms volume music song track list lights light on off up down up next "
    "previous called minutes seconds hours percent degrees reminder brightness floor"
)
"""Words that commands are made of."""
_SAYS_NOTHING = word_set("the a an and or but of for to at by from with as it this that i we my")
"""Words that the noise is heard as."""
_UNFINISHED = frozenset({"math.calculate", "unit.convert", "home.scene"})
"""Intents that are nothing without their slots: there is nothing to ask back."""


@dataclass(frozen=True, slots=True)
class Decision:
    """What became of one sentence."""

    intents: tuple[Intent, ...]
    probability: float
    """That the device should do it."""
    guess: Guess
    lacking: bool
    """A required slot is missing."""
    unexplained: tuple[str, ...]


class Router:
    """Decides for a home; a changed vocabulary needs a new router."""

    def __init__(
        self, model: IntentModel, vocabulary: Vocabulary, threshold: float | None = None
    ) -> None:
        self.model = model
        self.vocabulary = vocabulary
        self.threshold = model.threshold if threshold is None else threshold
        self.index = NameIndex(vocabulary)
        self.things = model.words.get(THINGS, frozenset())

    def route(self, text: str, now: datetime) -> Route:
        """Where a sentence goes; `now` is the user's wall clock."""
        words = mended(put_right(core(tokens(text)), self.index), self.index)
        if not words:
            return Cloud("empty")
        if _SAYS_NOTHING.issuperset(words):
            return Cloud("no command")
        by_form = worded(words)
        if by_form and (by_form[0].name != "media.get" or self._plays()):
            return Local(by_form, "worded")
        planned = of_plans(words, lambda command: self._sure(command, now))
        if planned is not None:
            return Local((planned,), "planned")
        whole = self.decide(words, now)
        if whole.intents[0].name == "media.play" and self._together(tokens(text), words):
            return Cloud("a game", whole.intents[0])
        parts = self._compound(words, now)
        if parts and not (_warmth(whole) and parts[0].name.startswith("volume.")):
            return Local(parts, "compound")
        if whole.probability < self.threshold:
            reason = "no command" if whole.guess.command < 0 else "not sure"
            return Cloud("unexplained words" if whole.unexplained else reason, whole.intents[0])
        if whole.lacking and whole.intents[0].name in _UNFINISHED and not _general(words):
            return Cloud("not understood", whole.intents[0])
        return Local(whole.intents, loose=bool(whole.unexplained))

    def _together(self, said: Sequence[str], words: Sequence[str]) -> bool:
        """ "Let's play canasta": no music, unless a word says so or an artist is known."""
        led = ("let", "us", "play") in zip(said, said[1:], said[2:], strict=False)
        if not led or words[0] != "play":
            return False
        return not self.model.lexicon("media.play") & (set(words[1:]) - STOP)

    def _plays(self) -> bool:
        """Whether there is a player here, which may know what it plays."""
        return any(device.kind == "media" for device in self.vocabulary.devices)

    def _sure(self, words: Sequence[str], now: datetime) -> Intent | None:
        found = self.decide(words, now)
        sure = found.probability >= self.threshold and not found.lacking
        return found.intents[0] if sure and len(found.intents) == 1 else None

    def begins_anew(self, text: str, name: str, now: datetime) -> bool:
        """Whether a sentence is a whole command, rather than an answer for the intent `name`."""
        words = core(tokens(text))
        if not words or words[0] not in _VERBS:
            return False
        route = self.route(text, now)
        return isinstance(route, Local) and not any(
            each.name == name or missing(each.name, each.slots) for each in route.intents
        )

    def completeness(self, text: str, now: datetime | None = None) -> Completeness:
        """Whether a sentence is over, may go on, or cannot be over yet."""
        said = tokens(text)
        while said and said[-1] == ",":
            said.pop()
        words = core(said)
        if not words or said[-1] in FILLERS:
            return "fragment"
        if tuple(word for word in words if word != ",") in BEGINNINGS:
            return "fragment"
        last = words[-1]
        if last in OPEN_ENDINGS and not (last in MAY_END and len(words) > 1):
            return "fragment"
        decision = self.decide(words, now or _ANY_TIME)
        if decision.probability < self.threshold:
            return "open"
        if decision.lacking:
            return "fragment" if last in MAY_END else "open"
        return "open" if _of_what(decision, last) else "complete"

    def decide(self, words: Sequence[str], now: datetime) -> Decision:
        """Read one sentence as one command."""
        sentence = read(words, self.index)
        guess = self.model.guess(sentence.masked())
        named = named_outright(sentence)
        if named is not None:
            return Decision((named,), _CERTAIN, guess, False, ())
        name = refine(guess.name, sentence)
        if name == "media.play" and self._is_thing(sentence.words):
            name = "home.turn_on"
        lexicon = self._lexicon(name)
        filled = fill_all(name, Request(sentence, self.index, now, lexicon, self.things))
        evidence = judge(name, guess, sentence, filled, lexicon)
        probability = self.model.card.gate(evidence.values)
        if name == "time.now" and evidence.unexplained and "zone" not in filled.slots[0]:
            probability = min(probability, _NONSENSE)  # the time of a place that nobody knows
        if evidence.unexplained and sentence.words[0] in _MODALS and name not in ANSWERS:
            probability = min(probability, _NONSENSE)  # "can the lights be hacked"
        if withheld(name, sentence, evidence.lacking):
            probability = min(probability, _NONSENSE)
        if name == "volume.set" and evidence.unexplained and not _heard(sentence):
            probability = min(probability, _NONSENSE)  # "switch careers at forty"
        strange = name in ("assistant.hello", "assistant.help") and len(sentence.words) == 1
        if strange and evidence.unexplained:
            probability = min(probability, _NONSENSE)  # "flooring", which nobody greets with
        if idiom(name, sentence, evidence.unexplained):
            probability = min(probability, _NONSENSE)
        if name == "home.scene" and not self._scenic(filled, sentence.words):
            probability = min(probability, _NONSENSE)
        if name == "media.play" and not self._plausible(filled):
            filled.slots[0].pop("unknown")  # "in the thirties": when, and not where
        if not self._plausible(filled):
            probability = min(probability, _NONSENSE)
        intents = tuple(Intent(name, slots, probability) for slots in filled.slots)
        intents += _beside(intents, sentence)
        found = Decision(intents, probability, guess, evidence.lacking, evidence.unexplained)
        if probability >= self.threshold and not (evidence.lacking and name in _UNFINISHED):
            return found
        return self._reckoned(sentence, guess, now) or found

    def _reckoned(self, sentence: Sentence, guess: Guess, now: datetime) -> Decision | None:
        """What parses to the last word, or names a song as one, whatever the model thinks."""
        if tuned_in(sentence) or (guess.name == "media.play" and to_be_played(sentence.words)):
            slots = fill_all("media.play", Request(sentence, self.index, now)).slots[0]
            return Decision((Intent("media.play", slots, _CERTAIN),), _CERTAIN, guess, False, ())
        if reminded(sentence) and not withheld("reminder.set", sentence, False):
            slots = fill_all("reminder.set", Request(sentence, self.index, now)).slots[0]
            if "text" in slots:
                found = Intent("reminder.set", slots, _CERTAIN)
                return Decision((found,), _CERTAIN, guess, False, ())
        dated = holidays.asks(sentence.words, now.date())
        if dated:
            slots = fill_all("date.today", Request(sentence, self.index, now)).slots[0]
            return Decision((Intent("date.today", slots, _CERTAIN),), _CERTAIN, guess, False, ())
        words = sentence.words
        shared = bool(_SHARED & set(words))
        if (_TAKEN & set(words) and not shared) or ("days", "off") in pairwise(words):
            return None  # "how many days off have I had this year"
        for name in ("unit.convert", "math.calculate"):
            lexicon = self.model.lexicon(name)
            filled = fill_all(name, Request(sentence, self.index, now, lexicon, self.things))
            evidence = judge(name, guess, sentence, filled, lexicon)
            if not evidence.lacking and not evidence.unexplained:
                intent = Intent(name, filled.slots[0], _CERTAIN)
                return Decision((intent,), _CERTAIN, guess, False, ())
        return None

    def _lexicon(self, name: str) -> frozenset[str]:
        """The words of an intent; to move an alarm takes those of cancelling and setting one."""
        if name != "alarm.move":
            return self.model.lexicon(name)
        known = self.model.lexicon("alarm.cancel") | self.model.lexicon("alarm.set")
        return known | MOVING | _HITHER

    def _is_thing(self, words: Sequence[str]) -> bool:
        """ "Pop the kettle on": nothing that plays."""
        if words[0] not in _PUTTING or words[-1] != "on" or len(words) < 3:
            return False
        named = [word for word in words[1:-1] if word not in ("the", "my", "a")]
        return bool(named) and all(
            word in self.things and word not in ANCHORS["media.play"] for word in named
        )

    def _scenic(self, filled: Filled, words: Sequence[str]) -> bool:
        """Whether a scene is one of this home, or is called one, or is named in few words."""
        name = str(filled.slots[0].get("name", ""))
        known = any(each.kind == "scene" and each.name == name for each in self.vocabulary.devices)
        return known or bool(_SCENIC & set(words)) or len(name.split()) < 3

    def _plausible(self, filled: Filled) -> bool:
        """Whether an unknown name could be a device's: "the fountain", not "the charm"."""
        names = [str(slots["unknown"]).split() for slots in filled.slots if "unknown" in slots]
        return all(
            any(word in self.things or word in ROOMS or is_kind(word) for word in name)
            for name in names
        )

    def _compound(self, words: Sequence[str], now: datetime) -> tuple[Intent, ...]:
        """Several commands of one breath, when each stands on its own; else none.

        What stands before a comma and orders nothing is why, or of what: "it's dark, turn on the
        lamp", "the blinds, open them".
        """
        for i in range(1, len(words) - 1):
            if words[i] not in _JOINTS:
                continue
            first, rest = list(words[:i]), core(words[i + 1 :])
            rest = self._of_the_same(first, rest)
            if first[-1] in _JOINTS or not rest:
                continue
            why = words[i] == "," and first[0] in _FOR_A_REASON and self._stands_alone(rest)
            goes_on = rest[1:2] in (["on"], ["off"]) or self._goes_on(first, rest)
            if rest[0] not in _VERBS and not goes_on and not why:
                continue
            if len(rest) == 1 and rest[0] in ASKING:
                continue
            if {"out", "of"} <= set(first) and "list" in rest and not _ADDED & set(rest):
                continue  # "I'm out of cleaning supplies, remind me on my list"
            left, right = self.decide(first, now), self.decide(rest, now)
            if right.probability < self.threshold or right.lacking:
                continue
            ordered = first[0] in _VERBS or bool(_PARTICLES & {first[-1]})
            ordered = ordered or (goes_on and rest[1] in ("on", "off"))
            done = left.probability >= self.threshold and not left.lacking
            more = self._compound(rest, now) or right.intents
            if _WHICH & set(rest) and not self._stands_alone(rest):
                more = tuple(_pointed(each, left.intents) for each in more)
            if words[i] == "," and _WHICH & set(rest) and _only_why(left):
                return more
            if done and (ordered or words[i] != ","):
                return (*left.intents, *more)
            apart = any(
                (each.name in ANSWERS or each.name in _CHAT) and each.slots.keys() <= _VAGUE
                for each in more
            )
            if words[i] == "," and not ordered and not _SAYING & set(first) and not apart:
                return more
        return ()

    def _of_the_same(self, first: Sequence[str], rest: list[str]) -> list[str]:
        """ "Lights on in the bedroom, off in the kitchen": the lights there, too."""
        if len(rest) < 2 or rest[0] not in ("on", "off") or rest[1] not in ("in", "at"):
            return rest
        kinds = read(first, self.index).of("kind")
        return [*first[kinds[0].start : kinds[0].end], *rest] if len(kinds) == 1 else rest

    def _goes_on(self, first: Sequence[str], rest: Sequence[str]) -> bool:
        """Whether the verb of the first half does for both: "the lamp on and the printer off"."""
        particles = bool(_PARTICLES & set(first)) and rest[-1] in _PARTICLES
        return particles and self._stands_alone(rest)

    def _stands_alone(self, words: Sequence[str]) -> bool:
        """Whether a half of a sentence names what it is about."""
        return bool(read(words, self.index).of("name", "kind"))


def _warmth(whole: Decision) -> bool:
    """ "I'm roasting, turn it down": the heating, as the first half says."""
    return whole.intents[0].name == "home.set_temperature"


def _of_what(decision: Decision, last: str) -> bool:
    """Whether "minutes" may just be coming: "a timer for forty five"."""
    return decision.intents[0].name == "timer.set" and cardinal([last], 0) is not None


def _general(words: Sequence[str]) -> bool:
    """Whether a sum is asked for, but none is named: "help me with a math problem"."""
    return bool(_SUMS & set(words)) and all(word in _SUMS | STOP for word in words)


_ADDED = word_set("add put write note")
_SUMS = word_set(
    "math maths calculate calculation problem issue equation sum solve help assistance do work "
    "mathematical question answer arithmetic"
)


def _beside(intents: Sequence[Intent], sentence: Sentence) -> tuple[Intent, ...]:
    """What one verb asks for besides: "warm white at 40 percent", "all timers and alarms"."""
    first = intents[0]
    if first.name == "home.set_color" and sentence.of("percent"):
        level = amounts.share(sentence, amounts.BRIGHTER, amounts.DIMMER, None)
        aims = [{k: v for k, v in each.slots.items() if k in _AIMED} for each in intents]
        return tuple(Intent("home.set_brightness", {**aim, **level}, first.score) for aim in aims)
    if first.name in _ENDED and {"timers", "alarms"} <= set(sentence.words):
        return (Intent(_ENDED[first.name], {"all": True}, first.score),)
    return ()


_ENDED = {"timer.cancel": "alarm.cancel", "alarm.cancel": "timer.cancel"}


def _heard(sentence: Sentence) -> bool:
    """Whether a sentence speaks of sound, or of what makes some."""
    named = [each for span in sentence.of("name", "kind") for each in span.names]
    return bool(_SOUND & set(sentence.words)) or any(each.kind == "media" for each in named)


_SOUND = word_set("volume sound audio music loud louder loudness quieter speaker speakers")


def _only_why(left: Decision) -> bool:
    """ "Did I leave the lamp on? If so, turn it off": the state need not be told."""
    return left.intents[0].name == "home.get_state"


def _pointed(intent: Intent, before: Sequence[Intent]) -> Intent:
    """ "Turn on the lamp and make it red": it is the lamp."""
    target = {key: v for key, v in before[0].slots.items() if key in _AIMED}
    ours = intent.name.startswith("home.") and before[0].name.startswith("home.")
    if not ours or not target or len(before) != 1:
        return intent
    rest = {key: value for key, value in intent.slots.items() if key not in (*_AIMED, "last")}
    return replace(intent, slots={**rest, **target})


_AIMED = ("name", "area", "kind", "all")
_WHICH = word_set("it them that those")
_CHAT = frozenset({"assistant.cancel", "assistant.thanks", "assistant.stop"})
_VAGUE = frozenset({"last", "asked", "list"})
"""Of questions and chat with no more than these, a story before them is the subject and not we: "I
lost my card, what do I do", "…, can you cancel it"."""
_FOR_A_REASON = word_set("i we it somebody someone there my")
_SAYING = word_set("said says told tell who he she they")
_PARTICLES = word_set("on off up down open shut closed red green blue white")


_SCENIC = word_set("scene mode script activate scenes mood")
_MODALS = word_set("can could will would may might does do did is are was were")
_TAKEN = word_set("had between")
_SHARED = word_set("split divide share difference")
_HITHER = word_set("later earlier sooner forward instead hour hours minutes")
_PUTTING = word_set("put pop stick whack bung chuck flick get")
_NONSENSE, _CERTAIN = 0.1, 0.99
_ANY_TIME = datetime(2000, 1, 3, 12)


BEGINNERS = _VERBS | ASKING | word_set("i it we my the a there please")
"""Words that a sentence may well begin with."""
