"""`stonechat bench`: the published figures, on your own machine."""

import asyncio
import json
from pathlib import Path
from typing import Annotated, Any

import typer

from edge import config as configuration
from edge.cli.account import note
from edge.errors import UsageError

app = typer.Typer(help="The published figures, on your own machine.", no_args_is_help=True)

Json = Annotated[bool, typer.Option("--json", help="One JSON object.")]
Corpus = Annotated[Path | None, typer.Option(help="Folder of recordings with a manifest.jsonl.")]
ConfigOption = Annotated[Path | None, typer.Option(help="Config file.")]


def _show(figures: Any, as_json: bool) -> None:
    if as_json:
        print(json.dumps(figures))
        return
    for name, value in figures.items():
        if isinstance(value, dict):
            print(name)
            for key, figure in value.items():
                print(f"  {key:<24}{_short(figure)}")
        elif not isinstance(value, list):
            print(f"{name:<26}{value}")


def _short(figure: Any) -> str:
    if isinstance(figure, dict) and "p50" in figure:
        return f"p50 {figure['p50']}  p95 {figure['p95']}  (n {figure['n']})"
    return str(figure)


@app.command()
def latency(
    as_json: Json = False,
    corpus: Corpus = None,
    limit: Annotated[int | None, typer.Option(help="Only so many utterances.")] = None,
    plot: Annotated[Path | None, typer.Option(help="SVG file for a waterfall.")] = None,
    config: ConfigOption = None,
) -> None:
    """End of speech → first audio, in real time, beside a sequential pipeline."""
    from edge.bench.budget import lines
    from edge.bench.latency import measure

    figures = asyncio.run(measure(configuration.load(config), corpus, limit, plot, note))
    _show(figures, as_json)
    if not as_json:
        for line in lines(figures["budgets"]):
            print(line)


@app.command()
def wake(
    corpus: Annotated[Path, typer.Option(help="Folder of recordings with a manifest.jsonl.")],
    as_json: Json = False,
    word: Annotated[
        str, typer.Option(help="A wake word of the manifest, or another, which is trained first.")
    ] = "alexa",
) -> None:
    """Missed and false wakes after calibration, beside plain openWakeWord; or of your own word."""
    from edge.hearing.micro import WORDS

    if word in WORDS:
        from edge.bench.wake import measure, table
    else:
        from edge.bench.own_words import measure, table

    figures = measure(corpus, word, note)
    if as_json:
        print(json.dumps(figures))
        return
    for line in table(figures):
        print(line)


@app.command()
def turn(as_json: Json = False, corpus: Corpus = None, config: ConfigOption = None) -> None:
    """How long it waits after speech, and how often it cuts a sentence off."""
    from edge.bench.turn import measure, table

    figures = asyncio.run(measure(configuration.load(config), corpus, note))
    if as_json:
        print(json.dumps(figures))
        return
    for line in table(figures):
        print(line)


@app.command()
def idle(
    as_json: Json = False,
    minutes: Annotated[float, typer.Option(help="How long to watch.")] = 1.0,
    config: ConfigOption = None,
) -> None:
    """CPU and memory of a daemon that waits for its wake word."""
    from edge.bench.idle import measure

    _show(asyncio.run(measure(configuration.load(config), minutes)), as_json)


@app.command()
def soak(
    as_json: Json = False,
    hours: Annotated[float, typer.Option(help="How much sound.")] = 24.0,
    commands: Annotated[int, typer.Option(help="How many spoken commands in it.")] = 500,
    config: ConfigOption = None,
) -> None:
    """A day of sound, faster than real time: what it loses, and whether it grows."""
    from edge.bench.soak import measure

    _show(asyncio.run(measure(configuration.load(config), hours, commands, note)), as_json)


@app.command("barge-in")
def barge_in(
    corpus: Annotated[Path, typer.Option(help="Folder of recordings with a manifest.jsonl.")],
    as_json: Json = False,
    minutes: Annotated[float, typer.Option(help="Of answers that nobody speaks into.")] = 10.0,
    limit: Annotated[int | None, typer.Option(help="Only so many people.")] = None,
    config: ConfigOption = None,
) -> None:
    """Can it be interrupted, and by whom: people, coughs and noises in simulated rooms."""
    from edge.bench.barge_in import measure

    figures = asyncio.run(measure(configuration.load(config), corpus, minutes, limit, note))
    _show(figures, as_json)


@app.command()
def intent(
    corpus: Annotated[Path, typer.Option(help="Folder of public corpora.")],
    as_json: Json = False,
    spoken: Annotated[
        int, typer.Option(help="So many commands, also said by a voice and heard, in noise too.")
    ] = 0,
) -> None:
    """The intent classifier, beside hassil and gazetteer-matcher, on other people's phrasings."""
    from edge.bench.intent import run

    _show(run(corpus, spoken=spoken), as_json)


@app.command()
def faults(
    as_json: Json = False,
    runs: Annotated[int, typer.Option(help="How many faults.")] = 300,
    seed: Annotated[int, typer.Option(help="Which faults, and when.")] = 1,
) -> None:
    """Kill it, cut its power, fill its disk, pull its microphone: is everything still there?"""
    from edge.bench.faults import measure

    _show(measure(runs, seed, note), as_json)


@app.command()
def memory(
    corpus: Annotated[Path, typer.Option(help="Folder with public dialogues and texts.")],
    server: Annotated[
        str | None, typer.Option(help="URL of a model (OpenAI protocol) that notes as well.")
    ] = None,
    gguf: Annotated[
        str | None, typer.Option(help="Or such a model: its name in the list, or a file.")
    ] = None,
    as_json: Json = False,
) -> None:
    """What a conversation costs by its fiftieth turn, what is noted of it, and who answers."""
    from edge.bench import slots
    from edge.bench.memory import measure

    model = slots.served(server) if server else slots.gguf(gguf) if gguf else None
    _show(measure(corpus, note, model), as_json)


@app.command()
def asr(
    corpus: Annotated[Path, typer.Option(help="Folder of recordings with a manifest.jsonl.")],
    commands: Annotated[bool, typer.Option("--commands", help="Sound in, intent out.")] = False,
    as_json: Json = False,
    limit: Annotated[int | None, typer.Option(help="Only so many recordings of a kind.")] = None,
    config: ConfigOption = None,
) -> None:
    """Commands of recorded people, understood with and without a second look at the sound."""
    from edge.bench.asr import measure

    if not commands:
        raise UsageError("only --commands is measured: sound in, intent and slots out")

    _show(measure(configuration.load(config), corpus, limit, note), as_json)


@app.command()
def cloud(
    as_json: Json = False,
    sequences: Annotated[int, typer.Option(min=0, help="How many random ones.")] = 200,
) -> None:
    """Networks that fail, tools that hang, words that tempt: on servers of this machine."""
    from edge.bench.cloud import measure, table

    figures = asyncio.run(measure(sequences, note))
    if as_json:
        print(json.dumps(figures))
        return
    for line in table(figures):
        print(line)
