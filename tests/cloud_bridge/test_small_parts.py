"""What decides without a network: event framing, the breaker, tools from functions, redaction."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path
from typing import Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import SecretStr

from cloud_bridge.breaker import FIRST_REST_S, Breaker
from cloud_bridge.errors import ProviderError
from cloud_bridge.privacy import PrivacyLog, Redactor, read
from cloud_bridge.providers.base import is_private, retry_after
from cloud_bridge.providers.sse import events
from cloud_bridge.secrets import secret
from cloud_bridge.tools import Toolbox, key_of, spoken_question, tool
from cloud_bridge.types import ToolCall, Usage


def framed(text: bytes, cuts: list[int]) -> list[str]:
    async def chunks() -> AsyncIterator[bytes]:
        edges = [0, *sorted(cut % (len(text) + 1) for cut in cuts), len(text)]
        for start, end in pairwise(edges):
            yield text[start:end]

    async def go() -> list[str]:
        return [event async for event in events(chunks())]

    return asyncio.run(go())


@given(
    st.lists(st.text(alphabet="aé \u2028\x85{}:", min_size=1).map(str), min_size=1, max_size=4),
    st.sampled_from(["\n", "\r\n", "\r"]),
    st.lists(st.integers(0, 500), max_size=6),
)
def test_events_do_not_depend_on_how_they_arrive(
    data: list[str], end: str, cuts: list[int]
) -> None:
    text = "".join(f": ping{end}event: x{end}data: {each}{end}{end}" for each in data)
    assert framed(text.encode(), cuts) == data


def test_a_breaker_opens_rests_and_lets_one_probe_through() -> None:
    now = 0.0
    breaker = Breaker(lambda: now)
    for _ in range(3):
        assert breaker.allows()
        breaker.failed(ProviderError("server", ""))
    assert not breaker.allows() and breaker.reason == "server"
    now = FIRST_REST_S
    assert breaker.allows() and not breaker.allows()
    breaker.succeeded()
    assert breaker.allows() and breaker.closed
    breaker.failed(ProviderError("limited", "", retry_after=600))
    now += 599
    assert not breaker.allows()
    now += 1
    assert breaker.allows()


def test_a_function_becomes_a_strict_schema() -> None:
    def dim(level: int, room: Literal["hall", "attic"] = "hall") -> str:
        """Dim the light."""
        return f"{room} {level}"

    made = tool(dim)
    assert made.spec.description == "Dim the light."
    assert made.spec.schema == {
        "type": "object",
        "additionalProperties": False,
        "required": ["level"],
        "properties": {
            "level": {"type": "integer"},
            "room": {"type": "string", "enum": ["hall", "attic"], "default": "hall"},
        },
    }
    box = Toolbox((made,))
    good = asyncio.run(box.run(ToolCall("1", "dim", {"level": 3})))
    assert good.ok and "hall 3" in good.content
    for bad in ({}, {"level": "much"}, {"level": 3, "shout": True}):
        assert not asyncio.run(box.run(ToolCall("1", "dim", bad))).ok


def test_a_denied_tool_is_neither_offered_nor_run() -> None:
    def wipe() -> None:
        """Delete everything."""
        raise AssertionError

    box = Toolbox((tool(wipe, risk="deny"),))
    assert box.specs == ()
    assert "no such tool" in asyncio.run(box.run(ToolCall("1", "wipe"))).content


def test_the_same_call_has_the_same_key_whatever_its_id() -> None:
    one = ToolCall("1", "book", {"people": 2, "day": "Friday"})
    other = ToolCall("2", "book", {"day": "Friday", "people": 2})
    assert key_of("t", one) == key_of("t", other)
    assert key_of("t", one) != key_of("u", one)
    assert key_of("t", one) != key_of("t", ToolCall("1", "book", {"people": 8, "day": "Friday"}))


def test_what_is_too_long_to_be_heard_cannot_be_confirmed() -> None:
    asked = spoken_question("send_mail", {"to": "Ana"})
    assert asked == "I would send mail (to Ana). Shall I?"
    with pytest.raises(Exception, match="too much"):
        spoken_question("send_mail", {"text": "word " * 100})


@pytest.mark.parametrize("text", ["Ana", "ANA!", "(ana)", "with ana lopes"])
def test_kept_back_words_in_any_case(text: str) -> None:
    assert "ana" not in Redactor(["Ana Lopes", "Ana"]).text(text).lower()


def test_kept_back_words_are_whole_words() -> None:
    assert Redactor(["Ana"]).text("Is a banana an analogy?") == "Is a banana an analogy?"


def test_a_log_that_was_cut_off_is_still_read(tmp_path: Path) -> None:
    file = tmp_path / "privacy.jsonl"
    log = PrivacyLog(file, lambda: datetime.now(UTC))
    id = log.sent("t1", "anthropic", "cloud", "claude", "hello")
    log.used(id, "cloud", Usage(10, 5), 0.1, "done")
    log.sent("t2", "anthropic", "cloud", "claude", "lost")
    with file.open("a") as cut:
        cut.write('{"used": "')
    assert [(each.text, each.outcome) for each in read(file)] == [
        ("hello", "done"),
        ("lost", "unknown"),
    ]
    assert file.stat().st_mode & 0o077 == 0
    assert PrivacyLog(file, lambda: datetime.now(UTC)).tokens_today == 15


def test_a_key_comes_from_a_credential_and_hides(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "MODEL_KEY").write_text("sk-1\n")
    monkeypatch.setenv("CREDENTIALS_DIRECTORY", str(tmp_path))
    assert secret("MODEL_KEY") == SecretStr("sk-1") and "sk-1" not in repr(secret("MODEL_KEY"))
    assert secret("ABSENT") is None


def test_waiting_as_servers_ask_for_it() -> None:
    assert retry_after({"retry-after": "3600"}) == 3600
    assert retry_after({"retry-after": "Wed, 21 Oct 2015 07:28:00 GMT"}) == 0
    assert retry_after({"retry-after": "soon"}) is None


def test_what_is_at_home() -> None:
    assert is_private("http://192.168.1.5:8080/v1") and is_private("http://pi.local/v1")
    assert not is_private("https://api.openai.com/v1") and not is_private("https://8.8.8.8/v1")
