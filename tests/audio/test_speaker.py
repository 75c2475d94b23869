import asyncio
from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge.audio.device import PortAudio
from edge.audio.speaker import SoundCardSpeaker, VirtualSpeaker
from edge.errors import AudioError
from edge.events import RATE, Pcm
from tests.sound import SoundServer

VOICE = 22_050


def tone(seconds: float, rate: int = VOICE) -> Pcm:
    time = np.arange(int(seconds * rate)) / rate
    return (8000 * np.sin(2 * np.pi * 440 * time)).astype(np.int16)


def loud(pcm: Pcm) -> int:
    """How many samples from the first to the last audible one."""
    found = np.flatnonzero(np.abs(pcm.astype(int)) > 500)
    return int(found[-1] - found[0]) if len(found) else 0


async def until(holds: Callable[[], bool]) -> None:
    """A speaker tells nobody how far it is: it has to be asked."""
    async with asyncio.timeout(30):
        while not holds():  # noqa: ASYNC110
            await asyncio.sleep(0.01)


# ── virtual ──────────────────────────────────────────────────────────────────────────────────


def test_time_is_what_the_microphone_hears() -> None:
    speaker = VirtualSpeaker(VOICE)
    speaker.play(tone(1))
    speaker.finish()
    assert (speaker.played, speaker.done) == (0, False)
    speaker.advance(RATE // 2)
    assert (speaker.played, speaker.done) == (VOICE // 2, False)
    speaker.advance(RATE // 2)
    assert (speaker.played, speaker.done) == (VOICE, True)


@given(st.lists(st.integers(0, 2000), max_size=40))
def test_many_small_steps_are_as_long_as_their_sum(steps: list[int]) -> None:
    speaker = VirtualSpeaker(VOICE)
    speaker.play(tone(10))
    for step in steps:
        speaker.advance(step)
    assert speaker.played == min(sum(steps) * VOICE // RATE, 10 * VOICE)


def test_a_reply_that_waits_for_more_is_not_done() -> None:
    speaker = VirtualSpeaker(RATE)
    speaker.play(tone(0.1, RATE))
    speaker.advance(RATE)
    assert not speaker.done
    speaker.play(tone(0.1, RATE))
    speaker.finish()
    speaker.advance(RATE)
    assert speaker.done
    assert len(speaker.replies) == 1
    assert len(speaker.replies[0]) == RATE // 5


def test_stopping_tells_what_was_heard_and_keeps_only_that() -> None:
    speaker = VirtualSpeaker(RATE)
    speaker.play(tone(2, RATE))
    speaker.advance(5000)
    assert speaker.stop() == 5000
    assert (speaker.done, speaker.played) == (True, 5000)
    speaker.advance(5000)
    assert speaker.played == 5000
    assert 5000 <= len(speaker.replies[0]) < 5200  # and the fade


def test_each_reply_counts_from_its_own_beginning() -> None:
    speaker = VirtualSpeaker(RATE)
    for length in (100, 200):
        speaker.play(np.full(length, length, np.int16))
        speaker.finish()
    speaker.advance(150)
    assert speaker.played == 50
    speaker.advance(150)
    assert speaker.done
    assert [len(reply) for reply in speaker.replies] == [100, 200]


def test_before_the_first_reply_all_is_quiet() -> None:
    speaker = VirtualSpeaker(RATE)
    assert (speaker.done, speaker.played, speaker.replies) == (True, 0, [])
    assert speaker.stop() == 0


def test_the_volume_keeps_to_its_range() -> None:
    speaker = VirtualSpeaker(RATE)
    speaker.volume = 130
    assert speaker.volume == 100
    speaker.volume = -5
    assert speaker.volume == 0


# ── on a device ──────────────────────────────────────────────────────────────────────────────


@pytest.mark.sound
def test_what_is_played_comes_out_of_the_speaker(sound_server: SoundServer) -> None:
    async def play() -> None:
        async with SoundCardSpeaker(RATE, system=PortAudio()) as speaker:
            speaker.play(tone(0.4, RATE))
            speaker.play(tone(0.4, RATE))
            speaker.finish()
            assert not speaker.done
            await until(lambda: speaker.done)
            assert speaker.played == 2 * int(0.4 * RATE)

    with sound_server.recording() as recording:
        asyncio.run(play())
        start = recording.wait_for_sound()
        recording.wait_for(start + RATE)
        assert loud(recording.pcm) == pytest.approx(0.8 * RATE, rel=0.05)


@pytest.mark.sound
def test_stopping_is_heard_at_once(sound_server: SoundServer) -> None:
    async def play() -> int:
        async with SoundCardSpeaker(VOICE, system=PortAudio()) as speaker:
            speaker.play(tone(5))
            await until(lambda: speaker.played >= VOICE // 2)
            heard = speaker.stop()
            assert speaker.done
            await asyncio.sleep(0.5)
            assert speaker.played == heard
            return heard

    with sound_server.recording() as recording:
        heard = asyncio.run(play())
        start = recording.wait_for_sound()
        recording.wait_for(start + RATE // 2)
        assert VOICE // 2 <= heard < 4 * VOICE
        # What the device already held is heard as well: at most a few hundredths of a second.
        assert loud(recording.pcm) / RATE == pytest.approx(heard / VOICE, abs=0.3)


@pytest.mark.sound
def test_the_speaker_comes_back_after_the_sound_system_died(sound_server: SoundServer) -> None:
    async def play() -> None:
        async with SoundCardSpeaker(RATE, system=PortAudio()) as speaker:
            sound_server.stop()
            speaker.play(tone(0.5, RATE))
            speaker.finish()
            await until(lambda: speaker.done)  # given up: nobody waits for ever
            await asyncio.to_thread(sound_server.start)
            with sound_server.recording() as recording:
                async with asyncio.timeout(60):
                    while not loud(recording.pcm):
                        speaker.play(tone(0.1, RATE))
                        speaker.finish()
                        await asyncio.sleep(0.2)

    asyncio.run(play())


@pytest.mark.sound
def test_a_speaker_that_is_not_there(sound_server: SoundServer) -> None:
    async def play() -> None:
        async with SoundCardSpeaker(RATE, "gramophone", PortAudio()):
            pass

    with pytest.raises(AudioError, match=r"no speaker 'gramophone'; there are: \d+ '"):
        asyncio.run(play())
