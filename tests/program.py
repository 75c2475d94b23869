"""The program as its user has it: a command line in; an exit code, lines and events out."""

import json
import re
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

STONECHAT = str(Path(sys.executable).with_name("stonechat"))
Event = dict[str, Any]

CONTRACT = re.compile(
    r"(wake )?(speech_started (partial )*speech_ended )?"
    r"(transcript (route (action )*(error )?(confirm )?)?)?"
    r"(reply speaking (interrupted resumed )*(spoken |interrupted )?)?"
    r"turn "
)
"""The order of a turn's events; what was typed has no ears, silence no route, a ring neither."""


@dataclass(frozen=True, slots=True)
class Finished:
    """What a command left behind."""

    code: int
    out: str
    err: str

    @property
    def events(self) -> list[Event]:
        """Its standard output, where that must be JSON lines and nothing else."""
        return [json.loads(line) for line in self.out.splitlines()]

    @property
    def complaint(self) -> str:
        """The one line on stderr."""
        (line,) = self.err.splitlines()
        return line


def stonechat(*arguments: str | Path, seconds: float = 100) -> Finished:
    """Run the installed command; no traceback may ever reach its user."""
    done = subprocess.run(
        [STONECHAT, *map(str, arguments)], capture_output=True, text=True, timeout=seconds
    )
    assert "Traceback" not in done.stderr, done.stderr
    return Finished(done.returncode, done.stdout, done.stderr)


def named(events: Sequence[Event], name: str) -> list[Event]:
    """The events of a name."""
    return [event for event in events if event["event"] == name]


def turns(events: Sequence[Event]) -> list[list[Event]]:
    """Events by turn, each of which ends with `turn`."""
    found: dict[int, list[Event]] = {}
    for event in events:
        found.setdefault(event["turn"], []).append(event)
    return list(found.values())


def assert_contract(events: Sequence[Event]) -> None:
    """Every event has the common keys, time never runs back, and each turn is in order."""
    for event in events:
        assert event.keys() >= {"event", "turn", "t", "at"}
    for turn in turns(events):
        order = "".join(f"{event['event']} " for event in turn)
        assert CONTRACT.fullmatch(order), order
    spoken = [event["at"] for event in events]
    assert spoken == sorted(spoken)
