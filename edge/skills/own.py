"""Intents that the owner described: say what is to be said, and tell a device, if one is named."""

import re
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import cast, get_args

from edge.errors import SkillError
from edge.events import Action, Intent, Plan, Reply, Value
from edge.home.home import Command, Home
from edge.skills.base import Undo
from edge.vocabulary import OwnIntent

_ALONE = frozenset(get_args(Command)) - {
    *("set_brightness", "set_position", "set_speed", "set_color", "set_temperature", "set_volume"),
    *("unlock", "open"),
}
"""Commands that need no argument and no confirmation: nothing here asks before it acts."""


class Own:
    """Each intent as an action of its name, for the outside; and a command to the home."""

    def __init__(self, home: Home, intents: Mapping[str, OwnIntent]) -> None:
        """Raises SkillError where a command is none."""
        self._home = home
        self._own = intents
        self.intents = frozenset(intents)
        for intent in intents.values():
            if intent.command is not None and intent.command not in _ALONE:
                known = ", ".join(sorted(_ALONE))
                raise SkillError(
                    f"[{intent.name}]: no command {intent.command!r}; there are {known}"
                )

    def phrases(self) -> Iterable[str]:
        """Replies that are always the same."""
        return (own.reply for own in self._own.values() if "{" not in own.reply)

    async def plan(self, intent: Intent, now: datetime) -> Plan:
        """The reply with its slots, and the action as data."""
        own = self._own[intent.name]
        return Plan(Reply(_filled(own.reply, intent.slots)), Action(intent.name, intent.slots))

    async def perform(self, action: Action) -> Undo | None:
        """Tell the device, if there is one; whoever listens to the events has the slots."""
        own = self._own[action.name]
        if own.device is None or own.command is None:
            return None
        for device in self._home.vocabulary().devices:
            if device.name.casefold() == own.device.casefold():
                await self._home.apply(device.id, cast(Command, own.command), {})
                return None
        raise SkillError(f"I can't find the {own.device}.")


def _filled(reply: str, slots: Mapping[str, Value]) -> str:
    said = re.sub(r"\{(\w+)\}", lambda slot: str(slots.get(slot[1], "")), reply)
    return re.sub(r"\s+([,.!?])", r"\1", " ".join(said.split()))
