"""How loud the room and the voice arrive: noise floor, distance between the two, clipping.

Stonechat sets no gain of its own: a level that is wrong is wrong in the sound card, and turning
samples up later brings no bit back. So this measures and says what to turn, and how far.
"""

from dataclasses import dataclass

import numpy as np

from edge.calibration.rooms import active_level, level
from edge.errors import AudioError
from edge.events import RATE, Pcm

_FULL = 32_768
_CLIPS = 32_700
_CLIPPED_SHARE = 1e-4
_WANTED_DBFS = -26.0
"""Active speech level of ITU-T P.56 recordings; peaks lie some 15 dB above it."""
_QUIET_DBFS, _LOUD_DBFS = -42.0, -14.0
_LEAST_SNR_DB = 15.0


@dataclass(frozen=True, slots=True)
class Levels:
    """What a microphone gives of a room and of a voice in it."""

    noise_dbfs: float
    speech_dbfs: float
    """The active speech, pauses left out."""
    peak_dbfs: float
    clipped: float
    """Share of the voice's samples at the converter's end."""
    offset: float
    """Mean of the samples, of full scale 1: a microphone's direct current."""

    @property
    def snr_db(self) -> float:
        """How far the voice stands out of the room."""
        return self.speech_dbfs - self.noise_dbfs

    def advice(self) -> list[str]:
        """What to do, the most urgent first; empty when all is well."""
        found = []
        if self.clipped > _CLIPPED_SHARE:
            found.append(
                f"the microphone clips ({self.clipped:.1%} of the samples): turn its gain down "
                f"by {max(6.0, self.speech_dbfs - _WANTED_DBFS):.0f} dB (alsamixer, or pavucontrol)"
            )
        elif self.speech_dbfs > _LOUD_DBFS:
            found.append(
                f"the voice is too loud for comfort: turn the gain down by "
                f"{self.speech_dbfs - _WANTED_DBFS:.0f} dB"
            )
        elif self.speech_dbfs < _QUIET_DBFS:
            found.append(
                f"the voice is faint: turn the gain up by {_WANTED_DBFS - self.speech_dbfs:.0f} dB"
            )
        if self.snr_db < _LEAST_SNR_DB:
            found.append(
                f"the voice is only {self.snr_db:.0f} dB above the room: move the microphone "
                "nearer, or away from what hums"
            )
        if abs(self.offset) > 0.02:
            found.append("the microphone has an offset: its sound card may be faulty")
        return found


def dbfs(value: float) -> float:
    """A root mean square of 16-bit samples in dB of full scale; silence is −96."""
    return float(20 * np.log10(max(value, 0.5) / _FULL))


def measure(room: Pcm, voice: Pcm) -> Levels:
    """From some seconds of the room and some of a voice. Raises AudioError for too little."""
    for name, pcm in (("the room", room), ("the voice", voice)):
        if len(pcm) < RATE:
            raise AudioError(f"the recording of {name} is shorter than a second")
    return Levels(
        dbfs(level(room)),
        dbfs(active_level(voice)),
        dbfs(float(np.abs(voice.astype(np.int32)).max())),
        float(np.mean(np.abs(voice.astype(np.int32)) >= _CLIPS)),
        float(np.mean(room) / _FULL),
    )
