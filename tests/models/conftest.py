import hashlib
import random
from pathlib import Path

import pytest

from edge.models.manifest import File, Manifest


@pytest.fixture
def data() -> bytes:
    return random.Random(1).randbytes(600_000)


def a_file(name: str, data: bytes, *sources: object) -> File:
    """A file of a manifest; a source is an address or a list of wheel members."""
    told = [{"url": s} if isinstance(s, str) else {"wheels": s} for s in sources]
    digest = hashlib.sha256(data).hexdigest()
    return File.model_validate({"name": name, "size": len(data), "sha256": digest, "sources": told})


def a_manifest(*files: File, licence: str = "MIT", note: str = "") -> Manifest:
    """A manifest with one model, called `bird`."""
    model = {
        "id": "bird",
        "purpose": "sings",
        "licence": licence,
        "licence_note": note,
        "default": True,
        "file": files,
    }
    return Manifest.model_validate({"model": [model]})


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return tmp_path / "models"
