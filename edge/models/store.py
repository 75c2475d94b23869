"""Where weights lie and whether they are whole.

Reading 200 MB at every start would cost seconds, so a file that was found good is remembered with
its size and time of change; `verify` reads it again in any case.
"""

import contextlib
import hashlib
import json
import os
from enum import Enum
from pathlib import Path
from typing import TypeAlias

from edge.errors import ModelError
from edge.models.manifest import File, Manifest, Model, load
from edge.paths import models_dir

Stamp: TypeAlias = tuple[int, int, str]
"""Size in bytes, time of change in nanoseconds, sha256."""

STAMPS = ".verified.json"


class State(Enum):
    """What is found where a file should be."""

    MISSING = "missing"
    CORRUPT = "corrupt"
    GOOD = "good"


class Store:
    """The folder that weights are kept in, one sub-folder a model."""

    def __init__(self, root: Path, manifest: Manifest) -> None:
        self.root = root
        self.manifest = manifest

    def path(self, model: str, file: str | None = None) -> Path:
        """A verified file. Raises ModelError that names it and the command that mends it."""
        return self._checked(self.manifest.model(model), self.manifest.model(model).file(file))

    def folder(self, model: str) -> Path:
        """A model's folder, with all its files verified. Raises ModelError."""
        found = self.manifest.model(model)
        for file in found.files:
            self._checked(found, file)
        return self.root / found.id

    def place(self, model: Model, file: File) -> Path:
        """Where a file belongs, whether or not it is there."""
        return self.root / model.id / file.name

    def state(self, model: Model, file: File, *, thorough: bool = False) -> State:
        """What is there; `thorough` reads the file even if it was found good before."""
        path = self.place(model, file)
        try:
            stat = path.stat()
            if stat.st_size != file.size:
                return State.CORRUPT
            stamp = (stat.st_size, stat.st_mtime_ns, file.sha256)
            if not thorough and self._stamps(model).get(file.name) == stamp:
                return State.GOOD
            if sha256(path) != file.sha256:
                self._remember(model, file, None)
                return State.CORRUPT
        except FileNotFoundError:
            return State.MISSING
        except OSError as error:
            raise ModelError(f"{path}: cannot be read: {error.strerror}") from None
        self._remember(model, file, stamp)
        return State.GOOD

    def adopt(self, model: Model, file: File, part: Path) -> None:
        """Move a fetched file into place if its bytes are the right ones. Raises ModelError."""
        size = part.stat().st_size
        if size != file.size:
            part.unlink()
            raise ModelError(f"other bytes: {size:,} of them, not {file.size:,}")
        if sha256(part) != file.sha256:
            part.unlink()
            raise ModelError("other bytes: the sha256 differs")
        _to_disk(part)
        place = self.place(model, file)
        place.parent.mkdir(parents=True, exist_ok=True)
        part.replace(place)
        stat = place.stat()
        self._remember(model, file, (stat.st_size, stat.st_mtime_ns, file.sha256))

    def _checked(self, model: Model, file: File) -> Path:
        state = self.state(model, file)
        if state is not State.GOOD:
            raise ModelError(
                f"{self.place(model, file)} is {state.value}; "
                f"mend it with: stonechat models download {model.id}"
            )
        return self.place(model, file)

    def _stamps(self, model: Model) -> dict[str, Stamp]:
        try:
            read = json.loads((self.root / model.id / STAMPS).read_text())
            return {name: (size, time, digest) for name, (size, time, digest) in read.items()}
        except (OSError, ValueError, TypeError, AttributeError):
            return {}  # a damaged note costs one more reading, nothing else

    def _remember(self, model: Model, file: File, stamp: Stamp | None) -> None:
        stamps: dict[str, Stamp | None] = {**self._stamps(model), file.name: stamp}
        kept = {name: value for name, value in stamps.items() if value}
        with contextlib.suppress(OSError):  # a cache that may only be read is fine, if slower
            replace(self.root / model.id / STAMPS, json.dumps(kept).encode())


def path(model: str, file: str | None = None) -> Path:
    """A verified weight file; its name may be left out where there is one. Raises ModelError."""
    return Store(models_dir(), load()).path(model, file)


def folder(model: str) -> Path:
    """A model's folder with all its files verified. Raises ModelError."""
    return Store(models_dir(), load()).folder(model)


def sha256(path: Path) -> str:
    """A file's hash in hexadecimal. Raises OSError."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def replace(path: Path, data: bytes) -> None:
    """Write a file whole or not at all. Raises OSError."""
    part = path.with_name(f"{path.name}.{os.getpid()}.part")
    try:
        part.write_bytes(data)
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)


def _to_disk(path: Path) -> None:
    """Wait until the bytes are on the medium: a rename may outlive a power cut that they do not."""
    with path.open("rb") as stream:
        os.fsync(stream.fileno())
