"""`stonechat config`: show, check and locate the settings."""

from pathlib import Path
from typing import Annotated

import typer

from edge import config as configuration
from edge.paths import config_file

app = typer.Typer(help="Show and check the settings.", no_args_is_help=True)

ConfigOption = Annotated[Path | None, typer.Option(help="Config file.")]


@app.command()
def show(config: ConfigOption = None) -> None:
    """All settings as they are in force, as TOML."""
    import tomlkit

    settings = configuration.load(config)
    print(tomlkit.dumps(settings.model_dump(mode="json", exclude_none=True)), end="")


@app.command()
def check(config: ConfigOption = None) -> None:
    """Whether the config file is right; a mistake is named with its line."""
    configuration.load(config)
    file = config or config_file()
    print(f"{file}: right" if file.exists() else f"{file}: not there, so all defaults hold")


@app.command()
def path() -> None:
    """Where the config file is looked for."""
    print(config_file())
