"""Typed Python functions as tools: their schema, their time-out, and what they may do."""

import asyncio
import hashlib
import inspect
import json
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias, get_type_hints

from pydantic import ConfigDict, ValidationError, create_model

from cloud_bridge.errors import ToolError
from cloud_bridge.types import Json, Place, Risk, ToolCall, ToolResult, ToolSpec

Arguments: TypeAlias = Mapping[str, Json]
LONGEST = 4000
"""Characters of a result that the model is shown."""
LONGEST_QUESTION = 240
UNKNOWN = "; it may or may not have happened, do not try again"


@dataclass(frozen=True, slots=True)
class Tool:
    """Something that the model may ask for."""

    spec: ToolSpec
    run: Callable[[Arguments], Awaitable[Json]]
    """Does it. Raises ToolError with a sentence for the model."""
    risk: Risk = "allow"
    acts: bool = True
    """It changes something; one that only reads may be run before the user has finished."""
    outside: bool = False
    """Its results hold words of strangers: whatever acts after them asks first."""
    timeout_s: float = 4.0
    question: Callable[[Arguments], Awaitable[str | None]] | None = None
    """What to ask before this very call, or None if it need not ask; without it, `risk` says."""
    place: Place = "device"
    """How far the arguments travel."""
    destination: str = ""
    """Where to exactly, for the privacy log."""
    check: Callable[[Arguments], object] | None = None
    """Raises ToolError where the arguments are not what the schema says."""

    async def ask(self, arguments: Arguments, *, wary: bool) -> str | None:
        """The question that must be answered with yes before the call, or None.

        Raises ToolError where the call makes no sense.
        """
        if self.check is not None:
            self.check(arguments)
        own = await self.question(arguments) if self.question else None
        if own is not None:
            return own
        if self.risk == "confirm" or (wary and self.acts):
            return spoken_question(self.spec.name, arguments)
        return None


def tool(
    function: Callable[..., Any],
    *,
    risk: Risk = "allow",
    acts: bool = True,
    outside: bool = False,
    timeout_s: float = 4.0,
) -> Tool:
    """Make a tool of a function: its name, docstring and type hints say all that is needed.

    A plain function runs on a thread, an `async` one in the loop. Arguments are checked strictly.
    """
    hints = get_type_hints(function, include_extras=True)
    fields: dict[str, Any] = {
        name: (hints[name], ... if parameter.default is parameter.empty else parameter.default)
        for name, parameter in inspect.signature(function).parameters.items()
    }

    async def run(values: Arguments) -> Json:
        result: Json
        if inspect.iscoroutinefunction(function):
            result = await function(**values)
        else:
            result = await asyncio.to_thread(function, **values)
        return result

    return tool_of(
        function.__name__,
        inspect.getdoc(function) or "",
        fields,
        run,
        risk=risk,
        acts=acts,
        outside=outside,
        timeout_s=timeout_s,
    )


def tool_of(
    name: str,
    description: str,
    fields: Mapping[str, Any],
    act: Callable[[Arguments], Awaitable[Json]],
    **more: Any,
) -> Tool:
    """Make a tool of its parts; `fields` are pydantic's, `act` is given what they let through."""
    given: dict[str, Any] = dict(fields)
    model = create_model(name, __config__=ConfigDict(extra="forbid"), **given)

    def checked(arguments: Arguments) -> Arguments:
        try:
            values = model.model_validate(arguments)
        except ValidationError as error:
            raise ToolError(_explained(error)) from None
        return {name: getattr(values, name) for name in fields}

    async def run(arguments: Arguments) -> Json:
        return await act(checked(arguments))

    spec = ToolSpec(name, description, _plain(model.model_json_schema()))
    return Tool(spec, run, check=checked, **more)


def _plain(schema: dict[str, Any]) -> dict[str, Any]:
    """Without the titles that pydantic gives: they are tokens that say nothing."""
    schema.pop("title", None)
    for each in schema.get("properties", {}).values():
        each.pop("title", None)
    return schema


def _explained(error: ValidationError) -> str:
    return "; ".join(f"{'.'.join(map(str, each['loc']))}: {each['msg']}" for each in error.errors())


def spoken_question(name: str, arguments: Arguments) -> str:
    """Ask whether to make a call. Raises ToolError where it is too long to be heard."""
    return audible(f"I would {described(name, arguments)}. Shall I?")


def audible(question: str) -> str:
    """The question, if it can be agreed to: nobody agrees to what is too long to be heard."""
    if len(question) > LONGEST_QUESTION:
        raise ToolError("that is too much to be confirmed by voice; do it in smaller steps")
    return question


def described(name: str, arguments: Arguments) -> str:
    """A call in words: "book table (name Lucia's, people 2)"."""
    shown = ", ".join(
        f"{key.replace('_', ' ')} {value if isinstance(value, str) else json.dumps(value)}"
        for key, value in arguments.items()
    )
    return name.replace("__", " ").replace("_", " ") + (f" ({shown})" if shown else "")


def key_of(turn: str, call: ToolCall) -> str:
    """The idempotency key: within one turn, the same tool on the same arguments is one call."""
    arguments = json.dumps(call.arguments, sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(f"{turn}\0{call.name}\0{arguments}".encode()).hexdigest()[:32]


class Toolbox:
    """Runs calls, each at most once a turn and within its own time-out; results are data."""

    def __init__(self, tools: tuple[Tool, ...]) -> None:
        self._tools = {tool.spec.name: tool for tool in tools if tool.risk != "deny"}

    @property
    def specs(self) -> tuple[ToolSpec, ...]:
        """What the model is offered, in an order that does not change."""
        return tuple(tool.spec for tool in self._tools.values())

    def only(self, wanted: Callable[[Tool], bool], *more: Tool) -> "Toolbox":
        """A box with these tools and no others: what is not in it cannot be called."""
        return Toolbox((*(tool for tool in self._tools.values() if wanted(tool)), *more))

    def get(self, name: str) -> Tool | None:
        """The tool of that name, if it may be called at all."""
        return self._tools.get(name)

    async def run(self, call: ToolCall) -> ToolResult:
        """Run a call; every failure is a result. Only a cancellation is raised."""
        tool = self._tools.get(call.name)
        if tool is None:
            return failed(call, "there is no such tool")
        try:
            async with asyncio.timeout(tool.timeout_s):
                value = await tool.run(call.arguments)
        except TimeoutError:
            more = UNKNOWN if tool.acts else ""
            return failed(call, f"no result within {tool.timeout_s:g} seconds{more}")
        except ToolError as error:
            return failed(call, str(error))
        except Exception as error:  # noqa: BLE001 - whatever a tool does, the turn goes on
            return failed(call, f"it failed ({type(error).__name__})")
        return ToolResult(call.id, call.name, _content({"ok": True, "data": value}))


def failed(call: ToolCall, reason: str) -> ToolResult:
    """The result of a call that came to nothing."""
    return ToolResult(call.id, call.name, _content({"ok": False, "error": reason}), ok=False)


def _content(value: Json) -> str:
    text = json.dumps(value, ensure_ascii=False, default=str)
    return text if len(text) <= LONGEST else text[:LONGEST] + "… (cut)"


class Journal:
    """What was run in the turns of late, by idempotency key: a repetition gets the same result.

    A call that acts goes on to its end even if the turn is cancelled meanwhile, and is then found
    here: half an action is worse than one that nobody waits for.
    """

    def __init__(self, remember: int = 256) -> None:
        self._tasks: dict[str, asyncio.Task[ToolResult]] = {}
        self._remember = remember

    def knows(self, key: str) -> bool:
        """Whether it was run."""
        return key in self._tasks

    async def once(
        self, key: str, run: Callable[[], Awaitable[ToolResult]], *, finish: bool
    ) -> ToolResult:
        """Run it, unless it was run; with `finish` a cancellation leaves it running."""
        task = self._tasks.get(key)
        if task is None or task.cancelled():
            task = asyncio.ensure_future(_awaited(run))
            self._tasks[key] = task
            self._forget()
        try:
            return await asyncio.shield(task)
        except asyncio.CancelledError:
            if not finish:
                task.cancel()
            raise

    async def close(self) -> None:
        """Wait for what still runs; time-outs bound it."""
        running = [task for task in self._tasks.values() if not task.done()]
        if running:
            await asyncio.wait(running)

    def _forget(self) -> None:
        for key in list(self._tasks)[: max(0, len(self._tasks) - self._remember)]:
            if self._tasks[key].done():
                del self._tasks[key]


async def _awaited(run: Callable[[], Awaitable[ToolResult]]) -> ToolResult:
    return await run()
