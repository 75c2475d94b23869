"""A turn is prepared while it is still being spoken: at each pause, and now and then in between.

Two things may run beside the sound: what a pause began, for which the endpoint waits, and the
recognition of an utterance that grows, for which nobody does.
"""

import asyncio

from edge.events import RATE, Utterance
from edge.foresight import Foresight
from edge.hearing.ear import Ear
from edge.hearing.endpoint import Phase
from edge.turn import Prepared, Turn, Turns

PARTIAL_EVERY = int(0.4 * RATE)


class Preparation:
    """What the utterance under way comes to, as far as it is known."""

    def __init__(self, ear: Ear, foresight: Foresight, turns: Turns) -> None:
        self._ear = ear
        self._foresight = foresight
        self._turns = turns
        self._begun: asyncio.Task[Prepared] | None = None
        self._judged = False
        self.partial: asyncio.Task[None] | None = None
        """The growing utterance is being recognised; its failures are the assistant's."""

    def begin(self) -> None:
        """The voice dipped: prepare what was said so far, as if it were all."""
        self._judged = False
        self._begun = asyncio.create_task(
            self._foresight.prepare(self._ear.utterance(), self._ear.endpoint.end)
        )

    def drop(self) -> None:
        """Forget what was prepared."""
        if self._begun is not None:
            self._begun.cancel()
        self._begun = None
        self._foresight.drop()

    def close(self) -> None:
        """The stream is over, whatever was being said."""
        self.drop()
        if self.partial is not None:
            self.partial.cancel()

    async def prepared(self) -> Prepared | None:
        """What was prepared, once it is; the utterance is over. None where it was dropped."""
        if self._begun is None:
            self.begin()
        assert self._begun is not None
        return await self._end_of(self._begun)

    async def judge(self) -> None:
        """Once the shortest patience is over, let what was said set how long to wait."""
        if self._begun is None or self._judged or not self._ear.endpoint.needs_verdict:
            return
        prepared = await self._end_of(self._begun)
        if prepared is None:
            return
        self._judged = True
        decision = prepared.decision
        self._ear.understood(decision.completeness if decision else "open")

    async def _end_of(self, begun: asyncio.Task[Prepared]) -> Prepared | None:
        """Wait for it; None where it was dropped meanwhile: a button can be pressed at any time."""
        try:
            prepared = await begun
        except asyncio.CancelledError:
            waiting = asyncio.current_task()
            if waiting is None or waiting.cancelling():
                raise
            return None
        return prepared if self._begun is begun else None

    def follow(self) -> None:
        """Recognise the growing utterance now and then; under load rather less often.

        Never when the voice dips: if that is the end, nothing may stand in its way.
        """
        turn, now, endpoint = self._turns.current, self._ear.now, self._ear.endpoint
        busy = self.partial is not None and not self.partial.done()
        speaking = endpoint.phase is Phase.SPEAKING and not endpoint.dipping
        if not speaking or now < turn.partial_at or busy:
            return
        turn.partial_at = now + PARTIAL_EVERY
        self.partial = asyncio.create_task(self._glimpse(turn, self._ear.utterance(), now))

    async def _glimpse(self, turn: Turn, utterance: Utterance, sample: int) -> None:
        text = await self._foresight.glimpse(utterance, sample)
        turn.spoken = turn.spoken or self._foresight.spoken
        if turn is self._turns.current and text and text != turn.partial_text:
            turn.partial_text = text
            if not turn.held_at:
                self._turns.emit("partial", sample, text=text)
