"""Doing things in the home, and taking them back."""

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import cast

from edge.errors import HomeError
from edge.events import Action, Value
from edge.home.home import Command, Home, State
from edge.skills.base import Undo


@dataclass(frozen=True, slots=True)
class Call:
    """One command to one device."""

    id: str
    command: Command
    arguments: Mapping[str, Value] = field(default_factory=dict)


def to_action(name: str, calls: Iterable[Call]) -> Action:
    """Put calls into an action."""
    listed = [{"id": call.id, "command": call.command, **call.arguments} for call in calls]
    return Action(name, {"calls": listed})


def to_calls(action: Action) -> list[Call]:
    """Take the calls out of an action."""
    listed = cast(Sequence[Mapping[str, Value]], action.arguments["calls"])
    return [
        Call(
            str(each["id"]),
            cast(Command, each["command"]),
            {key: value for key, value in each.items() if key not in ("id", "command")},
        )
        for each in listed
    ]


async def do(home: Home, calls: Sequence[Call]) -> Undo | None:
    """Make all calls at once; give what takes them back. Raises HomeError if any fails."""
    before = [home.state(call.id) for call in calls]
    await _together(home, calls)
    back = [each for call, was in zip(calls, before, strict=True) for each in inverse(call, was)]
    if not back:
        return None

    async def undo() -> None:
        await _together(home, back)

    return undo


async def _together(home: Home, calls: Sequence[Call]) -> None:
    results = await asyncio.gather(
        *(home.apply(call.id, call.command, call.arguments) for call in calls),
        return_exceptions=True,
    )
    failures = [result for result in results if isinstance(result, BaseException)]
    for failure in failures:
        if not isinstance(failure, HomeError) or len(failures) == 1:
            raise failure
    if failures:
        raise HomeError(f"{len(failures)} of {len(calls)} devices didn't do it.")


def inverse(call: Call, was: State) -> list[Call]:
    """What brings a device back to what it was; empty where nothing can, or nothing may.

    Nothing that lets somebody in is ever done by taking back.
    """
    state = str(was.get("state"))
    match call.command:
        case "turn_on" | "turn_off" | "set_brightness" | "set_color" | "set_speed":
            return _switched(call, was, "off" if state in ("off", "standby") else "on")
        case "open" | "close" | "set_position":
            if was.get("entrance") and state != "closed":
                return []
            return [Call(call.id, "open" if state == "open" else "close")]
        case "unlock":
            return [Call(call.id, "lock")] if state == "locked" else []
        case "set_temperature" if "temperature" in was:
            return [Call(call.id, call.command, {"temperature": was["temperature"]})]
        case "set_volume" if "volume" in was:
            return [Call(call.id, call.command, {"percent": was["volume"]})]
        case "mute" | "unmute":
            return [Call(call.id, "mute" if was.get("muted") else "unmute")]
        case "play" | "resume" if state != "playing":
            return [Call(call.id, "pause")]
        case "pause" if state == "playing":
            return [Call(call.id, "resume")]
        case _:
            return []


def _switched(call: Call, was: State, state: str) -> list[Call]:
    if state == "off":
        return [] if call.command == "turn_off" else [Call(call.id, "turn_off")]
    match call.command:
        case "turn_off":
            return [Call(call.id, "turn_on")]
        case "set_brightness" if "brightness" in was:
            return [Call(call.id, call.command, {"percent": was["brightness"]})]
        case "set_color" if "color" in was:
            return [Call(call.id, call.command, {"color": was["color"]})]
        case "set_speed" if "speed" in was:
            return [Call(call.id, call.command, {"percent": was["speed"]})]
        case _:
            return []
