"""Recording in the terminal: what to say, a meter of how loud it arrives, and what is still left.

Each take is a file of its own. A session that was broken off goes on with the first one missing.
"""

import asyncio
import contextlib
import importlib.resources
from collections.abc import AsyncIterable, AsyncIterator, Callable, Sequence
from pathlib import Path

import numpy as np
from rich.console import Console, Group
from rich.live import Live
from rich.text import Text

from edge.audio import wav
from edge.calibration import takes
from edge.calibration.levels import dbfs
from edge.calibration.rooms import level, noise
from edge.calibration.takes import Take, Taking
from edge.config.schema import Audio, Config
from edge.events import RATE, Frame, Pcm

_WIDTH = 44
_LOWEST, _HOT, _CLIPS = -66.0, -12.0, -1.0
_SETTLE = RATE // 2
_TROUBLE_S = 12


def meter(db: float, floor: float | None) -> Text:
    """A bar from −66 dBFS to 0, with the room's floor marked."""

    def place(value: float) -> int:
        return round(_WIDTH * min(1.0, max(0.0, (value - _LOWEST) / -_LOWEST)))

    cells = ["█"] * place(db) + ["·"] * (_WIDTH - place(db))
    if floor is not None:
        cells[min(_WIDTH - 1, place(floor))] = "│"
    style = "red" if db > _CLIPS else "yellow" if db > _HOT else "green"
    return Text.assemble(("".join(cells), style), f" {db:4.0f} dB")


def missing(folder: Path, wanted: Sequence[Take]) -> list[Take]:
    """What is still to be recorded."""
    return [take for take in wanted if takes.find(folder, take.name) is None]


def record(folder: Path, wanted: Sequence[Take], audio: Audio, console: Console) -> None:
    """Record what is missing of the takes into the folder."""
    folder.mkdir(parents=True, exist_ok=True)
    left = missing(folder, wanted)
    if left and len(left) < len(wanted):
        done = len(wanted) - len(left)
        console.print(f"{done} recordings are here already (start anew with --fresh)")
    if left:
        asyncio.run(_record(folder, left, audio, console))


async def _record(folder: Path, left: Sequence[Take], audio: Audio, console: Console) -> None:
    from edge.audio.mic import Microphone

    async with Microphone(audio) as microphone:
        frames = aiter(microphone)
        with contextlib.suppress(StopAsyncIteration):
            for take in left:
                pcm = await _take(take, _floor(folder), frames, console)
                wav.write(folder / f"{take.name}.wav", pcm, RATE)
                console.print(f"  {take.name}: {len(pcm) / RATE:.1f} s", style="dim")


def record_echo(folder: Path, config: Config, console: Console) -> int | None:
    """Record the room, then what the microphone hears while the speaker plays.

    How many samples the echo comes later than the devices' clocks tell; None if that is not clear.
    """
    console.print("The speaker will play speech and noise for some seconds; be quiet meanwhile")
    return asyncio.run(_record_echo(folder, config))


async def _record_echo(folder: Path, config: Config) -> int | None:
    from edge.audio.echo import KalmanCanceller
    from edge.audio.mic import Microphone
    from edge.audio.reference import EchoPath, Reference
    from edge.audio.speaker import SoundCardSpeaker

    played = _programme()
    async with (
        Microphone(config.audio) as microphone,
        SoundCardSpeaker(RATE, config.audio.speaker) as speaker,
    ):
        speaker.volume = config.audio.volume
        speaker.reference = Reference()
        path = EchoPath(speaker.reference, KalmanCanceller())
        frames = _through(path, microphone)
        wav.write(folder / "room.wav", await _next(frames, 3 * RATE), RATE)
        speaker.play(played)
        speaker.finish()
        heard = await _next(frames, len(played) + 2 * RATE)
        wav.write(folder / "played.wav", played, RATE)
        wav.write(folder / "heard.wav", heard, RATE)
        return path.delay if path.aligned else None


async def _through(
    path: Callable[[Frame], object], frames: AsyncIterable[Frame]
) -> AsyncIterator[Frame]:
    """The frames as they are, shown to the echo path on the way."""
    async for frame in frames:
        path(frame)
        yield frame


def _programme() -> Pcm:
    """Speech, then noise: all frequencies, and the loudness of a reply."""
    with importlib.resources.as_file(
        importlib.resources.files("edge.data") / "speech.flac"
    ) as file:
        speech = wav.read(file)
    hiss = 2 * noise("pink", 3 * RATE, np.random.default_rng(0))
    return np.concatenate((speech, hiss))


async def _next(frames: AsyncIterator[Frame], length: int) -> Pcm:
    parts: list[Pcm] = []
    while sum(map(len, parts)) < length:
        parts.append((await anext(frames)).pcm)
    return np.concatenate(parts)[:length]


def _floor(folder: Path) -> float:
    room = takes.find(folder, "room")
    return dbfs(level(wav.read(room))) if room else -50.0


async def _take(take: Take, floor: float, frames: AsyncIterator[Frame], console: Console) -> Pcm:
    """Show the prompt and the meter until the take is over."""
    taking = Taking(take, floor)
    await _settle(frames)
    if not console.is_terminal:
        console.print(take.prompt)
    shown, waited = _LOWEST, 0.0
    with Live(console=console, refresh_per_second=12, transient=True) as live:
        async for frame in frames:
            clip = taking(frame.pcm)
            if clip is not None:
                return clip
            waited += len(frame.pcm) / RATE
            shown = max(dbfs(level(frame.pcm)), shown - 1.5)
            live.update(_screen(take, taking, shown, floor, waited))
    raise StopAsyncIteration


def _screen(take: Take, taking: Taking, db: float, floor: float, waited: float) -> Group:
    left = taking.left_s
    state = "listening" if taking.speaking else "waiting for your voice"
    if left is not None:
        state = f"{max(0.0, left):.0f} s to go"
    elif not taking.speaking and waited > _TROUBLE_S:
        state = "nothing is heard above the room: is this the right microphone?"
    return Group(Text(take.prompt, style="bold"), meter(db, floor), Text(state, style="dim"))


async def _settle(frames: AsyncIterator[Frame]) -> None:
    """Let the last word's end pass, so that it does not begin the next take."""
    heard = 0
    while heard < _SETTLE:
        heard += len((await anext(frames)).pcm)
