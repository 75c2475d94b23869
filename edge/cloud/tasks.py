"""Specialists and their tasks, as the device knows them: names, topics, and forms to fill in."""

from cloud_bridge.specialists import BY_NAME
from edge.memory.state import Conversation, Field

SPECIALISTS = tuple(BY_NAME)
"""Who can be asked by name."""


def form_of(specialist: str) -> tuple[Field, ...]:
    """What a specialist's task needs to know; empty where it has none."""
    found = BY_NAME.get(specialist)
    blanks = found.form if found else ()
    return tuple(Field(b.name, b.kind, b.cues, b.values, b.required) for b in blanks)


def topic_of(specialist: str, text: str) -> str:
    """What a task is called that these words begin; empty where they begin none."""
    topics = BY_NAME[specialist].topics if specialist in BY_NAME else {}
    words = text.lower().split()
    return next((to for stem, to in topics.items() if any(w.startswith(stem) for w in words)), "")


def lacking(talk: Conversation) -> tuple[str, ...]:
    """What a conversation's task still needs to know."""
    return talk.missing(form_of(talk.specialist))
