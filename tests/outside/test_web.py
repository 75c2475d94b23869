"""The pages over real HTTP."""

import asyncio
import contextlib
import errno
import json
import socket
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import httpx
import pytest
from prometheus_client.parser import text_string_to_metric_families

from edge.config.schema import Config, Web
from edge.errors import UsageError
from edge.events import Event
from edge.outside import web
from edge.outside.appliance import FakeAppliance
from edge.outside.open import outside
from tests.outside.conftest import turn


@pytest.fixture(autouse=True)
def direct(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_PROXY", "*")
    monkeypatch.delenv("STONECHAT_TOKEN", raising=False)


@pytest.fixture
def port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def served(
    appliance: FakeAppliance,
    port: int,
    ask: Callable[[httpx.Client], Any],
    events: tuple[Event, ...] = (),
) -> Any:
    async def run() -> Any:
        async with outside(Config(web=Web(port=port)), appliance) as outsiders:
            for event in events:
                for listener in outsiders.listeners:
                    listener(event)
            with httpx.Client(base_url=f"http://127.0.0.1:{port}", verify=False) as client:
                return await asyncio.to_thread(ask, client)

    return asyncio.run(run())


def test_health_is_that_sound_flows(appliance: FakeAppliance, port: int) -> None:
    well = served(appliance, port, lambda client: client.get("/health"))
    assert (well.status_code, well.json()["status"]) == (200, "ok")
    appliance.now = replace(appliance.now, silent_s=6.0)
    ill = served(appliance, port, lambda client: client.get("/health"))
    assert (ill.status_code, ill.json()["status"]) == (503, "no sound from the microphone")


def test_metrics_count_what_happens_and_no_words(appliance: FakeAppliance, port: int) -> None:
    happened = (
        Event("wake", 1, 1.0, 1.0, {"word": "alexa", "score": 0.9}),
        Event("transcript", 1, 1.0, 1.0, {"text": "secret words", "final": True, "phantom": None}),
        Event("action", 1, 1.0, 1.0, {"name": "home.turn_on", "arguments": {}}),
        Event("action", 1, 1.0, 1.0, {"name": "home.turn_on", "undone": True}),
        Event("error", 1, 1.0, 1.0, {"code": "home", "message": "secret words"}),
        Event("interrupted", 1, 1.0, 1.0, {"heard": "secret words"}),
        turn(),
        turn(text="", where="none", ms={}),
    )
    page = served(appliance, port, lambda client: client.get("/metrics"), happened)
    assert page.status_code == 200
    assert "secret" not in page.text
    assert "kitchen" not in page.text.lower()
    found = {
        (sample.name, *sorted(sample.labels.values())): sample.value
        for family in text_string_to_metric_families(page.text)
        for sample in family.samples
    }
    assert found["stonechat_wakes_total", "alexa"] == 1
    assert found["stonechat_actions_total", "done", "home.turn_on"] == 1
    assert found["stonechat_actions_total", "home.turn_on", "undone"] == 1
    assert found["stonechat_errors_total", "home"] == 1
    assert found["stonechat_interrupted_total",] == 1
    assert found["stonechat_turns_total", "local"] == 1
    assert found["stonechat_turns_total", "none"] == 1
    assert found["stonechat_stage_seconds_bucket", "0.15", "first_audio"] == 0
    assert found["stonechat_stage_seconds_bucket", "0.2", "first_audio"] == 1
    assert found["stonechat_state", "idle"] == 1
    assert found["stonechat_state", "speaking"] == 0
    assert found["stonechat_volume_percent",] == 70
    assert found["process_resident_memory_bytes",] > 1e6


def test_what_is_not_there_and_what_may_not_be_done(appliance: FakeAppliance, port: int) -> None:
    def ask(client: httpx.Client) -> list[int]:
        answers = [
            client.get("/"),
            client.post("/health", content=b"x"),
            client.head("/health"),
            client.get("/health?x=1"),
            client.get("/metrics", headers={"x": "y" * 20_000}),
        ]
        assert answers[2].content == b""
        return [answer.status_code for answer in answers]

    assert served(appliance, port, ask) == [404, 405, 200, 200, 400]


def test_what_is_no_http_is_refused(appliance: FakeAppliance, port: int) -> None:
    def ask(_: httpx.Client) -> bytes:
        with socket.create_connection(("127.0.0.1", port), 5) as raw:
            raw.sendall(b"\x00\xff hello\r\n\r\n")
            return raw.recv(100)

    assert served(appliance, port, ask).startswith(b"HTTP/1.1 400 ")


def test_who_says_nothing_does_not_keep_others_out(appliance: FakeAppliance, port: int) -> None:
    def ask(client: httpx.Client) -> int:
        idle = [socket.create_connection(("127.0.0.1", port), 5) for _ in range(5)]
        answer = client.get("/health").status_code
        for each in idle:
            each.close()
        return answer

    assert served(appliance, port, ask) == 200


def test_a_token_is_asked_where_one_is_set(
    appliance: FakeAppliance, port: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("STONECHAT_TOKEN", "sesame")

    def ask(client: httpx.Client) -> list[int]:
        given = ({}, {"authorization": "Bearer sesam"}, {"authorization": "Bearer sesame"})
        return [client.get("/metrics", headers=headers).status_code for headers in given]

    assert served(appliance, port, ask) == [401, 401, 200]


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.168.1.5", "speaker.local"])
def test_others_are_served_with_a_token_only(
    appliance: FakeAppliance, port: int, host: str
) -> None:
    async def run() -> None:
        with pytest.raises(UsageError, match="is seen by others: set STONECHAT_TOKEN"):
            async with outside(Config(web=Web(port=port, host=host)), appliance):
                pass

    asyncio.run(run())


def test_a_port_that_is_taken_is_told(appliance: FakeAppliance, port: int) -> None:
    async def run() -> None:
        with pytest.raises(UsageError, match=rf"127.0.0.1:{port} cannot be served"):
            async with outside(Config(web=Web(port=port)), appliance):
                pass

    with socket.socket() as taken:
        taken.bind(("127.0.0.1", port))
        taken.listen()
        asyncio.run(run())


NOT_OURS = "192.0.2.1"
"""An address for handbooks, which no device has."""


def test_an_address_that_is_not_there_is_told_to_a_person(
    appliance: FakeAppliance, port: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("STONECHAT_TOKEN", "sesame")

    async def run() -> None:
        with pytest.raises(UsageError, match=rf"{NOT_OURS}:{port} cannot be served"):
            async with outside(Config(web=Web(port=port, host=NOT_OURS)), appliance):
                pass

    asyncio.run(run())


def test_a_service_waits_for_the_address_that_its_network_brings(
    appliance: FakeAppliance, port: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Under systemd a mistake in the config is final; that the network is late is none."""
    monkeypatch.setenv("NOTIFY_SOCKET", "/nowhere")
    monkeypatch.setattr(web, "_AGAIN_S", 0.01)
    start, late = asyncio.start_server, ["at start", "once more"]

    async def once_there(serve: Any, host: str, port: int) -> asyncio.Server:
        if late and late.pop(0):
            raise OSError(errno.EADDRNOTAVAIL, "Cannot assign requested address")
        return await start(serve, host, port)

    monkeypatch.setattr(asyncio, "start_server", once_there)

    async def run() -> int:
        async with outside(Config(web=Web(port=port)), appliance):
            assert len(late) == 1
            async with asyncio.timeout(30), httpx.AsyncClient(verify=False) as client:
                while True:
                    with contextlib.suppress(httpx.ConnectError):
                        return (await client.get(f"http://127.0.0.1:{port}/health")).status_code
                    await asyncio.sleep(0.01)

    assert asyncio.run(run()) == 200
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", port), 5)


def test_a_service_ends_while_it_waits_for_its_address(
    appliance: FakeAppliance, port: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NOTIFY_SOCKET", "/nowhere")
    monkeypatch.setenv("STONECHAT_TOKEN", "sesame")

    async def run() -> None:
        async with outside(Config(web=Web(port=port, host=NOT_OURS)), appliance):
            pass

    asyncio.run(run())


def test_unless_configured_nothing_is_served_and_nothing_imported(
    appliance: FakeAppliance,
) -> None:
    async def run() -> None:
        async with outside(Config(), appliance) as outsiders:
            assert (outsiders.listeners, outsiders.tasks) == ([], [])

    asyncio.run(run())
    assert json.dumps(Config().web.port) == "null"
