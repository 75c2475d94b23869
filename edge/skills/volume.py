"""Loudness: the assistant's own, or a player's where one is named."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Protocol

from edge.events import Action, Intent, Plan, Reply, Value
from edge.home.home import Command, Home
from edge.skills.base import Undo, ask, number_slot, say
from edge.skills.hands import Call, do, to_action, to_calls
from edge.skills.targets import resolve
from edge.skills.words import the
from edge.store import Store
from edge.vocabulary import Device, Kind

_STEP = 10
_HOW_LOUD = "How loud, in percent?"
_MUTED = {"volume.mute": "Muted.", "volume.unmute": "I'm back."}
_PLAYERS: tuple[Kind, ...] = ("media",)
_TARGET = {"name", "area", "unknown", "candidates"}


class Mixer(Protocol):
    """The loudness of the assistant's voice."""

    volume: int
    """Percent."""
    muted: bool


class RememberedMixer:
    """A mixer with nothing behind it: for typed turns and tests."""

    def __init__(self, volume: int = 70, muted: bool = False) -> None:
        self.volume = volume
        self.muted = muted


def recall(mixer: Mixer, store: Store, first: int) -> None:
    """Set a mixer to what it was set to last; `first` where it never was."""
    volume = store.setting("volume", first)
    mixer.volume = volume if isinstance(volume, int) else first
    mixer.muted = store.setting("muted") is True


class Volume:
    """Makes louder and quieter, and keeps it over a restart."""

    intents = frozenset({*_MUTED, "volume.get", "volume.set", "volume.up", "volume.down"})

    def __init__(self, mixer: Mixer, store: Store, home: Home) -> None:
        self._mixer = mixer
        self._store = store
        self._home = home

    def phrases(self) -> Iterable[str]:
        """Every volume."""
        yield from (_HOW_LOUD, *_MUTED.values())
        yield from (f"Volume at {percent} percent." for percent in range(0, 101, _STEP))

    async def plan(self, intent: Intent, now: datetime) -> Plan:
        """Decide how loud."""
        if _TARGET & intent.slots.keys():
            return self._on_player(intent)
        if intent.name == "volume.get":
            muted_now = ", and muted" if self._mixer.muted else ""
            return say(f"The volume is at {self._mixer.volume} percent{muted_now}.")
        if intent.name in _MUTED:
            muted = intent.name == "volume.mute"
            return Plan(Reply(_MUTED[intent.name]), Action(intent.name, {"muted": muted}))
        percent = _wanted(intent, self._mixer.volume)
        if percent is None:
            return ask(_HOW_LOUD)
        reply = Reply(f"Volume at {percent} percent.")
        return Plan(reply, Action(intent.name, {"percent": percent}))

    def _on_player(self, intent: Intent) -> Plan:
        slots = {key: value for key, value in intent.slots.items() if key != "kind"}
        target = resolve(slots, self._home.vocabulary(), _PLAYERS, "")
        if isinstance(target, Plan):
            return target
        players = [each for each in target.devices if each.kind == "media"]
        if not players:
            return say(f"I can't change the volume of {target.text}.")
        return self._set_player(intent, players[0])

    def _set_player(self, intent: Intent, player: Device) -> Plan:
        command: Command = "set_volume"
        arguments: Mapping[str, Value] = {}
        if intent.name in _MUTED:
            command = "mute" if intent.name == "volume.mute" else "unmute"
            text = f"{'Muted' if command == 'mute' else 'Unmuted'} {the(player.name)}."
        else:
            level = self._home.state(player.id).get("volume")
            percent = _wanted(intent, level if isinstance(level, int) else 50)
            if percent is None:
                return ask(_HOW_LOUD)
            arguments = {"percent": percent}
            text = f"Set {the(player.name)} to {percent} percent."
        return Plan(Reply(text), to_action(intent.name, [Call(player.id, command, arguments)]))

    async def perform(self, action: Action) -> Undo | None:
        """Turn the knob and remember it."""
        if "calls" in action.arguments:
            return await do(self._home, to_calls(action))
        before = self._mixer.volume, self._mixer.muted
        percent = number_slot(action.arguments, "percent")
        volume = before[0] if percent is None else round(percent)
        await self._turn(volume, muted=action.arguments.get("muted") is True)

        async def undo() -> None:
            await self._turn(before[0], muted=before[1])

        return undo

    async def _turn(self, volume: int, *, muted: bool) -> None:
        self._mixer.volume, self._mixer.muted = volume, muted
        await self._store.set("volume", volume)
        await self._store.set("muted", muted)


def _wanted(intent: Intent, volume: int) -> int | None:
    percent = number_slot(intent.slots, "percent")
    if percent is None and intent.name != "volume.set":
        delta = abs(number_slot(intent.slots, "delta") or _STEP)
        percent = volume + (delta if intent.name == "volume.up" else -delta)
    return None if percent is None else round(min(100, max(0, percent)))
