"""Rings for timers, alarms and reminders until somebody answers, and not for ever.

And does what was ordered for a later time: with one note where it worked, in words where not.
"""

import logging
import time
from collections import deque
from collections.abc import Callable
from datetime import datetime

from edge.assistant import Assistant
from edge.errors import StoreError
from edge.skills.base import Skills
from edge.skills.schedule import Ring, Schedule

log = logging.getLogger(__name__)

GAP_S = 3.0
"""Pause between two rings."""
CLOCK_S = 5.0
"""How often the clock and its zone are looked at."""
_TIMES = {"timer": 10, "alarm": 30, "reminder": 2}


class Ringer:
    """Watches the schedule; call `tick` a few times a second."""

    def __init__(
        self,
        schedule: Schedule,
        skills: Skills,
        assistant: Assistant,
        now: Callable[[], datetime],
    ) -> None:
        self._schedule = schedule
        self._skills = skills
        self._assistant = assistant
        self._now = now
        self._waiting: deque[Ring] = deque()
        self._rung = 0
        self._again_at = 0.0
        self._looked_at = float("-inf")

    @property
    def outstanding(self) -> bool:
        """Something has still to sound for the first time."""
        silent = len(self._waiting) > (self._rung > 0)
        return silent or self._schedule.next_due(self._now()) is not None

    async def tick(self) -> None:
        """Ring what is due, unless a conversation is going on; stop when it was answered."""
        await self._follow_clock()
        await self._carry_out()
        self._waiting.extend(self._schedule.due(self._now()))
        if not self._waiting:
            return
        if not self._assistant.idle:
            self._again_at = time.monotonic() + GAP_S if self._rung else 0.0
            return
        ring = self._waiting[0]
        times = 1 if ring.missed else _TIMES[ring.kind]
        if self._rung and (self._assistant.ring_answered or self._rung >= times):
            self._waiting.popleft()
            self._rung = 0
        elif time.monotonic() >= self._again_at and self._assistant.ring(ring):
            self._rung += 1
            if self._rung == 1:
                await self._forget(ring)

    async def _carry_out(self) -> None:
        """Do what was ordered for now; a conversation does not keep it waiting."""
        now = self._now()
        for planned, due in self._schedule.planned(now):
            if due > now:
                break
            done, told = await self._skills.carry_out(planned, due, now)
            if done is not None:
                self._assistant.did(done)
            if told:
                self._waiting.append(Ring(planned.id, "reminder", None, due, told, missed=True))

    async def _follow_clock(self) -> None:
        """Notice a corrected clock, and a zone that was changed while the process runs."""
        if time.monotonic() < self._looked_at + CLOCK_S:
            return
        self._looked_at = time.monotonic()
        time.tzset()
        try:
            await self._schedule.follow_clock(self._now())
        except StoreError as error:
            log.warning("%s", error)

    async def _forget(self, ring: Ring) -> None:
        """It sounds now: a restart need not ring it again."""
        try:
            await self._schedule.heard(ring, self._now())
        except StoreError as error:
            log.warning("%s", error)
