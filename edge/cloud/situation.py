"""What goes along with a question: the conversation so far, what is known, the home's names."""

from dataclasses import dataclass

from cloud_bridge.context import Known, Situation
from edge.cloud.device import Device
from edge.memory.state import Conversation
from edge.vocabulary import Vocabulary


@dataclass(frozen=True, slots=True)
class About:
    """What goes along with a question."""

    talk: Conversation
    """The conversation, with what the question itself adds to its state."""
    facts: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    domain: str = ""
    """The domain of the device's own guess, where it is sure."""
    specialist: str = ""
    """Who is to answer; empty: whom it concerns."""


def situation_of(about: About, device: Device, *, private: bool) -> Situation:
    """A conversation as the context compiler takes it."""
    talk = about.talk
    known = tuple(
        Known(slot.name, slot.value, slot.said, slot.before[-1] if slot.before else "", slot.doubts)
        for slot in talk.slots
    )
    return Situation(
        topic=talk.topic,
        known=known,
        missing=about.missing if known else (),
        summary=talk.summary,
        facts=about.facts,
        facts_private=private,
        exchanges=tuple((each.said, each.heard) for each in talk.recent),
        home=home_in_words(device.vocabulary()),
        now=f"{device.now():%A, %-d %B %Y, %H:%M}",
    )


def home_in_words(names: Vocabulary) -> dict[str, list[str]]:
    """What there is to be named in the home."""
    here = [f"{names.here} (where you stand)"] if names.here else []
    return {
        "lists": list(names.lists),
        "rooms": [*here, *(area for area in names.areas if area != names.here)],
        "devices": [
            f"{each.name} ({each.kind}{f', {each.area}' if each.area else ''})"
            for each in names.devices
        ],
    }
