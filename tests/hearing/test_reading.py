"""The recogniser is asked where a wake word was nearly heard, and only there."""

from collections.abc import Iterator
from concurrent.futures import Future
from pathlib import Path
from threading import Event
from typing import cast

import numpy as np
import pytest

from edge.audio import wav
from edge.calibration.rooms import mixed, noise
from edge.daemon import asking
from edge.engines import Engines
from edge.errors import HearingError
from edge.events import RATE, Pcm
from edge.hearing.asr import FakeRecogniser, WhisperRecogniser
from edge.hearing.reading import (
    AFTER,
    EXPECTED,
    SURELY,
    WEIGHT,
    Ask,
    Doubt,
    Zone,
    at_once,
    done,
    written,
    zone_of,
)
from edge.hearing.wake import FRAME, OpenWakeWord
from edge.speaking.mouth import Mouth
from edge.worker import Worker

DATA = Path(__file__).parents[1] / "data"
FRAMES = [np.full(FRAME, number, np.int16) for number in range(3)]
ZONE = Zone(5.0)
FAR = -20.0


class Asked:
    """Answers with one log probability, and remembers what it was asked."""

    def __init__(self, answer: float = EXPECTED) -> None:
        self.answer = answer
        self.questions: list[tuple[int, str]] = []

    def __call__(self, pcm: Pcm, text: str) -> "Future[float]":
        self.questions.append((len(pcm), text))
        return done(self.answer)


def told(ask: Ask, odds: list[float]) -> list[float | None]:
    doubt = Doubt(ask, "hey_you", ZONE)
    return [doubt(each, FRAMES) for each in odds]


def test_a_peak_is_asked_about_once_when_it_is_over() -> None:
    ask = Asked(EXPECTED + 3)
    found = told(ask, [FAR, -4.0, -2.0, -2.0, -3.0, -3.0, FAR, FAR])
    assert ask.questions == [(3 * FRAME, "Hey You")]
    assert found == [None] * 4 + [-2.0 + 3 * WEIGHT] + [None] * 3
    assert AFTER == 2


def test_what_is_far_from_the_word_is_not_asked_about() -> None:
    ask = Asked()
    assert told(ask, [FAR, -ZONE.nearly - 0.1, FAR, FAR, FAR]) == [None] * 5
    assert not ask.questions


def test_a_short_peak_and_the_next_one_are_both_asked_about() -> None:
    ask = Asked()
    told(ask, [-1.0, FAR, FAR, FAR, -1.0, FAR, FAR, FAR])
    assert len(ask.questions) == 2


def test_a_higher_peak_is_asked_about_anew_and_a_lower_one_is_not() -> None:
    ask = Asked()
    told(ask, [-3.0, -3.5, -3.5, -1.0, -3.5, -3.5, -2.0, -3.5, -3.5, -3.5])
    assert len(ask.questions) == 2


def test_an_answer_may_come_late_and_is_then_of_the_peak_that_was_asked_about() -> None:
    answers: list[Future[float]] = [Future(), done(EXPECTED + 1)]
    doubt = Doubt(lambda pcm, text: answers.pop(0), "you", ZONE)
    first = answers[0]
    assert [doubt(each, FRAMES) for each in (-2.0, FAR, FAR, FAR, -4.0)] == [None] * 5
    first.set_result(EXPECTED + 2)
    assert doubt(FAR, FRAMES) == -2.0 + 2 * WEIGHT
    assert doubt(FAR, FRAMES) == -4.0 + WEIGHT
    assert doubt(FAR, FRAMES) is None


def test_after_a_wake_an_answer_that_comes_late_counts_no_more() -> None:
    answer: Future[float] = Future()
    doubt = Doubt(lambda pcm, text: answer, "you", ZONE)
    for each in (-2.0, FAR, FAR):
        doubt(each, FRAMES)
    doubt.forget()
    answer.set_result(0.0)
    assert doubt(FAR, FRAMES) is None


def test_a_recogniser_that_fails_has_no_opinion(caplog: pytest.LogCaptureFixture) -> None:
    answer: Future[float] = Future()
    answer.set_exception(HearingError("no memory"))
    odds = [2.0, FAR, FAR, FAR]  # then it stays at what the networks say
    assert told(lambda pcm, text: answer, odds) == [None, None, 2.0, None]
    assert "could not be read: no memory" in caplog.text


def test_odds_that_lie_closer_together_count_for_more() -> None:
    zone = Zone(3.0, scale=3.0)
    doubt = Doubt(Asked(EXPECTED + 3), "you", zone)
    assert [doubt(each, FRAMES) for each in (-2.5, FAR, FAR)] == [None, None, -2.5 + WEIGHT]
    assert zone.sure == SURELY / 3


def test_who_does_not_read_a_word_cannot_object_to_it() -> None:
    assert zone_of("microwakeword", trained=False, read=True).sure == 0
    assert zone_of("openwakeword", trained=True, read=False).sure == 0
    assert zone_of("openwakeword", trained=True, read=True).sure > 0
    assert zone_of("both", trained=False, read=True).sure == SURELY


def test_names_are_written_as_whisper_writes_them() -> None:
    assert (written("alexa"), written("hey_jarvis")) == ("Alexa", "Hey Jarvis")


@pytest.fixture
def engines() -> Iterator[Engines]:
    with Worker("asr") as asr, Worker("tts") as tts:
        yield Engines(FakeRecogniser([]), None, cast(Mouth, None), asr, tts)


def test_a_live_turn_is_not_kept_waiting(engines: Engines) -> None:
    under_way, over = Event(), Event()

    def work() -> None:
        under_way.set()
        over.wait()

    ask = asking(engines, live=True)
    assert ask(FRAMES[0], "You").result() == -10.0
    turn = engines.asr.submit(work)
    under_way.wait()
    assert ask(FRAMES[0], "You").result(timeout=0) == EXPECTED
    over.set()
    turn.result()


def test_a_recording_waits_for_the_answer(engines: Engines) -> None:
    over = Event()
    engines.asr.submit(over.wait)
    over.set()
    assert asking(engines, live=False)(FRAMES[0], "You").done()


@pytest.fixture(scope="module")
def read() -> Ask:
    return at_once(WhisperRecogniser())


def heard(detector: OpenWakeWord, pcm: Pcm, voiced: int = 0) -> int:
    detector.reset()
    frames = range(0, len(pcm) - FRAME + 1, FRAME)
    return sum(detector(pcm[start : start + FRAME], voiced) is not None for start in frames)


@pytest.mark.engine
def test_a_word_in_noise_is_read_where_the_networks_miss_it(read: Ask) -> None:
    said = np.pad(wav.read(DATA / "alexa.flac"), (RATE, RATE // 2))
    rng = np.random.default_rng(3)
    loud = [mixed(said, noise("clatter", len(said), rng), snr) for snr in (0, -2, -4, -6, -8)]
    alone = OpenWakeWord(["alexa"], engine="both")
    asking = OpenWakeWord(["alexa"], engine="both", ask=read)
    before, after = ([heard(each, pcm) for pcm in loud] for each in (alone, asking))
    assert sum(after) > sum(before)
    assert max(after) == 1


@pytest.mark.engine
def test_what_the_networks_are_not_sure_of_is_not_heard_if_it_reads_otherwise(read: Ask) -> None:
    """Their odds of a sound that is anything but the word, as high as they come."""
    for above, wakes in ((SURELY - 0.5, False), (SURELY + 0.5, True)):
        detector = OpenWakeWord(["alexa"], engine="both", ask=read)
        word = detector._words["alexa"]
        sound = wav.read(DATA / "lights.flac")
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(type(word), "_judged", lambda _, above=above: above)
            assert (heard(detector, sound, 31) > 0) is wakes


@pytest.mark.engine
def test_a_command_is_not_read_as_the_word(read: Ask) -> None:
    detector = OpenWakeWord(["alexa"], engine="both", ask=read)
    for name in ("lights", "timer"):
        assert heard(detector, wav.read(DATA / f"{name}.flac")) == 0


@pytest.mark.engine
def test_a_word_that_is_surely_heard_asks_nobody() -> None:
    ask = Asked()
    said = np.pad(wav.read(DATA / "alexa.flac"), (RATE, RATE // 2))
    detector = OpenWakeWord(["alexa"], engine="both", ask=ask)
    frames = range(0, len(said) - FRAME + 1, FRAME)
    assert any(detector(said[start : start + FRAME]) for start in frames)
    assert not ask.questions
