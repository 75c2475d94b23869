"""A VITS voice cut into three graphs, so that its sound can be made piece by piece.

    phonemes ─► encoder ─► durations, mean, spread ─(+ noise)─► flow ─► decoder ─► sound

As exported, the whole sentence must be through before the first sample is out. Encoder time grows
little with the text; flow and decoder are convolutions and can run on any stretch of frames. The
random numbers inside the graph become inputs, so that the same text always sounds the same.
"""

import os
import shutil
import tempfile
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import onnx
import onnxruntime

from edge.speaking.vits import CannotSplit

T = TypeVar("T")

_STALE_S = 600


@dataclass(frozen=True, slots=True)
class Seams:
    """Names of the tensors at which the graph is cut."""

    duration_noise: str
    """[1, 2, ids], the randomness of the timing."""
    durations: str
    """[1, 1, ids], frames each phoneme id lasts."""
    mean: str
    """[1, channels, frames], what the text alone determines of the sound."""
    spread: str
    """[1, channels, frames], how far the sound may stray from it."""
    prior: str
    """[1, channels, frames], mean + noise × spread: the flow's input."""
    mask: str
    """[1, 1, frames], 1 where there is sound."""
    latent: str
    """[1, channels, frames]: the decoder's input."""


def split(model: Path, folder: Path) -> None:
    """Write the three graphs, optimised for this machine, as `folder`; all or nothing.

    Raises CannotSplit for a graph of another build, OSError where nothing can be written.
    """
    graph = onnx.load(str(model))
    seams = find_seams(graph.graph)
    cuts = {
        "encoder": (
            [*(tensor.name for tensor in graph.graph.input), seams.duration_noise],
            [seams.durations, seams.mean, seams.spread],
        ),
        "flow": ([seams.prior, seams.mask], [seams.latent]),
        "decoder": ([seams.latent], [graph.graph.output[0].name]),
    }
    folder.parent.mkdir(parents=True, exist_ok=True)
    _sweep(folder.parent)
    with tempfile.TemporaryDirectory(dir=folder.parent, prefix=".split-") as scratch:
        done = Path(scratch) / "done"
        done.mkdir()
        for name, (inputs, outputs) in cuts.items():
            _optimise(_cut(graph, inputs, outputs), done / f"{name}.onnx")
        _put(done, folder)


def _sweep(parent: Path) -> None:
    """Remove what a set-up that was killed has left; a younger one may still be at work."""
    for left in parent.glob(".split-*"):
        if time.time() - left.stat().st_mtime > _STALE_S:
            shutil.rmtree(left, ignore_errors=True)


def _put(done: Path, folder: Path) -> None:
    try:
        os.rename(done, folder)
    except OSError:
        if not folder.is_dir():  # else another process was first, with the same graphs
            raise


def _optimise(part: onnx.ModelProto, file: Path) -> None:
    """Let ONNX Runtime write what it makes of the graph, which is most of the time of loading."""
    options = onnxruntime.SessionOptions()
    # The level above writes layouts that only this very processor can read.
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_ENABLE_EXTENDED
    options.optimized_model_filepath = str(file)
    options.log_severity_level = 3
    graph = part.SerializeToString()
    try:
        onnxruntime.InferenceSession(graph, options, providers=["CPUExecutionProvider"])
    except Exception as error:  # noqa: BLE001  onnxruntime's exceptions share no base
        raise CannotSplit(f"a part of it does not run: {error}") from None


def find_seams(graph: onnx.GraphProto) -> Seams:
    """Find the tensors by the shape of the graph; their names differ by export.

    Raises CannotSplit.
    """
    makers = {name: node for node in graph.node for name in node.output}
    durations = _only(node for node in graph.node if node.op_type == "Ceil")
    before = _ancestors(makers, durations.output[0])
    noises = [node for node in graph.node if node.op_type == "RandomNormalLike"]
    timing = _only(noise for noise in noises if noise.output[0] in before)
    sound = _only(noise for noise in noises if noise.output[0] not in before)
    spread_noise = _user(graph, sound.output[0], "Mul")
    prior = _user(graph, _user(graph, spread_noise.output[0], "Mul").output[0], "Add")
    latent = _decoder_input(graph, makers)
    masked = makers[latent]
    if masked.op_type != "Mul":
        raise CannotSplit("its latent is not masked")
    return Seams(
        duration_noise=timing.output[0],
        durations=durations.output[0],
        mean=sound.input[0],
        spread=_only(name for name in spread_noise.input if name != sound.output[0]),
        prior=prior.output[0],
        mask=_only(
            name for name in masked.input if prior.output[0] not in _ancestors(makers, name)
        ),
        latent=latent,
    )


def _decoder_input(graph: onnx.GraphProto, makers: dict[str, onnx.NodeProto]) -> str:
    """What enters the last convolution before the first upsampling."""
    node = next((node for node in graph.node if node.op_type == "ConvTranspose"), None)
    while node is not None:
        node = makers.get(node.input[0])
        if node is not None and node.op_type == "Conv":
            return str(node.input[0])
    raise CannotSplit("it has no upsampling decoder")


def _ancestors(makers: dict[str, onnx.NodeProto], name: str) -> set[str]:
    """The tensor and all that it is computed from."""
    seen: set[str] = set()
    todo = [name]
    while todo:
        tensor = todo.pop()
        if tensor not in seen:
            seen.add(tensor)
            if tensor in makers:
                todo.extend(makers[tensor].input)
    return seen


def _cut(whole: onnx.ModelProto, inputs: Sequence[str], outputs: Sequence[str]) -> onnx.ModelProto:
    """The part of a graph between some tensors."""
    makers = {name: node for node in whole.graph.node for name in node.output if name not in inputs}
    needed = set().union(*(_ancestors(makers, output) for output in outputs))
    foreign = {tensor.name for tensor in whole.graph.input} & needed - set(inputs)
    if foreign:
        raise CannotSplit(f"its decoder needs {', '.join(sorted(foreign))}")
    known = {tensor.name: tensor for tensor in (*whole.graph.input, *whole.graph.output)}
    values = {
        name: known.get(name)
        or onnx.helper.make_tensor_value_info(name, onnx.TensorProto.FLOAT, None)
        for name in (*inputs, *outputs)
    }
    part = onnx.helper.make_graph(
        [node for node in whole.graph.node if needed & set(node.output) - set(inputs)],
        "part",
        [values[name] for name in inputs],
        [values[name] for name in outputs],
        [weight for weight in whole.graph.initializer if weight.name in needed],
    )
    return onnx.helper.make_model(
        part, opset_imports=whole.opset_import, ir_version=whole.ir_version
    )


def _user(graph: onnx.GraphProto, name: str, kind: str) -> onnx.NodeProto:
    users = (node for node in graph.node if name in node.input and node.op_type == kind)
    user: onnx.NodeProto = _only(users)
    return user


def _only(found: Iterable[T]) -> T:
    items = list(found)
    if len(items) != 1:
        raise CannotSplit(f"{len(items)} tensors where one was expected")
    return items[0]
