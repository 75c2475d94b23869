"""A turn under way: what a pause prepared, how far it is carried out, and its events."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field

from edge.cloud.answer import Ended
from edge.decision import Decision
from edge.errors import StonechatError
from edge.events import RATE, Action, Event, Intent, Sink, Transcript, Value
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

    @property
    def said(self) -> str:
        """The words that were decided on; empty where there were none."""
        prepared = self.prepared
        return prepared.transcript.text if prepared and prepared.decision else ""

    def take(self, prepared: Prepared, origin: float) -> None:
        """The utterance is over, and this is what it comes to."""
        self.prepared, self.origin = prepared, origin
        self.mark("endpoint")
        self.mark("transcript", prepared.ready_at)
        self.mark("route", prepared.ready_at)

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


class Turns:
    """One turn after the other, and the events that tell of the one under way."""

    def __init__(self, sink: Sink, now: Callable[[], int]) -> None:
        self._sink = sink
        self._now = now
        self.current = Turn(0)

    def begin(self, *, woken: bool = False, ring: Ring | None = None) -> Turn:
        """Begin the next one."""
        self.current = Turn(self.current.id + 1, woken=woken, ring=ring)
        return self.current

    def emit(self, event: str, sample: int | None = None, /, **data: Value) -> None:
        """Tell what happened, now or at a sample of the stream."""
        at = self._now() if sample is None else sample
        self._sink(Event(event, self.current.id, round(at / RATE, 3), time.monotonic(), data))

    def emit_done(self, action: Action) -> None:
        """Tell that something was done."""
        self.emit("action", name=action.name, arguments=dict(action.arguments))

    def emit_undone(self, action: Action) -> None:
        """Tell that something was taken back."""
        self.emit("action", name=action.name, undone=True)
