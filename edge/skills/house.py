"""Lights, switches, covers, locks, thermostats and scenes."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from edge.events import Action, Intent, Plan, Reply, Value
from edge.home.home import Command, Home
from edge.skills.base import Undo, ask, number_slot, say, text_slot
from edge.skills.hands import Call, do, to_action, to_calls
from edge.skills.targets import Target, names, resolve, which
from edge.skills.words import number, sentence, the
from edge.vocabulary import Device, Kind

_POWER: tuple[Kind, ...] = ("light", "switch", "fan", "media")
"""What "everything" means: nobody wants the heating off by saying good night."""


@dataclass(frozen=True, slots=True)
class _Verb:
    """How an intent is said, and what it means for each kind of device."""

    do: str
    done: str
    commands: Mapping[Kind, Command]
    group: tuple[Kind, ...]


_VERBS: Mapping[str, _Verb] = {
    "home.turn_on": _Verb(
        "turn on",
        "Turned on",
        {**dict.fromkeys((*_POWER, "thermostat"), "turn_on"), "scene": "activate"},
        _POWER,
    ),
    "home.turn_off": _Verb(
        "turn off", "Turned off", dict.fromkeys((*_POWER, "thermostat"), "turn_off"), _POWER
    ),
    "home.open": _Verb("open", "Opening", {"cover": "open", "lock": "unlock"}, ("cover",)),
    "home.close": _Verb("close", "Closing", {"cover": "close", "lock": "lock"}, ("cover",)),
    "home.lock": _Verb("lock", "Locked", {"lock": "lock"}, ("lock",)),
    "home.unlock": _Verb("unlock", "Unlocked", {"lock": "unlock"}, ("lock",)),
    "home.set_brightness": _Verb(
        "dim",
        "Set",
        {"light": "set_brightness", "cover": "set_position", "fan": "set_speed"},
        ("light",),
    ),
    "home.set_color": _Verb("color", "Set", {"light": "set_color"}, ("light",)),
    "home.set_temperature": _Verb("set", "Set", {"thermostat": "set_temperature"}, ("thermostat",)),
}
_SCENES: tuple[Kind, ...] = ("scene",)
_LEVEL: Mapping[Kind, str] = {"light": "brightness", "cover": "position", "fan": "speed"}
_RUNNING = frozenset({"on", "playing", "paused", "idle", "heat", "cool"})
_HOW_BRIGHT, _WHICH_COLOR = "To how many percent?", "Which color?"
_HOW_WARM, _WHICH_SCENE = "To how many degrees?", "Which scene?"
_COLDEST, _WARMEST = 4, 95
"""Degrees of either scale that nobody can mean to go beyond."""


class House:
    """Acts on the devices of the home."""

    intents = frozenset({*_VERBS, "home.scene"})

    def __init__(self, home: Home) -> None:
        self._home = home

    def phrases(self) -> Iterable[str]:
        """On and off for each device and each room's lights; open and close; locks; scenes."""
        yield from (_HOW_BRIGHT, _WHICH_COLOR, _HOW_WARM, _WHICH_SCENE)
        vocabulary = self._home.vocabulary()
        for device in vocabulary.devices:
            for intent in ("home.turn_on", "home.turn_off", "home.open", "home.close", "home.lock"):
                if device.kind in _VERBS[intent].commands and (
                    device.kind not in ("thermostat", "scene")
                ):
                    yield f"{_done(intent, [device])} {the(device.name)}."
            if device.kind == "lock":
                yield f"Should I unlock {the(device.name)}?"
                yield f"Unlocked {the(device.name)}."
            if device.kind == "scene":
                yield f"Activated {device.name}."
        for done in ("Turned on", "Turned off"):
            yield f"{done} all the lights."
            for area in vocabulary.areas:
                yield f"{done} the lights in {the(area)}."

    async def plan(self, intent: Intent, now: datetime) -> Plan:
        """Decide on which devices, and how."""
        if intent.name == "home.scene":
            return self._scene(intent.slots)
        verb = _VERBS[intent.name]
        slots = self._located(intent)
        target = resolve(slots, self._home.vocabulary(), verb.group, f"What should I {verb.do}?")
        if isinstance(target, Plan):
            return target
        if self._vague(slots, target):
            return which(target.devices)
        able = [device for device in target.devices if device.kind in verb.commands]
        if not target.named:
            able = self._harmless(intent.name, able)
        if not able:
            return say(f"I can't {verb.do} {target.text}.")
        return self._act(intent, target.only(able))

    def _located(self, intent: Intent) -> Mapping[str, Value]:
        """ "Make it warmer" and "dim the lights" name no kind: the intent does."""
        slots = intent.slots
        if any(key in slots for key in ("name", "kind", "unknown", "candidates")):
            return slots
        match intent.name:
            case "home.set_temperature":
                return {**slots, "kind": "thermostat"}
            case "home.set_brightness" | "home.set_color":
                return {**slots, "kind": "light"}
            case "home.lock" | "home.unlock" if "all" in slots or "area" in slots:
                return {**slots, "kind": "lock"}
            case _:
                return slots

    def _vague(self, slots: Mapping[str, Value], target: Target) -> bool:
        """ "The lights" are all of them and doors are locked together; "the fan" is one."""
        if target.named or len(target.devices) == 1 or {"area", "all"} & slots.keys():
            return False
        kind = text_slot(slots, "kind")
        return kind not in ("light", "lock") and self._home.vocabulary().here is None

    def _harmless(self, intent: str, devices: Sequence[Device]) -> list[Device]:
        """A group of blinds does not include the garage door, unless there is nothing else."""
        if intent not in ("home.open", "home.close"):
            return list(devices)
        inner = [each for each in devices if not self._home.state(each.id).get("entrance")]
        return inner or list(devices)

    def _act(self, intent: Intent, target: Target) -> Plan:
        match intent.name:
            case "home.set_brightness":
                return self._set_level(intent, target)
            case "home.set_color":
                return _set_color(intent, target)
            case "home.set_temperature":
                return self._set_temperature(intent, target)
            case _:
                return self._switch(self._turned(intent, target), target)

    def _turned(self, intent: Intent, target: Target) -> Intent:
        """To toggle is to turn off what is on, and on what is not."""
        if not intent.slots.get("toggle"):
            return intent
        on = any(self._home.state(each.id).get("state") in _RUNNING for each in target.devices)
        return replace(intent, name="home.turn_off" if on else "home.turn_on")

    def _switch(self, intent: Intent, target: Target) -> Plan:
        verb = _VERBS[intent.name]
        calls = [Call(each.id, verb.commands[each.kind]) for each in target.devices]
        action = to_action(intent.name, calls)
        done = f"{_done(intent.name, target.devices)} {target.text}."
        if not any(self._risky(call) for call in calls):
            return Plan(Reply(done), action)
        if len(calls) > 1 and not intent.slots.get("all"):
            return which(target.devices)
        do = "unlock" if all(call.command == "unlock" for call in calls) else verb.do
        question = Reply(f"Should I {do} {names(target.devices)}?", expects_reply=True)
        return Plan(question, action, confirm=True, done=done)

    def _risky(self, call: Call) -> bool:
        """Whether it lets somebody into the house."""
        entrance = self._home.state(call.id).get("entrance")
        return call.command == "unlock" or (call.command == "open" and bool(entrance))

    def _set_level(self, intent: Intent, target: Target) -> Plan:
        percent, delta = number_slot(intent.slots, "percent"), number_slot(intent.slots, "delta")
        entrances = [each for each in target.devices if self._home.state(each.id).get("entrance")]
        if entrances:
            return say(f"I can only open or close {names(entrances)}.")
        if percent is not None:
            levels = dict.fromkeys(target.devices, round(min(100, max(0, percent))))
        elif delta is not None:
            levels = self._shifted(target, delta)
        else:
            return ask(_HOW_BRIGHT)
        if not levels:
            return say(f"{target.text[0].upper()}{target.text[1:]} {target.verb} off.")
        commands = _VERBS[intent.name].commands
        calls = [
            Call(each.id, commands[each.kind], {"percent": level}) for each, level in levels.items()
        ]
        target = target.only(tuple(levels))
        if len(set(levels.values())) == 1:
            text = f"Set {target.text} to {calls[0].arguments['percent']} percent."
        else:
            text = f"{'Brightened' if (delta or 0) > 0 else 'Dimmed'} {target.text}."
        return Plan(Reply(text), to_action(intent.name, calls))

    def _shifted(self, target: Target, delta: float) -> dict[Device, int]:
        """A bit more or less for what is on; what is off comes on only to get brighter."""
        levels = {device: self._level(device) for device in target.devices}
        lit = {device: level for device, level in levels.items() if level}
        chosen = lit or (levels if delta > 0 else {})
        return {each: round(min(100, max(1, level + delta))) for each, level in chosen.items()}

    def _level(self, device: Device) -> float:
        state = self._home.state(device.id)
        off = device.kind != "cover" and state.get("state") == "off"
        level = state.get(_LEVEL[device.kind], 0)
        return 0 if off or not isinstance(level, int | float) else level

    def _set_temperature(self, intent: Intent, target: Target) -> Plan:
        wanted, delta = number_slot(intent.slots, "temperature"), number_slot(intent.slots, "delta")
        if len(target.devices) > 1 and not intent.slots.get("all"):
            return which(target.devices)
        if wanted is None and delta is None:
            return ask(_HOW_WARM)
        calls = []
        for device in target.devices:
            now = self._home.state(device.id).get("temperature")
            if wanted is None and not isinstance(now, int | float):
                return say(f"I don't know what {the(device.name)} is set to.")
            aim = wanted if wanted is not None else float(str(now)) + (delta or 0)
            calls.append(Call(device.id, "set_temperature", {"temperature": aim}))
            if not _COLDEST <= aim <= _WARMEST:
                return say(f"I can't set {the(device.name)} to {number(aim, 1)} degrees.")
        return Plan(
            Reply(f"Set {target.text} to {number(aim, 1)} degrees."),
            to_action(intent.name, calls),
        )

    def _scene(self, slots: Mapping[str, Value]) -> Plan:
        target = resolve(slots, self._home.vocabulary(), _SCENES, _WHICH_SCENE)
        if isinstance(target, Plan):
            return target
        device = target.devices[0]
        if device.kind != "scene" or not target.named:
            return ask(_WHICH_SCENE)
        action = to_action("home.scene", [Call(device.id, "activate")])
        return Plan(Reply(sentence(f"Activated {device.name}")), action)

    async def perform(self, action: Action) -> Undo | None:
        """Have the home do it."""
        return await do(self._home, to_calls(action))


def _set_color(intent: Intent, target: Target) -> Plan:
    kelvin = number_slot(intent.slots, "kelvin")
    color = text_slot(intent.slots, "color") or (f"{kelvin:g} kelvin" if kelvin else None)
    if color is None:
        return ask(_WHICH_COLOR)
    arguments: dict[str, Value] = {"color": color, **({"kelvin": kelvin} if kelvin else {})}
    calls = [Call(each.id, "set_color", arguments) for each in target.devices]
    return Plan(Reply(f"Set {target.text} to {color}."), to_action(intent.name, calls))


def _done(intent: str, devices: Sequence[Device]) -> str:
    kinds = {device.kind for device in devices}
    if kinds == {"lock"} and intent in ("home.open", "home.close"):
        return "Unlocked" if intent == "home.open" else "Locked"
    return "Activated" if kinds == {"scene"} else _VERBS[intent].done
