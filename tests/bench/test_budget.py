"""Budgets judged on made-up figures."""

from typing import Any

from edge.bench.budget import lines, verdicts
from edge.checkup import measured
from edge.config.schema import Asr, Config


def figures(route: float, audio: float, late: float, speak: float = 4) -> dict[str, Any]:
    return {
        "local": {
            "speech_to_route_ms": {"p50": route, "p95": route + 80},
            "speech_to_audio_ms": {"p50": audio, "p95": late},
            "endpoint_to_audio_ms": {"p50": 1, "p95": speak},
        }
    }


def missed(told: list[dict[str, Any]]) -> list[str]:
    return [each["budget"] for each in told if not each["met"]]


def test_what_is_met_needs_no_advice() -> None:
    told = verdicts(figures(90, 160, 220), Config())
    assert missed(told) == []
    assert list(lines(told)) == ["every budget is met"]


def test_a_long_wait_after_an_early_decision_is_the_patience() -> None:
    (line,) = lines(verdicts(figures(90, 230, 280), Config()))
    assert "missed by 50 ms" in line and "complete_ms (128)" in line


def test_a_late_decision_is_the_recognition_and_names_the_faster_model() -> None:
    slow = Config(asr=Asr(model="base"))
    told = verdicts(figures(400, 420, 700), slow)
    assert missed(told) == [
        "the answer starts, p50", "the answer starts, p95", "the decision is made, p50",
    ]  # fmt: skip
    assert all('model = "tiny.en"' in line for line in lines(told))


def test_a_slow_start_of_the_answer_is_the_voice() -> None:
    (line,) = lines(verdicts(figures(90, 160, 220, speak=130), Config()))
    assert "stonechat prepare" in line


def test_the_doctor_tells_the_first_that_is_missed() -> None:
    told = list(lines(verdicts(figures(90, 230, 280), Config())))
    (finding,) = measured({"latency": {"advice": told, "at": "today"}})
    assert not finding.well and finding.detail == f"{told[0]} (measured today)"
    (finding,) = measured({"latency": {"advice": ["every budget is met"], "at": "today"}})
    assert finding.well
