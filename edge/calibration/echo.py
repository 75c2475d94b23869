"""What of the speaker comes back through the microphone: how late, how loud, how distorted."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from edge.calibration.levels import dbfs
from edge.calibration.rooms import level
from edge.errors import AudioError
from edge.events import RATE, Pcm

_LEAST = 3 * RATE
_LATEST = RATE
"""The echo is looked for within a second."""
_TAPS = 2048
"""128 ms of room: longer than the early reflections of a living room."""
_EARLY = 32
_RIDGE = 1e-4
_ALONE_DB = -3.0
"""Where the echo lies so far below the room's noise, the microphone does not hear the speaker."""

Sound = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Echo:
    """How the speaker sounds in the microphone."""

    delay_ms: float
    attenuation_db: float
    """By how much the echo is fainter than the samples that were played."""
    over_noise_db: float
    """The echo's level above the room's noise."""
    linear_db: float
    """How much of it the best linear filter explains: the most that a canceller without a
    post-filter can take away. The rest is distortion, and noise."""

    @property
    def unheard(self) -> bool:
        """A headset, or hardware that cancels the echo itself."""
        return self.over_noise_db < _ALONE_DB

    def advice(self) -> list[str]:
        """What to do; empty when all is well."""
        if self.unheard:
            return []
        found = []
        if self.linear_db < 15 and self.over_noise_db > 20:
            found.append(
                f"the speaker distorts (a filter explains only {self.linear_db:.0f} dB of its "
                "sound): turn it down, or take another, so that you can interrupt it"
            )
        if self.attenuation_db < 0:
            found.append(
                f"the speaker arrives {-self.attenuation_db:.0f} dB louder than it was played: "
                "turn the microphone down or put the two further apart"
            )
        if self.delay_ms > 500:
            found.append(f"the echo comes {self.delay_ms:.0f} ms late: a Bluetooth speaker?")
        return found


def measure(played: Pcm, heard: Pcm, room: Pcm) -> Echo:
    """From what was played, what the microphone heard meanwhile, and the room alone.

    `heard` begins when playing begins. Raises AudioError where nothing can be said.
    """
    if min(len(played), len(heard)) < _LEAST:
        raise AudioError("an echo needs three seconds of sound that was played and was heard")
    noise = max(level(room), 0.5)
    delay, likeness = _delay(played, heard)
    loud = level(heard[delay : delay + len(played)])
    echo = np.sqrt(max(loud**2 - noise**2, 0.25))
    over = dbfs(float(echo)) - dbfs(noise)
    if likeness < 8:  # no peak stands out: the speaker is not in there
        return Echo(0.0, dbfs(level(played)) - dbfs(noise), min(over, _ALONE_DB - 1), 0.0)
    linear = _explained(played.astype(np.float64), heard[delay:].astype(np.float64))
    ms = delay * 1000 / RATE
    return Echo(ms, dbfs(level(played)) - dbfs(float(echo)), over, linear)


def _delay(played: Pcm, heard: Pcm) -> tuple[int, float]:
    """Where the generalised cross-correlation (PHAT) peaks, and how many times its own spread."""
    size = 1 << (len(played) + len(heard)).bit_length()
    cross = np.fft.rfft(heard, size) * np.conj(np.fft.rfft(played, size))
    found = np.abs(np.fft.irfft(cross / (np.abs(cross) + 1e-9), size)[:_LATEST])
    best = int(np.argmax(found))
    return best, float(found[best] / (found.std() + 1e-12))


def _explained(played: Sound, heard: Sound) -> float:
    """How many dB the best filter of 128 ms, found on the first half, takes from the second."""
    # The strongest arrival need not be the first: let the filter begin a little before it.
    heard = np.concatenate((np.zeros(_EARLY), heard))
    length = min(len(played), len(heard)) // 2
    taps = _filter(played[:length], heard[:length])
    size = 1 << (2 * length + _TAPS).bit_length()
    there = np.fft.irfft(np.fft.rfft(played[: 2 * length], size) * np.fft.rfft(taps, size), size)
    second = heard[length : 2 * length]
    rest = second - there[length : 2 * length]
    return float(10 * np.log10(np.mean(second**2) / (np.mean(rest**2) + 1e-9)))


def _filter(played: Sound, heard: Sound) -> Sound:
    """Wiener's filter: the normal equations are Toeplitz."""
    from scipy.linalg import solve_toeplitz

    size = 1 << (2 * len(played)).bit_length()
    spectrum = np.fft.rfft(played, size)
    own = np.fft.irfft(np.abs(spectrum) ** 2, size)[:_TAPS]
    both = np.fft.irfft(np.fft.rfft(heard, size) * np.conj(spectrum), size)[:_TAPS]
    own[0] *= 1 + _RIDGE
    return np.asarray(solve_toeplitz(own, both))
