"""Latency against cut-offs: the shipped patience beside fixed silences, on the same sound.

Everything that is heard goes through the very assistant that the daemon runs, faster than real
time: sound waits for thought, so `speech_to_endpoint_ms` is time of sound alone (`bench latency`
has the thinking in it). A sentence is cut off when the turn is closed and the endpoint that held
lies before the last speech. It is amended when an endpoint came too early, but the sentence went
on, what had been done was taken back, and the whole was heard.

Each sentence meets a demonstration home and an empty store of its own: no real lamp is switched.
"""

import dataclasses
import json
import time
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np

from edge.assistant import Assistant, Settings
from edge.audio.speaker import VirtualSpeaker
from edge.bench.figures import distribution
from edge.bench.hesitant import Kind, Spoken, spoken
from edge.bench.utterances import from_corpus
from edge.brain import RouterOf
from edge.cloud.door import CloudDoor
from edge.config.schema import Config, Endpoint, HomeConfig
from edge.daemon import engines
from edge.engines import Engines
from edge.events import RATE, Event, Frame, Pcm, Transcript, Value
from edge.hearing.asr import Recogniser
from edge.hearing.ear import Ear
from edge.hearing.vad import SileroVad
from edge.hearing.whisper import Fit
from edge.home import MemoryHome
from edge.memory.conversations import Conversations
from edge.memory.facts import Facts
from edge.mind import Mind
from edge.skills.base import INTENTS
from edge.skills.everything import all_skills
from edge.skills.schedule import Schedule
from edge.skills.volume import RememberedMixer
from edge.store import Store
from edge.thread import Thread

FIXED_MS = (200, 300, 500, 700)
TOLERANCE_MS = 250
"""An endpoint may believe that speech ended so much earlier than it did: a soft last consonant."""
_BLOCK = 320
_LONGEST = 30 * RATE
_NOON = datetime(2026, 1, 5, 12, tzinfo=UTC)

_STATES = frozenset(name for name in INTENTS if name.startswith("home."))
"""Actions that bring about a state: once more changes nothing."""

Tell = Callable[[str], None]
Deed = tuple[str, str]
"""An action's name, and its arguments as JSON."""


async def measure(config: Config, corpus: Path | None, tell: Tell) -> dict[str, Any]:
    """Run the bench; the result is the object of the contract."""
    async with engines(config) as ready:
        sentences = [*spoken(ready.mouth.voice), *(_recorded(corpus) if corpus else ())]
        stage = Stage(config, ready)
        figures: dict[str, Any] = {}
        shipped: list[Row] = []
        for name, endpoint in patiences(config.endpoint).items():
            rows = [await stage.hear(sentence, endpoint) for sentence in sentences]
            shipped = shipped or rows
            figures[name] = {**summary(rows), "kinds": by_kind(rows)}
            tell(f"{name}: {len(rows)} sentences heard")
    troubles = [row.as_data() for row in shipped if row.cut_off or row.wrong]
    return {**figures, "utterances": len(sentences), "troubles": troubles}


def patiences(shipped: Endpoint) -> dict[str, Endpoint]:
    """The shipped patience, and fixed silences that nothing can shorten or revoke."""
    fixed = {
        f"fixed_{ms}": Endpoint(complete_ms=ms, open_ms=ms, fragment_ms=ms, amend_ms=0)
        for ms in FIXED_MS
    }
    return {"shipped": shipped, **fixed}


def _recorded(corpus: Path) -> Iterator[Spoken]:
    for found in from_corpus(corpus):
        yield Spoken(found.pcm, found.end, found.text, "recorded")


# ── one sentence ─────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Row:
    """What one sentence led to."""

    spoken: Spoken
    heard: str
    endpoints: int
    """How many times the utterance was taken for over."""
    missed_ms: float
    """How much of the sentence's end lies behind the end of speech that was believed in."""
    wait_ms: float
    """From the true end of speech to the last endpoint."""
    undone: int
    """How many actions were taken back."""
    wrong: tuple[Deed, ...]
    """Left done, though the whole sentence does not ask for it."""

    @property
    def cut_off(self) -> bool:
        """The turn was closed before the sentence was over."""
        return self.missed_ms > TOLERANCE_MS

    @property
    def amended(self) -> bool:
        """An endpoint came too early, but the whole was heard in the end."""
        return self.endpoints > 1 and not self.cut_off

    def as_data(self) -> dict[str, Value]:
        """What there is to know about a sentence that went wrong."""
        return {
            "kind": self.spoken.kind,
            "text": self.spoken.text,
            "heard": self.heard,
            "pauses_ms": list(self.spoken.pauses_ms),
            "cut_off": self.cut_off,
            "amended": self.amended,
            "left_done": [f"{name} {arguments}" for name, arguments in self.wrong],
        }


class Stage:
    """Where sentences are heard: real engines, and each time a new mind in a new home."""

    def __init__(self, config: Config, ready: Engines) -> None:
        self._config = config
        self._engines = dataclasses.replace(
            ready,
            recogniser=Remembering(ready.recogniser),
            second=Remembering(ready.second) if ready.second else None,
        )
        self._voice = SileroVad()
        self._router = RouterOf(config, MemoryHome(HomeConfig()))

    async def hear(self, sentence: Spoken, endpoint: Endpoint) -> Row:
        """Let the assistant hear a sentence until its first turn is closed."""
        events: list[Event] = []
        speaker = VirtualSpeaker(self._engines.mouth.rate)
        self._voice.reset()
        async with self._mind() as mind:
            assistant = Assistant(
                # A fixed silence is final: such a pipeline does not listen while it speaks.
                Ear(None, self._voice, endpoint, full_duplex=endpoint.amend_ms > 0),
                self._engines,
                mind,
                speaker,
                events.append,
                Settings(live=False, sure=self._config.asr.sure),
            )
            assistant.wake("bench")
            await assistant.run(_played(sentence.pcm, speaker, events))
        return row_of(sentence, events, await self._asked_for(sentence.text))

    async def _asked_for(self, text: str) -> list[Deed]:
        """What the whole sentence, read rather than heard, asks to be done."""
        async with self._mind() as mind:
            outcome = await mind.commit(await mind.decide(text))
        return [_deed(action.name, action.arguments) for action in outcome.done]

    @asynccontextmanager
    async def _mind(self) -> AsyncIterator[Mind]:
        with TemporaryDirectory() as folder, Store(Path(folder) / "bench.db") as store:
            async with MemoryHome(HomeConfig()) as home:
                skills = all_skills(
                    store, home, RememberedMixer(), Schedule(store), self._config.lists.names
                )
                door, talks = CloudDoor(), Conversations(store, lambda: _NOON)
                thread = Thread(talks, Facts(store), door, lambda: _NOON)
                try:
                    yield Mind(self._router, skills, door, lambda: _NOON, thread)
                finally:
                    await thread.close()


class Remembering:
    """A recogniser that recognises the same sound only once: five patiences hear it."""

    def __init__(self, recogniser: Recogniser) -> None:
        self._recogniser = recogniser
        self._known: dict[tuple[bytes, bool, int | None, str], Transcript] = {}

    def transcribe(
        self,
        pcm: Pcm,
        *,
        final: bool,
        voiced_ms: int | None = None,
        lead: str = "",
    ) -> Transcript:
        """Recognise, or remember."""
        key = (pcm.tobytes(), final, voiced_ms, lead)
        if key not in self._known:
            self._known[key] = self._recogniser.transcribe(
                pcm, final=final, voiced_ms=voiced_ms, lead=lead
            )
        return self._known[key]

    def score(self, pcm: Pcm, sentences: Sequence[str], lead: str = "") -> list[Fit]:
        """Score what is asked."""
        return self._recogniser.score(pcm, sentences, lead)

    def warm(self) -> None:
        """Warm what it stands before."""
        self._recogniser.warm()


async def _played(
    pcm: Pcm, speaker: VirtualSpeaker, events: Sequence[Event]
) -> AsyncIterator[Frame]:
    silence = np.zeros(_BLOCK, np.int16)
    for start in range(0, _LONGEST, _BLOCK):
        if any(event.event == "turn" for event in events):
            return
        speaker.advance(_BLOCK)
        block = pcm[start : start + _BLOCK]
        yield Frame(block if len(block) == _BLOCK else silence, start, time.monotonic())


def row_of(sentence: Spoken, events: Sequence[Event], asked_for: Iterable[Deed]) -> Row:
    """Judge one sentence by its events; one that was not heard at all is cut off."""
    endpoints = [event for event in events if event.event == "speech_ended"]
    heard = [event.data["text"] for event in events if event.event == "transcript"]
    true_end = sentence.end / RATE
    believed = float(str(endpoints[-1].data["end"])) if endpoints else 0.0
    decided = endpoints[-1].t if endpoints else 0.0
    wrong = Counter(left_done(events)) - Counter(asked_for)
    return Row(
        sentence,
        str(heard[-1]) if heard else "",
        len(endpoints),
        (true_end - believed) * 1000,
        (decided - true_end) * 1000,
        sum(bool(event.data.get("undone")) for event in events),
        tuple(wrong.elements()),
    )


def left_done(events: Iterable[Event]) -> list[Deed]:
    """What was done and not taken back; a lamp that is switched on twice is on, no more."""
    left: list[Deed] = []
    for event in events:
        if event.event != "action":
            continue
        name = str(event.data["name"])
        if event.data.get("undone"):
            left.remove(next(deed for deed in reversed(left) if deed[0] == name))
        else:
            left.append(_deed(name, event.data["arguments"]))
    return [deed for i, deed in enumerate(left) if deed not in left[:i] or deed[0] not in _STATES]


def _deed(name: str, arguments: Value) -> Deed:
    return name, json.dumps(arguments, sort_keys=True, default=str)


# ── the figures ──────────────────────────────────────────────────────────────────────────────


def summary(rows: Sequence[Row]) -> dict[str, Any]:
    """Rates of all sentences; the wait of those that were heard to their end."""
    count = max(1, len(rows))
    return {
        "cutoff_rate": round(sum(row.cut_off for row in rows) / count, 4),
        "amended_rate": round(sum(row.amended for row in rows) / count, 4),
        "speech_to_endpoint_ms": distribution(row.wait_ms for row in rows if not row.cut_off),
        "taken_back": sum(bool(row.undone) for row in rows),
        "left_done": sum(bool(row.wrong) for row in rows),
        "misheard": sum(bool(row.wrong) and not row.cut_off for row in rows),
        "utterances": len(rows),
    }


def by_kind(rows: Sequence[Row]) -> dict[Kind, dict[str, Any]]:
    """The same, for each kind of sentence apart."""
    kinds = dict.fromkeys(row.spoken.kind for row in rows)
    return {kind: summary([row for row in rows if row.spoken.kind == kind]) for kind in kinds}


def table(figures: Mapping[str, Any]) -> Iterator[str]:
    """The figures as lines for a terminal."""
    columns = ("cut off", "amended", "p50 ms", "p95 ms", "taken back", "left wrong")
    yield " " * 24 + "".join(f"{column:>12}" for column in columns)
    for name, found in figures.items():
        if isinstance(found, dict):
            yield _line(name, found)
            yield from (_line(f"  {kind}", each) for kind, each in found["kinds"].items())


def _line(name: str, found: Mapping[str, Any]) -> str:
    wait = found["speech_to_endpoint_ms"]
    return (
        f"{name:24}{found['cutoff_rate']:12.1%}{found['amended_rate']:12.1%}"
        f"{wait['p50']:12.0f}{wait['p95']:12.0f}{found['taken_back']:12}{found['left_done']:12}"
    )
