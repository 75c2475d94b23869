"""`stonechat calibrate`: measure the room and its people, set what follows, say what to expect."""

import json
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.console import Console

from edge import config as configuration
from edge.calibration import settings as kept
from edge.cli.account import note
from edge.config.schema import Config
from edge.errors import HearingError, StonechatError
from edge.paths import config_file, state_dir

if TYPE_CHECKING:
    from edge.calibration.takes import Take

app = typer.Typer(
    help="Measure the room and its people, and set what follows.", no_args_is_help=True
)

From = Annotated[
    Path | None, typer.Option("--from", help="Folder of recordings, in the place of recording.")
]
Fresh = Annotated[bool, typer.Option("--fresh", help="Record everything anew.")]
Json = Annotated[bool, typer.Option("--json", help="What was measured, as JSON.")]
ConfigOption = Annotated[Path | None, typer.Option(help="Config file.")]


@app.command()
def levels(
    source: From = None, fresh: Fresh = False, as_json: Json = False, config: ConfigOption = None
) -> None:
    """How loud the room and the voice arrive; clipping."""
    from edge.calibration import levels as measuring
    from edge.calibration import takes

    settings = configuration.load(config)
    folder = _recorded("levels", takes.for_levels(), source, fresh, settings)
    found = measuring.measure(takes.need(folder, "room")[0], takes.need(folder, "voice")[0])
    figures = {
        "noise_dbfs": round(found.noise_dbfs, 1),
        "speech_dbfs": round(found.speech_dbfs, 1),
        "peak_dbfs": round(found.peak_dbfs, 1),
        "snr_db": round(found.snr_db, 1),
        "clipped": round(found.clipped, 6),
    }
    kept.remember("levels", {**figures, "advice": found.advice()})
    lines = [
        f"room    {found.noise_dbfs:5.0f} dBFS",
        f"voice   {found.speech_dbfs:5.0f} dBFS, {found.snr_db:.0f} dB above the room",
        f"peak    {found.peak_dbfs:5.0f} dBFS",
        *(found.advice() or ["all is well: nothing to change"]),
    ]
    _tell(figures | {"advice": found.advice()}, lines, as_json)


@app.command()
def wake(
    source: From = None,
    word: Annotated[
        str | None, typer.Option(help="Which of the configured wake words; default: the first.")
    ] = None,
    count: Annotated[int, typer.Option(min=5, max=50, help="How often you say it.")] = 10,
    fresh: Fresh = False,
    as_json: Json = False,
    config: ConfigOption = None,
) -> None:
    """Say the wake word, read a text: sets how it is heard, and says what to expect."""
    from edge.calibration import takes
    from edge.calibration import wake as measuring
    from edge.calibration.levels import dbfs
    from edge.calibration.rooms import level
    from edge.hearing.asr import WhisperRecogniser
    from edge.hearing.reading import at_once

    settings = configuration.load(config)
    spoken = word or settings.wake.words[0]
    name = Path(spoken).stem
    wanted = takes.for_wake(measuring.phrase(spoken), count)
    folder = _recorded(f"wake-{name}", wanted, source, fresh, settings)
    room = takes.read(folder, "room")
    said = takes.need(folder, "word")
    ask = None
    if settings.wake.ask:
        asr = settings.asr
        ask = at_once(WhisperRecogniser(asr.model, asr.threads, asr.device))
    found = measuring.calibrate(
        spoken, said, takes.read(folder, "text"), room, note, settings.wake.engine, ask
    )
    file = state_dir() / "wake" / f"{name}-second.onnx"
    told = found.prediction
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        found.second.save(file, name, told.sentence())
    except OSError as error:
        raise HearingError(f"{file}: cannot be written: {error.strerror}") from None
    values: kept.Values = {
        "engine": found.engine,
        "second": str(file),
        "threshold": found.threshold,
        "voiced": found.voiced,
    }
    path = kept.write_word(name, values, f"{len(said)} wakes; {told.sentence()}", config)
    noise = {"noise_dbfs": round(dbfs(level(room[0])), 1)} if room else {}
    kept.remember("wake", {"word": name, **told.as_data(), **noise})
    _tell({**values, **told.as_data()}, [*told.lines(), *_written(path)], as_json)


@app.command()
def endpoint(
    source: From = None, fresh: Fresh = False, as_json: Json = False, config: ConfigOption = None
) -> None:
    """Your pauses: how long a silence is waited for within a sentence."""
    from edge.calibration import endpoint as measuring
    from edge.calibration import takes
    from edge.hearing.vad import SileroVad

    settings = configuration.load(config)
    folder = _recorded("endpoint", takes.for_endpoint(), source, fresh, settings)

    def voices(pcm: Any) -> Any:
        return SileroVad().probabilities(pcm)

    pauses = measuring.measure(takes.need(folder, "sentence"), voices)
    values = measuring.settings(pauses, settings.endpoint)
    cut = pauses.cut_off(values["open_ms"])
    measured = f"{len(pauses.ms)} pauses in {pauses.sentences} sentences"
    path = kept.write("endpoint", values, measured, config)
    figures = {**values, "pauses_ms": list(pauses.ms), "cut_off": cut.as_data()}
    kept.remember("endpoint", figures)
    lines = [
        f"{measured}, the longest {max(pauses.ms, default=0)} ms",
        f"open_ms = {values['open_ms']}: waits so long after a sentence that may go on",
        f"fragment_ms = {values['fragment_ms']}: after one that must",
        f"expect {cut.percent()} of such sentences to be cut off, at {settings.endpoint.open_ms} "
        f"ms as before {pauses.cut_off(settings.endpoint.open_ms).percent()}",
        *_written(path),
    ]
    _tell(figures, lines, as_json)


@app.command()
def echo(
    source: From = None, fresh: Fresh = False, as_json: Json = False, config: ConfigOption = None
) -> None:
    """What the microphone hears of the speaker: delay, loudness, distortion."""
    from edge.calibration import echo as measuring
    from edge.calibration import takes
    from edge.events import RATE

    settings = configuration.load(config)
    folder = source or _session("echo", fresh)
    late: int | None = None
    if source is None:
        from edge.cli.recording import record_echo

        late = record_echo(folder, settings, Console(stderr=True))
    found = measuring.measure(
        takes.need(folder, "played")[0],
        takes.need(folder, "heard")[0],
        takes.need(folder, "room")[0],
    )
    figures = {
        "delay_ms": round(found.delay_ms, 1),
        "attenuation_db": round(found.attenuation_db, 1),
        "over_noise_db": round(found.over_noise_db, 1),
        "linear_db": round(found.linear_db, 1),
        "unheard": found.unheard,
    }
    if late is not None:
        figures["late_ms"] = round(late * 1000 / RATE, 1)
    kept.remember("echo", {**figures, "advice": found.advice()})
    if found.unheard:
        lines = ["the microphone does not hear the speaker"]
    else:
        lines = [
            f"delay {found.delay_ms:.0f} ms, {found.attenuation_db:.0f} dB fainter than played, "
            f"{found.over_noise_db:.0f} dB above the room",
            f"a linear canceller can take {found.linear_db:.0f} dB of it",
        ]
    change: dict[str, bool | float] = {}
    if found.unheard != settings.audio.full_duplex:
        change["full_duplex"] = found.unheard
    if late is not None and not found.unheard:
        change["echo_late_ms"] = figures["late_ms"]
    if change:
        lines += _written(kept.write("audio", change, lines[0], config))
    _tell(figures | {"advice": found.advice()}, [*lines, *found.advice()], as_json)


@app.command()
def undo(config: ConfigOption = None) -> None:
    """Take the last calibration back; once more, and it is there again."""
    path = kept.undo(config)
    print(f"{path} is as it was before the last calibration")


# ── what they share ──────────────────────────────────────────────────────────────────────────


def _recorded(
    what: str, wanted: list["Take"], source: Path | None, fresh: bool, settings: Config
) -> Path:
    """The folder with the recordings; those that are missing are recorded now."""
    if source is not None:
        return source
    from edge.cli.recording import record

    folder = _session(what, fresh)
    record(folder, wanted, settings.audio, Console(stderr=True))
    return folder


def _session(what: str, fresh: bool) -> Path:
    folder = state_dir() / "calibration" / what
    if fresh:
        shutil.rmtree(folder, ignore_errors=True)
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StonechatError(f"{folder}: cannot be written: {error.strerror}") from None
    return folder


def _written(path: Path) -> list[str]:
    restart = "" if path != config_file() else "; restart the daemon, and it holds"
    return [f"written to {path}{restart} (stonechat calibrate undo takes it back)"]


def _tell(figures: Mapping[str, Any], lines: list[str], as_json: bool) -> None:
    if as_json:
        print(json.dumps(figures))
        return
    console = Console(highlight=False, markup=False, soft_wrap=False)
    for line in lines:
        console.print(line)
