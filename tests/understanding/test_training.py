from pathlib import Path

import numpy as np
import pytest

from edge.errors import UnderstandingError
from edge.understanding import checking, corpus, training
from edge.understanding.model import IntentModel

EXTRA = """
["media.play"]
templates = ["spin up the gramophone"]
["coffee.order"]
templates = ["(make|brew|pull) me a {drink}", "one {drink} [please]"]
[entities]
drink = ["flat white", "espresso", "cortado"]
"""


@pytest.fixture
def extra(tmp_path: Path) -> Path:
    file = tmp_path / "extra.toml"
    file.write_text(EXTRA)
    return file


def test_training_is_deterministic(tmp_path: Path) -> None:
    for name in ("one", "two"):
        training.train(each=1).save(tmp_path / name)
    assert (tmp_path / "one").read_bytes() == (tmp_path / "two").read_bytes()


def test_a_user_s_sentences_are_learnt_and_nothing_is_forgotten(
    model: IntentModel, extra: Path
) -> None:
    taught = training.train(extra=extra, base=model)
    assert taught.predict("brew me a cortado").name == "coffee.order"
    assert taught.predict("spin up the gramophone").name == "media.play"
    assert not checking.compare(model, taught).worse
    masked = ("set", "a", "timer", "for", "<dur>")
    before, after = model.probabilities(masked), taught.probabilities(masked)
    stayed = [name for name in model.names if name != "media.play"]
    kept = np.array([after[taught.names.index(name)] for name in stayed])
    known = np.array([before[model.names.index(name)] for name in stayed])
    assert kept / kept.sum() == pytest.approx(known / known.sum(), rel=1e-3)


def test_the_shipped_model_passes_its_own_check_set(model: IntentModel) -> None:
    report = checking.compare(model, model)
    assert not report.worse
    wrong = [answer for answer in report.before if not answer.right]
    assert len(wrong) <= len(report.before) * 0.06, wrong


def test_no_sentence_of_the_check_set_is_trained_on() -> None:
    written = {example.text.lower() for example in corpus.build()}
    assert not [text for text, _ in corpus.check_set() if text.lower() in written]


@pytest.mark.parametrize(
    "text", ["[a]\ntemplates = 5", "[a", "[a]\nb = 1", '[a]\ntemplates = ["(unclosed"]']
)
def test_a_mistake_in_a_user_s_file_is_said(tmp_path: Path, text: str) -> None:
    file = tmp_path / "extra.toml"
    file.write_text(text)
    with pytest.raises(UnderstandingError):
        corpus.build(extra=file, only=True)
