import asyncio
from datetime import datetime, timedelta, timezone
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge.records import Alarm, Reminder, Timer
from edge.skills.schedule import Schedule, Uptime, at_local, next_time, system_uptime
from edge.store import Store
from tests.skills.conftest import NOW, Talk

BERLIN = ZoneInfo("Europe/Berlin")


def test_nothing(talk: Talk) -> None:
    assert talk.schedule.next_due(NOW) is None
    assert talk.schedule.due(NOW) == []


def test_each_ring_is_handed_out_once_and_forgotten_once_heard(talk: Talk) -> None:
    talk.say("timer.set", duration=300, name="pasta")
    due = NOW + timedelta(minutes=5)
    assert talk.schedule.next_due(NOW) == due
    assert talk.schedule.due(due - timedelta(seconds=1)) == []
    (ring,) = talk.schedule.due(due)
    assert (ring.kind, ring.text, ring.missed) == ("timer", "Your pasta timer is done.", False)
    assert talk.schedule.due(due) == []
    assert talk.schedule.next_due(due) is None

    assert [again.text for again in Schedule(talk.store).due(due)] == [ring.text], "a kill -9 now"
    asyncio.run(talk.schedule.heard(ring, due))
    assert Schedule(talk.store).due(due) == []
    assert talk.store.all(Timer) == []


def test_what_is_said(talk: Talk) -> None:
    talk.say("timer.set", duration=54_000)
    talk.say("alarm.set", time="2026-11-24T07:00")
    talk.say("reminder.set", text="call mom", time="2026-11-24T07:00")
    seven = NOW + timedelta(hours=15)
    assert [ring.text for ring in talk.schedule.due(seven)] == [
        "Your 15 hour timer is done.",
        "Good morning. It's 7 a.m.",
        "Here's your reminder: call mom.",
    ]


def test_what_was_missed_is_told(talk: Talk) -> None:
    talk.say("timer.set", duration=4200, name="pasta")
    talk.say("alarm.set", time="2026-11-23T18:00")
    talk.say("reminder.set", text="call mom", time="2026-11-23T19:00")
    rings = Schedule(talk.store).due(NOW + timedelta(days=1))
    assert all(ring.missed for ring in rings)
    assert [ring.text for ring in rings] == [
        "While I was off, your pasta timer rang yesterday at 5:10 p.m.",
        "While I was off, I missed your alarm yesterday at 6 p.m.",
        "While I was off, I missed a reminder yesterday at 7 p.m.: call mom.",
    ]


def test_a_repeating_alarm_moves_on(talk: Talk) -> None:
    talk.say("alarm.set", time="2026-11-27T07:00", repeat=["monday", "friday"])
    friday = datetime(2026, 11, 27, 7, 0, tzinfo=BERLIN)
    (ring,) = talk.schedule.due(friday)
    asyncio.run(talk.schedule.heard(ring, friday))
    assert [alarm.time for alarm in talk.store.all(Alarm)] == ["2026-11-30T07:00"]
    assert talk.schedule.next_due(friday) == friday + timedelta(days=3)

    # Three weeks without power: told once, then the next Monday.
    later = friday + timedelta(days=20)
    (ring,) = talk.schedule.due(later)
    asyncio.run(talk.schedule.heard(ring, later))
    assert ring.missed
    assert [alarm.time for alarm in talk.store.all(Alarm)] == ["2026-12-18T07:00"]


def test_a_repeating_reminder_moves_on(talk: Talk) -> None:
    talk.say("reminder.set", text="bins", time="2026-11-24T19:00", repeat=["tuesday"])
    tuesday = datetime(2026, 11, 24, 19, 0, tzinfo=BERLIN)
    (ring,) = talk.schedule.due(tuesday)
    asyncio.run(talk.schedule.heard(ring, tuesday))
    assert [reminder.time for reminder in talk.store.all(Reminder)] == ["2026-12-01T19:00"]


# ── clocks that jump ─────────────────────────────────────────────────────────────────────────


class Machine:
    """A computer whose wall clock may be set, and which may be started again."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.wall = NOW
        self.up = 100.0
        self.boot = "first"
        self.start()

    def start(self) -> None:
        self.schedule = Schedule(self.store, Uptime(self.boot, lambda: self.up))

    def reboot(self) -> None:
        self.boot, self.up = "second", 10.0
        self.start()

    def wait(self, seconds: float) -> None:
        self.wall += timedelta(seconds=seconds)
        self.up += seconds

    def set_timer(self, seconds: float) -> Timer:
        timer = Timer("t", "pasta", seconds, None, None)
        timer = self.schedule.running(timer, seconds, self.wall)
        asyncio.run(self.store.write([timer]))
        return timer


@pytest.mark.parametrize("jump", [timedelta(days=300), timedelta(days=-300), timedelta(hours=1)])
def test_a_corrected_clock_neither_swallows_nor_hastens_a_timer(
    store: Store, jump: timedelta
) -> None:
    machine = Machine(store)
    timer = machine.set_timer(300)
    machine.wait(60)
    machine.wall += jump
    assert machine.schedule.left(timer, machine.wall) == 240
    machine.start()  # the process restarts, the machine does not
    machine.wait(239)
    assert machine.schedule.due(machine.wall) == []
    machine.wait(1)
    (ring,) = machine.schedule.due(machine.wall)
    assert not ring.missed


def test_after_a_reboot_the_wall_clock_counts(store: Store) -> None:
    machine = Machine(store)
    timer = machine.set_timer(300)
    machine.wait(60)
    machine.reboot()
    assert machine.schedule.left(timer, machine.wall) == 240
    machine.wait(30)
    assert machine.schedule.left(timer, machine.wall) == 210


def test_a_raspberry_pi_that_learns_the_time_after_booting(store: Store) -> None:
    machine = Machine(store)
    machine.set_timer(300)
    machine.wait(600)
    machine.reboot()
    machine.wall = NOW + timedelta(seconds=10)  # no clock of its own: it wakes in the past
    assert machine.schedule.due(machine.wall) == []
    machine.wait(20)
    machine.wall = NOW + timedelta(seconds=630)  # the network tells the time
    (ring,) = machine.schedule.due(machine.wall)
    assert ring.text == "While I was off, your pasta timer rang at 4:05 p.m."


def test_a_timer_set_before_the_clock_was_right_outlives_the_reboot_after_it(store: Store) -> None:
    machine = Machine(store)
    machine.set_timer(3600)
    machine.wait(60)
    machine.wall += timedelta(days=40)  # the network tells the time
    asyncio.run(machine.schedule.follow_clock(machine.wall))
    machine.wait(60)
    machine.reboot()
    (timer,) = store.all(Timer)
    assert machine.schedule.left(timer, machine.wall) == 3480
    machine.wait(3480)
    (ring,) = machine.schedule.due(machine.wall)
    assert not ring.missed


def test_a_clock_that_runs_true_costs_no_writing(store: Store) -> None:
    machine = Machine(store)
    timer = machine.set_timer(3600)
    machine.wait(1800)
    asyncio.run(machine.schedule.follow_clock(machine.wall))
    assert store.all(Timer) == [timer]
    machine.wait(1800)  # over, and perhaps handed out: a new wall time would ring it twice
    machine.wall += timedelta(days=1)
    asyncio.run(machine.schedule.follow_clock(machine.wall))
    assert store.all(Timer) == [timer]


def test_the_kernels_uptime_only_grows() -> None:
    uptime = system_uptime()
    assert uptime.boot == system_uptime().boot
    assert 0 < uptime.seconds() <= uptime.seconds()


def test_a_timer_set_before_the_process_died_rings_after_it(tmp_path: Path) -> None:
    uptime = system_uptime()
    with Store(tmp_path / "a.db") as store:
        timer = Schedule(store, uptime).running(Timer("t", None, 60, None, None), 60, NOW)
        asyncio.run(store.write([timer]))
    with Store(tmp_path / "a.db") as store:
        schedule = Schedule(store, uptime)
        assert 0 < schedule.left(store.all(Timer)[0], NOW) <= 60
        ahead = Schedule(store, Uptime(uptime.boot, lambda: uptime.seconds() + 61))
        assert [ring.text for ring in ahead.due(NOW)] == ["Your 1 minute timer is done."]


# ── local time ───────────────────────────────────────────────────────────────────────────────


def test_seven_stays_seven_when_the_clocks_change(monkeypatch: pytest.MonkeyPatch) -> None:
    saturday = datetime(2026, 10, 24, 22, 0, tzinfo=BERLIN)
    assert at_local("2026-10-25T07:00", saturday) - saturday == timedelta(hours=9)  # same wall
    assert at_local("2026-10-25T07:00", saturday).timestamp() - saturday.timestamp() == 36_000

    monkeypatch.setenv("TZ", "Europe/Berlin")
    import time

    time.tzset()
    try:
        fixed = saturday.astimezone(timezone(timedelta(hours=2)))  # as datetime.now().astimezone()
        assert at_local("2026-10-25T07:00", fixed).timestamp() - fixed.timestamp() == 36_000
        spring = datetime(2027, 3, 27, 22, 0, tzinfo=timezone(timedelta(hours=1)))
        skipped = at_local(
            "2027-03-28T02:30", spring
        )  # there is no 2:30: an hour later, not before
        assert skipped.isoformat() == "2027-03-28T03:30:00+02:00"
        assert next_time("2027-03-28T02:30", "0,1,2,3,4,5,6", skipped) == "2027-03-29T02:30"
    finally:
        monkeypatch.undo()
        time.tzset()


@given(
    start=st.datetimes(datetime(2020, 1, 1), datetime(2030, 1, 1)),
    hour=st.integers(0, 23),
    days=st.sets(st.integers(0, 6), min_size=1),
)
def test_the_next_time_is_the_first_that_fits(start: datetime, hour: int, days: set[int]) -> None:
    now = start.replace(tzinfo=ZoneInfo("UTC"))
    listed = ",".join(map(str, sorted(days)))
    found = at_local(next_time(f"2000-01-01T{hour:02}:00", listed, now), now)
    fits = [
        at
        for day in range(9)
        if (at := (now + timedelta(days=day)).replace(hour=hour, minute=0, second=0, microsecond=0))
        > now
        and at.weekday() in days
    ]
    assert found == fits[0]
