"""Open questions in a spoken conversation: made-up speech, a model's server, real decisions."""

import asyncio
from collections.abc import Sequence

import anthropic  # noqa: F401 - its import takes longer than a turn may
import pytest

from cloud_bridge import scripts
from cloud_bridge.loopback.model_server import Answer, Call, ModelServer, call, model_server, say
from edge.config.cloud import CloudConfig, Model
from edge.config.schema import Config, Endpoint
from edge.events import Event
from edge.hearing.asr import FakeRecogniser, Recogniser
from tests.talker import Talker, texts
from tests.test_assistant import actions, converse, names

UNLOCKING = (
    call(Call("hand_over", {"to": "home"})),
    call(Call("control_home", {"action": "unlock", "name": "Front Door"})),
)
"""What a model does that takes a friend at the door for a matter of the home."""
QUESTION = "who wrote the brothers karamazov"


@pytest.fixture
def hear(tmp_path, monkeypatch):
    """Let the assistant hear a talker, with a model's server that answers from a script."""
    monkeypatch.setenv("TEST_KEY", "sk-test")

    async def go(
        talker: Talker, script: Sequence[Answer], second: Recogniser | None
    ) -> tuple[list[Event], ModelServer]:
        async with model_server("messages") as server:
            server.script = list(script)
            model = Model(
                provider="anthropic", model="claude-haiku-5-5", base_url=server.url,
                key_env="TEST_KEY",
            )  # fmt: skip
            config = Config(cloud=CloudConfig(models=(model,)))
            return await converse(talker, tmp_path, Endpoint(), config, second=second), server

    return lambda talker, *script, second=None: asyncio.run(go(talker, script, second))


def words(server: ModelServer, request: int = -1) -> list[tuple[str, str]]:
    """The role and the first text of each message of a request."""
    return [
        (message["role"], message["content"][0]["text"].split("\n")[0])
        for message in server.bodies[request]["messages"]
    ]


def test_a_question_is_answered_by_the_model_and_told_in_order(hear):
    events, server = hear(
        Talker().wake().pause(100).say(QUESTION), say("Fyodor Dostoevsky wrote it, in 1880.")
    )
    assert names(events) == [
        "wake", "speech_started", "speech_ended", "transcript", "route", "speaking", "reply",
        "spoken", "turn",
    ]  # fmt: skip
    turn = events[-1].data
    assert turn["where"] == "cloud" and turn["provider"] == "anthropic"
    assert turn["reply"] == turn["heard"] == "Fyodor Dostoevsky wrote it, in 1880."
    assert turn["tokens_sent"] and turn["tokens_received"]
    assert words(server) == [("user", QUESTION)]


def test_a_question_in_sure_words_is_not_looked_at_again(hear):
    better = FakeRecogniser(["who wrote the sisters karamazov"])
    events, server = hear(
        Talker().wake().pause(100).say(QUESTION), say("Fyodor Dostoevsky."), second=better
    )
    assert texts(events, "transcript") == [QUESTION]
    assert words(server) == [("user", QUESTION)]
    assert not better.calls


def test_a_question_that_goes_on_is_called_back_and_answered_once(hear):
    events, server = hear(
        Talker().wake().pause(100).say(QUESTION).pause(350).say("and when"),
        *[say("Dostoevsky, in 1880.")] * 2,  # the first may be called back before it was sent
    )  # fmt: skip
    assert texts(events, "reply") == ["Dostoevsky, in 1880."]
    assert words(server) == [("user", f"{QUESTION} and when")]
    assert names(events).count("speaking") == 1


def test_the_wake_word_ends_the_answer_and_the_model_learns_what_was_heard(hear):
    long = " ".join(f"Sentence number {n} is quite a long one." for n in range(30))
    events, server = hear(
        Talker().wake().pause(100).say(QUESTION).pause(2500)
        .wake().pause(100).say("and who translated it first").pause(1200),
        Answer(say(long, pause=0.002).parts), say("Constance Garnett."),
    )  # fmt: skip
    stopped = next(event for event in events if event.event == "interrupted")
    heard = str(stopped.data["heard"])
    assert long.startswith(heard) and 0 < len(heard) < len(long)
    assert words(server)[:2] == [("user", QUESTION), ("assistant", heard)]
    assert texts(events, "reply")[-1] == "Constance Garnett."


def test_a_risky_tool_waits_for_a_spoken_yes(hear):
    events, _ = hear(
        Talker().wake().pause(100).say("could you let my friend come in please").pause(5000)
        .say("yes"),
        *UNLOCKING,
        say("The door is open for your friend."),
    )  # fmt: skip
    kinds = [event.event for event in events if event.event in ("confirm", "tool", "turn")]
    assert kinds == ["confirm", "turn", "confirm", "tool", "tool", "turn"]
    assert texts(events, "reply")[-1] == "The door is open for your friend."
    assert names(events).count("wake") == 1


@pytest.mark.parametrize(
    ("answer", "reply"), [("no", scripts.NOT_CONFIRMED), ("yes but make it tomorrow", "Fine.")]
)
def test_without_a_plain_yes_nothing_is_done(hear, answer, reply):
    events, _ = hear(
        Talker().wake().pause(100).say("could you let my friend come in please").pause(5000)
        .say(answer),
        *UNLOCKING,
        say("Fine."),
    )  # fmt: skip
    assert not [event for event in events if event.event == "tool"]
    assert texts(events, "reply")[-1] == reply


def test_silence_is_no_yes_and_a_later_yes_comes_too_late(hear):
    events, server = hear(
        Talker().wake().pause(100).say("could you let my friend come in please").pause(14000)
        .wake().pause(100).say("yes"),
        *UNLOCKING,
        say("Yes what?"),
    )  # fmt: skip
    assert not [event for event in events if event.event == "tool"]
    assert len(server.bodies) <= 3


def test_a_command_stays_on_the_device_and_closes_an_open_question(hear):
    events, _ = hear(
        Talker().wake().pause(100).say("could you let my friend come in please").pause(5000)
        .say("turn on the kitchen lights").pause(3000)
        .wake().pause(100).say("yes"),
        *UNLOCKING, say("Yes what?"),
    )  # fmt: skip
    assert actions(events) == [("home.turn_on", False)]
    assert not [event for event in events if event.event == "tool"]


def test_with_the_network_dead_an_honest_sentence_and_the_commands_still_work(hear):
    events, _ = hear(
        Talker().wake().pause(100).say(QUESTION).pause(6000)
        .wake().pause(100).say("turn on the kitchen lights"),
        *[Answer((), "reset")] * 6,
    )  # fmt: skip
    reply = texts(events, "reply")[0]
    assert reply in scripts.phrases()
    turns = [event.data["where"] for event in events if event.event == "turn"]
    assert turns == ["offline", "local"]
    assert actions(events) == [("home.turn_on", False)]


def test_the_cloud_is_switched_off_by_voice(hear):
    events, server = hear(
        Talker().wake().pause(100).say("don't use the cloud").pause(5000)
        .wake().pause(100).say(QUESTION)
    )  # fmt: skip
    assert actions(events) == [("cloud.off", False)]
    assert texts(events, "reply")[-1] == scripts.CLOUD_OFF
    assert server.bodies == []
