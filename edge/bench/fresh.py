"""A mouth that has said nothing yet: what a bench says twice must not come from the cache."""

import dataclasses
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from edge.engines import Engines
from edge.paths import cache_dir
from edge.speaking.mouth import Mouth
from edge.speaking.phrases import PhraseCache


@contextmanager
def fresh(ready: Engines) -> Iterator[Engines]:
    """The engines, their mouth with the fixed replies at hand and no others."""
    voice = ready.mouth.voice
    with TemporaryDirectory() as folder:
        (Path(folder) / "fixed").symlink_to(cache_dir() / "phrases" / "fixed")
        yield dataclasses.replace(ready, mouth=Mouth(voice, PhraseCache(Path(folder), voice.key)))
