"""How long until a language model's answer starts, beside a pipeline that waits for all of it.

The model is a server on this machine that speaks the Messages protocol at a set pace. Its answers
are fixed, so that both pipelines get the same words; nothing else about a turn is.
"""

import asyncio
import os
import time
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np

from cloud_bridge.loopback.model_server import Answer, ModelServer, model_server, say
from edge.audio.speaker import VirtualSpeaker
from edge.bench.cloud_device import KEY
from edge.bench.figures import distribution
from edge.bench.fresh import fresh
from edge.bench.latency import BLOCK, Row, Sequential
from edge.bench.utterances import Utterance, synthesised
from edge.brain import Brain, think
from edge.config.cloud import CloudConfig, Model
from edge.config.schema import Config, HomeConfig
from edge.daemon import build_assistant
from edge.decision import Context
from edge.engines import Engines
from edge.events import RATE, Event, Frame
from edge.skills.volume import RememberedMixer
from edge.speaking.sentences import SentenceCutter

FIRST_TOKEN_S = 0.25
TOKENS_A_SECOND = 30.0
ANSWERS: Mapping[str, str] = {
    "who wrote the brothers karamazov": "Fyodor Dostoevsky wrote it. It came out in 1880.",
    "why is the sky blue": "The air scatters it. It does so more with blue light than with red.",
    "how far away is the moon": "About 384,400 kilometres, on average. Light takes 1.3 seconds.",
    "what is the tallest mountain in africa": (
        "It is Kilimanjaro, in Tanzania. Its top is 5,895 metres above the sea."
    ),
    "who painted the mona lisa": "Leonardo da Vinci painted it. He began around 1503.",
    "how do bees make honey": (
        "They thicken nectar, in the hive. They fan it with their wings until it is dry enough to "
        "keep."
    ),
    "what is the difference between a crocodile and an alligator": (
        "Mostly the snout. A crocodile has a narrow one, and an alligator has a broad one."
    ),
    "why do cats purr": (
        "Nobody is quite sure. Cats purr when they are content, but also when they are hurt."
    ),
}
"""Questions, and answers as models give them that are told what `cloud_bridge.scripts.SYSTEM` tells
them: to be brief, and to open with the heart of the matter. One that opens with a sentence of ten
words is heard 200 ms later, at this pace."""
_LONGEST = 20 * RATE
Tell = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Asked:
    """One question; milliseconds from the true end of speech, where it says nothing else."""

    text: str
    heard: str
    where: str
    requests: int
    """How often the model was asked: more than once when a sentence seemed over and was not."""
    request: float | None = None
    """When the request that was answered came in, as far as the first token tells."""
    clause: float | None = None
    """When the model had written the first clause that was said."""
    audio: float | None = None

    @property
    def added(self) -> float | None:
        """What we add: from the model's first clause to its sound."""
        if self.audio is None or self.clause is None:
            return None
        return round(self.audio - self.clause, 1)


async def measure(
    config: Config, ready: Engines, baseline: Sequential, limit: int | None, tell: Tell
) -> dict[str, Any]:
    """The cloud's rows. Loads nothing: `ready` and `baseline` are the bench's own."""
    found = list(synthesised(ready.mouth.voice, tuple(ANSWERS)))
    chosen = found if limit is None else found[:: max(1, len(found) // limit)][:limit]
    async with _talkative(config) as (brain, server):
        asked = []
        for number, utterance in enumerate(chosen, 1):
            with fresh(ready) as new:
                row = await _ask(brain, new, server, utterance)
            asked.append(row)
            tell(f"{number}/{len(chosen)}  {row.audio or '—':>6} ms  {row.text} → {row.heard}")
        sequential = []
        for utterance in chosen:
            brain.mind.context = Context()
            sequential.append(await baseline.run(brain, utterance, tell))
    return {"cloud": _figures(asked), "cloud_sequential": _beside(sequential)}


def _figures(rows: Sequence[Asked]) -> dict[str, Any]:
    answered = [row for row in rows if row.where == "cloud" and row.audio is not None]
    return {
        "speech_to_audio_ms": distribution(row.audio for row in answered if row.audio is not None),
        "speech_to_first_clause_ms": distribution(
            row.clause for row in answered if row.clause is not None
        ),
        "added_to_first_clause_ms": distribution(
            row.added for row in answered if row.added is not None
        ),
        "speech_to_request_ms": distribution(
            row.request for row in answered if row.request is not None
        ),
        "first_token_ms": FIRST_TOKEN_S * 1000,
        "tokens_a_second": TOKENS_A_SECOND,
        "questions": len(rows),
        "answered_by_the_model": len(answered),
        "called_back": sum(row.requests > 1 for row in answered),
        "turns": [
            {"text": row.text, "heard": row.heard, "where": row.where, "ms": row.audio}
            | {"first_clause_ms": row.clause, "requests": row.requests}
            for row in rows
        ],
    }


def _beside(rows: Sequence[Row]) -> dict[str, Any]:
    answered = [row for row in rows if row.where == "cloud" and row.audio is not None]
    return {
        "speech_to_audio_ms": distribution(row.audio for row in answered if row.audio is not None),
        "questions": len(rows),
        "answered_by_the_model": len(answered),
    }


@asynccontextmanager
async def _talkative(config: Config) -> AsyncIterator[tuple[Brain, ModelServer]]:
    """A brain in a demonstration home, whose cloud is on this machine."""
    os.environ[KEY] = "loopback"
    async with model_server("messages") as server:
        model = Model(provider="anthropic", model="loopback", base_url=server.url, key_env=KEY)
        cloud = CloudConfig(models=(model,), daily_tokens=None)
        apart = config.model_copy(update={"home": HomeConfig(), "cloud": cloud})
        with TemporaryDirectory() as folder:
            thinking = think(apart, RememberedMixer(), folder=Path(folder))
            async with thinking as brain:
                await brain.mind.connect()
                yield brain, server


async def _ask(brain: Brain, ready: Engines, server: ModelServer, utterance: Utterance) -> Asked:
    brain.mind.context = Context()
    text = ANSWERS[utterance.text]

    def answer(body: Mapping[str, Any]) -> Answer:
        return say(text, pause=1 / TOKENS_A_SECOND, first=FIRST_TOKEN_S - 1 / TOKENS_A_SECOND)

    server.brain = answer
    server.told.clear()
    events: list[Event] = []
    speaker = VirtualSpeaker(ready.mouth.rate)
    assistant, _ = build_assistant(brain, ready, speaker, events.append, live=True, alone=True)
    assistant.wake("bench")
    began = time.monotonic()
    pcm = np.pad(utterance.pcm, (0, _LONGEST))
    for start in range(0, len(pcm) - BLOCK, BLOCK):
        due = began + (start + BLOCK) / RATE
        await asyncio.sleep(max(0.0, due - time.monotonic()))
        speaker.advance(BLOCK)
        await assistant.step(Frame(pcm[start : start + BLOCK], start, due))
        if any(event.event == "turn" for event in events) and assistant.idle:
            break
    return _row(utterance, events, server, began + utterance.end / RATE)


def _row(utterance: Utterance, events: Sequence[Event], server: ModelServer, end: float) -> Asked:
    """`end`: the monotonic time of the last sample of speech."""
    turn = next((event for event in events if event.event == "turn"), None)
    spoken = next((event for event in events if event.event == "speaking"), None)
    data: Any = turn.data if turn else {"text": "", "where": "none"}
    row = (utterance.text, data["text"], data["where"], len(server.told))
    tokens = server.told[-1] if server.told else []
    if spoken is None or not tokens or data["where"] != "cloud":
        return Asked(*row)
    first = SentenceCutter(hasty=True).feed(ANSWERS[utterance.text])[0]
    clause = next(
        (at for number, (at, _) in enumerate(tokens, 1) if _begins(tokens[:number], first)), None
    )
    return Asked(
        *row,
        request=_ms(tokens[0][0] - FIRST_TOKEN_S - end),
        clause=None if clause is None else _ms(clause - end),
        audio=_ms(spoken.at - end),
    )


def _begins(tokens: Sequence[tuple[float, str]], clause: str) -> bool:
    """Whether the words so far hold a clause whole."""
    return len("".join(token for _, token in tokens)) >= len(clause)


def _ms(seconds: float) -> float:
    return round(seconds * 1000, 1)
