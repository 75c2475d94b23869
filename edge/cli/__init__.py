"""The `stonechat` command. Errors reach the user as one line; exit codes: 0, 1 failed, 2 usage."""

import os
import sys

import typer

from edge import logs
from edge.cli import memory, models
from edge.cli.announce import announce, mute, unmute, volume
from edge.cli.ask import ask
from edge.cli.bench import app as bench
from edge.cli.calibrate import app as calibrate
from edge.cli.config import app as config
from edge.cli.daemon import events, run, status
from edge.cli.hear import demo, hear
from edge.cli.prepare import prepare
from edge.cli.privacy import privacy
from edge.cli.say import say
from edge.cli.sound import devices, doctor
from edge.cli.train import train
from edge.cli.wake import app as wake
from edge.errors import StonechatError

app = typer.Typer(
    name="stonechat",
    help="A voice assistant for the shelf: hears, decides and answers on the device.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
    rich_markup_mode=None,
)
for command in (run, hear, ask, say, train, devices, doctor, status, events, privacy):
    app.command()(command)
for order in (announce, volume, mute, unmute):
    app.command()(order)
for command in (demo, prepare):
    app.command(hidden=True)(command)
app.add_typer(models.app, name="models")
app.add_typer(memory.app, name="memory")
app.add_typer(bench, name="bench")
app.add_typer(config, name="config")
app.add_typer(wake, name="wake")
app.add_typer(calibrate, name="calibrate")


def main() -> None:
    """Run the command line; the one place where errors become exit codes."""
    logs.set_up()
    try:
        app()
    except KeyboardInterrupt:
        sys.exit(130)
    except Exception as error:  # users read lines, not tracebacks
        if os.environ.get("STONECHAT_DEBUG"):
            raise
        print(f"stonechat: {logs.one_line(error)}", file=sys.stderr)
        found = logs.cause(error)
        sys.exit(found.exit_code if isinstance(found, StonechatError) else 1)
