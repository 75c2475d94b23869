"""Which of its own family a guess of alarms, timers, volume or lists is, by the words said."""

from collections.abc import Sequence
from itertools import pairwise

from edge.understanding import amounts
from edge.understanding.alarm_slots import MOVING
from edge.understanding.spans import Sentence
from edge.understanding.wordset import word_set

_SOUND = word_set("volume sound music loud louder quieter audio")
_WIPE = word_set("wipe erase clear empty nuke reset trash")
_ASKING = word_set("is are did do does have was what which when")
_TIMER_VERBS = {
    "pause": "timer.pause", "hold": "timer.pause", "resume": "timer.resume",
    "unpause": "timer.resume", "continue": "timer.resume", "cancel": "timer.cancel",
    "stop": "timer.cancel", "delete": "timer.cancel",
}  # fmt: skip
_ADDING = word_set("remove take subtract decrease reduce shorten increase extend lengthen")
_REMOVING = word_set("remove delete cross scratch strike")


def alarm(name: str, sentence: Sentence) -> str:
    """Set, cancelled, moved or asked for."""
    words = sentence.words
    first = words[0]
    alarm = bool({"alarm", "alarms"} & set(words))
    shifted = bool(sentence.of("duration")) and bool(_SHIFTED & set(words))
    named = alarm and not {"cancel", "delete", "remove", "off"} & set(words)
    if named and (MOVING & set(words) or (shifted and first in ("set", "make", "put"))):
        return "alarm.move"
    if first == "have" and words[1:2] in (("an",), ("a",)):
        return "alarm.set"  # "can I have an alarm at noon"
    if "instead" in words and alarm and len(sentence.of("time", "number")) > 1:
        return "alarm.move"
    if first in _ASKING and words[1:2] != ("not",):
        return "alarm.list"
    if first == "set" and name == "alarm.list":
        return "alarm.set"
    if name == "alarm.cancel" and first in ("turn", "switch") and "on" in words:
        return "alarm.set"
    both = "timers" in words and "alarms" in words
    if name == "alarm.cancel" and both and words.index("timers") < words.index("alarms"):
        return "timer.cancel"  # what else one verb asks for is added (`router._beside`)
    if first in ("remove", "delete", "cancel"):
        return "alarm.cancel"
    if first in _ENDED or words[:2] in (("get", "rid"), ("take", "away")):
        return "alarm.cancel"
    if "status" in words:
        return "alarm.list"
    if name == "alarm.move":
        return "alarm.set" if {"set", "wake"} & set(words) else "alarm.list"
    return name


def of_an_alarm(words: frozenset[str]) -> bool:
    """ "How long until my alarm"."""
    return bool(words & {"alarm", "alarms"}) and not words & {"timer", "timers"}


_ENDED = word_set("stop kill scrap")
_SHIFTED = word_set("earlier later sooner")


def timer(name: str, sentence: Sentence, words: frozenset[str]) -> str:
    """Set, changed, paused or asked for."""
    first = sentence.words[0]
    if name == "timer.pause" and not words & _PAUSES:
        name = "timer.set"  # "timer forty five"
    if len(sentence.masked()) == 1 and sentence.of("duration"):
        return "timer.set"
    if words & {"status", "left", "remaining"} and name == "timer.set":
        return "timer.remaining"
    if sentence.of("duration") and (_goes_on(words) or _taken_off(sentence)):
        return "timer.add"
    if sentence.of("duration") and (words & _ADDING or first == "add") and name != "timer.cancel":
        return "timer.add"
    begun = first in ("set", "start") or words <= {"timer", "a", "new", "another"}
    if begun and name == "timer.cancel" and not words & {"off", "cancel"}:
        return "timer.set"
    return _TIMER_VERBS.get(first, name)


_PAUSES = word_set("pause paused pausing hold stop halt freeze wait suspend break")


def _goes_on(words: frozenset[str]) -> bool:
    """Whether a duration is to be added: "by …", "another … on it", "… longer"."""
    more = words & _MORE or (words & _ANOTHER and words & {"on", "it"} and "for" not in words)
    return "by" in words or (bool(more) and not words & {"set", "start", "new"})


def _taken_off(sentence: Sentence) -> bool:
    """ "Remove five minutes from the timer"; "remove the five minute timer" cancels it."""
    return sentence.words[0] in _ADDING and any(
        part == "<dur>" and after in ("from", "off") for part, after in pairwise(sentence.masked())
    )


_MORE = word_set("longer extra onto tack")
_ANOTHER = word_set("another more")


def volume(name: str, sentence: Sentence, words: frozenset[str]) -> str:
    """Louder, quieter, to a level, or off."""
    if "mute" in words and not words & _UNMUTED:
        return "volume.mute"
    if name == "volume.unmute" or (name == "volume.mute" and not words & _SOUND):
        return name
    amount = amounts.share(sentence, amounts.LOUDER, amounts.QUIETER, 10, small=True)
    if "percent" in amount:
        return "volume.set"
    delta = amount.get("delta")
    if isinstance(delta, int | float):
        return "volume.up" if delta > 0 else "volume.down"
    up, down = bool(words & _HIGHER), bool(words & _LOWER)
    if "loud" in words and "volume" not in words:
        up, down = (up or not words & _EXCESSIVE), (down or bool(words & _EXCESSIVE))
    return name if up == down else "volume.up" if up else "volume.down"


_UNMUTED = word_set("unmute un undo off end stop cancel disable remove no not back out from")
_HIGHER = word_set("up louder raise increase higher high boost amplify loudly")
_LOWER = word_set("down quieter softer lower decrease reduce slow low soft softly lessen")
_EXCESSIVE = word_set("too so very less not quite awfully bit")


def listed(name: str, said: Sequence[str], words: frozenset[str]) -> str:
    """Added to, removed from, read or emptied."""
    first, pairs = said[0], set(pairwise(said))
    if first in _READING or (first == "list" and words & _ALL_OF_IT):
        return "list.read"
    if name == "list.read" and (pairs & _PUTTING or ("out", "of") in pairs):
        return "list.add"
    if name == "list.read" and first == "check" and "off" in words:
        return "list.remove"
    if name == "list.clear" and not words & _EMPTYING:
        return "list.add" if words & _MAKING else "list.read"
    if first in _WIPE or (first in _REMOVING and words & {"everything", "all"}):
        return "list.clear"
    if first in _ASKING and "if" not in words:
        return "list.read"
    if first == "add":
        return "list.add"
    if name == "list.read" and words & {"cancel", "wipe", "erase", "delete"}:
        return "list.clear"
    if name == "list.clear" and words & _REMOVING and not words & {"everything", "all", "list"}:
        return "list.remove"
    return name


_READING = word_set("read show count describe recite")
_PUTTING = {(verb, what) for verb in ("add", "put", "stick") for what in ("it", "that", "them")}
_ALL_OF_IT = word_set("everything all items things what contents")
_MAKING = word_set("create make start begin new generate")
_EMPTYING = word_set(
    "clear empty erase wipe reset delete clean nuke trash everything all over again restart "
    "scratch scrap bin ditch flush dump fresh blank afresh rid remove chuck lose done take cross "
    "strike knock bought got"
)
"""Words of which one says that nothing is to stay: a new list is no reason to lose the old."""
