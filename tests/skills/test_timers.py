from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from edge.records import Timer
from edge.store import Store
from tests.skills.conftest import NOW, Talk


def later(talk: Talk, **time: float) -> None:
    talk.now += timedelta(**time)


def test_set(talk: Talk) -> None:
    assert talk.say("timer.set", duration=300) == "Timer set for 5 minutes."
    assert talk.say("timer.set", duration=1) == "Timer set for 1 second."
    assert talk.say("timer.set", duration=540, name="pasta") == "Pasta timer set for 9 minutes."
    assert [timer.name for timer in talk.schedule.timers(NOW)] == [None, None, "pasta"]


def test_planning_sets_nothing(talk: Talk) -> None:
    plan = talk.plan("timer.set", duration=300)
    assert plan.action is not None
    assert plan.action.arguments["due"] == "2026-11-23T16:05:00+01:00"
    assert talk.store.all(Timer) == []


@pytest.mark.parametrize("duration", [None, 0, -5])
def test_how_long(talk: Talk, duration: int | None) -> None:
    plan = talk.plan("timer.set", **({} if duration is None else {"duration": duration}))
    assert plan.action is None
    assert plan.reply.text == "For how long?"
    assert plan.reply.expects_reply


def test_too_long(talk: Talk) -> None:
    assert talk.say("timer.set", duration=10**7) == (
        "A timer can run for 7 days at most; a reminder can wait longer."
    )


def test_remaining(talk: Talk) -> None:
    assert talk.say("timer.remaining") == "You have no timers."
    talk.say("timer.set", duration=300)
    later(talk, seconds=50)
    assert talk.say("timer.remaining") == "4 minutes and 10 seconds left."
    talk.say("timer.set", duration=3600, name="roast")
    assert talk.say("timer.remaining") == (
        "Your 5 minute timer has 4 minutes and 10 seconds left. Your roast timer has 1 hour left."
    )
    assert talk.say("timer.remaining", name="roast") == "Your roast timer has 1 hour left."
    assert talk.say("timer.remaining", duration=300) == "4 minutes and 10 seconds left."
    assert talk.say("timer.remaining", name="tea") == "There is no tea timer."


def test_pause_and_resume(talk: Talk) -> None:
    talk.say("timer.set", duration=300)
    later(talk, seconds=100)
    assert talk.say("timer.pause") == "Timer paused."
    assert talk.say("timer.pause") == "No timer is running."
    later(talk, hours=3)
    assert talk.say("timer.remaining") == "Your timer is paused with 3 minutes and 20 seconds left."
    assert talk.schedule.due(talk.now) == []
    assert talk.say("timer.resume") == "Timer resumed."
    assert talk.say("timer.resume") == "No timer is paused."
    later(talk, seconds=20)
    assert talk.say("timer.remaining") == "3 minutes left."


def test_cancel(talk: Talk) -> None:
    assert talk.say("timer.cancel") == "You have no timers."
    talk.say("timer.set", duration=300)
    assert talk.say("timer.cancel") == "Timer cancelled."
    assert talk.say("timer.cancel") == "You have no timers."


def test_cancel_by_the_order_in_which_they_were_set(talk: Talk) -> None:
    talk.say("timer.set", duration=3600, name="roast")
    later(talk, seconds=5)
    talk.say("timer.set", duration=300, name="pasta")
    assert talk.say("timer.cancel", nth=3) == "There are only 2 timers."
    assert talk.say("timer.cancel", nth=1) == "Roast timer cancelled."
    assert talk.say("timer.cancel", nth=-1) == "Pasta timer cancelled."


def test_cancel_which(talk: Talk) -> None:
    talk.say("timer.set", duration=300)
    talk.say("timer.set", duration=540, name="pasta")
    plan = talk.plan("timer.cancel")
    assert plan.reply.text == "Which one: the 5 minute timer or the pasta timer?"
    assert plan.reply.expects_reply
    assert plan.action is None
    assert talk.say("timer.cancel", name="pasta") == "Pasta timer cancelled."
    assert talk.say("timer.remaining") == "5 minutes left."
    talk.say("timer.set", duration=60)
    assert talk.say("timer.cancel", all=True) == "2 timers cancelled."
    assert talk.say("timer.remaining") == "You have no timers."


def test_timers_of_one_length_need_no_question(talk: Talk) -> None:
    talk.say("timer.set", duration=300)
    later(talk, seconds=30)
    talk.say("timer.set", duration=300)
    assert talk.say("timer.cancel") == "Timer cancelled."
    assert talk.say("timer.remaining") == "5 minutes left."


def test_add_and_take_off(talk: Talk) -> None:
    talk.say("timer.set", duration=300)
    assert talk.say("timer.add", duration=120) == "Added 2 minutes. 7 minutes left."
    assert talk.say("timer.add", duration=-60) == "Took off 1 minute. 6 minutes left."
    assert talk.say("timer.add", duration=-600) == "There is less than that left: 6 minutes."
    assert talk.say("timer.add") == "How much time should I add?"
    talk.say("timer.pause")
    assert talk.say("timer.add", duration=60) == "Added 1 minute. 7 minutes left."
    assert talk.say("timer.remaining") == "Your timer is paused with 7 minutes left."


def test_add_to_the_one_that_was_set_for_so_long(talk: Talk) -> None:
    talk.say("timer.set", duration=300)
    talk.say("timer.set", duration=600)
    assert talk.say("timer.add", duration=60, of=600) == "Added 1 minute. 11 minutes left."


@pytest.mark.parametrize("verb", ["cancel", "pause", "add"])
def test_taking_back(talk: Talk, verb: str) -> None:
    talk.say("timer.set", duration=300)
    before = talk.store.all(Timer)
    talk.say(f"timer.{verb}", **({"duration": 60} if verb == "add" else {}))
    assert talk.store.all(Timer) != before
    talk.take_back()
    assert talk.store.all(Timer) == before


def test_taking_back_a_new_timer(talk: Talk) -> None:
    talk.say("timer.set", duration=300)
    talk.take_back()
    assert talk.store.all(Timer) == []


STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("wait"), st.integers(1, 60)),
        st.tuples(st.sampled_from(["pause", "resume"]), st.none()),
        st.tuples(st.just("add"), st.integers(-120, 300).filter(bool)),
    ),
    max_size=12,
)


@settings(max_examples=25, deadline=None)
@given(length=st.integers(60, 7200), steps=STEPS)
def test_whatever_is_done_to_it_a_timer_keeps_count(
    tmp_path_factory: pytest.TempPathFactory, length: int, steps: list[tuple[str, int | None]]
) -> None:
    with Store(tmp_path_factory.mktemp("timers") / "stonechat.db") as store:
        talk = Talk(store)
        talk.say("timer.set", duration=length)
        left, running = float(length), True
        for step, amount in steps:
            if step == "wait":
                later(talk, seconds=amount or 0)
                left -= (amount or 0) if running else 0
            elif step == "add":
                talk.say("timer.add", duration=amount)
                left += amount if left > 0 and left + (amount or 0) > 0 else 0
            else:
                talk.say(f"timer.{step}")
                running = running if left <= 0 else step == "resume"
        (timer,) = store.all(Timer)
        assert talk.schedule.left(timer, talk.now) == pytest.approx(left, abs=0.01)


def test_changed_to_another_length_and_all_but_one(talk: Talk) -> None:
    talk.say("timer.set", duration=600, name="pasta")
    assert talk.say("timer.set", duration=900, instead=True) == (
        "Pasta timer changed to 15 minutes."
    )
    talk.say("timer.set", duration=300)
    assert talk.say("timer.cancel", all=True, **{"except": "pasta"}) == "Timer cancelled."
    assert talk.say("timer.remaining") == "Your pasta timer has 15 minutes left."
