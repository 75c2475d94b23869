"""One turn's thinking: what was said → what it means → what to do and say → doing it.

`decide` has no side effect; `commit` is where things happen, once a turn. Between turns the mind
keeps what a next sentence may refer to.
"""

from collections.abc import Awaitable, Callable
from datetime import datetime

from edge.cloud.asking import Asking
from edge.cloud.door import CloudDoor
from edge.decider import Decider
from edge.decision import Context, Decision, Outcome
from edge.events import Action, Local
from edge.performer import Performer
from edge.skills.base import Skills
from edge.thread import Thread
from edge.understanding.own import OwnRouter
from edge.vocabulary import Candidate


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
        self._decider = Decider(router, skills, cloud, now, thread)
        self._performer = Performer(skills, cloud.privacy, now)
        self._cloud = cloud
        self._now = now
        self._thread = thread
        self.context = Context()
        self.specialist = ""
        """Who is to answer everything, by name; empty: whom it concerns."""

    async def decide(self, text: str) -> Decision:
        """Route a sentence, plan its actions and choose its reply, without acting."""
        return await self._decider.decide(text, self.context, self.specialist)

    def propose(self, text: str) -> tuple[Candidate, ...]:
        """Commands that sound like a text; none while a question waits for its answer."""
        return self._decider.propose(text) if self.context.question is None else ()

    def clear(self, decision: Decision) -> bool:
        """Whether it is a command of which every word and every name is understood."""
        return self._decider.clear(decision)

    async def connect(self) -> None:
        """Have a connection to the language models ready: at the wake word."""
        await self._cloud.connect()

    def ask(self, decision: Decision) -> Asking:
        """Put a question that `asks` to the language models; it is not yet committed."""
        asking = self._thread.ask(decision.text, specialist=self.specialist)
        asking.after_failure = self._offered(decision.text)
        self.context.asking = asking
        return asking

    def _offered(self, text: str) -> Callable[[], Awaitable[str | None]]:
        async def offered() -> str | None:
            offer = await self._decider.offer(text, self.context)
            self.context.offer = offer
            return offer.plan.reply.text if offer else None

        return offered

    async def commit(self, decision: Decision, *, act: bool = True) -> Outcome:
        """Do what was decided. Failures become a spoken apology, never an exception.

        With `act=False` nothing is done, but the conversation goes on as if it had been.
        """
        if not decision.asks:
            self._cloud.forget()
        return await self._performer.commit(self.context, decision, act=act)

    async def take_back(self) -> list[Action]:
        """Undo the last commit, as far as it can be undone; give what was undone.

        What that commit itself took back is done again.
        """
        return await self._performer.take_back(self.context)

    # ── what a next sentence may refer to ────────────────────────────────────────────────────

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

    def forget_last(self) -> None:
        """The turn that was kept last is not over."""
        self.context.cut = None
        self._thread.back()

    def cut_off(self, reply: str, heard: str) -> None:
        """An answer was cut: what is said next may be about it."""
        self.context.cut = reply, heard

    def rang(self) -> None:
        """Something rings: what is said next may be said to it."""
        self.context.rang = self._now()

    def forget_question(self) -> None:
        """The user did not answer: an open confirmation counts as no."""
        self.context.question = None
        self._cloud.forget()

    def begin_anew(self) -> None:
        """Forget what a next sentence may refer to: another conversation begins."""
        self.context = Context()
        self._thread.talks.begin()
