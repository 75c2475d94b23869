"""The device on a real broker, watched by a client that knows nothing of ours."""

import asyncio
import contextlib
import gc
import json
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from pathlib import Path
from typing import Any

import aiomqtt
import pytest

from edge.config.schema import Mqtt
from edge.outside import mqtt
from edge.outside.appliance import FakeAppliance
from edge.outside.mqtt import MqttClient
from tests.outside.conftest import turn
from tests.outside.mosquitto import PASSWORD, PROGRAM, USER, Broker

pytestmark = pytest.mark.skipif(PROGRAM is None, reason="no mosquitto; scripts/test installs it")

HERE = "stonechat/stonechat_test"
DESCRIPTION = "homeassistant/device/stonechat_test/config"


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MQTT_PASSWORD", PASSWORD)
    monkeypatch.setattr(mqtt, "_FIRST_PAUSE_S", 0.1)
    monkeypatch.setattr(mqtt, "_LONGEST_PAUSE_S", 0.2)
    monkeypatch.setattr(mqtt, "_LOOK_S", 0.1)


@pytest.fixture
def broker() -> Iterator[Broker]:
    with Broker() as running:
        yield running


class Watcher:
    """Any other client of the broker: keeps what it is told, topic by topic."""

    def __init__(self, client: aiomqtt.Client) -> None:
        self._client = client
        self.seen: dict[str, str] = {}
        self.count: dict[str, int] = {}

    async def watch(self) -> None:
        await self._client.subscribe("#", qos=1)
        async for message in self._client.messages:
            topic = message.topic.value
            assert isinstance(message.payload, bytes)
            self.seen[topic] = message.payload.decode()
            self.count[topic] = self.count.get(topic, 0) + 1

    async def until(self, happened: Callable[[], object]) -> None:
        async with asyncio.timeout(10):
            while not happened():  # noqa: ASYNC110  what is waited for may be anywhere
                await asyncio.sleep(0.02)

    async def until_told(self, topic: str, value: str) -> None:
        await self.until(lambda: self.seen.get(topic) == value)

    async def send(self, topic: str, value: str, retain: bool = False) -> None:
        await self._client.publish(topic, value, 1, retain)


@contextlib.asynccontextmanager
async def watching(port: int, **options: Any) -> AsyncIterator[Watcher]:
    client = aiomqtt.Client("localhost", port, username=USER, password=PASSWORD, **options)
    async with client, asyncio.TaskGroup() as tasks:
        watcher = Watcher(client)
        task = tasks.create_task(watcher.watch())
        yield watcher
        task.cancel()


@contextlib.asynccontextmanager
async def device(
    appliance: FakeAppliance, port: int, **settings: Any
) -> AsyncIterator[tuple[MqttClient, "asyncio.Task[None]"]]:
    config = Mqtt(host="localhost", port=port, username=USER, **settings)
    client = MqttClient(config, appliance, "stonechat_test")
    task = asyncio.create_task(client.run())
    try:
        yield client, task
    finally:
        task.cancel()
        assert (await asyncio.wait([task], timeout=15))[0]


def on(
    broker: Broker,
    appliance: FakeAppliance,
    story: Callable[[Watcher, MqttClient], Awaitable[None]],
) -> None:
    async def run() -> None:
        async with (
            watching(broker.port) as watcher,
            device(appliance, broker.port) as (client, _),
        ):
            await watcher.until_told(f"{HERE}/availability", "online")
            await story(watcher, client)

    asyncio.run(run())


def test_it_describes_itself_and_tells_how_it_stands(
    broker: Broker, appliance: FakeAppliance
) -> None:
    async def story(watcher: Watcher, client: MqttClient) -> None:
        await watcher.until_told(f"{HERE}/mute", "OFF")
        await watcher.until_told(f"{HERE}/state", "idle")
        await watcher.until_told(f"{HERE}/volume", "70")
        described = json.loads(watcher.seen[DESCRIPTION])
        for name, component in described["components"].items():
            assert component["platform"]
            assert component["unique_id"] == f"stonechat_test_{name}"
            told = component.get("state_topic")
            if told is not None and name != "last_command":
                assert told in watcher.seen
        assert f"{HERE}/last_command" not in watcher.seen

    on(broker, appliance, story)


def test_what_is_told_is_retained_for_who_comes_later(
    broker: Broker, appliance: FakeAppliance
) -> None:
    async def story(watcher: Watcher, client: MqttClient) -> None:
        client(turn())
        await watcher.until_told(f"{HERE}/last_command", "Turn on the kitchen lights.")
        async with watching(broker.port) as late:
            await late.until_told(f"{HERE}/last_command", "Turn on the kitchen lights.")
            await late.until(lambda: {DESCRIPTION, f"{HERE}/availability"} <= late.seen.keys())
            attributes = json.loads(late.seen[f"{HERE}/last_command/attributes"])
            assert attributes["intent"] == "home.turn_on"
            assert attributes["ms"]["first_audio"] == 180.0

    on(broker, appliance, story)


def test_orders_are_carried_out_and_their_effect_is_told(
    broker: Broker, appliance: FakeAppliance
) -> None:
    async def story(watcher: Watcher, client: MqttClient) -> None:
        await watcher.send(f"{HERE}/volume/set", "35.0")
        await watcher.until_told(f"{HERE}/volume", "35")
        await watcher.send(f"{HERE}/mute/set", "ON")
        await watcher.until_told(f"{HERE}/mute", "ON")
        await watcher.send(f"{HERE}/announce/set", "Dinner is ready — come!")
        await watcher.send(f"{HERE}/wake/set", "PRESS")
        await watcher.until(lambda: appliance.woken)
        assert appliance.announced == ["Dinner is ready — come!"]

    on(broker, appliance, story)


def test_what_is_no_order_changes_nothing(
    broker: Broker, appliance: FakeAppliance, caplog: pytest.LogCaptureFixture
) -> None:
    wrong = [("volume", "loud"), ("volume", "101"), ("volume", "nan"), ("mute", "maybe"),
             ("wake", ""), ("lights", "ON")]  # fmt: skip

    async def story(watcher: Watcher, client: MqttClient) -> None:
        before = appliance.now
        for name, value in wrong:
            await watcher.send(f"{HERE}/{name}/set", value)
        await watcher.send(f"{HERE}/wake/set", "PRESS")
        await watcher.until(lambda: appliance.woken)
        assert appliance.now == before
        assert appliance.announced == []

    with caplog.at_level(logging.WARNING):
        on(broker, appliance, story)
    assert len([line for line in caplog.messages if line.startswith("MQTT: stonechat/")]) == len(
        wrong
    )


def test_an_order_that_the_broker_kept_is_not_obeyed_at_every_start(
    broker: Broker, appliance: FakeAppliance
) -> None:
    async def run() -> None:
        async with watching(broker.port) as watcher:
            await watcher.send(f"{HERE}/announce/set", "Again and again", retain=True)
            async with device(appliance, broker.port):
                await watcher.until_told(f"{HERE}/state", "idle")
                await watcher.send(f"{HERE}/wake/set", "PRESS")
                await watcher.until(lambda: appliance.woken)

    asyncio.run(run())
    assert appliance.announced == []


def test_when_home_assistant_starts_it_is_told_everything_again(
    broker: Broker, appliance: FakeAppliance
) -> None:
    async def story(watcher: Watcher, client: MqttClient) -> None:
        await watcher.until_told(f"{HERE}/mute", "OFF")
        before = dict(watcher.count)
        await watcher.send("homeassistant/status", "offline")
        await watcher.send("homeassistant/status", "online")
        again = (DESCRIPTION, f"{HERE}/availability", f"{HERE}/state", f"{HERE}/volume")
        await watcher.until(
            lambda: all(watcher.count[topic] == before[topic] + 1 for topic in again)
        )

    on(broker, appliance, story)


def test_it_is_back_after_the_broker_was_gone(
    broker: Broker, appliance: FakeAppliance, caplog: pytest.LogCaptureFixture
) -> None:
    async def run() -> None:
        async with device(appliance, broker.port):
            async with watching(broker.port) as watcher:
                await watcher.until_told(f"{HERE}/availability", "online")
            broker.stop()
            await asyncio.sleep(0.5)
            broker.start()
            async with watching(broker.port) as watcher:
                await watcher.until_told(f"{HERE}/state", "idle")
                assert DESCRIPTION in watcher.seen

    with caplog.at_level(logging.WARNING):
        asyncio.run(run())
    # pytest also catches what the library says to itself, which reaches nobody.
    told = [each for each in caplog.records if logging.getLogger(each.name).propagate]
    assert len(told) == 1, "an outage is told once"


def test_it_says_goodbye(broker: Broker, appliance: FakeAppliance) -> None:
    async def run() -> None:
        async with watching(broker.port) as watcher:
            async with device(appliance, broker.port):
                await watcher.until_told(f"{HERE}/availability", "online")
            await watcher.until_told(f"{HERE}/availability", "offline")

    asyncio.run(run())


def test_its_last_will_tells_that_it_was_cut_off(broker: Broker, appliance: FakeAppliance) -> None:
    async def run() -> None:
        async with watching(broker.port) as watcher, device(appliance, broker.port):
            await watcher.until_told(f"{HERE}/availability", "online")
            # Another client of the same name: the broker cuts the first one off.
            taken = aiomqtt.Client(
                "localhost", broker.port, username=USER, password=PASSWORD,
                identifier="stonechat_test",
            )  # fmt: skip
            async with taken:
                await watcher.until_told(f"{HERE}/availability", "offline")

    asyncio.run(run())


def test_a_wrong_password_is_told_once_and_harms_nothing(
    broker: Broker,
    appliance: FakeAppliance,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    monkeypatch.setenv("MQTT_PASSWORD", "wrong")

    async def run() -> None:
        async with device(appliance, broker.port) as (_, task):
            await asyncio.sleep(0.8)
            assert not task.done()

    with caplog.at_level(logging.WARNING):
        asyncio.run(run())
    (line,) = caplog.messages
    assert "uthor" in line
    assert "wrong" not in line


# paho leaves the socket of a failed handshake to the garbage collector.
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
@pytest.mark.parametrize("trusted", [True, False])
def test_tls_is_only_spoken_with_a_broker_that_is_trusted(
    appliance: FakeAppliance, trusted: bool, caplog: pytest.LogCaptureFixture
) -> None:
    async def run(broker: Broker) -> None:
        trust = aiomqtt.TLSParameters(ca_certs=str(broker.certificate))
        async with (
            watching(broker.port, tls_params=trust) as watcher,
            device(
                appliance, broker.port, tls=True, ca_file=broker.certificate if trusted else None
            ),
        ):
            if trusted:
                await watcher.until_told(f"{HERE}/state", "idle")
            else:
                await watcher.until(lambda: caplog.messages)
                assert "certificate" in caplog.text
                assert not watcher.seen

    with Broker(tls=True) as broker, caplog.at_level(logging.WARNING):
        asyncio.run(run(broker))
    caplog.clear()
    gc.collect()


def test_a_certificate_that_is_not_there_is_told(
    broker: Broker, appliance: FakeAppliance, caplog: pytest.LogCaptureFixture
) -> None:
    async def run() -> None:
        nowhere = Path("/nowhere/ca.pem")
        async with device(appliance, broker.port, tls=True, ca_file=nowhere) as (_, task):
            await asyncio.sleep(0.4)
            assert not task.done()

    with caplog.at_level(logging.WARNING):
        asyncio.run(run())
    assert "No such file" in caplog.text
