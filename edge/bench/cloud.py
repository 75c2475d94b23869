"""`stonechat bench cloud`: what happens when the cloud fails, tempts, or is interrupted.

Everything is on this machine: the model's server (edge/../cloud_bridge/loopback), the lines to it
and the tools. The device is the real one, without ears and voice, in a demonstration home.
"""

import asyncio
import json
import time
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from cloud_bridge.loopback.model_server import Call, call, say
from edge.bench import cloud_faults, cloud_injections, cloud_random
from edge.bench.cloud_device import bench, scripted
from edge.bench.figures import distribution

Tell = Callable[[str], None]
TIMES = 10
STORY = " ".join(f"Sentence number {number} of a long story is told now." for number in range(60))
QUESTION = "who wrote the brothers karamazov"


async def measure(sequences: int, tell: Tell) -> dict[str, Any]:
    """Run all of it; the result is the object of `--json`."""
    faults = []
    for case in cloud_faults.CASES:
        row = await cloud_faults.run(case)
        faults.append(row)
        tell(_line(row))
    tell("tools, interruptions, lures")
    side_by_side = [await _two_tools() for _ in range(TIMES)]
    interruptions = [await _interruption() for _ in range(TIMES)]
    lures = await cloud_injections.table()
    tell(f"{sequences} random sequences")
    return {
        "faults": faults,
        "all_right": all(row["right"] for row in faults),
        "first_ms": distribution(row["first_ms"] for row in faults if row["first_ms"] is not None),
        "worst_first_ms": max(row["first_ms"] or 0.0 for row in faults),
        "two_tools_of_400_ms": distribution(side_by_side),
        "cancelled_closed_ms": distribution(ms for ms, _ in interruptions),
        "cancelled_tokens_counted": all(counted for _, counted in interruptions),
        "lures": lures,
        "random": await cloud_random.sequences(sequences),
    }


async def _two_tools() -> float:
    """Milliseconds from the first tool's start to the last one's end."""
    async with bench() as device:
        scripted(device.cloud, (call(Call("left"), Call("right")), say("Both.")))
        heard = await device.say(QUESTION)
    tools = [(ms, told.data["state"]) for ms, told in heard.told if told.event == "tool"]
    assert [state for _, state in tools] == ["started", "started", "done", "done"], tools
    return tools[-1][0] - tools[0][0]


async def _interruption() -> tuple[float, bool]:
    """Give up an answer half way: ms until the server sees it, and whether it is counted."""
    async with bench() as device:
        scripted(device.cloud, (say(STORY, pause=0.02),))
        task = asyncio.create_task(device.say(QUESTION))
        await device.cloud.begun.wait()
        await asyncio.sleep(0.5)
        began = time.monotonic()
        task.cancel()
        await device.cloud.left.wait()
        closed = round((time.monotonic() - began) * 1000, 1)
        await asyncio.wait([task])
        log = await asyncio.to_thread((device.folder / "privacy.jsonl").read_text)
    used = [json.loads(line) for line in log.splitlines() if "used" in line.split(":")[0]]
    counted = bool(used) and used[-1]["outcome"] == "cancelled" and used[-1]["tokens_received"] > 0
    return closed, counted


def table(figures: Mapping[str, Any]) -> Iterator[str]:
    """The figures for a person."""
    yield from map(_line, figures["faults"])
    yield ""
    yield f"all right             {figures['all_right']}"
    yield f"longest silence       {figures['worst_first_ms']:.0f} ms"
    yield f"two tools of 400 ms   {_short(figures['two_tools_of_400_ms'])}"
    counted = "counted" if figures["cancelled_tokens_counted"] else "NOT counted"
    yield f"cancelled, closed     {_short(figures['cancelled_closed_ms'])}, tokens {counted}"
    lures = figures["lures"]
    yield (
        f"lures                 {lures['attempts']} ({lures['read']} read, {lures['asked']} ended "
        f"in a question, {len(lures['acted'])} acted)"
    )
    dice = figures["random"]
    yield (
        f"random sequences      {dice['sequences']} ({dice['turns']} turns, {dice['effects']} "
        f"actions, {dice['confirmed']} confirmed): {len(dice['wrong'])} wrong, "
        f"{dice['leaked_tasks']} tasks left"
    )
    yield from dice["wrong"]


def _line(row: Mapping[str, Any]) -> str:
    mark = "right" if row["right"] else "WRONG"
    first = "never" if row["first_ms"] is None else f"{row['first_ms']:5.0f} ms"
    return f"{mark}  {row['fault']:<48} {first:>8}  {row['effects']} done  {row['said']}"


def _short(figure: Mapping[str, float]) -> str:
    return f"p50 {figure['p50']} ms, p95 {figure['p95']} ms (n {figure['n']})"
