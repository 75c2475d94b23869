"""The composition root: the one place where engines are chosen and put together; and the daemon.

config → store → home → skills → understanding → voice → recogniser → ears → assistant
"""

import asyncio
import logging
import signal
import time
from collections.abc import AsyncIterator, Callable, Coroutine, Sequence
from concurrent.futures import Future, wait
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Any

from edge import models, runtime
from edge.announcer import Announcer
from edge.assistant import Assistant, Settings
from edge.audio.echo import KalmanCanceller
from edge.audio.mic import Microphone
from edge.audio.reference import EchoPath, Reference
from edge.audio.speaker import SoundCardSpeaker, Speaker
from edge.body.body import Body
from edge.brain import Brain, local_now, think
from edge.config.schema import Asr, Config
from edge.control import Answer, Control, Request, refuse_a_second
from edge.engines import Engines
from edge.errors import StonechatError, UsageError
from edge.events import RATE, Action, Event, Pcm, Sink
from edge.hearing import reading
from edge.hearing.asr import LateRecogniser, Recogniser, WhisperRecogniser
from edge.hearing.ear import Ear
from edge.hearing.graphics import unused
from edge.hearing.kept import Put, Shelf, Witness
from edge.hearing.reading import Ask
from edge.hearing.vad import SileroVad
from edge.hearing.wake import OpenWakeWord, WakeWord
from edge.logs import tell
from edge.outside.appliance import Standing
from edge.outside.open import outside
from edge.paths import socket_file
from edge.ringer import Ringer
from edge.service import notify, rss_mb, supervised, watchdog_period
from edge.skills.volume import recall
from edge.speaking import earcons
from edge.speaking.mouth import Mouth
from edge.worker import Worker

log = logging.getLogger(__name__)

_TIDY_AFTER_S = 15.0
"""After a turn, memory that it needed is given back; not at once, since a next turn may follow."""
DEAF = "microphone_muted"
"""The setting that keeps an ordered mute over restarts."""
_DUCK_EVERY_S = 0.1
_READY_WAIT_S = 10.0
"""Unlike a sign of life, readiness is told once."""
_STUCK_S = 10.0
"""A single call into an engine takes a few seconds at the worst; one this long will not end."""


@asynccontextmanager
async def engines(config: Config) -> AsyncIterator[Engines]:
    """Load recognition and voice, each on its own thread, warmed up."""
    with Worker("asr") as asr, Worker("tts") as tts:
        with runtime.loading():
            recognisers = asyncio.wrap_future(asr.submit(_recognisers, config.asr))
            mouth = await tts.run(Mouth.load, config.voice)
            first, second = await recognisers
        yield Engines(first, second, mouth, asr, tts)


def _recognisers(config: Asr) -> tuple[Recogniser, Recogniser | None]:
    """The first look and, where one is wanted and it is another model, the second."""
    first = WhisperRecogniser(config.model, config.threads, config.device)
    first.warm()
    second = None
    if config.second not in ("none", config.model):
        models.folder(f"whisper-{config.second}")  # what is missing is told at once
        # Two thirds of the time until it can listen would be spent on a model that is seldom asked.
        second = LateRecogniser(
            lambda: WhisperRecogniser(config.second, config.threads, config.device)
        )
    if told := unused(config.device):
        log.warning("%s", told)
    return first, second


def build_ear(
    config: Config,
    *,
    full_duplex: bool,
    clean: EchoPath | None = None,
    keep: bool = False,
    ask: Ask | None = None,
) -> Ear:
    """Wake word, voice activity and endpoint; `keep`: what (nearly) wakes it, if it is wanted.

    `ask`: a recogniser, for wake words that were nearly heard.
    """
    engine = OpenWakeWord.of(config.wake, ask if config.wake.ask else None)
    wake: WakeWord = engine
    if keep and config.wake.keep:
        wake = Witness(engine, _shelved(Shelf(config.wake.keep)))
    return Ear(wake, SileroVad(), config.endpoint, full_duplex=full_duplex, clean=clean)


def asking(engines: Engines, *, live: bool) -> Ask:
    """Asks the recogniser on its own thread; while it is busy with a turn, it has no opinion.

    Not `live`: the sound waits for the answer, so that recordings give the same events each time.
    """

    def ask(pcm: Pcm, text: str) -> "Future[float]":
        if live and engines.asr.busy_s:
            return reading.done(reading.EXPECTED)
        answer = engines.asr.submit(reading.log_probability, engines.recogniser, pcm, text)
        if not live:
            wait((answer,))
        return answer

    return ask


def _shelved(shelf: Shelf) -> Put:
    """Puts sounds on a shelf without holding up the loop."""

    def put(word: str, score: float, woke: bool, pcm: Pcm) -> None:
        def write() -> None:
            try:
                shelf.put(word, score, woke, pcm)
            except StonechatError as error:
                log.warning("the sound of a wake could not be kept: %s", error)

        asyncio.get_running_loop().run_in_executor(None, write)

    return put


def build_assistant(
    brain: Brain, engines: Engines, speaker: Speaker, sink: Sink, *, live: bool, alone: bool
) -> tuple[Assistant, Ringer]:
    """The conversation on these parts; `alone`: the microphone does not hear the speaker."""
    audio = brain.config.audio
    apart = alone or audio.full_duplex
    clean = None
    if audio.echo == "kalman" and not apart:
        speaker.reference = Reference()
        late = None if audio.echo_late_ms is None else round(audio.echo_late_ms * RATE / 1000)
        clean = EchoPath(speaker.reference, KalmanCanceller(), late=late)
    ask = asking(engines, live=live)
    ears = build_ear(brain.config, full_duplex=apart, clean=clean, keep=live, ask=ask)
    settings = Settings(live=live, sure=brain.config.asr.sure)
    talks = Assistant(ears, engines, brain.mind, speaker, sink, settings)
    return talks, Ringer(brain.schedule, brain.skills, talks, local_now)


class Daemon:
    """The assistant on the real microphone and speaker, and its control socket.

    It is the `Appliance` that outsiders see; `listeners` are told every event.
    """

    def __init__(self, brain: Brain, ready: Engines, speaker: SoundCardSpeaker, body: Body) -> None:
        self._brain = brain
        self._speaker = speaker
        self._body = body
        self._microphone = body.microphone
        self._cue: Pcm | None = None
        self._turns = 0
        self._began = time.monotonic()
        self._tidy_at: float | None = None
        self._engines = ready
        handlers = {
            "status": self._status,
            "wake": self._on_wake,
            "announce": self._on_announce,
            "volume": self._on_volume,
            "mute": self._on_mute,
        }
        self.control = Control(socket_file(), handlers)
        self.listeners: list[Sink] = [self.control.spread, tell]
        self._assistant, self._ringer = build_assistant(
            brain, ready, speaker, self._sink, live=True, alone=False
        )
        self._announcer = Announcer(self._assistant, local_now)
        body.on_wake, body.on_muted = self.wake, self._tell_muted
        body.on_order = self._order_in_passing
        self._orders: set[asyncio.Task[None]] = set()

    async def run(self, besides: Sequence[Callable[[], Coroutine[Any, Any, None]]] = ()) -> None:
        """Listen and answer until a signal says stop; `besides` runs as long."""
        stop = asyncio.Event()
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, stop.set)
        notify("READY=1", _READY_WAIT_S)  # from now on a stop is a clean one
        log.info("listening for %s", ", ".join(self._brain.config.wake.words))
        async with asyncio.TaskGroup() as tasks:
            own = (self._listen, self._watch, self._duck)
            work = [tasks.create_task(each()) for each in (*own, *besides)]
            await stop.wait()
            for task in work:
                task.cancel()

    async def _listen(self) -> None:
        async for frame in self._microphone:
            await self._assistant.step(frame)

    async def _watch(self) -> None:
        """Ring what is due; feed the watchdog, but only while sound flows and engines answer."""
        period = watchdog_period()
        fed = 0.0
        while True:
            await self._ringer.tick()
            self._announcer.tick()
            self._play_cue()
            now = time.monotonic()
            if self._tidy_at is not None and now >= self._tidy_at and self._assistant.idle:
                self._tidy_at = None
                await self._engines.tts.run(runtime.give_back)
            if period and now - fed >= period and self._well(now - period):
                notify("WATCHDOG=1")
                fed = now
            await asyncio.sleep(0.2)

    async def _duck(self) -> None:
        """Let music step back for as long as a conversation goes on."""
        while True:
            await self._brain.home.follow(busy=not self._assistant.idle)
            await asyncio.sleep(_DUCK_EVERY_S)

    def _well(self, since: float) -> bool:
        """Whether the microphone was alive since then, and no engine is stuck."""
        stuck = [each.name for each in self._engines.workers if each.busy_s > _STUCK_S]
        if stuck:
            log.critical("%s is stuck; waiting for the watchdog", " and ".join(stuck))
        return not stuck and self._microphone.alive_at > since

    def _sink(self, event: Event) -> None:
        if event.event == "turn":
            self._turns += 1
            self._tidy_at = time.monotonic() + _TIDY_AFTER_S
        for listener in self.listeners:
            listener(event)
        self._body.follow(event, listening=self._assistant.state == "listening")

    # ── the microphone's mute ────────────────────────────────────────────────────────────────

    async def mute_microphone(self, muted: bool) -> None:
        """Close the microphone's stream, or open it again; kept over restarts. Raises StoreError.

        A switch that mutes goes before.
        """
        self._body.order(muted)
        await self._brain.store.set(DEAF, muted)

    def _order_in_passing(self, muted: bool) -> None:
        """The button was held down."""

        async def obey() -> None:
            try:
                await self.mute_microphone(muted)
            except StonechatError as error:
                log.warning("the mute will not outlast a restart: %s", error)

        task = asyncio.create_task(obey())
        self._orders.add(task)
        task.add_done_callback(self._orders.discard)

    def _tell_muted(self, muted: bool) -> None:
        sound = earcons.muted if muted else earcons.unmuted
        self._cue = sound(self._speaker.rate)

    def _play_cue(self) -> None:
        """Sound that the microphone was muted, or open again, as soon as no answer is spoken."""
        if self._cue is None or not self._assistant.idle:
            return
        if self._brain.config.audio.earcons:
            self._speaker.play(self._cue)
            self._speaker.finish()
        self._cue = None

    # ── what outsiders see, and may do ───────────────────────────────────────────────────────

    def standing(self) -> Standing:
        """How it stands now."""
        now = time.monotonic()
        return Standing(
            state=self._assistant.state,
            turns=self._turns,
            volume=self._speaker.volume,
            muted=self._speaker.muted,
            uptime_s=now - self._began,
            silent_s=now - max(self._began, self._microphone.heard_at),
            dropped_samples=self._microphone.dropped,
        )

    def wake(self) -> None:
        """Listen as if the wake word had been said; while muted, only a sound says why not."""
        if self._body.muted:
            self._tell_muted(True)
        else:
            self._assistant.wake("control")

    def announce(self, text: str) -> None:
        """Say this as soon as no conversation is going on. Raises UsageError."""
        self._announcer.add(text)

    async def set_volume(self, percent: int) -> None:
        """How loud it speaks; it also unmutes. Raises UsageError, StoreError."""
        if not 0 <= percent <= 100:
            raise UsageError(f"a volume is a number from 0 to 100, not {percent}")
        await self._brain.skills.perform(Action("volume.set", {"percent": percent}))

    async def set_muted(self, muted: bool) -> None:
        """Whether its voice can be heard. Raises StoreError."""
        await self._brain.skills.perform(Action("volume.mute", {"muted": muted}))

    # ── the control socket ───────────────────────────────────────────────────────────────────

    async def _status(self, request: Request) -> Answer:
        now = self.standing()
        return {
            "state": now.state,
            "turns": now.turns,
            "uptime_s": round(now.uptime_s),
            "dropped_samples": now.dropped_samples,
            "volume": now.volume,
            "muted": now.muted,
            "microphone_muted": self._body.muted,
            "microphone": "muted" if self._body.muted else "open" if now.hears else "gone",
            "speaker": "open" if self._speaker.alive else "gone",
            "rss_mb": rss_mb(),
        }

    async def _on_wake(self, request: Request) -> Answer:
        if self._body.muted:
            raise UsageError("the microphone is muted")
        self.wake()
        return {}

    async def _on_announce(self, request: Request) -> Answer:
        text = request.get("text")
        if not isinstance(text, str):
            raise UsageError("announce needs a 'text'")
        self.announce(text)
        return {}

    async def _on_volume(self, request: Request) -> Answer:
        percent = request.get("percent")
        if percent is not None:
            if not isinstance(percent, int) or isinstance(percent, bool):
                raise UsageError("volume needs a whole 'percent', or none to ask for it")
            await self.set_volume(percent)
        return {"volume": self._speaker.volume, "muted": self._speaker.muted}

    async def _on_mute(self, request: Request) -> Answer:
        muted = request.get("muted")
        if not isinstance(muted, bool):
            raise UsageError("mute needs 'muted', true or false")
        if request.get("what") == "microphone":
            await self.mute_microphone(muted)
            if self._body.muted and not muted:
                raise UsageError("the switch on the device mutes the microphone")
        else:
            await self.set_muted(muted)
        return {}


async def serve(config: Config) -> None:
    """Be the daemon: listen and answer until SIGTERM or SIGINT."""
    await refuse_a_second(socket_file())
    async with AsyncExitStack() as stack:
        ready = await stack.enter_async_context(engines(config))
        speaker = await stack.enter_async_context(
            SoundCardSpeaker(ready.mouth.rate, config.audio.speaker, patient=supervised())
        )
        brain = await stack.enter_async_context(think(config, speaker))
        recall(speaker, brain.store, config.audio.volume)
        ready.asr.submit(brain.mind.propose, "stop")  # the first time, its graph is made
        body = await stack.enter_async_context(
            Body(
                config.body,
                lambda again: Microphone(config.audio, patient=again or supervised()),
                ordered=brain.store.setting(DEAF) is True,
            )
        )
        daemon = Daemon(brain, ready, speaker, body)
        await stack.enter_async_context(daemon.control.serving())
        outsiders = await stack.enter_async_context(outside(config, daemon))
        daemon.listeners += outsiders.listeners
        await daemon.run(outsiders.tasks)
        notify("STOPPING=1")
