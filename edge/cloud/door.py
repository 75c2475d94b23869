"""The door itself: who is asked what, and with which words."""

import asyncio
from collections.abc import Sequence
from contextlib import suppress
from typing import Literal

from cloud_bridge import house_rules, scripts
from cloud_bridge.bridge import Bridge
from cloud_bridge.context import role_of
from cloud_bridge.extractor import Notes, extract
from cloud_bridge.mcp import McpClient
from cloud_bridge.orchestrator import Pick, pick
from cloud_bridge.specialists import BY_NAME
from cloud_bridge.turns import Role, Turn
from edge.cloud.asking import Asking
from edge.cloud.device import Device
from edge.cloud.privacy import Privacy
from edge.cloud.situation import About, situation_of
from edge.memory.state import Conversation

UNAVAILABLE = scripts.NOTHING_SET_UP
TOOLS_S = 30.0
"""How long whoever asks in writing waits for servers of tools that are being started."""


class CloudDoor:
    """Answers what the device cannot answer by itself."""

    def __init__(
        self,
        bridge: Bridge | None = None,
        device: Device | None = None,
        privacy: Privacy | None = None,
        facts_to_cloud: bool = False,
        clients: Sequence[McpClient] = (),
    ) -> None:
        self._bridge = bridge
        self._clients = clients
        self._device = device
        self.privacy = privacy or Privacy()
        """What left the device, and whether anything may."""
        self._facts_to_cloud = facts_to_cloud

    def phrases(self) -> tuple[str, ...]:
        """Fixed sentences, to be rendered ahead."""
        return (*scripts.phrases(), *self.privacy.phrases())

    @property
    def where(self) -> Literal["cloud", "offline"]:
        """Who answers: `cloud`, or `offline` when nobody can."""
        return "cloud" if self._bridge is not None and self._bridge.ladder.rungs else "offline"

    @property
    def waiting(self) -> bool:
        """A "shall I?" is open: give the next words to `begin`, whatever they are."""
        return self._bridge is not None and self._bridge.waiting

    def forget(self) -> None:
        """No answer came, or one that was for somebody else: it counts as no."""
        if self._bridge is not None:
            self._bridge.forget()

    async def connect(self) -> None:
        """Have a connection ready, at the wake word; and the tools of servers, after a start."""
        if self._bridge is not None:
            await self._bridge.ladder.connect()
        with suppress(TimeoutError):
            async with asyncio.timeout(TOOLS_S):
                await asyncio.gather(*(client.tried.wait() for client in self._clients))

    def begin(self, text: str, about: About) -> Asking:
        """Ask, of whom it concerns, with what is known of it."""
        assert self._bridge is not None and self._device is not None
        verdict = self._verdict(text) if self._bridge.waiting else None
        situation = situation_of(about, self._device, private=not self._facts_to_cloud)
        tools = self._bridge.tools

        def cast(name: str) -> Role | None:
            found = BY_NAME.get(name)
            return None if found is None else role_of(found, situation, tools)

        picked = self._pick(text, about)
        role = cast(picked.specialist.name)
        return Asking(self._bridge, Turn(text, role, verdict, cast), picked.waiting)

    def _verdict(self, text: str) -> bool | None:
        """Whether words allow what was asked for; None where they are no answer."""
        assert self._device is not None
        match self._device.yes_or_no(text):
            case "yes" if house_rules.plain_yes(text):
                return True
            case "no":
                return False
            case _:
                return None

    def _pick(self, text: str, about: About) -> Pick:
        if about.specialist:
            return Pick(BY_NAME[about.specialist], "device", about.talk.waiting)
        return pick(text, about.domain, about.talk.specialist, about.talk.waiting)

    def would_take(self, text: str, talk: Conversation) -> str:
        """Who would answer a question that the device's classifier knows nothing of."""
        return pick(text, "", talk.specialist, talk.waiting).specialist.name

    async def notes(self, talk: Conversation) -> Notes:
        """Let a small model note what the last exchange settled. Never raises."""
        assert self._bridge is not None
        exchanges = [(each.said, each.heard) for each in talk.recent[-2:]]
        form = BY_NAME[talk.specialist].form
        return await extract(self._bridge.ladder, form, exchanges, f"notes-{talk.id}")
