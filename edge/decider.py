"""What a sentence means, after all that was said before, and what it leads to.

Nothing is done here: it runs on every pause of the user, and most of its results are thrown away
when the sentence goes on.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import assert_never

from edge.cloud.door import UNAVAILABLE, CloudDoor
from edge.decision import Context, Decision, Question
from edge.errors import SkillError, StoreError
from edge.events import Cloud, Completeness, Intent, Local, Plan, Reply, Value
from edge.skills.base import Skills
from edge.thread import Thread
from edge.understanding import interrupted
from edge.understanding.answers import answer
from edge.understanding.confirm import agrees
from edge.understanding.confirm import answer as yes_or_no
from edge.understanding.context import refer
from edge.understanding.own import OwnRouter
from edge.understanding.questions import is_question
from edge.understanding.snoozing import after_ring
from edge.understanding.text import core, tokens
from edge.vocabulary import Candidate

NOT_DONE = "Okay, I won't."
CHANGED = "I changed that."
TAKEN_BACK = "I took that back."
REMEMBERED = timedelta(minutes=2)
"""How long a next sentence may refer to the last turn."""
PATIENCE = 3
"""After so many turns in a row without help a person is offered."""


@dataclass(frozen=True, slots=True)
class _Sentence:
    """What is to be decided on."""

    text: str
    context: Context
    now: datetime

    @property
    def of_memory(self) -> bool:
        """The last turn was about what is remembered."""
        last = self.context.decision
        return last is not None and last.domain == "memory"

    @property
    def acted_since_ring(self) -> bool:
        """Something else was done since it rang: "turn it off" means that."""
        rang, last = self.context.rang, self.context.last
        if rang is None or last is None or last.at <= rang:
            return False
        return any(intent.name != "alarm.snooze" for intent in last.intents)

    def soon_after(self, at: datetime | None) -> bool:
        """It may refer to what happened then."""
        return at is not None and timedelta() <= self.now - at <= REMEMBERED


class Decider:
    """Routes sentences, plans their actions and chooses the replies. `now` is its only clock."""

    def __init__(
        self,
        router: Callable[[], OwnRouter],
        skills: Skills,
        cloud: CloudDoor,
        now: Callable[[], datetime],
        thread: Thread,
    ) -> None:
        self._router = router
        self._skills = skills
        self._cloud = cloud
        self._now = now
        self._thread = thread

    async def decide(self, text: str, context: Context, specialist: str = "") -> Decision:
        """Decide without acting; a `specialist` that is named is asked, whatever it is."""
        said = _Sentence(text, context, self._now())
        if specialist:
            return await self._asking(said, Cloud("specialist"), "complete")
        following = await self._following(said)
        return following if following is not None else await self._alone(said)

    async def offer(self, text: str, context: Context) -> Question | None:
        """After several turns without help: shall a person be told? None where there is none."""
        return await self._offer(_Sentence(text, context, self._now()))

    def propose(self, text: str) -> tuple[Candidate, ...]:
        """Commands that sound like a text."""
        return self._router().propose(text, self._now())

    def clear(self, decision: Decision) -> bool:
        """Whether it is a command of which every word and every name is understood."""
        return self._router().clear(decision.route)

    # ── what hangs on what was said before ───────────────────────────────────────────────────

    async def _following(self, said: _Sentence) -> Decision | None:
        """Take a sentence as one that goes on from the last turn, or is an aside; None: neither."""
        text, context = said.text, said.context
        rest = interrupted.answer(text, *context.cut) if context.cut else None
        if rest is not None:
            about_it = Local((Intent("assistant.repeat"),), "interrupted")
            return Decision(text, about_it, "local", (), Reply(rest), "complete")
        aside = self._thread.aside(text, of_memory=said.of_memory)
        if aside is not None:
            whole: Completeness = "open" if aside.name == "memory.remember" else "complete"
            return await self._local(said, Local((aside,), "aside"), whole)
        if self._cloud.waiting and not self._router().begins_anew(text, "", said.now):
            return await self._asking(said, Cloud("an answer"), "complete")
        if context.question is not None:
            answered = await self._answered(said, context.question)
            if answered is not None:
                return answered
        if self._answers_a_specialist(said):
            return await self._asking(said, Cloud("an answer"), "complete")
        readings = (self._to_a_ring, self._referring)
        for read in reversed(readings) if said.acted_since_ring else readings:
            following = await read(said)
            if following is not None:
                return following
        return None

    async def _answered(self, said: _Sentence, question: Question) -> Decision | None:
        """Take a sentence as the answer to a question; None when it is something else."""
        if question.plan.confirm:
            return _confirmed(said.text, question)
        if self._router().begins_anew(said.text, question.intent.name, said.now):
            return None
        certain = _without_doubt(question.intent.slots)
        told = answer(question.intent, said.text, self._router().vocabulary, said.now)
        merged = {**told, **certain}
        if len(merged) == len(certain):
            return None
        intent = replace(question.intent, slots=merged)
        return await self._local(said, Local((intent,), "answer"), "complete")

    def _answers_a_specialist(self, said: _Sentence) -> bool:
        """Whether a specialist asked, and this is its answer or a correction, no command."""
        if self._cloud.where == "offline" or not self._thread.awaited:
            return False
        route = self._router().route(said.text, said.now)
        if isinstance(route, Local) and all(
            intent.name.startswith("assistant.") for intent in route.intents
        ):
            return False
        return self._thread.corrects(said.text) or not self._router().begins_anew(
            said.text, "", said.now
        )

    async def _to_a_ring(self, said: _Sentence) -> Decision | None:
        """Take a sentence as said to what rings, or has just rung; None where it is not."""
        rung = after_ring(core(tokens(said.text))) if said.soon_after(said.context.rang) else None
        return await self._local(said, Local((rung,), "it rang"), "complete") if rung else None

    async def _referring(self, said: _Sentence) -> Decision | None:
        """Take a sentence as one that hangs on the last turn; None where it stands alone."""
        last = said.context.last
        if last is None or not said.soon_after(last.at):
            return None
        found = refer(said.text, last.intents, self._router(), said.now)
        if found is None:
            return None
        route = Local(found.intents, "context")
        if found.intents[0].name == "assistant.cancel":
            back = Reply(TAKEN_BACK)
            taken = Decision(said.text, route, "local", (), back, "complete", instead=True)
            return taken if last.whole else None
        decision = await self._local(said, route, "complete")
        acts = decision.question is not None or any(plan.action for plan in decision.plans)
        if not (found.instead and last.whole and acts):
            return decision
        if decision.question is not None:
            return replace(decision, instead=True)
        changed = Reply(f"{CHANGED} {decision.reply.text}")
        return replace(decision, reply=changed, instead=True)

    # ── what stands alone ────────────────────────────────────────────────────────────────────

    async def _alone(self, said: _Sentence) -> Decision:
        text, now = said.text, said.now
        if not text or (agrees(text) and not self._talking(said)):  # "okay", to no question
            heard = Local((Intent("assistant.stop"),), "nothing was asked")
            return Decision(text, heard, "local", (), Reply(""), "complete")
        about = self._cloud.privacy.plan(text)
        if about is not None:
            intent, plan = about
            itself = Local((intent,), "the cloud itself")
            return Decision(text, itself, "local", (plan,), plan.reply, "complete")
        route = self._router().route(text, now)
        completeness = self._router().completeness(text, now)
        match route:
            case Local():
                return await self._local(said, route, completeness)
            case Cloud():
                known = self._thread.known(text)
                if known is not None:
                    return await self._local(said, Local((known,), "remembered"), completeness)
                return await self._asking(said, route, completeness)
            case _ as never:
                assert_never(never)

    def _talking(self, said: _Sentence) -> bool:
        """Whether the last turn was the language model's, which "yes" may be said to."""
        last = said.context.decision
        return self._cloud.where != "offline" and last is not None and last.asks

    async def _local(self, said: _Sentence, route: Local, completeness: Completeness) -> Decision:
        """Have the skills plan what the device does itself, up to the first that asks back."""
        plans: list[Plan] = []
        failed = False
        for intent in route.intents:
            try:
                plan = await self._plan(intent, said)
            except (SkillError, StoreError) as failure:
                plan, failed = Plan(Reply(str(failure))), True
            plans.append(plan)
            if plan.reply.expects_reply:
                break
        reply = Reply(
            " ".join(plan.reply.text for plan in plans if plan.reply.text),
            expects_reply=plans[-1].reply.expects_reply,
        )
        last = route.intents[len(plans) - 1]
        asked = Question(plans[-1], last) if reply.expects_reply else None
        if asked is not None and not plans[-1].confirm and completeness == "complete":
            completeness = "open"  # what we would ask back may just be coming
        return Decision(
            said.text, route, "local", tuple(plans), reply, completeness, asked, failed=failed
        )

    async def _plan(self, intent: Intent, said: _Sentence) -> Plan:
        if intent.name == "assistant.repeat" and said.context.last_reply:
            return Plan(Reply(said.context.last_reply))
        return await self._skills.plan(intent, said.now)

    async def _asking(self, said: _Sentence, route: Cloud, completeness: Completeness) -> Decision:
        """Leave a sentence to the language models, or say that there are none."""
        if self._cloud.where != "offline":
            if completeness == "open" and is_question(said.text):
                completeness = "question"
            return Decision(said.text, route, "cloud", (), Reply(""), completeness, asks=True)
        offer = await self._offer(said)
        reply = Reply(UNAVAILABLE)
        if offer is not None:
            reply = Reply(f"{UNAVAILABLE} {offer.plan.reply.text}", expects_reply=True)
        return Decision(said.text, route, "offline", (), reply, completeness, offer)

    async def _offer(self, said: _Sentence) -> Question | None:
        if said.context.failures + 1 < PATIENCE:
            return None
        intent = Intent("person.call", {"kind": "failure", "said": said.text})
        plan = await self._skills.plan(intent, said.now)
        return Question(plan, intent) if plan.confirm else None


def _confirmed(text: str, question: Question) -> Decision | None:
    """Take a sentence as the yes or no to a risky action; None when it is neither."""
    verdict = yes_or_no(text)
    if verdict is None:
        return None
    plan, allowed = question.plan, verdict == "yes"
    reply = Reply(plan.done or "Okay.") if allowed else Reply(NOT_DONE)
    return Decision(
        text,
        Local((question.intent,), "confirmed" if allowed else "declined"),
        "local",
        (plan,) if allowed else (),
        reply,
        "complete",
        confirmed=allowed,
    )


def _without_doubt(slots: Mapping[str, Value]) -> dict[str, Value]:
    """The slots that are certain: a name that fits nothing, or two things, was asked about."""
    return {key: value for key, value in slots.items() if key not in ("unknown", "candidates")}
