"""What all tests stand on: a home of their own, the shared weights, a sound card, recordings.

engine   real weights from the user's cache; `scripts/test` fetches them
sound    the `sound_server` fixture: a private PulseAudio
corpus   the `testdata` fixture: public recordings beside the checkout, else skipped
"""

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest
import soxr

from edge import models
from edge.events import Pcm
from edge.paths import models_dir
from tests.models.server import Server
from tests.sound import SoundServer, reopen_portaudio

if TYPE_CHECKING:
    from edge.speaking.tts import PiperEngine

ROOT = Path(__file__).parent.parent
TESTDATA = Path(os.environ.get("STONECHAT_TESTDATA", ROOT.parent / "shared" / "testdata"))


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Skip, with the reason, what this machine cannot do; CI must be able to do it."""
    absent = []
    if not TESTDATA.is_dir():
        absent.append(("corpus", f"no recordings in {TESTDATA}"))
    if shutil.which("pulseaudio") is None and not os.environ.get("CI"):
        absent.append(("sound", "no pulseaudio; scripts/test installs it"))
    for item in items:
        for marker, reason in absent:
            if item.get_closest_marker(marker):
                item.add_marker(pytest.mark.skip(reason=reason))


@pytest.fixture(scope="session", autouse=True)
def shared_cache(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The session's cache: the user's weights, but everything derived from them made anew."""
    home = tmp_path_factory.mktemp("session")
    weights = models_dir()
    cache = home / "cache"
    cache.mkdir()
    (cache / "models").symlink_to(weights, target_is_directory=True)
    with pytest.MonkeyPatch.context() as patch:
        for name in ("STATE_DIRECTORY", "CONFIGURATION_DIRECTORY", "RUNTIME_DIRECTORY"):
            patch.delenv(name, raising=False)
        patch.setenv("STONECHAT_HOME", str(home))
        yield cache


@pytest.fixture(autouse=True)
def home(
    shared_cache: Path, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> Path:
    """Each test's own STONECHAT_HOME: config and state are empty, the cache is the session's."""
    own = tmp_path_factory.mktemp("home")
    (own / "cache").symlink_to(shared_cache, target_is_directory=True)
    monkeypatch.setenv("STONECHAT_HOME", str(own))
    monkeypatch.delenv("ANTHROPIC_API_KEY", raising=False)  # no test asks the real cloud
    return own


@pytest.fixture(scope="session")
def testdata() -> Path:
    """Public recordings and texts; tests that use them are marked `corpus`."""
    return TESTDATA


@pytest.fixture(scope="session")
def voice(shared_cache: Path) -> "PiperEngine":
    """The voice that ships, to speak with and to be spoken to."""
    from edge.speaking.tts import PiperEngine

    return PiperEngine.load("en_US-joe-medium")


@pytest.fixture(scope="session")
def transcribe(shared_cache: Path) -> Callable[[Pcm, int], str]:
    """Plain Whisper: not the recogniser under test elsewhere."""
    from faster_whisper import WhisperModel

    model = WhisperModel(str(models.folder("whisper-tiny.en")), cpu_threads=1, compute_type="int8")

    def heard(pcm: Pcm, rate: int) -> str:
        sound = soxr.resample(pcm.astype(np.float32) / 32768, rate, 16_000)
        segments, _ = model.transcribe(sound, beam_size=1, without_timestamps=True)
        return " ".join(segment.text.strip() for segment in segments)

    return heard


@pytest.fixture
def sound_server(monkeypatch: pytest.MonkeyPatch) -> Iterator[SoundServer]:
    """A virtual microphone and speaker; programs and this process use them by default."""
    with SoundServer() as server:
        for name, value in server.env.items():
            monkeypatch.setenv(name, value)
        reopen_portaudio()
        yield server
    monkeypatch.undo()
    reopen_portaudio()


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    """A web server on this machine that can misbehave."""
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    with Server() as running:
        yield running
