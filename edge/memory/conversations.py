"""The conversation under way and those before it: they end by silence and can be picked up.

What was said is on disk a moment after each turn, so a restart loses at most the turn that it
interrupts.
"""

import asyncio
import logging
import uuid
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from edge.errors import StoreError
from edge.memory.state import Conversation, from_json
from edge.records import Talk
from edge.store import Store

log = logging.getLogger(__name__)

SILENCE_S = 480.0
"""After so long nobody means the last conversation any more, unless they say so."""
KEPT_S = 30 * 86_400.0
MOST = 50
"""How many conversations are kept, and for how long."""


class Conversations:
    """Keeps conversations; `now` is the user's clock."""

    def __init__(self, store: Store, now: Callable[[], datetime]) -> None:
        self._store = store
        self._now = now
        self._current: Conversation | None = None
        self._saving: set[asyncio.Task[None]] = set()

    @property
    def current(self) -> Conversation:
        """The conversation under way; a new one when the last has ended."""
        now = self._now().timestamp()
        if self._current is None:
            self._current = next((t for t in reversed(self.all()) if _alive(t, now)), None)
        if self._current is None or not _alive(self._current, now):
            self._current = Conversation(uuid.uuid4().hex[:12], now, now)
        return self._current

    def begin(self) -> Conversation:
        """Start a new conversation."""
        now = self._now().timestamp()
        self._current = Conversation(uuid.uuid4().hex[:12], now, now)
        return self._current

    def all(self) -> list[Conversation]:
        """Every conversation that is kept, the one spoken in last last."""
        states = (from_json(talk.state) for talk in self._store.all(Talk))
        return sorted((state for state in states if state), key=lambda state: state.last)

    def of_topic(self, topic: str) -> Conversation | None:
        """The last conversation about a topic."""
        return next((talk for talk in reversed(self.all()) if talk.topic == topic), None)

    def put(self, state: Conversation) -> None:
        """Take a changed state, and write it down in the background: nobody waits for a disk.

        A state of a conversation that is no longer under way (a late extraction) is only kept.
        """
        if self._current is None or self._current.id == state.id:
            self._current = state
        task = asyncio.get_running_loop().create_task(self._save(state))
        self._saving.add(task)
        task.add_done_callback(self._saving.discard)

    def resume(self, id: str) -> None:
        """Pick a conversation up again: it is the one under way, if it is still known."""
        for state in self.all():
            if state.id == id:
                self._current = replace(state, last=self._now().timestamp())

    async def settle(self) -> None:
        """Wait until everything is written."""
        while self._saving:
            await asyncio.gather(*self._saving)

    async def forget(self) -> int:
        """Forget every conversation; give how many. Raises StoreError."""
        await self.settle()
        talks = self._store.all(Talk)
        self._current = None
        await self._store.write(remove=talks)
        return len(talks)

    async def _save(self, state: Conversation) -> None:
        now = self._now().timestamp()
        talks = sorted(self._store.all(Talk), key=lambda talk: talk.last)
        old = [t for t in talks[: max(0, len(talks) - MOST)] if t.id != state.id]
        old += [t for t in talks if t not in old and t.last < now - KEPT_S and t.id != state.id]
        try:
            await self._store.write([Talk(state.id, state.last, state.as_json())], old)
        except StoreError as error:
            log.warning("the conversation is not saved: %s", error)


def _alive(state: Conversation, now: float) -> bool:
    return 0 <= now - state.last <= SILENCE_S or state.turns == 0
