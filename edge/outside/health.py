"""Whether all is well, as a program that watches asks it. Pure."""

from collections.abc import Mapping

from edge.events import Value
from edge.outside.appliance import Standing


def health(standing: Standing) -> tuple[bool, Mapping[str, Value]]:
    """Whether the device can do its work, and the figures that say so."""
    return standing.hears, {
        "status": "ok" if standing.hears else "no sound from the microphone",
        "state": standing.state,
        "turns": standing.turns,
        "uptime_s": round(standing.uptime_s),
        "silent_s": round(standing.silent_s, 1),
        "dropped_samples": standing.dropped_samples,
    }
