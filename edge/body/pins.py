"""LEDs and buttons on the header of a board, through gpiozero."""

from collections.abc import Callable
from types import TracebackType
from typing import Any, Self

from edge.body.lights import OFF, Light
from edge.config.schema import BodyConfig
from edge.errors import BodyError

_BOUNCE_S = 0.05
_HOLD_S = 1.5
_BREATH_S, _BLINK_S = 1.2, 0.3

Press = Callable[[], object]


class Pins:
    """A light, a button that wakes (held down, it mutes), a switch that mutes: what is configured.

    A context: leaving it frees the pins, and the light goes out. The callbacks run on gpiozero's
    thread; hand over to the loop with `call_soon_threadsafe`. Raises BodyError.
    """

    def __init__(
        self,
        settings: BodyConfig,
        on_wake: Press,
        on_hold: Press,
        on_mute: Callable[[bool], object],
        factory: Any = None,
    ) -> None:
        self._led = self._button = self._switch = None
        try:
            import gpiozero

            if settings.led:
                self._led = gpiozero.RGBLED(
                    *settings.led, active_high=settings.led_active_high, pin_factory=factory
                )
            if settings.button is not None:
                self._button = _button(gpiozero, settings.button, factory)
                self._button.hold_time = _HOLD_S
                self._button.when_pressed = on_wake
                self._button.when_held = on_hold
            if settings.mute_switch is not None:
                self._switch = _button(gpiozero, settings.mute_switch, factory)
                self._switch.when_pressed = lambda: on_mute(True)
                self._switch.when_released = lambda: on_mute(False)
        except ImportError:
            raise BodyError(
                "lights and buttons need gpiozero; install it with: pip install stonechat[gpio]"
            ) from None
        except Exception as error:  # noqa: BLE001  pin factories raise errors of many libraries
            self.close()
            raise BodyError(f"[body]: a pin cannot be used: {_reason(error)}") from None

    @property
    def muted(self) -> bool:
        """Where the mute switch stands; False where there is none."""
        return self._switch is not None and bool(self._switch.is_pressed)

    def show(self, light: Light) -> None:
        """Let the light show this from now on."""
        if self._led is None:
            return
        match light.rhythm:
            case "steady":
                self._led.color = light.colour
            case "breathing":
                self._led.pulse(_BREATH_S, _BREATH_S, on_color=light.colour)
            case "blinking":
                self._led.blink(_BLINK_S, _BLINK_S, on_color=light.colour)

    def close(self) -> None:
        """Free the pins."""
        self.show(OFF)
        for device in (self._led, self._button, self._switch):
            if device is not None:
                device.close()
        self._led = self._button = self._switch = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()


def _button(gpiozero: Any, pin: int, factory: Any) -> Any:
    return gpiozero.Button(pin, bounce_time=_BOUNCE_S, pin_factory=factory)


def _reason(error: Exception) -> str:
    return (str(error).splitlines() or [type(error).__name__])[0]
