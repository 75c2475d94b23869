import numpy as np
import pytest

from edge.config import Endpoint
from edge.events import RATE, BargedIn, Frame, Heard, Pcm, SpeechEnded, SpeechResumed
from edge.hearing.ear import Ear
from tests.talker import Voiced

LOUD, SILENT = np.tile(np.array([3000, -3000], np.int16), 256), np.zeros(512, np.int16)
LITTLE_LEFT, MUCH_LEFT = -90.0, 0.0


class Canceller:
    """Leaves everything as it is, and says what it was told to say of it."""

    def __init__(self, *, echo: bool) -> None:
        self.echo = echo
        self.residual = LITTLE_LEFT

    def __call__(self, frame: Frame) -> tuple[Frame, float]:
        return frame, self.residual

    def echoes(self, pcm: Pcm, start: int) -> bool:
        return self.echo


def ear(canceller: Canceller) -> Ear:
    return Ear(None, Voiced(), Endpoint(), full_duplex=False, clean=canceller)


def hear(ear: Ear, *steps: Pcm) -> list[Heard]:
    return [heard for pcm in steps for heard in ear.hear(Frame(pcm, ear.now, ear.now / RATE))]


@pytest.mark.parametrize("echo", [True, False])
def test_what_is_still_the_answer_does_not_interrupt_it(echo: bool) -> None:
    listening = ear(Canceller(echo=echo))
    listening.guarding = True
    heard = hear(listening, *[SILENT] * 5, *[LOUD] * 8)
    assert any(isinstance(each, BargedIn) for each in heard) is not echo


def test_an_answer_does_not_go_on_with_the_question() -> None:
    listening = ear(Canceller(echo=True))
    listening.listen(0)
    steps = [LOUD] * 20
    while not isinstance((hear(listening, *steps) or [None])[-1], SpeechEnded):
        steps = [SILENT]
    listening.guarding = True
    assert listening.amendable
    assert not [each for each in hear(listening, *[LOUD] * 8) if isinstance(each, SpeechResumed)]
    assert not listening.amendable


@pytest.mark.parametrize(("residual", "confirmed"), [(LITTLE_LEFT, True), (MUCH_LEFT, False)])
def test_the_tail_of_the_echo_confirms_no_interruption(residual: float, confirmed: bool) -> None:
    canceller = Canceller(echo=False)
    listening = ear(canceller)
    listening.guarding = True
    steps = iter([LOUD] * 20)
    while not (heard := hear(listening, next(steps))):
        pass
    (barged,) = heard
    assert isinstance(barged, BargedIn)
    listening.attend(barged)
    listening.guarding = False
    canceller.residual = residual
    hear(listening, *[LOUD] * 4)
    assert listening.barge_in.confirmed is confirmed
