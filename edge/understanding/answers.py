"""The answer to a question that the device asked: "at nine", "the second one", "shopping". Pure."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime

from edge.events import Intent, Value
from edge.understanding import times
from edge.understanding.names import NameIndex
from edge.understanding.numbers import ordinal
from edge.understanding.slots import fill
from edge.understanding.text import core, tokens
from edge.understanding.wordset import word_set
from edge.vocabulary import Vocabulary

_CHOOSING = word_set("the one please number of them that option")
_AROUND = word_set("the my to on of it that please list one")


def answer(asked: Intent, text: str, vocabulary: Vocabulary, now: datetime) -> Mapping[str, Value]:
    """The slots that an answer brings; none where it answers nothing."""
    words = core(tokens(text))
    chosen = _chosen(asked, words)
    if chosen is not None:
        return {"name": chosen}
    if asked.name.startswith("list.") and "items" in asked.slots:
        named = _list(words, vocabulary)
        return {"list": named} if named else fill(asked.name, text, vocabulary, now)
    return fill(asked.name, _dated(asked, text, words), vocabulary, now)


def _chosen(asked: Intent, words: Sequence[str]) -> str | None:
    """One of the things that were named in the question, by its place among them."""
    names = asked.slots.get("candidates")
    if not isinstance(names, list | tuple):
        return None
    rest = [word for word in words if word not in _CHOOSING and word != ","]
    nth = ordinal(rest, 0) if rest else None
    place = -1 if rest == ["last"] else nth[0] - 1 if nth and nth[1] == len(rest) else None
    return str(names[place]) if place is not None and place < len(names) else None


def _list(words: Sequence[str], vocabulary: Vocabulary) -> str | None:
    """A list's name and nothing else."""
    index = NameIndex(vocabulary)
    for i in range(len(words)):
        found = index.listed(words, i)
        if found is not None and _AROUND.issuperset([*words[:i], *words[found[1] :]]):
            return found[0]
    return None


def _dated(asked: Intent, text: str, words: Sequence[str]) -> str:
    """The answer with the day that was said before: "at nine", of next Tuesday."""
    day = asked.slots.get("day")
    if not isinstance(day, str) or any(times.day(words, i) for i in range(len(words))):
        return text
    said = date.fromisoformat(day)
    return f"{times.MONTHS[said.month - 1]} {said.day} {text}"
