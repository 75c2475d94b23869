import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest

from edge.memory.facts import Facts
from edge.store import Store

DAY = 86_400.0


@pytest.fixture
def clock() -> list[float]:
    return [1000.0]


@pytest.fixture
def facts(tmp_path: Path, clock: list[float]) -> Iterator[Facts]:
    with Store(tmp_path / "s.db") as store:
        yield Facts(store, lambda: clock[0])


def keep(facts: Facts, *texts: str, days: float | None = None) -> None:
    for text in texts:
        asyncio.run(facts.keep(text, days))


def told(facts: Facts, question: str) -> list[str]:
    return [fact.text for fact in facts.answers(question)]


def test_a_fact_is_found_by_its_words_their_forms_and_a_misheard_name(facts: Facts) -> None:
    keep(facts, "my sister is called Ana", "the plumber comes on Monday", "Marta likes oat milk")
    assert told(facts, "what is my sister's name") == ["my sister is called Ana"]
    assert told(facts, "who are my sisters") == ["my sister is called Ana"]
    assert told(facts, "what milk does Martha like") == ["Marta likes oat milk"]
    assert told(facts, "what do you know about Berlin") == []
    assert told(facts, "when is the dentist coming on Monday") == []


def test_a_fact_expires(facts: Facts, clock: list[float]) -> None:
    keep(facts, "the guests sleep upstairs", days=2)
    assert len(facts.all()) == 1
    clock[0] += 3 * DAY
    assert facts.all() == [] and told(facts, "where do the guests sleep") == []


def test_the_same_words_are_kept_once(facts: Facts) -> None:
    keep(facts, "I live in Bern", "i live in bern")
    assert len(facts.all()) == 1


@pytest.mark.parametrize("text", ["", '"', "a AND b OR", "NEAR(", "💥", "'; DROP TABLE facts; --"])
def test_whatever_is_asked_is_no_query_of_its_own(facts: Facts, text: str) -> None:
    keep(facts, "my sister is called Ana")
    facts.find(text)
    assert len(facts.all()) == 1
