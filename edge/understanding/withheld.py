"""Words that overrule the model: what is told, refused or explained is no command, though it sounds
like one, and what is to be played may be called anything. Pure.
"""

from collections.abc import Sequence
from itertools import pairwise

from edge.understanding.lexicon import ANCHORS, SUBJECTS
from edge.understanding.spans import Sentence, What
from edge.understanding.text import WAKE_NAMES
from edge.understanding.times import Clock, Day
from edge.understanding.waiting import AT_ONCE
from edge.understanding.wordset import word_set

ANSWERS = frozenset(
    [
        "time.now",
        "date.today",
        "timer.remaining",
        "alarm.list",
        "reminder.list",
        "home.get_state",
        "home.get_temperature",
        "list.read",
        "math.calculate",
        "unit.convert",
        "assistant.help",
        "assistant.repeat",
        "assistant.hello",
    ]
)
"""Intents that are questions."""


def withheld(name: str, sentence: Sentence, lacking: bool) -> bool:
    """Whether words of the sentence say that this is not to be done, or not now, or not this."""
    words = sentence.words
    domain = name.partition(".")[0]
    alone = any(s.end - s.start == len(words) for s in sentence.of("number", "time"))
    if alone and words[0] != "at":
        return True  # "one", "tomorrow": an answer, if anything
    if domain == "assistant":
        ending = name in ("assistant.cancel", "assistant.stop")
        aside = words[:2] == ("we", "will") or words[0] == "something"
        aside = aside or words[-2:] == ("it", "easy")
        minding = "mind" in words and "your" in words  # "make up your mind"
        return aside or minding or bool(sentence.of("name", *(_VALUES if ending else ())))
    pairs = set(pairwise(words))
    if (words[0] in _TELLERS and name not in ANSWERS) or ("did", "not") in pairs:
        return True
    if words[-1] in _LOOKED_UP and len(words) > 1 and not _ENTERED & set(words):
        return True  # "wake me up before you go go lyrics"
    if domain == "random" and not _CHANCES[name] & set(words):
        return True  # "roll up your sleeves", "turn heads"
    if name == "alarm.set" and words[0] in ("i", "we") and words[1:2] in _HABITS:
        return True  # "I get up at seven every day"
    if _of_taste(name, words) or _listed_amiss(name, sentence):
        return True
    if _musing(name, words) or _destroys_unasked(name, sentence) or _beside_itself(name, sentence):
        return True
    amended = words[:2] in _AMENDED and not _MORE_OR_LESS & set(words)
    if name in ("timer.set", "timer.add") and amended:
        return True  # "make that fifteen minutes": what, only the last turn tells
    if domain in _OF_THE_ROOM and _only_told(name, sentence):
        return True
    if name not in ANSWERS and _narrated(words):
        return True
    told = words[0] in ("i", "we") and bool(_DONE & set(words[1:2]))
    if told or (name not in _EXPLAINED and _explains(words)):
        return True
    if name == "media.play":
        return words[:2] == ("do", "not")
    if name in AT_ONCE:
        refused = words[:2] == ("do", "not") or words[0] == "never"
        waits = _CONDITIONS & set(words[1:]) and ("if", "you") not in pairs
        aimless = lacking and name not in _OF_A_LEVEL and len(words) > 2  # "start the car"
        if refused or waits or aimless:
            return True
    if name == "list.remove":
        named = {*ANCHORS[name], "item", "items"}
        return "delete" in words and not named & set(words)  # "delete that photo"
    subjects = SUBJECTS.get(name)
    return lacking and subjects is not None and not subjects & set(words)


def _only_told(name: str, sentence: Sentence) -> bool:
    """ "In the kitchen", "forget the lights", "I can't sleep", "I'm going to bed"."""
    words = sentence.words
    if words[0] == "forget" or (words[:3] == ("i", "can", "not") and "hear" not in words):
        return True
    if name == "home.scene" and words[:3] == ("i", "am", "going"):
        return not sentence.of("name")
    if name in ("home.turn_on", "home.turn_off") and not _SWITCHING & set(words):
        spans = sentence.of("room", "name")
        areas = all(each.what == "area" for span in spans for each in span.names)
        if spans and areas and not sentence.of("kind"):
            return True  # "water the garden", "vacuum the living room"
    bare = [word for word in words if word not in _PLACING]
    return any(
        span.end - span.start == len(bare) and all(each.what == "area" for each in span.names)
        for span in sentence.of("room", "name")
    )


_SWITCHING = word_set(
    "on off out light lights lit dark darken darker illuminate brighten up down everything all "
    "anything shut kill power activate deactivate start stop enable disable cut devices bright "
    "see it them that"
)
"""Words of which one says that something in a room is to be switched."""
_PLACING = word_set("in the my")
_OF_THE_ROOM = frozenset({"home", "volume"})
_VALUES: tuple[What, ...] = ("duration", "number", "percent", "time")
_TELLERS = word_set("who whose where he she they somebody someone")
"""Whoever begins with one of these asks or tells, and orders nothing."""


def _explains(words: Sequence[str]) -> bool:
    """ "What is a timer", "how do timers work", "how do I …"."""
    return words[:2] in (("how", "do"), ("how", "does")) or (
        words[:2] == ("what", "is") and words[2:3] in (("a",), ("an",)) and len(words) <= _TERM
    )


_TERM = 5
_MORE_OR_LESS = word_set("longer shorter more less extra another")
_AMENDED = (("make", "that"), ("make", "it"), ("change", "that"), ("change", "it"))
_EXPLAINED = frozenset({"assistant.help", "assistant.hello", "math.calculate", "unit.convert"})
_DONE = word_set(
    "set turned switched played added locked unlocked opened closed cancelled muted dimmed shut "
    "stopped paused started raised lowered"
)
_PASSIVE = word_set("is are was be been being get got getting have has had want wanted need and")


def _narrated(words: Sequence[str]) -> bool:
    """ "The kids turned off the lights": somebody did something to something."""
    for i, word in enumerate(words):
        if i and word in _DONE - {"set", "shut"} and words[i - 1] not in _PASSIVE:
            after = (
                i + 2 if words[i + 1 : i + 2] in (("on",), ("off",), ("up",), ("down",)) else i + 1
            )
            if words[after : after + 1] in (("the",), ("my",), ("our",), ("all",), ("a",), ("me",)):
                return True
    return False


def _musing(name: str, words: Sequence[str]) -> bool:
    """ "Should I lock the door", "can Alexa unlock doors", "can I leave the fan on"."""
    asked = words[0] == "should" or words[:2] in (("can", "i"), ("is", "it"), ("are", "you"))
    able = words[0] in ("can", "could", "does", "will") and bool(WAKE_NAMES & set(words[1:2]))
    return (asked or able) and name not in ANSWERS


_DESTROYING = frozenset({"timer.cancel", "alarm.cancel", "reminder.cancel"})
_DESTROYS = word_set(
    "cancel cancels canceled cancelled canceling cancelling stop stopped stopping delete deleted "
    "remove removed clear kill killed end off dismiss abort rid scrap bin ditch drop lose chuck "
    "axe nix no not never forget dump scratch undo wipe erase disable deactivate skip silence nuke "
    "trash done discard unset call terminate quit void lie sleep disarm reset restart snooze "
    "silenced let go goes knock take get cut throw away needn't neednt"
)


def _destroys_unasked(name: str, sentence: Sentence) -> bool:
    """What is lost for good is only lost where a word says so; a list only where one is named."""
    if name == "list.clear":
        named = bool(sentence.of("list")) or ("to", "do") in pairwise(sentence.words)
        return not named and not _LISTS & set(sentence.words)
    return name in _DESTROYING and not _DESTROYS & set(sentence.words)


_LOOKED_UP = word_set(
    "lyrics meaning definition recipe recipes quotes examples tips reviews synonym "
    "template templates apps snacks ideas memes"
)
_ENTERED = word_set("add put need buy get remind remember jot note")
_CHANCES = {
    "random.dice": word_set("dice die dies dye dices number numbers d sided random bones it one"),
    "random.coin": word_set(
        "coin coins tails tail flip toss spin quarter penny heads-or-tails call"
    ),
}
_HABITS = (("get",), ("wake",), ("go",), ("sleep",), ("work",))


def idiom(name: str, sentence: Sentence, unexplained: Sequence[str]) -> bool:
    """ "Mute swans", "pause for thought", "raise the roof": a verb, and what is none of ours."""
    words = sentence.words
    if words[0] in ("light", "lights") and words[1:2] in (("the",), ("a",), ("my",)):
        return not sentence.of("room", "name") and "up" not in words and name in AT_ONCE
    ours = bool(_PLAYERS & set(words)) or bool(sentence.of("name", "room", "kind", *_VALUES))
    if words[1:2] in (("for",), ("until",)) and _WHILE & set(words):
        return False  # "mute for the next hour"
    stranger = words[0] in _VERBS and words[-1] in unexplained and len(words) <= _SAYING
    return name in _OF_NOTHING and stranger and not ours


_OF_NOTHING = frozenset(
    [f"media.{verb}" for verb in ("pause", "resume", "next", "previous")]
    + [f"volume.{verb}" for verb in ("up", "down", "mute", "unmute")]
)
_VERBS = word_set(
    "mute unmute skip pause raise stop resume lower next previous continue hold boost increase "
    "decrease reduce silence freeze halt cut kill end"
)
_WHILE = word_set("hour hours minute minutes second seconds while moment day night bit sec now")
_SAYING = 5
_PLAYERS = word_set(
    "it this that these one song songs track tune tunes music radio tv video movie film show "
    "podcast audiobook book episode volume sound audio noise speaker speakers voice yourself "
    "yourselves you vocals player playing playback playlist album ad advert ads what everything "
    "all again"
)


def _of_taste(name: str, words: Sequence[str]) -> bool:
    """ "I like rock music", "remember this song", "I want to hear about your pets"."""
    if not name.startswith(("media.", "volume.")):
        return False
    if words[:2] in _LIKING and not {"play", "hear"} & set(words):
        return True
    if words[0] == "fan" or (words[0] == "shuffle" and {"deck", "cards", "off"} & set(words)):
        return True
    heard = words[0] == "hear" and name == "media.play"
    told = bool(_TOLD_OF & set(words)) or ("from", "you") in pairwise(words)
    if name == "media.play" and _is_game(words):
        return True
    return words[0] in _KEEPING or (heard and told)


def _is_game(words: Sequence[str]) -> bool:
    """ "Play uno together", "go to the next station": nothing that a player plays."""
    if words[:2] == ("go", "to"):
        return not {"radio", "channel", "song", "track", "music", "playlist"} & set(words)
    together = words[-1] == "together" or words[-2:] in (("with", "me"), ("with", "us"))
    named = bool(_GAMES & set(words)) and not {*_SONGS, "theme", "soundtrack"} & set(words)
    return words[0] == "play" and (together or named)


_GAMES = word_set(
    "chess checkers poker uno rummy keno pong canasta sims bingo sudoku solitaire fifa blackjack "
    "monopoly scrabble charades hangman minecraft tetris fortnite ludo yahtzee jenga backgammon "
    "battleship wordle"
)
_LIKING = frozenset([("i", verb) for verb in ("like", "love", "enjoy", "hate", "prefer", "find")]
                    + [("my", "favorite"), ("my", "favourite")])  # fmt: skip
_KEEPING = word_set("remember note save rate like download delete record share send buy order nice "
                    "add disable")  # fmt: skip
_TOLD_OF = word_set(
    "about definition voice accent reviews review funny hilarious when how why list"
)


def _listed_amiss(name: str, sentence: Sentence) -> bool:
    """ "Take it easy", "I've got to run", "get everything on my list", "I'm out of here"."""
    words, pairs = set(sentence.words), set(pairwise(sentence.words))
    listed = bool(sentence.of("list")) or bool(words & {"list", "lists"})
    first = sentence.words[0]
    if name.startswith("list.") and pairs & _NO_ITEMS:
        return True
    if name == "list.add" and words & {"shopping", "grocery"} and len(words) == _COMPOUND:
        return not listed and not words & _ENTERED  # "window shopping"
    if name == "list.add":
        if not words & (ANCHORS[name] | _NOTING):
            return True  # "water the garden"
        gone = any(pair in pairs for pair in (("of", "here"), ("of", "time"), ("of", "luck")))
        if first in _GETTING and words & {"everything", "all"} and listed:
            return True
        return (gone and not listed) or (first in _NOT_ADDING and not words & {"add", "put"})
    if name.startswith("list.") and not listed and words & _ELSEWHERE:
        return True
    if name == "list.remove" and not listed:
        idle = first == "take" and not words & {"off", "from", "out", "away"}
        return idle or ("got", "to") in pairs
    if name in ("list.read", "list.clear") and words & {"everything", "all"}:
        return bool(words & _GETTING) and not words & _TELLING
    if name == "list.read" and not listed:
        return any(isinstance(span.value, Day) and span.value.offset != 0
                   for span in sentence.of("time"))  # fmt: skip
    return False


_NO_ITEMS = frozenset([("goes", "on"), ("add", "me"), ("my", "name")])
_NOTING = word_set("note write put jot forgot forget left no none run short finished get pick some")
_COMPOUND = 2
_NOT_ADDING = word_set("cancel count delete eliminate list switch substitute swap replace")
_ELSEWHERE = word_set("phone contacts account calendar library computer email inbox browser")
_GETTING = word_set("buy get order need want have")
_TELLING = word_set("what read show tell hear know see rid remove clear delete got do")
_LISTS = word_set("list lists groceries shopping grocery everything items it chores tasks")
_SEEKING = word_set("rewind forward back ahead seek scrub skip")


_ELSE = frozenset([("turn", "left"), ("turn", "right"), ("get", "off"), ("get", "over")])
_UNLOCKING = word_set("lock locks bolt latch open release free")
_WARMTH = frozenset({"home.set_temperature", "home.get_temperature"})
_QUESTIONING = word_set("what how which why where")


def _beside_itself(name: str, sentence: Sentence) -> bool:
    """What sounds like an order and names something that there is no order for."""
    words, numbers = set(sentence.words), sentence.of("number")
    pairs = set(pairwise(sentence.words))
    if pairs & _ELSE or (name in AT_ONCE and ("like", "it") in pairs):
        return True
    if name == "home.turn_on" and sentence.words[0] == "bring":
        return True  # "bring it on"
    if name == "media.previous" and ("back", "to") in pairs:
        return not words & _PLAYERS  # "go back to sleep"
    if name in ("timer.set", "media.next", "media.previous") and sentence.of("duration"):
        return bool(words & _SEEKING) and "timer" not in words  # "rewind thirty seconds"
    if name.startswith("volume.") and (
        sentence.words[0] == "is" or sentence.words[:2] in (("are", "the"), ("are", "my"))
    ):
        return True  # "is the volume at fifty"
    if name.startswith("volume."):  # "how loud is the volume"
        return sentence.words[0] in _QUESTIONING and sentence.words[1:2] != ("about",)
    if name == "home.unlock":  # "off the front door"
        return not (words & _UNLOCKING or any(word.startswith("un") for word in words))
    if name in ("alarm.cancel", "timer.cancel"):  # "I don't want to set an alarm"
        return bool(pairs & {("to", "set"), ("to", "start")})
    if name == "alarm.set":
        return bool(words & {"earlier", "sooner", "usual"})
    if name == "date.today":
        feast = ("day", "of") in pairs and not words & {"week", "month", "year"}
        return "leap" in words or feast  # "day of the dead"
    if name == "math.calculate":  # "what have I got on between nine and ten"
        return "between" in words and not words & {"difference", "split", "divide", "share"}
    if name in ("time.now", "timer.set") and any(
        sentence.words[span.end : span.end + 1] == ("time",) for span in numbers
    ):
        return True  # "7 time after 30 seconds"
    if name == "time.now":  # "what time is 3 pm in New York"
        clock = any(span.value for span in sentence.of("time") if isinstance(span.value, Clock))
        return clock and sentence.words[0] != "is"
    if name in _WARMTH and words & {"outside", "outdoors"}:
        named = [each for span in sentence.of("name") for each in span.names]
        return not any(each.what == "device" for each in named)  # "it's cold outside"
    if name == "home.set_temperature":  # "on from six to eight"
        return any(
            sentence.words[span.start - 1] == "from" and span.start > 0
            for span in sentence.of("number")
        )
    return False


def to_be_played(words: Sequence[str]) -> bool:
    """Whether a song is called one, or no name of a game or the like is: "play despacito"."""
    if _of_taste("media.play", words) or words[-1] in _LOOKED_UP:
        return False
    if words[0] in _TO_PLAY and _SONGS & set(words):
        return True
    named = words[0] == "play" or (words[0] == "hear" and words[1:2] not in (("me",), ("it",)))
    return named and 1 < len(words) <= _TITLE and not _PLAYED & set(words)


_TITLE = 9
"""Words of a command that names what is to be played."""
_PLAYED = word_set(
    "game games level match chess checkers poker pinball spider snake solitaire cards card tag "
    "monopoly scrabble trivia charades hangman minecraft tetris fortnite blackjack bingo sudoku "
    "quiz questions football soccer tennis golf pool darts dice basketball baseball cricket "
    "lottery market fair dumb dead nice dirty safe cool possum hooky ear advocate part role trick "
    "tricks fool victim piano guitar violin drums flute trumpet saxophone cello banjo harmonica "
    "joke jokes story stories riddle secret fact words along out word spy dare seek toe host stock "
    "with"
)
"""What is played or heard besides music, and how."""
_SONGS = word_set("song songs album track playlist")
_TO_PLAY = word_set("play hear start listen let put")
_OF_A_LEVEL = frozenset({"home.set_brightness", "home.set_color", "home.set_temperature",
                         "volume.set"})  # fmt: skip
_CONDITIONS = word_set("when if unless whenever once")
