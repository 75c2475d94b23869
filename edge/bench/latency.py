"""How long until the answer starts: the shipped pipeline, and architecture 1 beside it.

Every utterance is played in real time through the very assistant that the daemon runs; its end of
speech is known beforehand. The baseline (`sequential`) waits for a fixed silence of 500 ms, then
recognises with stock faster-whisper, decides, acts, renders the whole reply, and only then speaks.
Of ours, fixed replies come from the phrase cache; others are rendered anew, however often the bench
hears the same.
"""

import asyncio
import time
from collections.abc import Callable, Sequence
from contextlib import aclosing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from faster_whisper import WhisperModel

from edge import models
from edge.assistant import Assistant
from edge.audio.speaker import VirtualSpeaker
from edge.bench import budget, waterfall
from edge.bench.figures import cpu_s, distribution
from edge.bench.fresh import fresh
from edge.bench.utterances import Utterance, from_corpus, synthesised
from edge.brain import Brain, imagine
from edge.calibration.settings import remember
from edge.cloud.answer import Said
from edge.cloud.asking import Asking
from edge.config.schema import Config
from edge.daemon import build_assistant, engines
from edge.engines import Engines
from edge.events import RATE, Event, Frame
from edge.hearing.vad import FRAME, SileroVad
from edge.service import rss_mb
from edge.understanding.text import spoken_to

BLOCK = 256
_FIXED_SILENCE_S = 0.5
_LONGEST_ANSWER = 20 * RATE
Tell = Callable[[str], None]


@dataclass(slots=True)
class Row:
    """What one utterance led to; milliseconds from the true end of speech."""

    text: str
    heard: str = ""
    where: str = "none"
    real: bool = False
    audio: float | None = None
    route: float | None = None
    decide_to_audio: float | None = None
    ms: dict[str, float] = field(default_factory=dict)
    cpu: float = 0.0


async def measure(
    config: Config, corpus: Path | None, limit: int | None, plot: Path | None, tell: Tell
) -> Any:
    """Run the bench; the result is the object of the contract. `plot` takes a waterfall as SVG."""
    async with (
        imagine(config) as brain,
        engines(config) as ready,
    ):
        found = [*synthesised(ready.mouth.voice), *(from_corpus(corpus) if corpus else ())]
        utterances = _spread(found, limit)
        ours = await _ours(brain, ready, utterances, tell)
        ours_rss = rss_mb()
        baseline = Sequential(config, ready)
        sequential = [await baseline.run(brain, each, tell) for each in utterances]
        from edge.bench import open_questions  # it stands on this module

        clouds = await open_questions.measure(config, ready, baseline, limit, tell)
    picture = _picture(ours, sequential)
    if plot is not None and picture:
        await asyncio.to_thread(plot.write_text, picture, encoding="utf-8")
    figures = {
        "local": {**_figures(ours), "rss_mb": ours_rss},
        "sequential": {**_figures(sequential), "rss_mb": rss_mb()},
        **clouds,
        "recorded": _figures([row for row in ours if row.real]),
        "generated": _figures([row for row in ours if not row.real]),
        "stages": _stages(ours),
        "rss_mb": ours_rss,
        "ratio_p50": _ratio(ours, sequential),
        "voices": len({each.voice for each in utterances}),
        "turns": [
            {"text": row.text, "heard": row.heard, "where": row.where, "ms": row.audio}
            for row in ours
        ],
    }
    figures["budgets"] = budget.verdicts(figures, config)
    remember("latency", {"advice": list(budget.lines(figures["budgets"]))})
    return figures


def _spread(utterances: Sequence[Utterance], limit: int | None) -> Sequence[Utterance]:
    """All of them, or so many evenly taken."""
    if limit is None or limit >= len(utterances):
        return utterances
    return [utterances[n * len(utterances) // limit] for n in range(limit)]


def _figures(rows: Sequence[Row]) -> dict[str, Any]:
    local = [row for row in rows if row.where == "local" and row.audio is not None]
    cpu = [row.cpu for row in rows]
    return {
        "speech_to_audio_ms": distribution(row.audio for row in local if row.audio is not None),
        "endpoint_to_audio_ms": distribution(
            row.decide_to_audio for row in local if row.decide_to_audio is not None
        ),
        "speech_to_route_ms": distribution(row.route for row in local if row.route is not None),
        "cpu_s_per_utterance": round(sum(cpu) / len(cpu), 3) if cpu else 0.0,
        "utterances": len(rows),
        "answered_locally": len(local),
    }


def _ratio(ours: Sequence[Row], sequential: Sequence[Row]) -> float:
    """How many times sooner the answer starts, at the median."""
    ahead = _figures(ours)["speech_to_audio_ms"]["p50"]
    return round(_figures(sequential)["speech_to_audio_ms"]["p50"] / ahead, 1) if ahead else 0.0


def _picture(ours: Sequence[Row], sequential: Sequence[Row]) -> str | None:
    """The waterfall of the utterance whose answer came at the median."""
    both = [
        (one, other)
        for one, other in zip(ours, sequential, strict=True)
        if one.audio is not None and "first_audio" in other.ms and one.where == "local"
    ]
    if not both:
        return None
    row, beside = sorted(both, key=lambda pair: pair[0].audio or 0.0)[len(both) // 2]
    parts = (
        ("sequential", waterfall.sequential(beside.ms)),
        ("Stonechat", waterfall.ours(row.ms)),
    )
    return waterfall.draw(row.text, parts)


def _stages(rows: Sequence[Row]) -> dict[str, Any]:
    names = ("transcript", "route", "endpoint", "action", "first_audio")
    return {
        name: distribution(row.ms[name] for row in rows if name in row.ms and row.where == "local")
        for name in names
    }


# ── ours ─────────────────────────────────────────────────────────────────────────────────────


async def _ours(
    brain: Brain, ready: Engines, utterances: Sequence[Utterance], tell: Tell
) -> list[Row]:
    rows = []
    for number, utterance in enumerate(utterances, 1):
        events: list[Event] = []
        speaker = VirtualSpeaker(ready.mouth.rate)
        with fresh(ready) as new:
            parts = (brain, new, speaker, events.append)
            assistant, _ = build_assistant(*parts, live=True, alone=True)
            before = cpu_s()
            await _play(assistant, speaker, utterance, events)
            row = _row(utterance, events, cpu_s() - before)
        rows.append(row)
        tell(f"{number}/{len(utterances)}  {row.audio or '—':>6} ms  {row.text} → {row.heard}")
    return rows


async def _play(
    assistant: Assistant, speaker: VirtualSpeaker, utterance: Utterance, events: list[Event]
) -> None:
    """In real time until the answer starts; the rest of it may pass as fast as it likes."""
    assistant.wake("bench")
    began = time.monotonic()
    pcm = np.pad(utterance.pcm, (0, _LONGEST_ANSWER))
    for start in range(0, len(pcm) - BLOCK, BLOCK):
        due = began + (start + BLOCK) / RATE
        answered = any(event.event in ("speaking", "turn") for event in events)
        await asyncio.sleep(0 if answered else max(0.0, due - time.monotonic()))
        speaker.advance(BLOCK)
        await assistant.step(Frame(pcm[start : start + BLOCK], start, due))
        if answered and assistant.idle:
            return


def _row(utterance: Utterance, events: Sequence[Event], cpu: float) -> Row:
    row = Row(utterance.text, real=utterance.real, cpu=cpu)
    ended = [event for event in events if event.event == "speech_ended"]
    turns = [event for event in events if event.event == "turn" and event.data["ms"]]
    if not ended or not turns:
        return row
    data: Any = turns[-1].data
    row.heard, row.where, row.ms = data["text"], data["where"], data["ms"]
    believed = float(str(ended[-1].data["end"])) * RATE
    late = (believed - utterance.end) * 1000 / RATE
    if "first_audio" in row.ms:
        row.audio = round(row.ms["first_audio"] + late, 1)
        row.decide_to_audio = row.ms["decide_to_audio"]
    row.route = round(row.ms["route"] + late, 1)
    return row


def _since(began: float) -> float:
    return (time.monotonic() - began) * 1000


# ── the baseline ─────────────────────────────────────────────────────────────────────────────


class Sequential:
    """Architecture 1: each stage waits for the last."""

    def __init__(self, config: Config, ready: Engines) -> None:
        self._voice = ready.mouth.voice
        self._vad = SileroVad()
        self._whisper = WhisperModel(
            str(models.folder(f"whisper-{config.asr.model}")),
            device="cpu",
            compute_type="int8",
            cpu_threads=config.asr.threads,
            local_files_only=True,
        )

    async def run(self, brain: Brain, utterance: Utterance, tell: Tell) -> Row:
        """Wait, recognise, decide, act, render, speak; computed times on top of sound time."""
        row = Row(utterance.text, real=utterance.real)
        before = cpu_s()
        endpoint = self._endpoint(utterance)
        waited = (endpoint - utterance.end) * 1000 / RATE
        began = time.monotonic()
        segments, _ = self._whisper.transcribe(
            utterance.pcm[:endpoint].astype(np.float32) / 32768, language="en", beam_size=5
        )
        row.heard = " ".join(segment.text.strip() for segment in segments)
        row.ms = {"endpoint": waited, "transcript": waited + _since(began)}
        mind = brain.mind
        decision = await mind.decide(spoken_to(row.heard))
        row.where = decision.where
        row.route = round(waited + _since(began), 1)
        outcome = await mind.commit(decision)
        row.ms["action"] = waited + _since(began)
        reply = await _whole(mind.ask(decision)) if decision.asks else outcome.reply.text
        for _ in self._voice.speak(reply or "Okay."):
            pass
        row.decide_to_audio = round(_since(began), 1)
        row.audio = row.ms["first_audio"] = round(waited + row.decide_to_audio, 1)
        row.cpu = cpu_s() - before
        tell(f"sequential  {row.audio:>6} ms  {row.text} → {row.heard}")
        return row

    def _endpoint(self, utterance: Utterance) -> int:
        self._vad.reset()
        silence = started = 0
        for step, voice in enumerate(self._vad.probabilities(utterance.pcm)):
            started += voice >= 0.5
            silence = 0 if voice >= 0.5 else silence + FRAME
            if started >= 2 and silence >= _FIXED_SILENCE_S * RATE:
                return (step + 1) * FRAME
        return len(utterance.pcm)


async def _whole(asking: Asking) -> str:
    """A language model's answer, when all of it is there."""
    asking.commit()
    async with aclosing(asking.events()) as events:
        return " ".join([each.text async for each in events if isinstance(each, Said)])
