"""Faults done to the daemon itself, on a virtual sound card: killed, wedged, deaf, mute.

The bench is its systemd: it starts the process, hears its notices, kills it where the watchdog
would, and starts it anew. After each fault a spoken command must be answered, and every record
that was there before must be there still. Where root may make a memory cgroup, the kernel itself
kills the process for want of memory.
"""

import asyncio
import os
import queue
import random
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import numpy as np

import edge
from edge.audio import wav
from edge.bench.card import SoundServer
from edge.bench.faults_memory import MemoryGroup
from edge.bench.faults_state import Outcome, after, changes, found
from edge.control import ask
from edge.errors import UsageError
from edge.events import RATE, Pcm
from edge.paths import cache_dir
from edge.store import Store

_DEMO = Path(edge.__file__).parent / "data" / "demo.flac"
_WATCHDOG_S = 4.0
_READY_S = 120.0
_TURN_S = 25.0
_CONNECTED_S = 70.0
_TRIES = 3
"""A command that falls into the fault, or into a turn that it left behind, may be lost."""
_EXPECTED = "Turned on the Kitchen Lights."


class Device:
    """One machine: a sound card, a home, and the daemon under a supervisor."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.card = SoundServer()
        self.database = folder / "home" / "state" / "stonechat.db"
        self._socket = folder / "home" / "state" / "control.sock"
        self._events: queue.Queue[dict[str, Any]] = queue.Queue()
        self._told: queue.Queue[str] = queue.Queue()
        self._memory = MemoryGroup()
        self._count = 0
        self._seed = 0
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        home = self._folder / "home"
        home.mkdir()
        (home / "cache").symlink_to(cache_dir(), target_is_directory=True)
        try:
            self.card.start()
        except FileNotFoundError:
            raise UsageError("bench faults needs a sound server: apt install pulseaudio") from None
        self._notices = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self._notices.bind(str(self._folder / "notify"))
        threading.Thread(target=self._take_notices, daemon=True).start()
        self.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.kill()
        self._memory.remove()
        self._notices.close()
        self.card.stop()

    # ── what a supervisor does ───────────────────────────────────────────────────────────────

    def start(self) -> float:
        """Start the daemon; milliseconds until it was ready. Raises TimeoutError."""
        began = time.monotonic()
        own = {
            "STONECHAT_HOME": str(self._folder / "home"),
            "NOTIFY_SOCKET": str(self._folder / "notify"),
            "WATCHDOG_USEC": str(round(_WATCHDOG_S * 1e6)),
        }
        self._process = subprocess.Popen(
            [sys.executable, "-c", "from edge.cli import main; main()", "run"],
            env=os.environ | self.card.env | own,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        self._memory.admit(self._process.pid)
        while self._notice(_READY_S) != "READY=1":
            pass
        took = (time.monotonic() - began) * 1000
        threading.Thread(target=self._listen, daemon=True).start()
        return took

    def kill(self) -> None:
        """End it at once; what it has told until then is old."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
        with suppress(queue.Empty):
            while True:
                self._told.get_nowait()

    def starve(self) -> None:
        """Let it run out of memory, and the kernel kill it. Raises TimeoutError.

        Where no memory cgroup may be made it is killed by the same signal, from here.
        """
        assert self._process is not None
        if self._memory:
            self._memory.squeeze(self._process)
        self.kill()

    def freeze(self) -> None:
        """Let it hang, and wait until its signs of life have stopped for the watchdog's time."""
        assert self._process is not None
        self._process.send_signal(signal.SIGSTOP)
        with suppress(TimeoutError):
            while True:
                self._notice(_WATCHDOG_S)

    def _notice(self, seconds: float) -> str:
        try:
            return self._told.get(timeout=seconds)
        except queue.Empty:
            raise TimeoutError(f"it said nothing for {seconds:.0f} s") from None

    def _take_notices(self) -> None:
        """As systemd does: at once, so that the socket never fills up."""
        with suppress(OSError):
            while True:
                self._told.put(self._notices.recv(1024).decode())

    def _listen(self) -> None:
        with suppress(UsageError, OSError, ValueError):
            for event in ask(self._socket, "events"):
                self._events.put(event)

    # ── what a person and another program do ─────────────────────────────────────────────────

    def remember(self, seed: int) -> None:
        """Change the store beside the daemon, as `stonechat ask` does."""
        self._count = 20
        self._seed = seed
        with Store(self.database) as store:
            old = [record for record in found(store).values() if "-" in record.id]
            asyncio.run(store.write((), old))
            for change, _ in zip(changes(seed), range(self._count), strict=False):
                asyncio.run(store.write(change.put, change.remove))

    def forgotten(self) -> str:
        """What of it is not there, or otherwise."""
        wanted = after(self._seed, self._count)
        with Store(self.database) as store:
            there, notice = found(store), store.notice
        missing = [name for name, record in wanted.items() if there.get(name) != record]
        return notice or (f"{', '.join(missing[:3])} lost or changed" if missing else "")

    def say(self, pcm: Pcm) -> threading.Thread:
        """Begin to speak to it."""

        def speak() -> None:
            with suppress(subprocess.SubprocessError):  # the sound card may be what fails
                self.card.play(pcm)

        thread = threading.Thread(target=speak, daemon=True)
        thread.start()
        return thread

    def unanswered(self) -> str:
        """Speak a command to it; what is wrong with the answers, or nothing."""
        said = []
        for _ in range(_TRIES):
            with suppress(queue.Empty):
                while True:
                    self._events.get_nowait()
            self.say(command()).join()
            said.append(self._reply())
            if said[-1] == _EXPECTED:
                return ""
        return f"a spoken command is answered with {' and '.join(map(repr, said))}"

    def _reply(self) -> str | None:
        """The next turn's reply; None where there is no turn."""
        deadline = time.monotonic() + _TURN_S
        with suppress(queue.Empty):
            while (left := deadline - time.monotonic()) > 0:
                event = self._events.get(timeout=left)
                if event["event"] == "turn":
                    return str(event["reply"])
        return None

    def connected(self) -> float:
        """Milliseconds until it records from the default microphone and plays to the speaker.

        Streams are moved to the default as a desktop's session manager does; this bare PulseAudio
        has none. Raises TimeoutError.
        """
        began = time.monotonic()
        while time.monotonic() - began < _CONNECTED_S:
            microphone = self.card.control("get-default-source").strip()
            for line in self._streams("source-outputs"):
                with suppress(subprocess.SubprocessError):
                    self.card.control("move-source-output", line[0], microphone)
            hears = self._number("sources", microphone) in self._ends("source-outputs")
            if hears and self._number("sinks", "speaker") in self._ends("sink-inputs"):
                return (time.monotonic() - began) * 1000
            time.sleep(0.05)
        raise TimeoutError(f"it is not on the line after {_CONNECTED_S:.0f} s")

    def _ends(self, kind: str) -> set[str]:
        """Numbers of the devices at the other end of programs' streams."""
        return {line[1] for line in self._streams(kind)}

    def _streams(self, kind: str) -> list[list[str]]:
        """Streams of programs, not those that the server's own modules need."""
        lines = self.card.control("list", "short", kind).splitlines()
        return [line.split() for line in lines if "protocol-native" in line]

    def _number(self, kind: str, name: str) -> str:
        lines = self.card.control("list", "short", kind).splitlines()
        return next((line.split()[0] for line in lines if line.split()[1] == name), "")


def command() -> Pcm:
    """The first command of the demonstration: "Alexa! Turn on the kitchen lights."."""
    pcm = wav.read(_DEMO)
    blocks = np.abs(pcm[: len(pcm) // 1600 * 1600].astype(int)).reshape(-1, 1600).max(axis=1) > 300
    first = int(np.argmax(blocks))
    quiet = next(
        at for at in range(first, len(blocks)) if not blocks[at : at + 15].any()
    )  # 1.5 s without a word
    cut: Pcm = pcm[(first - 5) * 1600 : (quiet + 6) * 1600]
    return cut


def fault(device: Device, name: str, seed: int) -> Outcome:
    """Do one fault, in the middle of a sentence; then ask for everything back."""
    dice = random.Random(seed)
    device.remember(seed)
    sentence = command()
    speaking = device.say(sentence)
    time.sleep(dice.uniform(0.1, len(sentence) / RATE))
    try:
        took = _FAULTS[name](device)
        speaking.join()
        lost, deaf = device.forgotten(), device.unanswered()
    except (TimeoutError, subprocess.SubprocessError) as error:
        device.kill()
        device.card.stop()
        device.card.start()
        device.start()
        return Outcome(name, seed, device.forgotten(), None, str(error) or "it did not come back")
    return Outcome(name, seed, lost, took, deaf)


def _killed(device: Device) -> float:
    device.kill()
    return device.start()


def _starved(device: Device) -> float:
    device.starve()
    return device.start()


def _wedged(device: Device) -> float:
    device.freeze()
    device.kill()
    return device.start()


def _server_restarted(device: Device) -> float:
    device.card.stop()
    device.card.start()
    return device.connected()


def _microphone_lost(device: Device) -> float:
    device.card.control("unload-module", "module-remap-source")
    time.sleep(1)
    device.card.control(
        "load-module", "module-remap-source", "master=micbus.monitor", "source_name=mic"
    )
    device.card.control("set-default-source", "mic")
    return device.connected()


def _speaker_lost(device: Device) -> float:
    for line in device.card.control("list", "short", "modules").splitlines():
        if "sink_name=speaker" in line:
            device.card.control("unload-module", line.split()[0])
    time.sleep(1)
    rate = f"rate={device.card.rate}"
    options = ("sink_name=speaker", "norewinds=1", rate, "channels=1", "format=s16le")
    device.card.control("load-module", "module-null-sink", *options)
    device.card.control("set-default-sink", "speaker")
    return device.connected()


def _default_changed(device: Device) -> float:
    """Another microphone becomes the default; a desktop moves its streams there."""
    device.card.control(
        "load-module",
        "module-remap-source",
        "master=micbus.monitor",
        f"source_name=mic{time.time_ns()}",
    )
    newest = device.card.control("list", "short", "sources").splitlines()[-1].split()[1]
    device.card.control("set-default-source", newest)
    return device.connected()


_FAULTS: dict[str, Callable[[Device], float]] = {
    "daemon_killed": _killed,
    "out_of_memory": _starved,
    "engine_wedged": _wedged,
    "sound_server_restarted": _server_restarted,
    "microphone_lost": _microphone_lost,
    "speaker_lost": _speaker_lost,
    "default_changed": _default_changed,
}
NAMES = tuple(_FAULTS)
