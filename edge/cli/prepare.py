"""`stonechat prepare`: what set-up makes once, so that the first start is as quick as any."""

import asyncio
from pathlib import Path
from typing import Annotated

import typer

from edge import config as configuration
from edge.config.schema import Config


def prepare(config: Annotated[Path | None, typer.Option(help="Config file.")] = None) -> None:
    """Derive graphs, warm the engines and render every fixed reply."""
    asyncio.run(_prepare(configuration.load(config)))


async def _prepare(settings: Config) -> None:
    from rich.progress import Progress

    from edge.brain import think
    from edge.daemon import engines
    from edge.skills.volume import RememberedMixer

    async with (
        think(settings, RememberedMixer()) as brain,
        engines(settings) as ready,
    ):
        with Progress() as progress:
            bar = progress.add_task("Rendering what is often said", total=None)
            ready.mouth.render(
                brain.phrases(),
                lambda done, total: progress.update(bar, completed=done, total=total),
            )
