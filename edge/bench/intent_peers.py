"""Other people's understanding, on the same sentences and the same home: hassil with Home
Assistant's sentence templates, and gazetteer-matcher. All three packages are optional.
"""

from collections.abc import Callable, Mapping
from importlib import import_module
from typing import Any

from edge.errors import UsageError
from edge.events import Intent
from edge.understanding import public
from edge.understanding.corpus import OTHER
from edge.vocabulary import Vocabulary

Judge = Callable[[str], tuple[tuple[Intent, ...], str, float]]
"""What a text leads to: intents that are done (empty: none), the best guess, its score."""

_NOTHING: tuple[tuple[Intent, ...], str, float] = ((), OTHER, 0.0)


def hassil(vocabulary: Vocabulary) -> Judge:
    """hassil's best match with home-assistant-intents. Raises UsageError where it is missing."""
    recognize, data = _package("hassil.recognize"), _package("home_assistant_intents")
    intents_module = _package("hassil.intents")
    intents = intents_module.Intents.from_dict(data.get_intents("en"))
    lists = intents_module.TextSlotList
    slots = {
        "name": lists.from_tuples(
            [(d.name, d.name, {"domain": d.id.partition(".")[0]}) for d in vocabulary.devices]
        ),
        "area": lists.from_tuples([(area, area) for area in vocabulary.areas]),
        "floor": lists.from_tuples([(area, area) for area in vocabulary.areas if "loor" in area]),
    }

    def judge(text: str) -> tuple[tuple[Intent, ...], str, float]:
        context = {"area": vocabulary.here}
        best = recognize.recognize_best(
            text, intents, slot_lists=slots, intent_context=context, language="en"
        )
        if best is None:
            return _NOTHING
        return _found(best.intent.name, {k: entity.value for k, entity in best.entities.items()})

    return judge


def gazetteer(vocabulary: Vocabulary) -> Judge:
    """gazetteer-matcher's first frame. Raises UsageError where the package is missing."""
    names = {device.id: device.name for device in vocabulary.devices}
    floors = [area for area in vocabulary.areas if "loor" in area]
    home = {
        "areas": {area: {"name": area} for area in vocabulary.areas if area not in floors},
        "floors": {floor: {"name": floor} for floor in floors},
        "entities": {
            device.id: {"name": device.name, "aliases": list(device.aliases)}
            | ({"area": device.area} if device.area else {})
            for device in vocabulary.devices
        },
    }
    matcher = _package("gazetteer_matcher").GazetteerMatcher(home=home)

    def judge(text: str) -> tuple[tuple[Intent, ...], str, float]:
        read = matcher.interpret(text, context_area=vocabulary.here)
        if not read.accepted or not read.frames:
            return _NOTHING
        frame = read.frames[0]
        slots = {key: names.get(value, value) if key == "name" else value
                 for key, value in frame.slots.items()}  # fmt: skip
        return _found(frame.intent, slots)

    return judge


def _found(label: str, slots: Mapping[str, Any]) -> tuple[tuple[Intent, ...], str, float]:
    """A label of Home Assistant's as our intents; each of those that it may mean counts."""
    names = public.LABELS["ha_intents"].get(label, (label,))
    return tuple(Intent(name, slots) for name in names), names[0], 1.0


def _package(name: str) -> Any:
    try:
        return import_module(name)
    except ImportError:
        raise UsageError(
            f"{name} is not installed: install stonechat[test] to compare with it"
        ) from None
