"""When a command is to be carried out, and for how long: "in an hour", "at seven", "until noon"."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from edge.events import Value
from edge.understanding import times
from edge.understanding.spans import Sentence, Span
from edge.understanding.times import After, Clock, Day, Part, Piece, Repeat
from edge.understanding.wordset import word_set

AT_ONCE = frozenset(
    [
        *(f"home.{verb}" for verb in ("turn_on", "turn_off", "open", "close", "lock", "unlock")),
        *("home.set_brightness", "home.set_color", "home.set_temperature"),
        *("media.pause", "media.resume", "media.next", "media.previous"),
        *(f"volume.{verb}" for verb in ("set", "up", "down", "mute", "unmute")),
    ]
)
"""Intents that are done when they are said, unless a time is said with them."""
MAY_WAIT = AT_ONCE | {"media.play", "home.scene"}
"""All that can be put off."""
LEVELLED = frozenset({"home.set_brightness", "home.set_temperature", "volume.set"})

_SUN = {"sunset": "sunset", "sundown": "sunset", "dusk": "sunset", "sunrise": "sunrise",
        "sunup": "sunrise", "dawn": "sunrise"}  # fmt: skip
_EXACT = (Clock, After)
_UNTIL = word_set("until till til")
_DIAL = word_set("am pm oclock noon midnight midday past quarter half morning evening afternoon")


def waits(name: str, sentence: Sentence, now: datetime) -> tuple[Mapping[str, Value], set[int]]:
    """The slots that say when an intent is to be carried out, and the words that they explain.

    Of a level that nobody said, a lone hour after "at" is how far ("the thermostat at 20").
    """
    open_level = name in LEVELLED and not sentence.of("percent", "degrees", "number")
    until, used = _until(sentence, now)
    timed = [span for span in sentence.of("time") if span.start not in used]
    if name == "media.play":  # what lies between is of a song: "in the air tonight"
        first, after = timed[:1], len(before_the_time(sentence).words)
        timed = [span for span in timed if span.start >= after]
        timed += [span for span in first if span.start == 0 and isinstance(span.value, _EXACT)]
    slots: dict[str, Value] = dict(until)
    slots.update(_sun(sentence, used) or _moment(sentence, timed, now, open_level))
    for span in sentence.of("duration"):
        if _led_by(sentence.words, span.start, "for"):
            slots["lasting"] = int(str(span.value))
    return slots, used


def before_the_time(sentence: Sentence) -> Sentence:
    """A sentence without the time that it ends in: "play some jazz" of "… at six"."""
    times_said = sentence.of("time")
    last = times_said[-1] if times_said else None
    if last is None or last.end < len(sentence.words) or not isinstance(last.value, _EXACT):
        return sentence
    led = sentence.words[last.start] in ("at", "in", "after") or isinstance(last.value, After)
    if not led or last.start < 2:
        return sentence
    return Sentence(sentence.words[: last.start], sentence.spans[:-1])


def _moment(
    sentence: Sentence, timed: Sequence[Span], now: datetime, level: bool
) -> dict[str, Value]:
    found = [span.value for span in timed]
    said: list[Piece] = [p for p in found if isinstance(p, Clock | Day | Part | Repeat | After)]
    hourly = bool(_DIAL & set(sentence.words)) or any(":" in word for word in sentence.words)
    today = "tonight" in sentence.words and now.hour < times.PARTS["evening"] - 1
    today = today or _to_come(sentence.words, now.hour)
    pieces = [piece for piece in said if _says_when(piece, level and not hourly, today)]
    after = next((piece.seconds for piece in pieces if isinstance(piece, After)), None)
    if after is not None:
        return {"delay": after}
    if not pieces:
        return _bare(sentence, now) if not level else {}
    days = next((list(piece.days) for piece in pieces if isinstance(piece, Repeat)), None)
    repeat: dict[str, Value] = {"repeat": days} if days else {}
    parts = [piece for piece in said if isinstance(piece, Part) and piece not in pieces]
    at = times.resolve([*pieces, *parts], now)
    if at is not None:
        return {"at": _local(at), **repeat}
    day = times.date_of(pieces, now)
    return {**({"day": day.isoformat()} if day else {}), **repeat}


def _to_come(words: Sequence[str], hour: int) -> bool:
    """Whether "in the morning", "in the evening" is later than now, rather than how it is now."""
    part = next((p for p in times.PARTS if f" in the {p} " in f" {' '.join(words)} "), None)
    if part is None:
        return False
    return hour < times.PARTS[part] - 1 or (part == "morning" and hour >= _NOON)


_NOON = 12


def _bare(sentence: Sentence, now: datetime) -> dict[str, Value]:
    """ "Seven": a number and nothing else, in answer to when."""
    read = times.bare_clock(sentence.words, 0) if sentence.of("number") else None
    if read is None or read[1] < len(sentence.words):
        return {}
    at = times.resolve([read[0]], now)
    return {"at": _local(at)} if at else {}


def _says_when(piece: Piece, level: bool, tonight: bool) -> bool:
    match piece:
        case Clock():
            return not level
        case Day(offset=offset):
            return offset != 0
        case Part():
            return tonight
        case _:
            return True


def _until(sentence: Sentence, now: datetime) -> tuple[dict[str, Value], set[int]]:
    """ "Until seven", as a local time, and the positions of these words."""
    words = sentence.words
    for i, word in enumerate(words[:-1]):
        if word not in _UNTIL or (i and words[i - 1] in ("quarter", "half", "minutes")):
            continue
        named = times.day(words, i + 1)
        read = times.clock(words, i + 1) or times.bare_clock(words, i + 1)
        pieces: list[Piece] = [found[0] for found in (read, named) if found]
        if words[i + 1] in times.PARTS:
            pieces.append(Part(words[i + 1]))
        parts = [piece for piece in sentence.pieces if isinstance(piece, Part)]
        at = times.resolve([*pieces, *parts], now)
        if at is not None:
            end = max([i + 2, *(found[1] for found in (read, named) if found)])
            return {"until": _local(at)}, set(range(i, end))
    return {}, set()


def _sun(sentence: Sentence, used: set[int]) -> dict[str, Value]:
    """ "At sunset", where nothing of the home is called so."""
    taken = {i for span in sentence.spans for i in range(span.start, span.end)}
    for i, word in enumerate(sentence.words):
        if word in _SUN and i not in taken and i + 1 not in taken:  # "sunset orange"
            used.add(i)
            return {"sun": _SUN[word]}
    return {}


def _led_by(words: Sequence[str], i: int, word: str) -> bool:
    """Whether a length follows "for", "for about", "for the next"."""
    while i and words[i - 1] in ("the", "next", "about", "another", "just", "around"):
        i -= 1
    return i > 0 and words[i - 1] == word


def _local(at: datetime) -> str:
    return at.replace(tzinfo=None).isoformat(timespec="minutes")
