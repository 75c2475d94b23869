"""The body of a running assistant: what lights up, what is pressed, and the microphone's mute."""

import asyncio
import logging
from collections.abc import Callable
from types import TracebackType
from typing import Any, Self

from edge.body.lights import Lamp, Light
from edge.body.mute import Mutable, Source
from edge.body.pins import Pins
from edge.config.schema import BodyConfig
from edge.events import Event

log = logging.getLogger(__name__)


class Body:
    """Lights, buttons and the mute. An async context; without pins in the config it only mutes.

    A switch and an order (a button held down, `stonechat mute microphone`) mute each by itself:
    the microphone is open only while neither does. All of it belongs to the loop.
    """

    def __init__(
        self,
        settings: BodyConfig,
        opened: Callable[[bool], Source],
        *,
        ordered: bool = False,
        factory: Any = None,
    ) -> None:
        self._settings = settings
        self._opened = opened
        self._ordered = ordered
        self._factory = factory
        self._lamp = Lamp()
        self._shown: Light | None = None
        self._pins: Pins | None = None
        self.on_wake: Callable[[], None] = _nothing
        """Called when the button is pressed."""
        self.on_order: Callable[[bool], None] = _nothing
        """Called with what the button, held down, asks for; whoever takes it calls `order`."""
        self.on_muted: Callable[[bool], None] = _nothing
        """Called when the microphone was closed or opened again."""

    async def __aenter__(self) -> Self:
        loop = asyncio.get_running_loop()
        if self._settings.wired:
            self._pins = Pins(
                self._settings,
                lambda: loop.call_soon_threadsafe(lambda: self.on_wake()),
                lambda: loop.call_soon_threadsafe(lambda: self.on_order(not self._ordered)),
                lambda _: loop.call_soon_threadsafe(self._changed),
                self._factory,
            )
        self._lamp.muted = self.muted
        self.microphone = Mutable(self._opened, muted=self.muted)
        try:
            await self.microphone.__aenter__()
        except BaseException:
            self._free()
            raise
        self._show(self._lamp.light)
        if self.muted:
            log.warning("the microphone is muted")
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._free()
        await self.microphone.__aexit__(kind, error, trace)

    @property
    def muted(self) -> bool:
        """Whether the switch or an order mutes the microphone."""
        return self._ordered or (self._pins is not None and self._pins.muted)

    def order(self, muted: bool) -> None:
        """Mute the microphone, or take that back; a switch that mutes goes before."""
        self._ordered = muted
        self._changed()

    def follow(self, event: Event, *, listening: bool) -> None:
        """Show an event of the stream."""
        self._show(self._lamp.follow(event, listening=listening))

    def _changed(self) -> None:
        muted = self.muted
        if muted == self.microphone.muted:
            return
        log.info("the microphone is %s", "muted" if muted else "open again")
        self.microphone.mute(muted)
        self._lamp.muted = muted
        self._show(self._lamp.light)
        self.on_muted(muted)

    def _show(self, light: Light) -> None:
        if self._pins is not None and light != self._shown:
            self._pins.show(light)
            self._shown = light

    def _free(self) -> None:
        if self._pins is not None:
            self._pins.close()


def _nothing(*_: object) -> None:
    """Nobody has asked to be called."""
