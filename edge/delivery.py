"""A turn is carried out: what was decided is done and told, and the answer said."""

import asyncio
import time
from collections.abc import Callable

from edge.audio.speaker import Speaker
from edge.decision import Decision
from edge.errors import StonechatError
from edge.events import Pcm
from edge.foresight import Foresight
from edge.mind import Mind
from edge.speaking import earcons
from edge.talk import Talk
from edge.turn import Turn, Turns


class Delivery:
    """Acts and speaks, in a task of its own; `on_sound` is told when an answer begins to sound."""

    def __init__(
        self,
        mind: Mind,
        foresight: Foresight,
        speaker: Speaker,
        turns: Turns,
        on_sound: Callable[[], None],
    ) -> None:
        self._mind = mind
        self._foresight = foresight
        self._speaker = speaker
        self._turns = turns
        self._on_sound = on_sound
        self.task: asyncio.Task[None] | None = None
        """The turn that is, or was last, carried out; its failures are the assistant's."""

    def begin(self, turn: Turn) -> None:
        """Act on what was prepared, and say it."""
        assert turn.prepared is not None and turn.prepared.decision is not None
        self.task = asyncio.create_task(self._act(turn, turn.prepared.decision))

    def ring(self, turn: Turn) -> None:
        """Ring, and say why."""
        self.task = asyncio.create_task(self._ring(turn))

    def cancel(self) -> None:
        """Whatever still makes the answer is called back."""
        if self.task is not None:
            self.task.cancel()

    def over(self, turn: Turn) -> bool:
        """All was done, and the answer was heard to its end."""
        acted = self.task is not None and self.task.done()
        return turn.talk is not None and acted and self._speaker.done

    def conclude(self, turn: Turn) -> None:
        """Note and tell that the answer was heard, if it was: the turn closes."""
        if turn.talk is not None and not turn.cut and self._speaker.done:
            turn.heard = turn.talk.text
            self._turns.emit("spoken", text=turn.talk.text)

    def fail(self, error: StonechatError) -> None:
        """A stage failed: say so to whoever watches, and with a low tone to whoever listens."""
        self._turns.emit("error", code=error.code, message=str(error))
        self.cue(earcons.error)

    def cue(self, earcon: Callable[[int], Pcm]) -> None:
        """Play a sound that is no answer."""
        self._speaker.play(earcon(self._speaker.rate))
        self._speaker.finish()

    async def _act(self, turn: Turn, decision: Decision) -> None:
        self._turns.emit("route", **decision.as_data())
        outcome = await self._mind.commit(decision)
        for action in outcome.undone:
            self._turns.emit_undone(action)
        for action in outcome.done:
            self._turns.emit_done(action)
        turn.mark("action")
        if outcome.error:
            self._turns.emit("error", code=outcome.error, message=outcome.reply.text)
        if decision.question is not None and decision.question.plan.confirm:
            self._turns.emit("confirm", text=outcome.reply.text)
        turn.expects_reply = outcome.reply.expects_reply
        if decision.asks:
            await self._answer(turn, decision)
        else:
            await self._reply(turn, outcome.reply.text)

    async def _ring(self, turn: Turn) -> None:
        assert turn.ring is not None
        if not turn.ring.missed:
            self._mind.rang()
        lead = None if turn.ring.missed else earcons.ring(self._speaker.rate)
        await self._reply(turn, turn.ring.text, lead)

    async def _reply(self, turn: Turn, text: str, lead: Pcm | None = None) -> None:
        """Say what is known beforehand."""
        talk = self._foresight.talk(text)
        if talk is None:
            turn.silent = True
            return
        self._turns.emit("reply", text=text, expects_reply=turn.expects_reply)
        await self._speak(turn, talk, lead)

    async def _answer(self, turn: Turn, decision: Decision) -> None:
        """Say what a language model answers, while it is still writing."""
        answering = self._foresight.answering(decision)
        answering.commit(lambda told: self._turns.emit(told.event, **told.data))
        try:
            await self._speak(turn, answering.talk)
            turn.ended = await answering.ended()
        finally:
            answering.close()
        reply = turn.ended.reply
        turn.expects_reply = reply.expects_reply
        self._turns.emit("reply", text=reply.text, expects_reply=reply.expects_reply)

    async def _speak(self, turn: Turn, talk: Talk, lead: Pcm | None = None) -> None:
        turn.talk, turn.heard, turn.cut = talk, "", False  # one before may have been amended
        try:
            await talk.run(lambda: self._sounds(turn, talk), lead)
        except StonechatError as error:
            self.fail(error)
            turn.silent = True

    def _sounds(self, turn: Turn, talk: Talk) -> None:
        turn.mark("first_audio", time.monotonic() + self._speaker.latency)
        if "first_audio" in turn.ms:
            turn.ms["decide_to_audio"] = round(turn.ms["first_audio"] - turn.ms["endpoint"], 1)
        self._turns.emit("speaking", text=talk.text)
        self._on_sound()
