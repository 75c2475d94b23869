"""Can it be interrupted, and by whom? In simulated rooms, with recorded people and noises.

`--corpus DIR` is a folder of recordings with a manifest.jsonl (`file`, `text`, `speaker`,
`speaker_cluster`) and impulse responses in `rir/`. What the canceller and the detector were
developed on (two rooms, one reader, three of the six coffee drinkers) is not used here.

A stop counts from the silence that lasted: a hold that the assistant takes back, because no voice
followed or what was said has no words, is none. How many noises hold an answer, and for how long,
is told apart from how many end it.

All times are times of sound: a sound card adds its own buffer to the way to silence.
"""

import dataclasses
import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import chain
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import soxr
from rapidfuzz.distance import Levenshtein

from edge.audio import wav
from edge.audio.speaker import VirtualSpeaker
from edge.bench.figures import distribution
from edge.bench.room import BLOCK, Floats, Paths, level_db, response
from edge.bench.stage import DELAY, Judge, Seen, Stage, answers, echo_level, placed, sentence
from edge.bench.turn import Tell
from edge.config import Config
from edge.daemon import engines
from edge.errors import UsageError
from edge.events import RATE, Pcm
from edge.hearing.barge_in import has_words
from edge.hearing.phantoms import words
from edge.hearing.vad import FRAME, SileroVad
from edge.talk import Talk
from edge.underway import Engines

LEVELS = (40, 70, 100)
SIGNAL_TO_ECHO = (0, -6, -12)
VOLUME = 70
_ROOMS = {"far": ("rir1", "rir2"), "large": ("rir3", "rir2")}
"""Impulse responses of the loudspeaker and of the user."""
_DEVELOPED_ON, _DEVELOPED_READER = 3, "1688"
_TEXTS = ("commands/home_assistant_real", "barge_in/stop_word")
_BEFORE = RATE // 8
_HOP = RATE // 100
_LOOK_BACK, _PAUSE, _SOFT_DB, _LEAST_VOICED = 50, 10, 20, 4
"""How long before the voice detector hears it speech may begin, and how long a pause within it may
be (in hops of 10 ms); how far below its level it may be; how much there has to be."""
_BACKGROUND, _CLEAR_DB = 10, 6
"""A recording's quietest tenth, and by how much speech stands out of it."""
_HISS = 3000 * _HOP // RATE
"""The band of "s" and "t" begins at 3 kHz."""
_AT = 4 * RATE
"""When somebody speaks: the canceller has had so long to learn the room."""
_LENGTH = 8 * RATE
_SPEECH = int(2.5 * RATE)
_IN_TIME = int(1.5 * RATE)
_FLOOR_DB = -62
_CUTS = 40
_TIMED = 30 * RATE


async def measure(
    config: Config, corpus: Path, minutes: float, limit: int | None, tell: Tell
) -> dict[str, Any]:
    """Run the bench; the result is the object of the contract."""
    rooms = _rooms(corpus)
    async with engines(config) as ready:
        speech = answers(ready.mouth.voice, max(60, minutes * 60))
        tell(f"{minutes} minutes of answers")
        bench = Bench(config, ready, rooms, speech)
        spoken = bench.spoken_into(_some(_people(corpus), limit), tell)
        noises = bench.noises(_some(_noises(corpus), limit and 2 * limit), tell)
        heard = await _heard(ready)
        wer = await bench.words(_some(_texts(corpus), limit), tell)
        alone = bench.alone(int(minutes * 60 * RATE), tell)
    return {"minutes": minutes, **alone, **bench.canceller(), **spoken, **noises, **heard, **wer}


@dataclass(frozen=True, slots=True)
class Clip:
    """A recording, from just before its first sound on."""

    name: str
    sound: Floats
    begin: int
    """Where its speech begins."""
    text: str = ""


@dataclass(slots=True)
class Stops:
    """How people stopped it, at one level."""

    people: int = 0
    early: int = 0
    """Held before anybody spoke."""
    silenced: int = 0
    """Brought silence in time, if only until it was taken for nothing."""
    waits: list[float] = field(default_factory=list)
    """From the start of speech to the silence that lasted, in milliseconds."""
    fades: list[float] = field(default_factory=list)
    """From the decision to silence."""

    def add(self, seen: Seen, begin: int) -> None:
        """Somebody began to speak at sample `begin`. A hold that was taken back is none."""
        self.people += 1
        if any(hold.at < begin for hold in seen.holds):
            self.early += 1
            return
        for hold in seen.holds:
            if hold.silence_at is None or hold.silence_at - begin >= _IN_TIME:
                break
            self.silenced += hold is seen.holds[0]
            if hold is seen.stop:
                self.waits.append((hold.silence_at - begin) * 1000 / RATE)
                self.fades.append((hold.silence_at - hold.at) * 1000 / RATE)

    def share(self, count: int) -> float:
        """Of the people."""
        return round(count / max(1, self.people), 4)

    @property
    def hit(self) -> float:
        """The share of people who brought silence within 1.5 s, and were understood to mean it."""
        return self.share(len(self.waits))


class Bench:
    """The parts that all figures are measured with."""

    def __init__(
        self, config: Config, ready: Engines, rooms: dict[str, Paths], speech: Pcm
    ) -> None:
        self._stage = Stage(config.endpoint)
        self._ready = ready
        self._rooms = rooms
        self._speech = speech
        noise = np.random.default_rng(1).normal(0, 10 ** (_FLOOR_DB / 20), len(speech))
        self._quiet: Floats = noise
        self._levels: dict[tuple[str, int], float] = {}

    def alone(self, length: int, tell: Tell) -> dict[str, Any]:
        """Nobody speaks: every stop is the assistant interrupting itself."""
        found: dict[str, int] = {}
        ducked = played = 0
        for room, paths in self._rooms.items():
            for volume in LEVELS:
                quiet = self._quiet[:length]
                seen = self._stage.alone(paths, self._speech[:length], quiet, volume)
                found[f"{room} {volume}"] = len(seen.holds)
                ducked, played = ducked + seen.ducked, played + length
                tell(f"alone in the room '{room}' at volume {volume}: {len(seen.holds)}")
        return {
            "self_interruptions": sum(found.values()),
            "alone": found,
            "alone_ducked_s_per_minute": round(60 * ducked / max(1, played), 2),
        }

    def canceller(self) -> dict[str, Any]:
        """What cancelling costs."""
        paths = self._rooms["far"]
        quiet = self._quiet[:_TIMED]
        spent = self._stage.canceller_cpu_s(paths, self._speech[:_TIMED], quiet, VOLUME)
        return {"canceller_cpu_s_per_audio_s": round(spent * RATE / _TIMED, 4)}

    def spoken_into(self, people: Sequence[Clip], tell: Tell) -> dict[str, Any]:
        """People speak into the answer at several levels against the echo."""
        found = {str(ratio): Stops() for ratio in SIGNAL_TO_ECHO}
        for ratio in SIGNAL_TO_ECHO:
            stops = found[str(ratio)]
            for number, clip in enumerate(people):
                seen, begin = self._interrupted(clip, number, ratio, self._judge)
                stops.add(seen, begin)
            tell(f"signal to echo {ratio} dB: {stops.hit:.1%} of {len(people)}")
        return {
            "people": len(people),
            "hit": {key: stops.hit for key, stops in found.items()},
            "silenced": {key: stops.share(stops.silenced) for key, stops in found.items()},
            "too_early": {key: stops.early for key, stops in found.items()},
            "speech_to_silence_ms": distribution(chain(*(s.waits for s in found.values()))),
            "speech_to_silence_by_level_ms": {
                key: distribution(stops.waits) for key, stops in found.items()
            },
            "decision_to_silence_ms": distribution(chain(*(s.fades for s in found.values()))),
        }

    def noises(self, noises: Sequence[Clip], tell: Tell) -> dict[str, Any]:
        """Coughs and noises, as loud as the answer: who holds it, how long, and who stops it?"""
        held: list[str] = []
        stopped: list[str] = []
        lengths: list[float] = []
        for number, clip in enumerate(noises):
            seen, _ = self._interrupted(clip, number, 0, self._judge)
            back = [hold for hold in seen.holds if hold.resumed_at is not None]
            lengths += [((hold.resumed_at or 0) - hold.at) * 1000 / RATE for hold in back]
            if seen.holds:
                held.append(clip.name)
            if seen.stop is not None:
                stopped.append(clip.name)
        tell(f"noises: {len(held)} held the answer, {len(stopped)} stopped it, of {len(noises)}")
        return {
            "noise_stops": round(len(stopped) / max(1, len(noises)), 4),
            "noise_holds": round(len(held) / max(1, len(noises)), 4),
            "noise_hold_ms": distribution(lengths),
            "noises": len(noises),
            "noises_that_stop": stopped,
            "noises_that_hold": held,
        }

    async def words(self, people: Sequence[Clip], tell: Tell) -> dict[str, Any]:
        """Word error rate of what is said into the answer, beside the same without an answer."""
        over, alone = [0, 0], [0, 0]
        for number, clip in enumerate(each for each in people if each.text):
            seen, _ = self._interrupted(clip, number, 0)
            silent, _ = self._interrupted(clip, number, 0, answer=False)
            if seen.stop is not None and silent.stop is not None:
                await self._count(over, seen.utterance, seen.voiced_ms, clip.text)
                await self._count(alone, silent.utterance, silent.voiced_ms, clip.text)
        rates = [round(100 * wrong / max(1, total), 1) for wrong, total in (over, alone)]
        tell(f"word error rate {rates[0]} %, without an answer {rates[1]} %")
        return {"wer": rates[0], "wer_without_echo": rates[1], "wer_words": over[1]}

    async def _count(self, into: list[int], pcm: Pcm, voiced_ms: int, text: str) -> None:
        found = await self._ready.recognise(pcm, voiced_ms, final=True)
        into[0] += Levenshtein.distance(words(found.text), words(text))
        into[1] += len(words(text))

    def _judge(self, pcm: Pcm, voiced_ms: int) -> bool:
        look = self._ready.recogniser.transcribe
        job = self._ready.asr.submit(lambda: look(pcm, final=True, voiced_ms=voiced_ms))
        return has_words(job.result(), voiced_ms)

    def _interrupted(
        self,
        clip: Clip,
        number: int,
        ratio: int,
        judge: Judge | None = None,
        *,
        answer: bool = True,
    ) -> tuple[Seen, int]:
        """Somebody speaks into an answer; what was seen, and where the speech began."""
        room = list(self._rooms)[number % len(self._rooms)]
        paths = self._rooms[room]
        first = number * _LENGTH % max(1, len(self._speech) - _LENGTH)
        said = self._speech[first : first + _LENGTH]
        level = self._level(room, said, number) + ratio
        beside = placed(clip.sound, paths.user, level, _AT, self._quiet[:_LENGTH])
        if not answer:
            said = np.zeros_like(said)
        seen = self._stage.interrupted(paths, said, beside, VOLUME, judge)
        return seen, _AT + clip.begin

    def _level(self, room: str, said: Pcm, number: int) -> float:
        key = room, number
        if key not in self._levels:
            self._levels[key] = echo_level(self._rooms[room], said, VOLUME)
        return self._levels[key]


# ── what was heard ───────────────────────────────────────────────────────────────────────────


async def _heard(ready: Engines) -> dict[str, Any]:
    """Cut answers in mid-word: are as many words taken for heard as were played?"""
    right = 0
    for number in range(_CUTS):
        speaker = VirtualSpeaker(ready.mouth.rate)
        talk = Talk(ready.mouth, ready.tts, speaker)
        talk.extend(sentence(number))
        talk.close()
        await talk.run(lambda: None)
        for _ in range(int((0.8 + 0.07 * number) * RATE) // BLOCK):
            speaker.advance(BLOCK)
        heard = words(talk.hold())
        speaker.advance(RATE // 10)
        played = soxr.resample(speaker.replies[0], ready.mouth.rate, RATE)
        better = dataclasses.replace(ready, recogniser=ready.second or ready.recogniser)
        truth = await better.recognise(played, len(played) * 1000 // RATE, final=True)
        right += abs(len(heard) - sounded(truth.text, sentence(number))) <= 1
    return {"heard_within_one_word": round(right / _CUTS, 4), "cuts": _CUTS}


def sounded(recognised: str, sentence: str) -> int:
    """How many words of a sentence sounded: of those that the most similar beginning has.

    The recogniser's words are not counted: it writes two for "Montreal", and one for a syllable.
    """
    said, told = words(sentence), " ".join(words(recognised))
    beginnings = [" ".join(said[:count]) for count in range(len(said) + 1)]
    return min(range(len(beginnings)), key=lambda n: Levenshtein.distance(beginnings[n], told))


# ── recordings ───────────────────────────────────────────────────────────────────────────────


def _some(clips: Iterable[Clip], limit: int | None) -> list[Clip]:
    """At most so many, from all over."""
    found = list(clips)
    every = max(1, len(found) // limit) if limit else 1
    return found[::every][:limit]


def _rooms(corpus: Path) -> dict[str, Paths]:
    def path(name: str) -> Floats:
        return response(wav.read(corpus / "rir" / f"{name}.flac") / 32768)

    return {name: Paths(path(echo), path(user), DELAY) for name, (echo, user) in _ROOMS.items()}


def _manifest(corpus: Path) -> Iterator[dict[str, Any]]:
    manifest = corpus / "manifest.jsonl"
    if not manifest.is_file():
        raise UsageError(f"{corpus}: has no manifest.jsonl")
    for line in manifest.read_text(encoding="utf-8").splitlines():
        yield json.loads(line)


def _people(corpus: Path) -> Iterator[Clip]:
    """People that nothing was developed on: ordering coffee, reading, commanding, saying "stop"."""
    entries = list(_manifest(corpus))
    others = ("commands/barista", "negatives_speech/librispeech")
    told = [each for each in entries if each["file"].startswith(others)]
    yield from _clips(corpus, [each for each in told if not developed_on(each, entries)])
    yield from _texts(corpus)


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


def _texts(corpus: Path) -> Iterator[Clip]:
    """Recorded people whose words are known."""
    yield from _clips(corpus, [e for e in _manifest(corpus) if e["file"].startswith(_TEXTS)])


def _noises(corpus: Path) -> Iterator[Clip]:
    """Coughs, animals, machines, dishes, music: every second of each kind, the rest taught us."""
    folders = ("barge_in/cough", "barge_in/esc10", "noise/")
    for entry in [each for each in _manifest(corpus) if each["file"].startswith(folders)][::2]:
        sound = wav.read(corpus / entry["file"]) / 32768
        longest = _LENGTH - _AT
        for at in range(0, min(len(sound), 5 * longest), longest):
            part = sound[at : at + longest]
            if np.abs(part).max() > 0.001:
                yield Clip(f"{entry['file']} {at // RATE} s", part, 0)


def _clips(corpus: Path, entries: Iterable[dict[str, Any]]) -> Iterator[Clip]:
    voice = SileroVad()
    for entry in entries:
        sound = wav.read(corpus / entry["file"]) / 32768
        begin = onset(sound, voice)
        if begin is not None:
            first = max(0, begin - _BEFORE)
            text = entry.get("text") or ""
            length = _LENGTH - _AT if text else _SPEECH
            yield Clip(entry["file"], sound[first : first + length], begin - first, text)


def onset(sound: Floats, voice: SileroVad) -> int | None:
    """Where speech begins: with the first loud sound that leads up to the voice detector's speech.

    Loud is what is near the speech's level and stands out of the recording's own background, in the
    band of vowels or in that of "s". A breath or a click with a pause behind it is not yet speech;
    the closure of a plosive is no pause.
    """
    voice.reset()
    pcm = np.clip(np.rint(sound * 32768), -32768, 32767).astype(np.int16)
    voiced = np.flatnonzero(voice.probabilities(pcm) > 0.5)
    if len(voiced) < _LEAST_VOICED:
        return None
    loud = _loud(sound)
    lasting = np.flatnonzero(loud[:-2] & loud[1:-1] & loud[2:])
    heard = int(voiced[0]) * FRAME // _HOP
    first = next((int(hop) for hop in lasting if hop >= heard), None)
    for hop in lasting[(lasting < heard) & (lasting >= heard - _LOOK_BACK)][::-1]:
        if first is not None and hop < min(first, heard) - _PAUSE:
            break
        first = int(hop)
    return first * _HOP if first is not None else None


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
