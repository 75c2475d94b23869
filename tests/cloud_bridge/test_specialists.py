"""Who answers what, with which tools, and what it is sent."""

import asyncio
from pathlib import Path

import pytest

from cloud_bridge import context, orchestrator
from cloud_bridge.bridge import Turn
from cloud_bridge.context import Known, Situation, role_of, tokens
from cloud_bridge.loopback.model_server import Call, call, model_server, say
from cloud_bridge.specialists import ALL, BY_NAME
from cloud_bridge.specialists.base import HAND_OVER
from cloud_bridge.tools import Toolbox, tool
from cloud_bridge.types import Handoff, Message, Text, ToolFinished
from edge.bench import routing
from edge.skills.offered import OFFERS
from tests.cloud_bridge.parts import bridge_on, provider

DEVICE = tuple(tool(each.function, acts=each.acts, outside=each.outside) for each in OFFERS)
PAST = tuple((f"what about number {n}", f"Number {n} is a fine number. " * 20) for n in range(50))


def test_every_tool_of_the_device_belongs_to_a_specialist() -> None:
    offered = {each.function.__name__ for each in OFFERS}
    assert offered == {name for each in ALL for name in each.tools}


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("book a table for four at the Lucia", "planning"),
        ("what will the weather be like in Rome", "knowledge"),
        ("put on something by Miles Davis, a jazz album", "media"),
        ("the light in the hall is too bright", "home"),
        ("wake me ten minutes before my alarm", "timers"),
        ("write an email to my boss", "concierge"),
    ],
)
def test_telling_words(text: str, name: str) -> None:
    found = orchestrator.certain(text)
    assert found is not None and found.name == name


def test_the_devices_guess_comes_first_and_doubt_goes_to_the_concierge() -> None:
    assert orchestrator.pick("what about the weather", "timer").specialist.name == "timers"
    unsure = orchestrator.pick("hm, let me think about that")
    assert (unsure.specialist.name, unsure.reason) == ("concierge", "unsure")


def test_first_sentences_that_were_never_learnt_from() -> None:
    picked = [(orchestrator.pick(text), wanted) for text, wanted in routing.own()]
    sure = [pick.specialist.name in wanted for pick, wanted in picked if pick.reason == "guess"]
    assert len(sure) > 0.8 * len(picked) and sum(sure) >= 0.95 * len(sure)


def test_a_guess_takes_the_word_but_not_from_a_task() -> None:
    text = "how does one get red wine out of a carpet"
    taken = orchestrator.pick(text, current="concierge")
    assert (taken.specialist.name, taken.reason, taken.waiting) == ("knowledge", "guess", ())
    assert orchestrator.pick(text, current="planning").specialist.name == "planning"
    assert orchestrator.pick(f"and {text}", current="media").specialist.name == "media"
    assert orchestrator.pick("", current="").reason == "unsure"


def test_a_task_gets_the_word_back() -> None:
    aside = orchestrator.pick("what is the weather in Rome", current="planning")
    assert (aside.specialist.name, aside.waiting) == ("knowledge", ("planning",))
    goes_on = orchestrator.pick("and in Milan?", current="knowledge", waiting=aside.waiting)
    assert (goes_on.specialist.name, goes_on.waiting) == ("knowledge", ("planning",))
    back = orchestrator.pick(
        "at eight then would be fine", current="knowledge", waiting=("planning",)
    )
    assert (back.specialist.name, back.reason, back.waiting) == ("planning", "back", ())


@pytest.mark.parametrize("specialist", ALL, ids=lambda each: each.name)
def test_the_prompt_does_not_grow(specialist) -> None:
    def size(turns: int) -> int:
        known = tuple(Known(f"thing {n}", "v" * 30, "said", "w" * 30) for n in range(min(turns, 9)))
        home = {"devices": [f"lamp {n} (light, room {n})" for n in range(400)]}
        talk = Situation(
            "booking", known, ("name",), "x" * 900, ("f" * 900,), exchanges=PAST[:turns], home=home
        )
        role = role_of(specialist, talk, Toolbox(DEVICE))
        last = Message("user", (Text("and the next one?"), *role.known))
        return tokens(role.system, role.tools.specs, (*role.messages, last))

    assert abs(size(50) - size(9)) < 10  # numbers of two digits are longer
    assert size(9) < size(5) + context.KNOWN_TOKENS
    assert size(50) < 2000


def test_what_never_changes_stands_first_and_facts_are_private() -> None:
    sizes = {}
    for turns in (1, 9):
        talk = Situation(exchanges=PAST[:turns], facts=("my sister is called Ana",), now="noon")
        role = role_of(BY_NAME["home"], talk, Toolbox(DEVICE))
        sizes[f"{role.system}{role.tools.specs}"] = [part.private for part in role.known]
    assert list(sizes.values()) == [[False, True]]


def test_a_tool_of_another_specialist_does_not_exist(tmp_path: Path) -> None:
    async def go() -> None:
        async with model_server("messages") as server:
            server.script = [call(Call("control_home", {"action": "unlock"})), say("I can't.")]
            async with bridge_on([provider(server)], tmp_path, DEVICE) as bridge:
                role = role_of(BY_NAME["media"], Situation(), bridge.tools)
                turn = Turn("open the door", role)
                bridge.commit(turn)
                events = [event async for event in bridge.answer(turn)]
                results = [each.result for each in events if isinstance(each, ToolFinished)]
                assert [each.ok for each in results] == [False]
                assert "there is no such tool" in results[0].content
                offered = {each["name"] for each in server.bodies[0]["tools"]}
                assert offered == {"play_media", "pause_media", "set_volume", HAND_OVER}

    asyncio.run(go())


def test_the_word_is_handed_over_with_what_was_done_and_not_for_ever(tmp_path: Path) -> None:
    async def go() -> None:
        async with model_server("messages") as server:
            server.script = [
                call(Call(HAND_OVER, {"to": "media", "why": "music"})),
                call(Call(HAND_OVER, {"to": "home"})),
                call(Call(HAND_OVER, {"to": "media"})),
                say("I'll answer that myself."),
            ]
            async with bridge_on([provider(server)], tmp_path, DEVICE) as bridge:

                def cast(name: str):
                    found = BY_NAME.get(name)
                    return role_of(found, Situation(), bridge.tools) if found else None

                turn = Turn("something nice", cast("concierge"), cast=cast)
                bridge.commit(turn)
                events = [event async for event in bridge.answer(turn)]
                passed = [(each.giver, each.taker) for each in events if isinstance(each, Handoff)]
                assert passed == [("concierge", "media"), ("media", "home")]
                assert events[-1].specialist == "home"
                assert "something nice" in str(server.bodies[1]["messages"])
                assert "You play music" in server.bodies[1]["system"][0]["text"]
                assert context.HAND_OVER not in str(server.bodies[1]["messages"])

    asyncio.run(go())
