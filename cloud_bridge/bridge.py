"""The one door: a question in, clauses to be said out, whatever the network does."""

import asyncio
import logging
from collections.abc import Callable, Sequence
from contextlib import aclosing

from cloud_bridge import scripts
from cloud_bridge.errors import ProviderError, ToolError
from cloud_bridge.ladder import Attempt, Ladder
from cloud_bridge.pump import Pump
from cloud_bridge.specialists.base import HAND_OVER
from cloud_bridge.tools import Journal, Toolbox, described, failed, key_of
from cloud_bridge.turns import Pending, Role, Talk, Turn, opened
from cloud_bridge.types import (
    Clause,
    ConfirmationNeeded,
    Confirmed,
    Cutter,
    Done,
    Fell,
    Filler,
    Handoff,
    Message,
    Part,
    Progress,
    Request,
    Steps,
    Text,
    TextDelta,
    ToolCall,
    ToolFinished,
    ToolResult,
    ToolStarted,
    Usage,
)

log = logging.getLogger(__name__)

ROUNDS = 4
"""So many times may tools be asked for in one turn; then the model must answer in words."""
FILLER_S = 1.2
HANDOFFS = 2
"""So often may the word be handed over in one turn."""
CONFIRM_S = 30.0
"""How long a question waits for its yes."""


class Bridge:
    """Answers turns, runs tools, keeps the open confirmation."""

    def __init__(
        self,
        ladder: Ladder,
        tools: Toolbox,
        cutter: Callable[[], Cutter],
        *,
        filler_s: float = FILLER_S,
        confirm_s: float = CONFIRM_S,
    ) -> None:
        self.ladder = ladder
        self.tools = tools
        self._cutter = cutter
        self._filler_s = filler_s
        self._confirm_s = confirm_s
        self._journal = Journal()
        self._pending: Pending | None = None

    @property
    def waiting(self) -> bool:
        """A confirmation is open, and the next words may be its answer."""
        return self._pending is not None and _now() < self._pending.until

    def forget(self) -> None:
        """Silence, or anything else that was no yes: what was asked does not happen."""
        self._pending = None

    def commit(self, turn: Turn) -> None:
        """The user has finished: let the turn act. An open question that it left is closed."""
        if turn.verdict is None:
            self.forget()
        turn.committed_at = _now()
        turn.committed.set()

    async def close(self) -> None:
        """Let actions end, then give up every connection."""
        await self._journal.close()
        await self.ladder.close()

    async def answer(self, turn: Turn) -> Steps:
        """Answer; the last event is Done. Closing the iterator ends everything at once.

        Never raises for what a model, a tool or the network does.
        """
        quiet = True
        async with Pump(self._answer(turn)) as pump:
            while True:
                try:
                    event = await pump.next(self._patience(turn) if quiet else None)
                except TimeoutError:
                    if self._patience(turn) <= 0:
                        quiet = False
                        yield Filler(scripts.FILLER)
                    continue
                except StopAsyncIteration:
                    return
                quiet = quiet and not isinstance(event, Clause)
                yield event

    def _patience(self, turn: Turn) -> float:
        """Seconds of silence left, counted from when the user had finished."""
        since = _now() if turn.committed_at is None else turn.committed_at
        return since + self._filler_s - _now()

    # ── one turn ─────────────────────────────────────────────────────────────────────────────

    async def _answer(self, turn: Turn) -> Steps:
        role = turn.role or Role("", scripts.SYSTEM, (), self.tools)
        talk = Talk(turn, _now(), opened(role, turn), self._cutter(), role)
        steps = self._converse(talk) if turn.verdict is None else self._resolve(talk)
        async with aclosing(steps) as events:
            async for event in events:
                if isinstance(event, Clause):
                    talk.said.append(event.text)
                    talk.first_ms = talk.first_ms or (_now() - talk.began) * 1000
                yield event

    async def _converse(self, talk: Talk) -> Steps:
        """Ask, run tools, ask again, until there is an answer."""
        for number in range(ROUNDS + 1):
            attempt = self._attempt(talk, may_call=number < ROUNDS)
            words: list[str] = []
            calls: list[ToolCall] = []
            try:
                async with aclosing(self._heard(talk, attempt, words, calls)) as events:
                    async for event in events:
                        yield event
            except ProviderError as error:
                yield Clause(scripts.LOST)
                yield self._done(talk, failed=error.kind)
                return
            if attempt.rung is None:
                yield Clause(self._excuse(talk, attempt))
                yield self._done(talk, failed=(attempt.failures or ["unfit"])[0])
                return
            talk.answered_by = (attempt.rung.provider.name, attempt.rung.provider.place)
            if not calls or number == ROUNDS:
                if not talk.said:
                    yield Clause(scripts.GAVE_UP)
                yield self._done(talk)
                return
            if handoff := self._handed_over(talk, calls):
                yield handoff
                continue
            spoken = (Text("".join(words)),) if "".join(words).strip() else ()
            talk.messages.append(Message("assistant", (*spoken, *calls)))
            asking = False
            async with aclosing(self._work(talk, calls)) as events:
                async for event in events:
                    asking = asking or isinstance(event, ConfirmationNeeded)
                    yield event
            if asking:
                yield self._done(talk, expects_reply=True)
                return

    def _handed_over(self, talk: Talk, calls: Sequence[ToolCall]) -> Handoff | None:
        """Give the word to whom a call names; the rest of its calls are not made."""
        call = next((call for call in calls if call.name == HAND_OVER), None)
        to = str(call.arguments.get("to")) if call else ""
        role = talk.turn.cast(to) if talk.handed < HANDOFFS else None
        if call is None or role is None or role.name == talk.role.name:
            return None
        giver, talk.role, talk.handed = talk.role.name, role, talk.handed + 1
        done = [part for each in talk.messages for part in each.parts]
        talk.messages = opened(role, talk.turn, done)
        talk.turn.role = role
        return Handoff(giver, role.name, str(call.arguments.get("why", "")))

    def _attempt(self, talk: Talk, *, may_call: bool) -> Attempt:
        role = talk.role
        request = Request(
            role.system,
            role.tools.specs,
            tuple(talk.messages),
            may_call=may_call,
            tier=role.tier,
        )
        return Attempt(talk.turn.id, request, _now() + self.ladder.limits.ladder)

    async def _heard(
        self, talk: Talk, attempt: Attempt, words: list[str], calls: list[ToolCall]
    ) -> Steps:
        """One answer of a model: its clauses at once, its calls when it is complete."""
        try:
            async with aclosing(self.ladder.climb(attempt)) as events:
                async for event in events:
                    match event:
                        case TextDelta(text=text):
                            words.append(text)
                            for clause in talk.cutter.feed(text):
                                attempt.said = True
                                yield Clause(clause)
                        case ToolCall():
                            calls.append(event)
                        case Fell():
                            words.clear()
                            calls.clear()
                            talk.cutter = self._cutter()
                            yield event
                        case Progress() | Usage():
                            pass
            for clause in talk.cutter.flush():
                yield Clause(clause)
        except ProviderError:
            talk.cutter = self._cutter()  # half a sentence is not said
            raise
        finally:
            talk.usage = talk.usage + attempt.usage

    def _excuse(self, talk: Talk, attempt: Attempt) -> str:
        if talk.acted is not None:
            return scripts.DONE_BUT_LOST if talk.acted else scripts.NOT_DONE_AND_LOST
        return scripts.apology(attempt.failures, cloud_off=self.ladder.cloud_off)

    def _done(self, talk: Talk, *, failed: str | None = None, expects_reply: bool = False) -> Done:
        name, place = talk.answered_by
        text = " ".join(talk.said)
        asks = expects_reply or (failed is None and text.endswith("?"))
        return Done(name, place, text, talk.usage, talk.first_ms, asks, failed, talk.role.name)

    # ── tools ────────────────────────────────────────────────────────────────────────────────

    async def _work(self, talk: Talk, calls: Sequence[ToolCall]) -> Steps:
        """Run the calls side by side; put the first that needs a yes to the user."""
        questions = await asyncio.gather(*(self._question(talk, call) for call in calls))
        results: dict[str, ToolResult] = {}
        risky: list[tuple[ToolCall, str]] = []
        ready: list[ToolCall] = []
        for call, question in zip(calls, questions, strict=True):
            match question:
                case ToolResult():
                    results[call.id] = question
                    yield ToolFinished(question, 0.0)
                case None:
                    ready.append(call)
                case str() if risky:
                    results[call.id] = failed(call, "not done: one question at a time, ask later")
                case str():
                    risky.append((call, question))
        async with aclosing(self._run(talk, ready)) as events:
            async for event in events:
                if isinstance(event, ToolFinished):
                    results[event.result.id] = event.result
                yield event
        finished = tuple(results[call.id] for call in calls if call.id in results)
        if not risky:
            talk.messages.append(Message("user", finished))
            return
        call, question = risky[0]
        yield Clause(question)
        await talk.turn.committed.wait()
        until = _now() + self._confirm_s
        before = tuple(talk.messages)
        self._pending = Pending(call, talk.turn.id, until, before, finished, talk.wary, talk.role)
        yield ConfirmationNeeded(call, question)

    async def _question(self, talk: Talk, call: ToolCall) -> str | ToolResult | None:
        """What must be asked before a call; a result where it cannot be made at all."""
        tool = talk.role.tools.get(call.name)
        if tool is None:
            return failed(call, "there is no such tool")
        if self.ladder.cloud_off and tool.place == "cloud":
            return failed(call, "the user wants nothing to be sent out")
        if self._journal.knows(key_of(talk.turn.id, call)):
            return None  # it was done in this turn: its result is given again
        try:
            async with asyncio.timeout(tool.timeout_s):
                return await tool.ask(call.arguments, wary=talk.wary)
        except ToolError as error:
            return failed(call, str(error))
        except Exception as error:  # noqa: BLE001 - a call that cannot be judged is not made
            return failed(call, f"it failed ({type(error).__name__})")

    async def _run(self, talk: Talk, calls: Sequence[ToolCall]) -> Steps:
        for call in calls:
            yield ToolStarted(call)
        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(self._once(talk, call)) for call in calls]
            for next_done in asyncio.as_completed(tasks):
                finished = await next_done
                tool = talk.role.tools.get(finished.result.name)
                if tool is not None:
                    talk.wary = talk.wary or tool.outside
                    if tool.acts:
                        talk.acted = talk.acted or finished.result.ok
                yield finished

    async def _once(self, talk: Talk, call: ToolCall, key_turn: str | None = None) -> ToolFinished:
        turn, tools = talk.turn, talk.role.tools
        tool = tools.get(call.name)
        acts = tool is None or tool.acts
        if acts:
            await turn.committed.wait()
        began = _now()
        key = key_of(key_turn or turn.id, call)
        result = await self._journal.once(key, lambda: self._made(turn, tools, call), finish=acts)
        result = ToolResult(call.id, call.name, result.content, result.ok)
        return ToolFinished(result, round((_now() - began) * 1000, 1))

    async def _made(self, turn: Turn, tools: Toolbox, call: ToolCall) -> ToolResult:
        """Run a call; what leaves the device with it is written down."""
        tool = tools.get(call.name)
        if tool is None or tool.place == "device":
            return await tools.run(call)
        note, outcome = self.ladder.log, "cancelled"
        said = described(call.name, call.arguments)
        id = note.sent(turn.id, call.name, tool.place, tool.destination, said)
        try:
            result = await tools.run(call)
            outcome = "done" if result.ok else "failed"
        finally:
            note.used(id, tool.place, Usage(), 0.0, outcome)
        return result

    # ── the answer to a confirmation ─────────────────────────────────────────────────────────

    async def _resolve(self, talk: Talk) -> Steps:
        """Do exactly what was asked about, once, or nothing."""
        turn = talk.turn
        await turn.committed.wait()
        pending, self._pending = self._pending, None
        if pending is None or _now() >= pending.until:
            yield Clause(scripts.TOO_LATE)
            yield self._done(talk)
            return
        yes = turn.verdict is True
        shown = dict(pending.call.arguments)
        log.info("%s: %s %s (%r)", "yes" if yes else "no", pending.call.name, shown, turn.text)
        yield Confirmed(pending.call, yes, turn.text)
        if not yes:
            yield Clause(scripts.NOT_CONFIRMED)
            yield self._done(talk)
            return
        talk.role = turn.role = pending.role
        yield ToolStarted(pending.call)
        finished = await self._once(talk, pending.call, pending.turn)
        yield finished
        talk.acted, talk.wary = finished.result.ok, pending.wary
        results: tuple[Part, ...] = (*pending.results, finished.result)
        talk.messages = [*pending.messages, Message("user", results)]
        async with aclosing(self._converse(talk)) as events:
            async for event in events:
                yield event


def _now() -> float:
    return asyncio.get_running_loop().time()
