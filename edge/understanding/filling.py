"""What the fillers of slots are given, and what they give."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from edge.events import Value
from edge.understanding.names import NameIndex
from edge.understanding.spans import Sentence


@dataclass(frozen=True, slots=True)
class Request:
    """All that slot filling may look at."""

    sentence: Sentence
    index: NameIndex
    now: datetime
    lexicon: frozenset[str] = frozenset()
    """Words that the intent's training text is made of."""
    things: frozenset[str] = frozenset()
    """Words that devices anywhere are called by: what this home lacks is an unknown name."""

    @property
    def words(self) -> tuple[str, ...]:
        """The words of the sentence."""
        return self.sentence.words


@dataclass
class Filled:
    """Slots (of one intent, or of several for several targets) and the positions they explain."""

    slots: list[dict[str, Value]] = field(default_factory=lambda: [{}])
    used: set[int] = field(default_factory=set)

    def put(self, **values: Value) -> None:
        """Set slots in every intent; None is left out."""
        for slots in self.slots:
            slots.update({name: value for name, value in values.items() if value is not None})


Filler = Callable[[Request], Filled]


def whole(value: object) -> int | None:
    """A number as an integer; None for what is none."""
    return int(value) if isinstance(value, int | float) else None
