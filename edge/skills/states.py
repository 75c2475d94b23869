"""Questions about the home: is it on, is it open, how warm is it."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from edge.errors import HomeError
from edge.events import Action, Intent, Plan, Value
from edge.home.home import Home, State
from edge.skills.base import Undo, say, text_slot
from edge.skills.targets import Target, resolve
from edge.skills.words import is_are, join, number, the
from edge.vocabulary import Device, Kind

_ASKABLE: tuple[Kind, ...] = ("light", "switch", "cover", "lock", "fan", "media")
_MEASURING: tuple[Kind, ...] = ("thermostat", "sensor")
_OPENINGS: tuple[Kind, ...] = ("cover", "sensor")
_KINDS: Mapping[str, tuple[Kind, ...]] = {
    "locked": ("lock",),
    "unlocked": ("lock",),
    "open": _OPENINGS,
    "closed": _OPENINGS,
}
_OPPOSITE = {
    "on": "off",
    "off": "on",
    "open": "closed",
    "closed": "open",
    "locked": "unlocked",
    "unlocked": "locked",
}
_FOR_KIND: Mapping[tuple[Kind, str | None], str] = {
    ("lock", "open"): "unlocked",
    ("lock", "closed"): "locked",
    ("cover", "locked"): "closed",
    ("cover", "unlocked"): "open",
}
"""Doors are asked about in either way, whatever is built into them."""
_MEANS = {"opening": "open", "closing": "open", "playing": "on", "paused": "on", "idle": "on",
          "buffering": "on", "standby": "off", "jammed": "unlocked", "unlocking": "unlocked",
          "locking": "unlocked"}  # fmt: skip
"""A door that is closing is still open, and a lock that is jammed is not locked."""
_NO_TEMPERATURE = "I have no thermometer for that."
_UNITS = {"%": "percent", "°C": "degrees", "°F": "degrees", "W": "watts", "kWh": "kilowatt hours",
          "lx": "lux", "ppm": "parts per million", "hPa": "hectopascals"}  # fmt: skip


class States:
    """Tells what the home knows of itself."""

    intents = frozenset({"home.get_state", "home.get_temperature"})

    def __init__(self, home: Home) -> None:
        self._home = home

    def phrases(self) -> Iterable[str]:
        """Open or closed, locked or not."""
        yield _NO_TEMPERATURE
        for device in self._home.vocabulary().devices:
            for kind, states in (("cover", ("open", "closed")), ("lock", ("locked", "unlocked"))):
                if device.kind == kind:
                    for state in states:
                        yield f"Yes, {_is(device, state)}."
                        yield f"No, {_is(device, state)}."

    async def plan(self, intent: Intent, now: datetime) -> Plan:
        """Answer from what the home knows."""
        if intent.name == "home.get_temperature":
            return self._temperature(intent.slots)
        asked = text_slot(intent.slots, "state")
        kinds = _KINDS.get(asked or "", _ASKABLE)
        slots = intent.slots
        if text_slot(slots, "kind") == "sensor" and asked is not None:
            slots = {key: value for key, value in slots.items() if key != "kind"}
        target = resolve(slots, self._home.vocabulary(), kinds, "Which device?")
        if isinstance(target, Plan):
            return target
        if len(target.devices) == 1:
            return say(self._one(target.devices[0], asked))
        return say(self._many(target, asked or "on", bool(slots.get("all"))))

    async def perform(self, action: Action) -> Undo | None:
        """There is nothing to do."""
        return None

    def _one(self, device: Device, asked: str | None) -> str:
        state = self._home.state(device.id)
        if state.get("available") is False:
            raise HomeError(f"{device.name} isn't responding.")
        known = _plain(state)
        asked = _FOR_KIND.get((device.kind, asked), asked)
        if asked in _OPPOSITE and known in _OPPOSITE:
            return f"{'Yes' if known == asked else 'No'}, {_is(device, known)}."
        return f"{_capital(_is(device, _describe(device, state)))}."

    def _many(self, target: Target, asked: str, every: bool = False) -> str:
        """Are they? All, none, or which of them; asked of `every` one, which of them are not."""
        known = {each: _plain(self._home.state(each.id)) for each in target.devices}
        able = [each for each, state in known.items() if state in (asked, _OPPOSITE.get(asked))]
        matching = [each for each in able if known[each] == asked]
        if not able:
            return f"I can't tell whether {target.text} {target.verb} {asked}."
        if not matching:
            return f"No, {'none of them is' if asked != 'off' else 'they are not'} {asked}."
        if len(matching) == len(able):
            return f"Yes, {'all of them are' if len(able) > 1 else _is(able[0], '')} {asked}."
        if every and len(able) - len(matching) < len(matching):
            others = [each for each in able if each not in matching]
            return f"No, {self._those(others, _OPPOSITE[asked])}"
        return _capital(self._those(matching, asked))

    @staticmethod
    def _those(matching: Sequence[Device], state: str) -> str:
        """ "The lamp, the fan and the TV, and 3 more are on."."""
        verb = "are" if len(matching) > 1 else is_are(matching[0].name)
        listed = join([the(device.name) for device in matching[:4]])
        more = f", and {len(matching) - 4} more" if len(matching) > 4 else ""
        return f"{listed}{more} {verb} {state}."

    def _temperature(self, slots: Mapping[str, Value]) -> Plan:
        vocabulary = self._home.vocabulary()
        if {"name", "unknown", "candidates"} & slots.keys():
            target = resolve(slots, vocabulary, _MEASURING, "")
            if isinstance(target, Plan):
                return target
            return self._measured(target.devices)
        area = text_slot(slots, "area")
        devices = [each for each in vocabulary.devices if each.kind in _MEASURING]
        if area is None:
            here = [each for each in devices if each.area and each.area == vocabulary.here]
            # Without a room, a thermostat speaks for the home before any sensor does.
            ordered = [*here, *sorted(devices, key=lambda each: each.kind != "thermostat")]
            return self._measured(ordered)
        devices = [each for each in devices if (each.area or "").casefold() == area.casefold()]
        return self._measured(devices, f" in {the(area)}")

    def _measured(self, devices: Sequence[Device], place: str = "") -> Plan:
        for device in devices:
            state = self._home.state(device.id)
            degrees = state.get("current")
            if degrees is None and state.get("measures") == "temperature":
                degrees = state.get("value")
            if isinstance(degrees, int | float):
                where = place or (f" in {the(device.area)}" if device.area else "")
                return say(f"It's {number(degrees, 1)} degrees{where}.")
        return say(_NO_TEMPERATURE)


def _plain(state: State) -> str:
    text = str(state.get("state", ""))
    return _MEANS.get(text, text)


def _describe(device: Device, state: State) -> str:
    """Everything worth saying about one device."""
    value = state.get("value")
    if isinstance(value, int | float):
        unit = str(state.get("unit") or "")
        return f"{number(value, 1)} {_UNITS.get(unit, unit)}".strip()
    if value is not None:
        return str(value)
    if device.kind == "thermostat" and state.get("state") != "off" and "temperature" in state:
        return f"set to {number(float(str(state['temperature'])), 1)} degrees"
    if device.kind == "media" and state.get("state") == "playing":
        return f"playing {state['title']}" if state.get("title") else "playing"
    if device.kind == "light" and state.get("state") == "on" and "brightness" in state:
        return f"on, at {state['brightness']} percent"
    return _plain(state) or "there, but I can't tell its state"


def _is(device: Device, state: str) -> str:
    return f"{the(device.name)} {is_are(device.name)} {state}".strip()


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
