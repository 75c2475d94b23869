"""What left the device, and whether anything may: asked for and ordered by voice."""

from collections.abc import Awaitable, Callable
from datetime import datetime
from pathlib import Path
from typing import assert_never

from cloud_bridge import house_rules
from cloud_bridge.ladder import Ladder
from cloud_bridge.privacy import PrivacyLog, Sent, read
from edge.events import Action, Intent, Plan, Reply
from edge.paths import state_dir
from edge.store import Store

_SETTING = "cloud.off"


class Privacy:
    """Knows "don't use the cloud" and "what did you send out today?"."""

    def __init__(
        self,
        log: PrivacyLog | None = None,
        store: Store | None = None,
        ladder: Ladder | None = None,
        now: Callable[[], datetime] = lambda: datetime.now().astimezone(),
    ) -> None:
        self._log = log
        self._store = store
        self._ladder = ladder
        self._now = now

    @property
    def off(self) -> bool:
        """Whether the cloud was forbidden; kept over restarts."""
        return bool(self._store.setting(_SETTING, False)) if self._store else False

    def phrases(self) -> tuple[str, ...]:
        """Fixed sentences, to be rendered ahead."""
        return house_rules.SWITCHED_OFF, house_rules.SWITCHED_ON, house_rules.NOTHING_SENT

    def plan(self, text: str) -> tuple[Intent, Plan] | None:
        """What is asked or ordered about the cloud itself; None: it is about something else."""
        match house_rules.rule(text):
            case "report":
                entries = self._log.entries() if self._log else []
                return Intent("cloud.report"), Plan(Reply(house_rules.report(entries, self._now())))
            case "off":
                off = Action("cloud.off")
                return Intent("cloud.off"), Plan(Reply(house_rules.SWITCHED_OFF), off)
            case "on":
                return Intent("cloud.on"), Plan(Reply(house_rules.SWITCHED_ON), Action("cloud.on"))
            case None:
                return None
            case _ as never:
                assert_never(never)

    async def perform(self, action: Action) -> Callable[[], Awaitable[None]]:
        """Obey what `plan` understood; give what takes it back. Raises StoreError."""
        before = self.off
        await self._switch(off=action.name == "cloud.off")

        async def back() -> None:
            await self._switch(off=before)

        return back

    async def _switch(self, *, off: bool) -> None:
        if self._ladder is not None:
            self._ladder.cloud_off = off
        if self._store is not None:
            await self._store.set(_SETTING, off)


def privacy_file(folder: Path | None = None) -> Path:
    """Where it is written what left the device."""
    return (folder or state_dir()) / "privacy.jsonl"


def sent_out() -> list[Sent]:
    """Everything that the privacy log holds, oldest first."""
    return list(read(privacy_file()))
