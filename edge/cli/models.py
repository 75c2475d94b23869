"""`stonechat models`: what weights there are, fetch them, check them, their licences."""

import json
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

from edge.cli.account import megabytes
from edge.errors import ModelError
from edge.models import language
from edge.models.language import LanguageModel
from edge.models.manifest import Model
from edge.models.store import State, Store

app = typer.Typer(no_args_is_help=True, help="The weights: list, fetch, check, licences.")

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON alone.")]


@app.command("list")
def list_models(as_json: AsJson = False) -> None:
    """What there is, what is here, and what set-up fetches."""
    store = _store()
    rows = [(model, _state(store, model)) for model in store.manifest.models]
    if as_json:
        _print_json([_described(model) | {"state": state.value} for model, state in rows])
        return
    table = _table("model", "state", "size", "purpose")
    for model, state in rows:
        shown = state.value if model.default or state is not State.MISSING else "on demand"
        table.add_row(model.id, shown, megabytes(model.size), model.purpose)
    Console().print(table)


@app.command()
def download(
    names: Annotated[list[str] | None, typer.Argument(metavar="[NAME]…")] = None,
    everything: Annotated[bool, typer.Option("--all", help="Those on demand as well.")] = False,
    folder: Annotated[
        Path | None, typer.Option("--from", help="Take what is there first: another's models.")
    ] = None,
) -> None:
    """Fetch what is missing or corrupt; a broken download goes on where it broke."""
    from edge.cli.bars import Bars
    from edge.models.download import Downloader, copy_from

    store = _store()
    wanted = _wanted(store, names or [], everything)
    if folder is not None:
        copy_from(folder, store, wanted)
    absent = [model for model in wanted if _state(store, model) is not State.GOOD]
    console = Console(stderr=True)
    if not absent:
        console.print(f"{_count(wanted)} here already, in {store.root}", highlight=False)
        return
    console.print(f"Fetching {_count(absent)} into {store.root}:", highlight=False)
    console.print(_licence_table(absent))
    with Bars(console) as bars:
        Downloader(store, bars, bars.say).fetch(absent)
    console.print("Fetched and verified.")


@app.command()
def verify(as_json: AsJson = False) -> None:
    """Read every file again and compare it with the manifest."""
    store = _store()
    found = [
        (model, file, store.state(model, file, thorough=True))
        for model in store.manifest.models
        for file in model.files
    ]
    if as_json:
        _print_json(
            [{"model": m.id, "file": f.name, "state": state.value} for m, f, state in found]
        )
    bad = [
        (model, file, state)
        for model, file, state in found
        if state is State.CORRUPT or (state is State.MISSING and _expected(store, model))
    ]
    if not bad:
        if not as_json:
            good = sum(state is State.GOOD for _, _, state in found)
            Console().print(f"Every file is what the manifest says ({good} read).", highlight=False)
        return
    told = ", ".join(f"{model.id}/{file.name} is {state.value}" for model, file, state in bad[:3])
    more = f" (and {len(bad) - 3} more)" if len(bad) > 3 else ""
    mend = " ".join(dict.fromkeys(model.id for model, _, _ in bad))
    raise ModelError(f"{told}{more}; mend it with: stonechat models download {mend}")


@app.command()
def licences(as_json: AsJson = False) -> None:
    """Under which terms each model may be used."""
    models = language.everything().models
    if as_json:
        _print_json([_described(model) for model in models])
    else:
        Console().print(_licence_table(models))


@app.command()
def suggest(
    as_json: AsJson = False,
    memory_gb: Annotated[
        float | None, typer.Option(min=0.1, help="For a device of so much memory.")
    ] = None,
) -> None:
    """Language models (GGUF) that fit into this device's memory, and how to get one."""
    memory = int(memory_gb * 1e9) if memory_gb else language.device_memory()
    found = [each for each in language.language_models() if each.answers]
    best, store = language.best(memory), language.store()
    if as_json:
        _print_json(
            [
                _described(each)
                | {"parameters": each.parameters, "memory": each.memory}
                | {"fits": language.fits(each, memory), "best": each is best}
                | {"state": _state(store, each).value, "get": _get(each)}
                for each in found
            ]
        )
        return
    table = _table("model", "size", "memory", "fits", "licence")
    for each in found:
        fits = "yes" if language.fits(each, memory) else "no"
        sizes = (_gigabytes(each.size), _gigabytes(each.memory))
        table.add_row(each.id, *sizes, fits, each.licence)
    console = Console(highlight=False)
    kept = _gigabytes(language.KEPT_FREE)
    console.print(f"{_gigabytes(memory)} of memory, of which {kept} are kept for the rest:")
    console.print(table)
    if best is None:
        console.print("None fits. A home server can be asked instead: see docs/cloud.md.")
        return
    console.print("\nTo have the largest that fits (the second builds it: some ten minutes):")
    for line in _get(best):
        console.print(f"    {line}", markup=False)
    console.print("and in the config, below the other models:")
    console.print(_IN_CONFIG.format(id=best.id), markup=False)


_IN_CONFIG = """
    [[cloud.models]]
    provider = "llama_cpp"
    model = "{id}"
"""


def _gigabytes(size: int) -> str:
    return f"{size / 1e9:.1f} GB"


def _get(model: Model) -> list[str]:
    return [f"stonechat models download {model.id}", "pip install llama-cpp-python"]


def _store() -> Store:
    return language.store()


def _wanted(store: Store, names: Sequence[str], everything: bool) -> Sequence[Model]:
    if everything:  # but not gigabytes that somebody has to choose
        return [each for each in store.manifest.models if not isinstance(each, LanguageModel)]
    return [store.manifest.model(name) for name in names] or store.manifest.defaults


def _state(store: Store, model: Model) -> State:
    """The worst of a model's files."""
    states = {store.state(model, file) for file in model.files}
    return next(state for state in (State.CORRUPT, State.MISSING, State.GOOD) if state in states)


def _expected(store: Store, model: Model) -> bool:
    """Whether a model should be here: by default, or because some of it is."""
    return model.default or any(store.place(model, file).exists() for file in model.files)


def _described(model: Model) -> dict[str, Any]:
    return {
        "model": model.id,
        "purpose": model.purpose,
        "licence": model.licence,
        "note": model.licence_note,
        "default": model.default,
        "size": model.size,
    }


def _table(*columns: str) -> Table:
    """Only the last column is wrapped: a name that is cut short cannot be typed again."""
    table = Table(box=None, pad_edge=False)
    for column in columns:
        right = column in ("size", "memory")
        table.add_column(
            column, justify="right" if right else "left", no_wrap=column != columns[-1]
        )
    return table


def _licence_table(models: Iterable[Model]) -> Table:
    table = _table("model", "size", "licence", "")
    for model in models:
        table.add_row(model.id, megabytes(model.size), model.licence, model.licence_note)
    return table


def _count(models: Sequence[Model]) -> str:
    return "1 model" if len(models) == 1 else f"{len(models)} models"


def _print_json(value: object) -> None:
    print(json.dumps(value, indent=2))
