"""The thread of the conversation: what is kept of each turn, and what goes along with the next.

The words of a turn are read for its task before the question leaves, without a model; a language
model may note more of it afterwards, in the background, and nobody ever waits for that.
"""

import asyncio
import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from edge.cloud.asking import Asking
from edge.cloud.door import CloudDoor
from edge.cloud.situation import About
from edge.cloud.tasks import form_of, topic_of
from edge.events import Intent
from edge.memory.conversations import Conversations
from edge.memory.facts import Facts
from edge.memory.state import Conversation, Field, Found
from edge.understanding.asides import aside, to_forget
from edge.understanding.noted import note
from edge.understanding.text import tokens

log = logging.getLogger(__name__)

FACTS = 5
"""So many facts go along with a question."""
_ENDINGS = frozenset({"assistant.cancel", "assistant.stop"})
_ASKING = frozenset({"what", "who", "whose", "where", "when", "which", "how", "do", "does", "is"})


class Thread:
    """Follows the conversation on the device's side."""

    def __init__(
        self,
        talks: Conversations,
        facts: Facts,
        door: CloudDoor,
        now: Callable[[], datetime],
        contact: str = "",
        extract: bool = True,
    ) -> None:
        self.talks = talks
        self._facts = facts
        self._door = door
        self._now = now
        self._contact = contact
        self._extract = extract
        self._noting: set[asyncio.Task[None]] = set()
        self._before: Conversation | None = None
        """The state before the last turn."""

    def aside(self, text: str, *, of_memory: bool) -> Intent | None:
        """What a sentence says to the assistant as such; None where it is anything else."""
        topics = [talk.topic for talk in self.talks.all() if talk.topic]
        found = aside(text, contact=self._contact, topics=topics, of_memory=of_memory)
        about = to_forget(text) if found is None else None
        if about is not None and self._facts.answers(about):
            return Intent("memory.forget", {"about": about})
        return found

    def known(self, text: str) -> Intent | None:
        """A question that a remembered fact answers, as the intent to tell it."""
        words = tokens(text)
        if not words or words[0] not in _ASKING or not self._facts.answers(text):
            return None
        return Intent("memory.recall", {"about": text})

    @property
    def awaited(self) -> bool:
        """A specialist asked something, and the next words may be the answer."""
        return bool(self.talks.current.question)

    def corrects(self, text: str) -> bool:
        """Whether words take back a value of the task under way: "make it eight"."""
        talk = self.talks.current
        asked = talk.recent[-1].heard if talk.recent else ""
        noted = note(text, form_of(talk.specialist), asked, self._now())
        return noted.correcting and bool(noted.found)

    def ask(self, text: str, domain: str = "", specialist: str = "") -> Asking:
        """Put a question, with what bears upon it. Nothing of it is kept until it is over.

        Notes that are still being taken are given up: a server at home, or a model on the device,
        would finish them first.
        """
        for task in self._noting:
            task.cancel()
        talk, form = self._noted(self.talks.current, text, specialist)
        facts = tuple(fact.text for fact in self._facts.find(text, FACTS))
        return self._door.begin(text, About(talk, facts, talk.missing(form), domain, specialist))

    def over(self, said: str, heard: str, intents: Sequence[Intent], asking: Asking | None) -> None:
        """Keep a turn; a question to the cloud may be noted by a model, later."""
        self._before = self.talks.current
        talk = self._with_topic(self._before, said, asking)
        if asking is not None:
            talk, _ = self._noted(talk, said, asking.specialist)
            talk = replace(talk, specialist=asking.specialist, waiting=asking.waiting)
        elif intents:
            ended = all(intent.name in _ENDINGS for intent in intents)
            talk = replace(talk, intent=intents[0].name, question="" if ended else talk.question)
        talk = talk.heard(said, heard, self._now().timestamp())
        if asking is not None and (form_of(asking.specialist) or not asking.waiting):
            talk = replace(talk, question=heard if heard.endswith("?") else "")
        if any(intent.name.startswith("memory.") for intent in intents):
            talk = replace(talk, recent=self._before.recent)  # what is remembered stays at home
        self.talks.put(talk)
        form = form_of(talk.specialist)
        if asking is not None and form and self._extract:
            task = asyncio.get_running_loop().create_task(self._note_later(talk, form))
            self._noting.add(task)
            task.add_done_callback(self._noting.discard)

    def back(self) -> None:
        """The turn that was kept last is not over: its words go on."""
        if self._before is not None:
            self.talks.put(self._before)
            self._before = None

    async def close(self) -> None:
        """Write down what there is; what a model still notes is given up."""
        for task in self._noting:
            task.cancel()
        await asyncio.gather(*self._noting, return_exceptions=True)
        await self.talks.settle()

    async def settle(self) -> None:
        """Wait for everything that runs in the background."""
        while self._noting:
            await asyncio.gather(*self._noting)
        await self.talks.settle()

    def _noted(
        self, talk: Conversation, text: str, specialist: str
    ) -> tuple[Conversation, Sequence[Field]]:
        """The state with what these words add, and the form of the task."""
        named = specialist or self._door.would_take(text, talk)
        form = form_of(named)
        if not form:
            return talk, ()
        asked = talk.recent[-1].heard if talk.recent else ""
        noted = note(text, form, asked, self._now())
        after = talk.noted(noted.found, correcting=noted.correcting, turn=talk.turns + 1)
        return after, form

    def _with_topic(self, talk: Conversation, said: str, asking: Asking | None) -> Conversation:
        """A new task begins a new conversation; the old one can be gone back to."""
        topic = topic_of(asking.specialist, said) if asking is not None else ""
        if not topic or topic == talk.topic:
            return talk
        if talk.topic:
            talk = replace(self.talks.begin(), recent=talk.recent)
        return replace(talk, topic=topic)

    async def _note_later(self, talk: Conversation, form: Sequence[Field]) -> None:
        """Let a model note the last exchange; words of newer turns stand above what it finds."""
        turn = talk.turns
        notes = await self._door.notes(talk)
        current = next((each for each in self.talks.all() if each.id == talk.id), talk)
        now = self._now()
        found = [one for each in form if (one := read(each, notes.words, current, turn, now))]
        current = current.noted(found, correcting=True, turn=turn)
        self.talks.put(replace(current, summary=notes.summary or current.summary))


def read(
    field: Field, words: Mapping[str, str], talk: Conversation, turn: int, now: datetime
) -> Found | None:
    """What a model's notes of a turn mean. What the user's own words said in it stays."""
    slot, said = talk.slot(field.name), words.get(field.name)
    if said is None or (slot is not None and slot.turn >= turn):
        return None
    if field.kind == "text":
        return Found(field.name, said, said)
    alone = field if field.kind == "flag" else replace(field, cues=())
    found = note(said, [alone], "", now).found
    return found[0] if found else None
