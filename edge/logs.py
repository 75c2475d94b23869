"""The log: plain lines for people, JSON lines for machines, on stderr; fields for the journal.

A person reads lines, not tracebacks: an exception is told in one line, and where it was raised.
At level debug the traceback follows.
"""

import json
import logging
import sys
import traceback
from pathlib import Path
from typing import TYPE_CHECKING

from edge import journal
from edge.errors import StonechatError

if TYPE_CHECKING:  # a command line that hears nothing starts without numpy
    from edge.events import Event

_TOLD = frozenset({"transcript", "route", "action", "reply", "error"})
_FIELDS = ("where", "intent", "name", "code", "reason")
"""Of an event's data, what is worth searching the journal for."""


def set_up(level: str = "warning", *, json_lines: bool = False) -> None:
    """Log to stderr, or the journal behind it: ours from a level on, of libraries warnings only."""
    handler: logging.Handler
    if journal.connected() and not json_lines:
        handler = journal.JournalHandler()
        handler.setFormatter(_Bare("%(message)s"))
    else:
        handler = logging.StreamHandler(sys.stderr)
        plain = _Plain("%(levelname)s %(name)s: %(message)s")
        handler.setFormatter(_Json() if json_lines else plain)
    logging.basicConfig(level=logging.WARNING, handlers=[handler], force=True)
    _ours().setLevel(level.upper())
    logging.captureWarnings(True)


def tell(event: "Event") -> None:
    """Log an event of the conversation, with its fields."""
    if event.event in _TOLD:
        text = json.dumps(event.data, ensure_ascii=False)
        found = {key: event.data[key] for key in _FIELDS if key in event.data}
        fields = {"event": event.event, "turn": event.turn, **found}
        logging.getLogger("edge.turn").info("%s %s", event.event, text, extra={"fields": fields})


def cause(error: BaseException) -> BaseException:
    """The first single error within a group of them."""
    while isinstance(error, BaseExceptionGroup):
        error = error.exceptions[0]
    return error


def one_line(error: BaseException) -> str:
    """An error as a person can read it, and report it."""
    error = cause(error)
    said = (str(error).splitlines() or [""])[0]
    if isinstance(error, StonechatError):
        return said
    frames = traceback.extract_tb(error.__traceback__)
    where = f" ({Path(frames[-1].filename).name}:{frames[-1].lineno})" if frames else ""
    return f"unexpected {type(error).__name__}: {said or 'no more is known'}{where}"


def _ours() -> logging.Logger:
    return logging.getLogger("edge")


class _Plain(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        if _shown(record):
            return super().format(record)
        return f"{record.levelname} {record.name}: {_message(record)}"


class _Bare(logging.Formatter):
    """The message alone: level and logger are fields of their own."""

    def format(self, record: logging.LogRecord) -> str:
        return super().format(record) if _shown(record) else _message(record)


class _Json(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        data = {
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": _message(record),
            **getattr(record, "fields", {}),
        }
        if record.exc_info and _shown(record):
            data["traceback"] = self.formatException(record.exc_info)
        return json.dumps(data, ensure_ascii=False)


def _shown(record: logging.LogRecord) -> bool:
    """Whether a record may be as long as it likes."""
    return record.exc_info is None or _ours().isEnabledFor(logging.DEBUG)


def _message(record: logging.LogRecord) -> str:
    """One line, an exception's own words included."""
    first = (record.getMessage().splitlines() or [""])[0]
    error = record.exc_info[1] if record.exc_info else None
    return f"{first}: {one_line(error)}" if error else first
