from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import soxr

from edge.audio import wav
from edge.events import RATE
from edge.speaking.tts import PiperEngine


@pytest.fixture
def say(tmp_path: Path, voice: PiperEngine) -> Callable[[str], Path]:
    """A recording in which somebody says this, in a moment of quiet."""

    def said(text: str) -> Path:
        pcm = np.concatenate([chunk.pcm for chunk in voice.speak(text)])
        sound = soxr.resample(pcm.astype(np.float32), voice.rate, RATE).astype(np.int16)
        file = tmp_path / f"{text.replace(' ', '-').strip('.').lower()}.wav"
        wav.write(file, np.pad(sound, (RATE // 2, RATE // 4)), RATE)
        return file

    return said
