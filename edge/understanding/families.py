"""Intents that differ by a single word: that word decides, not the statistics."""

from edge.understanding import amounts
from edge.understanding.alarm_slots import MOVING
from edge.understanding.spans import Sentence
from edge.understanding.wordset import word_set

_ON_OFF = frozenset({"home.turn_on", "home.turn_off"})
_TIMER = frozenset({"timer.set", "timer.add", "timer.cancel", "timer.pause", "timer.resume"})
_VOLUME = frozenset({"volume.set", "volume.up", "volume.down"})
_LIGHTS = word_set("light lights lamp lamps lighting brightness")
_SOUND = word_set("volume sound music loud louder quieter audio")
_WIPE = word_set("wipe erase clear empty nuke reset trash")
_ASKING = word_set("is are did do does have was what which when")
_CHECKING = word_set("is are which how did check verify confirm")
_ACTS = frozenset(
    f"home.{verb}" for verb in ("turn_on", "turn_off", "open", "close", "lock", "unlock")
)
_ENDING = frozenset({"assistant.stop", "assistant.cancel"})
_LIST = frozenset({"list.add", "list.remove", "list.clear", "list.read"})

_LIKE_SCENES = frozenset({"home.turn_on", "home.open", "home.set_brightness", "home.set_color"})

_OFF = word_set("off out deactivate disable kill")
_ON = word_set("activate enable")
_TIMER_VERBS = {
    "pause": "timer.pause", "hold": "timer.pause", "resume": "timer.resume",
    "unpause": "timer.resume", "continue": "timer.resume", "cancel": "timer.cancel",
    "stop": "timer.cancel", "delete": "timer.cancel",
}  # fmt: skip
_HALT = word_set("stop quiet shut silence silent halt enough")
_FORGET = word_set("cancel never mind nevermind forget undo disregard ignore scratch")
_ADDING = word_set("remove take subtract decrease reduce shorten increase extend lengthen")
_REMOVING = word_set("remove delete cross scratch strike")


def refine(name: str, sentence: Sentence) -> str:
    """The intent of the same family that the sentence's own words name."""
    words = frozenset(sentence.words)
    told = _outright(name, sentence, words) or _as_the_home_has_it(name, sentence, words)
    if told is not None:
        return told
    if name == "home.scene" and not _is_scene(sentence):
        name = _GREETED.get(" ".join(sentence.words), name)
    if name in _COVERED or (name in (*_ON_OFF, "home.set_brightness") and _is_cover(sentence)):
        name = _covered(name, sentence, words)
    return _of_another_kind(name, sentence, words) or _within(name, sentence, words)


def _outright(name: str, sentence: Sentence, words: frozenset[str]) -> str | None:
    """What the first words say, whatever follows."""
    if sentence.words[:2] == ("remind", "me") and sentence.words[2:3] in _TO_REMIND:
        return "reminder.set"
    if name.startswith("assistant.") and sentence.words[0] == "play" and len(sentence.words) > 1:
        return "media.play"  # "play don't stop me now"
    if sentence.words == ("done",):
        return "assistant.thanks"  # "well done"
    return "assistant.cancel" if words <= _PUT_OFF else None


def _as_the_home_has_it(name: str, sentence: Sentence, words: frozenset[str]) -> str | None:
    """What the kind of the named device makes of a verb: a TV is turned down, not dimmed."""
    if name == "home.set_brightness" and _named_kinds(sentence) in ({"media"}, {"thermostat"}):
        return "volume.set" if _named_kinds(sentence) == {"media"} else "home.set_temperature"
    if name == "home.get_state" and sentence.words[0] in ("leave", "keep"):
        return "home.turn_off" if "off" in words else "home.turn_on" if "on" in words else name
    if (name in _ON_OFF or name in _VOLUME) and _is_volume(sentence, words):
        return "volume.down" if "down" in words else "volume.up"
    if name in _ON_OFF and words & {"up", "down"} and _is_heating(sentence, words):
        return "home.set_temperature"
    if name in _TINTED and words & _TINTS and _is_lit(sentence):
        return "home.set_color"
    if name in _LIKE_SCENES and _is_scene(sentence) and not sentence.of("color", "kelvin"):
        return "home.scene"
    if (sentence.words[0] in _CHECKING or _left(sentence.words)) and name in _ACTS:
        return "home.get_state"
    return None


def _of_another_kind(name: str, sentence: Sentence, words: frozenset[str]) -> str | None:
    """Where a word or a value belongs to another family than the one that was guessed."""
    if name in ("media.pause", "media.play") and _is_appliance(sentence):
        return "home.turn_off" if name == "media.pause" else "home.turn_on"
    if name in _VOLUME and sentence.of("degrees"):
        return "home.set_temperature"
    if name == "list.remove" and "list" not in words:  # "I'm done with the TV"
        if sentence.of("duration"):
            return "timer.add"
        if _done_with(sentence):
            return "home.turn_off"
    if name == "home.turn_on" and sentence.words[0] == "let" and sentence.words[-1] == "in":
        return "home.open"  # "let some light in"
    if name == "timer.set" and "remind" in words and "to" in words:
        return "reminder.set"
    if name == "home.turn_on" and words & {"dark", "darker"} and words & {"make", "leave"}:
        return "home.turn_off"
    lit = name in (*_ON_OFF, "home.set_brightness") and not (
        words & _HALF or sentence.of("percent")
    )
    if lit and sentence.words[0] in _DOORS and words & {"door", "doors"}:
        return _DOORS[sentence.words[0]]  # "open the lighting door", a misheard name
    if name in _ON_OFF and (sentence.of("degrees") or _bare_degrees(sentence, words)):
        return "home.set_temperature"
    if name in _VOLUME and words & _LIGHTS and not words & _SOUND:
        return "home.set_brightness"
    if name == "assistant.repeat" and "replay" in words:
        return "media.previous"
    return "alarm.list" if name == "timer.remaining" and _of_an_alarm(words) else None


_DOORS = {"open": "home.open", "close": "home.close", "shut": "home.close", "lock": "home.lock",
          "unlock": "home.unlock"}  # fmt: skip


def _within(name: str, sentence: Sentence, words: frozenset[str]) -> str:
    """Which of its own family: on or off, lock or unlock, set, add or cancel."""
    if name in ("home.set_brightness", "home.set_temperature", "home.get_temperature"):
        return _light_or_heat(name, sentence, words)
    if name in _ON_OFF or name in ("home.lock", "home.unlock", "home.open", "home.close"):
        return _switched(name, sentence, words)
    if name.startswith("alarm."):
        return _alarm(name, sentence)
    if name == "assistant.thanks" and sentence.words[0] == "help":
        return "assistant.help"
    if name == "timer.set" and words & {"date", "weekday"}:
        return "date.today"
    if name in _TIMER:
        return _timer(name, sentence, words)
    if name in _VOLUME:
        return _volume(name, sentence, words)
    if name in _ENDING and bool(words & _HALT) != bool(words & _FORGET):
        return "assistant.stop" if words & _HALT else "assistant.cancel"
    return _listed(name, sentence.words[0], words) if name in _LIST else name


_TO_REMIND = (("to",), ("that",), ("about",))
_PUT_OFF = word_set("later tomorrow maybe perhaps another time some other not now")
"""Who says no more than these says no: "maybe later", "some other time"."""
_GREETED = {
    "good morning": "assistant.hello", "good evening": "assistant.hello",
    "good night": "assistant.thanks", "goodnight": "assistant.thanks",
}  # fmt: skip
"""What is polite, unless this home has a scene of that name."""
_TINTED = frozenset({*_ON_OFF, "home.set_temperature", "home.set_brightness"})
_TINTS = word_set("warmer cooler colder")


def _is_lit(sentence: Sentence) -> bool:
    """Whether lights are to change, and nothing says by how many degrees or percent."""
    kinds = _named_kinds(sentence) | {span.value for span in sentence.of("kind")}
    return kinds == {"light"} and not sentence.of("degrees", "percent", "number")


def _is_volume(sentence: Sentence, words: frozenset[str]) -> bool:
    """ "Turn the TV down"."""
    media = _named_kinds(sentence) == {"media"}
    return media and bool(words & {"up", "down"}) and not words & {"on", "off", "shut", "power"}


def _is_heating(sentence: Sentence, words: frozenset[str]) -> bool:
    """ "Turn up the heat", and not "turn up with the heater on"."""
    kinds = _named_kinds(sentence) | {span.value for span in sentence.of("kind")}
    return kinds == {"thermostat"} and not words & {"on", "off", "shut", "power"}


_COVERED = frozenset({"home.open", "home.close"})
_UP = word_set("up open raise lift opened")
_DOWN = word_set("down close closed shut lower drop shuts")
_HALF = word_set("half halfway quarter quarters")


def _done_with(sentence: Sentence) -> bool:
    """Whether something of the home is no longer wanted, rather than an item of a list."""
    return bool(sentence.of("name", "kind")) and "with" in sentence.words


def _left(words: tuple[str, ...]) -> bool:
    """ "Has the window been left open": a question, though it begins with no question word."""
    return words[0] in ("has", "have") and bool({"been", "left", "locked", "shut"} & set(words))


def _is_cover(sentence: Sentence) -> bool:
    """Whether only blinds and the like are spoken of ("the garage" is one that is shut)."""
    kinds: set[object] = {n.kind for s in sentence.of("name") for n in s.names if n.kind}
    kinds |= {span.value for span in sentence.of("kind")}
    garage = not kinds and {"garage", "shut"} <= set(sentence.words)
    return kinds == {"cover"} or garage


def _covered(name: str, sentence: Sentence, words: frozenset[str]) -> str:
    """Open, close, or how far, by the words that say which way."""
    if words & _HALF or sentence.of("percent"):
        return "home.set_brightness" if _is_cover(sentence) else name
    drawn = bool(words & {"draw", "pull"})
    up = bool(words & _UP) or (drawn and bool(words & {"back", "apart"}))
    down = bool(words & _DOWN) or ("draw" in words and not up)
    return name if up == down else "home.open" if up else "home.close"


def _named_kinds(sentence: Sentence) -> set[object]:
    return {n.kind for s in sentence.of("name") for n in s.names if n.what == "device"}


def _is_appliance(sentence: Sentence) -> bool:
    """Whether what is stopped or started is a device that plays nothing."""
    kinds = _named_kinds(sentence)
    return bool(kinds) and kinds <= {"switch", "fan", "light"}


def _bare_degrees(sentence: Sentence, words: frozenset[str]) -> bool:
    """ "I'd like it 19 in the bedroom": a number of degrees, and no device."""
    devices = any(not n.names or n.names[0].what == "device" for n in sentence.of("name", "kind"))
    values = [float(str(span.value)) for span in sentence.of("number")]
    likely = len(values) == 1 and (14 <= values[0] <= 28 or 58 <= values[0] <= 82)
    return likely and not devices and "it" in words


def _is_scene(sentence: Sentence) -> bool:
    return any(name.kind == "scene" for span in sentence.of("name") for name in span.names)


def _on(words: tuple[str, ...]) -> bool:
    """Whether there is an "on" that switches ("turn on …"), not one that places ("on the …")."""
    return any(
        word == "on"
        and (
            words[i - 1 : i] in _SWITCHING
            or words[i + 1 : i + 2] not in (("the",), ("my",), ("a",))
        )
        for i, word in enumerate(words)
    )


_SWITCHING = tuple((verb,) for verb in ("turn", "switch", "put", "power", "turned", "switched"))


def _light_or_heat(name: str, sentence: Sentence, words: frozenset[str]) -> str:
    if sentence.of("kelvin", "color") and words & {"temperature", "color", "colour", "white"}:
        return "home.set_color"
    if name == "home.set_brightness" and sentence.of("name", "kind"):
        amount = amounts.share(sentence, amounts.BRIGHTER, amounts.DIMMER, 20)
        if not amount:
            return "home.turn_off" if words & _OFF else "home.turn_on"
    if name == "home.set_temperature" and sentence.of("percent") and not sentence.of("degrees"):
        return "home.set_brightness"
    return name


def _switched(name: str, sentence: Sentence, words: frozenset[str]) -> str:
    if name in _ON_OFF:
        off, on = bool(words & _OFF), bool(words & _ON) or _on(sentence.words)
        return name if off == on else "home.turn_off" if off else "home.turn_on"
    if name in ("home.lock", "home.unlock") and _freed(sentence.words):
        return "home.unlock"
    for verb in ("unlock", "lock", "open", "close"):
        if verb in words:
            return f"home.{verb}"
    return name


def _freed(words: tuple[str, ...]) -> bool:
    """ "Undo the bolt", "open the lock", "take it off the lock"."""
    said = f" {' '.join(words)} "
    return bool(_FREED & set(words)) or any(f" {verb} lock " in said for verb in _OFF_THE_LOCK)


_FREED = word_set("undo unbolt release")
_OFF_THE_LOCK = ("open the", "off the", "off its")


def _alarm(name: str, sentence: Sentence) -> str:
    words = sentence.words
    first = words[0]
    alarm = bool({"alarm", "alarms"} & set(words))
    shifted = bool(sentence.of("duration")) and bool(_SHIFTED & set(words))
    named = alarm and not {"cancel", "delete", "remove", "off"} & set(words)
    if named and (MOVING & set(words) or (shifted and first in ("set", "make", "put"))):
        return "alarm.move"
    if first in _ASKING and words[1:2] != ("not",):
        return "alarm.list"
    if first in ("remove", "delete", "cancel"):
        return "alarm.cancel"
    if name == "alarm.move":
        return "alarm.set" if {"set", "wake"} & set(words) else "alarm.list"
    return name


def _of_an_alarm(words: frozenset[str]) -> bool:
    """ "How long until my alarm"."""
    return bool(words & {"alarm", "alarms"}) and not words & {"timer", "timers"}


_SHIFTED = word_set("earlier later sooner")


def _timer(name: str, sentence: Sentence, words: frozenset[str]) -> str:
    first = sentence.words[0]
    if name == "timer.pause" and not words & _PAUSES:
        name = "timer.set"  # "timer forty five"
    if len(sentence.masked()) == 1 and sentence.of("duration"):
        return "timer.set"
    if words & {"status", "left", "remaining"} and name == "timer.set":
        return "timer.remaining"
    if sentence.of("duration") and _goes_on(words):
        return "timer.add"
    if sentence.of("duration") and (words & _ADDING or first == "add") and name != "timer.cancel":
        return "timer.add"
    return _TIMER_VERBS.get(first, name)


_PAUSES = word_set("pause paused pausing hold stop halt freeze wait suspend break")


def _goes_on(words: frozenset[str]) -> bool:
    """Whether a duration is to be added: "by …", "another … on it", "… longer"."""
    more = words & _MORE or (words & _ANOTHER and words & {"on", "it"} and "for" not in words)
    return "by" in words or (bool(more) and not words & {"set", "start", "new"})


_MORE = word_set("longer extra onto tack")
_ANOTHER = word_set("another more")


def _volume(name: str, sentence: Sentence, words: frozenset[str]) -> str:
    amount = amounts.share(sentence, amounts.LOUDER, amounts.QUIETER, 10, small=True)
    if "percent" in amount:
        return "volume.set"
    delta = amount.get("delta")
    if isinstance(delta, int | float):
        return "volume.up" if delta > 0 else "volume.down"
    return name


def _listed(name: str, first: str, words: frozenset[str]) -> str:
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
