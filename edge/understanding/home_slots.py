"""Slots of what is done in the home, and of what is asked about it."""

from edge.understanding import amounts, free, targets
from edge.understanding.filling import Filled, Filler, Request, whole
from edge.understanding.lexicon import HOME, STOP
from edge.vocabulary import Kind


def _targets(request: Request, default: Kind | None = None) -> Filled:
    known = (request.lexicon - request.things) | STOP | HOME
    found = targets.find(request.sentence, request.index, known, default, request.things)
    return Filled([dict(target) for target in found.targets] or [{}], found.used)


def _on_off(request: Request) -> Filled:
    words = request.words
    lit = {"dark", "light", "see", "bright", "lit", "gloomy", "black"} & set(words)
    sentence = request.sentence
    lit |= {"white"} & set(words)  # as "light" is often misheard
    devices = any(not n.names or n.names[0].what == "device" for n in sentence.of("name", "kind"))
    filled = _targets(request, "light" if lit and not devices else None)
    filled.put(toggle=True if _TOGGLING & set(words) else None)
    return filled


_TOGGLING = frozenset({"toggle", "toggles", "toggled"})


def _covers(request: Request) -> Filled:
    sun = {"sun", "sunlight", "sunshine", "daylight", "air", "window"} & set(request.words)
    filled = _doors(request, "cover", "cover" if sun else None)
    if request.words[0] == "let":  # "let some light in"
        for target in filled.slots:
            target.update({"kind": "cover"} if target.get("kind") == "light" else {})
    return filled


def _locks(request: Request) -> Filled:
    return _doors(request, "lock", "lock" if "up" in request.words else None)


def _doors(request: Request, kind: Kind, default: Kind | None) -> Filled:
    """A door is a lock to be locked and a cover to be opened."""
    filled = _targets(request, default)
    if {"door", "doors"} & set(request.words):
        for target in filled.slots:
            if not {"name", "kind", "unknown", "candidates"} & target.keys():
                target["kind"] = kind
    return filled


def _brightness(request: Request) -> Filled:
    filled = _targets(request, "light")
    filled.put(**amounts.share(request.sentence, amounts.BRIGHTER, amounts.DIMMER, 20))
    return filled


def _temperature(request: Request) -> Filled:
    filled = _targets(request)
    for target in filled.slots:
        target.pop("last", None)
        if target.get("kind") in ("thermostat", "switch"):
            del target["kind"]
    filled.put(**amounts.temperature(request.sentence))
    return filled


def _color(request: Request) -> Filled:
    filled = _targets(request, "light")
    color = next((str(s.value) for s in request.sentence.of("color")), None)
    if color is None and {"warmer", "cooler", "colder"} & set(request.words):
        color = "warm white" if "warmer" in request.words else "cool white"
    kelvin = next((whole(s.value) for s in request.sentence.of("kelvin")), _WHITES.get(color or ""))
    filled.put(color=color, kelvin=kelvin)
    return filled


_WHITES = {"candlelight": 1900, "warm white": 2700, "soft white": 3000, "cool white": 4000,
           "cold white": 5000, "daylight": 6500}  # fmt: skip


_STATES = {"on": "on", "running": "on", "off": "off", "open": "open", "opened": "open",
           "closed": "closed", "shut": "closed", "close": "closed", "locked": "locked",
           "unlocked": "unlocked", "lock": "locked"}  # fmt: skip


def _state(request: Request) -> Filled:
    words = request.words
    state = next(
        (
            _STATES[word]
            for i, word in reversed(list(enumerate(words)))
            if word in _STATES
            and not (word == "on" and words[i + 1 : i + 2] in (("the",), ("my",)))
        ),
        None,
    )
    doors: Kind = "lock" if state in ("locked", "unlocked") else "cover"
    filled = _doors(request, doors, doors if words[-2:] == ("lock", "up") else None)
    filled.put(state=state)
    measured = _measured(request)
    if measured is not None:
        filled.slots = [{"name": measured}]
    return filled


_QUANTITIES = {"humidity": "humid", "humid": "humid", "moisture": "moist"}


def _measured(request: Request) -> str | None:
    """The sensor of a room that is asked for by what it measures: "how humid is it in …"."""
    part = next((_QUANTITIES[word] for word in request.words if word in _QUANTITIES), None)
    names = [name for span in request.sentence.of("name") for name in span.names]
    if part is None or any(name.what == "device" for name in names):
        return None
    areas = [name.value for name in names]
    found = [
        device.name
        for device in request.index.vocabulary.devices
        if device.kind == "sensor" and part in device.name.lower()
    ]
    inside = [name for name in found if any(area.lower() in name.lower() for area in areas)]
    chosen = inside or (found if not areas else [])
    return chosen[0] if len(chosen) == 1 else None


def _room_temperature(request: Request) -> Filled:
    filled = _targets(request)
    for target in filled.slots:
        if target.get("kind") in ("thermostat", "sensor"):
            del target["kind"]
    return filled


def _scene(request: Request) -> Filled:
    named = [name for span in request.sentence.of("name") for name in span.names]
    scene = next((name.value for name in named if name.kind == "scene"), None)
    area = next((name.value for name in named if name.what == "area"), None)
    if scene is None:
        scene = free.scene(request.words, request.index)
    filled = Filled()
    filled.put(name=scene, area=area if scene != area else None)
    return filled


FILLERS: dict[str, Filler] = {
    "home.turn_on": _on_off,
    "home.turn_off": _on_off,
    "home.open": _covers,
    "home.close": _covers,
    "home.lock": _locks,
    "home.unlock": _locks,
    "home.set_brightness": _brightness,
    "home.set_color": _color,
    "home.set_temperature": _temperature,
    "home.get_state": _state,
    "home.get_temperature": _room_temperature,
    "home.scene": _scene,
    "later.cancel": _targets,
    "later.list": _targets,
}
