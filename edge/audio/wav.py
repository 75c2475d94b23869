"""Recordings: whatever libsndfile reads becomes 16 kHz mono; what is written is written whole."""

import contextlib
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import numpy.typing as npt
import soundfile
import soxr

from edge.errors import AudioError
from edge.events import RATE, Pcm

_BLOCK = 1 << 16
_RATES = range(1_000, 768_001)
_SUBTYPE = "PCM_16"


class _Forward(soundfile.SoundFile):  # type: ignore[misc]  # soundfile has no types
    """A file that is only read on and on: the seek after each block fails in a truncated FLAC."""

    def seekable(self) -> bool:
        return False


def read(path: Path) -> Pcm:
    """A whole recording. Raises AudioError, one line, when it is none or has no sound in it."""
    return np.concatenate(list(blocks(path)))


def check(path: Path) -> None:
    """Raises AudioError when `read` would."""
    next(blocks(path))


def blocks(path: Path) -> Iterator[Pcm]:
    """The samples of `read` in blocks of some seconds, for recordings of any length."""
    some = False
    with _opened(path) as file:
        resampler = None
        if file.samplerate != RATE:
            resampler = soxr.ResampleStream(file.samplerate, RATE, 1, dtype="float32")
        for sound in _sound(file, path):
            block = resampler.resample_chunk(sound) if resampler else sound
            if len(block):
                some = True
                yield _integers(block)
        if resampler:
            rest = resampler.resample_chunk(np.zeros(0, np.float32), last=True)
            if len(rest):
                some = True
                yield _integers(rest)
    if not some:
        raise AudioError(f"{path} has no sound in it")


def write(path: Path, pcm: Pcm, rate: int) -> None:
    """Write a recording (.wav or .flac) under its name only when it is complete."""
    kind = path.suffix.lstrip(".").upper() or "WAV"
    part = path.with_name(f".{path.name}.part")
    try:
        soundfile.write(part, pcm, rate, format=kind, subtype=_SUBTYPE)
        part.replace(path)
    except (OSError, ValueError, soundfile.LibsndfileError) as error:
        with contextlib.suppress(OSError):
            part.unlink()
        raise AudioError(f"{path} cannot be written: {_reason(error)}") from None


def _opened(path: Path) -> soundfile.SoundFile:
    try:
        with path.open("rb"):  # libsndfile says "System error" where this says what is wrong
            pass
        file = _Forward(path)
    except OSError as error:
        raise AudioError(f"{path} cannot be read: {_reason(error)}") from None
    except (soundfile.LibsndfileError, TypeError) as error:
        if path.stat().st_size == 0:
            raise AudioError(f"{path} has no sound in it: the file is empty") from None
        raise AudioError(f"{path} is no recording that can be read: {_reason(error)}") from None
    if file.samplerate not in _RATES:
        file.close()
        raise AudioError(
            f"{path} is no recording that can be read: {file.samplerate} samples a second"
        )
    return file


def _sound(file: soundfile.SoundFile, path: Path) -> Iterator[npt.NDArray[np.float32]]:
    """Mono blocks; a recording that breaks off is as long as what can be read of it."""
    while True:
        try:
            block = file.read(_BLOCK, dtype="float32", always_2d=True)
        except soundfile.LibsndfileError as error:
            if file.tell() > 0:
                return
            raise AudioError(f"{path} is damaged: {_reason(error)}") from None
        if not len(block):
            return
        block[~np.isfinite(block)] = 0
        yield block.mean(axis=1, dtype=np.float32)


def _integers(sound: npt.NDArray[np.float32]) -> Pcm:
    return np.clip(np.rint(sound * 32768), -32768, 32767).astype(np.int16)


def _reason(error: Exception) -> str:
    text = getattr(error, "strerror", None) or getattr(error, "error_string", None) or str(error)
    return str(text).strip().rstrip(".").split("\n")[0]
