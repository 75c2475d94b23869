"""What decides, as it is opened."""

import logging
from datetime import datetime
from pathlib import Path

import pytest

from edge.brain import RouterOf
from edge.config.schema import Config, Understanding
from edge.errors import UnderstandingError
from edge.events import Local
from edge.home import open_home
from edge.understanding import model
from edge.understanding.model import IntentModel


def test_a_model_of_before_an_upgrade_gives_way_to_the_one_that_ships(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "intents.npz"
    shipped = IntentModel.load()
    with monkeypatch.context() as before:
        before.setattr(model, "VERSION", model.VERSION - 1)
        shipped.save(file)
    config = Config(understanding=Understanding(model=file))
    with caplog.at_level(logging.WARNING, "edge.brain"):
        router = RouterOf(config, open_home(config.home))()
    assert isinstance(router.route("set a timer for ten minutes", datetime(2026, 1, 5, 12)), Local)
    assert "run `stonechat train`" in caplog.text


def test_a_model_that_is_none_is_not_replaced(tmp_path: Path) -> None:
    file = tmp_path / "intents.npz"
    file.write_bytes(b"PK")
    config = Config(understanding=Understanding(model=file))
    with pytest.raises(UnderstandingError):
        RouterOf(config, open_home(config.home))
