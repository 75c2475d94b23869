"""What a model notes: only words of the dialogue, in either dialect, and never an error."""

import asyncio
from pathlib import Path

import pytest

from cloud_bridge.extractor import Notes, extract, grounded
from cloud_bridge.loopback.model_server import Call, Dialect, call, model_server, refuse, say
from cloud_bridge.specialists.base import Blank
from tests.cloud_bridge.parts import ladder_of, provider

FORM = (Blank("people", "number"), Blank("name", "text"))
TALK = (("a table for four", "Under which name?"), ("Miller, please", "Thank you."))


def test_words_that_nobody_said_are_thrown_away() -> None:
    answer = {"people": "four", "name": "Rumpelstiltskin", "shoe": "four", "summary": "s" * 999}
    notes = grounded(answer, FORM, TALK)
    assert notes.words == {"people": "four"} and len(notes.summary) == 240
    assert grounded({"name": "Mill", "people": 4}, FORM, TALK) == Notes()
    assert grounded({"name": "", "people": "?!"}, FORM, TALK) == Notes()


@pytest.mark.parametrize("dialect", ["messages", "chat"])
def test_both_dialects_are_made_to_answer_as_a_tool(dialect: Dialect, tmp_path: Path) -> None:
    async def go() -> None:
        async with model_server(dialect) as server:
            server.script = [call(Call("note", {"name": "Miller", "people": "four"}))]
            ladder = ladder_of([provider(server)], tmp_path)
            notes = await extract(ladder, FORM, TALK, "t")
            await ladder.close()
            assert notes.words == {"name": "Miller", "people": "four"}
            choice = server.bodies[0]["tool_choice"]
            assert "note" in (choice.get("name"), choice.get("function", {}).get("name"))

    asyncio.run(go())


@pytest.mark.parametrize(
    "answer",
    [
        say('Sure: {"name": "Miller"}'),
        say("I cannot."),
        refuse(500),
        say("x", fault="cut"),
        call(Call("note", {"name": ["Miller"]})),
    ],
)
def test_whatever_comes_is_notes_or_nothing(answer: object, tmp_path: Path) -> None:
    async def go() -> None:
        async with model_server("messages") as server:
            server.brain = lambda body: answer
            ladder = ladder_of([provider(server)], tmp_path)
            notes = await extract(ladder, FORM, TALK, "t")
            await ladder.close()
            assert notes.words in ({}, {"name": "Miller"})

    asyncio.run(go())
