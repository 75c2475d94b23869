import pytest

from edge.bench import intent
from tests.conftest import TESTDATA


@pytest.mark.corpus
def test_understanding_of_sentences_that_nobody_here_wrote() -> None:
    figures = intent.run(TESTDATA, peers=False)
    ours = figures["ours"]
    assert ours["accuracy"] >= 0.955
    assert ours["exact"] >= 0.98
    assert ours["oos_auroc"] >= 0.99
    assert ours["false_local"] <= 0.013
    assert ours["leak"] <= 0.06
    assert figures["model_mb"] < 5
    assert ours["decision_ms"]["n"] > 4000
