"""What woke the device is kept only where it is wanted, and looked through."""

import subprocess
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from edge import config
from edge.daemon import build_ear
from edge.errors import StonechatError
from edge.events import RATE, Pcm
from edge.hearing.kept import Kept, Shelf, Witness
from edge.hearing.wake import FRAME, OpenWakeWord
from edge.paths import state_dir
from tests.program import STONECHAT
from tests.sound import SoundServer

SILENCE = np.zeros(RATE, np.int16)


class Scripted(OpenWakeWord):
    """An engine that gives scores as they are written down."""

    def __init__(self, scores: list[float]) -> None:
        self._script: Iterator[float] = iter(scores)
        self._now = 0.0

    @property
    def scores(self) -> dict[str, float]:
        return {"alexa": self._now}

    def __call__(self, pcm: Pcm, voiced: int = 31) -> tuple[str, float] | None:
        self._now = next(self._script, 0.0)
        return ("alexa", self._now) if self._now >= 0.5 else None

    def reset(self) -> None:
        pass


def kept_of(scores: list[float]) -> list[tuple[str, float, bool, int]]:
    found: list[tuple[str, float, bool, int]] = []
    witness = Witness(Scripted(scores), lambda *each: found.append((*each[:3], len(each[3]))))
    for number in range(len(scores) + 10):
        witness(np.full(FRAME, number, np.int16))
    return found


def test_a_near_miss_is_kept_once_with_its_highest_score() -> None:
    found = kept_of([0.0] * 40 + [0.06, 0.3, 0.2, 0.1] + [0.0] * 10)
    assert found == [("alexa", 0.3, False, 30 * FRAME)]


def test_a_wake_goes_before_the_rise_that_led_to_it() -> None:
    assert [each[:3] for each in kept_of([0.1, 0.4, 0.9, 0.2])] == [("alexa", 0.9, True)]


def test_silence_is_not_kept() -> None:
    assert kept_of([0.01] * 60) == []


def test_the_oldest_go_and_all_can_be_deleted(tmp_path: Path) -> None:
    shelf = Shelf(3, tmp_path)
    (tmp_path / "mine.wav").write_bytes(b"")
    for score in (0.1, 0.2, 0.3, 0.4, 0.5):
        shelf.put("hey-you", score, score > 0.4, SILENCE)
    assert [each.score for each in shelf.all()] == [0.3, 0.4, 0.5]
    assert shelf.all()[-1] == Kept("hey-you", 0.5, True, shelf.all()[-1].file)
    assert shelf.clear() == 3
    assert [file.name for file in tmp_path.iterdir()] == ["mine.wav"]


def test_a_folder_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(StonechatError, match="file"):
        Shelf(3, tmp_path / "file").put("alexa", 0.9, True, SILENCE)


@pytest.mark.engine
def test_nothing_is_kept_unless_it_is_wanted() -> None:
    for text, keep, kind in (
        ("", True, OpenWakeWord),
        ("[wake]\nkeep = 5\n", False, OpenWakeWord),
        ("[wake]\nkeep = 5\n", True, Witness),
    ):
        ear = build_ear(config.parse(text), full_duplex=True, keep=keep)
        assert isinstance(ear._wake, kind)


@pytest.mark.sound
def test_what_is_looked_through_goes_into_the_next_calibration(sound_server: SoundServer) -> None:
    for score in (0.9, 0.2, 0.6, 0.3):
        Shelf(9).put("alexa", score, score >= 0.5, SILENCE[: RATE // 4])
    done = subprocess.run(
        [STONECHAT, "wake", "review"],
        input="y\nn\nd\nq\n",
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert 'alexa" woke it (0.90)' in done.stdout
    assert 'alexa" nearly woke it (0.20)' in done.stdout
    assert "2 go into the next calibration" in done.stdout
    folder = state_dir() / "calibration" / "wake-alexa"
    assert [file.name[:4] for file in sorted(folder.iterdir())] == ["text", "word"]
    assert [each.score for each in Shelf(9).all()] == [0.3]
