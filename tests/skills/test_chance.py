import random

import pytest

from edge.events import Intent
from edge.skills.chance import Chance
from tests.skills.conftest import NOW

pytestmark = pytest.mark.anyio


async def throws(intent: str, times: int, **slots: int) -> set[str]:
    chance = Chance(random.Random(1))
    return {(await chance.plan(Intent(intent, slots), NOW)).reply.text for _ in range(times)}


async def test_both_sides_and_all_six() -> None:
    fixed = set(Chance().phrases())
    assert await throws("random.coin", 50) | await throws("random.dice", 200) == fixed


async def test_other_dice() -> None:
    thrown = await throws("random.dice", 2000, sides=20)
    assert len(thrown) == 20
    assert {"You rolled an 8.", "You rolled an 11.", "You rolled a 20."} <= thrown
