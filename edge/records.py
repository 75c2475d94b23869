"""What is kept, in the form it is kept in: a class is a table, its fields are the columns."""

from dataclasses import dataclass
from typing import ClassVar, TypeAlias, TypeVar


@dataclass(frozen=True, slots=True)
class Timer:
    """A countdown. It runs while `due` is set and is paused while `left` is."""

    table: ClassVar[str] = "timers"
    id: str
    name: str | None
    duration: float
    """What was asked for, seconds."""
    due: float | None
    """Unix seconds."""
    left: float | None
    """Seconds still to run once it is resumed."""
    boot: str | None = None
    """The boot during which `up` counts; None: trust the wall clock."""
    up: float | None = None
    """`due` on the clock that counts from boot and never jumps, seconds."""


@dataclass(frozen=True, slots=True)
class Alarm:
    """A time of the wall clock, once or on some weekdays."""

    table: ClassVar[str] = "alarms"
    id: str
    time: str
    """Local date and time without zone, ISO to the minute: 07:00 stays 07:00 when clocks change."""
    days: str = ""
    """Weekdays it repeats on, 0 (Monday) to 6, as "0,1,2"; empty: once."""


@dataclass(frozen=True, slots=True)
class Reminder:
    """A text to be said at a time."""

    table: ClassVar[str] = "reminders"
    id: str
    time: str
    """As in Alarm."""
    text: str
    days: str = ""
    """As in Alarm."""


@dataclass(frozen=True, slots=True)
class Planned:
    """A command that waits: for a time of the wall clock, or until so much time has passed."""

    table: ClassVar[str] = "planned"
    id: str
    intent: str
    """JSON: its `name` and its `slots`."""
    text: str
    """What is to be done, as it is said: "turn off the TV"."""
    devices: str
    """Ids of the home's devices that it is about, with spaces between."""
    time: str | None = None
    """As in Alarm; None where `due` is set."""
    days: str = ""
    """As in Alarm."""
    due: float | None = None
    """As in Timer, as are `boot` and `up`."""
    boot: str | None = None
    up: float | None = None


@dataclass(frozen=True, slots=True)
class Item:
    """An entry of a list."""

    table: ClassVar[str] = "items"
    id: str
    list: str
    text: str


@dataclass(frozen=True, slots=True)
class Setting:
    """A value that was set by voice, under its name."""

    table: ClassVar[str] = "settings"
    id: str
    value: str
    """JSON."""


@dataclass(frozen=True, slots=True)
class Fact:
    """Something that the user asked to be remembered."""

    table: ClassVar[str] = "facts"
    id: str
    text: str
    """As the user said it: "my sister is called Ana"."""
    at: float
    """Unix seconds."""
    expires: float | None = None
    """Unix seconds; none: never."""


@dataclass(frozen=True, slots=True)
class Talk:
    """A conversation; see edge.memory.state."""

    table: ClassVar[str] = "talks"
    id: str
    last: float
    """Unix seconds of its last turn."""
    state: str
    """JSON."""


Record: TypeAlias = Timer | Alarm | Reminder | Planned | Item | Setting | Fact | Talk
R = TypeVar("R", Timer, Alarm, Reminder, Planned, Item, Setting, Fact, Talk)
KINDS: tuple[type[Record], ...] = (Timer, Alarm, Reminder, Planned, Item, Setting, Fact, Talk)
"""Every table."""

MIGRATIONS: tuple[str, ...] = (
    """
    CREATE TABLE timers (id TEXT PRIMARY KEY, name TEXT, duration REAL NOT NULL, due REAL,
        "left" REAL, boot TEXT, up REAL);
    CREATE TABLE alarms (id TEXT PRIMARY KEY, time TEXT NOT NULL, days TEXT NOT NULL);
    CREATE TABLE reminders (id TEXT PRIMARY KEY, time TEXT NOT NULL, text TEXT NOT NULL,
        days TEXT NOT NULL);
    CREATE TABLE items (id TEXT PRIMARY KEY, list TEXT NOT NULL, text TEXT NOT NULL);
    CREATE TABLE settings (id TEXT PRIMARY KEY, value TEXT NOT NULL);
    """,
    """
    CREATE TABLE facts (id TEXT PRIMARY KEY, text TEXT NOT NULL, at REAL NOT NULL, expires REAL);
    CREATE TABLE talks (id TEXT PRIMARY KEY, last REAL NOT NULL, state TEXT NOT NULL);
    """,
    """
    CREATE TABLE planned (id TEXT PRIMARY KEY, intent TEXT NOT NULL, text TEXT NOT NULL,
        devices TEXT NOT NULL, time TEXT, days TEXT NOT NULL, due REAL, boot TEXT, up REAL);
    """,
)
"""Step n leads from schema version n to n + 1. Never edit one that has shipped: append."""
