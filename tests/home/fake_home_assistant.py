"""A small server that speaks Home Assistant's WebSocket API as the real one was seen to."""

import asyncio
import json
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any

from websockets.asyncio.server import Server, ServerConnection, serve
from websockets.exceptions import ConnectionClosed

TOKEN = "long-lived"
STAMP = "2026-11-23T04:00:00.000000+00:00"


def entity(id: str, state: str, **attributes: Any) -> dict[str, Any]:
    return {"entity_id": id, "state": state, "attributes": attributes, "last_updated": STAMP}


class FakeHomeAssistant:
    def __init__(self) -> None:
        self.states = {
            each["entity_id"]: each
            for each in (
                entity("light.bed_light", "off", friendly_name="Bed Light", brightness=None),
                entity("light.kitchen", "on", friendly_name="Kitchen Lights", brightness=180),
                entity("lock.front_door", "locked", friendly_name="Front Door"),
                entity(
                    "cover.garage_door", "closed", friendly_name="Garage Door",
                    device_class="garage", current_position=0,
                ),
                entity(
                    "climate.ecobee", "heat_cool", friendly_name="Ecobee",
                    temperature=21, current_temperature=19.5,
                ),
                entity("switch.broken", "unavailable", friendly_name="Broken"),
                entity(
                    "sensor.outdoor", "15.6", friendly_name="Outdoor Temperature",
                    device_class="temperature", unit_of_measurement="°C",
                ),
                entity("sensor.signal", "-60", friendly_name="Signal"),
                entity("sun.sun", "above_horizon", friendly_name="Sun"),
            )
        }  # fmt: skip
        self.areas = [{"area_id": "bedroom", "name": "Bedroom", "aliases": []}]
        self.devices = [{"id": "d1", "area_id": "bedroom"}]
        self.entries: dict[str, dict[str, Any]] = {
            "light.bed_light": {"device_id": "d1", "aliases": ["night light"]},
            "sensor.signal": {"entity_category": "diagnostic"},
        }
        self.calls: list[tuple[str, str, dict[str, Any], str]] = []
        self.seen: list[str] = []
        self.connections: set[ServerConnection] = set()
        self.deaf = False
        """Takes requests and never answers."""
        self.port = 0
        self._server: Server | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    async def start(self) -> None:
        self._server = await serve(self._converse, "127.0.0.1", self.port)
        self.port = next(iter(self._server.sockets)).getsockname()[1]

    async def stop(self) -> None:
        assert self._server is not None
        self._server.close()
        await self._server.wait_closed()

    async def announce(self, event: str, data: Mapping[str, Any]) -> None:
        """Send an event to every connection that subscribed to it."""
        for connection in self.connections:
            for number, type in connection.__dict__.get("subscriptions", {}).items():
                if type == event:
                    body = {"event_type": event, "data": data, "origin": "LOCAL"}
                    await connection.send(
                        json.dumps({"id": number, "type": "event", "event": body})
                    )

    async def change(self, id: str, state: str, **attributes: Any) -> None:
        old = self.states.get(id)
        kept = old["attributes"] if old else {}
        new = entity(id, state, **{**kept, **attributes})
        new["last_updated"] = "2026-11-23T05:00:00.000000+00:00"
        self.states[id] = new
        await self.announce("state_changed", {"entity_id": id, "old_state": old, "new_state": new})

    async def _converse(self, connection: ServerConnection) -> None:
        assert connection.request is not None
        assert connection.request.path == "/api/websocket"
        await connection.send(json.dumps({"type": "auth_required", "ha_version": "2025.4.4"}))
        login = json.loads(await connection.recv())
        if login != {"type": "auth", "access_token": TOKEN}:
            await connection.send(json.dumps({"type": "auth_invalid", "message": "Invalid"}))
            return
        await connection.send(json.dumps({"type": "auth_ok", "ha_version": "2025.4.4"}))
        self.connections.add(connection)
        try:
            async for message in connection:
                request = json.loads(message)
                self.seen.append(request["type"])
                if not self.deaf:
                    await self._answer(connection, request)
        except ConnectionClosed:
            pass
        finally:
            self.connections.discard(connection)

    async def _answer(self, connection: ServerConnection, request: dict[str, Any]) -> None:
        result: Any = None
        error = None
        match request["type"]:
            case "get_states":
                result = list(self.states.values())
            case "subscribe_events":
                subscriptions = connection.__dict__.setdefault("subscriptions", {})
                subscriptions[request["id"]] = request["event_type"]
            case "config/area_registry/list":
                result = self.areas
            case "config/device_registry/list":
                result = self.devices
            case "config/entity_registry/list":
                result = [{"entity_id": id} for id in self.entries]
            case "config/entity_registry/get_entries":
                result = {
                    id: {"entity_id": id, "aliases": [], **self.entries[id]}
                    for id in request["entity_ids"]
                }
            case "call_service":
                error = await self._call(request)
                result = {"context": {"id": "01"}, "response": None}
            case _:
                error = {"code": "unknown_command", "message": "Unknown command."}
        answer = {"id": request["id"], "type": "result", "success": error is None}
        answer |= {"result": result} if error is None else {"error": error}
        await connection.send(json.dumps(answer))

    async def _call(self, request: dict[str, Any]) -> dict[str, str] | None:
        domain, service = request["domain"], request["service"]
        id = request["target"]["entity_id"]
        self.calls.append((domain, service, request["service_data"], id))
        if service in ("turn_on", "turn_off"):
            await self.change(id, service.removeprefix("turn_"))
        if service == "set_temperature" and request["service_data"]["temperature"] > 35:
            return {"code": "service_validation_error", "message": "Accepted range is 7 to 35"}
        return None


@asynccontextmanager
async def fake_home_assistant() -> AsyncIterator[FakeHomeAssistant]:
    server = FakeHomeAssistant()
    await server.start()
    try:
        yield server
    finally:
        await server.stop()


async def until(condition: Any) -> None:
    """Wait for something that another task does; the test's own time-out ends it."""
    while not condition():  # noqa: ASYNC110 - a condition of a foreign task
        await asyncio.sleep(0.005)
