"""Which devices are meant. Pure: the slots of a target and the names of a home → devices."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from edge.events import Plan, Value
from edge.skills.base import ask, say, text_slot, texts_slot
from edge.skills.words import is_are, join, the
from edge.vocabulary import Device, Kind, Vocabulary

KINDS: Mapping[Kind, str] = {
    "light": "lights",
    "switch": "switches",
    "cover": "blinds",
    "thermostat": "thermostats",
    "lock": "locks",
    "media": "players",
    "sensor": "sensors",
    "scene": "scenes",
    "fan": "fans",
}
"""What several devices of a kind are called."""

WHICH_ROOM = "In which room?"
EMPTY_HOME = "I can't reach your home right now."


@dataclass(frozen=True, slots=True)
class Target:
    """The devices that are meant, and how they are called together."""

    devices: tuple[Device, ...]
    text: str
    named: bool = False
    """True where one device was called by its name."""

    @property
    def verb(self) -> str:
        """Is or are."""
        return is_are(self.devices[0].name if len(self.devices) == 1 else "devices")

    def only(self, devices: Sequence[Device]) -> "Target":
        """The same target, reduced to some of its devices."""
        if len(devices) == len(self.devices):
            return self
        return Target(tuple(devices), names(devices), self.named)


def resolve(
    slots: Mapping[str, Value], vocabulary: Vocabulary, kinds: Collection[Kind], what: str
) -> Target | Plan:
    """Find the devices; or the plan that says why not, or asks.

    `kinds` are those a group may consist of; a device that is named may be of any kind.
    `what` is the question when nothing at all was named.
    """
    if not vocabulary.devices:
        return say(EMPTY_HOME)
    unknown, candidates = text_slot(slots, "unknown"), texts_slot(slots, "candidates")
    if unknown is not None:
        return say(f"I don't know anything called {unknown}.")
    if candidates:
        return ask(f"Which one: {join([the(name) for name in candidates], 'or')}?")
    name = text_slot(slots, "name")
    if name is not None:
        return _named(name, text_slot(slots, "area"), vocabulary)
    return _group(slots, vocabulary, kinds, what)


def which(devices: Sequence[Device]) -> Plan:
    """Ask which of several devices is meant."""
    if len(devices) > 4:
        return ask(WHICH_ROOM)
    return ask(f"Which one: {join([the(device.name) for device in devices], 'or')}?")


def names(devices: Sequence[Device]) -> str:
    """Call a few devices by their names, many by their number."""
    if len(devices) <= 3:
        return join([the(device.name) for device in devices])
    kinds = {device.kind for device in devices}
    return f"{len(devices)} {KINDS[kinds.pop()] if len(kinds) == 1 else 'devices'}"


def _named(name: str, area: str | None, vocabulary: Vocabulary) -> Target | Plan:
    found = [each for each in vocabulary.devices if each.name.casefold() == name.casefold()]
    found = [each for each in found if _same(each.area, area)] or found
    if not found:
        return say(f"I don't know anything called {name}.")
    if len(found) > 1:
        nearby = [each for each in found if _same(each.area, vocabulary.here)]
        if len(nearby) != 1:
            return ask(WHICH_ROOM)
        found = nearby
    return Target(tuple(found), the(found[0].name), named=True)


def _group(
    slots: Mapping[str, Value], vocabulary: Vocabulary, kinds: Collection[Kind], what: str
) -> Target | Plan:
    kind, area = text_slot(slots, "kind"), text_slot(slots, "area")
    everything = bool(slots.get("all"))
    if kind is None and area is None and not everything:
        return ask(what)
    spared = {name.casefold() for name in texts_slot(slots, "except")}
    fitting = [
        each
        for each in vocabulary.devices
        if (each.kind == kind if kind else each.kind in kinds)
        and not spared & {each.name.casefold(), (each.area or "").casefold()}
    ]
    if area is None and not everything and vocabulary.here is not None:
        nearby = [each for each in fitting if _same(each.area, vocabulary.here)]
        if not nearby and len(fitting) > 1:
            return ask(WHICH_ROOM)
        fitting, area = (nearby, vocabulary.here) if nearby else (fitting, None)
    elif area is not None:
        fitting = [each for each in fitting if _same(each.area, area)]
    called = "devices" if kind is None else next(n for k, n in KINDS.items() if k == kind)
    if not fitting:
        return say(f"There are no {called}{f' in {the(area)}' if area else ''}.")
    return Target(tuple(fitting), _call(fitting, kind, area, texts_slot(slots, "except")))


def _call(
    devices: Sequence[Device], kind: str | None, area: str | None, spared: Sequence[str]
) -> str:
    """What a group is called: by its kind for lights, whose names nobody needs to hear."""
    place = f" in {the(area)}" if area else ""
    but = f" except {join([the(name) for name in spared])}" if spared else ""
    if len(devices) == 1:
        return the(devices[0].name)
    if kind is None:
        return f"everything{place}{but}"
    if kind == "light":
        return f"the lights{place}{but}" if area else f"all the lights{but}"
    return names(devices)


def _same(one: str | None, other: str | None) -> bool:
    return one is not None and other is not None and one.casefold() == other.casefold()
