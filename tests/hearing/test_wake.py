from pathlib import Path

import numpy as np
import pytest

from edge.audio import wav
from edge.errors import HearingError, ModelError
from edge.events import RATE, Pcm
from edge.hearing.wake import FRAME, FakeWakeWord, OpenWakeWord

DATA = Path(__file__).parents[1] / "data"


@pytest.fixture(scope="module")
def detector() -> OpenWakeWord:
    return OpenWakeWord(["alexa", "hey_jarvis"])


def heard(detector: OpenWakeWord, pcm: Pcm) -> list[tuple[int, str]]:
    """The frames at which a word was heard, from the state of a new stream."""
    detector.reset()
    found = []
    for number, start in enumerate(range(0, len(pcm) - FRAME + 1, FRAME)):
        if told := detector(pcm[start : start + FRAME]):
            found.append((number, told[0]))
    return found


def said() -> Pcm:
    return wav.read(DATA / "alexa.flac")


@pytest.mark.engine
def test_the_word_is_heard_once(detector: OpenWakeWord) -> None:
    assert [word for _, word in heard(detector, said())] == ["alexa"]


@pytest.mark.engine
def test_the_word_is_heard_at_the_very_start_of_a_stream(detector: OpenWakeWord) -> None:
    assert heard(detector, said()[int(0.3 * RATE) :])


@pytest.mark.engine
def test_a_command_is_no_wake_word(detector: OpenWakeWord) -> None:
    for name in ("lights", "timer"):
        assert heard(detector, wav.read(DATA / f"{name}.flac")) == []


@pytest.mark.engine
def test_after_a_reset_the_same_sound_gives_the_same_scores(detector: OpenWakeWord) -> None:
    scores = []
    for _ in range(2):
        heard(detector, said())
        scores.append((detector.scores, detector.embeddings.copy()))
    assert scores[0][0] == scores[1][0]
    assert np.array_equal(scores[0][1], scores[1][1])
    assert scores[0][1].shape == (16, 96)


@pytest.mark.engine
@pytest.mark.parametrize("frames", [33, 500])
def test_a_long_silence_wipes_out_what_was_before_it(detector: OpenWakeWord, frames: int) -> None:
    silence = np.zeros(frames * FRAME, np.int16)
    alone = heard(detector, said()), detector.embeddings.copy()
    whole = len(said()) // FRAME * FRAME
    before = wav.read(DATA / "lights.flac")[: 20 * FRAME]
    late = heard(detector, np.concatenate((before, silence, said()[:whole])))
    assert [(n - 20 - frames, word) for n, word in late] == alone[0]
    assert np.array_equal(detector.embeddings, alone[1])


@pytest.mark.engine
def test_the_cooldown_counts_frames() -> None:
    twice = np.concatenate((said(), said()))
    gap = len(said()) // FRAME
    assert len(heard(OpenWakeWord(["alexa"], cooldown=0), twice)) == 2
    assert len(heard(OpenWakeWord(["alexa"], cooldown=gap // 2), twice)) == 2
    assert len(heard(OpenWakeWord(["alexa"], cooldown=2 * gap), twice)) == 1


@pytest.mark.engine
def test_several_frames_in_a_row_are_later_than_one() -> None:
    one, three = (heard(OpenWakeWord(["alexa"], frames=frames), said()) for frames in (1, 3))
    assert three[0][0] >= one[0][0] + 2


@pytest.mark.engine
def test_a_frame_of_another_size_is_refused(detector: OpenWakeWord) -> None:
    with pytest.raises(HearingError, match="1280 samples, not 512"):
        detector(np.zeros(512, np.int16))


@pytest.mark.engine
def test_a_word_of_ones_own(detector: OpenWakeWord, shared_cache: Path) -> None:
    file = shared_cache / "models" / "alexa" / "alexa_v0.1.onnx"
    own = OpenWakeWord([str(file)])
    assert [word for _, word in heard(own, said())] == ["alexa_v0.1"]


@pytest.mark.engine
@pytest.mark.parametrize(
    ("content", "error", "message"),
    [
        (None, HearingError, "no such wake word model"),
        (b"not a graph", ModelError, "cannot be loaded"),
    ],
)
def test_files_that_are_no_wake_word(
    tmp_path: Path, content: bytes | None, error: type[Exception], message: str
) -> None:
    file = tmp_path / "own.onnx"
    if content is not None:
        file.write_bytes(content)
    with pytest.raises(error, match=message) as caught:
        OpenWakeWord([str(file)])
    assert "\n" not in str(caught.value)


@pytest.mark.engine
def test_a_graph_that_is_no_wake_word(shared_cache: Path) -> None:
    file = shared_cache / "models" / "openwakeword" / "embedding_model.onnx"
    with pytest.raises(HearingError, match="no wake word model that can be used"):
        OpenWakeWord([str(file)])


def test_the_fake_hears_when_it_was_told() -> None:
    fake = FakeWakeWord(at=[1])
    frame = np.zeros(FRAME, np.int16)
    assert [fake(frame) for _ in range(3)] == [None, ("alexa", 1.0), None]


@pytest.mark.engine
@pytest.mark.corpus
def test_people_who_say_the_word(detector: OpenWakeWord, testdata: Path) -> None:
    clips = sorted((testdata / "audio/wake/alexa").glob("*.flac"))[::6]
    found = [bool(heard(detector, np.pad(wav.read(clip), (0, RATE // 4)))) for clip in clips]
    assert sum(found) >= 0.9 * len(found)


@pytest.mark.engine
@pytest.mark.corpus
def test_people_who_say_other_things(testdata: Path) -> None:
    detector = OpenWakeWord(["alexa"])
    clips = sorted((testdata / "audio/negatives_speech/precise_words").glob("*.flac"))[::2]
    assert sum(bool(heard(detector, wav.read(clip))) for clip in clips) <= 1
