"""Modules that libraries import at once, and here are hardly ever used."""

import importlib
import sys
from types import ModuleType
from typing import Any


class _Later(ModuleType):
    """Stands for a module until something of it is used."""

    def __getattr__(self, name: str) -> Any:
        if sys.modules.get(self.__name__) is self:
            del sys.modules[self.__name__]
        return getattr(importlib.import_module(self.__name__), name)


def import_when_used(name: str) -> None:
    """Let a library's import of this module wait until something of it is used."""
    sys.modules.setdefault(name, _Later(name))
