"""`stonechat run`, `status` and `events`: the daemon, and what it is doing."""

import asyncio
import faulthandler
import json
import logging
import time
from contextlib import suppress
from pathlib import Path
from typing import Annotated

import typer

from edge import config as configuration
from edge import logs
from edge.cli.account import account
from edge.config.schema import Config
from edge.errors import ModelError, StonechatError
from edge.paths import socket_file
from edge.service import leave, supervised

log = logging.getLogger(__name__)

_PAUSE_S = 60.0
"""Less than the unit allows a start to take."""

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
        if isinstance(found, ModelError) and supervised():
            await asyncio.to_thread(_mend, settings)
    leave(code)


def _mend(settings: Config) -> None:
    """Fetch weights that are missing or went bad: a service has nobody who would do it.

    Then systemd starts it again. Where that is no use, or impossible, not at once.
    """
    from edge.checkup import needed
    from edge.models.download import Downloader
    from edge.models.language import store
    from edge.models.store import State

    here = store()
    try:
        models = [here.manifest.model(name) for name in needed(settings)]
        bad = [
            model
            for model in models
            if any(here.state(model, file) is not State.GOOD for file in model.files)
        ]
        log.warning("fetching %s", ", ".join(model.id for model in bad) or "nothing: all is here")
        Downloader(here, lambda what, done, total: None, log.warning).fetch(bad)
        mended = bool(bad)
    except StonechatError as error:
        log.warning("%s", error)
        mended = False
    if not mended:
        time.sleep(_PAUSE_S)


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
