import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from edge.records import Item
from edge.store import Store
from tests.skills.conftest import Talk


def test_add_read_remove(talk: Talk) -> None:
    assert talk.say("list.read", list="shopping") == "Your shopping list is empty."
    assert talk.say("list.add", list="shopping", items=["milk"]) == (
        "Added milk to your shopping list."
    )
    assert talk.say("list.add", list="shopping", items=["eggs", "bread", "Milk"]) == (
        "Added eggs and bread to your shopping list."
    )
    assert talk.say("list.add", list="shopping", items=["milk"]) == (
        "Milk is already on your shopping list."
    )
    assert talk.say("list.read", list="shopping") == (
        "Your shopping list has milk, eggs and bread."
    )
    assert talk.say("list.remove", list="shopping", items=["MILK"]) == (
        "Removed MILK from your shopping list."
    )
    assert talk.say("list.remove", list="shopping", items=["milk", "tea"]) == (
        "Milk and tea are not on your shopping list."
    )
    assert talk.say("list.read", list="to-do") == "Your to-do list is empty."


def test_long_lists_say_how_long(talk: Talk) -> None:
    talk.say("list.add", list="shopping", items=["milk", "eggs", "bread", "tea"])
    assert talk.say("list.read", list="shopping") == (
        "Your shopping list has 4 things: milk, eggs, bread and tea."
    )


def test_clear_and_take_back(talk: Talk) -> None:
    talk.say("list.add", list="shopping", items=["milk", "eggs"])
    assert talk.say("list.clear", list="shopping") == "Cleared your shopping list."
    assert talk.store.all(Item) == []
    talk.take_back()
    assert talk.say("list.read", list="shopping") == "Your shopping list has milk and eggs."
    assert talk.say("list.clear", list="to-do") == "Your to-do list is empty."


@pytest.mark.parametrize("name", ["to-do", "todo", "to do", "To Do list"])
def test_a_name_is_heard_in_many_spellings(talk: Talk, name: str) -> None:
    talk.say("list.add", list=name, items=["taxes"])
    assert [item.list for item in talk.store.all(Item)] == ["to-do"]


def test_questions_and_refusals(talk: Talk) -> None:
    assert talk.say("list.add", items=["milk"]) == "Which list: shopping or to-do?"
    assert talk.say("list.add", list="shopping") == "What should I add?"
    assert talk.say("list.remove", list="shopping", items=[" "]) == "What should I remove?"
    assert talk.say("list.read", list="party") == (
        "You have no party list. There is shopping and to-do."
    )


WORDS = st.sampled_from(["milk", "eggs", "bread", "tea"])


@settings(max_examples=20, deadline=None)
@given(st.lists(st.tuples(st.sampled_from(["add", "remove"]), st.lists(WORDS, min_size=1))))
def test_a_list_is_what_was_added_and_not_removed(
    tmp_path_factory: pytest.TempPathFactory, steps: list[tuple[str, list[str]]]
) -> None:
    expected: list[str] = []
    with Store(tmp_path_factory.mktemp("lists") / "stonechat.db") as store:
        talk = Talk(store)
        for verb, items in steps:
            talk.say(f"list.{verb}", list="shopping", items=items)
            if verb == "add":
                expected += [each for each in dict.fromkeys(items) if each not in expected]
            else:
                expected = [each for each in expected if each not in items]
        assert [item.text for item in store.all(Item)] == expected


def test_asked_for_and_spared(talk: Talk) -> None:
    talk.say("list.add", list="shopping", items=["milk", "bread"])
    assert talk.say("list.read", items=["milk"]) == "Yes, milk is on your shopping list."
    assert talk.say("list.read", list="shopping", items=["eggs"]) == (
        "No, eggs are not on your shopping list."
    )
    said = talk.say("list.clear", list="shopping", **{"except": ["bread"]})
    assert said == "Cleared your shopping list except bread."
    assert talk.say("list.read", list="shopping") == "Your shopping list has bread."
