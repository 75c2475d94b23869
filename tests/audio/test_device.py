import asyncio
import itertools
import threading
import time
from types import SimpleNamespace
from typing import Any

import pytest

from edge.audio import device
from edge.audio.device import Line, PortAudio, Request, absent
from edge.errors import AudioError

SPEAKER = Request("output", None, 16_000, 10, 0.03)
MICROPHONE = Request("input", None, 16_000, 20, 0.1)


class Card:
    """As much of sounddevice as it takes to count how often it is started anew."""

    def __init__(self) -> None:
        self.starts = 0

    def module(self) -> Any:
        return SimpleNamespace(
            _terminate=lambda: None, _initialize=self.start, PortAudioError=OSError
        )

    def start(self) -> None:
        self.starts += 1


@pytest.fixture
def card(monkeypatch: pytest.MonkeyPatch) -> Card:
    """A microphone that works, no speaker, and a clock that stands still."""
    card = Card()

    def attempt(self: PortAudio, request: Request, callback: object) -> Line:
        if request.direction == "output":
            raise AudioError("there is no speaker")
        line = Line(request.rate, 1)
        line.stream = SimpleNamespace(abort=lambda: None, close=lambda: None)
        self._lines.append(line)
        return line

    def sounddevice() -> Any:
        return card.module()

    monkeypatch.setattr(PortAudio, "_try", attempt)
    monkeypatch.setattr(device, "_sounddevice", sounddevice)
    return card


def seek(system: PortAudio) -> None:
    """Look for the speaker, and give the microphone back what that took."""
    with pytest.raises(AudioError):
        system._open(SPEAKER, lambda *_: None)
    if not system._lines:
        system._open(MICROPHONE, lambda *_: None)


def test_a_speaker_that_stays_away_interrupts_the_microphone_ever_more_rarely(
    card: Card, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = 1000.0  # whole seconds add up exactly; from some real times on, 60 of them are not 60
    monkeypatch.setattr(time, "monotonic", lambda: now)
    system = PortAudio()
    system._open(MICROPHONE, lambda *_: None)
    at = []
    for second in range(200):
        now += 1
        for line in system._lines:
            line.called_at = now
        before = card.starts
        seek(system)
        if card.starts > before:
            at.append(second)
    gaps = [later - earlier for earlier, later in itertools.pairwise(at)]
    assert gaps == sorted(gaps)
    assert gaps[0] <= 4
    assert gaps[-1] >= 60


def test_another_card_is_looked_at_in_any_case(card: Card, monkeypatch: pytest.MonkeyPatch) -> None:
    system = PortAudio()
    system._open(MICROPHONE, lambda *_: None)
    seek(system)
    for _ in range(3):
        seek(system)
    before = card.starts
    monkeypatch.setattr(device, "_cards", lambda: ["pcmC9D0p"])
    seek(system)
    assert card.starts == before + 1
    assert not absent(SPEAKER).alive


def test_a_line_that_never_lets_go_is_left_behind(
    card: Card, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(device, "_HANGS_S", 0.05)
    never = threading.Event()

    async def unplug() -> None:
        system = PortAudio()
        line = await system.open(MICROPHONE, lambda *_: None)
        line.stream.abort = never.wait
        await system.close(line)
        with pytest.raises(AudioError, match="hangs"):
            await system.open(MICROPHONE, lambda *_: None)

    asyncio.run(unplug())
    never.set()
    assert "does not let go" in caplog.text
