"""microWakeWord alone and beside openWakeWord."""

from pathlib import Path

import numpy as np
import pytest

from edge.audio import wav
from edge.calibration.rooms import mixed, noise
from edge.config.schema import Tuned
from edge.errors import HearingError
from edge.events import RATE, Pcm
from edge.hearing import micro
from edge.hearing.wake import FRAME, OpenWakeWord, agreed, listeners

pytestmark = pytest.mark.engine
DATA = Path(__file__).parents[1] / "data"


def heard(detector: OpenWakeWord, pcm: Pcm) -> list[str]:
    detector.reset()
    frames = range(0, len(pcm) - FRAME + 1, FRAME)
    told = (detector(pcm[start : start + FRAME]) for start in frames)
    return [found[0] for found in told if found]


def said() -> Pcm:
    return np.pad(wav.read(DATA / "alexa.flac"), (RATE, RATE // 2))


def test_it_hears_its_word_and_no_other() -> None:
    detector = OpenWakeWord(["alexa", "okay_nabu"], engine="microwakeword")
    assert heard(detector, said()) == ["alexa"]
    assert heard(detector, wav.read(DATA / "lights.flac")) == []
    assert not detector.embeddings.any()


def test_after_a_reset_the_same_sound_gives_the_same_odds() -> None:
    engine = micro.Micro(["alexa"])
    frames = [said()[start : start + FRAME] for start in range(0, len(said()) - FRAME, FRAME)]
    first = [engine(frame)["alexa"] for frame in frames]
    engine.reset()
    assert [engine(frame)["alexa"] for frame in frames] == first
    assert max(first) > 2 > micro.LOWEST == min(first)


def test_both_hear_in_noise_what_one_misses() -> None:
    rng = np.random.default_rng(3)
    loud = [mixed(said(), noise("clatter", len(said()), rng), snr) for snr in (-2, -3, -4, -5)]
    plain, both = (OpenWakeWord(["alexa"], engine=each) for each in ("openwakeword", "both"))
    assert sum(map(bool, (heard(both, pcm) for pcm in loud))) >= sum(
        map(bool, (heard(plain, pcm) for pcm in loud))
    )
    assert heard(both, said()) == ["alexa"]


def test_an_objection_of_one_outweighs_the_other() -> None:
    assert agreed(2.0, micro.LOWEST) < 0 < agreed(2.0, 0.0)
    assert agreed(-4.0, 4.0) > 0 > agreed(-8.0, 4.0)
    assert agreed(1.0, 1.0, -8.0) == agreed(1.0, 1.0) < agreed(1.0, 1.0, 8.0)


def test_who_listens_for_which_word(monkeypatch: pytest.MonkeyPatch) -> None:
    assert listeners("alexa", "both") == "both"
    assert listeners("/some/own.onnx", "microwakeword") == "openwakeword"
    assert listeners("okay_nabu", "both") == "microwakeword"
    monkeypatch.setattr(micro, "available", lambda: False)
    assert listeners("alexa", "both") == "openwakeword"


def test_what_was_tuned_for_one_engine_is_heard_by_that() -> None:
    tuned = Tuned(word="alexa", voiced=0)
    detector = OpenWakeWord(["alexa"], tuned=[tuned], engine="both")
    alone = OpenWakeWord(["alexa"])
    assert heard(detector, said()) == heard(alone, said())
    assert detector.scores == alone.scores


def test_a_word_that_it_does_not_know() -> None:
    with pytest.raises(HearingError, match="does not know 'computer', only alexa"):
        micro.MicroWord("computer")
