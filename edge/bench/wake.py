"""How often the wake word is missed and how often it is imagined: before and after calibration.

Recordings of the word are dealt into two halves by speaker. Ten clips of ten speakers of one half
calibrate; what follows is heard by the other half, and the reverse, so that every clip is judged
once, by settings that never heard its speaker. The same for recordings without the word: each is
heard once, and those of which features ship with the project are left out.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from edge.audio import wav
from edge.bench.wake_corpus import (
    Ears,
    Entry,
    Tell,
    entries_of,
    figures_of,
    halves_of,
    hours_of,
    imagined,
    lines_of,
    one_each,
    recalled,
    share_of,
    speaker,
    unshipped,
)
from edge.calibration import training
from edge.calibration.features import Listener
from edge.calibration.wake import Calibrated, phrase, settle
from edge.config.schema import Asr, Tuned
from edge.errors import UsageError
from edge.hearing.asr import WhisperRecogniser
from edge.hearing.reading import Ask, at_once
from edge.hearing.wake import OpenWakeWord

_WAYS = {
    "calibrated": "calibrated",
    "uncalibrated": "uncalibrated",
    "unread": "uncalibrated, no recogniser asked",
    "plain": "plain openWakeWord at 0.5",
}


def measure(corpus: Path, word: str, tell: Tell) -> dict[str, Any]:
    """Run the bench; the result is the object of the contract."""
    entries = entries_of(corpus)
    clips = [each for each in entries if each["file"].startswith(f"wake/{word}/")]
    if len({speaker(each) for each in clips}) < 2:
        raise UsageError(f"{corpus}: too few speakers say '{word}'")
    others = unshipped(entries, word)
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
        first = {each["file"] for _, half in halves[:1] for each in half}
        heard = recalled(corpus, clips, hear, lambda clip: ways[clip["file"] in first].ears)
        false = imagined(
            corpus, others, word, hear, lambda entry: ways[share_of(entry["file"], 2)].ears
        )
    hours = hours_of(others)
    figures = {way: figures_of(heard[way], false[way], hours) for way in _WAYS}
    return {
        **figures["calibrated"],
        "uncalibrated": figures["uncalibrated"],
        "unread": figures["unread"],
        "plain": figures["plain"],
        "hours": round(hours, 3),
        "clips": len(clips),
        "predicted": [each.told for each in ways],
    }


# ── the two ways of listening ────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class _Ways:
    ears: Ears
    told: dict[str, Any]
    """What calibration promised."""


def _ways(
    word: str,
    general: training.Material,
    said: Sequence[Entry],
    corpus: Path,
    folder: Path,
    ask: Ask,
    tell: Tell,
) -> _Ways:
    """What calibration on one half makes of the default, the default, and its parts alone."""
    own = one_each(said)
    material = training.personal(
        general,
        [wav.read(corpus / each["file"]) for each in own],
        (),
        (),
        tell,
    )
    found: Calibrated = settle(word, material, tell, ask=ask)
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
    ears = {
        "calibrated": OpenWakeWord([word], tuned=[tuned], ask=ask),
        "uncalibrated": OpenWakeWord([word], engine=found.engine, ask=ask),
        "unread": OpenWakeWord([word], engine=found.engine),
        "plain": OpenWakeWord([word], tuned=[plain]),
    }
    return _Ways(ears, told)


def table(figures: dict[str, Any]) -> Iterator[str]:
    """The figures for a person."""
    for way, name in _WAYS.items():
        yield from lines_of(name, figures.get(way, figures), figures["hours"])
