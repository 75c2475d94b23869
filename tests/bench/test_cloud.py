"""The cloud's bench: some of its rows, and that a wrong one would be noticed."""

import asyncio
from dataclasses import replace

import anthropic  # noqa: F401 - its import takes longer than a turn may
import pytest

from edge.bench import cloud, cloud_injections
from edge.bench.cloud_faults import CASES, run
from edge.bench.cloud_random import sequence

SOME = (
    "nothing is wrong",
    "no such host",
    "429, retry after an hour",
    "reset in mid-word, late",
    "cloud dies, home server answers",
    "home server repeats the action",
    "a risky call, a yes, and a second yes",
)


@pytest.mark.parametrize("name", SOME)
def test_a_row_of_the_fault_table(name: str) -> None:
    (case,) = (each for each in CASES if each.name == name)
    row = asyncio.run(run(case))
    assert row["said"] and case.says in row["said"]
    assert row["effects"] == case.effects


def test_a_row_that_is_wrong_says_so() -> None:
    (case,) = (each for each in CASES if each.name == "dies after an action")
    assert not asyncio.run(run(replace(case, effects=2)))["right"]
    assert not asyncio.run(run(replace(case, says="All is well.")))["right"]


@pytest.mark.parametrize("seed", range(2))
def test_a_random_sequence(seed: int) -> None:
    assert asyncio.run(sequence(seed)).wrong == []


def test_no_lure_acts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cloud_injections, "LURES", cloud_injections.LURES[:1])
    figures = asyncio.run(cloud_injections.table())
    assert figures["attempts"] == figures["read"] == 8
    assert figures["acted"] == [] and figures["asked"]


def test_an_interrupted_answer_is_closed_and_counted() -> None:
    _, counted = asyncio.run(cloud._interruption())
    assert counted
