"""`stonechat devices` and `doctor`: what there is, and why it does not work."""

import json
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from edge import config as configuration
from edge.audio.device import Direction, PortAudio, Wish, portaudio
from edge.errors import AudioError


def devices(as_json: Annotated[bool, typer.Option("--json")] = False) -> None:
    """The microphones and speakers that PortAudio sees, and which of them are used."""
    system = portaudio()
    found = system.devices()
    if as_json:
        print(json.dumps([asdict(device) for device in found]))
        return
    if not found:
        print("no sound device is visible; is a sound server running, or a device plugged in?")
        return
    audio = configuration.load().audio
    used = {
        "microphone": _number(system, "input", audio.microphone),
        "speaker": _number(system, "output", audio.speaker),
    }
    for device in found:
        ways = f"{device.inputs} in, {device.outputs} out"
        roles = " and ".join(role for role, number in used.items() if number == device.number)
        role = f"  ← the {roles}" if roles else ""
        print(f"{device.number:3}  {device.name}  ({ways}, {device.rate} Hz){role}")


def _number(system: PortAudio, direction: Direction, wish: Wish) -> int | None:
    """The number of the device that would be opened; None where there is none such."""
    try:
        return system.find(direction, wish).number
    except AudioError:
        return None


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
