"""What is said to the assistant as such, in a few fixed forms: keep this, forget that, get help.

A pattern layer before the router, like `confirm` and `context`: these sentences hold free text
("remember that my sister is called Ana") or must never be left to a classifier's mood ("I can't
breathe"). Pure. Whatever is not clearly one of the forms is nobody's aside.
"""

import re
from collections.abc import Sequence

from edge.events import Intent, Value

_LEAD = (
    r"^(?:(?:hey|ok|okay|alexa|jarvis|please|well|so|oh|and|also|can you|could you|would you"
    r"|will you|i want you to|i'd like you to|you should|always|just)[,! ]+)*"
)
_SUBJECT = r"(?:i|i'm|we|we're|my|our|the|\w+'s)"
_SAYS = (
    r"\b(?:is|are|am|was|were|has|have|had|likes?|loves?|hates?|prefers?|lives?|works?|wears?"
    r"|needs?|wants?|takes?|drinks?|eats?|can't|cannot|don't|doesn't|isn't|aren't)\b|'m\b|'re\b"
)
_KEEP = (
    _LEAD + r"(?:remember|keep in mind|don't forget|do not forget|make a note|note) that (.+)$",
    _LEAD + rf"remember:? ({_SUBJECT} .*?(?:{_SAYS}).+)$",
)
_FOR = re.compile(
    r"[, ]+for (?:the next )?(a|one|two|three|four|five|six|ten|\d+) (day|week|month)s?$", re.I
)
_NUMBERS = {"a": 1, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "ten": 10}
_DAYS = {"day": 1, "week": 7, "month": 30}
_RECALL = (
    _LEAD + r"(?:tell me )?what (?:do|did|can) you (?:know|remember)(?: about (.+))?$",
    _LEAD + r"(?:tell me )?(?:everything|all) (?:that )?you know about (.+)$",
    _LEAD + r"what (?:did|have) i (?:tell|told|ask|asked) you (?:to remember )?about (.+)$",
    _LEAD + r"what (?:did|have) i (?:ask|asked|tell|told) you to (?:remember|keep in mind)$",
    _LEAD + r"do you (?:still )?remember ((?:who|what|when|where|how|which|my|our)\b.+)$",
)
_FORGET_ALL = (
    _LEAD + r"forget (?:everything|all)(?: (?:that )?(?:you know|i (?:ever )?told you))?"
    r"(?: about (?:me|us))?$",
)
_FORGET = (
    _LEAD + r"forget (?:everything about|all about|what (?:i told you|i said|you know) about"
    r"|what you remember about) (.+)$",
    _LEAD + rf"forget (?:that )?({_SUBJECT} .*?(?:{_SAYS}).+)$",
    _LEAD
    + r"(?:delete|remove|erase) (?:that|what) (?:i told you|you know|you remember) about (.+)$",
)
_FORGET_LAST = (
    _LEAD + r"(?:forget|delete|erase) (?:that|this|it|what i just (?:said|told you))(?: again)?$"
)
_FORGET_SOME = (_LEAD + r"forget (?:about )?((?:my|our|the|about|what|that|who|where|when)\b.+)$",)
"""As it may be said of anything: only of what is remembered it means that."""
_RESUME = (
    _LEAD + r"(?:let's |let us )?(?:go |get |come )?back to (?:the|my|our|that) (\w+(?: \w+)?)$",
    _LEAD
    + r"(?:let's |let us )?(?:continue|carry on|go on|resume) with (?:the|my|our|that) (\w+)$",
    _LEAD + r"(?:let's |let us )?(?:resume|continue|finish) (?:the|my|our|that) (\w+)$",
    _LEAD + r"where were we(?: with (?:the|my|our) (\w+))?$",
)

# ── help ─────────────────────────────────────────────────────────────────────────────────────

_CRY = r"^(?:(?:help|please|oh no|oh god|oh my god|quick|hurry|alexa|i think|hey)[,!. ]+)*"
_SOMEBODY = (
    r"(?:i|i'm|i've|he|he's|she|she's|we|we're|they're|someone|somebody|someone's|somebody's"
    r"|(?:my|our|the) (?:\w+ )?\w+(?:'s)?)"
)
_STATE = (
    r"(?:have|has|had|am|is|are|having|getting|got|feel|feeling|just|be|been|really|very|really bad"
    r"|badly|a|an|the|bad|terrible|strong|some)"
)
_MEDICAL = (
    _CRY + rf"{_SOMEBODY} (?:{_STATE} )*(?:fallen and|fell and|collapsed|fainted|passed out"
    r"|stopped breathing|unconscious|choking|bleeding|overdosed|not breathing)\b",
    _CRY + rf"{_SOMEBODY} (?:{_STATE} )*(?:heart attack|stroke|seizure|chest pains?"
    r"|chest (?:hurts|is hurting)|allergic reaction)\b",
    _CRY + r"my chest (?:hurts|is hurting)\b",
    _CRY + rf"{_SOMEBODY} (?:{_STATE} )*(?:can't|cannot|can not) (?:breathe|get up|move)\b",
    _CRY + r"(?:i've|i have|i) (?:just )?(?:fallen|fell)(?: down| over| down the stairs)?$",
    _CRY + r"(?:please )?(?:call|get|send) (?:me )?(?:an|the|for an) ambulance\b",
    _CRY + r"(?:please )?(?:call|dial) (?:911|999|112|nine one one|one one two|(?:the )?emergency"
    r"(?: services| number)?)$",
)
_FIRE = (
    _CRY + r"(?:there's|there is|we have|i see|i smell|i can smell) (?:a |some )?(?:fire|smoke|gas"
    r"|something burning|gas leak)(?: (?:in|from|at|under|behind) (?:the|my|our) [\w ]+)?$",
    _CRY + r"(?:the|my|our|something) ?(?:\w+ )?\w*(?: is|'s) (?:on fire|burning)$",
    _CRY + r"(?:please )?call the fire (?:brigade|department|fighters|station)\b",
    r"^(?:fire[!,. ]*)+$",
)
_DISTRESS = (
    _CRY + r"i (?:want|wanna|am going|plan|just want) (?:to )?(?:die|kill myself|hurt myself"
    r"|end my life|end it all)\b",
    _CRY + r"i'm (?:going|gonna) (?:to )?(?:kill|hurt) myself\b",
    _CRY + r"i (?:do not|don't) want to (?:live|be alive)(?: any ?more)?$",
    _CRY + r"(?:(?:somebody|someone) help(?: me)?|help(?: me)?(?: please)?|i need help)$",
    _CRY + r"(?:someone|somebody|a burglar|a man)(?: is|'s) (?:breaking in"
    r"|in (?:the|my|our) house)\b",
    _CRY + r"i(?:'m| am) in danger\b",
)
_PERSON = (
    r"\b(?:talk|speak) (?:to|with) (?:a|an|some|any|the)?\s?(?:(?:real|actual|live|human) )*"
    r"(?:person|human|human being|people|someone real|somebody real)(?: please)?$",
    _LEAD + r"(?:get|give|find|connect) me (?:to |with )?(?:a|some) (?:(?:real|actual) )*"
    r"(?:person|human)(?: please)?$",
    _LEAD + r"(?:call|get|send)(?: me)?(?: for)? (?:some )?help$",
    _LEAD + r"(?:call|contact|reach|notify|alert) my emergency contact$",
)
_URGENT: tuple[tuple[str, Sequence[str]], ...] = (
    ("medical", _MEDICAL),
    ("fire", _FIRE),
    ("distress", _DISTRESS),
)


def aside(
    text: str, *, contact: str = "", topics: Sequence[str] = (), of_memory: bool = False
) -> Intent | None:
    """What a sentence says to the assistant as such; None where it is anything else.

    `contact` is the name of the person to be called, `topics` what earlier conversations were
    about; `of_memory`: the last turn was about memory, so that a bare "forget that" means it.
    """
    plain = _plain(text)
    help_ = _for_help(plain, text, contact)
    return help_ or _of_memory(plain, of_memory) or _back(plain, topics)


def to_forget(text: str) -> str | None:
    """What "forget my sister" would have forgotten, if anything of it is remembered."""
    found = _first(_FORGET_SOME, _plain(text))
    return found[1] if found else None


def _for_help(plain: str, text: str, contact: str) -> Intent | None:
    for kind, patterns in _URGENT:
        if _first(patterns, plain):
            return Intent("person.call", {"kind": kind, "said": text.strip()})
    calls = (_LEAD + rf"(?:call|contact|notify|alert|reach) {re.escape(contact.lower())}$",)
    if _first(_PERSON, plain) or (contact and _first(calls, plain)):
        return Intent("person.call", {"kind": "person", "said": text.strip()})
    return None


def _of_memory(plain: str, of_memory: bool) -> Intent | None:
    if found := _first(_KEEP, plain):
        return Intent("memory.remember", _kept(found))
    if found := _first(_RECALL, plain):
        about = next((group for group in found.groups() if group), "me")
        return Intent("memory.recall", {} if about in ("me", "us") else {"about": about})
    if _first(_FORGET_ALL, plain):
        return Intent("memory.forget", {"all": True})
    if found := _first(_FORGET, plain):
        return Intent("memory.forget", {"about": found[1]})
    if of_memory and re.search(_FORGET_LAST, plain, re.I):
        return Intent("memory.forget", {"last": True})
    return None


def _back(plain: str, topics: Sequence[str]) -> Intent | None:
    found = _first(_RESUME, plain)
    if found is None or not topics:
        return None
    if found[1] is None:
        return Intent("talk.resume", {"topic": topics[-1]})
    topic = next((each for each in topics if each in found[1].lower()), None)
    return Intent("talk.resume", {"topic": topic}) if topic else None


def _kept(found: re.Match[str]) -> dict[str, Value]:
    fact, limit = found[1], _FOR.search(found[1])
    if limit is None:
        return {"text": fact}
    number = limit[1].lower()
    days = (int(number) if number.isdigit() else _NUMBERS[number]) * _DAYS[limit[2].lower()]
    return {"text": fact[: limit.start()], "days": days}


def _first(patterns: Sequence[str], text: str) -> re.Match[str] | None:
    return next((found for each in patterns if (found := re.search(each, text, re.I))), None)


def _plain(text: str) -> str:
    """One line without closing punctuation; letters stay as they are, for names have capitals."""
    return re.sub(r"\s+", " ", text.replace("’", "'")).strip().rstrip(".!?, ")
