"""`stonechat train`: the intent model, from the shipped text, public corpora and your own."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated

import typer

from edge.errors import UnderstandingError
from edge.paths import own_intents_file, state_dir


def train(
    corpus: Annotated[
        Path | None, typer.Option(help="Folder of public corpora (clinc150, snips, nlu_eval).")
    ] = None,
    extra: Annotated[
        Path | None,
        typer.Option(
            help="TOML file of your own intents; default: intents.toml beside the config."
        ),
    ] = None,
    out: Annotated[
        Path | None, typer.Option(help="Where the model goes; default: the state folder.")
    ] = None,
    fresh: Annotated[
        bool, typer.Option("--fresh", help="Start from nothing, not from the shipped model.")
    ] = False,
) -> None:
    """Train the intent model; one that does worse on the check set is not installed."""
    from edge.understanding import checking, training
    from edge.understanding.model import IntentModel

    file = out or state_dir() / "intents.npz"
    start = time.monotonic()
    shipped = IntentModel.load()
    with _own(extra) as text:
        model = training.train(corpus, text, base=None if fresh or corpus else shipped)
    report = checking.compare(shipped, model)
    counts = ", ".join(f"{n} {source}" for source, n in sorted(model.card.trained_on.items()))
    print(f"trained on {counts} sentences in {time.monotonic() - start:.0f} s")
    added = sorted(set(model.names) - set(shipped.names))
    if added:
        print(f"new intents: {', '.join(added)}")
    print("\n".join(report.lines))
    if report.worse:
        raise UnderstandingError("the new model does worse on the check set; it was not installed")
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        model.save(file)
    except OSError as error:
        raise UnderstandingError(f"{file}: cannot be written: {error}") from None
    print(f"wrote {file} ({file.stat().st_size / 1e6:.2f} MB)")
    print(f'to use it: [understanding] model = "{file}"')


@contextmanager
def _own(extra: Path | None) -> Iterator[Path | None]:
    """The sentences of a file of own intents, as the training reads them; none without a file."""
    from edge.understanding.own import OwnIntents

    file = extra or own_intents_file()
    if extra is None and not file.is_file():
        yield None
        return
    if not file.is_file():
        raise UnderstandingError(f"{file}: no such file")
    with TemporaryDirectory() as folder:
        plain = Path(folder) / "own.toml"
        plain.write_text(OwnIntents.load(file).training(), encoding="utf-8")
        yield plain
