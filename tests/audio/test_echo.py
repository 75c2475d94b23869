import numpy as np
import pytest
import soxr

from edge.audio.echo import BLOCK, REACH, KalmanCanceller
from edge.audio.reference import ALL, EchoPath, Reference
from edge.bench.room import Paths, Room, level_db
from edge.events import RATE, Frame, Pcm


def speechlike(seconds: float, seed: int = 0) -> Pcm:
    """Noise that comes and goes as syllables do."""
    random = np.random.default_rng(seed)
    length = int(seconds * RATE)
    loudness = np.repeat(random.uniform(0, 1, length // 2000 + 1) ** 2, 2000)[:length]
    return (random.normal(0, 4000, length) * loudness).astype(np.int16)


def room(delay: int = 200, seed: int = 1) -> Paths:
    """A path that fades by 60 dB within 0.15 s."""
    random = np.random.default_rng(seed)
    echo = random.normal(0, 0.1, 2400) * 10 ** (-np.arange(2400) / 800)
    echo[0] = 1.0
    return Paths(echo, np.ones(1), delay)


def power(pcm: Pcm) -> float:
    return float(np.mean(np.square(pcm.astype(float))) + 1e-9)


def blocks(pcm: Pcm) -> list[Pcm]:
    return [pcm[at : at + BLOCK] for at in range(0, len(pcm) - BLOCK + 1, BLOCK)]


def test_the_echo_goes_and_who_speaks_over_it_stays() -> None:
    played = speechlike(8)
    user = np.zeros(len(played))
    user[5 * RATE : 6 * RATE] = speechlike(1, seed=5) / 32768 / 2
    air, canceller = Room(room(), drive=0.1), KalmanCanceller()
    heard, cleaned = [], []
    for at, block in enumerate(blocks(played)):
        mic, _ = air(block, user[at * BLOCK :][:BLOCK])
        heard.append(mic)
        cleaned.append(canceller(mic, block).pcm)
    mic, clean = np.concatenate(heard), np.concatenate(cleaned)
    alone = slice(3 * RATE, 5 * RATE)
    assert power(mic[alone]) > 1000 * power(clean[alone])
    both = slice(5 * RATE, 6 * RATE)
    said = np.corrcoef(clean[both], user[both])[0, 1]
    assert said > 0.7 > np.corrcoef(mic[both], user[both])[0, 1]


def test_without_a_reference_nothing_is_changed() -> None:
    canceller = KalmanCanceller()
    said = speechlike(1)
    clean = np.concatenate([canceller(b, np.zeros(BLOCK, np.int16)).pcm for b in blocks(said)])
    assert np.abs(clean - said[: len(clean)].astype(int)).max() <= 1


def test_two_devices_that_count_apart_are_brought_together() -> None:
    """The speaker began earlier, its echo comes 0.3 s later than its clock says."""
    reference = Reference()
    path = EchoPath(reference, KalmanCanceller())
    played, air = speechlike(8), Room(room(delay=4800), drive=0.1)
    reference.add(np.zeros(1000, np.int16), RATE, 100.0 - 1000 / RATE)
    heard, cleaned = [], []
    for number, block in enumerate(blocks(played)):
        at = 100.0 + number * BLOCK / RATE
        reference.add(block, RATE, at)
        mic, _ = air(block, np.zeros(BLOCK))
        heard.append(mic)
        cleaned.append(path(Frame(mic, number * BLOCK, at + BLOCK / RATE))[0].pcm)
    late = slice(6 * RATE, 8 * RATE)
    mic, clean = np.concatenate(heard), np.concatenate(cleaned)
    assert 4800 <= path.delay < 4800 + BLOCK
    assert power(mic[late]) > 300 * power(clean[late])


def parted(ppm: float) -> float:
    """How much is taken away of an echo after 45 s of silence, if the microphone counts so many
    samples in a million more than the loudspeaker, and both stamps are 2 ms early or late."""
    rng = np.random.default_rng(3)
    played = np.concatenate((np.zeros(45 * RATE, np.int16), speechlike(12)))
    air = Room(room(), drive=0.1)
    hiss = rng.normal(0, 1e-4, BLOCK)
    heard = np.concatenate([air(block, hiss)[0] for block in blocks(played)])
    mic = soxr.resample(heard, 1e6, 1e6 + ppm, quality="VHQ")
    reference, out = Reference(), []
    path = EchoPath(reference, KalmanCanceller(), late=150)
    for number, block in enumerate(blocks(played)):
        at = number * BLOCK / RATE
        reference.add(block, RATE, at + rng.normal(0, 0.002))
        begin, end = number * BLOCK, (number + 1) * BLOCK
        stamp = end / (1 + ppm / 1e6) / RATE + rng.normal(0, 0.002)
        out.append(path(Frame(mic[begin:end], begin, stamp))[0].pcm)
    last = slice(52 * RATE, 56 * RATE)
    return power(mic[last]) / power(np.concatenate(out)[last])


def test_clocks_that_part_are_followed() -> None:
    """Without, half of the echo was taken away, and no more."""
    assert parted(80) > 300


def test_a_sound_between_two_samples() -> None:
    reference = Reference()
    tone = 10_000 * np.sin(0.3 * np.arange(4 * RATE))
    reference.add(tone.astype(np.int16), RATE, 0.0)
    reference.collect()
    assert np.array_equal(reference.cut_between(2000.0, 64), reference.cut(2000, 64))
    between = 10_000 * np.sin(0.3 * (2000.4 + np.arange(64)))
    assert np.abs(reference.cut_between(2000.4, 64) - between).max() < 10


def cleaned_after(late: int | None, begin: int) -> float:
    """How much is taken away in the half second from `begin` on, of an echo that is 0.6 s late."""
    reference = Reference()
    path = EchoPath(reference, KalmanCanceller(), late=late)
    played, air = speechlike(6), Room(room(delay=9600), drive=0.1)
    heard, cleaned = [], []
    for number, block in enumerate(blocks(played)):
        at = 100.0 + number * BLOCK / RATE
        reference.add(block, RATE, at)
        mic, _ = air(block, np.zeros(BLOCK))
        heard.append(mic)
        cleaned.append(path(Frame(mic, number * BLOCK, at + BLOCK / RATE))[0].pcm)
    part = slice(begin, begin + RATE // 2)
    return power(np.concatenate(heard)[part]) / power(np.concatenate(cleaned)[part])


def test_a_delay_that_was_measured_before_need_not_be_found() -> None:
    known = 9600 - 96
    assert cleaned_after(known, RATE // 2) > 4 > 2 > cleaned_after(None, RATE // 2)


@pytest.mark.parametrize("moved", [0, 900, -700])
def test_a_path_that_was_learnt_is_kept_when_the_alignment_jumps(moved: int) -> None:
    """Whether the streams jumped (0), or the delay had not been known well."""
    played, air, canceller = speechlike(5), Room(room(delay=1000), drive=0.1), KalmanCanceller()
    mic = np.concatenate([air(block, np.zeros(BLOCK))[0] for block in blocks(played)])
    at = 4 * RATE // BLOCK * BLOCK
    for heard, block in zip(blocks(mic[:at]), blocks(played), strict=False):
        canceller(heard, block)
    longer = np.concatenate((np.zeros(1000, np.int16), played))
    reference = longer[1000 - moved :]
    before = reference[:at][-RATE // 2 - REACH :]
    assert canceller.realign(mic[at - RATE // 2 : at], before, moved)
    cleaned = [
        canceller(heard, block).pcm
        for heard, block in zip(blocks(mic[at:]), blocks(reference[at:]), strict=False)
    ]
    clean = np.concatenate(cleaned)
    assert power(mic[at:][: len(clean)]) > 300 * power(clean)


def test_another_path_is_not_kept() -> None:
    canceller = KalmanCanceller()
    played, air = speechlike(3), Room(room(), drive=0.1)
    for block in blocks(played):
        canceller(air(block, np.zeros(BLOCK))[0], block)
    other = Room(room(delay=3000, seed=9), drive=0.1)
    mic = np.concatenate([other(block, np.zeros(BLOCK))[0] for block in blocks(played)])
    reference = played[: len(mic)][-RATE // 2 - REACH :]
    assert not canceller.realign(mic[-RATE // 2 :], reference, 100)


def test_a_delay_that_has_changed_since_it_was_measured_is_noticed() -> None:
    assert cleaned_after(600, 5 * RATE) > 30


def played_into(
    path: EchoPath,
    reference: Reference,
    sound: Pcm,
    *,
    told_late: int = 0,
    lost_at: int = -1,
    first: int = 0,
) -> list[float]:
    """What may be left, block by block, of a sound that is heard 0.1 s after it was played.

    The path is told of it so many blocks late; at block `lost_at` the speaker loses 0.1 s. What is
    before block `first` was played already.
    """
    late, out, held = blocks(np.concatenate((np.zeros(1600, np.int16), sound))), [], []
    for number, block in list(enumerate(blocks(sound)))[first:]:
        at = 100.0 + number * BLOCK / RATE
        held.append((block, RATE, at + 0.1 * (0 <= lost_at <= number)))
        if number >= told_late:
            reference.add(*held[-1 - told_late])
        frame = Frame(late[number], number * BLOCK, at + BLOCK / RATE)
        out.append(path(frame)[1])
    return out


def test_silence_teaches_nothing_of_the_path() -> None:
    reference = Reference()
    path = EchoPath(reference, KalmanCanceller(), late=1500)
    played_into(path, reference, np.concatenate((speechlike(0.5), np.zeros(RATE, np.int16))))
    assert min(played_into(path, reference, speechlike(0.2))) == ALL


def test_what_is_played_before_anybody_told_of_it_may_all_be_echo() -> None:
    reference = Reference()
    path = EchoPath(reference, KalmanCanceller(), late=1500)
    assert min(played_into(path, reference, speechlike(4))[-50:]) < ALL
    reference = Reference()
    path = EchoPath(reference, KalmanCanceller(), late=1500)
    assert min(played_into(path, reference, speechlike(4), told_late=20)[20:]) == ALL


def test_clocks_that_went_apart_are_not_trusted_until_the_echo_is_found_again() -> None:
    reference = Reference()
    path = EchoPath(reference, KalmanCanceller(), late=1500)
    found = played_into(path, reference, speechlike(8), lost_at=200)
    assert found[199] < ALL
    assert max(found[220:260]) == ALL


def test_what_was_played_is_told_from_a_voice_even_where_the_path_is_lost() -> None:
    reference = Reference()
    path = EchoPath(reference, KalmanCanceller(), late=1500)
    sound = speechlike(4.2)
    played_into(path, reference, sound[: 250 * BLOCK])
    part = slice(3 * RATE, 3 * RATE + 6400)
    assert not path.echoes(speechlike(4, seed=8)[part], part.start + 1600, lasting=True)
    assert path.echoes(sound[part], part.start + 5000, lasting=False)
    assert played_into(path, reference, sound[: 255 * BLOCK], first=250)[-1] < ALL
    assert path.echoes(sound[part], part.start + 5000, lasting=True)
    assert played_into(path, reference, sound[: 260 * BLOCK], first=255)[-1] == ALL


def test_frames_of_any_size_come_out_whole_and_untouched_while_nothing_is_played() -> None:
    path = EchoPath(Reference(), KalmanCanceller(), clocks=False)
    said, out, position = speechlike(1), [], 0
    for size in [100, 300, 7, 1000, 441, 256]:
        frame, residual = path(Frame(said[position : position + size], position, 0.0))
        position += size
        assert residual < -100
        assert frame.sample == sum(map(len, out))
        out.append(frame.pcm)
    whole = np.concatenate(out)
    assert len(whole) == position // BLOCK * BLOCK
    assert np.array_equal(whole, said[: len(whole)])


def test_after_a_gap_it_goes_on_behind_it() -> None:
    path = EchoPath(Reference(), KalmanCanceller(), clocks=False)
    path(Frame(speechlike(1)[:300], 0, 0.0))
    frame, _ = path(Frame(speechlike(1)[:256], 5000, 0.0))
    assert (frame.sample, len(frame.pcm)) == (5000, 256)


def test_the_reference_keeps_four_seconds_and_knows_when_it_sounded() -> None:
    reference = Reference()
    reference.add(np.full(RATE, 7, np.int16), RATE, 10.0)
    reference.add(np.zeros(RATE, np.int16), RATE, 11.0)
    reference.collect()
    assert reference.sounding_to == RATE
    assert reference.index_at(10.5) == RATE // 2
    assert set(reference.cut(RATE - 2, 4)) == {7, 0}
    assert not reference.cut(-100, 50).any()
    assert not reference.cut(2 * RATE - 1, 50)[1:].any()


def test_the_level_is_that_of_the_sounding_parts() -> None:
    tone = 0.1 * np.sin(np.arange(RATE))
    assert abs(level_db(tone) - level_db(np.concatenate((tone, np.zeros(RATE))))) < 0.3
