import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from edge.audio.playout import Playout, Span
from edge.events import Pcm

RATE = 16_000


def ramp(length: int, first: int = 1) -> Pcm:
    return np.arange(first, first + length, dtype=np.int16)


@given(st.lists(st.integers(0, 50), max_size=8), st.lists(st.integers(1, 40), max_size=20))
def test_what_was_queued_comes_out_once_in_order_and_then_silence(
    chunks: list[int], blocks: list[int]
) -> None:
    playout = Playout(RATE)
    queued = ramp(sum(chunks))
    position = 0
    for length in chunks:
        playout.play(queued[position : position + length])
        position += length
    rendered = np.concatenate([playout.render(block)[0] for block in blocks] or [ramp(0)])
    expected = np.zeros(len(rendered), np.int16)
    audible = min(len(queued), len(rendered))
    expected[:audible] = queued[:audible]
    assert np.array_equal(rendered, expected)


def test_spans_say_whose_samples_lie_where() -> None:
    playout = Playout(RATE)
    playout.play(ramp(30))
    playout.finish()
    playout.play(ramp(50))
    assert playout.reply == 1
    assert playout.render(40)[1] == [Span(0, 0, 0, 30), Span(30, 1, 0, 10)]
    assert playout.render(60)[1] == [Span(0, 1, 10, 40)]


def test_a_cut_fades_out_and_drops_the_rest() -> None:
    playout = Playout(RATE)
    playout.play(np.full(RATE, 10_000, np.int16))
    playout.render(160)
    playout.cut()
    pcm, _ = playout.render(320)
    steps = np.diff(np.concatenate(([10_000], pcm)).astype(int))
    assert steps.min() > -300  # no click
    assert not pcm[int(0.007 * RATE) :].any()
    assert not playout.render(320)[0].any()


def test_what_is_queued_right_after_a_cut_is_played() -> None:
    playout = Playout(RATE)
    playout.play(np.full(RATE, 10_000, np.int16))
    playout.cut()
    playout.play(np.full(100, 5_000, np.int16))
    pcm, spans = playout.render(320)
    assert spans[-1].reply == 1
    after = pcm[spans[-1].offset :][: spans[-1].count]
    assert set(after) == {5_000}


def test_a_cut_of_nothing_is_silent() -> None:
    playout = Playout(RATE)
    playout.cut()
    assert not playout.render(100)[0].any()


def test_loudness_changes_without_a_step() -> None:
    playout = Playout(RATE)
    playout.play(np.full(400, 20_000, np.int16))
    playout.volume = 50
    first = playout.render(200)[0]
    assert first[0] == 20_000
    assert np.abs(np.diff(first.astype(int))).max() < 100
    assert set(playout.render(100)[0]) == {5_000}
    playout.muted = True
    playout.render(50)
    assert not playout.render(50)[0].any()


def test_muted_sound_still_takes_its_time() -> None:
    playout = Playout(RATE)
    playout.muted = True
    playout.play(ramp(100))
    assert playout.render(60)[1] == [Span(0, 0, 0, 60)]


def test_ducking_is_on_top_of_the_volume() -> None:
    playout = Playout(RATE)
    playout.volume = 100
    playout.duck = 0.25
    playout.play(np.full(200, 20_000, np.int16))
    playout.render(100)
    assert set(playout.render(100)[0]) == {5_000}
