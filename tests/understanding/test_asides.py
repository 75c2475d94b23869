import json
from pathlib import Path

import pytest

from edge.understanding.asides import aside


@pytest.mark.parametrize(
    ("text", "name", "slots"),
    [
        ("Remember that my sister is called Ana.", "remember", {"text": "my sister is called Ana"}),
        ("please remember that I park on level two for three days", "remember",
         {"text": "I park on level two", "days": 3}),
        ("What do you know about me?", "recall", {}),
        ("what do you know about my sister", "recall", {"about": "my sister"}),
        ("forget that my sister is called Ana", "forget", {"about": "my sister is called Ana"}),
        ("forget everything you know about me", "forget", {"all": True}),
        ("forget that", "forget", {"last": True}),
    ],
)  # fmt: skip
def test_memory(text: str, name: str, slots: dict[str, object]) -> None:
    found = aside(text, of_memory=True)
    assert found is not None and (found.name, found.slots) == (f"memory.{name}", slots)


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("I can't breathe", "medical"),
        ("Help! I've fallen and I can't get up!", "medical"),
        ("my husband has collapsed", "medical"),
        ("I think I'm having a heart attack", "medical"),
        ("call an ambulance", "medical"),
        ("there's a fire in the kitchen", "fire"),
        ("the oven is on fire", "fire"),
        ("I smell gas", "fire"),
        ("help me", "distress"),
        ("I want to talk to a real person", "person"),
        ("call Anna", "person"),
    ],
)
def test_a_call_for_help(text: str, kind: str) -> None:
    found = aside(text, contact="Anna")
    assert found is not None and (found.name, found.slots["kind"]) == ("person.call", kind)


@pytest.mark.parametrize(
    "text",
    [
        "remember to buy milk", "remember the milk", "don't forget to call mum",
        "what are the signs of a heart attack", "is there a fire in California",
        "play a song about a fire", "fire up the tv", "help me with my homework",
        "how do I help somebody who is choking", "call Bob", "forget that", "go back to the menu",
    ],
)  # fmt: skip
def test_everything_else_is_left_alone(text: str) -> None:
    assert aside(text, contact="Anna", topics=("booking",)) is None


def test_only_what_there_is_can_be_gone_back_to() -> None:
    back = aside("let's go back to the booking", topics=("trip", "booking"))
    assert back is not None and back.slots == {"topic": "booking"}
    assert aside("let's go back to the booking") is None


@pytest.mark.corpus
def test_what_people_say_to_assistants_is_hardly_ever_a_call_for_help(testdata: Path) -> None:
    lines = (testdata / "text/clinc150/train_val.jsonl").read_text().splitlines()
    texts = [str(json.loads(line)["text"]) for line in lines]
    calls = [text for text in texts if (found := aside(text)) and found.name == "person.call"]
    assert calls == ["call 911"], len(texts)
