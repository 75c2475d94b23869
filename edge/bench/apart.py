"""How much of an echo is taken away when the two devices' clocks part, for the barge-in bench."""

import numpy as np
import soxr

from edge.audio.echo import KalmanCanceller
from edge.audio.reference import EchoPath, Reference
from edge.bench.room import BLOCK, Paths, Room, level_db
from edge.events import RATE, Frame, Pcm

_SILENT_S, _LEARNING_S = 60, 10
_STAMPED_S = 0.002
"""How early or late a device's stamp may be."""


def taken_away(paths: Paths, answer: Pcm, quiet: float, ppm: float) -> float:
    """Decibels of the echo, once the path is learnt, that the canceller takes away.

    The microphone counts `ppm` samples in a million more than the loudspeaker. A minute of silence
    goes before the answer, as it does before most answers; `quiet` is the room's own level (dB).
    """
    rng = np.random.default_rng(1)
    played = np.concatenate((np.zeros(_SILENT_S * RATE, np.int16), answer))
    played = played[: len(played) // BLOCK * BLOCK]
    room = Room(paths)
    noise = rng.normal(0, 10 ** (quiet / 20), len(played))
    starts = range(0, len(played), BLOCK)
    heard = np.concatenate([room(played[n:][:BLOCK], noise[n:][:BLOCK])[0] for n in starts])
    mic = soxr.resample(heard, 1e6, 1e6 + ppm, quality="VHQ")
    reference, cleaned = Reference(), []
    path = EchoPath(reference, KalmanCanceller(), late=paths.delay)
    for begin in starts[: len(mic) // BLOCK]:
        end = begin + BLOCK
        reference.add(played[begin:end], RATE, begin / RATE + rng.normal(0, _STAMPED_S))
        stamp = end / (1 + ppm / 1e6) / RATE + rng.normal(0, _STAMPED_S)
        cleaned.append(path(Frame(mic[begin:end], begin, stamp))[0].pcm)
    learnt = (_SILENT_S + _LEARNING_S) * RATE
    return level_db(mic[learnt:] / 32768) - level_db(np.concatenate(cleaned)[learnt:] / 32768)
