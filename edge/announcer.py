"""Says what others ask it to say, one thing after the other, when nobody is in conversation."""

import uuid
from collections import deque
from collections.abc import Callable
from datetime import datetime

from edge.assistant import Assistant
from edge.errors import UsageError
from edge.skills.schedule import Ring

LONGEST = 1000
"""Characters of an announcement."""
_WAITING = 20


class Announcer:
    """Call `tick` a few times a second."""

    def __init__(self, assistant: Assistant, now: Callable[[], datetime]) -> None:
        self._assistant = assistant
        self._now = now
        self._waiting: deque[str] = deque()

    def add(self, text: str) -> None:
        """Say this next, in its turn. Raises UsageError."""
        text = " ".join(text.split())
        if not text:
            raise UsageError("there is nothing to announce")
        if len(text) > LONGEST:
            raise UsageError(f"an announcement has at most {LONGEST} characters, not {len(text)}")
        if len(self._waiting) >= _WAITING:
            raise UsageError(f"{_WAITING} announcements are waiting already")
        self._waiting.append(text)

    def tick(self) -> None:
        """Begin the next one, unless a conversation is going on."""
        if not self._waiting:
            return
        ring = Ring(uuid.uuid4().hex, "reminder", None, self._now(), self._waiting[0], missed=True)
        if self._assistant.ring(ring):
            self._waiting.popleft()
