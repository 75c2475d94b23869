"""Music steps back while the assistant listens and speaks.

The home's media players are turned down and up again. Whoever asks the home meanwhile is told the
volume that a player will have again, so that "a bit louder" is a bit louder than it was.
"""

import logging
import time
from collections.abc import Callable, Iterable, Mapping
from types import TracebackType
from typing import Self

from edge.errors import StonechatError
from edge.events import Value
from edge.home.home import Command, Home, State
from edge.store import Store
from edge.vocabulary import Device, Vocabulary

log = logging.getLogger(__name__)

_SETTLES_S = 5.0
"""So long a player may go on telling the volume that it no longer has; and so long one that does
not answer is left alone."""
_SETTING = "ducked"


class DuckedHome:
    """A home whose media players can step back to `percent` of their volume (100: they never do).

    Volumes that were lowered are kept in the store: after a crash they are raised again.
    """

    def __init__(
        self, home: Home, store: Store, percent: int, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._home = home
        self._store = store
        self._share = percent / 100
        self._clock = clock
        left = store.setting(_SETTING, {})
        self._before: dict[str, int] = {}
        if isinstance(left, Mapping):
            self._before = {id: before for id, before in left.items() if isinstance(before, int)}
        self._raised: dict[str, tuple[float, int]] = {}
        """When players were turned up again, and to what."""
        self._busy = False
        self._not_before = 0.0

    def vocabulary(self) -> Vocabulary:
        """Every name that can be said here."""
        return self._home.vocabulary()

    def state(self, id: str) -> State:
        """What is known of a device, at its own volume. Raises HomeError for an unknown one."""
        state = self._home.state(id)
        return {**state, "volume": self._before[id]} if id in self._before else state

    async def apply(self, id: str, command: Command, arguments: Mapping[str, Value]) -> None:
        """Have a device do something; a volume that is asked for is not taken back. HomeError."""
        await self._home.apply(id, command, arguments)
        if command == "set_volume":
            self._raised.pop(id, None)
            if self._before.pop(id, None) is not None:
                await self._keep()

    async def follow(self, *, busy: bool) -> None:
        """Call a few times a second: a conversation is going on, or it is over."""
        began, self._busy = busy and not self._busy, busy
        if began and self._share < 1:
            await self._duck()
        elif not busy and self._before and self._clock() >= self._not_before:
            await self._restore()

    async def _duck(self) -> None:
        lower = {each.id: self._volume(each.id) for each in self._playing()}
        lower = {id: volume for id, volume in lower.items() if volume > 0}
        if not lower:
            return
        self._before |= lower
        await self._keep()
        for id, before in lower.items():
            await self._turn(id, round(before * self._share))

    async def _restore(self) -> None:
        known = {device.id for device in self._home.vocabulary().devices}
        for id, before in tuple(self._before.items()):
            if await self._turn(id, before) or (known and id not in known):
                self._raised[id] = self._clock(), before
                self._before.pop(id, None)
            else:
                self._not_before = self._clock() + _SETTLES_S
        await self._keep()

    def _playing(self) -> Iterable[Device]:
        """Players that sound in this room; anywhere, where it is not known which room this is."""
        known = self._home.vocabulary()
        for device in known.devices:
            near = known.here is None or device.area == known.here
            if device.kind == "media" and near and self._sounds(device.id):
                yield device

    def _sounds(self, id: str) -> bool:
        state = self._home.state(id)
        return state.get("state") == "playing" and not state.get("muted")

    def _volume(self, id: str) -> int:
        """What the player is set to: known to us where it was only just set."""
        if id in self._before:
            return self._before[id]
        at, before = self._raised.get(id, (float("-inf"), 0))
        if self._clock() - at < _SETTLES_S:
            return before
        volume = self._home.state(id).get("volume")
        return volume if isinstance(volume, int) else 0

    async def _turn(self, id: str, percent: int) -> bool:
        try:
            await self._home.apply(id, "set_volume", {"percent": percent})
        except StonechatError as error:
            log.info("%s", error)
            return False
        return True

    async def _keep(self) -> None:
        try:
            await self._store.set(_SETTING, dict(self._before))
        except StonechatError as error:
            log.warning("%s", error)

    async def __aenter__(self) -> Self:
        await self._home.__aenter__()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._before:
            await self._restore()
        await self._home.__aexit__(kind, error, trace)
