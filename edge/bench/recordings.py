"""Recordings for the barge-in bench: who speaks, what clatters, which rooms, and what is held out.

What the canceller and the detector were developed on (two rooms, one reader, three of the six
coffee drinkers, every other recording of the noises) is not reported on.
"""

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from edge.audio import wav
from edge.bench.room import Floats, Paths, level_db, response
from edge.bench.stage import DELAY
from edge.errors import UsageError
from edge.events import RATE, Pcm
from edge.hearing.vad import FRAME, SileroVad

LONGEST = 4 * RATE
"""Of a recording."""
_SPEECH = int(2.5 * RATE)
_ROOMS = {"far": ("rir1", "rir2"), "large": ("rir3", "rir2")}
"""Impulse responses of the loudspeaker and of the user."""
_DEVELOPED_ON, _DEVELOPED_READER = 3, "1688"
_TEXTS = ("commands/home_assistant_real", "barge_in/stop_word")
_BEFORE = RATE // 8
_HOP = RATE // 100
_LOOK_BACK, _PAUSE, _SOFT_DB, _LEAST_VOICED = 50, 10, 20, 4
"""How long before the voice detector hears it speech may begin, and how long a pause within it may
be (in hops of 10 ms); how far below its level it may be; how much there has to be."""
_SPEAKS, _SILENT = 0.5, 0.35
"""From where on the voice detector hears speech, and where it lets go: Silero's own numbers."""
_BACKGROUND, _CLEAR_DB = 10, 6
"""A recording's quietest tenth, and by how much speech stands out of it."""
_HISS = 3000 * _HOP // RATE
"""The band of "s" and "t" begins at 3 kHz."""


@dataclass(frozen=True, slots=True)
class Clip:
    """A recording, from just before its first sound on."""

    name: str
    sound: Floats
    begin: int
    """Where its speech begins."""
    text: str = ""


def place(corpus: Path) -> Path:
    """The folder with the manifest: the one that was given, or `audio` in it."""
    for folder in (corpus, corpus / "audio"):
        if (folder / "manifest.jsonl").is_file():
            return folder
    raise UsageError(f"{corpus}: has no manifest.jsonl")


def some(clips: Iterable[Clip], limit: int | None) -> list[Clip]:
    """At most so many, from all over."""
    found = list(clips)
    every = max(1, len(found) // limit) if limit else 1
    return found[::every][:limit]


def rooms(corpus: Path) -> dict[str, Paths]:
    """The rooms that are reported on."""

    def path(name: str) -> Floats:
        return response(wav.read(corpus / "rir" / f"{name}.flac") / 32768)

    return {name: Paths(path(echo), path(user), DELAY) for name, (echo, user) in _ROOMS.items()}


def manifest(corpus: Path) -> list[dict[str, Any]]:
    """Its entries."""
    text = (place(corpus) / "manifest.jsonl").read_text(encoding="utf-8")
    return [json.loads(line) for line in text.splitlines()]


def people(corpus: Path) -> Iterator[Clip]:
    """People that nothing was developed on: ordering coffee, reading, commanding, saying "stop"."""
    entries = manifest(corpus)
    others = ("commands/barista", "negatives_speech/librispeech")
    told = [each for each in entries if each["file"].startswith(others)]
    yield from clips(corpus, [each for each in told if not developed_on(each, entries)])
    yield from texts(corpus)


def developed_on(entry: dict[str, Any], entries: Sequence[dict[str, Any]]) -> bool:
    """Whether a recording of speech, one of a manifest's, may be learnt from: of three of the
    coffee drinkers, one reader, and of all whose voices are in no report."""
    if entry["file"].startswith(_TEXTS):
        return False
    if "librispeech" in entry["file"]:
        return bool(entry["speaker"] == _DEVELOPED_READER)
    drinkers = [each for each in entries if each["file"].startswith("commands/barista")]
    everybody = sorted({each["speaker_cluster"] for each in drinkers})
    reported = everybody[_DEVELOPED_ON:]
    return entry.get("speaker_cluster") not in reported


def texts(corpus: Path) -> Iterator[Clip]:
    """Recorded people whose words are known."""
    yield from clips(corpus, [e for e in manifest(corpus) if e["file"].startswith(_TEXTS)])


def noises(corpus: Path) -> Iterator[Clip]:
    """Coughs, animals, machines, dishes, music: every second of each kind, the rest taught us."""
    folders = ("barge_in/cough", "barge_in/esc10", "noise/")
    for entry in [each for each in manifest(corpus) if each["file"].startswith(folders)][::2]:
        sound = wav.read(corpus / entry["file"]) / 32768
        longest = LONGEST
        for at in range(0, min(len(sound), 5 * longest), longest):
            part = sound[at : at + longest]
            if np.abs(part).max() > 0.001:
                yield Clip(f"{entry['file']} {at // RATE} s", part, 0)


def clips(corpus: Path, entries: Iterable[dict[str, Any]]) -> Iterator[Clip]:
    """Those that somebody speaks in."""
    voice = SileroVad()
    for entry in entries:
        sound = wav.read(corpus / entry["file"]) / 32768
        begin = onset(sound, voice)
        if begin is not None:
            first = max(0, begin - _BEFORE)
            text = entry.get("text") or ""
            length = LONGEST if text else _SPEECH
            yield Clip(entry["file"], sound[first : first + length], begin - first, text)


def onset(sound: Floats, voice: SileroVad) -> int | None:
    """Where speech begins: with the first loud sound that leads up to the voice detector's speech.

    Loud is what is near the speech's level and stands out of the recording's own background, in the
    band of vowels or in that of "s". A breath or a click with a pause behind it is not yet speech;
    the closure of a plosive is no pause. Where a click runs on into a loud background, there is no
    pause: so speech does not begin before the detector, which hears the recording backwards, too,
    has let go of it. (Forwards it hears speech late, backwards it lets go late.)
    """
    pcm = np.clip(np.rint(sound * 32768), -32768, 32767).astype(np.int16)
    voice.reset()
    voiced = voice.probabilities(pcm) > _SPEAKS
    if voiced.sum() < _LEAST_VOICED:
        return None
    loud = _loud(sound)
    lasting = np.flatnonzero(loud[:-2] & loud[1:-1] & loud[2:])
    heard = int(np.argmax(voiced)) * FRAME // _HOP
    gone = _let_go(pcm, voice, heard * _HOP) // _HOP
    first = next((int(hop) for hop in lasting if hop >= heard), None)
    led = (lasting < heard) & (lasting >= max(gone, heard - _LOOK_BACK))
    for hop in lasting[led][::-1]:
        if first is not None and hop < min(first, heard) - _PAUSE:
            break
        first = int(hop)
    return first * _HOP if first is not None else None


def _let_go(pcm: Pcm, voice: SileroVad, heard: int) -> int:
    """The sample where the voice detector, hearing a recording from its end, lets go of the speech
    that it hears at sample `heard` when it goes forwards."""
    voice.reset()
    back = voice.probabilities(pcm[::-1])
    begins = len(pcm) - FRAME * np.arange(1, len(back) + 1)
    silent = (back < _SILENT) & (begins < heard)
    return max(0, int(begins[np.argmax(silent)]) + FRAME) if silent.any() else 0


def _loud(sound: Floats) -> npt.NDArray[np.bool_]:
    """Which hops of a recording are loud."""
    hops = sound[: len(sound) // _HOP * _HOP].reshape(-1, _HOP)
    power = np.square(np.abs(np.fft.rfft(hops))) * 2 / _HOP**2
    least = level_db(sound) - _SOFT_DB
    loud = np.zeros(len(hops), bool)
    for band in (power[:, 1:_HISS], power[:, _HISS:]):
        db = 10 * np.log10(band.sum(axis=1) + 1e-12)
        loud |= db > max(least, np.percentile(db, _BACKGROUND) + _CLEAR_DB)
    return loud
