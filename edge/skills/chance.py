"""A coin and a die."""

import random
from collections.abc import Iterable
from datetime import datetime

from edge.events import Action, Intent, Plan
from edge.skills.base import Undo, number_slot, say
from edge.skills.words import join, sentence

_COIN = ("Heads.", "Tails.")
_MOST = 10
"""More throws at once nobody wants to hear."""


class Chance:
    """Leaves it to luck."""

    intents = frozenset({"random.coin", "random.dice"})

    def __init__(self, dice: random.Random | None = None) -> None:
        self._dice = dice or random.Random()

    def phrases(self) -> Iterable[str]:
        """Both sides, and all six."""
        return (*_COIN, *(f"You rolled {_an(side)}." for side in range(1, 7)))

    async def plan(self, intent: Intent, now: datetime) -> Plan:
        """Throw; each plan is a throw of its own, and the last one counts."""
        slots = intent.slots
        count = min(_MOST, max(1, round(number_slot(slots, "count") or 1)))
        if intent.name == "random.coin":
            thrown = [self._dice.choice(_COIN) for _ in range(count)]
            return say(
                thrown[0] if count == 1 else sentence(join([t[:-1].lower() for t in thrown]))
            )
        low, high = number_slot(slots, "low"), number_slot(slots, "high")
        if low is not None and high is not None:
            low, high = sorted((round(low), round(high)))
            return say(f"{self._dice.randint(low, high)}.")
        sides = max(2, round(number_slot(slots, "sides") or 6))
        rolled = [self._dice.randint(1, sides) for _ in range(count)]
        total = f", {sum(rolled)} in all" if count > 1 else ""
        return say(f"You rolled {join([_an(each) for each in rolled])}{total}.")

    async def perform(self, action: Action) -> Undo | None:
        """There is nothing to do."""
        return None


def _an(number: int) -> str:
    """A number with its article: "a 3", "an 8", "an 11"."""
    return f"{'an' if str(number)[0] == '8' or number in (11, 18) else 'a'} {number}"
