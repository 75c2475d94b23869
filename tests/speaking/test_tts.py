import itertools
import re
from collections.abc import Callable
from pathlib import Path

import jiwer
import numpy as np
import pytest

from edge import models
from edge.errors import ModelError
from edge.events import Pcm, Speech
from edge.speaking.tts import LOUDNESS, FakeVoice, PiperEngine, Voice, joined

REPLIES = {
    "It is half past seven in the evening.": None,
    "The kitchen light is now on.": None,
    "I have added apples and milk to your shopping list.": None,
    "The timer for the pasta has two minutes left.": None,
    "Sorry, I cannot reach the living room lamp.": None,
    "Your alarm rings at 7:05 a.m. on Monday.": "your alarm rings at seven oh five am on monday",
    "It is 21.5 °C outside.": "it is twenty one point five degrees celsius outside",
    "That costs $4.99.": "that costs four dollars ninety nine",
}


@pytest.fixture(scope="module")
def spoken(voice: PiperEngine) -> dict[str, list[Speech]]:
    """Every reply, in its chunks."""
    return {text: list(voice.speak(text)) for text in REPLIES}


def say(voice: Voice, text: str) -> Speech:
    return joined(text, list(voice.speak(text)))


def plain(text: str) -> str:
    """Numbers, signs and letters as one form, whichever way they were written."""
    text = text.lower().replace("°c", " degrees celsius").replace("a.m.", "am")
    text = re.sub(r"\$(\d+)\.(\d+)", r"\1 dollars \2", text).replace("$499", "4 dollars 99")
    for number, words in {"7.05": "seven oh five", "7:05": "seven oh five", "705": "seven oh five",
                          "21.5": "twenty one point five", "99": "ninety nine", "4": "four",
                          "2": "two", "7": "seven"}.items():  # fmt: skip
        text = text.replace(number, words)
    return re.sub(r"[^a-z ]+", " ", text.replace("'", ""))


@pytest.mark.parametrize("text", ["one", "one two three", "It is half past seven."])
def test_fake_keeps_the_contract(text: str) -> None:
    voice = FakeVoice()
    check_contract(text, list(voice.speak(text)), voice.rate)


@pytest.mark.engine
@pytest.mark.parametrize("text", REPLIES)
def test_piper_keeps_the_contract(spoken: dict[str, list[Speech]], text: str) -> None:
    assert len(spoken[text]) > 1
    check_contract(text, spoken[text], 22_050)


def check_contract(text: str, chunks: list[Speech], rate: int) -> None:
    speech = joined(text, chunks)
    assert all(chunk.rate == rate and len(chunk.pcm) for chunk in chunks)
    assert " ".join(word.text for word in speech.words) == text
    edges = [0, *itertools.chain(*((word.start, word.end) for word in speech.words))]
    assert edges == sorted(edges)
    assert edges[-1] <= len(speech.pcm)
    for chunk in chunks:
        assert all(0 <= word.start < len(chunk.pcm) for word in chunk.words)


@pytest.mark.engine
def test_the_same_text_gives_the_same_samples(voice: PiperEngine) -> None:
    first, second = (say(voice, "The light is on.") for _ in range(2))
    np.testing.assert_array_equal(first.pcm, second.pcm)
    again = PiperEngine.load("en_US-joe-medium")
    assert again.key == voice.key
    np.testing.assert_array_equal(say(again, "The light is on.").pcm, first.pcm)


@pytest.mark.engine
@pytest.mark.parametrize("text", ["", "…", "?!", "—"])
def test_nothing_to_say_is_silence(voice: PiperEngine, text: str) -> None:
    assert list(voice.speak(text)) == []


@pytest.mark.engine
def test_what_was_said_can_be_understood(
    spoken: dict[str, list[Speech]], transcribe: Callable[[Pcm, int], str]
) -> None:
    said = [plain(expected or text) for text, expected in REPLIES.items()]
    speeches = [joined(text, chunks) for text, chunks in spoken.items()]
    heard = [plain(transcribe(speech.pcm, speech.rate)) for speech in speeches]
    assert jiwer.wer(said, heard) < 0.08, heard


@pytest.mark.engine
def test_words_lie_where_they_are_said(
    voice: PiperEngine, transcribe: Callable[[Pcm, int], str]
) -> None:
    speech = say(voice, "The kitchen light is on, and the garage door is closed.")
    ends = {word.text: word.end for word in speech.words}
    heard = plain(transcribe(speech.pcm[: ends["on,"]], voice.rate)).split()
    assert heard == ["the", "kitchen", "light", "is", "on"]


@pytest.mark.engine
def test_sound_begins_at_once_and_ends_in_silence(spoken: dict[str, list[Speech]]) -> None:
    for chunks in spoken.values():
        first, last = (np.abs(chunks[index].pcm.astype(int)) for index in (0, -1))
        assert np.flatnonzero(first > 250)[0] < 0.02 * chunks[0].rate
        assert last[-int(0.02 * chunks[0].rate) :].max() < 60


@pytest.mark.engine
def test_no_click_at_the_seams(spoken: dict[str, list[Speech]]) -> None:
    for speeches in spoken.values():
        chunks = [speech.pcm.astype(int) for speech in speeches]
        steps = np.abs(np.diff(np.concatenate(chunks)))
        seams = np.cumsum([len(chunk) for chunk in chunks])[:-1] - 1
        near = speeches[0].rate // 50
        for seam in seams:
            around = np.delete(steps[seam - near : seam + near], near)
            assert steps[seam] <= 1.25 * around.max()  # pitch pulses are steps as well


@pytest.mark.engine
def test_every_reply_is_as_loud(spoken: dict[str, list[Speech]]) -> None:
    for text, chunks in spoken.items():
        sound = joined(text, chunks).pcm / 32768
        voiced = sound[np.abs(sound) > np.abs(sound).max() / 50]
        assert 0.6 * LOUDNESS < np.sqrt(np.mean(voiced**2)) < 1.6 * LOUDNESS
        assert np.abs(sound).max() < 1


@pytest.mark.engine
def test_damaged_derived_graphs_are_made_again(voice: PiperEngine, shared_cache: Path) -> None:
    (derived,) = (shared_cache / "derived").iterdir()
    (derived / "flow.onnx").write_bytes(b"cut short")
    again = PiperEngine.load("en_US-joe-medium")
    np.testing.assert_array_equal(say(again, "Done.").pcm, say(voice, "Done.").pcm)


@pytest.mark.engine
def test_without_a_place_for_derived_graphs_the_whole_one_speaks(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    weights = {file: models.path("en_US-joe-medium", file) for file in
               ("en_US-joe-medium.onnx", "en_US-joe-medium.onnx.json")}  # fmt: skip
    monkeypatch.setattr(models, "path", lambda model, file: weights[file])
    (tmp_path / "cache").mkdir()
    (tmp_path / "cache" / "derived").write_text("in the way")
    monkeypatch.setenv("STONECHAT_HOME", str(tmp_path))
    voice = PiperEngine.load("en_US-joe-medium")
    check_contract("The light is on.", list(voice.speak("The light is on.")), voice.rate)


def test_unknown_config_is_one_clear_error(tmp_path: Path) -> None:
    from edge.speaking.phonemes import Phonemiser

    file = tmp_path / "voice.onnx.json"
    file.write_text("{}")
    with pytest.raises(ModelError, match=r"voice\.onnx\.json: not a Piper voice"):
        Phonemiser.load(file)
