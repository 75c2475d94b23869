"""`stonechat memory`: what is remembered, readable and editable by its owner."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from contextlib import contextmanager
from dataclasses import asdict
from datetime import datetime
from typing import TYPE_CHECKING, Annotated

import typer

from edge.errors import UsageError
from edge.paths import state_dir

if TYPE_CHECKING:
    from collections.abc import Iterator

    from edge.memory.facts import Facts
    from edge.records import Fact
    from edge.store import Store

app = typer.Typer(help="What the assistant remembers of you, and forgets.", no_args_is_help=True)

Id = Annotated[str, typer.Argument(metavar="ID", help="As `list` shows it.")]


@app.command("list")
def list_(
    as_json: Annotated[bool, typer.Option("--json", help="One fact a line.")] = False,
    talks: Annotated[bool, typer.Option("--talks", help="Conversations instead.")] = False,
) -> None:
    """Show every fact, or every conversation that is kept."""
    with _opened() as (facts, store):
        if talks:
            _show_talks(store, as_json)
            return
        for fact in facts.all():
            if as_json:
                print(json.dumps(asdict(fact), ensure_ascii=False))
            else:
                print(f"{fact.id}  {_day(fact.at)}  {fact.text}{_until(fact)}")


@app.command()
def edit(id: Id, text: Annotated[str, typer.Argument(help="The new words.")]) -> None:
    """Put a fact into other words."""
    with _opened() as (facts, _):
        fact = _fact(facts, id)
        asyncio.run(_awaited(lambda: facts.change(fact, text)))


@app.command()
def delete(
    ids: Annotated[list[str] | None, typer.Argument(metavar="ID...")] = None,
    everything: Annotated[
        bool, typer.Option("--all", help="All facts and all conversations.")
    ] = False,
) -> None:
    """Forget facts."""
    if not ids and not everything:
        raise UsageError("say which: `stonechat memory delete ID...`, or --all")
    with _opened() as (facts, store):
        gone = facts.all() if everything else [_fact(facts, id) for id in ids or ()]
        asyncio.run(_awaited(lambda: facts.forget(gone)))
        if everything:
            from edge.records import Talk

            asyncio.run(_awaited(lambda: store.write(remove=store.all(Talk))))


@contextmanager
def _opened() -> "Iterator[tuple[Facts, Store]]":
    from edge.memory.facts import Facts
    from edge.store import Store

    with Store(state_dir() / "stonechat.db") as store:
        yield Facts(store), store


async def _awaited(work: Callable[[], Awaitable[object]]) -> None:
    await work()


def _fact(facts: "Facts", id: str) -> "Fact":
    found = [fact for fact in facts.all() if fact.id.startswith(id)]
    if len(found) != 1:
        raise UsageError(f"no fact has the id '{id}': see `stonechat memory list`")
    return found[0]


def _show_talks(store: "Store", as_json: bool) -> None:
    from edge.memory.conversations import Conversations

    for talk in Conversations(store, datetime.now).all():
        if as_json:
            print(talk.as_json())
            continue
        known = ", ".join(f"{slot.name} {slot.value}" for slot in talk.slots)
        print(f"{talk.id}  {_day(talk.last)}  {talk.topic or '-'}  {talk.turns} turns  {known}")


def _day(at: float) -> str:
    return f"{datetime.fromtimestamp(at):%Y-%m-%d %H:%M}"


def _until(fact: "Fact") -> str:
    return f"  (until {_day(fact.expires)})" if fact.expires is not None else ""
