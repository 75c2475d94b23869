"""Seeded sequences of faults: models, tools, lines and users that do whatever comes to mind."""

import asyncio
import random
from dataclasses import dataclass, field
from typing import Any

from cloud_bridge.loopback.model_server import Answer, Call, call, refuse, say
from cloud_bridge.loopback.proxy import Happening, Trouble
from edge.bench.cloud_device import Bench, Heard, bench

TURNS = 3
LONG = "This much was said. And this is the second half of what there was to say, which goes on."
FAULTS = (None, None, None, "cut", "ended", "stall", "broken json", "noise", "error event", "reset")
EARLY = ("portal", "redirect", "silent")
LINES: tuple[Happening, ...] = ("pass", "pass", "reset", "end", "stall", "corrupt", "trickle")
TOOLS = ("switch", "switch", "send_money", "look", "broken", "nonsense", "control_home")
TASK = "would you organise a taxi to the airport"
"""Goes to a specialist that may use every tool."""
QUESTIONS = ("who wrote faust", "tell me something about the moon", TASK, TASK)
FIRST_WORD_S, DEADLINE_S = 0.6, 1.4
"""The order of things, not their length, is what is looked at here."""
LONGEST_S = 30.0
"""With all clocks of a turn at their worst, and a busy machine. Longer is a hang."""


@dataclass(slots=True)
class Result:
    """What went wrong in a sequence; nothing should."""

    seed: int
    turns: int = 0
    spoken: int = 0
    confirmed: int = 0
    effects: int = 0
    wrong: list[str] = field(default_factory=list)


def a_model(dice: random.Random, depth: int) -> Answer:
    """Whatever a model and its server may come up with, mostly bad."""
    if dice.random() < 0.12:
        return refuse(dice.choice([400, 401, 404, 429, 500, 503, 529]), retry_after="3600")
    fault = dice.choice([*FAULTS, *EARLY])
    if depth < 3 and dice.random() < 0.45:
        names = dice.choices(TOOLS, k=dice.randint(1, 3))
        return call(*(a_call(dice, name) for name in names), text=dice.choice(["", "Let me see."]))
    return say(dice.choice(["Yes.", LONG, LONG, ""]), fault=fault)


def a_call(dice: random.Random, name: str) -> Call:
    """A tool call, now and then one that makes no sense."""
    if name == "control_home":
        action = dice.choice(["unlock", "turn_on", "open"])
        return Call(name, {"action": action, "name": "Front Door"})
    arguments = {} if name == "look" else {"name": dice.choice("abc")}
    return Call(name, arguments if dice.random() < 0.9 else {"mane": 3})


def a_line(dice: random.Random) -> Trouble:
    """A line, often a bad one."""
    delay = dice.choice((0.0, 0.0, 0.02))
    return Trouble(dice.choice(LINES), dice.randrange(3000), delay, dice.randrange(1000))


async def sequence(seed: int) -> Result:
    """Three sentences to a device with two bad models behind two bad lines."""
    dice, result = random.Random(seed), Result(seed)
    async with bench(
        trouble=a_line(dice), home=True, first_word_s=FIRST_WORD_S, deadline_s=DEADLINE_S
    ) as device:
        device.home_line.trouble = a_line(dice)
        for server in (device.cloud, device.home):
            server.brain = lambda body: a_model(dice, len(body["messages"]) // 2)
        asked: dict[str, Any] | None = None
        for _ in range(TURNS):
            before = dict(device.api.effects)
            yes = asked is not None and dice.random() < 0.5
            text = "yes" if yes else dice.choice(QUESTIONS)
            try:
                if dice.random() < 0.15:
                    await _interrupted(device, text, dice.random() * 0.5)
                    heard = None
                else:
                    heard = await device.say(text, patience=LONGEST_S)
            except TimeoutError:
                result.wrong.append(f"no end within {LONGEST_S:g} s")
                break
            await asyncio.sleep(0.02)
            new = {k: n - before.get(k, 0) for k, n in device.api.effects.items()}
            _check(result, heard, {k: n for k, n in new.items() if n}, asked if yes else None)
            asked = _question(heard)
    for line in (device.cloud_line, device.home_line):
        if line.open:
            result.wrong.append("a connection was left open")
    return result


def _check(
    result: Result, heard: Heard | None, new: dict[str, int], agreed: dict[str, Any] | None
) -> None:
    result.turns += 1
    result.effects += sum(new.values())
    result.confirmed += agreed is not None
    if heard is not None:
        result.spoken += bool(heard.text)
        if not heard.text.strip():
            result.wrong.append("a silent turn")
        if heard.ended is None:
            result.wrong.append("a turn without an end")
        if heard.filler_ms is not None and heard.said and heard.said[0][0] < heard.filler_ms:
            result.wrong.append("a filler over the answer")
    if any(count > 1 for count in new.values()):
        result.wrong.append(f"done twice: {new}")
    risky = [key for key in new if key.startswith("/money")]
    if agreed is None or agreed["tool"] != "send_money":
        if risky:
            result.wrong.append(f"unconfirmed: {risky}")
    elif any(f'"{agreed["arguments"]["name"]}"' not in key for key in risky):
        result.wrong.append(f"not what was agreed to: {risky}")


def _question(heard: Heard | None) -> dict[str, Any] | None:
    """What the next yes would agree to."""
    if heard is None:
        return None
    asked = [told for _, told in heard.told if told.event == "confirm" and "text" in told.data]
    return dict(asked[-1].data) if asked else None


async def _interrupted(device: Bench, text: str, after: float) -> None:
    """The user speaks on, or calls the wake word: the answer is given up."""
    task = asyncio.create_task(device.say(text, patience=LONGEST_S))
    await asyncio.wait([task], timeout=after)
    task.cancel()
    await asyncio.wait([task])
    device.brain.mind.forget_question()


async def sequences(count: int, beside: int = 4) -> dict[str, Any]:
    """So many of them, a few beside each other; no task may be left in the end."""
    before = asyncio.all_tasks()
    found: list[Result] = []
    for start in range(0, count, beside):
        batch = range(start, min(start + beside, count))
        found += await asyncio.gather(*(sequence(seed) for seed in batch))
    if leaving := asyncio.all_tasks() - before:  # the libraries' generators, closing
        await asyncio.wait(leaving, timeout=5)
    left = asyncio.all_tasks() - before
    return {
        "sequences": len(found),
        "turns": sum(each.turns for each in found),
        "spoken": sum(each.spoken for each in found),
        "confirmed": sum(each.confirmed for each in found),
        "effects": sum(each.effects for each in found),
        "leaked_tasks": len(left),
        "wrong": [f"seed {each.seed}: {wrong}" for each in found for wrong in each.wrong],
    }
