"""How often the wake word is missed and how often it is imagined: before and after calibration.

Recordings of the word are dealt into two halves by speaker. Ten clips of ten speakers of one half
calibrate; what follows is heard by the other half, and the reverse, so that every clip is judged
once, by settings that never heard its speaker. The same for recordings without the word: each is
heard once, and those of which features ship with the project are left out.
"""

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np

from edge.audio import wav
from edge.bench.wake_corpus import (
    CONDITIONS,
    NOISE,
    entries_of,
    figures_of,
    halves_of,
    in_noise,
    one_each,
    share_of,
    speaker,
    wakes,
    without,
)
from edge.calibration import training
from edge.calibration.features import Listener, Negatives
from edge.calibration.wake import Calibrated, phrase, settle
from edge.config import Asr, Tuned
from edge.errors import UsageError
from edge.hearing.asr import WhisperRecogniser
from edge.hearing.reading import Ask, at_once
from edge.hearing.wake import OpenWakeWord

Tell = Callable[[str], None]


def measure(corpus: Path, word: str, tell: Tell) -> dict[str, Any]:
    """Run the bench; the result is the object of the contract."""
    entries = entries_of(corpus)
    clips = [each for each in entries if each["file"].startswith(f"wake/{word}/")]
    if len({speaker(each) for each in clips}) < 2:
        raise UsageError(f"{corpus}: too few speakers say '{word}'")
    shipped = set(Negatives.shipped().sources)
    others = [each for each in entries if without(each, word) and each["file"] not in shipped]
    halves = halves_of(clips)
    with TemporaryDirectory() as folder:
        general = training.general(phrase(word), tell)
        ask = at_once(WhisperRecogniser(Asr().model))
        ways = [
            _ways(word, general, half, corpus, Path(folder) / str(number), ask, tell)
            for number, half in halves
        ]
        tell("hearing the recordings")
        hear = Listener(word)
        heard = _heard(corpus, clips, halves, ways, hear)
        false = _false(corpus, others, ways, word, hear)
    hours = sum(each["sec"] for each in others) / 3600
    figures = {way: figures_of(heard[way], false[way], hours) for way in ways[0]}
    return {
        **figures["calibrated"],
        "uncalibrated": figures["uncalibrated"],
        "unread": figures["unread"],
        "plain": figures["plain"],
        "hours": round(hours, 3),
        "clips": len(clips),
        "predicted": [each["calibrated"][1] for each in ways],
    }


# ── the two ways of listening ────────────────────────────────────────────────────────────────

Way = tuple[OpenWakeWord, dict[str, Any]]


def _ways(
    word: str,
    general: training.Material,
    said: Sequence[dict[str, Any]],
    corpus: Path,
    folder: Path,
    ask: Ask,
    tell: Tell,
) -> dict[str, Way]:
    """What calibration on one half makes of the default, the default, and its parts alone."""
    own = one_each(said)
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
        "calibrated": (OpenWakeWord([word], tuned=[tuned], ask=ask), told),
        "uncalibrated": (OpenWakeWord([word], engine=found.engine, ask=ask), {}),
        "unread": (OpenWakeWord([word], engine=found.engine), {}),
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
        way: {name: [] for name, _, _ in CONDITIONS} for way in ways[0]
    }
    for clip in clips:
        mine = ways[1 if clip["file"] in calibrating[0] else 0]
        pcm = wav.read(corpus / clip["file"])
        for name, snr, active in CONDITIONS:
            sound = hear(in_noise(pcm, noise, snr, active, rng))
            for way, (detector, _) in mine.items():
                heard[way][name].append(wakes(sound, word, detector) > 0)
    return heard


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


def table(figures: dict[str, Any]) -> Iterator[str]:
    """The figures for a person."""
    for way, each in (
        ("calibrated", figures),
        ("uncalibrated", figures["uncalibrated"]),
        ("no recogniser asked", figures["unread"]),
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
