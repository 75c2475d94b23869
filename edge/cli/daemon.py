"""`stonechat run`, `status` and `events`: the daemon, and what it is doing."""

import asyncio
import faulthandler
import json
import logging
from contextlib import suppress
from pathlib import Path
from typing import Annotated

import typer

from edge import config as configuration
from edge import logs
from edge.cli.account import account
from edge.config import Config
from edge.errors import StonechatError
from edge.paths import socket_file
from edge.service import leave

log = logging.getLogger(__name__)

ConfigOption = Annotated[Path | None, typer.Option(help="Config file.")]


def run(config: ConfigOption = None) -> None:
    """Listen on the microphone and answer through the speaker, until stopped."""
    settings = configuration.load(config)
    logs.set_up(settings.log.level, json_lines=settings.log.json_lines)
    with suppress(OSError, ValueError):  # standard error may be no file
        faulthandler.enable()  # systemd's watchdog aborts: the journal then shows what was stuck
    asyncio.run(_serve(settings))


async def _serve(settings: Config) -> None:
    from edge.daemon import serve

    code = 0
    try:
        await serve(settings)
    except Exception as error:  # the journal's last word; systemd starts anew
        found = logs.cause(error)
        log.critical("%s", logs.one_line(found))
        log.debug("where it came from", exc_info=found)
        code = found.exit_code if isinstance(found, StonechatError) else 1
    leave(code)


def status(as_json: Annotated[bool, typer.Option("--json")] = False) -> None:
    """What the running daemon is doing."""
    from edge.control import ask

    for answer in ask(socket_file(), "status"):
        if as_json:
            print(json.dumps(answer, ensure_ascii=False))
            return
        for key, value in answer.items():
            if key != "ok":
                print(f"{key.replace('_', ' '):<18}{_shown(value)}")


def _shown(value: object) -> object:
    return {True: "yes", False: "no"}[value] if isinstance(value, bool) else value


def events(as_json: Annotated[bool, typer.Option("--json")] = False) -> None:
    """What happens in the running daemon, as it happens."""
    from edge.control import ask

    for event in ask(socket_file(), "events"):
        if as_json:
            print(json.dumps(event, ensure_ascii=False), flush=True)
        elif line := account(event["event"], event):
            print(f"{event['t']:8.2f} s  {line}", flush=True)
