"""A coin and a die."""

import random
from collections.abc import Iterable
from datetime import datetime

from edge.events import Action, Intent, Plan
from edge.skills.base import Undo, number_slot, say

_COIN = ("Heads.", "Tails.")


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
        if intent.name == "random.coin":
            return say(self._dice.choice(_COIN))
        sides = round(number_slot(intent.slots, "sides") or 6)
        return say(f"You rolled {_an(self._dice.randint(1, max(2, sides)))}.")

    async def perform(self, action: Action) -> Undo | None:
        """There is nothing to do."""
        return None


def _an(number: int) -> str:
    """A number with its article: "a 3", "an 8", "an 11"."""
    return f"{'an' if str(number)[0] == '8' or number in (11, 18) else 'a'} {number}"
