"""systemd's journal, spoken to natively: every record with fields that can be searched.

    journalctl -u stonechat STONECHAT_EVENT=route STONECHAT_INTENT=timer.set
    journalctl -u stonechat -o json STONECHAT_TURN=17

The protocol (systemd.io, "Native Journal Protocol") is one datagram a record, a field a line.
"""

import logging
import os
import re
import socket
import sys
from collections.abc import Mapping
from contextlib import suppress

SOCKET = "/run/systemd/journal/socket"
_PRIORITY = {
    logging.DEBUG: 7,
    logging.INFO: 6,
    logging.WARNING: 4,
    logging.ERROR: 3,
    logging.CRITICAL: 2,
}


def connected() -> bool:
    """Whether stderr leads to the journal."""
    device, _, inode = os.environ.get("JOURNAL_STREAM", "").partition(":")
    with suppress(OSError, ValueError):
        there = os.fstat(sys.stderr.fileno())
        return (there.st_dev, there.st_ino) == (int(device), int(inode))
    return False


class JournalHandler(logging.Handler):
    """Sends records to the journal; what it does not take goes to stderr, which ends there too.

    A record's `fields` (`extra={"fields": {…}}`) become STONECHAT_… fields.
    """

    def __init__(self, path: str = SOCKET) -> None:
        super().__init__()
        self._path = path
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC)

    def emit(self, record: logging.LogRecord) -> None:
        """Send one record."""
        message = self.format(record)
        try:
            self._socket.sendto(datagram(_fields(record, message)), self._path)
        except OSError:  # too long for a datagram, or the journal is just being restarted
            print(f"<{_priority(record)}>{message}", file=sys.stderr)  # noqa: T201

    def close(self) -> None:
        """Let go of the socket."""
        self._socket.close()
        super().close()


def datagram(fields: Mapping[str, str]) -> bytes:
    """Fields as the journal takes them: a value of several lines is sent with its length."""
    parts = []
    for name, value in fields.items():
        data = value.encode("utf-8", "replace")
        if b"\n" in data:
            parts.append(name.encode() + b"\n" + len(data).to_bytes(8, "little") + data + b"\n")
        else:
            parts.append(name.encode() + b"=" + data + b"\n")
    return b"".join(parts)


def _fields(record: logging.LogRecord, message: str) -> dict[str, str]:
    more: Mapping[str, object] = getattr(record, "fields", {})
    return {
        "MESSAGE": message,
        "PRIORITY": str(_priority(record)),
        "SYSLOG_IDENTIFIER": "stonechat",
        "STONECHAT_LOGGER": record.name,
        "CODE_FILE": record.pathname,
        "CODE_LINE": str(record.lineno),
        "CODE_FUNC": str(record.funcName),
        **{_name(key): str(value) for key, value in more.items() if value is not None},
    }


def _priority(record: logging.LogRecord) -> int:
    return next((p for level, p in sorted(_PRIORITY.items(), reverse=True)
                 if record.levelno >= level), 7)  # fmt: skip


def _name(key: str) -> str:
    return "STONECHAT_" + re.sub(r"[^A-Z0-9_]", "_", key.upper())
