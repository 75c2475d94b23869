"""The conversation at work: takes frames, asks the dialogue what to do, and has it done.

One loop over the frames of one stream. Beside it run at most three things: the recognition of
what was said so far, the turn that is being carried out, and the watch over timers that are due.
What a recording yields faster than real time and what a microphone yields are the same, because
the loop waits for a recognition exactly where the endpoint needs it and nowhere else.
"""

import asyncio
from collections.abc import AsyncIterable
from dataclasses import dataclass
from typing import assert_never

from edge.audio.speaker import Speaker
from edge.delivery import Delivery
from edge.dialogue import Dialogue, Move, Signal, State
from edge.engines import Engines
from edge.events import (
    RATE,
    Action,
    BargedIn,
    Frame,
    Heard,
    Sink,
    SpeechEnded,
    SpeechPaused,
    SpeechResumed,
    SpeechStarted,
    WakeHeard,
)
from edge.floor import Floor
from edge.foresight import Foresight
from edge.hearing.ear import Ear
from edge.hearing.endpoint import Phase
from edge.hearing.reading import written
from edge.mind import Mind
from edge.preparation import PARTIAL_EVERY, Preparation
from edge.skills.schedule import Ring
from edge.speaking import earcons
from edge.turn import Prepared, Turn, Turns

WORD_TAIL = int(0.13 * RATE)
"""openWakeWord is sure this much before the word's end."""
CHIME_AFTER_MS = 300
_ANSWERING = (State.SPEAKING, State.RINGING)


@dataclass(frozen=True, slots=True)
class Settings:
    """How the conversation is held."""

    live: bool
    """Sound comes at its own pace; else it waits for thought."""
    sure: float = -0.5
    """Mean log probability above which a local command needs no second look."""


class Assistant:
    """Performs the dialogue on real parts."""

    def __init__(
        self,
        ear: Ear,
        engines: Engines,
        mind: Mind,
        speaker: Speaker,
        sink: Sink,
        settings: Settings,
    ) -> None:
        self._ear = ear
        self._mind = mind
        self._live = settings.live
        self._dialogue = Dialogue()
        self._turns = Turns(sink, lambda: ear.now)
        foresight = Foresight(engines, mind, speaker, settings.sure)
        self._preparation = Preparation(ear, foresight, self._turns)
        self._delivery = Delivery(mind, foresight, speaker, self._turns, self._on_sound)
        self._floor = Floor(ear, mind, speaker, self._turns, self._delivery)
        self._connecting: asyncio.Task[None] | None = None
        self.ring_answered = False
        """Somebody reacted to the last ring: it need not ring again."""

    # ── the loop ─────────────────────────────────────────────────────────────────────────────

    async def run(self, frames: AsyncIterable[Frame]) -> None:
        """Listen until the stream ends."""
        try:
            async for frame in frames:
                await self.step(frame)
        finally:
            self._abandon()

    async def step(self, frame: Frame) -> None:
        """Take one frame: hear it, and do what follows from it."""
        self._ear.guarding = self._dialogue.state in _ANSWERING and self._ear.full_duplex
        for heard in self._ear.hear(frame):
            await self._on_heard(heard, frame)
        self._floor.duck()
        await self._preparation.judge()
        self._watch()
        if not self._live:
            await self._settle()

    def _watch(self) -> None:
        """Once a frame: what follows from time alone."""
        if self._live:
            self._raise_failures()
        turn = self._turns.current
        match self._dialogue.state:
            case State.LISTENING:
                self._preparation.follow()
                self._chime()
                if self._ear.endpoint.overdue:
                    self._mind.forget_question()
                    self._signal(Signal.NOTHING_SAID)
            case State.HELD:
                self._preparation.follow()
                if self._floor.unclaimed:
                    self._signal(Signal.NOTHING_SAID)
            case State.IDLE:
                pass
            case _ if self._ear.amendable:
                pass
            case _ if turn.silent:
                self._signal(Signal.SILENT)
            case _ if self._delivery.over(turn):
                self._signal(_after(turn))
            case _:
                pass

    def _chime(self) -> None:
        """Sound the listening chime, but not over somebody who speaks on in one breath."""
        turn, endpoint = self._turns.current, self._ear.endpoint
        if turn.chimed or not turn.woken:
            return
        if endpoint.phase is not Phase.WAITING:
            turn.chimed = True
        elif endpoint.waited_ms >= CHIME_AFTER_MS:
            turn.chimed = True
            self._delivery.cue(earcons.wake)

    async def _settle(self) -> None:
        """Faster than real time, sound waits for thought: the same samples, the same events."""
        tasks = [task for task in self._beside if task and not task.done()]
        if tasks:
            await asyncio.wait(tasks)
        self._raise_failures()

    def _raise_failures(self) -> None:
        for task in self._beside:
            if task is not None and task.done() and not task.cancelled():
                task.result()

    @property
    def _beside(self) -> tuple[asyncio.Task[None] | None, ...]:
        """What runs beside the loop, and must not fail unnoticed."""
        return self._preparation.partial, self._delivery.task

    def _abandon(self) -> None:
        self._preparation.close()
        self._delivery.cancel()
        if self._connecting is not None:
            self._connecting.cancel()

    # ── for others: how it stands, and what it may be told to do ─────────────────────────────

    @property
    def idle(self) -> bool:
        """Nothing is being heard, done or said."""
        return self._dialogue.state is State.IDLE

    @property
    def state(self) -> str:
        """Where the conversation stands, as a word."""
        return self._dialogue.state.name.lower()

    @property
    def waiting(self) -> bool:
        """Nothing is under way: idle, or listening for a first word."""
        listening = self._dialogue.state is State.LISTENING
        return self.idle or (listening and self._ear.endpoint.phase is Phase.WAITING)

    def wake(self, word: str = "button", score: float = 1.0) -> None:
        """Act as if the wake word had just been said."""
        self._on_wake(WakeHeard(self._ear.now, word, score), spoken=False)

    def enter(self) -> None:
        """The next sound comes from another room: a new recording begins."""
        self._ear.enter()

    def ring(self, ring: Ring) -> bool:
        """Ring for what is due; False when the conversation is busy."""
        if not self.idle:
            return False
        self._turns.begin(ring=ring)
        self.ring_answered = False
        self._signal(Signal.DUE)
        return True

    def did(self, action: Action) -> None:
        """Tell of something that was ordered for now, and that it was done: with one note."""
        self._turns.emit_done(action)
        if self.idle:
            self._delivery.cue(earcons.done)

    # ── what was heard ───────────────────────────────────────────────────────────────────────

    async def _on_heard(self, heard: Heard, frame: Frame) -> None:
        match heard:
            case WakeHeard():
                self._on_wake(heard, spoken=True)
            case SpeechStarted(sample=sample):
                self._turns.current.partial_at = sample + PARTIAL_EVERY
                self._turns.emit("speech_started", sample)
            case SpeechPaused():
                self._signal(Signal.PAUSE)
            case SpeechResumed():
                await self._on_resume()
            case SpeechEnded():
                await self._on_endpoint(heard, frame)
            case BargedIn():
                self._on_barge_in(heard)
            case _ as never:
                assert_never(never)

    def _on_wake(self, heard: WakeHeard, *, spoken: bool) -> None:
        if self._dialogue.state is State.LISTENING:
            return
        self.ring_answered = True
        if self._dialogue.state is not State.IDLE:
            self._signal(Signal.WAKE)
        self._turns.begin(woken=spoken)
        self._connecting = asyncio.create_task(self._mind.connect())
        self._turns.emit("wake", heard.sample, word=heard.word, score=round(heard.score, 3))
        if self.idle:
            self._signal(Signal.WAKE)
        self._ear.listen(
            heard.sample,
            word_end=heard.sample + WORD_TAIL if spoken else 0,
            word=f"{written(heard.word)}," if spoken else "",
        )

    def _on_barge_in(self, heard: BargedIn) -> None:
        ringing = self._dialogue.state is State.RINGING
        self._signal(Signal.BARGE_IN)
        if ringing:
            self._turns.begin()
            self._turns.emit("speech_started", heard.start)
        self._turns.current.partial_at = heard.sample + PARTIAL_EVERY // 2
        self._ear.attend(heard)

    async def _on_resume(self) -> None:
        amended = self._dialogue.state not in (State.LISTENING, State.HELD)
        self._signal(Signal.RESUME)
        if amended:
            self._turns.current.silent = False
            for action in await self._mind.take_back():
                self._turns.emit_undone(action)

    async def _on_endpoint(self, heard: SpeechEnded, frame: Frame) -> None:
        prepared = await self._preparation.prepared()
        if prepared is None:
            return
        if self._dialogue.state is State.HELD:
            claimed = self._floor.claimed_by(prepared.transcript)
            self._signal(Signal.WORDS if claimed else Signal.NOTHING_SAID)
            if not claimed:
                return
        if prepared.decision is None and self._ear.listen_again():
            self._preparation.drop()
            return
        if prepared.decision is None:
            self._mind.forget_question()
        if prepared.error is not None:
            self._delivery.fail(prepared.error)
        turn = self._turns.current
        turn.take(prepared, origin=frame.at - (frame.end - heard.end) / RATE)
        self._tell_heard(heard, prepared)
        self._signal(Signal.NOTHING_SAID if prepared.decision is None else Signal.ENDPOINT)

    def _tell_heard(self, heard: SpeechEnded, prepared: Prepared) -> None:
        start, end = heard.start / RATE, heard.end / RATE
        self._turns.emit("speech_ended", heard.sample, start=start, end=end)
        told = prepared.transcript
        self._turns.emit(
            "transcript", heard.sample, text=told.text, final=True, phantom=told.phantom
        )

    def _on_sound(self) -> None:
        """The answer begins to sound."""
        self._ear.barge_in.begin()
        if not self._ear.full_duplex:
            self._ear.rest()
        self._signal(Signal.SOUND)

    # ── the dialogue's moves ─────────────────────────────────────────────────────────────────

    def _signal(self, signal: Signal) -> None:
        for move in self._dialogue.on(signal):
            self._perform(move)

    def _perform(self, move: Move) -> None:
        match move:
            case Move.HUSH:
                self._floor.hush()
            case Move.HOLD:
                self._floor.hold()
                self._preparation.drop()
            case Move.GO_ON:
                self._floor.go_on()
            case Move.GIVE_WAY:
                self._floor.give_way()
            case Move.LISTEN | Move.DROP | Move.TAKE_BACK:
                self._preparation.drop()
            case Move.LISTEN_ON:
                self._turns.begin()
                self._preparation.drop()
                self._ear.follow_up()
            case Move.PREPARE:
                self._preparation.begin()
            case Move.COMMIT:
                self.ring_answered = True
                self._delivery.begin(self._turns.current)
            case Move.RING:
                self._delivery.ring(self._turns.current)
            case Move.REST:
                self._ear.rest()
            case Move.CLOSE:
                self._close()
            case _ as never:
                assert_never(never)

    def _close(self) -> None:
        turn = self._turns.current
        self._delivery.conclude(turn)
        if not turn.held_at:
            self._mind.remember(turn.said, turn.heard)
        self._preparation.drop()
        self._ear.rest()
        self._turns.emit("turn", **turn.record())


def _after(turn: Turn) -> Signal:
    """What the end of an answer means: to what was told, not rung, nobody need answer."""
    if turn.expects_reply:
        return Signal.QUESTION_PLAYED
    return Signal.SILENT if turn.ring is not None and turn.ring.missed else Signal.PLAYED
