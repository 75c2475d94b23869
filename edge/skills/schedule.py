"""What rings or is to be done when, whatever happens to clocks and power.

A timer counts on the clock that runs since boot, so that a corrected wall clock (a Raspberry Pi
has none of its own until the network tells it the time) neither swallows it nor lets it ring
early; after a reboot its wall time is all there is. So does a command that waits for "in an hour".
Alarms, reminders and commands for "at seven" are local wall times.
"""

import time
import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Literal, TypeVar
from zoneinfo import ZoneInfo

from edge.records import Alarm, Planned, Reminder, Timer
from edge.skills.base import Undo
from edge.skills.words import adjective, clock, moment, sentence, weekdays
from edge.store import Store

_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_DRIFT_S = 2.0
"""By so much a timer's wall time may differ from what is left of it before it is set right."""
T = TypeVar("T", Timer, Planned)
LATE = timedelta(seconds=90)
"""A ring later than this was missed: it is told, not rung."""


@dataclass(frozen=True, slots=True)
class Uptime:
    """The clock that never jumps, and the boot it belongs to."""

    boot: str
    seconds: Callable[[], float]


def system_uptime() -> Uptime:
    """The kernel's own clock, suspend included; it has no say where the boot has no name."""
    try:
        boot = Path("/proc/sys/kernel/random/boot_id").read_text().strip()
    except OSError:
        boot = uuid.uuid4().hex
    return Uptime(boot, lambda: time.clock_gettime(time.CLOCK_BOOTTIME))


@dataclass(frozen=True, slots=True)
class Ring:
    """Something that is due."""

    id: str
    kind: Literal["timer", "alarm", "reminder"]
    name: str | None
    """How the timer is called, or the reminder's text."""
    due: datetime
    text: str
    """What is to be said."""
    missed: bool = False
    """It was due while nobody was there to ring: say it once, do not ring."""


class Schedule:
    """Everything that will ring. Reads only, but for `heard`."""

    def __init__(self, store: Store, uptime: Uptime | None = None) -> None:
        """Without an uptime, timers trust the `now` they are given (recordings, tests)."""
        self._store = store
        self._uptime = uptime
        self._given: set[tuple[str, str]] = set()
        """What `due` has handed out already."""
        self.rang: Ring | None = None
        """The last that sounded, in the life of this process: to be snoozed."""

    # ── the ringing loop's side ──────────────────────────────────────────────────────────────

    def next_due(self, now: datetime) -> datetime | None:
        """When the next thing is due; in the past where one waits; None where there is none."""
        waiting = [due for _, due in self.planned(now)]
        return min([*waiting, *(ring.due for ring in self._rings(now).values())], default=None)

    def due(self, now: datetime) -> list[Ring]:
        """Hand out what is due, each ring once in the life of this process."""
        rings = {key: ring for key, ring in self._rings(now).items() if ring.due <= now}
        self._given.update(rings)
        return sorted(rings.values(), key=lambda ring: ring.due)

    async def heard(self, ring: Ring, now: datetime) -> None:
        """Forget a ring once it has sounded; until then it survives a restart.

        Raises StoreError where that cannot be kept.
        """
        self.rang = ring
        store = self._store
        timers = [timer for timer in store.all(Timer) if timer.id == ring.id]
        dated: list[Alarm | Reminder] = [*store.all(Alarm), *store.all(Reminder)]
        dated = [each for each in dated if each.id == ring.id]
        again = [
            replace(each, time=next_time(each.time, each.days, max(now, ring.due)))
            for each in dated
            if each.days
        ]
        await store.write(put=again, remove=[*timers, *(each for each in dated if not each.days)])

    async def follow_clock(self, now: datetime) -> None:
        """After the wall clock was corrected, set the running timers' wall times right.

        After a reboot these are all there is; a timer set before the clock was told the time
        would then seem to be over for weeks. Raises StoreError where that cannot be kept.
        """
        moved: list[Timer | Planned] = []
        counted: list[Timer | Planned] = [*self._store.all(Timer), *self._store.all(Planned)]
        for timer in counted:
            left = self.left(timer, now)
            if timer.due is None or left <= 0:
                continue
            if abs(timer.due - now.timestamp() - left) > _DRIFT_S:
                moved.append(replace(timer, due=now.timestamp() + left))
        if moved:
            await self._store.write(put=moved)

    def _rings(self, now: datetime) -> dict[tuple[str, str], Ring]:
        """All that was not handed out yet, by id and the time it was set to."""
        rings = {}
        for timer in self._store.all(Timer):
            if timer.due is not None:
                due = now + timedelta(seconds=self.left(timer, now))
                called = timer_name(timer.name, timer.duration)
                rings[timer.id, str(timer.due)] = _ring(timer.id, "timer", called, due, now)
        for alarm in self._store.all(Alarm):
            due = at_local(alarm.time, now)
            rings[alarm.id, alarm.time] = _ring(alarm.id, "alarm", None, due, now)
        for each in self._store.all(Reminder):
            due = at_local(each.time, now)
            rings[each.id, each.time] = _ring(each.id, "reminder", each.text, due, now)
        return {key: ring for key, ring in rings.items() if key not in self._given}

    # ── the timers' side ─────────────────────────────────────────────────────────────────────

    def timers(self, now: datetime) -> list[Timer]:
        """Every timer that still runs or is paused, the next to ring first."""
        timers = [timer for timer in self._store.all(Timer) if self.left(timer, now) > 0]
        return sorted(timers, key=lambda timer: self.left(timer, now))

    def left(self, timer: Timer | Planned, now: datetime) -> float:
        """Seconds until a timer rings; below zero when it should have."""
        if isinstance(timer, Timer) and timer.left is not None:
            return timer.left
        if self._uptime and timer.up is not None and timer.boot == self._uptime.boot:
            return timer.up - self._uptime.seconds()
        return (timer.due or 0.0) - now.timestamp()

    def running(self, timer: Timer, left: float, now: datetime) -> Timer:
        """The same timer, running, with so many seconds to go."""
        return replace(self._counting(timer, left, now), left=None)

    def _counting(self, counted: T, left: float, now: datetime) -> T:
        boot = self._uptime.boot if self._uptime else None
        up = self._uptime.seconds() + left if self._uptime else None
        return replace(counted, due=now.timestamp() + left, boot=boot, up=up)

    # ── the side of what is planned ──────────────────────────────────────────────────────────

    def planned(self, now: datetime) -> list[tuple[Planned, datetime]]:
        """Every command that waits, and when it is due; the next one first."""
        found = [(each, self._due(each, now)) for each in self._store.all(Planned)]
        return sorted(found, key=lambda pair: pair[1])

    def _due(self, planned: Planned, now: datetime) -> datetime:
        if planned.time is not None:
            return at_local(planned.time, now)
        return now + timedelta(seconds=self.left(planned, now))

    async def plan(self, planned: Planned, delay: float | None, now: datetime) -> Undo:
        """Keep a command; with a `delay` (seconds) it is due when that has passed."""
        kept = planned if delay is None else self._counting(planned, delay, now)
        await self._store.write(put=[kept])

        async def undo() -> None:
            await self._store.write(remove=[kept])

        return undo

    async def drop(self, ids: Sequence[str]) -> Undo:
        """Forget commands, and give what has them wait again. Raises StoreError."""
        dropped = [each for each in self._store.all(Planned) if each.id in ids]
        await self._store.write(remove=dropped)

        async def undo() -> None:
            await self._store.write(put=dropped)

        return undo

    async def over(self, planned: Planned, now: datetime) -> None:
        """Forget a command that was carried out, until its next day. Raises StoreError."""
        if planned.time is not None and planned.days:
            after = max(now, at_local(planned.time, now))
            again = replace(planned, time=next_time(planned.time, planned.days, after))
            await self._store.write(put=[again])
        else:
            await self._store.write(remove=[planned])


def when(dated: Alarm | Reminder | Planned, now: datetime) -> str:
    """Say when an alarm or reminder is due: "tomorrow at 7 a.m.", "on weekdays at 7 a.m."."""
    at = at_local(dated.time or "", now)
    if dated.days:
        return f"{weekdays([int(day) for day in dated.days.split(',')])} at {clock(at)}"
    return moment(at, now)


def timer_name(name: str | None, duration: float) -> str:
    """How a timer is called: "pasta timer", or "5 minute timer"."""
    called = name or adjective(duration)
    return called if called.lower().endswith("timer") else f"{called} timer"


def at_local(text: str, now: datetime) -> datetime:
    """Read a local time without zone in the zone of `now`."""
    naive = datetime.fromisoformat(text).replace(tzinfo=None)
    if isinstance(now.tzinfo, ZoneInfo) or now.astimezone().utcoffset() != now.utcoffset():
        return naive.replace(tzinfo=now.tzinfo)
    # `datetime.now().astimezone()` bears a fixed offset: ask the system about other days. An hour
    # that is skipped in spring becomes the one after it.
    return datetime.fromtimestamp(naive.timestamp()).astimezone()


def day_numbers(names: Sequence[str]) -> str:
    """Weekdays by name as they are stored: "0,1,2"."""
    chosen = {name.lower() for name in names}
    return ",".join(str(number) for number, name in enumerate(_DAYS) if name in chosen)


def next_time(time: str, days: str, now: datetime) -> str:
    """The first time after now that falls on one of the weekdays ("0,1,2", 0 is Monday)."""
    at = datetime.fromisoformat(time).replace(tzinfo=None)
    at = max(at, datetime.combine(now.date(), at.time()))
    allowed = {int(day) for day in days.split(",")}
    while at_local(at.isoformat(), now) <= now or at.weekday() not in allowed:
        at += timedelta(days=1)
    return at.isoformat(timespec="minutes")


def _ring(
    id: str,
    kind: Literal["timer", "alarm", "reminder"],
    name: str | None,
    due: datetime,
    now: datetime,
) -> Ring:
    if now - due <= LATE:
        return Ring(id, kind, name, due, _due_text(kind, name, due))
    return Ring(id, kind, name, due, _missed_text(kind, name, moment(due, now)), missed=True)


def _due_text(kind: str, name: str | None, due: datetime) -> str:
    match kind:
        case "timer":
            return f"Your {name} is done."
        case "alarm":
            greeting = "Good morning. " if 4 <= due.hour < 11 else ""
            return greeting + sentence(f"It's {clock(due)}")
        case _:
            return f"Here's your reminder: {name}."


def _missed_text(kind: str, name: str | None, when: str) -> str:
    match kind:
        case "timer":
            return sentence(f"While I was off, your {name} rang {when}")
        case "alarm":
            return sentence(f"While I was off, I missed your alarm {when}")
        case _:
            return f"While I was off, I missed a reminder {when}: {name}."
