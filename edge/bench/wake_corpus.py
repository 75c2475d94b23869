"""Recordings of wake words and of all that is not one: dealt out, put into noise, counted.

Noise is mixed in at a ratio to the *active* level of the word (ITU-T P.56: pauses do not count)
and, to compare with benches that count the silence around it too, to that of the whole clip.
"""

import hashlib
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from edge.audio import wav
from edge.calibration.bounds import per_hour, share
from edge.calibration.features import Listener, Negatives, Sound
from edge.calibration.rooms import active_level, level, mixed, stretch
from edge.calibration.wake import phrase
from edge.errors import UsageError
from edge.events import RATE, Pcm
from edge.hearing.wake import FRAME, OpenWakeWord

NOISE = "noise/doing_the_dishes.flac"
CLIPS = 10
CONDITIONS: tuple[tuple[str, float | None, bool], ...] = (
    ("clean", None, True),
    ("10", 10.0, True),
    ("0", 0.0, True),
    ("10_of_clip", 10.0, False),
    ("0_of_clip", 0.0, False),
)
_LEAD, _TAIL = RATE, RATE // 2

Tell = Callable[[str], None]
Entry = dict[str, Any]
Ears = Mapping[str, OpenWakeWord]
"""Ways to listen that are compared, by name."""


def wakes(sound: Sound, word: str, detector: OpenWakeWord) -> int:
    """How often a detector wakes, as the ear counts it: with a voice in the last second."""
    detector.reset()
    count = 0
    for number, window in enumerate(sound.windows):
        told = {word: float(sound.small[number])}
        pcm = None if sound.pcm is None else sound.pcm[number * FRAME : (number + 1) * FRAME]
        count += detector.take(window, told, int(sound.voiced[number]), pcm) is not None
    return count


def recalled(
    corpus: Path, clips: Sequence[Entry], hear: Listener, ears: Callable[[Entry], Ears]
) -> dict[str, dict[str, list[bool]]]:
    """Whether each clip was heard: by way of listening, by condition; `ears`: who may judge it."""
    word = clips[0]["file"].split("/")[1]
    noise = wav.read(corpus / NOISE)
    rng = np.random.default_rng(0)
    heard: dict[str, dict[str, list[bool]]] = {}
    for clip in clips:
        pcm = wav.read(corpus / clip["file"])
        for name, snr, active in CONDITIONS:
            sound = hear(in_noise(pcm, noise, snr, active, rng))
            for way, detector in ears(clip).items():
                hits = heard.setdefault(way, {}).setdefault(name, [])
                hits.append(wakes(sound, word, detector) > 0)
    return heard


def imagined(
    corpus: Path,
    others: Sequence[Entry],
    word: str,
    hear: Listener,
    ears: Callable[[Entry], Ears],
) -> dict[str, list[tuple[str, int]]]:
    """How often each recording without the word woke, by way of listening."""
    false: dict[str, list[tuple[str, int]]] = {}
    for entry in others:
        sound = hear(wav.read(corpus / entry["file"]))
        for way, detector in ears(entry).items():
            count = wakes(sound, word, detector)
            false.setdefault(way, []).append((entry["file"], count))
    return false


def unshipped(entries: Sequence[Entry], word: str) -> list[Entry]:
    """What is without the word, and no part of what ships to train with."""
    shipped = set(Negatives.shipped().sources)
    return [each for each in entries if without(each, word) and each["file"] not in shipped]


def hours_of(entries: Sequence[Entry]) -> float:
    """How long these recordings are."""
    return float(sum(each["sec"] for each in entries)) / 3600


def lines_of(way: str, figures: Mapping[str, Any], hours: float) -> Iterator[str]:
    """The figures of one way of listening, for a person."""
    low, high = figures["false_per_hour_bounds"]
    yield (
        f"{way}: {figures['false']} false wakes in {hours:.2f} h, that is "
        f"{figures['false_per_hour']:.2f} an hour ({low} to {high})"
    )
    for name, value in figures["recall"].items():
        low, high = figures["recall_bounds"][name]
        yield f"  heard {name:<12}{value:.1%}  ({low:.1%} to {high:.1%})"


def in_noise(
    pcm: Pcm, noise: Pcm, snr: float | None, active: bool, rng: np.random.Generator
) -> Pcm:
    """A clip with silence around it, in a chance piece of noise; `snr` in dB, None: as it is."""
    padded = np.pad(pcm, (_LEAD, _TAIL))
    if snr is None:
        return padded
    loud = active_level(pcm) if active else level(pcm)
    return mixed(padded, stretch(noise, len(padded), rng), snr, loud)


def figures_of(
    heard: dict[str, list[bool]], false: Sequence[tuple[str, int]], hours: float
) -> dict[str, Any]:
    """What was heard in each condition, and what woke falsely, with their 95 % bounds."""
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


def entries_of(corpus: Path) -> list[Entry]:
    """The lines of a corpus' manifest. Raises UsageError."""
    manifest = corpus / "manifest.jsonl"
    if not manifest.is_file():
        raise UsageError(f"{corpus}: has no manifest.jsonl")
    lines = manifest.read_text(encoding="utf-8").splitlines()
    return [json.loads(line) for line in lines]


def without(entry: Entry, word: str) -> bool:
    """Whether a recording surely does not hold the word."""
    file = entry["file"]
    said = f"{entry.get('keyword', '')} {entry.get('text', '')} {file}".lower()
    return not file.startswith(("rir/", "wake/unit/")) and phrase(word) not in said


def share_of(name: str, parts: int) -> int:
    """Which of so many parts a name belongs to, the same everywhere."""
    return int(hashlib.sha256(name.encode()).hexdigest(), 16) % parts


def speaker(entry: Entry) -> str:
    """Who speaks in a recording; where nobody is told apart, each is somebody else."""
    return str(entry.get("speaker_cluster", entry["file"]))


def halves_of(clips: Sequence[Entry]) -> list[tuple[int, list[Entry]]]:
    """Two halves of the clips, no speaker in both."""
    order = sorted({speaker(each) for each in clips}, key=lambda name: share_of(name, 1 << 30))
    first = set(order[::2])
    return [
        (number, [each for each in clips if (speaker(each) in first) == side])
        for number, side in enumerate((True, False))
    ]


def one_each(clips: Sequence[Entry]) -> list[Entry]:
    """Ten clips, of as many speakers as there are."""
    taken: list[Entry] = []
    for rank in range(len(clips)):
        seen: dict[str, int] = {}
        for each in clips:
            count = seen.setdefault(speaker(each), 0)
            seen[speaker(each)] += 1
            if count == rank and len(taken) < CLIPS:
                taken.append(each)
    return taken
