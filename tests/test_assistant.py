"""Whole conversations on made-up speech: real decisions, real skills, no model for sound."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from datetime import datetime

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from edge.assistant import Assistant, Settings
from edge.audio.speaker import VirtualSpeaker
from edge.brain import think
from edge.config.schema import Config, Endpoint
from edge.engines import Engines
from edge.events import Action, Event, Frame, Transcript
from edge.hearing.asr import Recogniser
from edge.hearing.ear import Ear
from edge.skills.schedule import Ring
from edge.speaking.mouth import Mouth
from edge.speaking.phrases import PhraseCache
from edge.speaking.tts import FakeVoice
from edge.worker import Worker
from tests.talker import BLOCK, Reader, Talker, Voiced, Woken, texts


@pytest.fixture
def hear(tmp_path, monkeypatch):
    """Let the assistant hear a talker; the events that came of it."""
    monkeypatch.setenv("STONECHAT_HOME", str(tmp_path))

    def run(talker: Talker, **patience: int) -> list[Event]:
        return asyncio.run(converse(talker, tmp_path, Endpoint(**patience)))

    return run


async def converse(
    talker: Talker,
    folder,
    endpoint: Endpoint,
    config: Config = Config(),  # noqa: B008
    *,
    full_duplex: bool = True,
    ring: Ring | None = None,
    done: Action | None = None,
    reader: "Pressing | None" = None,
    second: Recogniser | None = None,
) -> list[Event]:
    events: list[Event] = []
    with Worker("asr") as asr, Worker("tts") as tts:
        async with AsyncExitStack() as stack:
            voice = FakeVoice()
            mouth = Mouth(voice, PhraseCache(folder / "phrases", voice.key))
            speaker = VirtualSpeaker(voice.rate)
            brain = await stack.enter_async_context(think(config, speaker))
            assistant = Assistant(
                Ear(Woken(), Voiced(), endpoint, full_duplex=full_duplex),
                Engines(reader or Reader(talker), second, mouth, asr, tts),
                brain.mind,
                speaker,
                events.append,
                Settings(live=False),
            )
            if reader is not None:
                reader.assistant = assistant
            if ring is not None:
                assistant.ring(ring)
            if done is not None:
                assistant.did(done)
            await assistant.run(playing(talker, speaker, assistant))
    return events


async def playing(
    talker: Talker, speaker: VirtualSpeaker, assistant: Assistant
) -> AsyncIterator[Frame]:
    end = 0
    for frame in talker.frames():
        speaker.advance(len(frame.pcm))
        end = frame.end
        yield frame
    while not assistant.idle:
        speaker.advance(BLOCK)
        yield Frame(np.zeros(BLOCK, np.int16), end, 0.0)
        end += BLOCK


def names(events: list[Event]) -> list[str]:
    return [event.event for event in events if event.event != "partial"]


def actions(events: list[Event]) -> list[tuple[str, bool]]:
    return [
        (str(event.data["name"]), bool(event.data.get("undone")))
        for event in events
        if event.event == "action"
    ]


def test_a_command_is_heard_decided_done_and_answered_in_this_order(hear):
    events = hear(Talker().pause(300).wake().pause(100).say("turn on the kitchen lights"))
    assert names(events) == [
        "wake", "speech_started", "speech_ended", "transcript", "route", "action", "reply",
        "speaking", "spoken", "turn",
    ]  # fmt: skip
    assert texts(events, "reply") == ["Turned on the Kitchen Lights."]
    assert {event.turn for event in events} == {1}


def test_without_the_wake_word_nothing_happens(hear):
    assert hear(Talker().pause(300).say("turn on the kitchen lights").pause(1000)) == []


def test_the_wake_word_alone_is_given_up_after_a_while(hear):
    events = hear(Talker().wake(), no_speech_ms=2000)
    assert names(events) == ["wake", "turn"]
    assert events[-1].data["where"] == "none"


def test_a_complete_command_is_answered_at_once_and_a_fragment_is_waited_for(hear):
    events = hear(
        Talker().wake().pause(100).say("set a timer for").pause(800).say("ten minutes"),
        complete_ms=128, fragment_ms=1100,
    )  # fmt: skip
    assert texts(events, "transcript") == ["set a timer for ten minutes"]
    ended = next(event for event in events if event.event == "speech_ended")
    assert ended.t - float(ended.data["end"]) < 0.2
    assert actions(events) == [("timer.set", False)]


def test_an_open_question_gets_an_honest_sentence(hear):
    events = hear(Talker().wake().pause(100).say("who wrote the brothers karamazov"))
    turn = events[-1]
    assert turn.data["where"] == "offline"
    assert "language model" in str(turn.data["reply"])
    assert actions(events) == []


def test_a_question_back_is_answered_without_the_wake_word(hear):
    events = hear(
        Talker().wake().pause(100).say("set a timer").pause(4000).say("ten minutes").pause(500)
    )
    assert texts(events, "reply") == ["For how long?", "Timer set for 10 minutes."]
    assert names(events).count("wake") == 1
    assert [event.turn for event in events if event.event == "turn"] == [1, 2]


def test_unlocking_waits_for_a_spoken_yes(hear):
    yes = hear(Talker().wake().pause(100).say("unlock the front door").pause(4000).say("yes"))
    assert "confirm" in names(yes)
    assert actions(yes) == [("home.unlock", False)]


@pytest.mark.parametrize("answer", ["no", "what", "maybe later"])
def test_anything_but_a_yes_leaves_the_door_locked(hear, answer):
    events = hear(Talker().wake().pause(100).say("unlock the front door").pause(4000).say(answer))
    assert actions(events) == []


def test_silence_after_a_confirmation_means_no_even_if_yes_is_said_later(hear):
    events = hear(
        Talker().wake().pause(100).say("unlock the front door").pause(12000)
        .wake().pause(100).say("yes")
    )  # fmt: skip
    assert actions(events) == []


def test_the_wake_word_stops_the_answer_and_what_was_heard_is_kept(hear):
    events = hear(
        Talker().wake().pause(100).say("who wrote the brothers karamazov").pause(1500)
        .wake().pause(100).say("stop")
    )  # fmt: skip
    stopped = next(event for event in events if event.event == "interrupted")
    reply = texts(events, "reply")[0]
    assert reply.startswith(str(stopped.data["heard"]))
    assert 0 < len(str(stopped.data["heard"])) < len(reply)


def test_a_sentence_that_goes_on_undoes_what_was_done_and_is_heard_whole(hear):
    events = hear(
        Talker().wake().pause(100).say("turn off the lights").pause(500).say("in the bedroom")
    )
    assert texts(events, "transcript")[-1] == "turn off the lights in the bedroom"
    done = actions(events)
    assert done[-1] == ("home.turn_off", False)
    assert done[:-1] in ([], [("home.turn_off", False), ("home.turn_off", True)])
    assert names(events).count("turn") == 1


def test_whoever_speaks_into_the_answer_stops_it_and_is_answered(hear):
    events = hear(
        Talker().wake().pause(100).say("who wrote the brothers karamazov").pause(2500)
        .say("turn on the kitchen lights").pause(500)
    )  # fmt: skip
    stopped = next(event for event in events if event.event == "interrupted")
    first, second = texts(events, "reply")
    assert first.startswith(str(stopped.data["heard"]))
    assert 0 < len(str(stopped.data["heard"])) < len(first)
    assert second == "Turned on the Kitchen Lights."
    turns = [event.data for event in events if event.event == "turn"]
    assert [turn["heard"] for turn in turns] == [stopped.data["heard"], second]
    assert names(events).count("wake") == 1


def test_after_wait_one_can_ask_it_to_go_on(hear):
    question = Talker().wake().pause(100).say("who wrote the brothers karamazov").pause(2500)
    events = hear(question.say("wait").pause(1500).wake().pause(100).say("go on").pause(500))
    turns = [event.data for event in events if event.event == "turn"]
    assert turns[-1]["reply"]
    assert f"{turns[0]['heard']} {turns[-1]['reply']}" == turns[0]["reply"]


def test_a_cough_only_holds_the_answer(hear):
    question = Talker().wake().pause(100).say("who wrote the brothers karamazov")
    events = hear(question.pause(2500).cough().pause(500))
    assert [name for name in names(events) if name in ("interrupted", "resumed", "spoken")] == [
        "interrupted", "resumed", "spoken",
    ]  # fmt: skip
    assert events[-1].data["heard"] == events[-1].data["reply"]
    assert names(events).count("turn") == 1


def test_whoever_says_no_word_for_a_while_did_not_mean_it(hear):
    question = Talker().wake().pause(100).say("who wrote the brothers karamazov")
    events = hear(question.pause(2500).cough(2500).pause(500))
    stopped = next(event for event in events if event.event == "interrupted")
    went_on = next(event for event in events if event.event == "resumed")
    assert 1.5 < went_on.t - stopped.t < 2.5
    assert names(events)[-2:] == ["spoken", "turn"]


def test_an_answer_without_a_canceller_is_stopped_by_the_wake_word_alone(tmp_path, monkeypatch):
    monkeypatch.setenv("STONECHAT_HOME", str(tmp_path))
    question = Talker().wake().pause(100).say("who wrote the brothers karamazov").pause(900)
    talker = question.say("turn on").pause(400).wake().pause(100).say("stop").pause(500)
    events = asyncio.run(converse(talker, tmp_path, Endpoint(), full_duplex=False))
    assert names(events).count("interrupted") == 1
    assert texts(events, "transcript")[-1].endswith("stop")


SENTENCES = (
    "turn off the lights in the bedroom",
    "set a timer for ten minutes",
    "add milk and eggs to my shopping list",
    "turn on the kitchen lights",
    "unlock the front door",
    "who wrote the brothers karamazov",
)


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    st.sampled_from(SENTENCES),
    st.lists(st.sampled_from([0, 0, 40, 100, 200, 300, 500, 700]), min_size=8, max_size=8),
)
def test_however_one_pauses_only_the_whole_sentence_is_left_done(hear, sentence, pauses):
    talker = Talker().wake().pause(100)
    for word, pause in zip(sentence.split(), pauses, strict=False):
        talker.say(word).pause(pause)
    events = hear(talker)
    assert texts(events, "transcript")[-1] == sentence
    left: list[str] = []
    for name, undone in actions(events):
        if undone:
            left.remove(name)
        else:
            left.append(name)
    assert len(left) <= 1
    assert names(events).count("turn") == 1 + ("confirm" in names(events))


@pytest.mark.parametrize(("missed", "listens"), [(False, True), (True, False)])
def test_a_ring_may_be_answered_and_what_is_only_told_ends_in_silence(
    tmp_path, monkeypatch, missed: bool, listens: bool
):
    monkeypatch.setenv("STONECHAT_HOME", str(tmp_path))
    ring = Ring("r1", "timer", None, datetime(2026, 1, 1).astimezone(), "Tea is ready.", missed)
    talker = Talker().pause(3000).say("turn on the kitchen lights").pause(500)
    events = asyncio.run(converse(talker, tmp_path, Endpoint(), ring=ring))
    assert texts(events, "reply")[0] == "Tea is ready."
    assert actions(events) == ([("home.turn_on", False)] if listens else [])


def test_a_ring_may_be_put_off_by_saying_for_how_long(tmp_path, monkeypatch):
    monkeypatch.setenv("STONECHAT_HOME", str(tmp_path))
    ring = Ring("r1", "timer", None, datetime(2026, 1, 1).astimezone(), "Tea is ready.")
    talker = Talker().pause(3000).say("five more minutes").pause(500)
    events = asyncio.run(converse(talker, tmp_path, Endpoint(), ring=ring))
    routes = [event.data for event in events if event.event == "route"]
    assert [(route["intent"], route["slots"]) for route in routes] == [
        ("alarm.snooze", {"duration": 300})
    ]


def test_the_note_for_what_was_ordered_is_no_part_of_the_next_answer(tmp_path, monkeypatch):
    monkeypatch.setenv("STONECHAT_HOME", str(tmp_path))
    heard = []
    for done in (None, Action("home.turn_off", {"name": "Bed Light"})):
        talker = Talker().pause(1000).wake().pause(100).say("who wrote the brothers karamazov")
        talker.pause(1500).wake().pause(100).say("stop")
        events = asyncio.run(converse(talker, tmp_path, Endpoint(), done=done))
        heard.append(next(e.data["heard"] for e in events if e.event == "interrupted"))
    assert heard[1] == heard[0]


@pytest.mark.parametrize("pause", [150, 200, 250, 300])
def test_what_is_said_after_all_was_heard_though_an_answer_before_it_was_stopped(hear, pause):
    talker = Talker().wake().pause(100).say("turn off the lights").pause(pause)
    events = hear(talker.say("in the bedroom").pause(500))
    told = names(events)
    assert (told.count("speaking"), told.count("interrupted")) == (2, 1)
    assert told[-2:] == ["spoken", "turn"]
    turn = events[-1].data
    assert turn["heard"] == turn["reply"] != ""


class Pressing(Reader):
    """While it recognises what was spoken into an answer, somebody presses the button."""

    assistant: Assistant

    def __init__(self, talker: Talker) -> None:
        super().__init__(talker)
        self._loop = asyncio.get_running_loop()
        self._pressed = False

    def transcribe(self, pcm, *, final: bool, **told) -> Transcript:
        if final and self.assistant.state == "held" and not self._pressed:
            self._pressed = True
            asyncio.run_coroutine_threadsafe(self._press(), self._loop).result(5)
        return super().transcribe(pcm, final=final, **told)

    async def _press(self) -> None:
        self.assistant.wake()


def test_the_button_may_be_pressed_while_words_spoken_into_an_answer_are_recognised(
    tmp_path, monkeypatch
):
    monkeypatch.setenv("STONECHAT_HOME", str(tmp_path))
    talker = Talker().wake().pause(100).say("who wrote the brothers karamazov").pause(2500)
    talker.say("turn on the kitchen lights").pause(600).say("stop").pause(1000)

    async def go() -> list[Event]:
        return await converse(talker, tmp_path, Endpoint(), reader=Pressing(talker))

    events = asyncio.run(go())
    assert names(events).count("wake") == 2
    assert texts(events, "transcript")[-1].endswith("stop")
    assert names(events)[-1] == "turn"
