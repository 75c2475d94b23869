"""What the device can do by itself, one file a skill."""

from edge.skills.everything import all_skills

__all__ = ["all_skills"]
