import re
import threading
from pathlib import Path

import jiwer
import numpy as np
import pytest

from edge.audio import wav
from edge.errors import HearingError, ModelError
from edge.events import RATE, Pcm
from edge.hearing.asr import (
    FakeRecogniser,
    LateRecogniser,
    Recogniser,
    WhisperRecogniser,
)
from edge.hearing.vad import FRAME, SileroVad

DATA = Path(__file__).parents[1] / "data"


@pytest.fixture(scope="module")
def recogniser() -> WhisperRecogniser:
    made = WhisperRecogniser("tiny.en")
    made.warm()
    return made


def spoken(name: str) -> Pcm:
    return wav.read(DATA / f"{name}.flac")


def plain(text: str) -> str:
    return " ".join(re.findall(r"\w+", text.lower()))


def noise(level: float, seconds: float) -> Pcm:
    return np.random.default_rng(1).normal(0, level, int(seconds * RATE)).astype(np.int16)


@pytest.mark.engine
@pytest.mark.parametrize(
    ("name", "text"),
    [("lights", "turn on the kitchen lights"), ("timer", "set a timer for 10 minutes")],
)
def test_a_command_is_understood(recogniser: WhisperRecogniser, name: str, text: str) -> None:
    told = recogniser.transcribe(spoken(name), final=True, voiced_ms=1200)
    assert plain(told.text) == text
    assert told.final
    assert told.phantom is None
    assert -1 < told.log_prob < 0


@pytest.mark.engine
def test_the_silence_around_it_may_be_short_or_long(recogniser: WhisperRecogniser) -> None:
    bare = spoken("lights")[int(0.2 * RATE) : -int(0.9 * RATE)]
    for before, after in ((0, 0), (0.5, 3), (2, 12)):
        pcm = np.pad(bare, (int(before * RATE), int(after * RATE)))
        told = recogniser.transcribe(pcm, final=True)
        assert plain(told.text) == "turn on the kitchen lights"


@pytest.mark.engine
def test_a_long_utterance_is_understood_to_its_end(recogniser: WhisperRecogniser) -> None:
    parts = [spoken("lights"), spoken("timer")] * 4
    told = recogniser.transcribe(np.concatenate(parts)[: 20 * RATE], final=True)
    assert plain(told.text).count("kitchen") >= 3


@pytest.mark.engine
def test_a_beginning_is_no_final(recogniser: WhisperRecogniser) -> None:
    told = recogniser.transcribe(spoken("lights")[:RATE], final=False)
    assert not told.final
    assert plain(told.text).startswith("turn on")


@pytest.mark.engine
@pytest.mark.parametrize(
    ("level", "seconds"),
    [(0, 0.05), (0, 1), (3, 1), (100, 1), (3000, 1), (0, 6), (30, 6), (1000, 6), (300, 28)],
)
def test_silence_and_noise_are_nothing(
    recogniser: WhisperRecogniser, level: float, seconds: float
) -> None:
    assert recogniser.transcribe(noise(level, seconds), final=True, voiced_ms=0).phantom
    assert recogniser.transcribe(noise(level, seconds), final=True).phantom


@pytest.mark.engine
def test_no_more_than_28_seconds(recogniser: WhisperRecogniser) -> None:
    with pytest.raises(HearingError, match="28 s"):
        recogniser.transcribe(noise(0, 28.1), final=True)


@pytest.mark.engine
def test_thanks_are_believed_when_they_were_said(recogniser: WhisperRecogniser) -> None:
    assert recogniser.transcribe(spoken("thanks"), final=True, voiced_ms=400).phantom is None
    assert recogniser.transcribe(spoken("thanks"), final=True).phantom == "known phantom"


@pytest.mark.engine
def test_a_wake_word_said_in_the_same_breath_is_known_and_not_written(
    recogniser: WhisperRecogniser,
) -> None:
    word = spoken("alexa")[int(0.2 * RATE) : int(0.8 * RATE)]
    said = np.concatenate((word, spoken("lights")[int(0.3 * RATE) :]))
    told = recogniser.transcribe(said, final=True, voiced_ms=1800, lead="Alexa,")
    assert plain(told.text) == "turn on the kitchen lights"
    fits = recogniser.score(said, ["Turn off the lights.", "Turn on the kitchen lights."], "Alexa,")
    assert fits[1].mean > fits[0].mean
    assert fits[1].mean > recogniser.score(said, ["Turn on the kitchen lights."])[0].mean


@pytest.mark.engine
def test_what_was_said_explains_the_sound_best(recogniser: WhisperRecogniser) -> None:
    candidates = [
        "Turn off the kitchen lights.",
        "Turn on the kitchen lights.",
        "Turn on the chicken lights.",
        "What time is it?",
    ]
    scores = [fit.mean for fit in recogniser.score(spoken("lights"), candidates)]
    assert int(np.argmax(scores)) == 1
    assert int(np.argmin(scores)) == 3
    assert recogniser.score(spoken("lights"), []) == []


@pytest.mark.engine
def test_the_beginning_of_a_sentence_fits_but_for_its_end(recogniser: WhisperRecogniser) -> None:
    part, whole = recogniser.score(
        spoken("lights"), ["Turn on the kitchen.", "Turn on the kitchen lights."]
    )
    assert part.end < -5 < whole.end


@pytest.mark.engine
def test_what_was_transcribed_is_not_encoded_again(
    recogniser: WhisperRecogniser, monkeypatch: pytest.MonkeyPatch
) -> None:
    recogniser.transcribe(spoken("timer"), final=True)
    monkeypatch.setattr(recogniser._whisper, "model", _Deaf(recogniser._whisper.model))
    assert recogniser.score(spoken("timer"), ["Set a timer for 10 minutes."])[0].mean > -1
    with pytest.raises(AssertionError):
        recogniser.score(spoken("lights"), ["Set a timer for 10 minutes."])


class _Deaf:
    """A model that cannot encode."""

    def __init__(self, model: object) -> None:
        self._model = model

    def __getattr__(self, name: str) -> object:
        assert name != "encode"
        return getattr(self._model, name)


@pytest.mark.engine
def test_the_silence_is_computed_once_and_a_damaged_one_again(
    recogniser: WhisperRecogniser, shared_cache: Path
) -> None:
    # Each model has a silence of its own; loading one mends that one only.
    folder = shared_cache / "whisper"
    files = {file: file.read_bytes() for file in folder.glob("silence-*.npy")}
    for file in files:
        file.write_bytes(files[file][:100])
    WhisperRecogniser("tiny.en")
    mended = [file for file, good in files.items() if file.read_bytes() == good]
    assert len(mended) == 1
    for file, good in files.items():
        file.write_bytes(good)


def test_the_fake_understands_what_it_was_told() -> None:
    fake = FakeRecogniser(["stop"])
    assert fake.transcribe(noise(0, 1), final=False).text == "stop"
    assert fake.transcribe(noise(0, 1), final=True).text == "stop"
    assert fake.transcribe(noise(0, 1), final=True).phantom
    assert fake.calls == 3


@pytest.mark.engine
@pytest.mark.corpus
def test_real_and_foreign_voices(recogniser: WhisperRecogniser, testdata: Path) -> None:
    clips = sorted((testdata / "audio/commands/home_assistant_tts").glob("turn_*.flac"))
    assert clips
    told = [plain(recogniser.transcribe(wav.read(clip), final=True).text) for clip in clips]
    assert jiwer.wer([plain(clip.stem.replace("_", " ")) for clip in clips], told) < 0.15


@pytest.mark.engine
@pytest.mark.corpus
def test_the_worlds_noises_are_no_commands(recogniser: WhisperRecogniser, testdata: Path) -> None:
    vad = SileroVad()
    believed = 0
    pieces = 0
    for file in sorted((testdata / "audio/noise").rglob("*.*")):
        pcm = wav.read(file)[: 8 * RATE]
        for start in range(0, len(pcm) - RATE, 4 * RATE):
            piece = pcm[start : start + 4 * RATE]
            vad.reset()
            voiced = int((vad.probabilities(piece) > 0.5).sum()) * FRAME * 1000 // RATE
            told = recogniser.transcribe(piece, final=True, voiced_ms=voiced)
            believed += told.phantom is None
            pieces += 1
    assert pieces > 25
    assert believed == 0


def test_who_asks_for_a_second_look_early_waits_until_it_is_loaded() -> None:
    loaded = threading.Event()

    def load() -> Recogniser:
        loaded.wait(60)
        return FakeRecogniser(["turn on the lamp"])

    late = LateRecogniser(load)
    threading.Timer(0.1, loaded.set).start()
    assert late.transcribe(np.zeros(RATE, np.int16), final=True).text == "turn on the lamp"


def test_a_second_look_that_cannot_be_loaded_says_so_to_who_asks() -> None:
    def load() -> Recogniser:
        raise ModelError("base is corrupt")

    late = LateRecogniser(load)
    for _ in range(2):
        with pytest.raises(ModelError, match="corrupt"):
            late.transcribe(np.zeros(RATE, np.int16), final=True)
