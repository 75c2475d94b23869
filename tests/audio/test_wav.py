import math
from pathlib import Path

import numpy as np
import pytest
import soundfile

from edge.audio import wav
from edge.errors import AudioError
from edge.events import RATE, Pcm


def tone(seconds: float = 0.5, rate: int = RATE, hertz: float = 440) -> Pcm:
    time = np.arange(int(seconds * rate)) / rate
    return (8000 * np.sin(2 * math.pi * hertz * time)).astype(np.int16)


def similarity(one: Pcm, other: Pcm) -> float:
    length = min(len(one), len(other))
    return float(np.corrcoef(one[:length], other[:length])[0, 1])


def test_16_khz_mono_is_read_exactly(tmp_path: Path) -> None:
    noise = np.random.default_rng(1).integers(-32768, 32768, 200_000).astype(np.int16)
    wav.write(tmp_path / "noise.wav", noise, RATE)
    assert np.array_equal(wav.read(tmp_path / "noise.wav"), noise)


@pytest.mark.parametrize("subtype", ["PCM_U8", "PCM_24", "PCM_32", "FLOAT", "DOUBLE", "ULAW"])
def test_other_sample_formats(tmp_path: Path, subtype: str) -> None:
    soundfile.write(tmp_path / "a.wav", tone() / 32768, RATE, subtype=subtype)
    assert similarity(wav.read(tmp_path / "a.wav"), tone()) > 0.999


@pytest.mark.parametrize("suffix", ["flac", "mp3", "ogg", "aiff"])
def test_other_containers_at_44_khz_stereo(tmp_path: Path, suffix: str) -> None:
    rate = 44_100
    stereo = np.stack((tone(1, rate), tone(1, rate)), axis=1)
    soundfile.write(tmp_path / f"a.{suffix}", stereo, rate)
    found = wav.read(tmp_path / f"a.{suffix}")
    assert abs(len(found) - RATE) < RATE // 10
    spectrum = np.abs(np.fft.rfft(found[2000:10_000]))
    assert spectrum.argmax() * RATE / 8000 == pytest.approx(440, abs=3)


def test_stereo_is_averaged(tmp_path: Path) -> None:
    left = np.full(1000, 1000, np.int16)
    soundfile.write(tmp_path / "a.wav", np.stack((left, -3 * left), axis=1), RATE)
    assert set(wav.read(tmp_path / "a.wav")) == {-1000}


def test_what_is_no_number_is_silence(tmp_path: Path) -> None:
    sound = np.full(3000, 0.5, np.float32)
    sound[[1, 5, 7]] = np.nan, np.inf, -np.inf
    sound[9] = 4.0
    soundfile.write(tmp_path / "a.wav", sound, RATE, subtype="FLOAT")
    found = wav.read(tmp_path / "a.wav")
    assert list(found[:10]) == [16384, 0, 16384, 16384, 16384, 0, 16384, 0, 16384, 32767]


def test_a_truncated_recording_is_read_as_far_as_it_goes(tmp_path: Path) -> None:
    file = tmp_path / "a.wav"
    wav.write(file, tone(1), RATE)
    file.write_bytes(file.read_bytes()[: 44 + 2 * 5000 + 1])
    assert np.array_equal(wav.read(file), tone(1)[:5000])


def test_a_truncated_flac_does_not_raise(tmp_path: Path) -> None:
    file = tmp_path / "a.flac"
    noise = np.random.default_rng(1).integers(-9000, 9000, 400_000).astype(np.int16)
    wav.write(file, noise, RATE)
    file.write_bytes(file.read_bytes()[: file.stat().st_size // 2])
    found = wav.read(file)
    assert 0 < len(found) < len(noise)
    assert np.array_equal(found[:60_000], noise[:60_000])


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "no sound in it"),
        (b"turn on the kitchen lights\n" * 40, "no recording"),
        (b"RIFF\x00\x00\x00\x00WAVE", "no recording"),
        (b"RIFF", "no recording"),
    ],
)
def test_what_is_no_recording_is_told_in_one_line(
    tmp_path: Path, content: bytes, message: str
) -> None:
    file = tmp_path / "a.wav"
    file.write_bytes(content)
    with pytest.raises(AudioError, match=message) as caught:
        wav.read(file)
    assert str(file) in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_recording_without_samples(tmp_path: Path) -> None:
    wav.write(tmp_path / "a.wav", tone(0), RATE)
    with pytest.raises(AudioError, match="has no sound in it"):
        wav.check(tmp_path / "a.wav")


@pytest.mark.parametrize("name", ["absent.wav", "folder"])
def test_what_cannot_be_opened(tmp_path: Path, name: str) -> None:
    (tmp_path / "folder").mkdir()
    with pytest.raises(AudioError, match=r"cannot be read: (No such file|Is a directory)"):
        wav.read(tmp_path / name)


def test_blocks_are_the_samples_of_read(tmp_path: Path) -> None:
    soundfile.write(tmp_path / "a.wav", tone(20, 22_050), 22_050)
    parts = list(wav.blocks(tmp_path / "a.wav"))
    assert len(parts) > 3
    assert max(map(len, parts)) < 5 * RATE
    assert np.array_equal(np.concatenate(parts), wav.read(tmp_path / "a.wav"))
    assert sum(map(len, parts)) == pytest.approx(20 * RATE, abs=2)


def test_a_failed_write_leaves_nothing_behind(tmp_path: Path) -> None:
    (tmp_path / "a.wav").mkdir()
    with pytest.raises(AudioError, match="cannot be written"):
        wav.write(tmp_path / "a.wav", tone(), RATE)
    with pytest.raises(AudioError, match="cannot be written"):
        wav.write(tmp_path / "absent" / "a.wav", tone(), RATE)
    with pytest.raises(AudioError, match="cannot be written"):
        wav.write(tmp_path / "a.docx", tone(), RATE)
    assert [each.name for each in tmp_path.iterdir()] == ["a.wav"]
