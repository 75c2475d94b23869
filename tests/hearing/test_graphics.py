from pathlib import Path

import ctranslate2
import pytest

from edge.hearing.graphics import unused


def test_without_a_gpu_there_is_nothing_to_tell(tmp_path: Path) -> None:
    assert unused("cpu", tmp_path) is None


def test_a_gpu_that_is_left_idle_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "dev").mkdir()
    (tmp_path / "dev" / "nvhost-gpu").touch()
    monkeypatch.setattr(ctranslate2, "get_cuda_device_count", lambda: 0)
    assert "knows no CUDA" in (unused("auto", tmp_path) or "")
    monkeypatch.setattr(ctranslate2, "get_cuda_device_count", lambda: 1)
    assert "asr.device" in (unused("cpu", tmp_path) or "")
    assert unused("auto", tmp_path) is None
