import itertools

import numpy as np
import pytest

from edge import models
from edge.speaking.phonemes import Phonemiser
from edge.speaking.spoken import tokens

pytestmark = pytest.mark.engine


@pytest.fixture(scope="module")
def phonemiser() -> Phonemiser:
    return Phonemiser.load(models.path("en_US-joe-medium", "en_US-joe-medium.onnx.json"))


@pytest.mark.parametrize(
    "text",
    [
        "The light is on.",
        "It is in the kitchen of the house.",  # espeak says "inthe" and "ofthe" as one
        "At 7:05 p.m. it was 21.5 °C, i.e. warm.",
        "Doctor Smith. No more.",
        "Why? Because — well — of him!",
        "2,345,678 people",
    ],
)
def test_each_word_gets_its_own_phonemes(phonemiser: Phonemiser, text: str) -> None:
    said = tokens(text)
    phonemes = phonemiser.phonemes(said)
    ends = np.arange(1, len(phonemes.ids) + 1) * 256
    words = phonemiser.words(said, phonemes, ends)
    assert [word.text for word in words] == [token.written for token in said]
    places = [*itertools.chain(*((word.start, word.end) for word in words))]
    assert places == sorted(places)
    for token, word in zip(said, words, strict=True):
        if token.said.strip("—"):
            assert word.start < word.end, word
    assert places[-1] <= ends[-1]


def test_words_that_melt_together_share_the_time(phonemiser: Phonemiser) -> None:
    said = tokens("It is in the kitchen.")
    phonemes = phonemiser.phonemes(said)
    assert "ɪnðə" in "".join(phonemes.symbols)
    ends = np.arange(1, len(phonemes.ids) + 1)
    words = {word.text: word for word in phonemiser.words(said, phonemes, ends)}
    sounds = phonemes.symbols
    start = "".join(sounds).index("ɪnðə")
    edge = [0, *phonemes.last_ids]
    assert words["in"].end == words["the"].start == ends[edge[start + 3]]


def test_only_pauses_is_nothing(phonemiser: Phonemiser) -> None:
    assert phonemiser.phonemes(tokens("… — ?!")).symbols == ()
