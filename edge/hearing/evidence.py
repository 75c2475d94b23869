"""What a step of 32 ms tells of somebody who speaks into an answer: logarithms of odds.

Silero takes what a canceller leaves of a voice for a voice, and doubts a real one for half a second
where an echo sounds beside it. Both stand in what it remembers: a logistic regression on its
recurrent state, its word and the level over the echo tells them apart sooner than its word does.
It costs nothing, because the state is there anyway. `scripts/fit-barge-in` fits the weights.
"""

import functools
import importlib.resources
import io
import math

import numpy as np
import numpy.typing as npt

FILE = "talking.npy"
_LEAST, _MOST = -1.5, 3.0
"""One step never says more, either way."""
_FARTHEST_DB = 20.0
_DOUBTLESS = 0.003
"""The voice detector is never surer than this, either way."""

Floats = npt.NDArray[np.float32]


def odds(over_db: float, told: Floats) -> float:
    """How much a step speaks for somebody who speaks (a logarithm of odds), or against it.

    `over_db`: how far the sound stands over what may be left of the echo; `told`: what the voice
    detector has of it (`SileroVad.told`).
    """
    return weighed(over_db, told, weights())


def weighed(over_db: float, told: Floats, weights: Floats) -> float:
    """The same with other weights: shape [259], one for each feature, and a bias."""
    if over_db <= 0:
        return _LEAST
    found = float(features(over_db, told) @ weights[:-1] + weights[-1])
    return min(max(found, _LEAST), _MOST)


def features(over_db: float, told: Floats) -> Floats:
    """What a step is weighed by, shape [258]: decibels over the echo, the logarithm of the voice
    detector's odds, and what it remembers."""
    sure = min(max(float(told[0]), _DOUBTLESS), 1 - _DOUBTLESS)
    said = min(over_db, _FARTHEST_DB), math.log(sure / (1 - sure))
    return np.concatenate((np.array(said, np.float32), told[1:]))


@functools.cache
def weights() -> Floats:
    """Those that ship."""
    data = importlib.resources.files("edge.data").joinpath(FILE).read_bytes()
    found: Floats = np.load(io.BytesIO(data))
    return found
