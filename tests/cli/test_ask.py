import pytest

from tests.program import Event, assert_contract, named, stonechat


def ask(*arguments: str) -> list[Event]:
    done = stonechat("ask", "--json", *arguments)
    assert (done.code, done.err) == (0, "")
    assert_contract(done.events)
    return done.events


def replies(*arguments: str) -> list[object]:
    return [event["text"] for event in named(ask(*arguments), "reply")]


def test_a_typed_turn_has_the_events_of_a_spoken_one() -> None:
    events = ask("turn on the kitchen lights")
    assert [event["event"] for event in events] == [
        "transcript", "route", "action", "reply", "speaking", "turn",
    ]  # fmt: skip
    (route,) = named(events, "route")
    assert (route["where"], route["intent"]) == ("local", "home.turn_on")
    assert route["slots"] == {"name": "Kitchen Lights"}
    turn = events[-1]
    assert turn["reply"] == turn["heard"] == "Turned on the Kitchen Lights."


def test_texts_are_one_conversation_unless_they_are_separate() -> None:
    said = ("set a timer", "ten minutes")
    assert replies(*said) == ["For how long?", "Timer set for 10 minutes."]
    assert named(ask("--separate", "unlock the front door", "yes"), "action") == []


def test_a_dry_run_says_it_and_leaves_nothing_behind() -> None:
    events = ask("--dry-run", "set a timer for ten minutes", "add milk to my shopping list")
    assert [event["name"] for event in named(events, "action")] == ["timer.set", "list.add"]
    assert replies("how long is left on my timer", "what's on my shopping list") == [
        "You have no timers.",
        "Your shopping list is empty.",
    ]


def test_what_was_done_is_there_in_the_next_process() -> None:
    ask("set a timer for ten minutes")
    assert "minutes" in str(replies("how long is left on my timer")[0])


@pytest.mark.parametrize(
    ("answer", "done", "reply"),
    [("yes", ["home.unlock"], "Unlocked the Front Door."), ("no", [], "Okay, I won't.")],
)
def test_a_risky_action_waits_for_a_yes(answer: str, done: list[str], reply: str) -> None:
    events = ask("unlock the front door", answer)
    assert [event["name"] for event in named(events, "action")] == done
    first, second = named(events, "reply")
    assert (first["text"], first["expects_reply"]) == ("Should I unlock the Front Door?", True)
    assert second["text"] == reply
    (confirm,) = named(events, "confirm")
    assert (confirm["turn"], confirm["text"]) == (1, first["text"])


def test_people_read_it_in_words() -> None:
    done = stonechat("ask", "what is twelve times seven")
    assert (done.code, done.err) == (0, "")
    assert "12 times 7 is 84." in done.out
