"""Was this said by somebody, or is it a cough, a bark, a plate? Asked of the recogniser's states.

Whisper's decoder makes words of everything, and how sure it is of them tells little: of short words
across a room it is no surer than of what it makes of a cough. Its encoder knows better. A logistic
regression on the mean of its states, one weight a dimension, tells them apart, and costs nothing,
because recognition has computed the states already. The weights belong to a model; they were
fitted by `scripts/fit-spoken`.
"""

import importlib.resources
import io

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float32]

FILE = "spoken.npz"
_MEL_FRAMES_A_STATE = 2


class Spoken:
    """Tells speech from other sounds by the states that a model's encoder has of them."""

    def __init__(self, weights: Floats) -> None:
        """`weights`: shape [width + 1], the last one is the bias."""
        self._weights, self._bias = weights[:-1], float(weights[-1])

    def odds(self, mean: Floats) -> float:
        """Logarithm of the odds that it is speech; `mean` comes from `mean_state`."""
        return float(mean @ self._weights) + self._bias


def spoken(model: str) -> Spoken | None:
    """That of a model ("tiny.en"), None where nothing was fitted for it."""
    data = importlib.resources.files("edge.data").joinpath(FILE).read_bytes()
    with np.load(io.BytesIO(data)) as found:
        return Spoken(found[model]) if model in found.files else None


def mean_state(states: Floats, mel_frames: int) -> Floats:
    """The mean, shape [width], of the states [1, n, width] of so many frames of sound: those of
    the padding do not count."""
    mean: Floats = states[0, : max(1, mel_frames // _MEL_FRAMES_A_STATE)].mean(axis=0)
    return mean
