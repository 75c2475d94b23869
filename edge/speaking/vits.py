"""Running a VITS graph: phoneme ids in, sound out, in pieces where the graph could be split."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol, TypeAlias

import numpy as np
import numpy.typing as npt
import onnxruntime

from edge import runtime
from edge.errors import SpeakingError

Sound: TypeAlias = npt.NDArray[np.float32]
"""Samples, shape [n], in -1 … 1."""
Latent: TypeAlias = npt.NDArray[np.float32]
"""Shape [1, channels, frames]."""

PARTS = ("encoder", "flow", "decoder")
FIRST_FRAMES = 24
"""Frames of the first piece: 0.28 s at 22,050 Hz, soon done and long enough to make the next."""
LONGEST_FRAMES = 96
FLOW_REACH = 28
"""Frames to either side that a frame of the flow depends on."""
DECODER_REACH = 10
_BEFORE_FRAMES = 4
"""Kept of the silence that a sentence begins with."""
SEED = 7


class CannotSplit(ValueError):
    """The graph is not built as Piper exports it."""


@dataclass(frozen=True, slots=True)
class Scales:
    """How freely a voice speaks; all 0 but `length` is the same at every call."""

    noise: float
    length: float
    timing: float
    """Randomness of the phonemes' lengths."""


@dataclass(frozen=True, slots=True)
class Rendering:
    """A sentence on its way."""

    ends: npt.NDArray[np.int64]
    """For each phoneme id, the sample after its last."""
    pieces: Iterator[Sound]


class Vits(Protocol):
    """A voice's network."""

    def render(self, ids: Sequence[int]) -> Rendering:
        """Begin a sentence. Raises SpeakingError, also while the pieces are taken."""


class SplitVits:
    """The graphs of `edge.speaking.split`; the same ids always give the same samples."""

    def __init__(self, folder: Path, scales: Scales, threads: int = 1) -> None:
        self._encoder, self._flow, self._decoder = (
            runtime.session(folder / f"{name}.onnx", threads, varying=True) for name in PARTS
        )
        self._scales = scales
        # A first run warms the engines up, and shows how many samples a frame becomes.
        _, prior = self._encode((0, 0, 0))
        self._hop = len(self._decode(prior)) // prior.shape[2]

    def render(self, ids: Sequence[int]) -> Rendering:
        """Encode the sentence; its sound is made as the pieces are taken."""
        durations, prior = self._encode(ids)
        lengths = durations.ravel().astype(np.int64)
        # Some sentences begin with a third of a second of silence: it is not rendered.
        silent = max(0, int(lengths[0]) - _BEFORE_FRAMES)
        ends = np.maximum(0, np.cumsum(lengths) - silent) * self._hop
        return Rendering(ends, self._pieces(prior, silent))

    def _encode(self, ids: Sequence[int]) -> tuple[Latent, Latent]:
        random = np.random.default_rng(SEED)
        feeds = _feeds(self._encoder, ids, self._scales)
        timing = random.standard_normal((1, 2, len(ids)), np.float32)
        feeds[self._encoder.get_inputs()[-1].name] = timing
        durations, mean, spread = _run(self._encoder, feeds)
        noise = random.standard_normal(mean.shape, np.float32)
        return durations, mean + spread * noise * np.float32(self._scales.noise)

    def _pieces(self, prior: Latent, start: int = 0) -> Iterator[Sound]:
        frames, size = prior.shape[2], FIRST_FRAMES
        while start < frames:
            end = start + size
            if frames - end < FIRST_FRAMES // 2:  # a short rest is not worth a run of its own
                end = frames
            left, right = max(0, start - DECODER_REACH), min(frames, end + DECODER_REACH)
            sound = self._decode(self._latent(prior, left, right))
            yield sound[(start - left) * self._hop : (end - left) * self._hop]
            start, size = end, min(2 * size, LONGEST_FRAMES)

    def _latent(self, prior: Latent, start: int, end: int) -> Latent:
        left = max(0, start - FLOW_REACH)
        window = prior[:, :, left : end + FLOW_REACH]
        names = [tensor.name for tensor in self._flow.get_inputs()]
        mask = np.ones((1, 1, window.shape[2]), np.float32)
        (latent,) = _run(self._flow, dict(zip(names, (window, mask), strict=True)))
        return latent[:, :, start - left : end - left]

    def _decode(self, latent: Latent) -> Sound:
        (sound,) = _run(self._decoder, {self._decoder.get_inputs()[0].name: latent})
        return sound.ravel()


class WholeVits:
    """A graph that could not be split: all of a sentence at once, a little different each time."""

    def __init__(self, model: Path, scales: Scales, threads: int = 1) -> None:
        self._session = runtime.session(model, threads, varying=True)
        self._scales = scales

    def render(self, ids: Sequence[int]) -> Rendering:
        """Synthesise the sentence; its timing is unknown, so all phonemes count as equally long."""
        outputs = _run(self._session, _feeds(self._session, ids, self._scales))
        sound = outputs[0].ravel()
        ends = len(sound) * np.arange(1, len(ids) + 1) // len(ids)
        return Rendering(ends, iter((sound,)))


def _feeds(
    session: onnxruntime.InferenceSession, ids: Sequence[int], scales: Scales
) -> dict[str, npt.NDArray[Any]]:
    feeds: dict[str, npt.NDArray[Any]] = {
        "input": np.array([ids], np.int64),
        "input_lengths": np.array([len(ids)], np.int64),
        "scales": np.array([scales.noise, scales.length, scales.timing], np.float32),
    }
    if any(tensor.name == "sid" for tensor in session.get_inputs()):
        feeds["sid"] = np.zeros(1, np.int64)  # of several speakers, the first
    return feeds


def _run(
    session: onnxruntime.InferenceSession, feeds: dict[str, npt.NDArray[Any]]
) -> list[npt.NDArray[np.float32]]:
    try:
        results: list[npt.NDArray[np.float32]] = session.run(None, feeds)
    except Exception as error:  # noqa: BLE001  onnxruntime's exceptions share no base
        reason = (str(error).splitlines() or [type(error).__name__])[0]
        raise SpeakingError(f"speech could not be synthesised: {reason}") from None
    return results
