"""The conversation at work: takes frames, asks the dialogue what to do, and does it.

One loop over the frames of one stream. Beside it run at most three things: the recognition of
what was said so far, the turn that is being carried out, and the watch over timers that are due.
What a recording yields faster than real time and what a microphone yields are the same, because
the loop waits for a recognition exactly where the endpoint needs it and nowhere else.
"""

import asyncio
import time
from collections.abc import AsyncIterable, Callable
from dataclasses import dataclass
from typing import assert_never

import numpy as np

from edge.audio.speaker import Speaker
from edge.decision import Decision
from edge.dialogue import Dialogue, Move, Signal, State
from edge.engines import Engines
from edge.errors import StonechatError
from edge.events import (
    RATE,
    Action,
    BargedIn,
    Event,
    Frame,
    Heard,
    Pcm,
    SpeechEnded,
    SpeechPaused,
    SpeechResumed,
    SpeechStarted,
    Utterance,
    Value,
    WakeHeard,
)
from edge.foresight import Foresight
from edge.hearing.barge_in import has_words, is_echo
from edge.hearing.ear import Ear
from edge.hearing.endpoint import Phase
from edge.hearing.reading import written
from edge.mind import Mind
from edge.skills.schedule import Ring
from edge.speaking import earcons
from edge.talk import Talk
from edge.turn import Prepared, Turn

WORD_TAIL = int(0.13 * RATE)
"""openWakeWord is sure this much before the word's end."""
CHIME_AFTER_MS = 300
PARTIAL_EVERY = int(0.4 * RATE)
DUCKED = 0.15
"""How far the answer steps back while somebody may be speaking into it."""
MOMENT = int(1.8 * RATE)
"""Whoever speaks into an answer and says no word for so long did not mean it."""
_JUST_SAID = 10
_ANSWERING = (State.SPEAKING, State.RINGING)

Sink = Callable[[Event], None]


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
        self._speaker = speaker
        self._sink = sink
        self._foresight = Foresight(engines, mind, speaker, settings.sure)
        self._live = settings.live
        self._dialogue = Dialogue()
        self._turn = Turn(0)
        self._frame = Frame(np.zeros(0, np.int16), 0, time.monotonic())
        self._preparing: asyncio.Task[Prepared] | None = None
        self._judged = False
        self.ring_answered = False
        """Somebody reacted to the last ring: it need not ring again."""
        self._partial: asyncio.Task[None] | None = None
        self._acting: asyncio.Task[None] | None = None
        self._connecting: asyncio.Task[None] | None = None

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
        self._frame = frame
        self._ear.guarding = self._dialogue.state in _ANSWERING and self._ear.full_duplex
        for heard in self._ear.hear(frame):
            await self._on_heard(heard)
        self._duck()
        await self._judge()
        await self._watch()
        if not self._live:
            await self._settle()

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
        self._turn = Turn(self._turn.id + 1, woken=False, ring=ring)
        self.ring_answered = False
        self._signal(Signal.DUE)
        return True

    def did(self, action: Action) -> None:
        """Tell of something that was ordered for now, and that it was done: with one note."""
        self._emit("action", name=action.name, arguments=dict(action.arguments))
        if self.idle:
            self._speaker.play(earcons.done(self._speaker.rate))
            self._speaker.finish()

    async def _settle(self) -> None:
        """Faster than real time, sound waits for thought: the same samples, the same events."""
        tasks = [task for task in (self._partial, self._acting) if task and not task.done()]
        if tasks:
            await asyncio.wait(tasks)
        self._raise_failures()

    def _raise_failures(self) -> None:
        for task in (self._partial, self._acting):
            if task is not None and task.done() and not task.cancelled():
                task.result()

    # ── what was heard ───────────────────────────────────────────────────────────────────────

    async def _on_heard(self, heard: Heard) -> None:
        match heard:
            case WakeHeard():
                self._on_wake(heard, spoken=True)
            case SpeechStarted(sample=sample):
                self._turn.partial_at = sample + PARTIAL_EVERY
                self._emit("speech_started", sample)
            case SpeechPaused():
                self._signal(Signal.PAUSE)
            case SpeechResumed():
                await self._on_resume()
            case SpeechEnded():
                await self._on_endpoint(heard)
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
        self._turn = Turn(self._turn.id + 1, woken=spoken)
        self._connecting = asyncio.create_task(self._mind.connect())
        self._emit("wake", heard.sample, word=heard.word, score=round(heard.score, 3))
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
            self._turn = Turn(self._turn.id + 1, woken=False)
            self._emit("speech_started", heard.start)
        self._turn.partial_at = heard.sample + PARTIAL_EVERY // 2
        self._ear.attend(heard)

    async def _on_resume(self) -> None:
        amended = self._dialogue.state not in (State.LISTENING, State.HELD)
        self._signal(Signal.RESUME)
        if amended:
            self._turn.silent = False
            for action in await self._mind.take_back():
                self._emit("action", name=action.name, undone=True)

    async def _on_endpoint(self, heard: SpeechEnded) -> None:
        if self._preparing is None:
            self._prepare()
        assert self._preparing is not None
        prepared = await self._preparing
        if self._dialogue.state is State.HELD and not self._gives_way(prepared):
            return
        turn = self._turn
        if prepared.decision is None and self._ear.listen_again():
            self._drop()
            return
        if prepared.decision is None:
            self._mind.forget_question()
        if prepared.error is not None:
            self._fail(prepared.error)
        turn.prepared = prepared
        turn.origin = self._frame.at - (self._frame.end - heard.end) / RATE
        turn.mark("endpoint")
        turn.mark("transcript", prepared.ready_at)
        turn.mark("route", prepared.ready_at)
        self._emit("speech_ended", heard.sample, start=heard.start / RATE, end=heard.end / RATE)
        transcript = prepared.transcript
        self._emit(
            "transcript", heard.sample, text=transcript.text, final=True, phantom=transcript.phantom
        )
        self._signal(Signal.NOTHING_SAID if prepared.decision is None else Signal.ENDPOINT)

    def _gives_way(self, prepared: Prepared) -> bool:
        """The answer is held: give it up for words that are not its own, else say the rest."""
        spoken = self._turn.talk.text_before(_JUST_SAID) if self._turn.talk else ""
        told = prepared.transcript
        words = has_words(told, self._ear.voiced_ms())
        followed = self._ear.barge_in.confirmed
        meant = words and followed and not is_echo(told.text, spoken)
        self._signal(Signal.WORDS if meant else Signal.NOTHING_SAID)
        return meant

    # ── thinking ahead ───────────────────────────────────────────────────────────────────────

    def _prepare(self) -> None:
        self._judged = False
        self._preparing = asyncio.create_task(
            self._foresight.prepare(self._ear.utterance(), self._ear.endpoint.end)
        )

    def _fail(self, error: StonechatError) -> None:
        """A stage failed: say so to whoever watches, and with a low tone to whoever listens."""
        self._emit("error", code=error.code, message=str(error))
        self._speaker.play(earcons.error(self._speaker.rate))
        self._speaker.finish()

    async def _judge(self) -> None:
        """Once the shortest patience is over, let what was said set how long to wait."""
        if self._preparing is None or self._judged or not self._ear.endpoint.needs_verdict:
            return
        prepared = await self._preparing
        self._judged = True
        decision = prepared.decision
        self._ear.understood(decision.completeness if decision else "open")

    def _drop(self) -> None:
        if self._preparing is not None:
            self._preparing.cancel()
        self._preparing = None
        self._foresight.drop()

    def _think_of_partial(self) -> None:
        """Recognise the growing utterance now and then; under load rather less often.

        Never when the voice dips: if that is the end, nothing may stand in its way.
        """
        turn, now, endpoint = self._turn, self._ear.now, self._ear.endpoint
        busy = self._partial is not None and not self._partial.done()
        speaking = endpoint.phase is Phase.SPEAKING and not endpoint.dipping
        if not speaking or now < turn.partial_at or busy:
            return
        turn.partial_at = now + PARTIAL_EVERY
        self._partial = asyncio.create_task(self._show_partial(turn, self._ear.utterance(), now))

    async def _show_partial(self, turn: Turn, utterance: Utterance, sample: int) -> None:
        text = await self._foresight.glimpse(utterance, sample)
        turn.spoken = turn.spoken or self._foresight.spoken
        if turn is self._turn and text and text != turn.partial_text:
            turn.partial_text = text
            if self._dialogue.state is not State.HELD:
                self._emit("partial", sample, text=text)

    @property
    def _acted(self) -> bool:
        return self._acting is not None and self._acting.done()

    # ── acting and speaking ──────────────────────────────────────────────────────────────────

    async def _act(self, turn: Turn, prepared: Prepared) -> None:
        decision = prepared.decision
        assert decision is not None
        self.ring_answered = True
        self._emit("route", **decision.as_data())
        outcome = await self._mind.commit(decision)
        for action in outcome.undone:
            self._emit("action", name=action.name, undone=True)
        for action in outcome.done:
            self._emit("action", name=action.name, arguments=dict(action.arguments))
        turn.mark("action")
        if outcome.error:
            self._emit("error", code=outcome.error, message=outcome.reply.text)
        if decision.question is not None and decision.question.plan.confirm:
            self._emit("confirm", text=outcome.reply.text)
        turn.expects_reply = outcome.reply.expects_reply
        if decision.asks:
            await self._answer(turn, decision)
        else:
            await self._reply(turn, outcome.reply.text)

    async def _reply(self, turn: Turn, text: str, lead: Pcm | None = None) -> None:
        """Say what is known beforehand."""
        talk = self._foresight.talk(text)
        if talk is None:
            turn.silent = True
            return
        self._emit("reply", text=text, expects_reply=turn.expects_reply)
        await self._speak(turn, talk, lead)

    async def _answer(self, turn: Turn, decision: Decision) -> None:
        """Say what a language model answers, while it is still writing."""
        answering = self._foresight.answering(decision)
        answering.commit(lambda told: self._emit(told.event, **told.data))
        try:
            await self._speak(turn, answering.talk)
            turn.ended = await answering.ended()
        finally:
            answering.close()
        reply = turn.ended.reply
        turn.expects_reply = reply.expects_reply
        self._emit("reply", text=reply.text, expects_reply=reply.expects_reply)

    async def _speak(self, turn: Turn, talk: Talk, lead: Pcm | None = None) -> None:
        turn.talk, turn.heard, turn.cut = talk, "", False  # one before may have been amended
        try:
            await talk.run(lambda: self._on_sound(turn, talk), lead)
        except StonechatError as error:
            self._fail(error)
            turn.silent = True

    def _on_sound(self, turn: Turn, talk: Talk) -> None:
        turn.mark("first_audio", time.monotonic() + self._speaker.latency)
        if "first_audio" in turn.ms:
            turn.ms["decide_to_audio"] = round(turn.ms["first_audio"] - turn.ms["endpoint"], 1)
        self._emit("speaking", text=talk.text)
        self._ear.barge_in.begin()
        if not self._ear.full_duplex:
            self._ear.rest()
        self._signal(Signal.SOUND)

    async def _ring(self, turn: Turn) -> None:
        assert turn.ring is not None
        if not turn.ring.missed:
            self._mind.rang()
        lead = None if turn.ring.missed else earcons.ring(self._speaker.rate)
        await self._reply(turn, turn.ring.text, lead)

    async def _watch(self) -> None:
        """Once a frame: what follows from time alone."""
        if self._live:
            self._raise_failures()
        match self._dialogue.state:
            case State.LISTENING:
                self._think_of_partial()
                self._chime()
                if self._ear.endpoint.overdue:
                    self._mind.forget_question()
                    self._signal(Signal.NOTHING_SAID)
            case State.HELD:
                self._think_of_partial()
                waited = self._ear.now - self._turn.held_at
                wordless = waited > MOMENT and not (self._turn.partial_text or self._turn.spoken)
                if wordless or self._ear.barge_in.mistaken:
                    self._signal(Signal.NOTHING_SAID)
            case State.IDLE:
                pass
            case _ if self._ear.amendable:
                pass
            case _ if self._turn.silent:
                self._signal(Signal.SILENT)
            case _ if self._turn.talk and self._acted and self._speaker.done:
                self._signal(self._after(self._turn))
            case _:
                pass

    @staticmethod
    def _after(turn: Turn) -> Signal:
        """What the end of an answer means: to what was told, not rung, nobody need answer."""
        if turn.expects_reply:
            return Signal.QUESTION_PLAYED
        return Signal.SILENT if turn.ring is not None and turn.ring.missed else Signal.PLAYED

    def _duck(self) -> None:
        """Step back while somebody may be speaking, so that more of them is heard."""
        suspected = self._ear.guarding and self._ear.barge_in.suspected
        self._speaker.duck(DUCKED if suspected else 1.0)

    def _chime(self) -> None:
        """Sound the listening chime, but not over somebody who speaks on in one breath."""
        turn, endpoint = self._turn, self._ear.endpoint
        if turn.chimed or not turn.woken:
            return
        if endpoint.phase is not Phase.WAITING:
            turn.chimed = True
        elif endpoint.waited_ms >= CHIME_AFTER_MS:
            turn.chimed = True
            self._speaker.play(earcons.wake(self._speaker.rate))
            self._speaker.finish()

    # ── the dialogue's moves ─────────────────────────────────────────────────────────────────

    def _signal(self, signal: Signal) -> None:
        for move in self._dialogue.on(signal):
            self._perform(move)

    def _perform(self, move: Move) -> None:
        match move:
            case Move.HUSH:
                self._hush()
            case Move.HOLD:
                self._hold()
            case Move.GO_ON:
                self._go_on()
            case Move.GIVE_WAY:
                self._give_way()
            case Move.LISTEN:
                self._drop()
            case Move.LISTEN_ON:
                self._turn = Turn(self._turn.id + 1, woken=False)
                self._drop()
                self._ear.follow_up()
            case Move.PREPARE:
                self._prepare()
            case Move.DROP | Move.TAKE_BACK:
                self._drop()
            case Move.COMMIT:
                assert self._turn.prepared is not None
                self._acting = asyncio.create_task(self._act(self._turn, self._turn.prepared))
            case Move.RING:
                self._acting = asyncio.create_task(self._ring(self._turn))
            case Move.REST:
                self._ear.rest()
            case Move.CLOSE:
                self._close()
            case _ as never:
                assert_never(never)

    def _hush(self) -> None:
        """Stop in mid-word, and remember how far it got."""
        if self._acting is not None:
            self._acting.cancel()
        if self._turn.held_at:
            return
        played = self._speaker.stop()
        talk = self._turn.talk
        if talk is not None:
            self._turn.heard = talk.heard(played)
            self._turn.cut = True
            self._mind.cut_off(talk.text, self._turn.heard)
            self._emit("interrupted", heard=self._turn.heard)

    def _hold(self) -> None:
        """Stop in mid-word; the rest of the answer is still being made."""
        turn = self._turn
        assert turn.talk is not None
        turn.heard, turn.held_at, turn.cut = turn.talk.hold(), self._ear.now, True
        self._emit("interrupted", heard=turn.heard)
        turn.partial_text, turn.spoken = "", False
        self._drop()
        self._remember(turn)
        self._mind.cut_off(turn.talk.text, turn.heard)

    def _go_on(self) -> None:
        """It was nothing: say the rest, and be harder to interrupt."""
        turn = self._turn
        assert turn.talk is not None
        self._mind.forget_last()
        self._emit("resumed", heard=turn.heard)
        turn.heard, turn.held_at, turn.cut, turn.partial_text = "", 0, False, ""
        self._ear.barge_in.doubt()
        turn.talk.go_on()

    def _give_way(self) -> None:
        """Somebody wants something else: whatever still makes the answer is called back."""
        if self._acting is not None:
            self._acting.cancel()
        turn = self._turn
        self._emit("turn", **turn.record())
        self._turn = Turn(turn.id + 1, woken=False)
        self._turn.partial_at = self._ear.now + PARTIAL_EVERY
        self._emit("speech_started", self._ear.endpoint.start)

    def _remember(self, turn: Turn) -> None:
        if turn.prepared is not None and turn.prepared.decision is not None:
            self._mind.remember(turn.prepared.transcript.text, turn.heard)

    def _close(self) -> None:
        turn = self._turn
        if turn.talk is not None and not turn.cut and self._speaker.done:
            turn.heard = turn.talk.text
            self._emit("spoken", text=turn.talk.text)
        if not turn.held_at:
            self._remember(turn)
        self._drop()
        self._ear.rest()
        self._emit("turn", **turn.record())

    def _abandon(self) -> None:
        for task in (self._preparing, self._partial, self._acting, self._connecting):
            if task is not None:
                task.cancel()
        self._foresight.drop()

    def _emit(self, event: str, sample: int | None = None, /, **data: Value) -> None:
        at = self._ear.now if sample is None else sample
        self._sink(Event(event, self._turn.id, round(at / RATE, 3), time.monotonic(), data))
