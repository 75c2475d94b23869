"""Faults of clocks, done to the schedule: jumps, daylight saving, reboots.

A simulated machine lives through some days. What is true is a clock that nobody can set; the wall
clock that the schedule is shown jumps, changes to and from daylight saving, and is all there is
after a reboot. The store is the real one.


Zones are a process's own affair, so each fault has one of its own.
"""

import asyncio
import os
import random
import subprocess
import sys
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from edge.bench.faults_state import Outcome
from edge.records import Alarm, Reminder, Timer
from edge.skills.schedule import Ring, Schedule, Uptime
from edge.store import Store

_ZONE = ZoneInfo("Europe/Berlin")
_CHANGES = (datetime(2026, 3, 28, 12, tzinfo=UTC), datetime(2026, 10, 24, 12, tzinfo=UTC))
"""The days before the clocks go forward, and back."""
_STEP_S = 60
_DAYS = 2
_OFF_S = 60


@dataclass
class Machine:
    """A computer with a wall clock that can be set, and an uptime that cannot."""

    path: Path
    wall: datetime
    dice: random.Random
    true: float = 0.0
    """Seconds since the beginning, powered or not: what a person's own watch shows."""
    boot: int = 0
    booted_at: float = 0.0
    rung: list[tuple[Ring, float, datetime]] = field(default_factory=list)
    """What rang, when in truth, and by which wall clock."""

    def start(self) -> None:
        """A new process; nothing was said to the old one."""
        self.store = Store(self.path)
        uptime = Uptime(str(self.boot), lambda: self.true - self.booted_at)
        self.schedule = Schedule(self.store, uptime)

    @property
    def local(self) -> datetime:
        """What the wall clock shows."""
        return self.wall.astimezone()

    def off(self, seconds: float) -> None:
        """Time without a process; the wall clock goes on."""
        self.store.close()
        self.true += seconds
        self.wall += timedelta(seconds=seconds)

    async def step(self) -> None:
        """Half a minute, as the ringing loop lives it."""
        self.true += _STEP_S
        self.wall += timedelta(seconds=_STEP_S)
        await self.schedule.follow_clock(self.local)
        for ring in self.schedule.due(self.local):
            self.rung.append((ring, self.true, self.local))
            await self.schedule.heard(ring, self.local)


def clock(fault: str, folder: Path, seed: int) -> Outcome:
    """`clock_jump`, `daylight_saving` or `reboot`, some of each within two days."""
    command = [sys.executable, "-m", "edge.bench.faults_clock", fault, str(folder), str(seed)]
    zone = {"TZ": _ZONE.key}
    done = subprocess.run(
        command, env=os.environ | zone, capture_output=True, text=True, check=False
    )
    if done.returncode:
        return Outcome(fault, seed, (done.stderr.strip().splitlines() or ["no word"])[-1])
    return Outcome(fault, seed, done.stdout.strip())


async def _live(fault: str, folder: Path, dice: random.Random) -> str:
    start = (
        dice.choice(_CHANGES) if fault == "daylight_saving" else datetime(2026, 6, 1, tzinfo=UTC)
    )
    start += timedelta(seconds=dice.randrange(30_000))
    machine = Machine(folder / "stonechat.db", start, dice)
    machine.start()
    timers = await _set_timers(machine)
    dated = await _set_dated(machine)
    jumps_s = 7200.0 if fault == "clock_jump" else 0.0
    steps = _DAYS * 86_400 // _STEP_S
    at = set(dice.sample(range(steps), 4))
    for number in range(steps):
        if number in at:
            _happen(fault, machine)
        await machine.step()
    left = [each.id for each in machine.store.all(Timer)]
    machine.store.close()
    return _timers_wrong(machine, timers, left) or _dated_wrong(machine, dated, jumps_s)


def _happen(fault: str, machine: Machine) -> None:
    dice = machine.dice
    match fault:
        case "clock_jump":
            machine.wall += timedelta(seconds=dice.uniform(-7200, 7200))
        case "reboot":
            machine.off(dice.uniform(5, _OFF_S))
            machine.boot += 1
            machine.booted_at = machine.true
            machine.start()
        case _:  # a process that ends beside it
            machine.off(1)
            machine.start()


async def _set_timers(machine: Machine) -> dict[str, float]:
    """Some timers; by id, when each must ring in truth."""
    due = {}
    for number in range(4):
        seconds = machine.dice.uniform(600, 0.8 * _DAYS * 86_400)
        timer = Timer(f"timer-{number}", None, seconds, None, None)
        await machine.store.write([machine.schedule.running(timer, seconds, machine.local)])
        due[timer.id] = machine.true + seconds
    return due


async def _set_dated(machine: Machine) -> dict[str, datetime]:
    """Some alarms and reminders; by id, the wall time at which each must ring."""
    due = {}
    for number in range(6):
        later = machine.local.replace(tzinfo=None) + timedelta(hours=machine.dice.uniform(3, 30))
        if number < 2:  # within the hour that is skipped or comes twice
            later = machine.local.replace(tzinfo=None) + timedelta(days=1)
            later = later.replace(hour=2, minute=machine.dice.randrange(60))
        time = later.isoformat(timespec="minutes")
        record = (
            Alarm(f"alarm-{number}", time)
            if number % 2
            else Reminder(f"reminder-{number}", time, "x")
        )
        await machine.store.write([record])
        due[record.id] = datetime.fromisoformat(time).replace(tzinfo=_ZONE)
    return due


def _timers_wrong(machine: Machine, due: dict[str, float], left: list[str]) -> str:
    """Each timer rings once, when it must by the clock that nobody sets; late by a reboot only."""
    for id, at in due.items():
        rung = [when for ring, when, _ in machine.rung if ring.id == id]
        if len(rung) != 1 or id in left:
            return f"{id} rang {len(rung)} times"
        if not -2 <= rung[0] - at <= _STEP_S + _OFF_S:
            return f"{id} rang {rung[0] - at:+.0f} s beside its time"
    return ""


def _dated_wrong(machine: Machine, due: dict[str, datetime], jumps_s: float) -> str:
    """Each alarm rings once, at the first moment at which the wall clock is so far."""
    for id, at in due.items():
        rung = [wall for ring, _, wall in machine.rung if ring.id == id]
        if len(rung) != 1:
            return f"{id} for {at:%H:%M} rang {len(rung)} times"
        late = rung[0].timestamp() - at.timestamp()
        if not 0 <= late <= _STEP_S + _OFF_S + jumps_s:
            return f"{id} rang {late:+.0f} s beside its time"
    return ""


if __name__ == "__main__":
    told = asyncio.run(_live(sys.argv[1], Path(sys.argv[2]), random.Random(int(sys.argv[3]))))
    sys.stdout.write(told)
