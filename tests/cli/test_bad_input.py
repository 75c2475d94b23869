"""Whatever is handed in: a right answer, or one clear line and the right exit code."""

import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
import soundfile
import soxr

from edge.config import load
from edge.events import RATE
from edge.paths import models_dir
from tests.program import STONECHAT, named, stonechat

LIGHTS = Path(__file__).parents[1] / "data" / "lights.flac"
REPLY = "Turned on the Kitchen Lights."

Write = Callable[[Path], None]


def sound() -> tuple[np.ndarray[tuple[int], np.dtype[np.float32]], int]:
    return soundfile.read(LIGHTS, dtype="float32")  # type: ignore[no-any-return]


def eight_bit(file: Path) -> None:
    soundfile.write(file, *sound(), subtype="PCM_U8")


def stereo(file: Path) -> None:
    pcm = soxr.resample(sound()[0], RATE, 44_100)
    soundfile.write(file, np.stack((pcm, pcm), axis=1), 44_100)


def truncated(file: Path) -> None:
    stereo(file)
    whole = file.read_bytes()
    file.write_bytes(whole[: len(whole) * 9 // 10])


def with_nan(file: Path) -> None:
    pcm, rate = sound()
    pcm[::977] = np.nan
    pcm[5] = np.inf
    soundfile.write(file, pcm, rate, subtype="FLOAT")


def plain(file: Path) -> None:
    soundfile.write(file, *sound())


@pytest.mark.engine
@pytest.mark.parametrize(
    ("name", "write"),
    [
        ("eight.wav", eight_bit),
        ("stereo.wav", stereo),
        ("truncated.wav", truncated),
        ("nan.wav", with_nan),
        ("command.mp3", plain),
    ],
)
def test_recordings_of_every_kind_are_understood(tmp_path: Path, name: str, write: Write) -> None:
    file = tmp_path / name
    write(file)
    done = stonechat("hear", "--json", "--no-wake", file)
    assert (done.code, done.err) == (0, "")
    assert [event["text"] for event in named(done.events, "reply")] == [REPLY]


@pytest.mark.parametrize(
    ("name", "content", "complaint"),
    [
        ("nothing.wav", b"", "has no sound in it"),
        ("header.wav", b"RIFF$\0\0\0WAVEfmt ", "no recording that can be read"),
        ("letter.wav", b"Dear sir, this is no sound.\n", "no recording that can be read"),
    ],
)
def test_what_is_no_recording_is_refused(
    tmp_path: Path, name: str, content: bytes, complaint: str
) -> None:
    (tmp_path / name).write_bytes(content)
    done = stonechat("hear", "--json", tmp_path / name)
    assert (done.code, done.out) == (1, "")
    assert complaint in done.complaint
    assert name in done.complaint


def test_a_recording_without_samples_is_refused(tmp_path: Path) -> None:
    soundfile.write(tmp_path / "empty.wav", np.zeros(0, np.int16), RATE)
    done = stonechat("hear", tmp_path / "empty.wav")
    assert (done.code, done.out) == (1, "")
    assert "has no sound in it" in done.complaint


@pytest.mark.engine
def test_twenty_minutes_of_silence_are_just_silence(tmp_path: Path) -> None:
    soundfile.write(tmp_path / "silence.flac", np.zeros(20 * 60 * RATE, np.int16), RATE)
    done = stonechat("hear", "--json", tmp_path / "silence.flac")
    assert (done.code, done.out, done.err) == (0, "", "")


# ── config ───────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("[wake]\ntreshold = 0.5\n", "config.toml:2: unknown key 'wake.treshold'; did you mean"),
        ("[escalation.mail]\nhots = 'h'\n", "config.toml:2: unknown key 'escalation.mail.hots'"),
        ("[audio]\nvolume = 'loud'\n", "config.toml:2: audio.volume: "),
        ("[body]\nbutton = 5\nmute_switch = 99\n", "config.toml:3: body.mute_switch: "),
        ("[body]\nbutton = 5\nled = [5, 6, 7]\n", "config.toml:1: body: pin 5 is used twice"),
        ("[audio]\nvolume = 300\n", "config.toml:2: audio.volume: "),
        ("[audio\nvolume = 3\n", "config.toml: "),
        ("audio = 3\n", "config.toml:1: audio: "),
        ("[[wake]]\nthreshold = 0.5\n", "config.toml:1: wake: "),
        ("[[home.devices]]\nname = 'x'\nkind = 'toaster'\n", "config.toml:3: home.devices"),
        ("[wake]\nwords = ['alexa', 3]\n", "config.toml:2: wake.words"),
    ],
)
def test_a_mistake_in_the_config_is_named_with_its_line(
    home: Path, text: str, complaint: str
) -> None:
    file = home / "config" / "config.toml"
    file.parent.mkdir()
    file.write_text(text)
    done = stonechat("config", "check")
    assert (done.code, done.out) == (2, "")
    assert complaint in done.complaint


def test_what_is_shown_is_the_config_that_is_in_force(home: Path) -> None:
    file = home / "config" / "config.toml"
    file.parent.mkdir()
    file.write_text("[web]\nport = 9464\n[[cloud.models]]\nprovider = 'anthropic'\nmodel = 'm'\n")
    shown = stonechat("config", "show").out
    assert "# microphone is not set" in shown
    before = load()
    file.write_text(shown)
    assert load() == before
    assert before.web.port == 9464


@pytest.mark.parametrize("content", [None, b"\xff\xfe\x00", "a folder"])
def test_a_config_that_cannot_be_read(tmp_path: Path, content: bytes | str | None) -> None:
    file = tmp_path / "my.toml"
    if isinstance(content, bytes):
        file.write_bytes(content)
    elif content:
        file.mkdir()
    done = stonechat("config", "show", "--config", file)
    assert (done.code, done.out) == (2, "")
    assert "my.toml" in done.complaint


@pytest.mark.parametrize(
    ("setting", "complaint"),
    [
        ("[wake]\nwords = ['hey_stone']", "hey_stone"),
        ("[voice]\nmodel = 'en_XX-nobody'", "en_XX-nobody"),
        ("[understanding]\nmodel = '/nowhere/intents.npz'", "/nowhere/intents.npz"),
        ("[home]\nbackend = 'home_assistant'", "HOME_ASSISTANT_TOKEN"),
    ],
)
@pytest.mark.engine
def test_a_setting_that_names_what_is_not_there(
    tmp_path: Path, setting: str, complaint: str
) -> None:
    file = tmp_path / "my.toml"
    file.write_text(setting)
    done = stonechat("hear", "--config", file, LIGHTS)
    assert done.code in (1, 2)
    assert done.out == ""
    assert complaint in done.complaint


# ── weights ──────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def own_weights(home: Path) -> Path:
    """Weights that may be spoilt: the folder of one model is a copy, the rest are links."""
    cache = home / "cache"
    shared = models_dir().resolve()
    cache.unlink()
    weights = cache / "models"
    weights.mkdir(parents=True)
    for folder in shared.iterdir():
        if folder.is_dir() and folder.name != "silero-vad":
            (weights / folder.name).symlink_to(folder, target_is_directory=True)
    shutil.copytree(shared / "silero-vad", weights / "silero-vad")
    return weights / "silero-vad" / "silero_vad_16k_sequence.onnx"


def flip_a_bit(file: Path) -> None:
    content = bytearray(file.read_bytes())
    content[len(content) // 2] ^= 1
    file.write_bytes(content)


@pytest.mark.engine
@pytest.mark.parametrize(
    ("spoil", "state"), [(flip_a_bit, "corrupt"), (Path.unlink, "missing")], ids=("bit", "gone")
)
def test_spoilt_weights_are_named_with_what_mends_them(
    own_weights: Path, spoil: Write, state: str
) -> None:
    spoil(own_weights)
    done = stonechat("hear", LIGHTS)
    assert (done.code, done.out) == (1, "")
    assert state in done.complaint
    assert own_weights.name in done.complaint
    assert "stonechat models download silero-vad" in done.complaint


# ── state ────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def tiny_disk(tmp_path: Path) -> Iterator[Path]:
    """A state folder on a file system that is full."""
    folder = tmp_path / "disk"
    folder.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", str(folder)]
    if os.getuid() or subprocess.run(command, capture_output=True).returncode:
        pytest.skip("only root may mount a tiny disk")
    try:
        (folder / "fill").write_bytes(bytes(60 << 10))
        yield folder
    finally:
        subprocess.run(["umount", str(folder)], check=True)


def test_a_full_disk_is_said(
    tiny_disk: Path, shared_cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("STATE_DIRECTORY", str(tiny_disk))
    done = stonechat("ask", "--json", "set a timer for ten minutes")
    assert done.code == 0
    (error,) = named(done.events, "error")
    assert error["code"] == "store"
    assert "only until I am restarted" in named(done.events, "reply")[0]["text"]


def test_a_read_only_state_is_said(home: Path) -> None:
    state = home / "state"
    state.write_text("a file where the folder should be")
    done = stonechat("ask", "--json", "set a timer for ten minutes")
    assert done.code == 0
    assert named(done.events, "error")[0]["code"] == "store"


def test_a_damaged_database_is_set_aside(home: Path) -> None:
    state = home / "state"
    state.mkdir()
    (state / "stonechat.db").write_bytes(b"this is no database" * 100)
    done = stonechat("ask", "--json", "set a timer for ten minutes")
    assert (done.code, named(done.events, "error")) == (0, [])
    assert (state / "stonechat.db.damaged-1").exists()


# ── the command line ─────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    "arguments",
    [
        ["sing"],
        ["ask"],
        ["ask", "--loudly", "hello"],
        ["say", "hello"],
        ["models", "burn"],
        ["bench", "latency", "--limit", "many"],
    ],
)
def test_wrong_usage(arguments: list[str]) -> None:
    done = stonechat(*arguments)
    assert (done.code, done.out) == (2, "")
    assert done.err


@pytest.mark.parametrize("command", ["status", "events"])
def test_nobody_to_ask(command: str) -> None:
    done = stonechat(command)
    assert (done.code, done.out) == (2, "")
    assert "no daemon is running here" in done.complaint


@pytest.mark.engine
@pytest.mark.parametrize(
    ("command", "code"),
    [(["say", "hello", "--out", "file/x.wav"], 1), (["hear", str(LIGHTS), "--out", "file"], 2)],
)
def test_a_folder_that_cannot_be_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, command: list[str], code: int
) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.chdir(tmp_path)
    done = stonechat(*command)
    assert (done.code, done.out) == (code, "")
    assert "file" in done.complaint
    assert "cannot be written" in done.complaint


def test_a_reader_that_has_gone_is_no_news() -> None:
    reader, writer = os.pipe()
    os.close(reader)
    done = subprocess.run(
        [STONECHAT, "ask", "hello"], stdout=writer, stderr=subprocess.PIPE, text=True
    )
    os.close(writer)
    assert (done.returncode, done.stderr) == (1, "")
