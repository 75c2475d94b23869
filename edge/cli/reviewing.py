"""Looking through what woke the device: each sound is played, and told what it was."""

import asyncio
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

import typer

from edge.audio import wav
from edge.config.schema import Audio
from edge.errors import StonechatError
from edge.events import RATE
from edge.hearing.kept import Kept
from edge.paths import state_dir

_KEYS = "was it the word? yes, no, play again, delete, skip, quit [y/n/p/d/s/q]"


def review(kept: Sequence[Kept], audio: Audio) -> int:
    """Ask of each; how many were labelled. Raises StonechatError."""
    labelled = 0
    for number, each in enumerate(kept, 1):
        print(f"{number} of {len(kept)}: {_line(each)}")
        _play(each.file, audio)
        match _asked(each.file, audio):
            case "y":
                _into_calibration(each, "word")
                labelled += 1
            case "n":
                _into_calibration(each, "text")
                labelled += 1
            case "d":
                each.file.unlink(missing_ok=True)
            case "q":
                break
            case _:
                pass
    return labelled


def _line(kept: Kept) -> str:
    when = datetime.fromtimestamp(kept.file.stat().st_mtime).astimezone()
    what = "woke it" if kept.woke else "nearly woke it"
    return f'{when:%a %d %b %H:%M}, "{kept.word.replace("_", " ")}" {what} ({kept.score:.2f})'


def _asked(file: Path, audio: Audio) -> str:
    while True:
        told = str(typer.prompt(_KEYS, default="s", show_default=False)).strip().lower()[:1]
        if told != "p":
            return told
        _play(file, audio)


def _play(file: Path, audio: Audio) -> None:
    from edge.audio.speaker import SoundCardSpeaker

    async def play() -> None:
        async with SoundCardSpeaker(RATE, audio.speaker) as speaker:
            speaker.volume = audio.volume
            pcm = wav.read(file)
            speaker.play(pcm)
            speaker.finish()
            await asyncio.sleep(len(pcm) / RATE + speaker.latency)

    asyncio.run(play())


def _into_calibration(kept: Kept, kind: str) -> None:
    """Where `calibrate wake` finds it: among what was said, or what was not it."""
    folder = state_dir() / "calibration" / f"wake-{kept.word}"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        kept.file.replace(folder / f"{kind}-{kept.file.name}")
    except OSError as error:
        raise StonechatError(f"{folder}: cannot be written: {error.strerror}") from None
