"""Whether recognition leaves a graphics processor idle without anybody having said so.

The CTranslate2 that package indexes serve for aarch64 knows no CUDA: on a Jetson `auto` then means
the CPU, and nothing tells.
"""

from pathlib import Path

_DEVICES = ("dev/nvidia0", "dev/nvhost-gpu", "dev/nvgpu")


def unused(device: str, root: Path = Path("/")) -> str | None:
    """One sentence about a GPU that `asr.device` does not make use of; None where all is well."""
    if not any((root / name).exists() for name in _DEVICES):
        return None
    import ctranslate2

    if ctranslate2.get_cuda_device_count() == 0:
        return "there is an NVIDIA GPU, but this CTranslate2 knows no CUDA: it runs on the CPU"
    if device == "cpu":
        return "there is an NVIDIA GPU, but asr.device is 'cpu'"
    return None
