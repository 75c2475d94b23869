"""Where files live. `STONECHAT_HOME` moves all three places under one folder (tests use it).

    config   config.toml                     ~/.config/stonechat      $STONECHAT_HOME/config
    cache    weights, rendered phrases       ~/.cache/stonechat       $STONECHAT_HOME/cache
    state    timers, lists, control socket   ~/.local/state/stonechat $STONECHAT_HOME/state

Under systemd, STATE_DIRECTORY and CONFIGURATION_DIRECTORY (set by the unit) take precedence.
"""

import os
from pathlib import Path

import platformdirs


def _home(part: str, otherwise: str) -> Path:
    moved = os.environ.get("STONECHAT_HOME")
    return Path(moved) / part if moved else Path(otherwise)


def config_file() -> Path:
    """The config that is read when the command line names none."""
    unit = os.environ.get("CONFIGURATION_DIRECTORY")
    folder = Path(unit) if unit else _home("config", platformdirs.user_config_dir("stonechat"))
    return folder / "config.toml"


def own_intents_file() -> Path:
    """The owner's own intents, beside the config."""
    return config_file().with_name("intents.toml")


def cache_dir() -> Path:
    """What can be fetched or made again: weights, rendered phrases, derived graphs."""
    unit = os.environ.get("STATE_DIRECTORY")
    if unit:
        return Path(unit) / "cache"
    return _home("cache", platformdirs.user_cache_dir("stonechat"))


def models_dir() -> Path:
    """The folder that holds downloaded weights, one sub-folder a model."""
    return cache_dir() / "models"


def state_dir() -> Path:
    """What must not be lost: timers, lists, settings."""
    unit = os.environ.get("STATE_DIRECTORY")
    return Path(unit) if unit else _home("state", platformdirs.user_state_dir("stonechat"))


def socket_file() -> Path:
    """The daemon's control socket, readable by its owner only."""
    runtime = os.environ.get("RUNTIME_DIRECTORY")
    return (Path(runtime) if runtime else state_dir()) / "control.sock"
