"""One turn's thinking: what was said → what it means → what to do and say → doing it.

`decide` has no side effect: it runs on every pause of the user, and most of its results are
thrown away when the sentence goes on. `commit` is where things happen, once a turn.
"""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import assert_never

from edge.cloud import UNAVAILABLE, Asking, CloudDoor
from edge.decision import Context, Decision, Outcome, Past, Question
from edge.errors import SkillError, StoreError
from edge.events import Action, Cloud, Completeness, Intent, Local, Plan, Reply, Value
from edge.skills.base import Skills, Undo
from edge.thread import Thread
from edge.understanding import interrupted
from edge.understanding.answers import answer
from edge.understanding.confirm import agrees
from edge.understanding.confirm import answer as yes_or_no
from edge.understanding.context import QUESTIONS, refer
from edge.understanding.own import OwnRouter
from edge.understanding.questions import is_question
from edge.understanding.snoozing import after_ring
from edge.understanding.text import FILLERS, WAKE_NAMES, core, tokens
from edge.vocabulary import Candidate

NOT_DONE = "Okay, I won't."
CHANGED = "I changed that."
TAKEN_BACK = "I took that back."
REMEMBERED = timedelta(minutes=2)
"""How long a next sentence may refer to the last turn."""
PATIENCE = 3
"""After so many turns in a row without help a person is offered."""
_POLITE = frozenset({"assistant.thanks", "assistant.hello", "assistant.repeat"})
"""Intents that change nothing about what was spoken of."""


class Mind:
    """Decides and acts. Knows the clock only through `now`."""

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
        self.context = Context()
        self.specialist = ""
        """Who is to answer everything, by name; empty: whom it concerns."""

    async def decide(self, text: str) -> Decision:
        """Route a sentence, plan its actions and choose its reply, without acting."""
        now = self._now()
        if self.specialist:
            return await self._asking(text, Cloud("specialist"), "complete", now)
        rest = interrupted.answer(text, *self.context.cut) if self.context.cut else None
        if rest is not None:
            about_it = Local((Intent("assistant.repeat"),), "interrupted")
            return Decision(text, about_it, "local", (), Reply(rest), "complete")
        aside = self._thread.aside(text, of_memory=self._of_memory)
        if aside is not None:
            whole: Completeness = "open" if aside.name == "memory.remember" else "complete"
            return await self._local(text, Local((aside,), "aside"), (aside,), whole, now)
        if self._cloud.waiting and not self._router().begins_anew(text, "", now):
            return await self._asking(text, Cloud("an answer"), "complete", now)
        if self.context.question is not None:
            answered = await self._answered(text, self.context.question, now)
            if answered is not None:
                return answered
        if self._answers_a_specialist(text, now):
            return await self._asking(text, Cloud("an answer"), "complete", now)
        rung = self._after_ring(text, now)
        if rung is not None:
            return await self._local(text, Local((rung,), "it rang"), (rung,), "complete", now)
        referring = await self._referring(text, now)
        if referring is not None:
            return referring
        about = self._cloud.about_itself(text)
        if about is not None:
            intent, plan = about
            itself = Local((intent,), "the cloud itself")
            return Decision(text, itself, "local", (plan,), plan.reply, "complete")
        route = self._router().route(text, now)
        completeness = self._router().completeness(text, now)
        match route:
            case Local(intents=intents):
                return await self._local(text, route, intents, completeness, now)
            case Cloud() if agrees(text) and not self._talking:  # "okay", to no question
                heard = Local((Intent("assistant.stop"),), "nothing was asked")
                return Decision(text, heard, "local", (), Reply(""), completeness)
            case Cloud():
                known = self._thread.known(text)
                if known is not None:
                    memory = Local((known,), "remembered")
                    return await self._local(text, memory, (known,), completeness, now)
                return await self._asking(text, route, completeness, now)
            case _ as never:
                assert_never(never)

    def _answers_a_specialist(self, text: str, now: datetime) -> bool:
        """Whether a specialist asked, and this is its answer or a correction, no command."""
        if self._cloud.where == "offline" or not self._thread.awaited:
            return False
        route = self._router().route(text, now)
        if isinstance(route, Local) and all(
            intent.name.startswith("assistant.") for intent in route.intents
        ):
            return False
        return self._thread.corrects(text) or not self._router().begins_anew(text, "", now)

    @property
    def _talking(self) -> bool:
        """Whether the last turn was the language model's, which "yes" may be said to."""
        last = self.context.decision
        return self._cloud.where != "offline" and last is not None and last.asks

    @property
    def _of_memory(self) -> bool:
        """Whether the last turn was about what is remembered."""
        return self.context.decision is not None and self.context.decision.domain == "memory"

    async def _asking(
        self, text: str, route: Cloud, completeness: Completeness, now: datetime
    ) -> Decision:
        """Leave a sentence to the language models, or say that there are none."""
        if self._cloud.where != "offline":
            if completeness == "open" and is_question(text):
                completeness = "question"
            return Decision(text, route, "cloud", (), Reply(""), completeness, asks=True)
        offer = await self._offer(text, now)
        said = Reply(UNAVAILABLE)
        if offer is not None:
            said = Reply(f"{UNAVAILABLE} {offer.plan.reply.text}", expects_reply=True)
        return Decision(text, route, "offline", (), said, completeness, offer)

    async def _offer(self, text: str, now: datetime) -> Question | None:
        """After several turns without help: shall a person be told? None where there is none."""
        if self.context.failures + 1 < PATIENCE:
            return None
        intent = Intent("person.call", {"kind": "failure", "said": text})
        plan = await self._skills.plan(intent, now)
        return Question(plan, intent) if plan.confirm else None

    def ask(self, decision: Decision) -> Asking:
        """Put a question that `asks` to the language models; it is not yet committed."""
        asking = self._thread.ask(decision.text, specialist=self.specialist)
        asking.after_failure = self._offered(decision.text)
        self.context.asking = asking
        return asking

    def _offered(self, text: str) -> Callable[[], Awaitable[str | None]]:
        async def offered() -> str | None:
            offer = await self._offer(text, self._now())
            self.context.offer = offer
            return offer.plan.reply.text if offer else None

        return offered

    def rang(self) -> None:
        """Something rings: what is said next may be said to it."""
        self.context.rang = self._now()

    async def connect(self) -> None:
        """Have a connection to the language models ready: at the wake word."""
        await self._cloud.connect()

    async def commit(self, decision: Decision, *, act: bool = True) -> Outcome:
        """Do what was decided. Failures become a spoken apology, never an exception.

        With `act=False` nothing is done, but the conversation goes on as if it had been.
        """
        context = self.context
        if not decision.asks:
            self._cloud.forget()
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
                context.replaced = await _undone(list(context.before.undo))
            for plan in decision.plans:
                if plan.action is None or (plan.confirm and decision.confirmed is None):
                    continue
                undo = await self._perform(plan.action) if act else _nothing
                done.append(plan.action)
                if undo is not None:
                    context.undo.append((plan.action, undo))
        except (SkillError, StoreError) as failure:
            reply, error = Reply(str(failure)), failure.code
        self._remember(decision, reply)
        if error is None:
            context.last = self._past(decision, len(done))
        return Outcome(reply, tuple(done), error, context.replaced)

    async def take_back(self) -> list[Action]:
        """Undo the last commit, as far as it can be undone; give what was undone.

        What that commit itself took back is done again.
        """
        context = self.context
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

    def propose(self, text: str) -> tuple[Candidate, ...]:
        """Commands that sound like a text; none while a question waits for its answer."""
        if self.context.question is not None:
            return ()
        return self._router().propose(text, self._now())

    def clear(self, decision: Decision) -> bool:
        """Whether it is a command of which every word and every name is understood."""
        return self._router().clear(decision.route)

    def loose(self, decision: Decision | None) -> bool:
        """Whether it is a command with words that explain nothing."""
        route = decision.route if decision is not None else None
        return isinstance(route, Local) and route.loose

    def spoken_to(self, text: str) -> str:
        """The text, or nothing when it is but a call: the wake word, "hey", "um"."""
        calls = WAKE_NAMES | FILLERS | {"hey", "okay", ","}
        return text if any(word not in calls for word in tokens(text)) else ""

    def forget_question(self) -> None:
        """The user did not answer: an open confirmation counts as no."""
        self.context.question = None
        self._cloud.forget()

    def remember(self, said: str, heard: str) -> None:
        """Keep a turn, once it is over, for what may refer to it."""
        context, decision = self.context, self.context.decision
        if not said or decision is None:
            return
        asking = context.asking if decision.asks else None
        failed = asking is not None and asking.ended is not None and asking.ended.failed
        helpless = failed or decision.failed or decision.where == "offline"
        context.failures = context.failures + 1 if helpless else 0
        if context.offer is not None:
            context.question, context.failures = context.offer, 0
        elif decision.question is not None and decision.question.intent.name == "person.call":
            context.failures = 0
        intents = decision.route.intents if isinstance(decision.route, Local) else ()
        self._thread.over(said, heard, intents, asking)

    def begin_anew(self) -> None:
        """Forget what a next sentence may refer to: another conversation begins."""
        self.context = Context()
        self._thread.talks.begin()

    def cut_off(self, reply: str, heard: str) -> None:
        """An answer was cut: what is said next may be about it."""
        self.context.cut = reply, heard

    def forget_last(self) -> None:
        """The turn that was kept last is not over."""
        self.context.cut = None
        self._thread.back()

    async def _perform(self, action: Action) -> Undo | None:
        if action.name.startswith("cloud."):
            return await self._cloud.perform(action)
        return await self._skills.perform(action)

    def _remember(self, decision: Decision, reply: Reply) -> None:
        intent = decision.intent
        if intent is None or intent.name != "assistant.repeat":
            self.context.last_reply = reply.text

    def _past(self, decision: Decision, done: int) -> Past | None:
        """What a next sentence may refer to: nothing that failed, was declined or only asked."""
        route = decision.route
        if not isinstance(route, Local):
            return None
        if {intent.name for intent in route.intents} <= _POLITE:
            return self.context.before
        if decision.failed or decision.confirmed is False or decision.question is not None:
            return None
        planned = zip(route.intents, decision.plans, strict=False)
        carried_out = tuple(
            intent
            for intent, plan in planned
            if (plan.action is not None or intent.name in QUESTIONS)
            and not {"unknown", "candidates"} & intent.slots.keys()
        )
        undo = tuple(self.context.undo)
        return Past(carried_out, self._now(), undo, bool(undo) and len(undo) == done)

    def _after_ring(self, text: str, now: datetime) -> Intent | None:
        """ "Five more minutes", "I'm up", said to what rings or has just rung."""
        at = self.context.rang
        fresh = at is not None and timedelta() <= now - at <= REMEMBERED
        return after_ring(core(tokens(text))) if fresh else None

    async def _referring(self, text: str, now: datetime) -> Decision | None:
        """Take a sentence as one that hangs on the last turn; None where it stands alone."""
        last = self.context.last
        if last is None or not timedelta() <= now - last.at <= REMEMBERED:
            return None
        found = refer(text, last.intents, self._router(), now)
        if found is None:
            return None
        route = Local(found.intents, "context")
        if found.intents[0].name == "assistant.cancel":
            taken = Decision(text, route, "local", (), Reply(TAKEN_BACK), "complete", instead=True)
            return taken if last.whole else None
        decision = await self._local(text, route, found.intents, "complete", now)
        acts = decision.question is not None or any(plan.action for plan in decision.plans)
        if not (found.instead and last.whole and acts):
            return decision
        if decision.question is not None:
            return replace(decision, instead=True)
        said = Reply(f"{CHANGED} {decision.reply.text}")
        return replace(decision, reply=said, instead=True)

    async def _local(
        self,
        text: str,
        route: Local,
        intents: tuple[Intent, ...],
        completeness: Completeness,
        now: datetime,
    ) -> Decision:
        plans: list[Plan] = []
        failed = False
        for intent in intents:
            try:
                plan = await self._plan(intent, now)
            except (SkillError, StoreError) as failure:
                plan, failed = Plan(Reply(str(failure))), True
            plans.append(plan)
            if plan.reply.expects_reply:
                break
        reply = Reply(
            " ".join(plan.reply.text for plan in plans if plan.reply.text),
            expects_reply=plans[-1].reply.expects_reply,
        )
        asked = Question(plans[-1], intents[len(plans) - 1]) if reply.expects_reply else None
        if asked is not None and not plans[-1].confirm and completeness == "complete":
            completeness = "open"  # what we would ask back may just be coming
        return Decision(
            text, route, "local", tuple(plans), reply, completeness, asked, failed=failed
        )

    async def _plan(self, intent: Intent, now: datetime) -> Plan:
        if intent.name == "assistant.repeat" and self.context.last_reply:
            return Plan(Reply(self.context.last_reply))
        return await self._skills.plan(intent, now)

    async def _answered(self, text: str, question: Question, now: datetime) -> Decision | None:
        """Take a sentence as the answer to a question; None when it is something else."""
        if question.plan.confirm:
            return self._confirmed(text, question)
        if self._router().begins_anew(text, question.intent.name, now):
            return None
        certain = _without_doubt(question.intent.slots)
        said = answer(question.intent, text, self._router().vocabulary, now)
        merged = {**said, **certain}
        if len(merged) == len(certain):
            return None
        intent = replace(question.intent, slots=merged)
        return await self._local(text, Local((intent,), "answer"), (intent,), "complete", now)

    def _confirmed(self, text: str, question: Question) -> Decision | None:
        answer = yes_or_no(text)
        if answer is None:
            return None
        plan, said = question.plan, answer == "yes"
        reply = Reply(plan.done or "Okay.") if said else Reply(NOT_DONE)
        return Decision(
            text,
            Local((question.intent,), "confirmed" if said else "declined"),
            "local",
            (plan,) if said else (),
            reply,
            "complete",
            confirmed=said,
        )


async def _undone(undo: list[tuple[Action, Undo]]) -> tuple[Action, ...]:
    """Take actions back, the last one first."""
    for _, back in reversed(undo):
        await back()
    return tuple(action for action, _ in reversed(undo))


async def _nothing() -> None:
    """What takes back an action that was not really done."""


def _without_doubt(slots: Mapping[str, Value]) -> dict[str, Value]:
    """The slots that are certain: a name that fits nothing, or two things, was asked about."""
    return {key: value for key, value in slots.items() if key not in ("unknown", "candidates")}
