import threading

from edge.worker import Worker


def test_a_call_that_does_not_end_shows() -> None:
    begun, end = threading.Event(), threading.Event()

    def stuck() -> None:
        begun.set()
        end.wait(20)

    with Worker("engine") as worker:
        assert worker.busy_s == 0.0
        call = worker.submit(stuck)
        assert begun.wait(20)
        before = worker.busy_s
        assert 0 < before < worker.busy_s
        end.set()
        call.result(20)
        worker.submit(int).result(20)  # the one before has wholly ended
        assert worker.busy_s == 0.0
