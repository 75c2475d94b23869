"""How often the wake word is missed and how often it is imagined: before and after calibration.

Recordings of the word are dealt into two halves by speaker. Ten clips of ten speakers of one half
calibrate; what follows is heard by the other half, and the reverse, so that every clip is judged
once, by settings that never heard its speaker. The same for recordings without the word: each is
heard once, and those of which features ship with the project are left out.

Noise is mixed in at a ratio to the *active* level of the word (ITU-T P.56: pauses do not count)
and, to compare with benches that count the silence around it too, to that of the whole clip.
"""

import hashlib
import json
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np

from edge.audio import wav
from edge.calibration import training
from edge.calibration.bounds import per_hour, share
from edge.calibration.features import Listener, Negatives, Sound
from edge.calibration.rooms import active_level, level, mixed, stretch
from edge.calibration.wake import Calibrated, phrase, settle
from edge.config import Tuned
from edge.errors import UsageError
from edge.events import RATE, Pcm
from edge.hearing.wake import OpenWakeWord

NOISE = "noise/doing_the_dishes.flac"
CLIPS = 10
_CONDITIONS: tuple[tuple[str, float | None, bool], ...] = (
    ("clean", None, True),
    ("10", 10.0, True),
    ("0", 0.0, True),
    ("10_of_clip", 10.0, False),
    ("0_of_clip", 0.0, False),
)
_LEAD, _TAIL = RATE, RATE // 2

Tell = Callable[[str], None]


def wakes(sound: Sound, word: str, detector: OpenWakeWord) -> int:
    """How often a detector wakes, as the ear counts it: with a voice in the last second."""
    detector.reset()
    count = 0
    for window, voiced, small in zip(sound.windows, sound.voiced, sound.small, strict=True):
        count += detector.take(window, {word: float(small)}, int(voiced)) is not None
    return count


def measure(corpus: Path, word: str, tell: Tell) -> dict[str, Any]:
    """Run the bench; the result is the object of the contract."""
    entries = _entries(corpus)
    clips = [each for each in entries if each["file"].startswith(f"wake/{word}/")]
    if len({_speaker(each) for each in clips}) < 2:
        raise UsageError(f"{corpus}: too few speakers say '{word}'")
    shipped = set(Negatives.shipped().sources)
    others = [each for each in entries if _without(each, word) and each["file"] not in shipped]
    halves = _halves(clips)
    with TemporaryDirectory() as folder:
        general = training.general(phrase(word), tell)
        ways = [
            _ways(word, general, half, corpus, Path(folder) / str(number), tell)
            for number, half in halves
        ]
        tell("hearing the recordings")
        hear = Listener(word)
        heard = _heard(corpus, clips, halves, ways, hear)
        false = _false(corpus, others, ways, word, hear)
    hours = sum(each["sec"] for each in others) / 3600
    figures = {way: _figures(heard[way], false[way], hours) for way in ways[0]}
    return {
        **figures["calibrated"],
        "uncalibrated": figures["uncalibrated"],
        "plain": figures["plain"],
        "hours": round(hours, 3),
        "clips": len(clips),
        "predicted": [each["calibrated"][1] for each in ways],
    }


def _figures(
    heard: dict[str, list[bool]], false: Sequence[tuple[str, int]], hours: float
) -> dict[str, Any]:
    found = {name: share(sum(hits), len(hits)) for name, hits in heard.items()}
    count = sum(number for _, number in false)
    rate = per_hour(count, hours)
    return {
        "recall": {name: round(each.value, 3) for name, each in found.items()},
        "recall_bounds": {
            name: [round(each.low, 3), round(each.high, 3)] for name, each in found.items()
        },
        "false": count,
        "false_per_hour": round(rate.value, 2),
        "false_per_hour_bounds": [round(rate.low, 2), round(rate.high, 2)],
        "false_of": sorted({name for name, number in false if number}),
    }


# ── the two ways of listening ────────────────────────────────────────────────────────────────

Way = tuple[OpenWakeWord, dict[str, Any]]


def _ways(
    word: str,
    general: training.Material,
    said: Sequence[dict[str, Any]],
    corpus: Path,
    folder: Path,
    tell: Tell,
) -> dict[str, Way]:
    """Plain openWakeWord, and what calibration on one half makes of it."""
    own = _one_each(said)
    material = training.personal(
        general,
        [wav.read(corpus / each["file"]) for each in own],
        (),
        (),
        tell,
    )
    found: Calibrated = settle(word, material, tell)
    folder.mkdir()
    found.second.save(folder / "second.onnx", word, "bench")
    tuned = Tuned(
        word=word,
        engine=found.engine,
        second=folder / "second.onnx",
        threshold=found.threshold,
        voiced=found.voiced,
    )
    plain = Tuned(word=word, voiced=0)
    told = {"clips": len(own), **found.prediction.as_data()}
    return {
        "calibrated": (OpenWakeWord([word], tuned=[tuned]), told),
        "uncalibrated": (OpenWakeWord([word], engine=found.engine), {}),
        "plain": (OpenWakeWord([word], tuned=[plain]), {}),
    }


def _heard(
    corpus: Path,
    clips: Sequence[dict[str, Any]],
    halves: Sequence[tuple[int, Sequence[dict[str, Any]]]],
    ways: Sequence[dict[str, Way]],
    hear: Listener,
) -> dict[str, dict[str, list[bool]]]:
    word = clips[0]["file"].split("/")[1]
    noise = wav.read(corpus / NOISE)
    rng = np.random.default_rng(0)
    calibrating = [{each["file"] for each in half} for _, half in halves]
    heard: dict[str, dict[str, list[bool]]] = {
        way: {name: [] for name, _, _ in _CONDITIONS} for way in ways[0]
    }
    for clip in clips:
        mine = ways[1 if clip["file"] in calibrating[0] else 0]
        pcm = wav.read(corpus / clip["file"])
        for name, snr, active in _CONDITIONS:
            sound = hear(_in_noise(pcm, noise, snr, active, rng))
            for way, (detector, _) in mine.items():
                heard[way][name].append(wakes(sound, word, detector) > 0)
    return heard


def _in_noise(
    pcm: Pcm, noise: Pcm, snr: float | None, active: bool, rng: np.random.Generator
) -> Pcm:
    padded = np.pad(pcm, (_LEAD, _TAIL))
    if snr is None:
        return padded
    loud = active_level(pcm) if active else level(pcm)
    return mixed(padded, stretch(noise, len(padded), rng), snr, loud)


def _false(
    corpus: Path,
    others: Sequence[dict[str, Any]],
    ways: Sequence[dict[str, Way]],
    word: str,
    hear: Listener,
) -> dict[str, list[tuple[str, int]]]:
    false: dict[str, list[tuple[str, int]]] = {way: [] for way in ways[0]}
    for entry in others:
        sound = hear(wav.read(corpus / entry["file"]))
        for way, (detector, _) in ways[share_of(entry["file"], 2)].items():
            false[way].append((entry["file"], wakes(sound, word, detector)))
    return false


# ── the corpus ───────────────────────────────────────────────────────────────────────────────


def _entries(corpus: Path) -> list[dict[str, Any]]:
    manifest = corpus / "manifest.jsonl"
    if not manifest.is_file():
        raise UsageError(f"{corpus}: has no manifest.jsonl")
    lines = manifest.read_text(encoding="utf-8").splitlines()
    return [json.loads(line) for line in lines]


def _without(entry: dict[str, Any], word: str) -> bool:
    """Whether a recording surely does not hold the word."""
    file = entry["file"]
    said = f"{entry.get('keyword', '')} {entry.get('text', '')} {file}".lower()
    return not file.startswith(("rir/", "wake/unit/")) and phrase(word) not in said


def share_of(name: str, parts: int) -> int:
    """Which of so many parts a name belongs to, the same everywhere."""
    return int(hashlib.sha256(name.encode()).hexdigest(), 16) % parts


def _speaker(entry: dict[str, Any]) -> str:
    return str(entry.get("speaker_cluster", entry["file"]))


def _halves(clips: Sequence[dict[str, Any]]) -> list[tuple[int, list[dict[str, Any]]]]:
    """Two halves of the clips, no speaker in both."""
    order = sorted({_speaker(each) for each in clips}, key=lambda name: share_of(name, 1 << 30))
    first = set(order[::2])
    return [
        (number, [each for each in clips if (_speaker(each) in first) == side])
        for number, side in enumerate((True, False))
    ]


def _one_each(clips: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Ten clips, of as many speakers as there are."""
    taken: list[dict[str, Any]] = []
    for rank in range(len(clips)):
        seen: dict[str, int] = {}
        for each in clips:
            count = seen.setdefault(_speaker(each), 0)
            seen[_speaker(each)] += 1
            if count == rank and len(taken) < CLIPS:
                taken.append(each)
    return taken


def table(figures: dict[str, Any]) -> Iterator[str]:
    """The figures for a person."""
    for way, each in (
        ("calibrated", figures),
        ("uncalibrated", figures["uncalibrated"]),
        ("plain", figures["plain"]),
    ):
        yield f"{way}: {each['false']} false wakes in {figures['hours']:.2f} h, that is " + (
            "{:.2f} an hour ({} to {})".format(
                each["false_per_hour"], *each["false_per_hour_bounds"]
            )
        )
        for name, value in each["recall"].items():
            low, high = each["recall_bounds"][name]
            yield f"  heard {name:<12}{value:.1%}  ({low:.1%} to {high:.1%})"
