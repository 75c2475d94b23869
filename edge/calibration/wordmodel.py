"""A small classifier on openWakeWord's embeddings, and the ONNX file that it becomes."""

import warnings
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from edge.calibration.features import Windows
from edge.hearing.reading import READ
from edge.models.store import replace as write

Floats = npt.NDArray[np.float32]

_HIDDEN = 32
_NETWORKS = 3
_EPOCHS = 25
_DECAY = 5.0
"""With 1 the scores of what is not the word reached further up, on other people's sound."""
_INPUT = 16 * 96


@dataclass(frozen=True, slots=True)
class WordModel:
    """One hidden layer over a window of 16 embeddings.

    A logistic regression on the same windows heard 23 % of "computer" at the threshold at which
    half an hour of other people's speech and noise woke nobody; this heard 97 %.
    """

    hidden: Floats
    """Shape [1536, units]."""
    shift: Floats
    """Shape [units]."""
    weights: Floats
    """Shape [units]."""
    bias: float

    @classmethod
    def fit(cls, word: Windows, other: Windows, seed: int = 0) -> "WordModel":
        """Learn to tell the word's windows from others: the mean of a few networks.

        One alone is sure of some sound that the next one finds no word in.
        """
        rows = np.concatenate((word, other)).reshape(-1, _INPUT)
        mean, spread = rows.mean(axis=0), rows.std(axis=0) + 1e-3
        rows = (rows - mean) / spread
        labels = np.repeat((1, 0), (len(word), len(other)))
        fitted = [_network(rows, labels, seed + number) for number in range(_NETWORKS)]
        hidden = np.concatenate([each.coefs_[0] for each in fitted], axis=1) / spread[:, None]
        shift = np.concatenate([each.intercepts_[0] for each in fitted]) - mean @ hidden
        weights = np.concatenate([each.coefs_[1].ravel() for each in fitted]) / _NETWORKS
        return cls(
            hidden.astype(np.float32),
            shift.astype(np.float32),
            weights.astype(np.float32),
            float(np.mean([each.intercepts_[1][0] for each in fitted])),
        )

    def __call__(self, windows: Windows) -> Floats:
        """The log odds that each window ends with the word, shape [n]."""
        inner = np.maximum(windows.reshape(-1, _INPUT) @ self.hidden + self.shift, 0)
        odds: Floats = inner @ self.weights + np.float32(self.bias)
        return odds

    def moved(self, threshold: float) -> "WordModel":
        """The same model, for which log odds of `threshold` become a score of 0.5."""
        return replace(self, bias=self.bias - threshold)

    def save(self, file: Path, word: str, note: str, *, read: bool = False) -> None:
        """Write an ONNX file that `[wake] words` takes, all at once; `read`: see `legible`."""
        write(file, self.onnx(word, note, read=read))

    def onnx(self, word: str, note: str, *, read: bool = False) -> bytes:
        """The graph: what `__call__` computes, and a sigmoid."""
        from onnx import TensorProto, checker, helper, numpy_helper

        shape = [1, 16, 96]
        names = ("hidden", "shift", "weights", "bias")
        values = (self.hidden, self.shift, self.weights[:, None], np.array([self.bias], np.float32))
        graph = helper.make_graph(
            [
                helper.make_node("Flatten", ["embeddings"], ["flat"]),
                helper.make_node("Gemm", ["flat", "hidden", "shift"], ["inner"]),
                helper.make_node("Relu", ["inner"], ["active"]),
                helper.make_node("Gemm", ["active", "weights", "bias"], ["odds"]),
                helper.make_node("Sigmoid", ["odds"], ["score"]),
            ],
            "wake_word",
            [helper.make_tensor_value_info("embeddings", TensorProto.FLOAT, shape)],
            [helper.make_tensor_value_info("score", TensorProto.FLOAT, [1, 1])],
            [
                numpy_helper.from_array(np.ascontiguousarray(value), name)
                for name, value in zip(names, values, strict=True)
            ],
        )
        opset = [helper.make_opsetid("", 17)]
        model = helper.make_model(graph, producer_name="stonechat", opset_imports=opset)
        model.ir_version = 8
        helper.set_model_props(
            model, {"word": word, "note": note, **({READ: "yes"} if read else {})}
        )
        checker.check_model(model)
        return bytes(model.SerializeToString())


def _network(rows: Windows, labels: npt.NDArray[np.int_], seed: int) -> Any:
    from sklearn.exceptions import ConvergenceWarning
    from sklearn.neural_network import MLPClassifier

    network = MLPClassifier(
        (_HIDDEN,), alpha=_DECAY, max_iter=_EPOCHS, batch_size=256, random_state=seed
    )
    with warnings.catch_warnings():  # so many rounds are meant, not "until it converges"
        warnings.simplefilter("ignore", ConvergenceWarning)
        return network.fit(rows, labels)
