"""Language models: what is proposed for which device."""

import json

import pytest
from typer.testing import CliRunner

from cloud_bridge.providers.llama_cpp import FEWEST_PARAMETERS
from edge.cli.models import app
from edge.models.language import best, everything, fits, language_models
from edge.models.manifest import Url


def test_each_needs_more_memory_than_its_file() -> None:
    for model in language_models():
        assert model.memory > model.size > model.parameters / 3  # four bits and a little
        assert not model.default


def test_only_what_the_bridge_would_ask_is_proposed() -> None:
    for model in language_models():
        assert model.answers == (model.parameters >= FEWEST_PARAMETERS)


def test_addresses_cannot_change() -> None:
    files = [file for model in language_models() for file in model.files]
    urls = [source.url for file in files for source in file.sources if isinstance(source, Url)]
    assert urls and not [url for url in urls if "/main/" in url]


@pytest.mark.parametrize(
    ("gigabytes", "name"),
    [(2, None), (4, "llama-3.2-3b-instruct"), (8, "qwen2.5-7b-instruct")],
)
def test_the_largest_that_fits(gigabytes: int, name: str | None) -> None:
    found = best(gigabytes * 10**9)
    assert (found.id if found else None) == name
    assert found is None or fits(found, gigabytes * 10**9)


def test_no_name_is_used_twice() -> None:
    names = [model.id for model in everything().models]
    assert len(set(names)) == len(names)


def test_it_says_how_to_get_it() -> None:
    shown = CliRunner().invoke(app, ["suggest", "--memory-gb", "4"])
    assert "stonechat models download llama-3.2-3b-instruct" in shown.output
    none = CliRunner().invoke(app, ["suggest", "--memory-gb", "2"])
    assert "None fits" in none.output
    rows = json.loads(CliRunner().invoke(app, ["suggest", "--json", "--memory-gb", "4"]).output)
    assert [row["fits"] for row in rows] == [True, True, False, False]
    assert "gemma-3-270m" not in {row["model"] for row in rows}
