"""The conversation's states and moves, as a table. Pure: signals in, moves out.

    IDLE ──wake──► LISTENING ──endpoint──► THINKING ──first sound──► SPEAKING ──played──► IDLE
                    ▲  ▲  ▲                    │                        │
                    │  │  └── wake, or the ────┘                        │
                    │  │      sentence goes on                          │
                    │  └───────── wake, or the sentence goes on ────────┤
                    └──────────── the reply was a question ─────────────┘

Whoever speaks into the answer holds it (HELD). With the first word the answer is given up and
LISTENING goes on; if it was nothing, the answer goes on where it stopped.
RINGING is SPEAKING that nobody asked for: between two rings it listens without a wake word.
"""

from collections.abc import Mapping
from enum import Enum, auto
from typing import TypeAlias


class State(Enum):
    """Where the conversation stands."""

    IDLE = auto()
    LISTENING = auto()
    THINKING = auto()
    SPEAKING = auto()
    RINGING = auto()
    HELD = auto()


class Signal(Enum):
    """What can happen to a conversation."""

    WAKE = auto()
    """The wake word was said (or a button pressed)."""
    PAUSE = auto()
    """The voice dipped."""
    RESUME = auto()
    """The voice went on."""
    ENDPOINT = auto()
    """The utterance is over."""
    NOTHING_SAID = auto()
    """Nobody spoke in time, or what was heard was no speech."""
    SOUND = auto()
    """The reply's first sample is on its way."""
    PLAYED = auto()
    """The reply was played to its end."""
    QUESTION_PLAYED = auto()
    """The same, and it was a question."""
    SILENT = auto()
    """The turn is over and there is nothing to say."""
    BARGE_IN = auto()
    """Somebody speaks into the answer."""
    WORDS = auto()
    """What was spoken into it has words."""
    DUE = auto()
    """A timer, an alarm or a reminder is due."""


class Move(Enum):
    """What is to be done."""

    HUSH = auto()
    """Stop the speaker and abandon the reply."""
    HOLD = auto()
    """Stop the speaker, but keep the answer."""
    GO_ON = auto()
    """Say the rest of the answer."""
    GIVE_WAY = auto()
    """Give the answer up and close its turn: a new one has begun."""
    LISTEN = auto()
    """Listen for an utterance, beginning at the wake word."""
    LISTEN_ON = auto()
    """Listen for an utterance without a wake word."""
    PREPARE = auto()
    """Recognise, decide and render what was said so far; act on nothing."""
    DROP = auto()
    """Forget what was prepared."""
    COMMIT = auto()
    """Act on what was prepared and say it."""
    TAKE_BACK = auto()
    """Undo what was done: the sentence went on ("turn off the lights … in the bedroom")."""
    CLOSE = auto()
    """Close the turn."""
    RING = auto()
    """Ring and say why."""
    REST = auto()
    """Listen for the wake word only."""


Table: TypeAlias = Mapping[tuple[State, Signal], tuple[State, tuple[Move, ...]]]

TABLE: Table = {
    (State.IDLE, Signal.WAKE): (State.LISTENING, (Move.LISTEN,)),
    (State.IDLE, Signal.DUE): (State.RINGING, (Move.RING,)),
    (State.LISTENING, Signal.PAUSE): (State.LISTENING, (Move.PREPARE,)),
    (State.LISTENING, Signal.RESUME): (State.LISTENING, (Move.DROP,)),
    (State.LISTENING, Signal.ENDPOINT): (State.THINKING, (Move.COMMIT,)),
    (State.LISTENING, Signal.NOTHING_SAID): (State.IDLE, (Move.DROP, Move.REST, Move.CLOSE)),
    (State.THINKING, Signal.WAKE): (State.LISTENING, (Move.HUSH, Move.CLOSE, Move.LISTEN)),
    (State.THINKING, Signal.RESUME): (State.LISTENING, (Move.HUSH, Move.TAKE_BACK)),
    (State.THINKING, Signal.SOUND): (State.SPEAKING, ()),
    (State.THINKING, Signal.SILENT): (State.IDLE, (Move.CLOSE,)),
    (State.SPEAKING, Signal.WAKE): (State.LISTENING, (Move.HUSH, Move.CLOSE, Move.LISTEN)),
    (State.SPEAKING, Signal.RESUME): (State.LISTENING, (Move.HUSH, Move.TAKE_BACK)),
    (State.SPEAKING, Signal.SILENT): (State.IDLE, (Move.CLOSE,)),
    (State.SPEAKING, Signal.PLAYED): (State.IDLE, (Move.CLOSE,)),
    (State.SPEAKING, Signal.QUESTION_PLAYED): (State.LISTENING, (Move.CLOSE, Move.LISTEN_ON)),
    (State.SPEAKING, Signal.BARGE_IN): (State.HELD, (Move.HOLD,)),
    (State.HELD, Signal.WORDS): (State.LISTENING, (Move.GIVE_WAY,)),
    (State.HELD, Signal.PAUSE): (State.HELD, (Move.PREPARE,)),
    (State.HELD, Signal.RESUME): (State.HELD, (Move.DROP,)),
    (State.HELD, Signal.NOTHING_SAID): (State.SPEAKING, (Move.DROP, Move.REST, Move.GO_ON)),
    (State.HELD, Signal.WAKE): (State.LISTENING, (Move.HUSH, Move.CLOSE, Move.LISTEN)),
    (State.RINGING, Signal.SOUND): (State.RINGING, ()),
    (State.RINGING, Signal.WAKE): (State.LISTENING, (Move.HUSH, Move.CLOSE, Move.LISTEN)),
    (State.RINGING, Signal.BARGE_IN): (State.LISTENING, (Move.HUSH, Move.CLOSE, Move.LISTEN)),
    (State.RINGING, Signal.PLAYED): (State.LISTENING, (Move.CLOSE, Move.LISTEN_ON)),
    (State.RINGING, Signal.SILENT): (State.IDLE, (Move.CLOSE,)),
}
"""A pair that is not in the table changes nothing: that signal came too late or too early."""


class Dialogue:
    """The state, and the one way to change it."""

    def __init__(self) -> None:
        self.state = State.IDLE

    def on(self, signal: Signal) -> tuple[Move, ...]:
        """Take a signal; give what is to be done, in order."""
        after, moves = TABLE.get((self.state, signal), (self.state, ()))
        self.state = after
        return moves
