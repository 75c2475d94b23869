from dataclasses import replace
from pathlib import Path

import numpy as np
import onnx
import pytest

from edge import models
from edge.errors import SpeakingError
from edge.speaking.phonemes import Phonemiser
from edge.speaking.split import find_seams, split
from edge.speaking.spoken import tokens
from edge.speaking.vits import CannotSplit, Scales, SplitVits, WholeVits

VOICE = "en_US-joe-medium"
STILL = Scales(noise=0, length=1, timing=0)
TEXT = "Okay, your ten minute timer for the pasta is set, and the kitchen light is now off."


@pytest.fixture(scope="module")
def graphs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("split") / "joe"
    split(models.path(VOICE, f"{VOICE}.onnx"), folder)
    return folder


@pytest.fixture(scope="module")
def ids() -> tuple[int, ...]:
    phonemiser = Phonemiser.load(models.path(VOICE, f"{VOICE}.onnx.json"))
    return phonemiser.phonemes(tokens(TEXT)).ids


@pytest.mark.engine
@pytest.mark.parametrize("length", [0.7, 1.0])
def test_pieces_are_the_whole(graphs: Path, ids: tuple[int, ...], length: float) -> None:
    scales = replace(STILL, length=length)
    whole = WholeVits(models.path(VOICE, f"{VOICE}.onnx"), scales).render(ids)
    parts = SplitVits(graphs, scales).render(ids)
    (expected,) = whole.pieces
    pieces = list(parts.pieces)
    assert len(pieces) > 3
    sound = np.concatenate(pieces)
    assert len(sound) == len(expected) == parts.ends[-1]
    noise = np.sum((sound - expected) ** 2)
    assert 10 * np.log10(np.sum(expected**2) / noise) > 80


@pytest.mark.engine
def test_noise_is_the_same_each_time_and_does_matter(graphs: Path, ids: tuple[int, ...]) -> None:
    lively = SplitVits(graphs, Scales(0.667, 1, 0.8))
    first, second = (np.concatenate(list(lively.render(ids).pieces)) for _ in range(2))
    still = np.concatenate(list(SplitVits(graphs, STILL).render(ids).pieces))
    np.testing.assert_array_equal(first, second)
    assert len(still) != len(first) or not np.allclose(still, first)


@pytest.mark.engine
def test_a_rendering_may_be_left_and_another_begun(graphs: Path, ids: tuple[int, ...]) -> None:
    vits = SplitVits(graphs, STILL)
    expected = next(vits.render(ids).pieces)
    left = vits.render(ids[:20]).pieces
    next(left)
    np.testing.assert_array_equal(next(vits.render(ids).pieces), expected)


@pytest.mark.engine
def test_impossible_ids_are_a_speaking_error(graphs: Path) -> None:
    with pytest.raises(SpeakingError, match="could not be synthesised"):
        SplitVits(graphs, STILL).render((100_000,))


def test_another_graph_is_not_split(tmp_path: Path) -> None:
    value = onnx.helper.make_tensor_value_info("x", onnx.TensorProto.FLOAT, [1])
    out = onnx.helper.make_tensor_value_info("y", onnx.TensorProto.FLOAT, [1])
    node = onnx.helper.make_node("Ceil", ["x"], ["y"])
    graph = onnx.helper.make_graph([node], "other", [value], [out])
    with pytest.raises(CannotSplit):
        find_seams(graph)
    onnx.save(onnx.helper.make_model(graph), str(tmp_path / "other.onnx"))
    with pytest.raises(CannotSplit):
        split(tmp_path / "other.onnx", tmp_path / "out")
    assert not (tmp_path / "out").exists()
