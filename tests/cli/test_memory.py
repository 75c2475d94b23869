import asyncio
import json

import pytest

from edge.cli import memory
from edge.cli.ask import ask
from edge.errors import UsageError
from edge.memory.facts import Facts
from edge.paths import state_dir
from edge.store import Store


@pytest.fixture
def fact() -> str:
    with Store(state_dir() / "stonechat.db") as store:
        return asyncio.run(Facts(store).keep("my sister is called Ana")).id


def listed(capsys: pytest.CaptureFixture[str]) -> list[str]:
    capsys.readouterr()
    memory.list_(as_json=True, talks=False)
    return [json.loads(line)["text"] for line in capsys.readouterr().out.splitlines()]


def test_facts_are_shown_changed_and_deleted(fact: str, capsys: pytest.CaptureFixture[str]) -> None:
    memory.edit(fact[:4], "my sister is called Anna")
    assert listed(capsys) == ["my sister is called Anna"]
    memory.delete([fact])
    assert listed(capsys) == []


def test_everything_can_be_forgotten(fact: str, capsys: pytest.CaptureFixture[str]) -> None:
    ask(["what time is it"], config=None)
    memory.list_(talks=True)
    assert "1 turns" in capsys.readouterr().out
    memory.delete([], everything=True)
    memory.list_(talks=True)
    assert capsys.readouterr().out == "" and listed(capsys) == []


def test_a_wrong_id_or_name_is_told_in_one_line(fact: str) -> None:
    with pytest.raises(UsageError, match="no fact has the id 'zzz'"):
        memory.edit("zzz", "x")
    with pytest.raises(UsageError, match="say which"):
        memory.delete([])
    with pytest.raises(UsageError, match="no specialist is called 'butler'"):
        ask(["hello"], specialist="butler", config=None)
