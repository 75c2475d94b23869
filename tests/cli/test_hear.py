import importlib.resources
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from edge.audio import wav
from edge.events import RATE, Pcm
from tests.program import Event, Finished, assert_contract, named, stonechat, turns

pytestmark = pytest.mark.engine

DATA = Path(__file__).parents[1] / "data"
LIGHTS = DATA / "lights.flac"
Say = Callable[[str], Path]
Transcribe = Callable[[Pcm, int], str]


def hear(*arguments: str | Path) -> list[Event]:
    done = stonechat("hear", "--json", *arguments)
    assert (done.code, done.err) == (0, "")
    assert_contract(done.events)
    return done.events


def replies(events: list[Event]) -> list[str]:
    return [event["text"] for event in named(events, "reply")]


@pytest.fixture(scope="module")
def said(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("said")


@pytest.fixture(scope="module")
def demo(said: Path, shared_cache: Path) -> Finished:
    """The recording that ships, once: it is long."""
    recording = importlib.resources.files("edge.data") / "demo.flac"
    return stonechat("hear", "--json", "--out", said, str(recording))


def test_the_demonstration_is_understood_done_and_answered(demo: Finished) -> None:
    assert (demo.code, demo.err) == (0, "")
    assert_contract(demo.events)
    assert [event["intent"] for event in named(demo.events, "turn")] == [
        "home.turn_on",
        "timer.set",
        "timer.set",
        "timer.set",
        "home.unlock",
        "home.unlock",
        "math.calculate",
    ]
    assert replies(demo.events) == [
        "Turned on the Kitchen Lights.",
        "Timer set for 5 minutes.",
        "For how long?",
        "Timer set for 10 minutes.",
        "Should I unlock the Front Door?",
        "Okay, I won't.",
        "12 times 7 is 84.",
    ]
    done = [event["name"] for event in named(demo.events, "action")]
    assert done == ["home.turn_on", "timer.set", "timer.set"]


def test_each_turn_of_the_demonstration_is_whole(demo: Finished) -> None:
    for events in turns(demo.events):
        names = [event["event"] for event in events]
        for name in ("speech_ended", "transcript", "route", "reply", "speaking", "spoken", "turn"):
            assert names.count(name) == 1, names
        *_, turn = events
        assert turn["heard"] == turn["reply"]
        assert turn["ms"].keys() >= {
            "endpoint", "transcript", "route", "action", "first_audio", "decide_to_audio",
        }  # fmt: skip


def test_the_speaker_says_the_words_of_the_replies(
    demo: Finished, said: Path, transcribe: Transcribe
) -> None:
    for turn in named(demo.events, "turn"):
        pcm = wav.read(said / f"turn-{turn['turn']}.wav")
        heard = words(transcribe(pcm, RATE))
        missing = [word for word in words(turn["reply"]) if word not in heard]
        assert len(missing) <= len(words(turn["reply"])) // 5, (turn["reply"], heard)


def words(text: str) -> list[str]:
    return re.findall(r"[a-z']+|\d+", text.lower().replace("turn on", "turned on"))


def essence(events: list[Event]) -> list[tuple[object, ...]]:
    """What must not depend on the pace: partial results come as the machine has time for them."""
    timed = ("wake", "speech_started", "speech_ended", "transcript")
    return [
        (event["event"], event["turn"], event.get("text"), event.get("slots"), event.get("name"))
        + ((event["t"],) if event["event"] in timed else ())
        for event in events
        if event["event"] != "partial"
    ]


def test_real_time_hears_the_same_as_fast() -> None:
    fast = hear("--no-wake", LIGHTS)
    assert replies(fast) == ["Turned on the Kitchen Lights."]
    assert essence(hear("--no-wake", "--realtime", LIGHTS)) == essence(fast)


def test_a_question_is_answered_in_the_next_file(say: Say) -> None:
    events = hear("--no-wake", say("Set a timer."), say("Ten minutes."))
    assert replies(events) == ["For how long?", "Timer set for 10 minutes."]
    assert len(named(events, "wake")) == 1
    assert named(events, "route")[1]["reason"] == "answer"


def test_without_a_wake_word_nothing_is_heard() -> None:
    assert hear(LIGHTS) == []


def test_a_timer_rings_while_it_is_waited_for(say: Say) -> None:
    events = hear("--no-wake", "--follow", say("Set a timer for two seconds."))
    assert replies(events) == ["Timer set for 2 seconds.", "Your 2 second timer is done."]
    ring = turns(events)[1]
    assert [event["event"] for event in ring] == ["reply", "speaking", "spoken", "turn"]


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["nowhere.wav"], 2),
        ([], 2),
        (["--loudly", str(LIGHTS)], 2),
        ([str(Path(__file__))], 1),
    ],
)
def test_exit_codes(arguments: list[str], code: int) -> None:
    done = stonechat("hear", *arguments)
    assert (done.code, done.out) == (code, "")
    assert done.err
