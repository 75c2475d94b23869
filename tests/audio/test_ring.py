import threading

from hypothesis import given
from hypothesis import strategies as st

from edge.audio.ring import Ring


@given(st.integers(1, 8), st.lists(st.sampled_from(["push", "pop", "clear"])))
def test_what_comes_out_is_the_newest_in_order_and_the_rest_is_counted(
    size: int, steps: list[str]
) -> None:
    ring: Ring[int] = Ring(size)
    model: list[int] = []
    pushed = lost = 0
    for step in steps:
        if step == "push":
            ring.push(pushed)
            model = [*model, pushed][-size:]
            pushed += 1
        elif step == "clear":
            ring.clear()
            model = []
        else:
            assert ring.pop() == (model.pop(0) if model else None)
    while (item := ring.pop()) is not None:
        assert item == model.pop(0)
    assert not model
    assert lost <= ring.dropped <= pushed


@given(st.integers(1, 8), st.integers(0, 30))
def test_drops_are_counted(size: int, pushes: int) -> None:
    ring: Ring[int] = Ring(size)
    for number in range(pushes):
        ring.push(number)
    kept = []
    while (item := ring.pop()) is not None:
        kept.append(item)
    assert kept == list(range(pushes))[-size:]
    assert ring.dropped == max(0, pushes - size)


def test_a_writer_on_another_thread_loses_nothing_uncounted() -> None:
    ring: Ring[int] = Ring(50)
    total = 20_000

    def write() -> None:
        for number in range(total):
            ring.push(number)

    thread = threading.Thread(target=write)
    thread.start()
    read: list[int] = []
    while thread.is_alive() or not read or read[-1] != total - 1:
        item = ring.pop()
        if item is not None:
            read.append(item)
    thread.join()
    assert read == sorted(set(read))
    assert len(read) + ring.dropped == total
