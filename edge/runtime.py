"""How models are run on a small machine: quietly, on as many threads as asked, in little memory."""

import ctypes
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import onnxruntime

from edge.errors import ModelError


def session(
    model: Path | bytes, threads: int = 1, *, varying: bool = False
) -> onnxruntime.InferenceSession:
    """Load a graph (a file, or its serialised bytes). Raises ModelError when it cannot be used.

    `varying`: its inputs are of another length each time.
    """
    onnxruntime.disable_telemetry_events()
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    options.execution_mode = onnxruntime.ExecutionMode.ORT_SEQUENTIAL
    # Spinning threads wait faster, but they keep a core hot on a device that mostly waits.
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    options.add_session_config_entry("session.inter_op.allow_spinning", "0")
    if varying:  # ONNX Runtime would keep a memory plan, and memory, for every length it ever saw
        options.enable_mem_pattern = False
        options.enable_cpu_mem_arena = False
        # Reordering weights into blocks takes 12 MB for a voice and makes it no faster (measured).
        options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_ENABLE_EXTENDED
    options.log_severity_level = 3
    source = model if isinstance(model, bytes) else str(model)
    try:
        return onnxruntime.InferenceSession(source, options, providers=["CPUExecutionProvider"])
    except Exception as error:  # noqa: BLE001  onnxruntime's exceptions share no base
        name = "the graph in memory" if isinstance(model, bytes) else str(model)
        reason = (str(error).splitlines() or [type(error).__name__])[0]
        raise ModelError(f"{name} cannot be loaded: {reason}") from None


# Of malloc.h; glibc only.
_TRIM_THRESHOLD, _MMAP_THRESHOLD, _ARENA_MAX = -1, -3, -8
_WHILE_LOADING = 64 << 10
_WHILE_RUNNING = 32 << 20


_under_way: list[object] = []
"""One entry for each loading that has not ended: more threads than one may load."""


@contextmanager
def loading() -> Iterator[None]:
    """While it lasts, models are loaded: what they need only then goes back to the system.

    Loading converts weights, and the freed originals would stay in the heap as holes (76 MB of
    base Whisper). So every larger block gets pages of its own for now. Afterwards it does not:
    fresh pages at each inference cost half as much again as the inference (measured).
    """
    mine = object()
    _under_way.append(mine)
    _tell_malloc(_ARENA_MAX, 2)
    _tell_malloc(_MMAP_THRESHOLD, _WHILE_LOADING)
    try:
        yield
    finally:
        give_back()
        _under_way.remove(mine)
        if not _under_way:
            _tell_malloc(_MMAP_THRESHOLD, _WHILE_RUNNING)
            _tell_malloc(_TRIM_THRESHOLD, 2 * _WHILE_RUNNING)


def give_back() -> None:
    """Hand what the heap holds but does not use back to the system: some milliseconds."""
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
    if trim is not None:
        trim(0)


def _tell_malloc(option: int, value: int) -> None:
    set_option = getattr(ctypes.CDLL(None), "mallopt", None)
    if set_option is not None:
        set_option(option, value)
