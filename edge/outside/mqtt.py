"""MQTT: the device tells how it stands, and takes the few orders that it may be given.

    <topic>/<device>/availability                 online, offline (the last will)
    <topic>/<device>/state, volume, mute          retained, told when they change
    <topic>/<device>/last_command[/attributes]    the last turn that somebody spoke
    <topic>/<device>/volume/set                   0 to 100
    <topic>/<device>/mute/set                     ON, OFF
    <topic>/<device>/announce/set                 a text to say
    <topic>/<device>/wake/set                     PRESS

It connects again, with growing pauses, for as long as it takes; nothing else waits for it.
"""

import asyncio
import logging
import random
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

import aiomqtt

from edge.config.schema import Mqtt
from edge.errors import StonechatError, UsageError
from edge.events import Event
from edge.outside.appliance import Appliance
from edge.outside.discovery import (
    OFFLINE,
    ONLINE,
    PRESS,
    Topics,
    description,
    last_command,
    topics,
)
from edge.service import secret

log = logging.getLogger(__name__)
_paho = logging.getLogger(f"{__name__}.paho")
"""What the library says of a lost connection is said by us, once."""
_paho.propagate = False
_paho.addHandler(logging.NullHandler())

_FIRST_PAUSE_S = 1.0
_LONGEST_PAUSE_S = 60.0
_LOOK_S = 1.0
_KEEP_ALIVE_S = 30
_FAREWELL_S = 2.0
_WAITING = 32
"""Orders that may wait; more are dropped."""


class MqttClient:
    """One device on one broker. Call it with every event."""

    def __init__(self, settings: Mqtt, appliance: Appliance, device: str) -> None:
        assert settings.host is not None
        self._settings = settings
        self._host = settings.host
        self._appliance = appliance
        self._device = device
        self._topics: Topics = topics(settings, device)
        self._told: dict[str, str] = {}
        """What the broker holds of us, by topic."""
        self._last: tuple[str, str] | None = None
        self._news = asyncio.Event()
        self._quiet = False
        """The present trouble has been told."""

    def __call__(self, event: Event) -> None:
        """Something happened: tell what has changed."""
        if event.event == "turn" and event.data["text"]:
            self._last = last_command(event.data)
        self._news.set()

    async def run(self) -> None:
        """Stay connected until cancelled."""
        pause = _FIRST_PAUSE_S
        while True:
            try:
                async with self._connected() as client:
                    log.info("MQTT: connected to %s", self._host)
                    pause, self._quiet = _FIRST_PAUSE_S, False
                    await self._serve(client)
            except (aiomqtt.MqttError, OSError) as error:  # OSError: a certificate, a name
                _still_wanted()
                self._complain(error)
            await asyncio.sleep(pause * random.uniform(0.8, 1.2))
            pause = min(2 * pause, _LONGEST_PAUSE_S)

    def _complain(self, error: Exception) -> None:
        """Once an outage, not once a minute."""
        level = logging.DEBUG if self._quiet else logging.WARNING
        log.log(level, "MQTT: %s: %s; trying again", self._host, error)
        self._quiet = True

    @asynccontextmanager
    async def _connected(self) -> AsyncIterator[aiomqtt.Client]:
        settings = self._settings
        tls = aiomqtt.TLSParameters(ca_certs=str(settings.ca_file) if settings.ca_file else None)
        client = aiomqtt.Client(
            self._host,
            settings.port or (8883 if settings.tls else 1883),
            username=settings.username,
            password=secret(settings.password_env),
            logger=_paho,
            identifier=self._device,
            will=aiomqtt.Will(self._topics.availability, OFFLINE, qos=1, retain=True),
            keepalive=_KEEP_ALIVE_S,
            tls_params=tls if settings.tls else None,
            max_queued_incoming_messages=_WAITING,
            # Small messages must not wait for the acknowledgement of the ones before.
            socket_options=((socket.IPPROTO_TCP, socket.TCP_NODELAY, 1),),
        )
        async with client:
            try:
                yield client
            except asyncio.CancelledError:
                # A clean farewell does not trigger the will.
                with suppress(aiomqtt.MqttError):
                    await client.publish(
                        self._topics.availability, OFFLINE, 1, True, timeout=_FAREWELL_S
                    )
                raise

    async def _serve(self, client: aiomqtt.Client) -> None:
        self._told.clear()
        await client.subscribe([(self._topics.commands, 1), (self._topics.birth, 1)])
        _still_wanted()
        await self._introduce(client)
        telling = asyncio.create_task(self._tell(client))
        taking = asyncio.create_task(self._take(client))
        try:
            done, _ = await asyncio.wait((telling, taking), return_when=asyncio.FIRST_COMPLETED)
            for task in done:
                task.result()
        finally:
            for task in (telling, taking):
                task.cancel()
            await asyncio.gather(telling, taking, return_exceptions=True)

    async def _introduce(self, client: aiomqtt.Client) -> None:
        """Who we are and that we are there, in the order in which it must be known."""
        message = description(self._settings, self._device)
        await _publish(client, self._topics.config, message)
        await _publish(client, self._topics.availability, ONLINE)

    async def _tell(self, client: aiomqtt.Client) -> None:
        while True:
            self._news.clear()
            for topic, value in self._values().items():
                if self._told.get(topic) != value:
                    await _publish(client, topic, value)
                    self._told[topic] = value
            with suppress(TimeoutError):
                async with asyncio.timeout(_LOOK_S):  # the volume may change without an event
                    await self._news.wait()

    def _values(self) -> dict[str, str]:
        standing = self._appliance.standing()
        values = {
            self._topics.state("state"): standing.state,
            self._topics.state("volume"): str(standing.volume),
            self._topics.state("mute"): "ON" if standing.muted else "OFF",
        }
        if self._last is not None:
            text, attributes = self._last
            values[self._topics.state("last_command/attributes")] = attributes
            values[self._topics.state("last_command")] = text
        return values

    async def _take(self, client: aiomqtt.Client) -> None:
        async for message in client.messages:
            topic = message.topic.value
            if topic == self._topics.birth:
                if message.payload == ONLINE.encode():
                    self._told.clear()
                    await self._introduce(client)
                    self._news.set()
                continue
            if message.retain:  # it would be obeyed again at every start
                log.warning("MQTT: a retained order on %s is ignored", topic)
                continue
            await self._obey(topic, message.payload)

    async def _obey(self, topic: str, payload: object) -> None:
        asked = self._topics.asked(topic)
        try:
            assert isinstance(payload, bytes)
            await order(self._appliance, asked, payload.decode())
        except (StonechatError, UnicodeDecodeError) as error:
            log.warning("MQTT: %s: %s", topic, error)
        self._news.set()


async def _publish(client: aiomqtt.Client, topic: str, value: str) -> None:
    """Tell it, to be kept for who comes later."""
    await client.publish(topic, value, 1, True)
    _still_wanted()


def _still_wanted() -> None:
    """Python 3.11's `wait_for`, which the library uses, may swallow a cancellation. Raises it."""
    task = asyncio.current_task()
    if task is not None and task.cancelling():
        raise asyncio.CancelledError


async def order(appliance: Appliance, asked: str | None, text: str) -> None:
    """Do what a message asks. Raises StonechatError."""
    match asked, text:
        case "mute", "ON" | "OFF":
            await appliance.set_muted(text == "ON")
        case "volume", _:
            await appliance.set_volume(_percent(text))
        case "announce", _:
            appliance.announce(text)
        case "wake", str() if text == PRESS:
            appliance.wake()
        case _:
            raise UsageError(f"no such order: {text[:40]!r}")


def _percent(text: str) -> int:
    try:
        percent = float(text)
    except ValueError:
        percent = -1
    if not 0 <= percent <= 100:
        raise UsageError(f"a volume is a number from 0 to 100, not {text[:40]!r}")
    return round(percent)
