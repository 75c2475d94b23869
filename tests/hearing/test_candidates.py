from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

import numpy as np
import pytest

from edge.audio import wav
from edge.config.schema import HomeConfig
from edge.events import Pcm, Transcript, Utterance
from edge.hearing.asr import FakeRecogniser, WhisperRecogniser
from edge.hearing.candidates import choose, look_again, written
from edge.hearing.whisper import Fit
from edge.home import MemoryHome
from edge.understanding.model import IntentModel
from edge.understanding.own import OwnRouter
from edge.vocabulary import Candidate

NOW = datetime(2026, 1, 5, 12)
SOUND = np.zeros(16_000, np.int16)
FREE = Fit(-0.8, -3, -0.5)
GOOD = Fit(-1.0, -4, -0.5)
LAMP = (Candidate("turn on the lamp", 0.2),)


class Scoring(FakeRecogniser):
    """Finds that some sentences fit."""

    def __init__(self, texts: Sequence[str], fits: dict[str, Fit]) -> None:
        super().__init__(texts)
        self._fits = fits

    def score(self, pcm: Pcm, sentences: Sequence[str], lead: str = "") -> list[Fit]:
        return [self._fits.get(sentence, Fit(-10, -10, -10)) for sentence in sentences]


def test_the_best_fitting_is_chosen() -> None:
    assert choose(FREE, [Fit(-1.2, -4, -1), GOOD, Fit(-9, -12, -1)]) == 1
    assert choose(FREE, []) is None


@pytest.mark.parametrize(
    "fit",
    [
        pytest.param(Fit(-3, -4, -1), id="the free words explain it much better"),
        pytest.param(Fit(-1, -12, -1), id="one word is another"),
        pytest.param(Fit(-0.1, -7, -7), id="the sound goes on"),
    ],
)
def test_none_of_these(fit: Fit) -> None:
    assert choose(FREE, [fit]) is None


def test_what_explains_nothing_is_not_chosen_though_the_free_words_are_worse() -> None:
    assert choose(Fit(-6, -9, -1), [Fit(-4.5, -7, -1)]) is None


def test_a_command_that_fits_needs_no_second_model() -> None:
    first = Scoring([], {"Turn on the lamb.": FREE, "Turn on the lamp.": GOOD})
    told = Transcript("Turn on the lamb.", final=True, log_prob=-0.7)
    found = look_again(first, None, lambda _: LAMP, Utterance(SOUND, 500), told)
    assert found == Transcript("turn on the lamp", final=True, log_prob=GOOD.mean)


def test_else_the_second_is_asked_and_believed() -> None:
    first, second = Scoring([], {}), Scoring(["why do lambs turn"], {})
    told = Transcript("Wide lambs.", final=True, log_prob=-0.9)
    found = look_again(first, second, lambda _: LAMP, Utterance(SOUND, 500), told)
    assert found is not None
    assert found.text == "why do lambs turn"


def test_the_seconds_words_have_candidates_too() -> None:
    second = Scoring(["turn on the lamb"], {"Turn on the lamb.": FREE, "Turn on the lamp.": GOOD})
    told = Transcript("Tunnel lamb.", final=True, log_prob=-0.9)
    found = look_again(Scoring([], {}), second, lambda _: LAMP, Utterance(SOUND, 500), told)
    assert found is not None
    assert found.text == "turn on the lamp"


def test_without_a_second_the_first_stays() -> None:
    told = Transcript("Wide lambs.", final=True, log_prob=-0.9)
    assert look_again(Scoring([], {}), None, lambda _: LAMP, Utterance(SOUND, 500), told) is None


def test_a_phantom_has_no_candidates() -> None:
    told = Transcript("Thank you.", final=True, phantom="no voice")
    fits = {"Thank you.": GOOD, "Turn on the lamp.": GOOD}
    assert look_again(Scoring([], fits), None, lambda _: LAMP, Utterance(SOUND, 0), told) is None


def test_sentences_are_scored_as_whisper_writes_them() -> None:
    assert written("turn on the lamp") == "Turn on the lamp."
    assert written("what's the time") == "What's the time?"
    assert written(" Is it on?") == "Is it on?"


@pytest.mark.engine
@pytest.mark.corpus
def test_a_real_voice_that_is_misheard_is_understood(testdata: Path) -> None:
    tiny = WhisperRecogniser("tiny.en")
    home = MemoryHome(HomeConfig()).vocabulary()
    router = OwnRouter(IntentModel.load(), home)
    for name, said in (("resume", "resume"), ("run_Party_Time", "run Party Time")):
        pcm = wav.read(testdata / f"audio/commands/home_assistant_real/{name}.flac")
        told = tiny.transcribe(pcm, final=True)
        found = look_again(
            tiny, None, lambda text: router.propose(text, NOW), Utterance(pcm, 800), told
        )
        assert written(told.text) != written(said)
        assert found is not None
        assert found.text == said
