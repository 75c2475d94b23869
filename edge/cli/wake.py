"""`stonechat wake`: a wake word of one's own, and a look at what woke the device."""

import json
from pathlib import Path
from typing import Annotated

import typer

from edge import config as configuration
from edge.cli.account import note
from edge.config.schema import Asr
from edge.errors import HearingError, UsageError
from edge.paths import state_dir

app = typer.Typer(help="A wake word of your own.", no_args_is_help=True)


@app.command()
def train(
    word: Annotated[str, typer.Argument(help='What is to be said: "hey stonechat".')],
    own: Annotated[
        Path | None, typer.Option(help="Folder of recordings of you saying it; ten do.")
    ] = None,
    negatives: Annotated[
        Path | None, typer.Option(help="Folder of recordings without it: talk, television.")
    ] = None,
    out: Annotated[
        Path | None, typer.Option(help="Where the model goes; default: the state folder.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="The report as JSON.")] = False,
) -> None:
    """Train a wake word: minutes on a small machine; a word that is no good is refused."""
    from edge.calibration import takes, training
    from edge.hearing.asr import WhisperRecogniser
    from edge.hearing.reading import at_once

    said = takes.need(own, "") if own else ()
    others = takes.need(negatives, "") if negatives else ()
    name = "_".join(word.lower().split())
    if not name.replace("_", "").isalpha():
        raise UsageError(f"{word!r}: a wake word is made of words")
    file = out or state_dir() / "wake" / f"{name}.onnx"
    ask = at_once(WhisperRecogniser(Asr().model))
    trained = training.train(word, said, others, (), note, ask=ask)
    report = trained.report
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        trained.model.save(file, word, report.sentence(), read=trained.read)
    except OSError as error:
        raise HearingError(f"{file}: cannot be written: {error.strerror}") from None
    if as_json:
        print(json.dumps({**report.as_data(), "read": trained.read, "file": str(file)}))
        return
    print(report.sentence())
    if not trained.read:
        print("the recogniser does not read this word: it cannot object to false wakes")
    if not report.good:
        print("that is not good enough yet: record yourself saying it, and train with --own DIR")
    print(f"wrote {file} ({file.stat().st_size / 1e3:.0f} kB)")
    print(f'to use it: [wake] words = ["{file}"]')


@app.command()
def review(
    delete: Annotated[bool, typer.Option("--delete", help="Delete all that is kept.")] = False,
    config: Annotated[Path | None, typer.Option(help="Config file.")] = None,
) -> None:
    """Hear what woke it, or nearly, and say whether it was the word; calibration learns of it."""
    from edge.hearing.kept import Shelf

    settings = configuration.load(config)
    shelf = Shelf(settings.wake.keep)
    if delete:
        print(f"deleted {shelf.clear()} sounds")
        return
    kept = shelf.all()
    if not kept:
        print("nothing is kept" + ("" if settings.wake.keep else "; to keep 50: [wake] keep = 50"))
        return
    from edge.cli.reviewing import review as look_through

    labelled = look_through(kept, settings.audio)
    if labelled:
        print(f"{labelled} go into the next calibration: stonechat calibrate wake")
