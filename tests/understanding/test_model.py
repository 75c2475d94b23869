from dataclasses import replace
from pathlib import Path

import pytest

from edge.errors import UnderstandingError
from edge.understanding.model import Gate, IntentModel


def test_the_shipped_model_is_small(model: IntentModel) -> None:
    assert "timer.set" in model.names
    assert 0 < model.threshold < 1
    assert model.predict("Set a timer for five minutes.").name == "timer.set"


def test_what_is_saved_is_what_is_loaded(model: IntentModel, tmp_path: Path) -> None:
    file = tmp_path / "intents.npz"
    model.save(file)
    again = IntentModel.load(file)
    assert again.card == model.card
    masked = ("set", "a", "timer", "for", "<dur>")
    assert abs(again.probabilities(masked) - model.probabilities(masked)).max() < 0.02
    again.save(tmp_path / "again.npz")
    assert (tmp_path / "again.npz").stat().st_size == file.stat().st_size


@pytest.mark.parametrize("content", [None, b"", b"PK\x03\x04 no archive", b"\x93NUMPY"])
def test_what_is_no_model_is_said_in_one_line(tmp_path: Path, content: bytes | None) -> None:
    file = tmp_path / "intents.npz"
    if content is not None:
        file.write_bytes(content)
    with pytest.raises(UnderstandingError) as caught:
        IntentModel.load(file)
    assert str(file) in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_gate_of_another_length_is_refused(model: IntentModel, tmp_path: Path) -> None:
    file = tmp_path / "intents.npz"
    gate = Gate(model.card.gate.weights[:-1], 0.0)
    card = replace(model.card, gate=gate)
    IntentModel(model.names, model.table, model.words, card).save(file)
    with pytest.raises(UnderstandingError, match="run `stonechat train`"):
        IntentModel.load(file)


def test_a_flipped_byte_is_noticed(model: IntentModel, tmp_path: Path) -> None:
    file = tmp_path / "intents.npz"
    model.save(file)
    data = bytearray(file.read_bytes())
    data[len(data) // 2] ^= 0xFF
    file.write_bytes(data)
    with pytest.raises(UnderstandingError):
        IntentModel.load(file)
