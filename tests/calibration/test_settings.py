from pathlib import Path

import pytest

from edge import config
from edge.calibration import settings
from edge.errors import ConfigError, UsageError

MINE = """# mine
[wake]
words = ["alexa"]  # as at home

[endpoint]
open_ms = 400
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    place = tmp_path / "config.toml"
    place.write_text(MINE)
    return place


def test_what_is_written_is_read_and_says_why(file: Path) -> None:
    settings.write("endpoint", {"open_ms": 640}, "12 pauses", file)
    assert config.load(file).endpoint.open_ms == 640
    text = file.read_text()
    assert "# mine" in text
    assert "# as at home" in text
    assert "12 pauses" in text
    assert "# measured 20" in text


def test_a_word_is_tuned_again_in_its_place(file: Path) -> None:
    settings.write_word("alexa", {"second": "/a.onnx", "voiced": 2}, "ten wakes", file)
    settings.write_word("jarvis", {"threshold": 0.6}, "ten wakes", file)
    settings.write_word("alexa", {"second": "/b.onnx", "voiced": 3}, "ten more", file)
    tuned = {each.word: each for each in config.load(file).wake.tuned}
    assert (str(tuned["alexa"].second), tuned["alexa"].voiced) == ("/b.onnx", 3)
    assert tuned["jarvis"].threshold == 0.6
    assert len(config.load(file).wake.tuned) == 2
    assert "ten more" in file.read_text()


def test_undo_swaps_and_swaps_again(file: Path) -> None:
    settings.write("endpoint", {"open_ms": 640}, "12 pauses", file)
    settings.undo(file)
    assert file.read_text() == MINE
    settings.undo(file)
    assert config.load(file).endpoint.open_ms == 640


def test_without_a_calibration_there_is_nothing_to_undo(file: Path) -> None:
    with pytest.raises(UsageError, match="no calibration"):
        settings.undo(file)


def test_a_value_that_does_not_load_is_not_written(file: Path) -> None:
    with pytest.raises(ConfigError, match="open_ms"):
        settings.write("endpoint", {"open_ms": 5}, "nonsense", file)
    assert file.read_text() == MINE


def test_a_config_with_a_mistake_is_not_touched(file: Path) -> None:
    file.write_text("[wake]\nwrds = 3\n")
    with pytest.raises(ConfigError, match="wrds"):
        settings.write("endpoint", {"open_ms": 500}, "pauses", file)
    assert not file.with_name("config.toml.before").exists()


def test_a_config_is_begun_where_there_is_none(tmp_path: Path) -> None:
    file = tmp_path / "new" / "config.toml"
    settings.write("audio", {"full_duplex": True}, "a headset", file)
    assert config.load(file).audio.full_duplex


def test_what_was_measured_is_remembered() -> None:
    settings.remember("levels", {"noise_dbfs": -60.0})
    settings.remember("echo", {"delay_ms": 90.0})
    assert settings.recall()["levels"]["noise_dbfs"] == -60.0
    assert set(settings.recall()) == {"levels", "echo"}
