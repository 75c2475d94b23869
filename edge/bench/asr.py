"""`stonechat bench asr --commands`: sound in, intent and slots out, on recorded people.

The same recordings three ways: the first transcript as it is, the better model's where that is
unsure, and the commands that sound like it held against the sound. What is no command (questions,
other speech) goes the same ways, and is counted where the device would have acted on it.
"""

import json
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from importlib.resources import as_file, files
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import soxr

from edge.audio import wav
from edge.bench.figures import distribution
from edge.config.schema import Config, HomeConfig
from edge.errors import UsageError
from edge.events import RATE, Local, Pcm, Transcript, Utterance, Value
from edge.hearing.asr import Recogniser, WhisperRecogniser
from edge.hearing.candidates import look_again
from edge.home import MemoryHome
from edge.speaking.tts import PiperEngine, Voice
from edge.understanding import public
from edge.understanding.corpus import OTHER
from edge.understanding.model import IntentModel
from edge.understanding.own import OwnIntents, OwnRouter

SNR_DB = 10.0
"""Of the noisy condition: the level while somebody speaks over the noise's."""
DEVELOPED_ON = frozenset({28, 24, 197})
"""Speakers of the coffee orders that the thresholds have seen; the others are what is reported."""
_ORDER = "coffee.order"
_NOW = datetime(2026, 1, 5, 12)
_LONGEST = 6 * RATE
_FRAME = RATE // 100
_QUESTIONS = 200
_VOICES = (1.0, 0.9, 1.12)

Floats = npt.NDArray[np.float64]
Meaning = tuple[tuple[str, Mapping[str, Value]], ...]
Tell = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Clip:
    """A recording, and what the device should make of it."""

    kind: str
    pcm: Pcm
    wanted: Meaning
    """Intents with their slots; empty for what is no command."""
    label: str


@dataclass(slots=True)
class Row:
    """What became of a recording, by way."""

    clip: Clip
    heard: dict[str, str] = field(default_factory=dict)
    meant: dict[str, Meaning] = field(default_factory=dict)
    look_ms: float | None = None
    """How long the look at candidates took, where one was taken."""


def measure(config: Config, corpus: Path, limit: int | None, tell: Tell) -> dict[str, Any]:
    """Run everything; `limit` is how many recordings of each kind are taken."""
    with as_file(files("edge.bench") / "coffee.toml") as file:
        own = OwnIntents.load(file)
    home = MemoryHome(HomeConfig())
    router = OwnRouter(IntentModel.load(config.understanding.model), home.vocabulary(), own=own)
    names = (config.asr.model, config.asr.second)
    first, second = (
        None if name == "none" else WhisperRecogniser(name, config.asr.threads, config.asr.device)
        for name in names
    )
    assert first is not None  # only the second can be none
    ways = Ways(router, first, second, config.asr.sure)
    rows: list[Row] = []
    for clip in clips(corpus, router, limit):
        rows.append(ways.hear(clip))
        tell(f"{clip.kind}: {clip.label} → {rows[-1].heard['candidates']}")
    return figures(rows)


class Ways:
    """The three ways from a recording to a meaning."""

    def __init__(
        self, router: OwnRouter, first: Recogniser, second: Recogniser | None, sure: float
    ) -> None:
        self._router = router
        self._first = first
        self._second = second
        self._sure = sure

    def hear(self, clip: Clip) -> Row:
        """Take all three."""
        row = Row(clip)
        told = self._first.transcribe(clip.pcm, final=True)
        looked = again = told
        if not self._clear(told):
            better = self._second.transcribe(clip.pcm, final=True) if self._second else told
            again = told if better.phantom else better
            begun = time.perf_counter()
            looked = self._look_again(clip.pcm, told)
            row.look_ms = 1000 * (time.perf_counter() - begun)
        for way, heard in (("plain", told), ("two_looks", again), ("candidates", looked)):
            row.heard[way] = heard.text
            row.meant[way] = () if heard.phantom else meaning(self._router, heard.text)
        return row

    def _look_again(self, pcm: Pcm, told: Transcript) -> Transcript:
        """As the conversation does it: a sure command is only left for another command."""
        found = look_again(
            self._first,
            self._second,
            lambda text: self._router.propose(text, _NOW),
            Utterance(pcm, 3000),
            told,
        )
        known = meaning(self._router, told.text) and told.log_prob >= self._sure
        return told if found is None or (known and not meaning(self._router, found.text)) else found

    def _clear(self, told: Transcript) -> bool:
        route = self._router.route(told.text, _NOW)
        sure = told.phantom is None and told.log_prob >= self._sure
        return sure and isinstance(route, Local) and not any(map(self._router.vague, route.intents))


def meaning(router: OwnRouter, text: str) -> Meaning:
    """What the device would do with a text; empty where it would not act on it."""
    route = router.route(text, _NOW)
    return tuple((i.name, i.slots) for i in route.intents) if isinstance(route, Local) else ()


# ── recordings ───────────────────────────────────────────────────────────────────────────────


def clips(corpus: Path, router: OwnRouter, limit: int | None) -> Iterator[Clip]:
    """Recordings of a folder with a manifest, and questions that the device's voice asks."""
    manifest = corpus / "manifest.jsonl"
    kitchen = corpus / "noise" / "doing_the_dishes.flac"
    if not manifest.is_file() or not kitchen.is_file():
        raise UsageError(f"{corpus}: has no manifest.jsonl, or no noise/doing_the_dishes.flac")
    noise = wav.read(kitchen)
    counts: Counter[str] = Counter()
    for number, line in enumerate(manifest.read_text(encoding="utf-8").splitlines()):
        entry = json.loads(line)
        kind = entry["file"].rpartition("/")[0]
        for name, wanted in _wanted(kind, entry, router):
            counts[name] += 1
            if limit is not None and counts[name] > limit:
                continue
            pcm = wav.read(corpus / entry["file"])[: _LONGEST if not wanted else None]
            label = entry.get("text") or " ".join(entry.get("slots", {}).values())
            yield Clip(name, pcm, wanted, label)
            if wanted:
                yield Clip(f"{name}_10db", mixed(pcm, noise, SNR_DB, number), wanted, label)
    yield from _questions(corpus.parent, noise, limit or _QUESTIONS)


def _wanted(
    kind: str, entry: Mapping[str, Any], router: OwnRouter
) -> Iterable[tuple[str, Meaning]]:
    """The name of its group and what it means, for a recording that counts."""
    if kind == "commands/barista":
        seen = "_developed_on" if entry["speaker_cluster"] in DEVELOPED_ON else ""
        yield f"orders{seen}", ((_ORDER, entry["slots"]),)
    elif kind.startswith("commands/home_assistant"):
        said = entry.get("text")
        meant = meaning(router, said) if said else ()
        if meant or not said:
            name = "home_recorded" if entry.get("real") else "home_generated"
            yield (name if said else "other_speech"), meant
    elif kind.startswith("negatives_speech"):
        yield "other_speech", ()


def _questions(root: Path, noise: Pcm, limit: int) -> Iterator[Clip]:
    """Open questions of a public corpus, every second one in noise."""
    if not (root / "text" / "clinc150").is_dir():
        return
    items = [
        item
        for item in public.items(public.root(root), "clinc150", "val")
        if item.accepted == (OTHER,)
    ]
    voice = PiperEngine.load("en_US-joe-medium")
    for number, item in enumerate(items[:: max(1, len(items) // limit)]):
        pcm = _said(voice, item.text, _VOICES[number % len(_VOICES)])
        noisy = mixed(pcm, noise, SNR_DB, number) if number % 2 else pcm
        yield Clip("open_questions", noisy, (), item.text)


def _said(voice: Voice, text: str, factor: float) -> Pcm:
    sound = np.concatenate([part.pcm for part in voice.speak(text)])
    pcm = soxr.resample(sound, voice.rate, RATE / factor).astype(np.int16)
    padded: Pcm = np.pad(pcm, RATE // 4)
    return padded


def mixed(pcm: Pcm, noise: Pcm, snr_db: float, seed: int) -> Pcm:
    """Speech in noise, which is so much below its level while it sounds."""
    start = int(np.random.default_rng(seed).integers(0, max(1, len(noise) - len(pcm))))
    part = np.resize(noise[start:], len(pcm)).astype(np.float64)
    gain = np.sqrt(_active(pcm) / (np.mean(part**2) + 1e-9) / 10 ** (snr_db / 10))
    noisy: Pcm = np.clip(pcm + gain * part, -32768, 32767).astype(np.int16)
    return noisy


def _active(pcm: Pcm) -> float:
    """Mean power of the frames that are at most 30 dB below the loudest."""
    frames = pcm[: len(pcm) // _FRAME * _FRAME].reshape(-1, _FRAME).astype(np.float64)
    powers: Floats = np.mean(frames**2, axis=1)
    return float(powers[powers > powers.max() / 1000].mean())


# ── figures ──────────────────────────────────────────────────────────────────────────────────


def figures(rows: Sequence[Row]) -> dict[str, Any]:
    """By kind of recording: the share that is right (commands) or acted on (all else)."""
    out: dict[str, Any] = {}
    for kind in dict.fromkeys(row.clip.kind for row in rows):
        some = [row for row in rows if row.clip.kind == kind]
        commands = bool(some[0].clip.wanted)
        hits = {
            way: sum(
                same(row.meant[way], row.clip.wanted) if commands else bool(row.meant[way])
                for row in some
            )
            for way in some[0].meant
        }
        out[kind] = {"n": len(some), "counts": "right" if commands else "acted on"} | {
            way: round(hit / len(some), 4) for way, hit in hits.items()
        }
    out["look_ms"] = distribution(row.look_ms for row in rows if row.look_ms is not None)
    out["errors"] = [
        _error(row) for row in rows if not same(row.meant["candidates"], row.clip.wanted)
    ]
    return out


def same(one: Meaning, other: Meaning) -> bool:
    """Whether two meanings are the same intents with the same slots."""
    return [(name, dict(slots)) for name, slots in one] == [
        (name, dict(slots)) for name, slots in other
    ]


def _error(row: Row) -> dict[str, Any]:
    return {"kind": row.clip.kind, "said": row.clip.label, **row.heard,
            "meant": [[name, dict(slots)] for name, slots in row.meant["candidates"]]}  # fmt: skip
