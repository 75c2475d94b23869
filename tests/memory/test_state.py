import asyncio
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from edge.memory.conversations import SILENCE_S, Conversations
from edge.memory.state import Conversation, Field, Found, from_json
from edge.store import Store

NOW = datetime(2026, 11, 23, 16, 0, tzinfo=ZoneInfo("Europe/Berlin"))
FORM = (Field("time", "time", required=True), Field("people", "number", required=True))


def of(*found: tuple[str, str]) -> list[Found]:
    return [Found(name, value, value) for name, value in found]


def test_a_correction_wins_and_leaves_no_doubt() -> None:
    talk = Conversation("a", 0, 0).noted(of(("time", "19:00")), correcting=False, turn=1)
    talk = talk.noted(of(("time", "20:00")), correcting=True, turn=2)
    slot = talk.slot("time")
    assert slot is not None and (slot.value, slot.before, slot.doubts) == ("20:00", ("19:00",), ())
    assert talk.missing(FORM) == ("people",)


def test_a_change_that_nobody_called_one_is_kept_as_a_conflict() -> None:
    talk = Conversation("a", 0, 0).noted(of(("people", "4")), correcting=False, turn=1)
    talk = talk.noted(of(("people", "6")), correcting=False, turn=2)
    slot = talk.slot("people")
    assert slot is not None and (slot.value, slot.doubts) == ("6", ("4",))
    settled = talk.noted(of(("people", "4")), correcting=True, turn=3).slot("people")
    assert settled is not None and (settled.value, settled.doubts) == ("4", ())


def test_what_an_older_turn_said_never_displaces_a_newer_word() -> None:
    talk = Conversation("a", 0, 0).noted(of(("time", "20:00")), correcting=True, turn=5)
    slot = talk.noted(of(("time", "19:00")), correcting=True, turn=3).slot("time")
    assert slot is not None and slot.value == "20:00"


def test_a_state_survives_json_and_another_version_is_left_alone() -> None:
    talk = Conversation("a", 1, 2, topic="booking").heard("hi", "Hello.", 3)
    talk = talk.noted(of(("time", "19:00")), correcting=False, turn=1)
    assert from_json(talk.as_json()) == talk
    assert from_json(talk.as_json().replace('"version": 1', '"version": 99')) is None
    assert from_json("{") is None and from_json("[]") is None


def test_silence_ends_a_conversation_and_a_restart_does_not(tmp_path: Path) -> None:
    clock = [NOW]

    async def go() -> None:
        with Store(tmp_path / "s.db") as store:
            talks = Conversations(store, lambda: clock[0])
            first = talks.current.heard("book a table", "For when?", NOW.timestamp())
            talks.put(first)
            await talks.settle()
        with Store(tmp_path / "s.db") as store:
            talks = Conversations(store, lambda: clock[0])
            assert talks.current == first
            clock[0] += timedelta(seconds=SILENCE_S + 1)
            assert talks.current.id != first.id and talks.current.turns == 0
            talks.resume(first.id)
            assert talks.current.id == first.id

    asyncio.run(go())
