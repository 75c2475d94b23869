"""A cgroup of the bench's own, in which the kernel ends a process that wants too much memory."""

import os
import subprocess
import time
from contextlib import suppress
from pathlib import Path

_ROOT = Path("/sys/fs/cgroup")
_NAME = f"stonechat-bench-{os.getpid()}"
_STEP = 0.97
_GIVE_UP_S = 30.0


class MemoryGroup:
    """False where none may be made: that takes root, and a kernel that counts memory."""

    def __init__(self) -> None:
        second = (_ROOT / "cgroup.controllers").exists()
        self._folder = (_ROOT if second else _ROOT / "memory") / _NAME
        self._limit = self._folder / ("memory.max" if second else "memory.limit_in_bytes")
        self._used = self._folder / ("memory.current" if second else "memory.usage_in_bytes")
        self._none = "max" if second else "-1"
        with suppress(OSError):
            self._folder.mkdir()

    def __bool__(self) -> bool:
        return self._limit.exists()

    def admit(self, pid: int) -> None:
        """Count this process, which has only just begun."""
        if self:
            self._limit.write_text(self._none)
            (self._folder / "cgroup.procs").write_text(str(pid))

    def squeeze(self, process: subprocess.Popen[bytes]) -> None:
        """Take memory away until the kernel kills the process. Raises TimeoutError.

        The limit goes down in steps: version 1 refuses one that cannot be met at once.
        """
        limit, deadline = float(self._used.read_text()), time.monotonic() + _GIVE_UP_S
        while process.poll() is None and time.monotonic() < deadline:
            with suppress(OSError):
                self._limit.write_text(str(int(limit)))
                limit *= _STEP
            time.sleep(0.01)
        if process.poll() is None:
            raise TimeoutError("the kernel would not kill it for want of memory")

    def remove(self) -> None:
        """Leave nothing behind; its processes must have ended."""
        with suppress(OSError):
            self._folder.rmdir()
