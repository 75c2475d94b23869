from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from edge.audio import wav
from edge.calibration import takes
from edge.calibration.takes import Take, Taking
from edge.errors import UsageError
from edge.events import RATE, Pcm

FLOOR = -60.0
RNG = np.random.default_rng(0)


def room(seconds: float) -> Pcm:
    return RNG.normal(0, 20, int(seconds * RATE)).astype(np.int16)


def voice(seconds: float) -> Pcm:
    return RNG.normal(0, 3000, int(seconds * RATE)).astype(np.int16)


def blocks(*parts: Pcm) -> Iterator[Pcm]:
    sound = np.concatenate(parts)
    return (sound[start : start + 256] for start in range(0, len(sound), 256))


def taken(take: Take, sound: Iterator[Pcm]) -> tuple[Pcm | None, int]:
    """The clip, and how many samples it took."""
    taking, heard = Taking(take, FLOOR), 0
    for block in sound:
        heard += len(block)
        clip = taking(block)
        if clip is not None:
            return clip, heard
    return None, heard


def test_a_take_of_a_length_is_that_long() -> None:
    clip, _ = taken(Take("room", "", 2), blocks(room(5)))
    assert clip is not None
    assert len(clip) == 2 * RATE


def test_a_word_is_waited_for_and_kept_with_what_is_around_it() -> None:
    clip, heard = taken(Take("word", ""), blocks(room(7), voice(0.6), room(3)))
    assert clip is not None
    assert heard == pytest.approx((7 + 0.6 + 0.8) * RATE, abs=600)
    assert len(clip) / RATE == pytest.approx(1.0 + 0.6 + 0.8, abs=0.2)


def test_a_click_is_no_word() -> None:
    clip, _ = taken(Take("word", ""), blocks(room(1), voice(0.03), room(3)))
    assert clip is None


def test_a_hesitation_does_not_end_a_sentence() -> None:
    clip, _ = taken(Take("s", "", quiet_s=2.5), blocks(voice(1), room(1.8), voice(1), room(4)))
    assert clip is not None
    assert len(clip) / RATE == pytest.approx(1 + 1.8 + 1 + 2.5, abs=0.2)


def test_who_never_stops_is_stopped() -> None:
    clip, _ = taken(Take("s", ""), blocks(voice(30)))
    assert clip is not None
    assert len(clip) <= 21 * RATE


def test_recordings_are_found_by_what_their_names_begin_with(tmp_path: Path) -> None:
    for name in ("word-02.wav", "word-01.flac", "room.wav"):
        wav.write(tmp_path / name, room(1 if "1" in name else 2), RATE)
    assert [len(pcm) // RATE for pcm in takes.need(tmp_path, "word")] == [1, 2]
    assert takes.find(tmp_path, "room") == tmp_path / "room.wav"
    with pytest.raises(UsageError, match="text"):
        takes.need(tmp_path, "text")
