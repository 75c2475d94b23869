import numpy as np
import pytest

from edge.config.schema import Endpoint
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
        self.lasted: list[bool] = []

    def __call__(self, frame: Frame) -> tuple[Frame, float]:
        return frame, self.residual

    def echoes(self, pcm: Pcm, start: int, *, lasting: bool) -> bool:
        self.lasted.append(lasting)
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


def test_one_moment_that_is_like_the_answer_does_not_lose_the_place_of_its_echo() -> None:
    canceller = Canceller(echo=True)
    listening = ear(canceller)
    listening.guarding = True
    hear(listening, *[SILENT] * 5, *[LOUD] * 12)
    assert not canceller.lasted[0]
    assert canceller.lasted[-1]


def test_an_utterance_begins_where_sound_stood_out_though_no_voice_was_heard_in_it() -> None:
    listening = ear(Canceller(echo=False))
    listening.guarding = True
    doubted = np.where(np.arange(512) < 200, LOUD, 0).astype(np.int16)
    heard = hear(listening, *[SILENT] * 10, *[doubted] * 20, *[LOUD] * 3)
    barged = next(each for each in heard if isinstance(each, BargedIn))
    assert barged.start == 10 * 512


@pytest.mark.parametrize(("pause", "lead"), [(0, "Alexa,"), (30, "")])
def test_a_command_in_one_breath_begins_with_the_wake_word(pause: int, lead: str) -> None:
    listening = ear(Canceller(echo=False))
    hear(listening, *[SILENT] * 20, *[LOUD] * 20)
    listening.listen(listening.now, word_end=listening.now + 512, word="Alexa,")
    hear(listening, LOUD if not pause else SILENT, *[SILENT] * pause, *[LOUD] * 20)
    said = listening.utterance()
    assert said.lead == lead
    assert said.voiced_ms > 0


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
