"""A sound card for machines that have none: a private PulseAudio with a virtual microphone and
a virtual speaker, into and out of which tests and benches play and record."""

import contextlib
import os
import subprocess
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import Self

import numpy as np

from edge.events import RATE, Pcm

# norewinds: without it a null sink lets 2 s of latency build up and callbacks run away.
SCRIPT = """
load-module module-native-protocol-unix socket={folder}/pulse.sock auth-anonymous=1
load-module module-null-sink sink_name=speaker norewinds=1 rate={rate} channels=1 format=s16le
load-module module-null-sink sink_name=micbus norewinds=1 rate={rate} channels=1 format=s16le
load-module module-remap-source master=micbus.monitor source_name=mic
set-default-sink speaker
set-default-source mic
"""

ASOUND = """
</usr/share/alsa/alsa.conf>
pcm.speaker { type pulse device "speaker" hint { show on description "virtual speaker" } }
pcm.mic { type pulse device "mic" hint { show on description "virtual microphone" } }
pcm.!default { type pulse hint { show on description "virtual sound card" } }
ctl.!default { type pulse }
"""

OPTIONS = [
    "--daemonize=no",
    "--exit-idle-time=-1",
    "--use-pid-file=no",
    "--realtime=no",
    "--high-priority=no",
    "--disable-shm=yes",
    "--log-level=notice",
]


class SoundServer:
    """The virtual sound card; `env` is what makes a program use it."""

    def __init__(self, rate: int = RATE) -> None:
        self.rate = rate
        # Not pytest's tmp_path: a Unix socket's path must stay under 108 characters.
        self._home = tempfile.TemporaryDirectory(prefix="stonechat-sound-")
        self.folder = Path(self._home.name)
        self.env = {
            "PULSE_SERVER": f"unix:{self.folder}/pulse.sock",
            "PULSE_COOKIE": f"{self.folder}/cookie",
            "ALSA_CONFIG_PATH": f"{self.folder}/asound.conf",
        }
        self._server: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start (again) and wait until it answers."""
        (self.folder / "default.pa").write_text(SCRIPT.format(folder=self.folder, rate=self.rate))
        (self.folder / "asound.conf").write_text(ASOUND)
        runtime, state = self.folder / "runtime", self.folder / "state"
        for place in (runtime, state):
            place.mkdir(mode=0o700, exist_ok=True)
        own = {
            "HOME": str(self.folder),
            "XDG_RUNTIME_DIR": str(self.folder),
            "PULSE_RUNTIME_PATH": str(runtime),
            "PULSE_STATE_PATH": str(state),
        }
        log = f"--log-target=file:{self.folder}/pulse.log"
        self._server = subprocess.Popen(
            ["pulseaudio", "-n", "-F", str(self.folder / "default.pa"), *OPTIONS, log],
            env=os.environ | own,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        self._wait()

    def stop(self) -> None:
        """Stop at once, as when the sound system dies under a running program."""
        if self._server is not None:
            self._server.kill()
            self._server.wait()
            self._server = None
        (self.folder / "pulse.sock").unlink(missing_ok=True)

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()
        self._home.cleanup()

    def play(self, pcm: Pcm) -> None:
        """Say this into the microphone (at the server's rate); returns when it was heard."""
        self._run(["pacat", "--playback", "-d", "micbus", *self._format()], pcm.tobytes())

    @contextlib.contextmanager
    def recording(self) -> Iterator["Recording"]:
        """Record what comes out of the speaker; `pcm` is complete when the block is left."""
        command = ["parec", "-d", "speaker.monitor", "--latency-msec=20", *self._format()]
        with Recording(command, os.environ | self.env) as recording:
            recording.wait_for(1)
            yield recording

    def control(self, *arguments: str) -> str:
        """Run pactl, for example `control("unload-module", …)`, and give back what it prints."""
        return self._run(["pactl", *arguments]).decode()

    def wait_for(self, kind: str, timeout: float = 30) -> None:
        """Wait until a program is on the line: "source-outputs" or "sink-inputs"."""
        deadline = time.monotonic() + timeout
        while not self.control("list", "short", kind):
            if time.monotonic() > deadline:
                raise TimeoutError(f"no {kind} came")
            time.sleep(0.1)

    def _format(self) -> list[str]:
        return ["--raw", f"--rate={self.rate}", "--channels=1", "--format=s16le"]

    def _run(self, command: list[str], data: bytes = b"") -> bytes:
        environment = os.environ | self.env
        return subprocess.run(
            command, env=environment, input=data, capture_output=True, check=True, timeout=120
        ).stdout

    def _wait(self) -> None:
        deadline = time.monotonic() + 20
        while time.monotonic() < deadline:
            with contextlib.suppress(subprocess.CalledProcessError):
                if "mic" in self.control("list", "short", "sources"):
                    return
            time.sleep(0.05)
        log = self.folder / "pulse.log"
        raise RuntimeError(f"pulseaudio did not start: {log.read_text() if log.exists() else ''}")


class Recording:
    """A running recording of the virtual speaker."""

    def __init__(self, command: list[str], environment: dict[str, str]) -> None:
        self._process = subprocess.Popen(command, env=environment, stdout=subprocess.PIPE)
        self._grown = threading.Condition()
        self._data = bytearray()
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    @property
    def pcm(self) -> Pcm:
        """What was recorded so far."""
        with self._grown:
            return np.frombuffer(bytes(self._data[: len(self._data) // 2 * 2]), np.int16)

    def wait_for(self, samples: int, timeout: float = 30) -> None:
        """Wait until so many samples are there. Raises TimeoutError."""
        with self._grown:
            if not self._grown.wait_for(lambda: len(self._data) >= 2 * samples, timeout):
                raise TimeoutError(f"only {len(self._data) // 2} of {samples} samples came")

    def wait_for_sound(self, level: int = 200, timeout: float = 30) -> int:
        """Wait until something louder than `level` comes; its sample index. Raises TimeoutError."""
        deadline = time.monotonic() + timeout
        seen = 0
        while time.monotonic() < deadline:
            pcm = self.pcm
            loud = np.flatnonzero(np.abs(pcm[seen:].astype(np.int32)) > level)
            if len(loud):
                return seen + int(loud[0])
            seen = len(pcm)
            with self._grown:
                self._grown.wait(0.1)
        raise TimeoutError("the speaker stayed silent")

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._process.terminate()
        self._process.wait()
        self._reader.join()
        assert self._process.stdout is not None
        self._process.stdout.close()

    def _read(self) -> None:
        assert self._process.stdout is not None
        while data := os.read(self._process.stdout.fileno(), 1 << 16):
            with self._grown:
                self._data += data
                self._grown.notify_all()
