"""Files from web servers: resumed after a break, and quick to give up on a host out of reach."""

import re
import threading
from pathlib import Path
from types import TracebackType
from typing import Protocol, Self

import httpx

from edge.errors import ModelError
from edge.models.manifest import File

PROBE_S = 6.0
"""How long a host may take to answer at all, looking up its name included."""
TIMEOUT = httpx.Timeout(20.0, connect=4.0)
ATTEMPTS = 4
"""How often one file is taken up again in a run."""


class Report(Protocol):
    """Is told how far a fetch is."""

    def __call__(self, what: str, done: int, total: int) -> None:
        """`done` of `total` bytes of `what` are here."""


class Web:
    """A client that remembers which hosts cannot be reached."""

    def __init__(self, report: Report) -> None:
        self._report = report
        # Range requests count the bytes that are sent, so they must be the bytes of the file.
        headers = {"Accept-Encoding": "identity", "User-Agent": "stonechat"}
        self._client = httpx.Client(timeout=TIMEOUT, follow_redirects=True, headers=headers)
        self._unreachable: dict[str, str | None] = {}
        """Host → why it cannot be reached; None for one that answers."""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._client.close()

    def fetch(self, url: str, file: File, part: Path) -> None:
        """Complete `part`, going on where it ends. Raises ModelError and keeps what has come."""
        host = httpx.URL(url).netloc.decode()
        if host not in self._unreachable:
            self._unreachable[host] = _probe(url)
        if reason := self._unreachable[host]:
            raise ModelError(reason)
        reason = "the connection broke"
        for _ in range(ATTEMPTS):
            try:
                if self._go_on(url, file, part):
                    return
            except (httpx.ConnectError, httpx.ConnectTimeout):
                raise ModelError("no connection") from None
            except httpx.HTTPError as error:
                reason = str(error) or type(error).__name__
            except httpx.InvalidURL as error:
                raise ModelError(f"invalid redirection: {error}") from None
        raise ModelError(f"broke off {ATTEMPTS} times: {reason}")

    def _go_on(self, url: str, file: File, part: Path) -> bool:
        """One request. True when the part is complete."""
        have = part.stat().st_size if part.exists() else 0
        if have == file.size:
            return True
        if have > file.size:
            part.unlink()
            have = 0
        headers = {"Range": f"bytes={have}-"} if have else {}
        with self._client.stream("GET", url, headers=headers) as response:
            start = _start(response, have)
            if start is None:
                part.unlink()  # what is here cannot be gone on with: begin anew
                return False
            _check_length(response, file.size - start)
            with part.open("r+b" if start else "wb") as stream:
                stream.seek(start)
                for piece in response.iter_raw():
                    stream.write(piece)
                    if stream.tell() > file.size:
                        raise ModelError(f"other bytes: more than {file.size:,} of them")
                    self._report(file.name, stream.tell(), file.size)
        return part.stat().st_size == file.size


def _start(response: httpx.Response, have: int) -> int | None:
    """At which byte the answer begins; None when it does not fit what is here."""
    match response.status_code:
        case 200:
            return 0
        case 206:
            fits = response.headers.get("Content-Range", "").startswith(f"bytes {have}-")
            return have if fits else None
        case 416 if have:
            return None
        case status:
            raise ModelError(f"answered {status} {response.reason_phrase}".rstrip())


def _check_length(response: httpx.Response, expected: int) -> None:
    """Notice a wrong file (a login page, a newer release) before it is fetched."""
    length = response.headers.get("Content-Length", "")
    if length.isdecimal() and int(length) != expected:
        raise ModelError(f"other bytes: {int(length):,} of them, not {expected:,}")


def _probe(url: str) -> str | None:
    """Why a host cannot be reached; None when it answers, whatever it says.

    In a thread of its own, because no time-out covers the look-up of a name.
    """
    outcome: list[str | None] = []

    def knock() -> None:
        try:
            httpx.head(url, timeout=TIMEOUT)
            outcome.append(None)
        except httpx.HTTPError as error:
            why = re.sub(r"^\[Errno -?\d+\] ", "", str(error))
            outcome.append(f"no connection ({why})" if why else "no connection")

    thread = threading.Thread(target=knock, name="probe", daemon=True)
    thread.start()
    thread.join(PROBE_S)
    return outcome[0] if outcome else f"no answer within {PROBE_S:.0f} s"
