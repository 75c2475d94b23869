"""`stonechat devices` and `doctor`: what there is, and why it does not work."""

import json
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from edge import config as configuration


def devices(as_json: Annotated[bool, typer.Option("--json")] = False) -> None:
    """The microphones and speakers that PortAudio sees."""
    from edge.audio.device import portaudio

    found = portaudio().devices()
    if as_json:
        print(json.dumps([asdict(device) for device in found]))
        return
    if not found:
        print("no sound device is visible; is a sound server running, or a device plugged in?")
    for device in found:
        ways = f"{device.inputs} in, {device.outputs} out"
        print(f"{device.number:3}  {device.name}  ({ways}, {device.rate} Hz)")


def doctor(
    as_json: Annotated[bool, typer.Option("--json")] = False,
    config: Annotated[Path | None, typer.Option(help="Config file.")] = None,
) -> None:
    """Check everything that is needed, and say what mends what is not there."""
    from edge.checkup import examine

    findings = examine(configuration.load(config))
    if as_json:
        print(json.dumps([finding.as_data() for finding in findings], ensure_ascii=False))
    else:
        for finding in findings:
            print(finding)
    if not all(finding.well for finding in findings):
        raise typer.Exit(1)
