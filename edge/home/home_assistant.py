"""Home Assistant over its WebSocket API.

One connection carries everything: names and states are kept by subscription, so reading costs
nothing, and a command goes out on a warm line. (The REST API answers 200 with an empty list
both for an entity it does not know and for one that already was as asked, so it tells nothing.)
"""

import asyncio
import logging
import os
import random
from collections.abc import Coroutine, Mapping
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from websockets.exceptions import WebSocketException

from edge.config.schema import HomeConfig
from edge.errors import ConfigError, HomeError
from edge.events import Value
from edge.home import ha_model
from edge.home.ha_model import Json, Registry
from edge.home.ha_socket import OUT_OF_REACH, Rejected, Socket, TokenRefused, open_socket
from edge.home.home import Command, State
from edge.vocabulary import Vocabulary

log = logging.getLogger(__name__)

COMMAND_S = 5.0
"""How long a device may take before the user is told that it does not answer."""
LEARN_S = 20.0
"""How long names and states may take; a Pi with a thousand entities needs some seconds."""
_BACK_OFF_S = 1.0, 60.0
_REGISTRIES = ("area_registry_updated", "device_registry_updated", "entity_registry_updated")


class HomeAssistant:
    """A home that Home Assistant runs; entering it connects, and it stays connected."""

    def __init__(self, config: HomeConfig, *, patience: float = 5.0) -> None:
        self._config = config
        self._token = _token(config.token_env)
        self._patience = patience
        """How long entering waits for the first connection, seconds."""
        self._states: dict[str, Json] = {}
        self._registry = Registry()
        self._vocabulary = Vocabulary(here=config.here)
        self._socket: Socket | None = None
        self._trouble = OUT_OF_REACH
        self._ready = asyncio.Event()
        self._tasks: set[asyncio.Task[None]] = set()

    def vocabulary(self) -> Vocabulary:
        """Every name that can be said here, as last known."""
        return self._vocabulary

    def state(self, id: str) -> State:
        """What is known of an entity. Raises HomeError for an unknown one."""
        if self._socket is None:
            raise HomeError(self._trouble)
        if id not in self._states:
            raise HomeError("Home Assistant doesn't know that device.")
        return ha_model.state(self._states[id])

    async def apply(self, id: str, command: Command, arguments: Mapping[str, Value]) -> None:
        """Call the service that does it. Raises HomeError with a sentence that names the device."""
        known = self.state(id)
        name = self._states[id]["attributes"].get("friendly_name", id)
        if not known["available"] or self._socket is None:
            raise HomeError(f"{name} isn't responding.")
        domain, service, data = ha_model.service(id, command, arguments)
        try:
            async with asyncio.timeout(COMMAND_S):
                await self._socket.ask(
                    "call_service",
                    domain=domain,
                    service=service,
                    service_data=data,
                    target={"entity_id": id},
                )
        except TimeoutError:
            raise HomeError(f"{name} isn't responding.") from None
        except Rejected as error:
            log.warning("%s.%s on %s: %s", domain, service, id, error)
            raise HomeError(f"{name} can't do that.") from None

    async def __aenter__(self) -> Self:
        self._spawn(self._stay_connected())
        with suppress(TimeoutError):
            async with asyncio.timeout(self._patience):
                await self._ready.wait()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Disconnect."""
        tasks = tuple(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def _spawn(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    # ── the connection ───────────────────────────────────────────────────────────────────────

    async def _stay_connected(self) -> None:
        wait, longest = _BACK_OFF_S
        while True:
            try:
                await self._converse()
                wait = _BACK_OFF_S[0]
            except TokenRefused as refusal:
                self._trouble, wait = str(refusal), longest
                log.error("%s Make a new one in your profile there.", refusal)
            except HomeError as error:
                self._trouble = OUT_OF_REACH
                log.warning("Home Assistant: %s; next try in about %.0f s", error, wait)
            # Spread out, so that a house full of speakers does not knock in step.
            await asyncio.sleep(wait * random.uniform(0.7, 1.3))
            wait = min(2 * wait, longest)

    async def _converse(self) -> None:
        """One connection, from its opening until it is lost."""
        async with open_socket(self._config.url, self._token, self._on_event) as socket:
            listening = asyncio.create_task(socket.listen())
            try:
                await self._learn(socket)
                self._socket = socket
                self._ready.set()
                log.info("Home Assistant: connected, %d entities", len(self._states))
                with suppress(WebSocketException, OSError):
                    await listening
                log.warning("Home Assistant: the connection was closed")
            except (TimeoutError, WebSocketException, OSError) as error:
                raise HomeError(str(error) or "no answer") from None
            finally:
                self._socket = None
                listening.cancel()
                await asyncio.gather(listening, return_exceptions=True)

    async def _learn(self, socket: Socket) -> None:
        async with asyncio.timeout(LEARN_S):
            for event in ("state_changed", *_REGISTRIES):
                await socket.ask("subscribe_events", event_type=event)
            states = {each["entity_id"]: each for each in await socket.ask("get_states")}
            await self._read_registry(socket)
        for id, state in states.items():
            newer = self._states.get(id)
            if newer and newer["last_updated"] > state["last_updated"]:
                states[id] = newer  # its event overtook the list
        self._states = states
        self._name()

    async def _read_registry(self, socket: Socket) -> None:
        areas = await socket.ask("config/area_registry/list")
        devices = await socket.ask("config/device_registry/list")
        listed = await socket.ask("config/entity_registry/list")
        ids = [each["entity_id"] for each in listed if ha_model.kind(each["entity_id"])]
        # Only this request tells the aliases.
        full = await socket.ask("config/entity_registry/get_entries", entity_ids=ids)
        entities = filter(None, full.values())
        self._registry = Registry(tuple(areas), tuple(devices), tuple(entities))

    async def _learn_again(self, socket: Socket) -> None:
        with suppress(HomeError, TimeoutError):
            async with asyncio.timeout(LEARN_S):
                await self._read_registry(socket)
        self._name()

    def _name(self) -> None:
        self._vocabulary = ha_model.vocabulary(
            self._states.values(), self._registry, self._config.here
        )

    def _on_event(self, event: Json) -> None:
        if event["event_type"] in _REGISTRIES:
            if self._socket is not None:
                self._spawn(self._learn_again(self._socket))
            return
        id, new = event["data"]["entity_id"], event["data"]["new_state"]
        old = self._states.get(id)
        if new is None:
            self._states.pop(id, None)
        else:
            self._states[id] = new
        if _spoken_name(old) != _spoken_name(new):
            self._name()


def _spoken_name(state: Json | None) -> object:
    return state and state["attributes"].get("friendly_name")


def _token(name: str) -> str:
    """The access token, from the environment or from systemd's credentials; never logged."""
    token = os.environ.get(name, "")
    folder = os.environ.get("CREDENTIALS_DIRECTORY")
    if not token and folder:
        with suppress(OSError):
            token = (Path(folder) / name).read_text(encoding="utf-8")
    if not token.strip():
        raise ConfigError(f"home: no access token for Home Assistant: set {name}")
    return token.strip()
