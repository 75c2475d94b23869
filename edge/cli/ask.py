"""`stonechat ask`: a typed turn. What the ears would have heard, without ears or voice."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import aclosing
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from edge import config as configuration
from edge.cli.account import Printer
from edge.config.schema import Config
from edge.errors import UsageError

if TYPE_CHECKING:
    from edge.events import Event, Value
    from edge.mind import Mind


def ask(
    texts: Annotated[list[str], typer.Argument(metavar="TEXT...", help="One sentence each.")],
    as_json: Annotated[bool, typer.Option("--json", help="One event a line.")] = False,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Decide and say, but act on nothing.")
    ] = False,
    separate: Annotated[
        bool, typer.Option("--separate", help="Each text is a conversation of its own.")
    ] = False,
    specialist: Annotated[
        str, typer.Option(help="Who is to answer, of the cloud's specialists.")
    ] = "",
    config: Annotated[Path | None, typer.Option(help="Config file.")] = None,
) -> None:
    """Ask in writing: route, intent, slots, action, reply."""
    settings = configuration.load(config)
    sink = Printer(as_json)
    asyncio.run(
        converse(settings, texts, sink, act=not dry_run, separate=separate, specialist=specialist)
    )


async def converse(
    settings: Config,
    texts: Sequence[str],
    sink: Callable[["Event"], None],
    *,
    act: bool = True,
    separate: bool = False,
    specialist: str = "",
    now: Callable[[], datetime] | None = None,
) -> None:
    """Take typed turns; `now` in the place of the clock."""
    from edge.brain import local_now, think
    from edge.events import Event
    from edge.skills.volume import RememberedMixer

    async with think(settings, RememberedMixer(), now or local_now) as brain:
        brain.mind.specialist = _specialist(specialist)
        for number, text in enumerate(texts, 1):
            if separate:
                brain.mind.begin_anew()
            async for name, data in turn(brain.mind, text, act=act):
                sink(Event(name, number, 0.0, time.monotonic(), data))


def _specialist(name: str) -> str:
    from edge.cloud.tasks import SPECIALISTS

    if name and name not in SPECIALISTS:
        raise UsageError(f"no specialist is called '{name}': {', '.join(SPECIALISTS)}")
    return name


async def turn(
    mind: "Mind", text: str, *, act: bool
) -> AsyncIterator[tuple[str, Mapping[str, "Value"]]]:
    """What a spoken turn tells, from the transcript on."""
    from edge.cloud.answer import Ended, Said, Told
    from edge.understanding.text import spoken_to

    began = time.monotonic()
    decision = await mind.decide(spoken_to(text))
    times = {"route": _since(began)}
    route = decision.as_data()
    yield "transcript", {"text": text, "final": True, "phantom": None}
    yield "route", route
    outcome = await mind.commit(decision, act=act)
    reply = outcome.reply
    for action in outcome.undone:
        yield "action", {"name": action.name, "undone": True}
    for action in outcome.done:
        yield "action", {"name": action.name, "arguments": dict(action.arguments)}
    if outcome.error:
        yield "error", {"code": outcome.error, "message": reply.text}
    if decision.question is not None and decision.question.plan.confirm:
        yield "confirm", {"text": reply.text}
    more: dict[str, Value] = {}
    if decision.asks and act:
        await mind.connect()  # as at the wake word; it loads what the daemon loads at its start
        asking = mind.ask(decision)
        asking.commit()
        async with aclosing(asking.events()) as answer:
            async for each in answer:
                match each:
                    case Said(text=clause):
                        times.setdefault("first_clause", _since(began))
                        yield "speaking", {"text": clause}
                    case Told(event=name, data=told):
                        yield name, told
                    case Ended():
                        reply, more = each.reply, {"where": each.where, **each.data}
        yield "reply", {"text": reply.text, "expects_reply": reply.expects_reply}
    elif reply.text:
        yield "reply", {"text": reply.text, "expects_reply": reply.expects_reply}
        yield "speaking", {"text": reply.text}
    kept = {key: route[key] for key in ("where", "intent", "slots")}
    mind.remember(text, reply.text)
    record = {"text": text, **kept, "reply": reply.text, "heard": reply.text, "ms": times}
    yield "turn", {**record, **more}


def _since(began: float) -> float:
    return round((time.monotonic() - began) * 1000, 2)
