from pathlib import Path

import numpy as np
import pytest

from edge.speaking.mouth import Mouth
from edge.speaking.phrases import PhraseCache
from edge.speaking.tts import FakeVoice, PiperEngine, joined


@pytest.fixture
def fake() -> FakeVoice:
    return FakeVoice()


@pytest.fixture
def mouth(fake: FakeVoice, tmp_path: Path) -> Mouth:
    return Mouth(fake, PhraseCache(tmp_path, fake.key))


def test_fresh_sentences_come_in_chunks_and_are_kept(mouth: Mouth, fake: FakeVoice) -> None:
    first = list(mouth.chunks("The light is on. Good night!"))
    assert [chunk.text for chunk in first] == ["The light", "is on.", "Good", "night!"]
    assert not mouth.prepare("The light is on. Never said.").ready
    assert mouth.prepare("Good night! The light is on.").ready
    again = list(mouth.chunks("The light is on. Good night!"))
    assert [chunk.text for chunk in again] == ["The light is on.", "Good night!"]
    assert fake.spoken == ["The light is on.", "Good night!"]
    np.testing.assert_array_equal(
        np.concatenate([chunk.pcm for chunk in again]),
        np.concatenate([chunk.pcm for chunk in first]),
    )


def test_preparing_synthesises_nothing(mouth: Mouth, fake: FakeVoice) -> None:
    prepared = mouth.prepare("The light is on. Good night!")
    assert not prepared.ready
    assert fake.spoken == []
    assert "".join(chunk.text for chunk in mouth.chunks(prepared)) == "The lightis on.Goodnight!"


@pytest.mark.parametrize("taken", [1, 2, 3])
def test_an_abandoned_reply_leaves_nothing_half_done(
    mouth: Mouth, fake: FakeVoice, taken: int
) -> None:
    chunks = mouth.chunks("The light is on. Good night!")
    for _ in range(taken):
        next(chunks)
    chunks.close()  # type: ignore[attr-defined]
    assert mouth.prepare("Good night!").ready is False
    assert mouth.prepare("The light is on.").ready is (taken == 3)
    whole = [chunk.text for chunk in mouth.chunks("Good night!")]
    assert whole == ["Good", "night!"]


@pytest.mark.parametrize("text", ["", "…", "🎉", "```\ncode\n```"])
def test_nothing_to_say(mouth: Mouth, text: str) -> None:
    assert list(mouth.chunks(text)) == []
    assert mouth.prepare(text).ready


def test_rendering_replies_makes_them_ready(mouth: Mouth) -> None:
    assert mouth.render(["Done.", "The light is on. Good night!"]) == 3
    assert mouth.prepare("Done. The light is on.").ready
    assert mouth.render(["Done.", "The light is on. Good night!"]) == 0


@pytest.mark.engine
def test_piper_may_be_left_in_mid_sentence(voice: PiperEngine, tmp_path: Path) -> None:
    text = "The timer for the pasta has two minutes left."
    mouth = Mouth(voice, PhraseCache(tmp_path, voice.key))
    expected = joined(text, list(voice.speak(text)))
    chunks = mouth.chunks(text)
    np.testing.assert_array_equal(
        next(chunks).pcm, expected.pcm[: len(next(iter(voice.speak(text))).pcm)]
    )
    del chunks
    assert not mouth.prepare(text).ready
    fresh = joined(text, list(mouth.chunks(text)))
    (cached,) = mouth.chunks(text)
    np.testing.assert_array_equal(fresh.pcm, expected.pcm)
    np.testing.assert_array_equal(cached.pcm, expected.pcm)
    assert cached.words == expected.words
