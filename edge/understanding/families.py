"""Intents that differ by a single word: that word decides, not the statistics."""

from edge.understanding import amounts, units
from edge.understanding.spans import Sentence
from edge.understanding.within import alarm, listed, of_an_alarm, timer, volume
from edge.understanding.wordset import word_set

_ON_OFF = frozenset({"home.turn_on", "home.turn_off"})
_TIMER = frozenset({"timer.set", "timer.add", "timer.cancel", "timer.pause", "timer.resume"})
_VOLUME = frozenset({"volume.set", "volume.up", "volume.down"})
_LIGHTS = word_set("light lights lamp lamps lighting brightness")
_SOUND = word_set("volume sound music loud louder quieter audio")
_CHECKING = word_set("is are which how did check verify confirm")
_ACTS = frozenset(
    f"home.{verb}" for verb in ("turn_on", "turn_off", "open", "close", "lock", "unlock")
)
_ENDING = frozenset({"assistant.stop", "assistant.cancel"})
_LIST = frozenset({"list.add", "list.remove", "list.clear", "list.read"})

_LIKE_SCENES = frozenset({"home.turn_on", "home.open", "home.set_brightness", "home.set_color"})

_OFF = word_set("off out deactivate disable kill")
_ON = word_set("activate enable")
_SHUT = word_set("close shut")
_HALT = word_set("stop quiet shut silence silent halt enough")
_FORGET = word_set("cancel never mind nevermind forget undo disregard ignore scratch")


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
    if reminded(sentence):
        return "reminder.set"
    if name == "reminder.set" and sentence.words[0] in ("did", "does"):
        return "reminder.list"  # "did you remind me to call mom"
    if name in _LIKE_MODES and words & _SILENT and words & _MODES and not _is_scene(sentence):
        return "volume.mute"
    if name == "time.now" and units.expression(sentence.words) is not None:
        return "math.calculate"  # "nine time ten"
    to_play = name.startswith("assistant.") or name == "media.pause"
    if to_play and sentence.words[0] == "play" and len(sentence.words) > 1:
        return "media.play"  # "play don't stop me now"
    if sentence.words[0] == "run" and not words & _SAID and name.startswith(_NEVER_RUN):
        return "home.scene"
    if name == "media.next" and sentence.words[0] in ("something", "some") and not words & _OTHER:
        return "media.play"  # "something mellow please"
    if name.startswith("assistant.") and sentence.words[0] == "crank":
        return "volume.down" if "down" in words else "volume.up"
    if sentence.words == ("done",):
        return "assistant.thanks"  # "well done"
    return "assistant.cancel" if words <= _PUT_OFF else None


def _as_the_home_has_it(name: str, sentence: Sentence, words: frozenset[str]) -> str | None:
    """What the kind of the named device makes of a verb: a TV is turned down, not dimmed."""
    if name == "home.set_brightness" and _named_kinds(sentence) in ({"media"}, {"thermostat"}):
        return "volume.set" if _named_kinds(sentence) == {"media"} else "home.set_temperature"
    if name == "home.get_state" and sentence.words[0] in ("leave", "keep"):
        return "home.turn_off" if "off" in words else "home.turn_on" if "on" in words else name
    if name in _BY_RADIO and _is_radio(sentence, words):
        return "media.play"
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
    if name in _VOLUME and (sentence.of("degrees") or words & _FELT):
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
    if name == "home.turn_on" and words & _CHANGED and _is_lit(sentence):
        return "home.set_brightness"  # "darken the lights"; "adjust the lights", to be asked how
    lit = name in (*_ON_OFF, "home.set_brightness") and not (
        words & _HALF or sentence.of("percent")
    )
    if lit and sentence.words[0] in _DOORS and words & {"door", "doors"}:
        return _DOORS[sentence.words[0]]  # "open the lighting door", a misheard name
    if name in _ON_OFF and (sentence.of("degrees") or _bare_degrees(sentence, words)):
        return "home.set_temperature"
    if name in _VOLUME and words & _LIGHTS and not words & _SOUND:
        return "home.set_brightness"
    if name == "reminder.list" and "list" in words and not words & _REMINDERS:
        return "list.read"
    if name.startswith("reminder.") and {"out", "of", "list"} <= words:
        return "list.add"  # "I'm out of cleaning supplies, remind me on my list"
    aimed = sentence.of("name", "kind", "room")
    if name in _ON_OFF and words & {"up", "down"} and not (words & {"on", "off", "shut"} or aimed):
        return "volume.down" if "down" in words else "volume.up"
    if name == "assistant.repeat" and "replay" in words:
        return "media.previous"
    return "alarm.list" if name == "timer.remaining" and of_an_alarm(words) else None


_NEVER_RUN = ("assistant.", "time.", "date.", "list.", "alarm.")
_SAID = word_set("that it again")
_REMINDERS = word_set("reminder reminders remind remember remembering")
_FELT = word_set("roasting boiling freezing sweating sweltering shivering chilly nippy baking")
_DOORS = {"open": "home.open", "close": "home.close", "shut": "home.close", "lock": "home.lock",
          "unlock": "home.unlock"}  # fmt: skip


def _within(name: str, sentence: Sentence, words: frozenset[str]) -> str:
    """Which of its own family: on or off, lock or unlock, set, add or cancel."""
    if name in ("home.set_brightness", "home.set_temperature", "home.get_temperature"):
        return _light_or_heat(name, sentence, words)
    if name in _ON_OFF or name in ("home.lock", "home.unlock", "home.open", "home.close"):
        return _switched(name, sentence, words)
    if name.startswith("alarm."):
        return alarm(name, sentence)
    if name == "assistant.thanks" and sentence.words[0] == "help":
        return "assistant.help"
    if name == "timer.set" and words & {"date", "weekday"}:
        return "date.today"
    if name in _TIMER:
        return timer(name, sentence, words)
    if name in _VOLUME or name in ("volume.mute", "volume.unmute"):
        return volume(name, sentence, words)
    if name in _ENDING and bool(words & _HALT) != bool(words & _FORGET):
        return "assistant.stop" if words & _HALT else "assistant.cancel"
    return listed(name, sentence.words, words) if name in _LIST else name


def reminded(sentence: Sentence) -> bool:
    """Whether "remind me to …" is said in the first words of an order, or "tell me to … at six"."""
    words = sentence.words
    if words[:3] == ("tell", "me", "to"):
        return bool(sentence.of("time", "duration"))
    at = next((i for i in range(len(words) - 2) if words[i : i + 2] == ("remind", "me")), None)
    led = at is not None and words[at + 2 : at + 3] in _TO_REMIND
    return led and at is not None and _ORDERING.issuperset(words[:at])


_ORDERING = word_set(
    "i want need would like you to please can could set up a an alarm timer make sure create it "
    "is way for"
)
_TO_REMIND = (("to",), ("that",), ("about",))
_LIKE_MODES = frozenset({"home.scene", "timer.set", "home.turn_on", "media.next", "volume.unmute"})
_SILENT = word_set("silent silence mute quiet")
_MODES = word_set("mode")
_OTHER = word_set("else different other new next")
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


_CHANGED = word_set(
    "darken lessen attenuate weaken diminish minimize minimise soften reduce lower decrease "
    "intensify adjust change modify"
)
_BY_RADIO = frozenset({*_ON_OFF, *_VOLUME, "media.pause", "media.resume", "home.set_temperature",
                       "math.calculate", "unit.convert"})  # fmt: skip
_TUNED = word_set("turn tune switch change set put play go start")
_CHANNELS = word_set("frequency fm channel station")
_HALTED = word_set("pause stop off halt kill cut end shut quit mute silence up down volume louder "
                   "quieter lower raise increase decrease reduce enough")  # fmt: skip


def tuned_in(sentence: Sentence) -> bool:
    """ "Turn it to frequency 997", "tune to channel five"."""
    channel = bool(_CHANNELS & set(sentence.words)) and bool(sentence.of("number", "percent"))
    led = sentence.words[0] in _TUNED and not sentence.of("name")
    found = [span.value for span in sentence.of("number")]
    dialled = any(isinstance(value, float) and value % 1 and 87 < value < 109 for value in found)
    if dialled and led and "on" in sentence.words:
        return not sentence.of("kind", "room", "degrees")  # "turn on one oh seven point five"
    said = {"in", "to", "into", "radio", *_CHANNELS} & set(sentence.words)
    return led and (channel or (sentence.words[0] == "tune" and bool(said)))


def _is_radio(sentence: Sentence, words: frozenset[str]) -> bool:
    """A frequency is tuned to, or the radio is to be on, where no device is called so."""
    if tuned_in(sentence):
        return True
    devices = any(not n.names or n.names[0].what == "device" for n in sentence.of("name"))
    return "radio" in words and not devices and not words & _HALTED


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
        if not amount and not words & _CHANGED:
            return "home.turn_off" if words & (_OFF | _SHUT) else "home.turn_on"
    if name == "home.set_temperature" and sentence.of("percent") and not sentence.of("degrees"):
        return "home.set_brightness"
    return name


def _switched(name: str, sentence: Sentence, words: frozenset[str]) -> str:
    if name in _ON_OFF:
        first = sentence.words[0]
        off, on = bool(words & _OFF), bool(words & _ON) or _on(sentence.words)
        off, on = off or first in _SHUT, on or first == "open"  # "close the light"
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
