"""What comes out of the door: clauses to be spoken, events to be told, and how it ended."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, TypeAlias, assert_never

from cloud_bridge.types import (
    BridgeEvent,
    Clause,
    ConfirmationNeeded,
    Confirmed,
    Done,
    Fell,
    Filler,
    Handoff,
    ToolFinished,
    ToolStarted,
)
from edge.events import Reply, Value


@dataclass(frozen=True, slots=True)
class Said:
    """A clause to be spoken now; a filler only if nothing was spoken yet."""

    text: str
    filler: bool = False


@dataclass(frozen=True, slots=True)
class Told:
    """An event of the contract: `tool`, `confirm`, `handoff` or `error`."""

    event: str
    data: Mapping[str, Value]


@dataclass(frozen=True, slots=True)
class Ended:
    """The answer is complete."""

    reply: Reply
    where: Literal["cloud", "local", "offline"]
    data: Mapping[str, Value]
    """Provider, tokens and times, for the `turn` event."""

    @property
    def failed(self) -> bool:
        """It was no answer, or not a whole one."""
        return self.data.get("failed") is not None


Answer: TypeAlias = Said | Told | Ended


def as_answer(event: BridgeEvent) -> Answer:
    """What a bridge's event is to the device."""
    match event:
        case Clause(text=text):
            return Said(text)
        case Filler(text=text):
            return Said(text, filler=True)
        case ToolStarted(call=call):
            arguments: dict[str, Value] = dict(call.arguments)
            return Told("tool", {"name": call.name, "arguments": arguments, "state": "started"})
        case ToolFinished(result=result, ms=ms):
            state = "done" if result.ok else "failed"
            return Told("tool", {"name": result.name, "state": state, "ms": ms})
        case ConfirmationNeeded(call=call, question=question):
            arguments = dict(call.arguments)
            return Told("confirm", {"text": question, "tool": call.name, "arguments": arguments})
        case Confirmed(call=call, yes=yes, said=said):
            return Told("confirm", {"tool": call.name, "yes": yes, "said": said})
        case Handoff(giver=giver, taker=taker, why=why):
            return Told("handoff", {"from": giver, "to": taker, "why": why})
        case Fell(provider=provider, kind=kind, detail=detail):
            return Told("error", {"code": "cloud", "message": f"{provider}: {kind}: {detail}"})
        case Done():
            return _ended(event)
        case _ as never:
            assert_never(never)


def _ended(done: Done) -> Ended:
    where: Literal["cloud", "local", "offline"] = "offline"
    if done.provider != "scripted":
        where = "local" if done.place == "device" else "cloud"
    data: dict[str, Value] = {
        "provider": done.provider,
        "tokens_sent": done.usage.sent,
        "tokens_received": done.usage.received,
        "tokens_cached": done.usage.cached,
        "specialist": done.specialist,
        "cost": round(done.usage.cost, 6),
        "first_ms": None if done.first_ms is None else round(done.first_ms, 1),
        "failed": done.failed,
    }
    return Ended(Reply(done.text, done.expects_reply), where, data)
