"""The virtual sound card, and how this process comes to see it."""

import sys

from edge.bench.card import Recording, SoundServer

__all__ = ["Recording", "SoundServer", "reopen_portaudio"]


def reopen_portaudio() -> None:
    """Make PortAudio look for devices again, if this process has loaded it already."""
    if sounddevice := sys.modules.get("sounddevice"):
        sounddevice._terminate()
        sounddevice._initialize()
