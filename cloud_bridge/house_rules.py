"""What a person may say about the cloud itself: use it, do not use it, what went there."""

import re
from collections.abc import Sequence
from datetime import datetime
from typing import Literal, TypeAlias

from cloud_bridge.privacy import Sent

Rule: TypeAlias = Literal["off", "on", "report"]

SWITCHED_OFF = "Okay. From now on nothing goes to the cloud."
SWITCHED_ON = "Okay. I may ask the cloud again."
NOTHING_SENT = "Today I have sent out nothing."

_RULES: tuple[tuple[Rule, str], ...] = (
    ("off", r"\b(don'?t|do not|never|stop|no longer) (ever )?(us\w+|ask\w+|go\w* to) the cloud\b"),
    ("off", r"\b(turn|switch) (off the cloud|the cloud off)\b"),
    ("on", r"\b(you (can|may) |please |^)(use|ask) the cloud( again)?\b"),
    ("on", r"\b(turn|switch) (on the cloud|the cloud on)\b"),
    ("report", r"\bwhat (did|have) you (sent|send|upload\w*|shared?)( out)?\b"),
)
_MORE_THAN_YES = re.compile(
    r"\d|\b(but|make|change|instead|only|except|rather|one|two|three|four|five|six|seven|eight|nine"
    r"|ten|eleven|twelve|half|quarter|tomorrow|today)\b"
)


def rule(text: str) -> Rule | None:
    """What a sentence demands about the cloud; None when it is about something else."""
    plain = text.lower().replace("’", "'")
    return next((name for name, pattern in _RULES if re.search(pattern, plain)), None)


def plain_yes(text: str) -> bool:
    """Whether a yes is nothing but a yes: "yes, but make it eight" agrees to something else."""
    return _MORE_THAN_YES.search(text.lower()) is None


def report(entries: Sequence[Sent], now: datetime) -> str:
    """Today's traffic in a few words."""
    today = [each for each in entries if each.at.astimezone(now.tzinfo).date() == now.date()]
    if not today:
        return NOTHING_SENT
    turns = len({each.turn for each in today})
    tokens = sum(each.usage.sent + each.usage.received for each in today)
    cents = sum(each.cost for each in today) * 100
    places = " and ".join(sorted({each.provider for each in today}))
    questions = "one question" if turns == 1 else f"{turns} questions"
    last = today[-1].text.split("\n")[0]
    return (
        f"Today {questions} went to {places}: {tokens} tokens, about {cents:.1f} cents. "
        f"The last was: {last}"
    )
