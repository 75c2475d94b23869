"""What left the device: kept back words, a log that a person can read, and a daily budget.

Every request writes two lines of JSON: `sent`, before the first byte leaves, and `used` when it is
over, however it ended. The log holds exactly what was sent, so kept back words are not in it.
"""

import json
import logging
import os
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any, assert_never

from cloud_bridge.types import (
    Json,
    Message,
    Part,
    Place,
    Request,
    Text,
    ToolCall,
    ToolResult,
    Usage,
)

log = logging.getLogger(__name__)

MASK = "[private]"
LARGEST = 4 << 20
"""Bytes; a longer log is moved to `.1` and a new one begun."""


@dataclass(frozen=True, slots=True)
class Price:
    """US dollars for a million tokens."""

    sent: float = 0.0
    received: float = 0.0

    def of(self, usage: Usage) -> float:
        """The estimated cost in dollars; cached tokens cost a tenth."""
        fresh = usage.sent - usage.cached
        return (
            (fresh + 0.1 * usage.cached) * self.sent + usage.received * self.received
        ) / 1_000_000


@dataclass(frozen=True, slots=True)
class Sent:
    """One request that left the device."""

    at: datetime
    turn: str
    provider: str
    place: Place
    to: str
    text: str
    """What was new in it."""
    usage: Usage
    cost: float
    outcome: str
    """`done`, `cancelled`, or the kind of failure; `unknown` where the process ended first."""


class Redactor:
    """Keeps configured words from leaving, whole words only and in any case."""

    def __init__(self, words: Iterable[str]) -> None:
        kept = sorted({word.strip() for word in words if word.strip()}, key=len, reverse=True)
        joined = "|".join(r"\s+".join(map(re.escape, word.split())) for word in kept)
        self._pattern = re.compile(rf"(?<!\w)(?:{joined})(?!\w)", re.IGNORECASE) if kept else None

    def text(self, text: str) -> str:
        """The text without them."""
        return self._pattern.sub(MASK, text) if self._pattern else text

    def request(self, request: Request, place: Place = "cloud") -> Request:
        """The request without them, and for a company without what is private."""
        if place == "cloud":
            request = _public(request)
        if self._pattern is None:
            return request
        return replace(
            request,
            system=self.text(request.system),
            messages=tuple(
                Message(message.role, tuple(map(self._part, message.parts)))
                for message in request.messages
            ),
        )

    def _part(self, part: Part) -> Part:
        match part:
            case Text(text=text):
                return replace(part, text=self.text(text))
            case ToolCall(arguments=arguments):
                return replace(part, arguments=self._mapping(arguments))
            case ToolResult(content=content):
                return replace(part, content=self.text(content))
            case _ as never:
                assert_never(never)

    def _mapping(self, values: Mapping[str, Json]) -> Mapping[str, Json]:
        return {key: self._value(value) for key, value in values.items()}

    def _value(self, value: Json) -> Json:
        if isinstance(value, str):
            return self.text(value)
        if isinstance(value, Mapping):
            return self._mapping(value)
        if isinstance(value, Sequence):
            return [self._value(each) for each in value]
        return value


def _public(request: Request) -> Request:
    """A request without its private parts."""
    kept = (
        Message(each.role, tuple(part for part in each.parts if not _is_private(part)))
        for each in request.messages
    )
    return replace(request, messages=tuple(each for each in kept if each.parts))


def _is_private(part: Part) -> bool:
    return isinstance(part, Text) and part.private


class PrivacyLog:
    """The file, and the sums of today. Writing never fails a turn; a full disk is only logged."""

    def __init__(self, path: Path, now: Callable[[], datetime]) -> None:
        self._path = path
        self._now = now
        self._number = 0
        self._day = now().date()
        self._today = sum(
            sent.usage.sent + sent.usage.received
            for sent in read(path)
            if sent.place == "cloud" and sent.at.astimezone(now().tzinfo).date() == self._day
        )

    @property
    def tokens_today(self) -> int:
        """Tokens to and from the cloud since midnight."""
        if self._now().date() != self._day:
            self._day, self._today = self._now().date(), 0
        return self._today

    def sent(self, turn: str, provider: str, place: Place, to: str, text: str) -> str:
        """Write that a request leaves now; give the id for `used`."""
        self._number += 1
        id = f"{os.getpid()}-{self._now():%Y%m%dT%H%M%S%f}-{self._number}"
        self._write(
            {"sent": id, "at": self._now().isoformat(), "turn": turn}
            | {"provider": provider, "place": place, "to": to, "text": text}
        )
        return id

    def used(self, id: str, place: Place, usage: Usage, cost: float, outcome: str) -> None:
        """Write what it came to."""
        if place == "cloud":
            self._today = self.tokens_today + usage.sent + usage.received
        self._write(
            {"used": id, "tokens_sent": usage.sent, "tokens_received": usage.received}
            | {"tokens_cached": usage.cached, "estimated": usage.estimated}
            | {"cost": round(cost, 6), "outcome": outcome}
        )

    def entries(self) -> list[Sent]:
        """Everything that the current file holds, oldest first."""
        return list(read(self._path))

    def _write(self, line: Mapping[str, Any]) -> None:
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            if self._path.exists() and self._path.stat().st_size > LARGEST:
                self._path.replace(self._path.with_suffix(self._path.suffix + ".1"))
            file = os.open(self._path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
            try:
                os.write(file, (json.dumps(line, ensure_ascii=False) + "\n").encode())
            finally:
                os.close(file)
        except OSError as error:
            log.warning("the privacy log cannot be written: %s", error)


def read(path: Path) -> Iterator[Sent]:
    """Give the entries of a log, oldest first; broken lines (a power cut) are passed over."""
    entries: dict[str, Sent] = {}
    try:
        lines = path.read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError as error:
        if not isinstance(error, FileNotFoundError):
            log.warning("the privacy log cannot be read: %s", error)
        return
    for line in lines:
        try:
            data = json.loads(line)
            if "sent" in data:
                entries[data["sent"]] = _sent(data)
            else:
                entries[data["used"]] = _used(entries[data["used"]], data)
        except (ValueError, KeyError, TypeError):
            continue
    yield from entries.values()


def _sent(data: Mapping[str, Any]) -> Sent:
    at = datetime.fromisoformat(data["at"])
    route = (data["provider"], data["place"], data["to"])
    return Sent(at, data["turn"], *route, data["text"], Usage(), 0.0, "unknown")


def _used(sent: Sent, data: Mapping[str, Any]) -> Sent:
    usage = Usage(
        data["tokens_sent"], data["tokens_received"], data["tokens_cached"], data["estimated"]
    )
    return replace(sent, usage=usage, cost=data["cost"], outcome=data["outcome"])


def estimated_tokens(text: str) -> int:
    """How many tokens a text is, where nobody says: four characters each."""
    return -(-len(text) // 4)
