"""A bounded queue between a thread that must never wait and a reader that may be late."""

from collections import deque
from typing import Generic, TypeVar

T = TypeVar("T")


class Ring(Generic[T]):
    """Keeps the newest items; one writer, one reader, no lock.

    A full `deque` lets the oldest item go as a new one comes, in one step that no other thread
    can see half done. Items are numbered, so the reader counts what it missed by the gap.
    """

    def __init__(self, size: int) -> None:
        self._items: deque[tuple[int, T]] = deque(maxlen=size)
        self._pushed = 0
        self._next = 0
        self.dropped = 0
        """Items that were lost, as far as the reader has come."""

    def push(self, item: T) -> None:
        """Writer: add an item; the oldest goes when there is no room."""
        self._items.append((self._pushed, item))
        self._pushed += 1

    def pop(self) -> T | None:
        """Reader: the oldest item there is, None when there is none."""
        try:
            number, item = self._items.popleft()
        except IndexError:
            return None
        self.dropped += number - self._next
        self._next = number + 1
        return item

    def clear(self) -> None:
        """Reader: let go of everything, on purpose: this is not counted as dropped."""
        while self._items:
            try:
                self._next = self._items.popleft()[0] + 1
            except IndexError:
                return
