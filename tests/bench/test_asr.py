import numpy as np
import pytest

from edge.bench.asr import Clip, Row, figures, mixed, same
from edge.events import RATE

SOUND = np.zeros(10, np.int16)
LAMP = (("home.turn_on", {"name": "Lamp"}),)


def row(kind: str, wanted: object, plain: object, candidates: object) -> Row:
    meant = {"plain": plain, "two_looks": plain, "candidates": candidates}
    return Row(Clip(kind, SOUND, wanted, "x"), dict.fromkeys(meant, "x"), meant)


def test_commands_are_counted_where_right_and_all_else_where_acted_on() -> None:
    fan = (("home.turn_on", {"name": "Fan"}),)
    found = figures(
        [
            row("home", LAMP, (), LAMP),
            row("home", LAMP, fan, fan),
            row("questions", (), (), ()),
            row("questions", (), (), LAMP),
        ]
    )
    assert (found["home"]["plain"], found["home"]["candidates"]) == (0, 0.5)
    assert (found["questions"]["plain"], found["questions"]["candidates"]) == (0, 0.5)
    assert [error["kind"] for error in found["errors"]] == ["home", "questions"]


def test_all_slots_must_be_the_same() -> None:
    assert same(LAMP, (("home.turn_on", {"name": "Lamp"}),))
    assert not same(LAMP, (("home.turn_on", {"name": "Lamp", "all": True}),))
    assert not same(LAMP, ())


def test_noise_is_so_much_below_the_voice_while_it_sounds() -> None:
    rng = np.random.default_rng(1)
    voice = rng.normal(0, 3000, RATE).astype(np.int16)
    spoken = np.concatenate((np.zeros(3 * RATE, np.int16), voice))
    noise = rng.normal(0, 500, 10 * RATE).astype(np.int16)
    noisy = mixed(spoken, noise, 10.0, seed=1)
    level = np.sqrt(np.mean(noisy[: 2 * RATE].astype(float) ** 2))
    assert 20 * np.log10(3000 / level) == pytest.approx(10, abs=0.3)
