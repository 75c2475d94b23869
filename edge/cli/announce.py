"""`stonechat announce`, `volume`, `mute`, `unmute`: orders to the running daemon."""

from typing import Annotated, Any, Literal

import typer

from edge.errors import StonechatError, UsageError
from edge.paths import socket_file


def announce(text: Annotated[str, typer.Argument(help="What to say.")]) -> None:
    """Have the running daemon say a text, as soon as no conversation is going on."""
    _order("announce", text=text)


def volume(
    percent: Annotated[int | None, typer.Argument(min=0, max=100, help="None: tell it.")] = None,
) -> None:
    """Tell or set the loudness of the running daemon's voice."""
    answer = _order("volume", percent=percent)
    print(f"{answer['volume']}{' (muted)' if answer['muted'] else ''}")


What = Annotated[
    Literal["voice", "microphone"], typer.Argument(help="Its voice, or what it hears.")
]


def mute(what: What = "voice") -> None:
    """Silence the running daemon's voice, or close its microphone."""
    _order("mute", muted=True, what=what)


def unmute(what: What = "voice") -> None:
    """Let the running daemon speak, or hear, again."""
    _order("mute", muted=False, what=what)


def _order(command: str, **arguments: Any) -> dict[str, Any]:
    """Send an order; its answer. Raises StonechatError with the daemon's own words."""
    from edge.control import ask

    answer = next(ask(socket_file(), command, **arguments))
    if not answer["ok"]:
        kind = UsageError if answer.get("code") == UsageError.code else StonechatError
        raise kind(answer["error"])
    return answer
