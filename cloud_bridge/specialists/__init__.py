"""The specialists: one file each, with prompt, tools, model and the words it is known by."""

from cloud_bridge.specialists import concierge, home, knowledge, media, planning, timers
from cloud_bridge.specialists.base import Blank, Specialist

CONCIERGE = concierge.SPECIALIST
ALL = tuple(each.SPECIALIST for each in (home, timers, knowledge, planning, media, concierge))
BY_NAME = {each.name: each for each in ALL}

__all__ = ["ALL", "BY_NAME", "CONCIERGE", "Blank", "Specialist"]
