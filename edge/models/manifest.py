"""What weights there are: `models/manifest.toml` as frozen values."""

import functools
import importlib.resources
import tomllib
from pathlib import Path
from typing import Annotated, TypeAlias

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from edge.errors import ModelError, UsageError

Name = Annotated[str, Field(pattern=r"^\w[\w.-]*$")]
"""A plain file or folder name: nothing that could lead out of the cache."""


class _Row(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Member(_Row):
    """A file inside a wheel of the Python package index."""

    package: Name
    version: Name
    member: str


class Url(_Row):
    """A file on a web server."""

    url: Annotated[str, Field(pattern="^https?://")]


class Wheels(_Row):
    """A file inside a wheel, or cut into parts over several."""

    wheels: Annotated[tuple[Member, ...], Field(min_length=1)]


Source: TypeAlias = Url | Wheels


class File(_Row):
    """One weight file; sha256 decides whether bytes are the right ones."""

    name: Name
    size: Annotated[int, Field(ge=0)]
    """Bytes."""
    sha256: Annotated[str, Field(pattern="^[0-9a-f]{64}$")]
    sources: Annotated[tuple[Source, ...], Field(min_length=1)]
    """Tried in this order."""


class Model(_Row):
    """Files that serve one purpose under one licence."""

    id: Name
    purpose: str
    licence: str
    """SPDX identifier."""
    licence_note: str = ""
    """What the licence asks of the user beyond naming the authors."""
    default: bool
    """Whether set-up fetches it without being asked."""
    files: Annotated[tuple[File, ...], Field(alias="file", min_length=1)]

    @property
    def size(self) -> int:
        """Bytes of all files together."""
        return sum(file.size for file in self.files)

    def file(self, name: str | None = None) -> File:
        """The file of that name; without one, the only file. Raises UsageError."""
        if name is None and len(self.files) == 1:
            return self.files[0]
        for file in self.files:
            if file.name == name:
                return file
        known = ", ".join(file.name for file in self.files)
        raise UsageError(f"model {self.id} has no file {name!r}; it has: {known}")


class Manifest(_Row):
    """All models, in the order in which they are listed."""

    models: Annotated[tuple[Model, ...], Field(alias="model")]

    def model(self, name: str) -> Model:
        """The model of that id. Raises UsageError that lists the valid ones."""
        for model in self.models:
            if model.id == name:
                return model
        known = ", ".join(model.id for model in self.models)
        raise UsageError(f"no model is called {name!r}; there are: {known}")

    @property
    def defaults(self) -> tuple[Model, ...]:
        """The models that set-up fetches without being asked."""
        return tuple(model for model in self.models if model.default)


def parse(text: str) -> Manifest:
    """Read a manifest's text. Raises ModelError with the first mistake."""
    try:
        return Manifest.model_validate(tomllib.loads(text))
    except tomllib.TOMLDecodeError as error:
        raise ModelError(f"manifest.toml: {error}") from None
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"])
        raise ModelError(f"manifest.toml: {where}: {first['msg']}") from None


def shipped(name: str) -> str:
    """The text of a list that ships with the package."""
    packaged = importlib.resources.files("edge.data").joinpath(name)
    checkout = Path(__file__).parents[2] / "models" / name
    return (packaged if packaged.is_file() else checkout).read_text(encoding="utf-8")


@functools.cache
def load() -> Manifest:
    """The manifest that ships with the package."""
    return parse(shipped("manifest.toml"))
