import asyncio

import numpy as np
import pytest

from edge.bench import hesitant
from edge.bench.hesitant import PAUSE, SENTENCES, Spoken
from edge.bench.turn import Remembering, Row, Stage, by_kind, left_done, patiences, row_of, summary
from edge.bench.turn import table as lines_of
from edge.config.schema import Config, Endpoint
from edge.daemon import engines
from edge.events import RATE, Event, Transcript
from edge.speaking.tts import FakeVoice


def sentence(kind="qualifier", seconds=2.0, text="turn off the lights in the bedroom"):
    return Spoken(np.zeros(int(seconds * RATE), np.int16), int(seconds * RATE), text, kind)


def ended(end: float, decided: float) -> Event:
    return Event("speech_ended", 1, decided, 0.0, {"start": 0.5, "end": end})


def action(name: str, undone: bool = False, **arguments) -> Event:
    data = {"name": name, "undone": True} if undone else {"name": name, "arguments": arguments}
    return Event("action", 1, 0.0, 0.0, data)


# ── the sentences ────────────────────────────────────────────────────────────────────────────


def test_sentences_are_the_same_each_time_and_end_where_they_say():
    first, again = (list(hesitant.spoken(FakeVoice())) for _ in range(2))
    assert len(first) >= 100
    assert {each.kind for each in first} == set(SENTENCES)
    for one, other in zip(first, again, strict=True):
        assert np.array_equal(one.pcm, other.pcm)
        tail = one.pcm[one.end + 160 :].astype(float)
        voice = one.pcm[one.end - 3200 : one.end].astype(float)
        assert np.sqrt(np.mean(voice**2)) > 5 * np.sqrt(np.mean(tail**2))


def test_pauses_lie_between_the_parts_and_fillers_are_no_part_of_the_text():
    for each in hesitant.spoken(FakeVoice()):
        assert all(200 <= pause <= 800 for pause in each.pauses_ms)
        assert (len(each.pauses_ms) == 0) is (each.kind == "plain")
        assert not {"umm", "uh", PAUSE.strip()} & set(each.text.split())


# ── the verdict ──────────────────────────────────────────────────────────────────────────────


def test_a_turn_that_closed_on_the_first_half_is_a_cut_off():
    events = [ended(1.2, 1.4), action("home.turn_off", target="all")]
    row = row_of(sentence(), events, [])
    assert row.cut_off
    assert not row.amended
    assert [name for name, _ in row.wrong] == ["home.turn_off"]


def test_an_endpoint_that_was_revoked_is_an_amendment_and_the_last_one_counts():
    events = [
        ended(1.2, 1.4),
        action("home.turn_off", target="all"),
        action("home.turn_off", undone=True),
        ended(1.95, 2.15),
        action("home.turn_off", target="bedroom"),
    ]
    row = row_of(sentence(), events, [("home.turn_off", '{"target": "bedroom"}')])
    assert row.amended
    assert not row.cut_off
    assert row.wait_ms == pytest.approx(150)
    assert (row.undone, row.wrong) == (1, ())


@pytest.mark.parametrize(("believed", "cut"), [(2.1, False), (1.76, False), (1.74, True)])
def test_a_soft_ending_is_no_cut_off(believed, cut):
    assert row_of(sentence(), [ended(believed, 2.2)], []).cut_off is cut


def test_a_sentence_that_was_not_heard_is_cut_off():
    assert row_of(sentence(), [], []).cut_off


def test_of_two_actions_of_a_name_the_one_taken_back_is_the_last():
    events = [action("list.add", item="milk"), action("list.add", item="eggs"),
              action("list.add", undone=True)]  # fmt: skip
    assert left_done(events) == [("list.add", '{"item": "milk"}')]


def test_a_lamp_that_is_switched_on_twice_is_on_but_two_timers_are_two():
    lamp, timer = action("home.turn_on", target="lamp"), action("timer.set", duration=60)
    assert [name for name, _ in left_done([lamp, lamp, timer, timer])] == [
        "home.turn_on", "timer.set", "timer.set",
    ]  # fmt: skip


# ── the figures ──────────────────────────────────────────────────────────────────────────────


def test_waits_are_those_of_sentences_heard_to_their_end_and_kinds_are_told_apart():
    whole = Row(sentence("plain"), "", 1, 0.0, 150.0, 0, ())
    amended = Row(sentence(), "", 2, 0.0, 170.0, 1, (("light", "{}"),))
    cut = Row(sentence(), "", 1, 900.0, -700.0, 0, (("light", "{}"),))
    figures = summary([whole, amended, cut, cut])
    assert figures["cutoff_rate"] == 0.5
    assert figures["amended_rate"] == 0.25
    assert figures["speech_to_endpoint_ms"] == {"n": 2, "p50": 160.0, "p95": 170.0}
    assert (figures["taken_back"], figures["left_done"], figures["misheard"]) == (1, 3, 1)
    kinds = by_kind([whole, amended, cut, cut])
    assert kinds["plain"]["cutoff_rate"] == 0
    assert kinds["qualifier"]["utterances"] == 3
    lines = list(lines_of({"shipped": {**figures, "kinds": kinds}, "utterances": 4}))
    assert [line.split()[0] for line in lines[1:]] == ["shipped", "plain", "qualifier"]


def test_a_fixed_silence_waits_as_long_whatever_was_said():
    settings = patiences(Endpoint(complete_ms=111))
    assert settings["shipped"].complete_ms == 111
    fixed = settings["fixed_300"]
    assert (fixed.complete_ms, fixed.open_ms, fixed.fragment_ms, fixed.amend_ms) == (
        300, 300, 300, 0,
    )  # fmt: skip
    assert list(settings) == ["shipped", "fixed_200", "fixed_300", "fixed_500", "fixed_700"]


class Counting:
    def __init__(self) -> None:
        self.calls = 0

    def transcribe(self, pcm, *, final, voiced_ms=None, lead=""):
        self.calls += 1
        return Transcript(str(len(pcm)), final)

    def warm(self) -> None:
        pass


def test_the_same_sound_is_recognised_once():
    counting = Counting()
    recogniser = Remembering(counting)
    for length in (100, 200, 100):
        heard = recogniser.transcribe(np.zeros(length, np.int16), final=True, voiced_ms=90)
        assert heard.text == str(length)
    assert counting.calls == 2


@pytest.mark.engine
def test_a_fixed_silence_cuts_an_afterthought_off_and_the_shipped_patience_does_not():
    async def rows() -> list[Row]:
        async with engines(Config()) as ready:
            stage = Stage(Config(), ready)
            found = next(
                each
                for each in hesitant.spoken(ready.mouth.voice)
                if each.kind == "qualifier" and each.pauses_ms[0] > 500
            )
            settings = patiences(Endpoint())
            return [await stage.hear(found, settings[name]) for name in ("shipped", "fixed_300")]

    shipped, fixed = asyncio.run(rows())
    assert not shipped.cut_off
    assert shipped.amended
    assert fixed.cut_off
    assert fixed.wrong
