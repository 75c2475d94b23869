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
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import chain
from pathlib import Path
from typing import Any

import numpy as np
import soxr
from rapidfuzz.distance import Levenshtein

from edge.audio.speaker import VirtualSpeaker
from edge.bench import recordings
from edge.bench.apart import taken_away
from edge.bench.figures import distribution
from edge.bench.recordings import LONGEST, Clip
from edge.bench.room import BLOCK, Floats, Paths
from edge.bench.stage import Judge, Seen, Stage, answers, echo_level, placed, sentence
from edge.bench.turn import Tell
from edge.config.schema import Config
from edge.daemon import engines
from edge.engines import Engines
from edge.events import RATE, Pcm, Utterance
from edge.hearing.barge_in import has_words
from edge.hearing.phantoms import words
from edge.talk import Talk

LEVELS = (40, 70, 100)
SIGNAL_TO_ECHO = (0, -6, -12)
VOLUME = 70
CLOCKS_APART = (0, 50, 100)
"""By how many samples in a million the microphone's clock is faster than the loudspeaker's."""
_AT = 4 * RATE
"""When somebody speaks: the canceller has had so long to learn the room."""
_LENGTH = _AT + LONGEST
_IN_TIME = int(1.5 * RATE)
_FLOOR_DB = -62
_CUTS = 40
_TIMED = 30 * RATE


async def measure(
    config: Config, corpus: Path, minutes: float, limit: int | None, tell: Tell
) -> dict[str, Any]:
    """Run the bench; the result is the object of the contract."""
    corpus = recordings.place(corpus)
    paths = recordings.rooms(corpus)
    async with engines(config) as ready:
        speech = answers(ready.mouth.voice, max(60, minutes * 60))
        tell(f"{minutes} minutes of answers")
        bench = Bench(config, ready, paths, speech)
        spoken = bench.spoken_into(recordings.some(recordings.people(corpus), limit), tell)
        noises = bench.noises(recordings.some(recordings.noises(corpus), limit and 2 * limit), tell)
        heard = await _heard(ready)
        wer = await bench.words(recordings.some(recordings.texts(corpus), limit), tell)
        alone = bench.alone(int(minutes * 60 * RATE), tell)
    return {"minutes": minutes, **alone, **bench.canceller(), **spoken, **noises, **heard, **wer}


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
        """What cancelling costs, and what it takes away when clocks part."""
        paths = self._rooms["far"]
        quiet = self._quiet[:_TIMED]
        answer = self._speech[:_TIMED]
        spent = self._stage.canceller_cpu_s(paths, answer, quiet, VOLUME)
        taken = {
            str(ppm): round(taken_away(paths, answer, _FLOOR_DB, ppm), 1) for ppm in CLOCKS_APART
        }
        return {
            "canceller_cpu_s_per_audio_s": round(spent * RATE / _TIMED, 4),
            "echo_taken_away_db_by_ppm": taken,
        }

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
                await self._count(over, seen.utterance, clip.text)
                await self._count(alone, silent.utterance, clip.text)
        rates = [round(100 * wrong / max(1, total), 1) for wrong, total in (over, alone)]
        tell(f"word error rate {rates[0]} %, without an answer {rates[1]} %")
        return {"wer": rates[0], "wer_without_echo": rates[1], "wer_words": over[1]}

    async def _count(self, into: list[int], said: Utterance, text: str) -> None:
        found = await self._ready.recognise(said, final=True)
        into[0] += Levenshtein.distance(words(found.text), words(text))
        into[1] += len(words(text))

    def _judge(self, said: Utterance) -> bool:
        look, voiced_ms = self._ready.recogniser.transcribe, said.voiced_ms
        job = self._ready.asr.submit(lambda: look(said.pcm, final=True, voiced_ms=voiced_ms))
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
        truth = await better.recognise(Utterance(played, len(played) * 1000 // RATE), final=True)
        right += abs(len(heard) - sounded(truth.text, sentence(number))) <= 1
    return {"heard_within_one_word": round(right / _CUTS, 4), "cuts": _CUTS}


def sounded(recognised: str, sentence: str) -> int:
    """How many words of a sentence sounded: of those that the most similar beginning has.

    The recogniser's words are not counted: it writes two for "Montreal", and one for a syllable.
    """
    said, told = words(sentence), " ".join(words(recognised))
    beginnings = [" ".join(said[:count]) for count in range(len(said) + 1)]
    return min(range(len(beginnings)), key=lambda n: Levenshtein.distance(beginnings[n], told))
