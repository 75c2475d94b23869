"""Opens what the config asks for, and nothing else: what is off is not even imported."""

from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any

from edge.config.schema import Config
from edge.events import Event
from edge.outside.appliance import Appliance
from edge.outside.health import health
from edge.service import supervised


@dataclass(frozen=True, slots=True)
class Outsiders:
    """Who is to be told every event, and what is to run beside the conversation."""

    listeners: list[Callable[[Event], None]] = field(default_factory=list)
    tasks: list[Callable[[], Coroutine[Any, Any, None]]] = field(default_factory=list)


@asynccontextmanager
async def outside(config: Config, appliance: Appliance) -> AsyncIterator[Outsiders]:
    """Metrics, health and MQTT, as configured. Raises UsageError."""
    outsiders = Outsiders()
    async with AsyncExitStack() as stack:
        if config.web.port is not None:
            await _serve_pages(config, appliance, outsiders, stack)
        if config.mqtt.host is not None:
            from edge.outside.discovery import identity
            from edge.outside.mqtt import MqttClient

            client = MqttClient(config.mqtt, appliance, identity())
            outsiders.listeners.append(client)
            outsiders.tasks.append(client.run)
        yield outsiders


async def _serve_pages(
    config: Config, appliance: Appliance, outsiders: Outsiders, stack: AsyncExitStack
) -> None:
    from edge.outside.metrics import CONTENT_TYPE, Metrics
    from edge.outside.web import Page, json_page, serving

    metrics = Metrics()
    outsiders.listeners.append(metrics)
    pages = {
        "/health": lambda: json_page(*health(appliance.standing())),
        "/metrics": lambda: Page(HTTPStatus.OK, CONTENT_TYPE, metrics.page(appliance.standing())),
    }
    await stack.enter_async_context(serving(config.web, pages, patient=supervised()))
