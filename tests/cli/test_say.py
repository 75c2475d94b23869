from pathlib import Path

import numpy as np
import pytest
import soundfile

from edge.cli.say import say
from edge.errors import UsageError

pytestmark = pytest.mark.engine


def test_a_text_becomes_a_recording_fresh_and_cached_alike(tmp_path: Path) -> None:
    text = "The light is on. Good **night**!"
    for name in ("fresh.wav", "cached.wav"):
        say(text, tmp_path / name)
    (fresh, rate), (cached, _) = (
        soundfile.read(tmp_path / name, dtype="int16") for name in ("fresh.wav", "cached.wav")
    )
    assert rate == 22_050
    assert 1.5 < len(fresh) / rate < 4
    np.testing.assert_array_equal(fresh, cached)


@pytest.mark.parametrize("text", ["", "   ", "🎉"])
def test_nothing_to_say_is_wrong_usage(tmp_path: Path, text: str) -> None:
    with pytest.raises(UsageError, match="nothing to say"):
        say(text, tmp_path / "out.wav")
    assert not (tmp_path / "out.wav").exists()
