"""Does what was decided, once a turn, and takes it back where the sentence goes on."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime

from edge.cloud.privacy import Privacy
from edge.decision import Context, Decision, Outcome, Past
from edge.errors import SkillError, StoreError
from edge.events import Action, Intent, Local, Reply
from edge.skills.base import Skills, Undo
from edge.understanding.context import QUESTIONS

_POLITE = frozenset({"assistant.thanks", "assistant.hello", "assistant.repeat"})
"""Intents that change nothing about what was spoken of."""


class Performer:
    """Acts, and notes in the context what can be undone."""

    def __init__(self, skills: Skills, privacy: Privacy, now: Callable[[], datetime]) -> None:
        self._skills = skills
        self._privacy = privacy
        self._now = now

    async def commit(self, context: Context, decision: Decision, *, act: bool = True) -> Outcome:
        """Do what was decided. Failures become a spoken apology, never an exception.

        With `act=False` nothing is done, but the conversation goes on as if it had been.
        """
        context.question, context.decision, context.offer = decision.question, decision, None
        if decision.reply.text or decision.route != Local(
            (Intent("assistant.repeat"),), "interrupted"
        ):
            context.cut = None
        context.before, context.last = context.last, None
        context.undo, context.replaced = [], ()
        done: list[Action] = []
        reply, error = decision.reply, None
        try:
            if decision.instead and context.before is not None and act:
                context.replaced = await _undone(context.before.undo)
            for plan in decision.plans:
                if plan.action is None or (plan.confirm and decision.confirmed is None):
                    continue
                undo = await self._perform(plan.action) if act else _nothing
                done.append(plan.action)
                if undo is not None:
                    context.undo.append((plan.action, undo))
        except (SkillError, StoreError) as failure:
            reply, error = Reply(str(failure)), failure.code
        if decision.intent is None or decision.intent.name != "assistant.repeat":
            context.last_reply = reply.text
        if error is None:
            context.last = self._past(context, decision, len(done))
        return Outcome(reply, tuple(done), error, context.replaced)

    async def take_back(self, context: Context) -> list[Action]:
        """Undo the last commit, as far as it can be undone; give what was undone.

        What that commit itself took back is done again.
        """
        undo, context.undo = context.undo, []
        undone = await _undone(undo)
        again: list[tuple[Action, Undo]] = []
        for action in context.replaced:
            back = await self._perform(action)
            if back is not None:
                again.append((action, back))
        context.last, context.before = context.before, None
        if context.last is not None and context.replaced:
            context.last = replace(context.last, undo=tuple(again))
        context.replaced, context.question = (), None
        return list(undone)

    async def _perform(self, action: Action) -> Undo | None:
        if action.name.startswith("cloud."):
            return await self._privacy.perform(action)
        return await self._skills.perform(action)

    def _past(self, context: Context, decision: Decision, done: int) -> Past | None:
        """What a next sentence may refer to: nothing that failed, was declined or only asked."""
        route = decision.route
        if not isinstance(route, Local):
            return None
        if {intent.name for intent in route.intents} <= _POLITE:
            return context.before
        if decision.failed or decision.confirmed is False or decision.question is not None:
            return None
        planned = zip(route.intents, decision.plans, strict=False)
        carried_out = tuple(
            intent
            for intent, plan in planned
            if (plan.action is not None or intent.name in QUESTIONS)
            and not {"unknown", "candidates"} & intent.slots.keys()
        )
        undo = tuple(context.undo)
        return Past(carried_out, self._now(), undo, bool(undo) and len(undo) == done)


async def _undone(undo: Sequence[tuple[Action, Undo]]) -> tuple[Action, ...]:
    """Take actions back, the last one first."""
    for _, back in reversed(undo):
        await back()
    return tuple(action for action, _ in reversed(undo))


async def _nothing() -> None:
    """What takes back an action that was not really done."""
