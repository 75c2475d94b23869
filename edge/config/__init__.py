"""One TOML file → one frozen model. A mistake is told with its line and the nearest valid key."""

import tomllib
from pathlib import Path

from pydantic import ValidationError

from edge.config.mistakes import explain
from edge.config.schema import Config
from edge.errors import ConfigError
from edge.paths import config_file

__all__ = ["load", "parse"]


def load(path: Path | None = None) -> Config:
    """Read a config file; without one, the defaults. Raises ConfigError with the line."""
    file = path or config_file()
    try:
        text = file.read_text(encoding="utf-8")
    except FileNotFoundError:
        if path is None:
            return Config()
        raise ConfigError(f"{file}: no such config file") from None
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"{file}: cannot be read: {error}") from None
    return parse(text, str(file))


def parse(text: str, name: str = "config.toml") -> Config:
    """Validate the text of a config file; `name` is how errors call it."""
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(f"{name}: {error}") from None
    try:
        return Config.model_validate(data)
    except ValidationError as error:
        raise ConfigError(explain(error, text, name)) from None
