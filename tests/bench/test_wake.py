"""How the wake word bench deals out recordings and counts; what it hears is measured by itself."""

import json
from pathlib import Path

import numpy as np
import pytest

from edge.bench import own_words, wake
from edge.bench.wake_corpus import (
    CLIPS,
    Entry,
    entries_of,
    figures_of,
    halves_of,
    in_noise,
    one_each,
    speaker,
    without,
)
from edge.calibration.rooms import active_level, level
from edge.errors import UsageError
from edge.events import RATE, Pcm

RNG = np.random.default_rng(2)


def clips(count: int, speakers: int) -> list[Entry]:
    return [
        {"file": f"wake/you/{number}.flac", "speaker_cluster": number % speakers, "sec": 2.0}
        for number in range(count)
    ]


def test_no_speaker_is_in_both_halves() -> None:
    (_, first), (_, second) = halves_of(clips(40, 7))
    assert len(first) + len(second) == 40
    assert first
    assert not {speaker(each) for each in first} & {speaker(each) for each in second}


def test_ten_recordings_are_of_as_many_people_as_there_are() -> None:
    own = one_each(clips(60, 12))
    assert len(own) == len({speaker(each) for each in own}) == CLIPS
    few = one_each(clips(60, 4))
    assert len(few) == CLIPS
    assert len({speaker(each) for each in few}) == 4


def test_what_holds_the_word_is_no_negative() -> None:
    for entry in (
        {"file": "wake/alexa/1.flac"},
        {"file": "speech/1.flac", "text": "Alexa, good morning"},
        {"file": "speech/1.flac", "keyword": "alexa"},
        {"file": "rir/1.flac"},
    ):
        assert not without(entry, "alexa")
    assert without({"file": "speech/1.flac", "text": "good morning"}, "alexa")


def test_noise_is_as_loud_as_it_should_be_beside_the_word() -> None:
    word: Pcm = np.zeros(RATE, np.int16)
    word[RATE // 4 : RATE // 2] = RNG.normal(0, 2000, RATE // 4)
    noise = RNG.normal(0, 500, 4 * RATE).astype(np.int16)
    alone = in_noise(word, noise, None, True, RNG)
    loud = in_noise(word, noise, 0.0, True, RNG)
    lead = loud[: RATE // 2]
    assert len(alone) == len(loud)
    assert level(lead) == pytest.approx(active_level(word), rel=0.1)
    assert level(in_noise(word, noise, 10.0, True, RNG)[: RATE // 2]) == pytest.approx(
        active_level(word) / 10**0.5, rel=0.1
    )


def test_figures_have_their_bounds() -> None:
    figures = figures_of({"clean": [True] * 10}, [("a", 0), ("b", 2)], 0.5)
    assert figures["recall"] == {"clean": 1.0}
    assert figures["recall_bounds"] == {"clean": [0.692, 1.0]}
    assert (figures["false"], figures["false_per_hour"]) == (2, 4.0)
    assert figures["false_of"] == ["b"]
    lines = list(
        own_words.table(
            {
                "word": "you",
                "hours": 0.5,
                "recordings": {"own": 10, **figures, "unread": figures},
                "generated": {"own": 0, "refused": "'you' is no good wake word"},
            }
        )
    )
    assert lines[0].startswith("you, trained on 10 recordings and generated voices: 2 false wakes")
    assert lines[-1].endswith("'you' is no good wake word")


def test_a_corpus_that_cannot_do_is_told(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no manifest"):
        entries_of(tmp_path)
    lines = [json.dumps(each) for each in clips(4, 1)]
    (tmp_path / "manifest.jsonl").write_text("\n".join(lines), encoding="utf-8")
    with pytest.raises(UsageError, match="too few speakers say 'you'"):
        wake.measure(tmp_path, "you", lambda line: None)
    with pytest.raises(UsageError, match="too few recordings of 'you'"):
        own_words.measure(tmp_path, "you", lambda line: None)
