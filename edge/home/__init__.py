"""The home that is acted on: one interface, in memory or Home Assistant."""

from edge.config.schema import HomeConfig
from edge.home.home import Home
from edge.home.memory import MemoryHome


def open_home(config: HomeConfig) -> Home:
    """Choose the home that the config names; enter it (`async with`) before use."""
    if config.backend == "home_assistant":
        from edge.home.home_assistant import HomeAssistant  # its web client is slow to import

        return HomeAssistant(config)
    return MemoryHome(config)


__all__ = ["Home", "MemoryHome", "open_home"]
