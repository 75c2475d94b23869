"""What the figures of `bench latency` were meant to be, and what to turn where they are not.

Pure: figures and settings in, verdicts out. `stonechat doctor` tells the last ones again.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from edge.config.schema import Config

_CLAUSE_MS = 40
"""More than this between the decision and the endpoint is waiting, not work."""


@dataclass(frozen=True, slots=True)
class Budget:
    """One promise: `figure` of the bench's `local` part, milliseconds from the end of speech."""

    name: str
    figure: str
    at: str
    most: float


BUDGETS = (
    Budget("the answer starts", "speech_to_audio_ms", "p50", 180),
    Budget("the answer starts", "speech_to_audio_ms", "p95", 300),
    Budget("it starts after the endpoint", "endpoint_to_audio_ms", "p95", 60),
    Budget("the decision is made", "speech_to_route_ms", "p50", 100),
)


def verdicts(figures: Mapping[str, Any], config: Config) -> list[dict[str, Any]]:
    """Each budget with what was measured, whether it is met, and advice where it is not."""
    local = figures["local"]
    told = []
    for budget in BUDGETS:
        found = local[budget.figure][budget.at]
        met = found is not None and found <= budget.most
        told.append(
            {
                "budget": f"{budget.name}, {budget.at}",
                "most_ms": budget.most,
                "ms": found,
                "met": met,
                "advice": "" if met else _advice(budget, local, config),
            }
        )
    return told


def lines(told: list[dict[str, Any]]) -> Iterator[str]:
    """The verdicts for people; the budgets that are met in one line."""
    missed = [each for each in told if not each["met"]]
    for each in missed:
        over = "not measured" if each["ms"] is None else f"{each['ms'] - each['most_ms']:.0f} ms"
        yield f"budget missed by {over}: {each['budget']}. {each['advice']}"
    if not missed:
        yield "every budget is met"


def _advice(budget: Budget, local: Mapping[str, Any], config: Config) -> str:
    """The setting that helps most: the recogniser, the patience or the voice."""
    route = local["speech_to_route_ms"]["p50"] or 0.0
    audio = local["speech_to_audio_ms"]["p50"] or 0.0
    if budget.figure == "endpoint_to_audio_ms":
        return "It is the voice: run stonechat prepare, or choose a smaller [voice] model."
    waiting = audio - route > _CLAUSE_MS
    if budget.figure == "speech_to_audio_ms" and budget.at == "p50" and waiting:
        return (
            f"It is the patience: lower [endpoint] complete_ms ({config.endpoint.complete_ms}), "
            "at the price of early answers (stonechat bench turn)."
        )
    if config.asr.model != "tiny.en":
        return (
            f'It is the recognition: [asr] model = "tiny.en" is faster than "{config.asr.model}".'
        )
    if config.asr.second != "none" and budget.at == "p95":
        return 'It is the second look of the recognition: [asr] second = "none" leaves it out.'
    return "It is the recognition: see that nothing else is busy on this machine."
