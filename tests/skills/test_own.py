from datetime import datetime

import pytest

from edge.config.schema import HomeConfig
from edge.errors import SkillError
from edge.events import Action, Intent
from edge.home import MemoryHome
from edge.skills.own import Own
from edge.vocabulary import OwnIntent

NOW = datetime(2026, 1, 5, 12)


def coffee(**more: str) -> OwnIntent:
    return OwnIntent("coffee.order", ("coffee",), "One {size} coffee, {name}.", **more)


@pytest.mark.anyio
async def test_the_reply_names_what_was_said_and_the_action_is_data() -> None:
    own = Own(MemoryHome(HomeConfig()), {"coffee.order": coffee()})
    plan = await own.plan(Intent("coffee.order", {"size": "small"}), NOW)
    assert plan.reply.text == "One small coffee,."
    assert plan.action == Action("coffee.order", {"size": "small"})
    assert await own.perform(plan.action) is None


@pytest.mark.anyio
async def test_a_device_is_told() -> None:
    home = MemoryHome(HomeConfig())
    intent = coffee(device="coffee machine", command="turn_on")
    await Own(home, {"coffee.order": intent}).perform(Action("coffee.order", {}))
    assert home.state("switch.coffee_machine")["state"] == "on"


@pytest.mark.anyio
async def test_a_device_that_is_not_there_is_said() -> None:
    intent = coffee(device="samovar", command="turn_on")
    with pytest.raises(SkillError, match="samovar"):
        await Own(MemoryHome(HomeConfig()), {"coffee.order": intent}).perform(
            Action("coffee.order", {})
        )


@pytest.mark.parametrize("command", ["set_color", "unlock", "open", "fly"])
def test_a_command_that_needs_more_than_a_device_is_refused(command: str) -> None:
    intent = coffee(device="samovar", command=command)
    with pytest.raises(SkillError, match=f"no command '{command}'"):
        Own(MemoryHome(HomeConfig()), {"coffee.order": intent})
