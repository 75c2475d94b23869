"""What is said about what is planned: what is it, and not to do it after all.

A pattern layer in the router, as `asides` is one before it. Pure.
"""

import re
from collections.abc import Callable, Sequence

from edge.events import Intent
from edge.understanding.waiting import MAY_WAIT
from edge.vocabulary import WHEN

Read = Callable[[Sequence[str]], Intent | None]
"""The command that words are, if they are one for sure."""

_WHAT = r"(?:thing|action|command|order|task|switch|plan)s?"
_DAY = r"(?: (?:for )?(?:today|tonight|later|now|tomorrow|next|the house|the home|me))?"
_LIST = re.compile(
    rf"what (?:have|did) you (?:got )?(?:planned|scheduled|plan|schedule){_DAY}"
    rf"|what is (?:planned|scheduled|lined up|coming up){_DAY}"
    rf"|what are you (?:going|about|planning) to do{_DAY}"
    rf"|(?:do|have) you (?:have |got )?(?:anything|something) (?:planned|scheduled|lined up){_DAY}"
    rf"|(?:is|are) (?:anything|something|there anything) (?:planned|scheduled|lined up){_DAY}"
    rf"|(?:list|show|read|tell)(?: me)?(?: all)?(?: the| your| my)? (?:planned|scheduled|delayed)"
    rf" {_WHAT}(?: are)?"
    rf"|what (?:planned|scheduled|delayed) {_WHAT} (?:are there|do (?:i|you|we) have)"
)
_WHEN_WILL = re.compile(
    r"when (?:will|are|is|does|do) (?:you )?(?:the |my )?(.+?)(?: (?:going to|be|due to|to))* "
    r"(?:come|go|goes|comes|turn|turned|turning|switch|switched|switching|get turned) (on|off)"
)
_STOP = r"(?:cancel|delete|clear|forget|drop|scrap|remove|stop|undo|skip|never mind)(?: about)?"
_CANCEL = re.compile(
    rf"{_STOP} (?P<all>all |everything |all of )?(?:the |your |my |that |what |that is |you )*"
    rf"(?:have )?(?:planned|scheduled|delayed)(?: {_WHAT})?"
)
_DOING = re.compile(
    rf"{_STOP} (turning|switching|closing|opening|locking|unlocking|dimming|setting|playing"
    r"|pausing|muting|lowering|raising|shutting) (.+)"
)
_STEMS = {"closing": "close", "dimming": "dim", "setting": "set", "pausing": "pause",
          "muting": "mute", "raising": "raise", "shutting": "shut"}  # fmt: skip
_NOT = re.compile(
    r"(?:do not|never|you do not (?:need|have) to|you need not|no need to|there is no need to)"
    r" (?!(?:you|i|forget|worry|mind)\b)(.+)"
)
_AFTER_ALL = re.compile(r"(?:^| )(?:after all|any ?more|any longer|then|yet|at all)$")
_LEAVE = re.compile(r"(?:leave|keep) (.+) (on|off|open|shut|closed|locked) after all")
_LEFT = {"on": "turn {} off", "off": "turn {} on", "open": "close {}", "shut": "open {}",
         "closed": "open {}", "locked": "unlock {}"}  # fmt: skip


def of_plans(words: Sequence[str], read: Read) -> Intent | None:
    """The question or the order about what is planned; None for everything else."""
    line = " ".join(word for word in words if word != ",")
    if _LIST.fullmatch(line):
        return Intent("later.list")
    asked = _WHEN_WILL.fullmatch(line)
    if asked:
        return _about("later.list", f"turn {asked[2]} {asked[1]}", read)
    generic = _CANCEL.fullmatch(line)
    if generic:
        return Intent("later.cancel", {"all": True} if generic["all"] else {})
    unwanted = _unwanted(line)
    return _about("later.cancel", unwanted, read) if unwanted else None


def _unwanted(line: str) -> str | None:
    """The command that is not to be carried out."""
    left = _LEAVE.fullmatch(line)
    if left:
        return _LEFT[left[2]].format(left[1])
    doing = _DOING.fullmatch(line)
    if doing:
        verb = _STEMS.get(doing[1], doing[1].removesuffix("ing"))
        return f"{verb} {_AFTER_ALL.sub('', doing[2])}"
    denied = _NOT.fullmatch(line)
    return _AFTER_ALL.sub("", denied[1]) if denied else None


def _about(name: str, command: str, read: Read) -> Intent | None:
    meant = read(command.split())
    if meant is None or meant.name not in MAY_WAIT:
        return None
    target = {key: value for key, value in meant.slots.items() if key not in WHEN}
    return Intent(name, {"of": meant.name, **target}, meant.score)
