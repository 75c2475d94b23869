"""What homes do to devices, in seeded faults: is every timer, list and setting there afterwards?

store     killed, power_cut (with torn journal), disk_full, disk_read_only
clock     clock_jump, daylight_saving, reboot
daemon    daemon_killed, out_of_memory, engine_wedged, sound_server_restarted,
          microphone_lost, speaker_lost, default_changed: each in the middle of a sentence
"""

import random
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from edge.bench import faults_daemon
from edge.bench.faults_clock import clock
from edge.bench.faults_daemon import Device
from edge.bench.faults_state import Outcome, disk, killed
from edge.bench.figures import distribution

_PARTS = {
    "killed": 84,
    "power_cut": 50,
    "disk_full": 24,
    "disk_read_only": 24,
    "clock_jump": 20,
    "daylight_saving": 20,
    "reboot": 20,
    "daemon_killed": 10,
    "out_of_memory": 6,
    "engine_wedged": 4,
    "sound_server_restarted": 12,
    "microphone_lost": 12,
    "speaker_lost": 8,
    "default_changed": 6,
}
"""How many of 300 faults are of each kind: those that cost least are done most."""


def measure(runs: int, seed: int, note: Callable[[str], None]) -> dict[str, Any]:
    """Do so many faults. `lost` counts those after which a record was missing, `unanswered` those
    after which a spoken command was not carried out (a busy machine starves the sound server)."""
    plan = planned(runs, seed)
    outcomes = []
    for outcome in _done(plan):
        outcomes.append(outcome)
        if wrong := outcome.lost or outcome.deaf:
            note(f"{outcome.fault}, seed {outcome.seed}: {wrong}")
    return figures(outcomes)


def planned(runs: int, seed: int) -> list[tuple[str, int]]:
    """Kinds of faults in their proportions, each with a seed of its own, the daemon's last."""
    dice = random.Random(seed)
    names = [name for name, part in _PARTS.items() for _ in range(part)]
    chosen = [names[number * len(names) // runs % len(names)] for number in range(runs)]
    return [(name, dice.randrange(1 << 30)) for name in chosen]


def figures(outcomes: list[Outcome]) -> dict[str, Any]:
    """All of them together, and by kind."""
    runs, well = Counter[str](), Counter[str]()
    for each in outcomes:
        runs[each.fault] += 1
        well[each.fault] += not (each.lost or each.deaf)
    return {
        "runs": len(outcomes),
        "survived": sum(well.values()),
        "lost": sum(bool(each.lost) for each in outcomes),
        "unanswered": sum(bool(each.deaf) for each in outcomes),
        "recovery_ms": _recovery(outcomes),
        "failures": [
            f"{each.fault} {each.seed}: {each.lost or each.deaf}"
            for each in outcomes
            if each.lost or each.deaf
        ],
        **{
            name: {
                "runs": runs[name],
                "survived": well[name],
                "recovery_ms": _recovery([each for each in outcomes if each.fault == name]),
            }
            for name in runs
        },
    }


def _recovery(outcomes: list[Outcome]) -> dict[str, float]:
    return distribution(each.recovery_ms for each in outcomes if each.recovery_ms is not None)


def _done(plan: list[tuple[str, int]]) -> Iterator[Outcome]:
    for name, seed in plan:
        if name not in faults_daemon.NAMES:
            with tempfile.TemporaryDirectory(prefix="stonechat-") as folder:
                yield _small(name, Path(folder), seed)
    of_daemon = [each for each in plan if each[0] in faults_daemon.NAMES]
    if not of_daemon:
        return
    with (
        tempfile.TemporaryDirectory(prefix="stonechat-") as folder,
        Device(Path(folder)) as device,
    ):
        for name, seed in of_daemon:
            yield faults_daemon.fault(device, name, seed)


def _small(name: str, folder: Path, seed: int) -> Outcome:
    match name:
        case "killed" | "power_cut":
            return killed(folder, seed, power_cut=name == "power_cut")
        case "disk_full" | "disk_read_only":
            return disk(name, folder, seed)
        case _:
            return clock(name, folder, seed)
