"""`stonechat hear` and `demo`: recordings through the very pipeline that the microphone feeds."""

import asyncio
import importlib.resources
from contextlib import AsyncExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from edge import config as configuration
from edge.cli.account import Printer, note
from edge.config.schema import Config
from edge.errors import AudioError, UsageError

if TYPE_CHECKING:
    from edge.audio.speaker import VirtualSpeaker
    from edge.events import Event
    from edge.stream import Way


def hear(
    files: Annotated[list[Path], typer.Argument(metavar="WAV...", help="Recordings, in order.")],
    as_json: Annotated[bool, typer.Option("--json", help="One event a line.")] = False,
    out: Annotated[Path | None, typer.Option(help="Folder for what the speaker says.")] = None,
    realtime: Annotated[bool, typer.Option(help="At the pace of the sound.")] = False,
    no_wake: Annotated[
        bool, typer.Option("--no-wake", help="Each file as if the wake word had just been said.")
    ] = False,
    follow: Annotated[
        bool, typer.Option(help="Listen on for answers still to come (timers that ring).")
    ] = False,
    config: Annotated[Path | None, typer.Option(help="Config file.")] = None,
) -> None:
    """Play recordings into the assistant, as one conversation."""
    from edge.stream import Way

    for file in files:
        if not file.is_file():
            raise UsageError(f"{file}: no such file")
    settings = configuration.load(config)
    way = Way(realtime=realtime, woken=no_wake, follow=follow)
    asyncio.run(_play(settings, files, Printer(as_json), out, way))


async def _play(
    settings: Config, files: list[Path], sink: Printer, out: Path | None, way: "Way"
) -> None:
    """One conversation over recordings, in this process."""
    from edge.audio import wav
    from edge.audio.speaker import VirtualSpeaker
    from edge.brain import think
    from edge.daemon import build_assistant, engines
    from edge.stream import Recordings

    for file in files:
        wav.check(file)
    if out is not None:
        _make(out)
    async with AsyncExitStack() as stack:
        ready = await stack.enter_async_context(engines(settings))
        speaker = VirtualSpeaker(ready.mouth.rate)
        brain = await stack.enter_async_context(think(settings, speaker))
        keeper = _Keeper(sink, speaker, out)
        assistant, ringer = build_assistant(
            brain, ready, speaker, keeper, live=way.realtime, alone=True
        )
        await Recordings(assistant, ringer, way, speaker.advance).play(files)


def _make(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise UsageError(f"{folder} cannot be written: {error.strerror}") from None


class _Keeper:
    """Passes events on, and writes what the speaker said in each turn as `turn-N.wav`."""

    def __init__(self, sink: Printer, speaker: "VirtualSpeaker", out: Path | None) -> None:
        self._sink = sink
        self._speaker = speaker
        self._out = out

    def __call__(self, event: "Event") -> None:
        self._sink(event)
        if self._out is None or event.event not in ("spoken", "interrupted"):
            return
        from edge.audio import wav

        wav.write(
            self._out / f"turn-{event.turn}.wav", self._speaker.replies[-1], self._speaker.rate
        )


def demo(config: Annotated[Path | None, typer.Option(help="Config file.")] = None) -> None:
    """Play the recording that ships with the project: hear, or at least read, it work."""
    settings = configuration.load(config)
    with importlib.resources.as_file(importlib.resources.files("edge.data") / "demo.flac") as file:
        asyncio.run(_demo(settings, file))


async def _demo(settings: Config, recording: Path) -> None:
    from edge.audio.speaker import SoundCardSpeaker, VirtualSpeaker
    from edge.brain import think
    from edge.daemon import build_assistant, engines
    from edge.stream import Recordings, Way

    async with AsyncExitStack() as stack:
        ready = await stack.enter_async_context(engines(settings))
        card = SoundCardSpeaker(ready.mouth.rate, settings.audio.speaker)
        try:
            speaker: SoundCardSpeaker | VirtualSpeaker = await stack.enter_async_context(card)
        except AudioError:
            note("no speaker was found: what would be heard is written below")
            speaker = VirtualSpeaker(ready.mouth.rate)
        brain = await stack.enter_async_context(think(settings, speaker))
        assistant, ringer = build_assistant(brain, ready, speaker, Printer(), live=True, alone=True)
        clock = speaker.advance if isinstance(speaker, VirtualSpeaker) else _no_clock
        await Recordings(assistant, ringer, Way(realtime=True), clock).play([recording])


def _no_clock(samples: int) -> None:
    """A sound card keeps its own time."""
