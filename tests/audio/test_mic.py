import asyncio
import time
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge.audio.device import Callback, Line, PortAudio, Request
from edge.audio.mic import Block, Intake, Microphone
from edge.config.schema import Audio
from edge.errors import AudioError
from edge.events import RATE, Frame, Pcm
from tests.sound import SoundServer

SAID = np.random.default_rng(1).integers(-9000, 9000, RATE).astype(np.int16)


def block(pcm: Pcm, first: int = 0, at: float = 0.0) -> Block:
    return Block(pcm.tobytes(), first, at)


def test_16_khz_mono_passes_untouched() -> None:
    intake = Intake(RATE, 1)
    first = intake(block(SAID[:320]), None)
    second = intake(block(SAID[320:640], 320), first)
    assert np.array_equal(first.pcm, SAID[:320])
    assert (first.sample, second.sample, second.end) == (0, 320, 640)


def test_of_a_stereo_pair_the_mean_of_an_array_the_first() -> None:
    stereo = np.array([[100, 300], [-5, -15]], np.int16)
    assert list(Intake(RATE, 2)(block(stereo), None).pcm) == [200, -10]
    array = np.array([[1, 90, 90, 90], [2, 90, 90, 90]], np.int16)
    assert list(Intake(RATE, 4)(block(array), None).pcm) == [1, 2]


def test_another_rate_is_resampled_without_seams() -> None:
    rate = 44_100
    time = np.arange(rate) / rate
    tone = (8000 * np.sin(2 * np.pi * 440 * time)).astype(np.int16)
    intake = Intake(rate, 1)
    frames: list[Frame] = []
    for start in range(0, rate, 882):
        frames.append(intake(block(tone[start : start + 882], start), None))
    assert all(one.end == other.sample for one, other in pairwise(frames))
    pcm = np.concatenate([frame.pcm for frame in frames])
    assert len(pcm) == pytest.approx(RATE, rel=0.03)
    expected = 8000 * np.sin(2 * np.pi * 440 * np.arange(len(pcm)) / RATE)
    assert np.abs(pcm - expected)[200:-200].max() < 50


@given(st.integers(1, 50), st.sampled_from([RATE, 44_100, 48_000]))
def test_after_lost_blocks_the_index_is_that_of_the_time(lost: int, rate: int) -> None:
    size = rate // 50
    sound = np.zeros(size, np.int16)
    intake = Intake(rate, 1)
    frame = intake(block(sound), None)
    frame = intake(block(sound, (1 + lost) * size), frame)
    assert frame.sample == pytest.approx((1 + lost) * RATE // 50, abs=1)


def test_after_a_gap_the_index_goes_on_with_the_clock() -> None:
    before = Frame(SAID[:320], 1000, at=5.0)
    frame = Intake(RATE, 1)(block(SAID[:320], at=7.0), before)
    assert frame.sample == 1320 + 2 * RATE - 320


def test_after_a_gap_with_blocks_dropped_too() -> None:
    before = Frame(SAID[:320], 1000, at=5.0)
    frame = Intake(RATE, 1)(block(SAID[:320], 640, at=7.0), before)
    assert frame.sample == 1320 + 2 * RATE - 320


def test_time_never_runs_backwards() -> None:
    before = Frame(SAID[:320], 1000, at=5.0)
    assert Intake(RATE, 1)(block(SAID[:320], at=4.9), before).sample == before.end


# ── on a device ──────────────────────────────────────────────────────────────────────────────


async def hear(microphone: Microphone, wanted: Pcm) -> list[Frame]:
    """Listen until the end of `wanted` was heard; all frames so far."""
    frames: list[Frame] = []
    end = wanted[-400:].tobytes()
    async with asyncio.timeout(60):
        async for frame in microphone:
            frames.append(frame)
            if end in np.concatenate([each.pcm for each in frames[-60:]]).tobytes():
                return frames
    raise AssertionError


def holds(frames: list[Frame], wanted: Pcm) -> bool:
    return wanted.tobytes() in np.concatenate([frame.pcm for frame in frames]).tobytes()


@pytest.mark.sound
def test_the_exact_samples_arrive(sound_server: SoundServer) -> None:
    async def listen() -> None:
        async with Microphone(Audio(microphone="pulse"), PortAudio()) as microphone:
            saying = asyncio.create_task(asyncio.to_thread(sound_server.play, SAID))
            frames = await hear(microphone, SAID)
            await saying
            assert holds(frames, SAID)
            assert all(one.end == two.sample for one, two in pairwise(frames))
            assert microphone.dropped == 0

    asyncio.run(listen())


@pytest.mark.sound
def test_a_late_reader_loses_the_oldest_and_the_count_is_true(sound_server: SoundServer) -> None:
    async def listen() -> None:
        async with Microphone(Audio(ring_s=1), PortAudio()) as microphone:
            await asyncio.sleep(2)
            frame = await anext(microphone)
            assert frame.sample == microphone.dropped > 0

    asyncio.run(listen())


@pytest.mark.sound
def test_the_microphone_comes_back_and_time_goes_on(sound_server: SoundServer) -> None:
    async def listen() -> None:
        async with Microphone(Audio(), PortAudio()) as microphone:
            first = await anext(microphone)
            sound_server.stop()
            await asyncio.to_thread(sound_server.start)
            saying = asyncio.create_task(asyncio.to_thread(sound_server.play, SAID))
            frames = await hear(microphone, SAID)
            await saying
            last = frames[-1]
            elapsed = last.at - first.at
            assert (last.end - first.end) / RATE == pytest.approx(elapsed, abs=0.5)

    asyncio.run(listen())


@pytest.mark.sound
@pytest.mark.parametrize("name", ["parrot", 99])
def test_a_microphone_that_is_not_there(sound_server: SoundServer, name: str | int) -> None:
    async def listen() -> None:
        async with Microphone(Audio(microphone=name), PortAudio()):
            pass

    with pytest.raises(AudioError, match=r"no microphone .+; there are: \d+ '"):
        asyncio.run(listen())


class Absent(PortAudio):
    """There is no device, until one is plugged in."""

    def __init__(self) -> None:
        super().__init__()
        self.attempts = 0

    def _open(self, request: Request, callback: Callback) -> Line:
        self.attempts += 1
        raise AudioError("there is no microphone")


def test_a_patient_microphone_waits_for_its_device_and_lives() -> None:
    system = Absent()

    async def wait() -> float:
        began = time.monotonic()
        async with Microphone(Audio(), system, patient=True) as microphone:
            with pytest.raises(TimeoutError):
                async with asyncio.timeout(0.5):
                    await anext(microphone)
            assert microphone.alive_at >= began
        return microphone.alive_at

    asyncio.run(wait())
    assert system.attempts >= 2

    async def refuse() -> None:
        async with Microphone(Audio(), system):
            pass

    with pytest.raises(AudioError):
        asyncio.run(refuse())
