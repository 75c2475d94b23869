"""`stonechat config`: show, check and locate the settings."""

from pathlib import Path
from typing import Annotated, Any

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
    shown = tomlkit.document()
    for name, section in settings.model_dump(mode="json").items():
        shown.add(name, _shown(section))
    print(tomlkit.dumps(shown), end="")


def _shown(value: Any) -> Any:
    """A value as TOML; what is not set, which TOML cannot say, as a comment."""
    import tomlkit

    if isinstance(value, dict):
        table = tomlkit.table()
        for key, each in value.items():
            if each is None:
                table.add(tomlkit.comment(f"{key} is not set"))
            else:
                table.add(key, _shown(each))
        return table
    if value and isinstance(value, list) and all(isinstance(each, dict) for each in value):
        tables = tomlkit.aot()
        for each in value:
            tables.append(_shown(each))
        return tables
    return value


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
