"""Language models for the device: which there are, and which of them its memory can hold.

Gigabytes, so nothing fetches them unasked. They lie beside the other weights.
"""

import functools
import os
import tomllib
from typing import Annotated

from pydantic import Field

from edge.models import manifest
from edge.models.manifest import Manifest, Model
from edge.models.store import Store
from edge.paths import models_dir

KEPT_FREE = 1_200_000_000
"""Bytes of memory for the system and for Stonechat, which takes half of it (`bench idle`)."""


class LanguageModel(Model):
    """A GGUF file and what it needs."""

    parameters: Annotated[int, Field(gt=0)]
    memory: Annotated[int, Field(gt=0)]
    """Bytes while it runs."""
    answers: bool = True
    """Whether it may answer people."""


@functools.cache
def language_models() -> tuple[LanguageModel, ...]:
    """All of them, the smallest first."""
    listed = tomllib.loads(manifest.shipped("language-models.toml"))["model"]
    return tuple(map(LanguageModel.model_validate, listed))


def everything() -> Manifest:
    """The manifest and the language models, as one."""
    return Manifest.model_validate({"model": (*manifest.load().models, *language_models())})


def store() -> Store:
    """Where all weights lie."""
    return Store(models_dir(), everything())


def device_memory() -> int:
    """Bytes of memory that this machine has."""
    return os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")


def fits(model: LanguageModel, memory: int) -> bool:
    """Whether a device of so many bytes can run it beside everything else."""
    return model.memory + KEPT_FREE <= memory


def best(memory: int) -> LanguageModel | None:
    """The largest that fits and may answer people."""
    able = [each for each in language_models() if each.answers and fits(each, memory)]
    return max(able, key=lambda each: each.parameters, default=None)
