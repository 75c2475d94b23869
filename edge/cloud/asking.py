"""One question to the language models, from the pause at which it is put to its answer's end."""

from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import aclosing
from dataclasses import replace

from cloud_bridge.bridge import Bridge
from cloud_bridge.specialists import BY_NAME
from cloud_bridge.turns import Turn
from cloud_bridge.types import BridgeEvent, Handoff
from edge.cloud.answer import Answer, Ended, Said, as_answer
from edge.events import Reply


class Asking:
    """One question under way; to be committed once the user has finished."""

    def __init__(self, bridge: Bridge, turn: Turn, waiting: tuple[str, ...] = ()) -> None:
        self._bridge = bridge
        self._turn = turn
        self._waiting = waiting
        self.ended: Ended | None = None
        """How the answer ended, once it has."""
        self.after_failure: Callable[[], Awaitable[str | None]] | None = None
        """What to offer when the answer failed."""

    @property
    def specialist(self) -> str:
        """Who has the word."""
        return self._turn.role.name if self._turn.role else ""

    @property
    def waiting(self) -> tuple[str, ...]:
        """Who gets it back."""
        return tuple(name for name in self._waiting if name != self.specialist)

    def commit(self) -> None:
        """Let it act: until now only reading tools were run."""
        self._bridge.commit(self._turn)

    async def events(self) -> AsyncGenerator[Answer, None]:
        """Give the answer, `Ended` last; closing the generator closes the connection."""
        async with aclosing(self._bridge.answer(self._turn)) as events:
            async for event in events:
                self._note_handoff(event)
                answer = as_answer(event)
                if isinstance(answer, Ended):
                    offer = await self._offer(answer)
                    if offer is not None:
                        yield Said(offer)
                        reply = Reply(f"{answer.reply.text} {offer}", expects_reply=True)
                        answer = replace(answer, reply=reply)
                    self.ended = answer
                yield answer

    async def _offer(self, ended: Ended) -> str | None:
        return await self.after_failure() if ended.failed and self.after_failure else None

    def _note_handoff(self, event: BridgeEvent) -> None:
        if isinstance(event, Handoff) and BY_NAME[event.giver].form:
            self._waiting = (*self._waiting, event.giver)
