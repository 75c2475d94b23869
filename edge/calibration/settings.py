"""Writing what was measured into the config file, whole or not at all, and taking it back.

The file keeps its comments and its order. Before a change the old file is kept beside it; what is
written is read again first, so that a calibration never leaves a config that does not load.
"""

import json
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

import tomlkit
from tomlkit.items import AoT, Table

from edge import config
from edge.errors import ConfigError, UsageError
from edge.models.store import replace
from edge.paths import config_file, state_dir

Values = Mapping[str, str | int | float | bool]


def write(section: str, values: Values, measured: str, file: Path | None = None) -> Path:
    """Set keys of a table, under a comment that says what was measured. Raises ConfigError."""
    path, document = _open(file)
    table = document.setdefault(section, tomlkit.table())
    for key, value in values.items():
        entry = tomlkit.item(value)
        entry.comment(_comment(measured))
        table[key] = entry
    return _save(path, tomlkit.dumps(document))


def write_word(word: str, values: Values, measured: str, file: Path | None = None) -> Path:
    """Set what is tuned of one wake word, in the place of what was. Raises ConfigError."""
    path, document = _open(file)
    wake = document.setdefault("wake", tomlkit.table())
    tuned: AoT = tomlkit.aot()
    for each in wake.get("tuned", ()):
        if each["word"] != word:
            tuned.append(each)
    mine: Table = tomlkit.table()
    mine.add(tomlkit.comment(_comment(measured)))
    mine.add("word", word)
    for key, value in values.items():
        mine.add(key, value)
    tuned.append(mine)
    wake.pop("tuned", None)
    wake.add("tuned", tuned)
    return _save(path, tomlkit.dumps(document))


def undo(file: Path | None = None) -> Path:
    """Swap the config with the one before the last calibration. Raises UsageError."""
    path = file or config_file()
    before = _before(path)
    if not before.exists():
        raise UsageError(f"{path}: no calibration to take back")
    old = before.read_bytes()
    now = path.read_bytes() if path.exists() else b""
    replace(path, old)
    replace(before, now)
    return path


def remember(what: str, figures: Mapping[str, Any]) -> None:
    """Keep what was measured, for `stonechat doctor`."""
    known = {**recall(), what: {**figures, "at": _now()}}
    path = _record()
    path.parent.mkdir(parents=True, exist_ok=True)
    replace(path, json.dumps(known, indent=1).encode())


def recall() -> dict[str, dict[str, Any]]:
    """All that was measured so far, by the kind of calibration; empty when nothing was."""
    try:
        found = json.loads(_record().read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def _record() -> Path:
    return state_dir() / "calibration" / "measured.json"


def _open(file: Path | None) -> tuple[Path, tomlkit.TOMLDocument]:
    path = file or config_file()
    try:
        text = path.read_text(encoding="utf-8") if path.exists() else ""
    except OSError as error:
        raise ConfigError(f"{path}: cannot be read: {error.strerror}") from None
    config.parse(text, str(path))
    return path, tomlkit.parse(text)


def _save(path: Path, text: str) -> Path:
    config.parse(text, str(path))
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        old = path.read_bytes() if path.exists() else b""
        replace(_before(path), old)
        replace(path, text.encode())
    except OSError as error:
        raise ConfigError(f"{path}: cannot be written: {error.strerror}") from None
    return path


def _before(path: Path) -> Path:
    return path.with_name(f"{path.name}.before")


def _comment(measured: str) -> str:
    return f"measured {_now()}: {measured}"


def _now() -> str:
    return datetime.now().astimezone().isoformat(" ", "minutes")
