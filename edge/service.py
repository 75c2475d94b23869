"""The process as systemd and the user see it: readiness, signs of life, secrets, memory.

systemd's notification protocol is one datagram to the socket that the unit names.
"""

import logging
import os
import socket
import sys
from contextlib import suppress
from pathlib import Path
from typing import NoReturn


def notify(state: str, wait_s: float = 0.0) -> None:
    """Tell systemd a state ("READY=1", "WATCHDOG=1"); outside of systemd this does nothing.

    `wait_s`: for how long, where systemd is busy and its queue is full. A sign of life is soon
    followed by another; waiting for room would stop the conversation.
    """
    address = os.environ.get("NOTIFY_SOCKET")
    if not address:
        return
    if address.startswith("@"):
        address = "\0" + address[1:]
    kind = socket.SOCK_DGRAM | socket.SOCK_CLOEXEC
    with socket.socket(socket.AF_UNIX, kind) as channel, suppress(OSError):
        channel.settimeout(wait_s)
        channel.connect(address)
        channel.sendall(state.encode())


def supervised() -> bool:
    """Whether systemd started this process: then nobody reads an error, and waiting is better."""
    return "NOTIFY_SOCKET" in os.environ


def how_to_start(service: Path = Path("/run/stonechat")) -> str:
    """What starts the daemon that a command looks for: one's own, or the system's."""
    if "RUNTIME_DIRECTORY" in os.environ:  # root's command speaks for the service
        return "systemctl start stonechat (why it ended: journalctl -u stonechat -n 30)"
    if service.is_dir():
        return "stonechat run (but the service runs: sudo stonechat speaks with it)"
    return "stonechat run"


def watchdog_period() -> float | None:
    """Seconds between two signs of life, half of what systemd allows; None when it asks none."""
    allowed = os.environ.get("WATCHDOG_USEC")
    return int(allowed) / 2e6 if allowed else None


def leave(code: int) -> NoReturn:
    """End the process at once; the caller has closed what must be closed.

    Python would wait for its threads, and a call into an engine (or a name server) that is under
    way cannot be cut short: that is seconds, or until systemd kills.
    """
    logging.shutdown()
    for stream in (sys.stdout, sys.stderr):
        with suppress(OSError, ValueError):  # nobody reads it any more
            stream.flush()
    os._exit(code)


def secret(name: str) -> str | None:
    """A password from the environment or from systemd's credentials; None where it is not set."""
    value = os.environ.get(name, "").strip()
    folder = os.environ.get("CREDENTIALS_DIRECTORY")
    if not value and folder:
        with suppress(OSError):
            value = (Path(folder) / name).read_text(encoding="utf-8").strip()
    return value or None


def rss_mb() -> float:
    """Resident memory of this process now."""
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return round(int(line.split()[1]) / 1024, 1)
    return 0.0
