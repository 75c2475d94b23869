"""Weights: which there are, where they lie, how they come here.

Engines ask for `path(model, file)` or `folder(model)` and get what was verified, or a ModelError
that names the command that mends it.
"""

from edge.models.manifest import Manifest
from edge.models.store import folder, path

__all__ = ["Manifest", "folder", "path"]
