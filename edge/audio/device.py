"""PortAudio, the one of this process: finding devices, opening lines, surviving their loss.

sounddevice never says that a device is gone. Callbacks just stop, so a line that was not called
for a while is taken for dead, and whoever owns it opens another. PortAudio's list of devices is
made once; only starting PortAudio anew shows what was plugged in since, and that ends every line.
"""

import asyncio
import functools
import logging
import os
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from types import ModuleType
from typing import Any, Literal, TypeAlias

from edge.errors import AudioError
from edge.worker import Worker

Direction: TypeAlias = Literal["input", "output"]
Wish: TypeAlias = str | int | None
"""Part of a device's name, or its number, or None: the system's default."""

log = logging.getLogger(__name__)

_DEAD_S = 0.5
_HANGS_S = 10.0
"""PortAudio's thread for ALSA may spin for ever when the sound server dies under load."""
_FIRST_RESTART_S = 2.0
_LONGEST_RESTART_S = 60.0
_CALLED = {"input": "microphone", "output": "speaker"}


@dataclass(frozen=True, slots=True)
class Device:
    """A device as PortAudio lists it."""

    number: int
    name: str
    inputs: int
    """Channels that can be recorded."""
    outputs: int
    rate: int
    """The rate it likes best, in samples a second."""

    def channels(self, direction: Direction) -> int:
        """Channels in one direction."""
        return self.inputs if direction == "input" else self.outputs


@dataclass(frozen=True, slots=True)
class Request:
    """What is to be opened."""

    direction: Direction
    device: Wish
    rate: int
    """The rate that is wanted; a line may come with the device's own."""
    block_ms: int
    latency: float
    """Seconds of sound that the system may hold."""


class Line:
    """An open stream of 16-bit samples, and its signs of life."""

    def __init__(self, rate: int, channels: int) -> None:
        self.rate = rate
        self.channels = channels
        self.stream: Any = None
        self.called_at = time.monotonic()
        """When the device last asked for sound, or gave some."""
        self.ended = False

    @property
    def alive(self) -> bool:
        """Whether sound flows."""
        return not self.ended and time.monotonic() - self.called_at < _DEAD_S

    @property
    def latency(self) -> float:
        """Seconds between the program and the air."""
        return float(self.stream.latency) if self.stream else 0.0

    def end(self) -> None:
        """The device has let go (PortAudio's finished callback)."""
        self.ended = True


def absent(request: Request) -> Line:
    """What stands for the line of a device that is not there yet."""
    line = Line(request.rate, 1)
    line.end()
    return line


Callback: TypeAlias = Callable[[Line, Any, int, Any], None]
"""line, buffer, frames, times: called on PortAudio's own thread, which must never wait."""


class PortAudio:
    """Opens and closes lines, all on one thread, since PortAudio is not made for more."""

    def __init__(self) -> None:
        self._worker = Worker("portaudio")
        self._lines: list[Line] = []
        self._restarted_at = float("-inf")
        self._cards = _cards()
        self._pauses: dict[Direction, float] = {}
        """For how long one direction may not start PortAudio anew for the other to suffer."""

    async def open(self, request: Request, callback: Callback) -> Line:
        """Open a line and start it. Raises AudioError, which lists the devices there are."""
        try:
            async with asyncio.timeout(_HANGS_S):
                return await self._worker.run(self._open, request, callback)
        except TimeoutError:
            raise AudioError("the sound system hangs: start Stonechat anew") from None

    async def close(self, line: Line) -> None:
        """Stop and forget a line, dead or alive; one that will not let go is left behind."""
        try:
            async with asyncio.timeout(_HANGS_S):
                await self._worker.run(self._close, line)
        except TimeoutError:
            log.error("the sound system does not let go of a device: start Stonechat anew")

    def devices(self) -> list[Device]:
        """All devices. Raises AudioError when there is no PortAudio."""
        return self._worker.submit(lambda: list(_devices(_sounddevice()))).result()

    def find(self, direction: Direction, wish: Wish) -> Device:
        """The device that would be opened. Raises AudioError, which lists the ones there are."""
        return self._worker.submit(lambda: _chosen(_sounddevice(), direction, wish)).result()

    def _open(self, request: Request, callback: Callback) -> Line:
        try:
            line = self._try(request, callback)
        except AudioError:
            if not self._restart(request.direction):
                raise
            line = self._try(request, callback)
        self._pauses.pop(request.direction, None)
        return line

    def _try(self, request: Request, callback: Callback) -> Line:
        sounddevice = _sounddevice()
        device = _chosen(sounddevice, request.direction, request.device)
        reason: Exception | None = None
        for rate, channels in _formats(device, request):
            line = Line(rate, channels)
            try:
                _start(sounddevice, line, device, request, callback)
            except sounddevice.PortAudioError as error:
                reason = error
            else:
                self._lines.append(line)
                return line
        called = _CALLED[request.direction]
        raise AudioError(f"the {called} '{device.name}' cannot be opened: {_first(reason)}")

    def _close(self, line: Line) -> None:
        if line not in self._lines:
            return
        self._lines.remove(line)
        line.ended = True
        try:
            line.stream.abort()
            line.stream.close()
        except _sounddevice().PortAudioError:
            pass  # it died before

    def _restart(self, direction: Direction) -> bool:
        """Look for devices anew; while another line lives, which that interrupts, not often:
        when the kernel has other cards than it had, or else ever more rarely."""
        now, cards = time.monotonic(), _cards()
        living = any(line.alive for line in self._lines)
        pause = self._pauses.get(direction, _FIRST_RESTART_S)
        if living and cards == self._cards and now - self._restarted_at < pause:
            return False
        if living:
            self._pauses[direction] = min(2 * pause, _LONGEST_RESTART_S)
        self._restarted_at, self._cards = now, cards
        for line in list(self._lines):
            self._close(line)
        sounddevice = _sounddevice()
        sounddevice._terminate()
        sounddevice._initialize()
        return True


@functools.cache
def portaudio() -> PortAudio:
    """The one PortAudio of this process: the library keeps its state by process, not by user."""
    return PortAudio()


def _cards() -> list[str]:
    """The kernel's sound devices."""
    try:
        return sorted(os.listdir("/dev/snd"))
    except OSError:
        return []


def _chosen(sounddevice: ModuleType, direction: Direction, wish: Wish) -> Device:
    called, devices = _CALLED[direction], list(_devices(sounddevice))
    able = [each for each in devices if each.channels(direction)]
    if not able:
        raise AudioError(f"there is no {called}: plug one in, or start the sound server")
    if wish is None:
        default = sounddevice.default.device[0 if direction == "input" else 1]
        chosen = [each for each in able if each.number == default] or able
    elif isinstance(wish, int):
        chosen = [each for each in able if each.number == wish]
    else:
        name = wish.casefold()
        chosen = [each for each in able if each.name.casefold() == name]
        chosen += [each for each in able if name in each.name.casefold()]
    if not chosen:
        there = ", ".join(f"{each.number} '{each.name}'" for each in able)
        raise AudioError(f"there is no {called} {wish!r}; there are: {there}")
    return chosen[0]


def _formats(device: Device, request: Request) -> Iterator[tuple[int, int]]:
    """Rates and channels to try: what is wanted, then what the device is said to like."""
    most = device.channels(request.direction)
    yield request.rate, 1
    for channels in dict.fromkeys((1, min(2, most), most)):
        yield device.rate, channels


def _start(
    sounddevice: ModuleType, line: Line, device: Device, request: Request, callback: Callback
) -> None:
    incoming = request.direction == "input"
    kind = sounddevice.RawInputStream if incoming else sounddevice.RawOutputStream
    line.stream = kind(
        samplerate=line.rate,
        blocksize=line.rate * request.block_ms // 1000,
        device=device.number,
        channels=line.channels,
        dtype="int16",
        latency=request.latency,
        callback=lambda data, frames, times, _status: callback(line, data, frames, times),
        finished_callback=line.end,
    )
    try:
        line.stream.start()
    except sounddevice.PortAudioError:
        line.stream.close(ignore_errors=True)
        raise
    line.called_at = time.monotonic()


def _devices(sounddevice: ModuleType) -> Iterator[Device]:
    for number, each in enumerate(sounddevice.query_devices()):
        yield Device(
            number,
            each["name"],
            each["max_input_channels"],
            each["max_output_channels"],
            round(each["default_samplerate"]),
        )


def _sounddevice() -> ModuleType:
    """Imported late: the import starts PortAudio, which not every command needs."""
    try:
        import sounddevice
    except OSError:
        raise AudioError("PortAudio is not installed: apt install libportaudio2") from None
    module: ModuleType = sounddevice
    return module


def _first(error: Exception | None) -> str:
    return str(error.args[0] if error and error.args else error).split("\n")[0]
