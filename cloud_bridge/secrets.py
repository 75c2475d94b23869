"""Keys: from the environment or from systemd's credentials, and never in a repr."""

import os
from contextlib import suppress
from pathlib import Path

from pydantic import SecretStr


def secret(name: str | None) -> SecretStr | None:
    """The key of that name, or None where it is not set."""
    if name is None:
        return None
    value = os.environ.get(name, "")
    folder = os.environ.get("CREDENTIALS_DIRECTORY")
    if not value and folder:
        with suppress(OSError):
            value = (Path(folder) / name).read_text(encoding="utf-8")
    return SecretStr(value.strip()) if value.strip() else None
