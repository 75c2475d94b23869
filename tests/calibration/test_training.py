"""Small trainings: fewer voices and negatives than in earnest, the same way through."""

from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
import soxr

import edge.data
from edge import models
from edge.calibration import training, wake, wordmodel
from edge.calibration.bounds import Tail, share
from edge.calibration.features import Embedder, Listener, Negatives, Sound, windows
from edge.calibration.legible import legible
from edge.calibration.rooms import augmented, echoing, mixed, noise
from edge.calibration.training import Material, near_misses
from edge.calibration.wordmodel import WordModel
from edge.config.schema import Tuned
from edge.errors import HearingError
from edge.events import RATE, Pcm
from edge.hearing.asr import WhisperRecogniser
from edge.hearing.reading import at_once, done
from edge.hearing.wake import FRAME, Features, OpenWakeWord, keyword, zone
from edge.speaking.tts import PiperEngine

pytestmark = [pytest.mark.engine, pytest.mark.timeout(400)]
RNG = np.random.default_rng(8)


@pytest.fixture(scope="module")
def spoken(voice: PiperEngine) -> Callable[[str, float], Pcm]:
    def said(text: str, size: float = 1.0) -> Pcm:
        pcm = np.concatenate([chunk.pcm for chunk in voice.speak(text)])
        return np.asarray(soxr.resample(pcm, voice.rate, RATE / size), np.int16)

    return said


@pytest.fixture(scope="module", autouse=True)
def small() -> Iterator[None]:
    whole = Negatives.shipped()
    made = len(whole.stretches) - len(whole.sources)
    kept = [*range(2, made, 8), *range(made, len(whole.stretches), 16)]
    few = Negatives(
        tuple(whole.stretches[at] for at in kept),
        whole.sources[::16],
        tuple(whole.voiced[at] for at in kept),
        {word: tuple(each[at] for at in kept) for word, each in whole.small.items()},
    )
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(training, "_SPOKEN", 12)
        patch.setattr(training, "_TWICE", 1)
        patch.setattr(training, "_NEAR", 6)
        patch.setattr(training, "_OWN_TIMES", 2)
        patch.setattr(training, "TARGET", 60.0)  # three minutes say little of the tail
        patch.setattr(wordmodel, "_EPOCHS", 15)
        patch.setattr(Negatives, "shipped", staticmethod(lambda: few))
        yield


@pytest.fixture(scope="module")
def alexa(small: None) -> Material:
    return training.general("alexa", lambda line: None)


def heard(detector: OpenWakeWord, pcm: Pcm) -> bool:
    detector.reset()
    starts = range(0, len(pcm) - FRAME + 1, FRAME)
    return any(detector(pcm[start : start + FRAME]) for start in starts)


def test_whole_recordings_give_the_windows_of_the_stream(spoken: Callable[..., Pcm]) -> None:
    pcm = spoken("turn on the lights")
    live = Features(
        models.path("openwakeword", "melspectrogram.onnx"),
        models.path("openwakeword", "embedding_model.onnx"),
    )
    frames = range(0, len(pcm) - FRAME + 1, FRAME)
    streamed = np.stack([live(pcm[start : start + FRAME]).copy() for start in frames])
    assert np.array_equal(windows(Embedder()(pcm)), streamed)


def test_a_listener_hears_what_the_engine_hears(spoken: Callable[..., Pcm]) -> None:
    pcm = np.pad(spoken("Alexa!"), (RATE, RATE))
    sound = Listener("alexa")(pcm)
    live, late = OpenWakeWord(["alexa"], engine="both"), OpenWakeWord(["alexa"], engine="both")
    live.reset()
    for number, window in enumerate(sound.windows):
        live(pcm[number * FRAME : (number + 1) * FRAME])
        late.take(window, {"alexa": float(sound.small[number])})
        assert live.scores == pytest.approx(late.scores, abs=1e-5)
    assert sound.voiced.max() > 4 > sound.voiced[2]


def test_negatives_are_read_as_they_were_written(tmp_path: Path) -> None:
    hear = Listener("alexa")
    embeddings, voiced, small = hear.all(noise("music", RATE, RNG))
    told = {word: (each,) for word, each in small.items()}
    Negatives((embeddings,), ("a",), (voiced,), told).save(tmp_path / "few.npz")
    sound = Negatives.load(tmp_path / "few.npz").sounds("alexa")[0]
    assert np.array_equal(sound.voiced, voiced)
    assert np.allclose(sound.small, small["alexa"], atol=0.04)
    assert np.allclose(sound.windows, windows(embeddings).clip(-31.75, 31.75), atol=0.13)


def test_the_negatives_that_ship_are_whole() -> None:
    file = Path(edge.data.__file__).parent / "not_wake_words.npz"
    shipped = Negatives.load(file)
    assert 0.5 < shipped.hours < 1.5
    assert len(shipped.voiced) == len(shipped.small["alexa"]) == len(shipped.stretches)
    assert not any("alexa" in source or "computer" in source for source in shipped.sources)
    assert all(each.shape[1] == 96 for each in shipped.stretches)


def test_a_model_s_file_says_what_the_model_says(tmp_path: Path) -> None:
    word = RNG.normal(1, 2, (60, 16, 96)).astype(np.float32)
    other = RNG.normal(0, 2, (300, 16, 96)).astype(np.float32)
    model = WordModel.fit(word, other).moved(0.7)
    file = tmp_path / "word.onnx"
    model.save(file, "word", "a test")
    detector = OpenWakeWord([str(file)])
    for window in (word[0], other[0]):
        detector.take(window)
        expected = 1 / (1 + np.exp(-float(model(window[None])[0])))
        assert detector.scores["word"] == pytest.approx(expected, abs=1e-4)
    assert model(word).mean() > 2 > -2 > model(other).mean()


def test_near_misses_are_not_the_word() -> None:
    word = tuple("kəmpjuːtɚ")
    made = list(near_misses(word, RNG, 60))
    assert len(made) == 60
    assert word not in made


@pytest.mark.parametrize("word", ["hi", "ok"])
def test_a_short_word_is_refused_before_any_work(word: str) -> None:
    with pytest.raises(HearingError, match="too short"):
        training.train(word, (), (), ())


def test_a_word_that_cannot_be_told_apart_is_refused_with_a_figure() -> None:
    same = RNG.normal(0, 2, (40, 30, 16, 96)).astype(np.float32)
    clips = tuple(
        training.Clip(Sound.unheard(each), slice(10, 14), n, False, False)
        for n, each in enumerate(same)
    )
    noises = RNG.normal(0, 2, (30, 60, 16, 96)).astype(np.float32)
    material = Material(
        clips, (), tuple(map(Sound.unheard, noises)), tuple(n % 3 for n in range(30))
    )
    with pytest.raises(HearingError, match=r"expect \d+ false wakes an hour"):
        training.judge("mumble", material)


def test_a_word_of_one_s_own_is_trained_and_heard(
    spoken: Callable[..., Pcm], tmp_path: Path
) -> None:
    own = [np.pad(spoken("hey stonechat", size), RATE // 2) for size in (0.95, 1.0, 1.05, 1.1, 1.2)]
    ask = at_once(WhisperRecogniser())
    trained = training.train("hey stonechat", own, (), (), ask=ask)
    file = tmp_path / "hey_stonechat.onnx"
    trained.model.save(file, "hey stonechat", trained.report.sentence(), read=trained.read)
    detector = OpenWakeWord([str(file)], ask=ask)
    assert heard(detector, np.pad(spoken("hey stonechat", 1.15), RATE))
    for text in ("turn on the kitchen lights", "what is the weather like", "hey there"):
        assert not heard(detector, np.pad(spoken(text), RATE))
    assert trained.report.own is not None
    assert "false wakes an hour" in trained.report.sentence()


ROOMS = {
    "bedroom": lambda pcm: echoing(pcm, 0.15, np.random.default_rng(1)),
    "kitchen": lambda pcm: mixed(
        echoing(pcm, 0.4, np.random.default_rng(2)),
        noise("clatter", len(pcm), np.random.default_rng(3)),
        12,
    ),
    "hall with a fan": lambda pcm: mixed(
        echoing(pcm, 0.9, np.random.default_rng(4)),
        noise("fan", len(pcm), np.random.default_rng(5)),
        8,
    ),
}


@pytest.mark.parametrize("room", ROOMS)
def test_a_room_is_calibrated_to_and_the_prediction_holds_there(
    room: str, alexa: Material, spoken: Callable[..., Pcm], tmp_path: Path
) -> None:
    def there(size: float) -> Pcm:
        return ROOMS[room](np.pad(spoken("Alexa!", size), (RATE, RATE // 2)))

    said = [there(size) for size in (0.9, 0.95, 1.0, 1.05, 1.1, 1.15)]
    quiet = ROOMS[room](np.pad(spoken("…and then it rained."), (0, 2 * RATE)))
    material = training.personal(alexa, said, [quiet], (), lambda line: None)
    found = wake.settle("alexa", material)
    file = tmp_path / "second.onnx"
    found.second.save(file, "alexa", found.prediction.sentence())
    tuned = Tuned(
        word="alexa", second=file, engine=found.engine, threshold=found.threshold, voiced=0
    )
    detector = OpenWakeWord(["alexa"], tuned=[tuned])
    unseen = [there(size) for size in np.linspace(0.87, 1.13, 12)]
    missed = share(sum(not heard(detector, pcm) for pcm in unseen), len(unseen))
    told = found.prediction.missed
    assert missed.low <= told.high and told.low <= missed.high  # both are of a few clips
    assert not heard(detector, ROOMS[room](np.pad(spoken("Open the garage door."), RATE)))


@pytest.fixture(scope="module")
def said(spoken: Callable[..., Pcm]) -> list[Pcm]:
    return [np.pad(spoken("Alexa!", size), RATE // 2) for size in (0.9, 0.95, 1.0, 1.05, 1.1)]


def test_who_calibrated_is_heard_wherever_the_default_hears(
    alexa: Material, said: list[Pcm], spoken: Callable[..., Pcm], tmp_path: Path
) -> None:
    found = wake.settle("alexa", training.personal(alexa, said, (), (), lambda line: None))
    assert (found.threshold, found.engine) == (0.5, "both")
    file = tmp_path / "second.onnx"
    found.second.save(file, "alexa", "a test")
    tuned = Tuned(
        word="alexa",
        second=file,
        engine=found.engine,
        threshold=found.threshold,
        voiced=found.voiced,
    )
    default = OpenWakeWord(["alexa"], engine="both")
    calibrated = OpenWakeWord(["alexa"], tuned=[tuned])
    rng = np.random.default_rng(5)
    loud = [
        mixed(pcm, noise(kind, len(pcm), rng), snr)
        for kind in ("clatter", "pink", "music")
        for snr in (3, 0, -3, -6)
        for pcm in [np.pad(spoken("Alexa!", 1.08), (RATE, RATE // 2))]
    ]
    before, after = ([heard(each, pcm) for pcm in loud] for each in (default, calibrated))
    assert any(before)
    assert not all(before)
    assert all(now for was, now in zip(before, after, strict=True) if was)


def test_talk_that_wakes_it_where_it_was_calibrated_raises_the_threshold(
    alexa: Material, said: list[Pcm], spoken: Callable[..., Pcm]
) -> None:
    talk = np.pad(spoken("Alexa!", 1.02), RATE)  # whatever it means to those who live there
    found = wake.settle("alexa", training.personal(alexa, said, [talk], (), lambda line: None))
    assert found.threshold > 0.9
    assert found.prediction.counted.value == 0


def test_a_word_that_the_recogniser_does_not_read_is_known(tmp_path: Path) -> None:
    assert legible("computer", lambda pcm, text: done(-3.0))
    assert not legible("computer", lambda pcm, text: done(-12.0))
    one = RNG.normal(1, 2, (200, 16, 96)).astype(np.float32)
    model = WordModel.fit(one, -one)
    for read in (True, False):
        file = tmp_path / f"{read}.onnx"
        model.save(file, "word", "a test", read=read)
        graph, _ = keyword(str(file))
        doubted = zone(str(file), "openwakeword", graph, tuned=False)
        assert (doubted.sure > 0) is read


def test_three_recordings_are_too_few() -> None:
    with pytest.raises(HearingError, match="too few"):
        wake.calibrate("alexa", [np.zeros(RATE, np.int16)] * 3, (), ())


def test_the_tail_of_few_scores_is_cautious() -> None:
    assert Tail.of([0.0, 0.1, 0.2, 3.0], hours=0.5).score_for(0.25) > 3


def test_augmenting_keeps_the_length() -> None:
    clip = augmented(noise("music", RATE, RNG), (), RNG, lead=RATE, tail=RATE)
    assert len(clip) == 3 * RATE
