from datetime import datetime

import pytest

from edge.announcer import LONGEST, Announcer
from edge.errors import UsageError
from edge.skills.schedule import Ring


class Busy:
    """An assistant that is in conversation or not."""

    def __init__(self) -> None:
        self.idle = False
        self.said: list[str] = []

    def ring(self, ring: Ring) -> bool:
        if self.idle:
            self.idle = False
            self.said.append(ring.text)
            return True
        return False


@pytest.fixture
def assistant() -> Busy:
    return Busy()


@pytest.fixture
def announcer(assistant: Busy) -> Announcer:
    return Announcer(assistant, lambda: datetime(2026, 1, 1, 12))  # type: ignore[arg-type]


def test_it_waits_for_the_end_of_a_conversation_and_keeps_the_order(
    announcer: Announcer, assistant: Busy
) -> None:
    announcer.add("Dinner is\nready.")
    announcer.add("Come!")
    announcer.tick()
    assert assistant.said == []
    for _ in range(3):
        assistant.idle = True
        announcer.tick()
        announcer.tick()
    assert assistant.said == ["Dinner is ready.", "Come!"]


@pytest.mark.parametrize("text", ["", " \n", "x" * (LONGEST + 1)])
def test_what_cannot_be_said_is_refused(announcer: Announcer, text: str) -> None:
    with pytest.raises(UsageError):
        announcer.add(text)


def test_it_does_not_take_more_than_anybody_would_listen_to(announcer: Announcer) -> None:
    with pytest.raises(UsageError, match="waiting already"):
        for number in range(100):
            announcer.add(f"Number {number}")
