"""`stonechat say`: a text as the assistant would speak it."""

from pathlib import Path
from typing import Annotated

import typer

from edge import config as configuration
from edge.errors import UsageError


def say(
    text: Annotated[str, typer.Argument(help="What to say.")],
    out: Annotated[Path, typer.Option(help="WAV file to write.")],
    config: Annotated[Path | None, typer.Option(help="Config file.")] = None,
) -> None:
    """Speak a text into a file, through the phrase cache."""
    import numpy as np

    from edge.audio import wav
    from edge.speaking.mouth import Mouth

    mouth = Mouth.load(configuration.load(config).voice)
    chunks = [chunk.pcm for chunk in mouth.chunks(text)]
    if not chunks:
        raise UsageError(f"there is nothing to say in {text!r}")
    wav.write(out, np.concatenate(chunks), mouth.rate)
