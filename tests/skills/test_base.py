import asyncio

import pytest

from edge.errors import SkillError
from edge.events import Intent
from edge.skills.base import INTENTS, Skills
from edge.skills.chance import Chance
from edge.skills.clock import Clock
from tests.skills.conftest import NOW, Talk


def test_every_intent_has_exactly_one_skill() -> None:
    with pytest.raises(ValueError, match="two skills for"):
        Skills([Chance(), Chance()])
    with pytest.raises(ValueError, match=r"not served: .*'timer\.set'"):
        Skills([Chance(), Clock()])


@pytest.mark.parametrize("name", sorted(INTENTS))
def test_every_intent_without_slots_is_answered(talk: Talk, name: str) -> None:
    plan = talk.plan(name)
    assert plan.reply.text or name == "assistant.stop"
    assert plan.reply.expects_reply == plan.reply.text.endswith("?")


@pytest.mark.parametrize("junk", [None, "", [], {}, 0, -1, 1e300, True, "nonsense", ["x"]])
def test_slots_of_a_wrong_shape_are_never_a_traceback(talk: Talk, junk) -> None:
    slots = dict.fromkeys(
        ("name", "area", "kind", "list", "items", "text", "query", "percent", "delta", "value",
         "result", "expression", "from", "to", "color", "temperature", "duration", "all",
         "except", "candidates", "sides", "state"), junk,
    )  # fmt: skip
    slots.update(date="2026-02-30" if junk else None, zone=junk if isinstance(junk, str) else None)
    for name in sorted(INTENTS):
        assert isinstance(talk.say(name, **slots), str)


def test_an_intent_nobody_serves(talk: Talk) -> None:
    with pytest.raises(SkillError, match="haven't learned"):
        asyncio.run(talk.skills.plan(Intent("weather.today"), NOW))


def test_phrases_are_whole_sentences_and_few_enough_to_render(talk: Talk) -> None:
    phrases = list(talk.skills.phrases())
    assert len(phrases) == len(set(phrases))
    assert all(phrase[-1] in ".?!" and phrase[0].isupper() for phrase in phrases)
    assert {"Timer set for 5 minutes.", "Turned on the Bed Light.", "Okay, never mind."} <= set(
        phrases
    )
    assert len(phrases) < 400
