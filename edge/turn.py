"""A turn under way: what a pause prepared, how far it is carried out, and its record."""

import time
from dataclasses import dataclass, field

from edge.cloud.answer import Ended
from edge.decision import Decision
from edge.errors import StonechatError
from edge.events import Intent, Transcript, Value
from edge.skills.schedule import Ring
from edge.talk import Talk


@dataclass(frozen=True, slots=True)
class Prepared:
    """What was recognised and decided at a pause. Nothing of it has happened yet."""

    transcript: Transcript
    decision: Decision | None
    """None when nothing was said."""
    ready_at: float
    """Monotonic time when it was recognised and decided."""
    error: StonechatError | None = None
    """Why nothing was recognised."""


@dataclass(slots=True)
class Turn:
    """A turn under way, and its record so far."""

    id: int
    woken: bool = True
    """Began with the wake word, so the sound may begin with it too."""
    origin: float = 0.0
    """Monotonic time of the user's last sample of speech; 0 when nobody spoke."""
    ms: dict[str, float] = field(default_factory=dict)
    prepared: Prepared | None = None
    talk: Talk | None = None
    ring: Ring | None = None
    heard: str = ""
    cut: bool = False
    """The answer was stopped: `heard` is what there is to know."""
    held_at: int = 0
    """The sample at which the answer was held; 0 when it is not."""
    expects_reply: bool = False
    ended: Ended | None = None
    """How a language model's answer ended."""
    silent: bool = False
    """Carried out, and there is nothing to say."""
    chimed: bool = False
    partial_at: int = 0
    partial_text: str = ""
    spoken: bool = False
    """While its answer is held: somebody speaks, though the words may not be understood."""

    def mark(self, stage: str, at: float | None = None) -> None:
        """Note when a stage was reached, in milliseconds from the end of speech."""
        if self.origin:
            now = time.monotonic() if at is None else at
            self.ms[stage] = round((now - self.origin) * 1000, 1)

    def record(self) -> dict[str, Value]:
        """The turn as its closing event tells it."""
        decision = self.prepared.decision if self.prepared else None
        intent: Intent | None = decision.intent if decision else None
        where = self.ended.where if self.ended else decision.where if decision else "none"
        return {
            "text": self.prepared.transcript.text if self.prepared else "",
            "where": where,
            "intent": intent.name if intent else None,
            "slots": dict(intent.slots) if intent else {},
            "reply": self.talk.text if self.talk else "",
            "heard": self.heard,
            "ms": dict(self.ms),
            **(self.ended.data if self.ended else {}),
        }
