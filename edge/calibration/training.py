"""One's own wake word: from a phrase, the voice at hand and a few recordings to a model.

Every figure that is told of a model is of sound that the model was not trained on: the recordings,
the generated voices and the negatives are dealt into parts, and each part is judged by a model of
the others. The model that is written is then trained on all.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from edge.calibration.bounds import Estimate, Tail, per_hour, share
from edge.calibration.features import (
    PER_HOUR,
    Embedder,
    Listener,
    Negatives,
    Sound,
    Windows,
    windows,
)
from edge.calibration.legible import legible
from edge.calibration.reader import Reader
from edge.calibration.rooms import Rng, augmented, word_end
from edge.calibration.voices import Talkers
from edge.calibration.wordmodel import Floats, WordModel
from edge.errors import HearingError
from edge.events import RATE, Pcm
from edge.hearing.reading import Ask, zone_of
from edge.hearing.wake import FRAME, NEVER, VOICED

TARGET = 0.4
"""False wakes an hour that the threshold is set to."""
BEYOND = 4.0
"""So many times more false wakes came of voices and microphones that no part held than the tail of
the parts tells: of "computer" and "jarvis", in an hour."""
ACCEPTED = 0.5
"""False wakes an hour that a good word stays under …"""
RECALL = 0.8
"""… while so many of the generated voices, half of them in noise, are heard."""

_FOLDS = 3
_SPOKEN = 140
_TWICE = 2
_NEAR = 70
_OWN_TIMES = 12
_OWN_WEIGHT = 4
"""What one recording counts beside a generated voice."""
_LEAD, _TAIL = RATE, RATE // 2
_BEFORE, _AFTER = RATE // 25, RATE // 4
_APART = 25
_SHORT = 60
_STRESS = frozenset("ˈˌː .,")
_VOWELS = "aeiouæɐɑɒɔəɚɛɜɪʊʌ"
"""In a row they count as one sound: a diphthong."""
_LEAST_SOUNDS = 4

Say = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Clip:
    """The word, somewhere in a stretch of sound."""

    sound: Sound
    at: slice
    """The frames at which the word is over."""
    group: int
    """Clips of one recording are never in the training and in the test part."""
    own: bool
    plain: bool
    """As it was recorded, without anything added."""

    @property
    def windows(self) -> Windows:
        """What the word's models take."""
        return self.sound.windows


@dataclass(frozen=True, slots=True)
class Material:
    """All that a model is trained on and judged by."""

    clips: tuple[Clip, ...]
    near: tuple[Windows, ...]
    """Phrases that nearly sound like the word."""
    other: tuple[Sound, ...]
    parts: tuple[int, ...]
    """For each of `other` the part that it is dealt into; −1: it is always trained on."""
    word: str = ""

    @property
    def held(self) -> tuple[tuple[int, Sound], ...]:
        """What false wakes are counted in, with its part."""
        dealt = zip(self.parts, self.other, strict=True)
        return tuple((part, each) for part, each in dealt if part >= 0)

    @property
    def hours(self) -> float:
        """Length of what false wakes are counted in."""
        return sum(len(each.windows) for _, each in self.held) / PER_HOUR


@dataclass(frozen=True, slots=True)
class Judged:
    """What models said of sound that they were not trained on, as log odds."""

    clips: tuple[Floats, ...]
    near: tuple[Floats, ...]
    other: tuple[Floats, ...]


@dataclass(frozen=True, slots=True)
class Report:
    """What to expect of a word."""

    word: str
    heard: Estimate
    """Of the generated voices, most of them in rooms and noise."""
    own: Estimate | None
    """Of one's own recordings, as they are."""
    false_per_hour: float
    """By the tail of the scores."""
    counted: Estimate
    """False wakes that were counted, an hour."""
    hours: float
    near: Estimate
    """Phrases that nearly sound like it and were taken for it."""

    @property
    def good(self) -> bool:
        """Whether the word is fit for use."""
        return self.false_per_hour <= ACCEPTED and self.heard.value >= RECALL

    def sentence(self) -> str:
        """The report in words."""
        own = f"your own recordings {self.own.percent()}, " if self.own else ""
        return (
            f"'{self.word}': heard of {own}generated voices in rooms and noise "
            f"{self.heard.percent()}; expect {self.false_per_hour:.2g} false wakes an hour "
            f"({self.counted.value:.2g} counted in {60 * self.hours:.0f} minutes, at most "
            f"{self.counted.high:.2g}); of phrases that nearly sound like it {self.near.percent()}"
        )

    def as_data(self) -> dict[str, Any]:
        """For `--json`."""
        return {
            "word": self.word,
            "recall_generated": self.heard.as_data(),
            "recall_own": self.own.as_data() if self.own else None,
            "false_per_hour": round(self.false_per_hour, 3),
            "false_per_hour_counted": self.counted.as_data(),
            "hours": round(self.hours, 3),
            "near_misses": self.near.as_data(),
            "good": self.good,
        }


@dataclass(frozen=True, slots=True)
class Trained:
    """A word's model, with 0.5 for its threshold, and its report."""

    model: WordModel
    report: Report
    read: bool
    """Whether the recogniser reads the word, and so may object."""


def train(
    word: str,
    own: Sequence[Pcm],
    negatives: Sequence[Pcm],
    noises: Sequence[Pcm],
    say: Say = lambda line: None,
    seed: int = 1,
    ask: Ask | None = None,
) -> Trained:
    """Train a model for a phrase.

    `own`: recordings of it; `negatives`: recordings without it (a text that was read); `noises`:
    the room. All three may be empty. `ask`: the recogniser, if it is to be asked later too.
    Raises HearingError where the word is not fit for one.
    """
    material = gather(word, own, negatives, noises, say, seed)
    say("training, and judging each part by models of the others")
    return judge(word, material, ask)


def judge(word: str, material: Material, ask: Ask | None = None) -> Trained:
    """A model of all that was gathered, and what to expect of it. Raises HearingError."""
    judged = cross_validate(material)
    tail = Tail.of(false_peaks(material, judged.other), material.hours, cautious=True)
    threshold = tail.score_for(TARGET / BEYOND)
    read = ask is not None and legible(word, ask)
    reader = Reader(name(word), zone_of("openwakeword", trained=True, read=read), ask)
    report = describe(reader, material, judged, threshold, tail)
    if not report.good and report.own is None:
        refuse(word, judged, tail)
    return Trained(fitted(material).moved(threshold), report, read)


def describe(
    reader: Reader, material: Material, judged: Judged, threshold: float, tail: Tail
) -> Report:
    """What a threshold leads to. Generated voices and one's own are read, other sound is not."""
    said = list(zip(material.clips, judged.clips, strict=True))
    made = [reader.hears(c.sound, odds, odds, threshold) for c, odds in said if not c.own]
    own = [reader.hears(c.sound, odds, odds, threshold) for c, odds in said if c.own and c.plain]
    surely = threshold + reader.sure
    wakes = sum(peak >= surely for peak in false_peaks(material, judged.other))
    near = [float(odds.max(initial=-99)) >= surely for odds in judged.near]
    return Report(
        material.word,
        share(sum(made), len(made)),
        share(sum(own), len(own)) if own else None,
        BEYOND * tail.rate_at(surely),
        per_hour(wakes, material.hours),
        material.hours,
        share(sum(near), len(near)),
    )


def refuse(word: str, judged: Judged, tail: Tail) -> None:
    """Say what a word would do if it were to be heard nine times of ten. Raises HearingError."""
    scores = [float(odds.max()) for odds in judged.clips]
    wakes = BEYOND * tail.rate_at(float(np.percentile(scores, 10)))
    raise HearingError(
        f"'{word}' is no good wake word: expect {wakes:.0f} false wakes an hour if it is to be "
        "heard nine times of ten; take a longer one, of three syllables or more"
    )


def check_word(word: str, talkers: Talkers) -> tuple[str, ...]:
    """The word's phonemes. Raises HearingError where it is too short to be told from speech."""
    symbols = talkers.phonemes(word)
    spoken = "".join(symbol for symbol in symbols if symbol not in _STRESS)
    sounds = len(re.findall(f"[{_VOWELS}]+|[^{_VOWELS}]", spoken))
    if sounds < _LEAST_SOUNDS:
        raise HearingError(
            f"'{word}' is too short for a wake word: its {sounds} sounds are in every other "
            "sentence; take one of three syllables or more"
        )
    return symbols


# ── what it is trained on ────────────────────────────────────────────────────────────────────


def gather(
    word: str,
    own: Sequence[Pcm],
    negatives: Sequence[Pcm],
    noises: Sequence[Pcm],
    say: Say,
    seed: int = 1,
) -> Material:
    """Speak, augment and embed all that is needed."""
    return personal(general(word, say, seed), own, negatives, noises, say, seed)


def general(word: str, say: Say, seed: int = 1) -> Material:
    """What is made of the word alone: generated voices, near misses, the negatives that ship."""
    rng = np.random.default_rng(seed)
    talkers, embed = Talkers(), Embedder()
    symbols = check_word(word, talkers)
    say(f"speaking '{word}' {_SPOKEN} times, and {_NEAR} phrases that nearly sound like it")
    clips = [
        _made(augmented(pcm, (), rng, _LEAD, _TAIL), _LEAD + len(pcm), embed, group)
        for group, pcm in enumerate(talkers.say(word, rng) for _ in range(_SPOKEN))
        for _ in range(_TWICE)
    ]
    near = [
        windows(embed(augmented(talkers.sound(each, rng), (), rng, _LEAD, _TAIL)))
        for each in near_misses(symbols, rng, _NEAR)
    ]
    shipped = Negatives.shipped()
    dealt = zip(shipped.sounds(name(word)), shipped.parts(_FOLDS), strict=True)
    other, parts = zip(*((each, part) for each, part in dealt if len(each.windows)), strict=True)
    return Material(tuple(clips), tuple(near), other, parts, word)


def personal(
    material: Material,
    own: Sequence[Pcm],
    negatives: Sequence[Pcm],
    noises: Sequence[Pcm],
    say: Say,
    seed: int = 1,
) -> Material:
    """The same with one's own recordings, of the word and without it, and the room's noise."""
    if not own and not negatives and not noises:
        return material
    say(f"placing {len(own)} recordings in rooms and noise")
    hear = Listener(name(material.word))
    rng = np.random.default_rng(seed)
    other = [hear(pcm) for pcm in (*negatives, *noises) if len(pcm) >= FRAME]
    return Material(
        (*material.clips, *_owned(own, noises, hear, rng)),
        material.near,
        (*material.other, *other),
        (*material.parts, *(number % _FOLDS for number in range(len(other)))),
        material.word,
    )


def name(word: str) -> str:
    """What a phrase is called as a model."""
    return "_".join(word.lower().split())


def near_misses(symbols: Sequence[str], rng: Rng, count: int) -> Iterator[tuple[str, ...]]:
    """Phrases made of the word's phonemes: its parts, its parts twice, and some of them changed."""
    sounds = [symbol for symbol in symbols if symbol.isalpha()]
    places = [n for n, symbol in enumerate(symbols) if symbol.isalpha() and symbol not in _STRESS]
    alphabet = list("bdfɡhjklmnprstvwzæɛɪiʊuəɑoe")
    for number in range(count):
        if number % 3 == 0:  # the first or the last half, and a little more
            cut = len(symbols) // 2 + int(rng.integers(-1, 2))
            yield tuple(symbols[:cut] if rng.random() < 0.5 else symbols[cut:]) or ("ə",)
            continue
        changed = list(symbols)
        for place in rng.permutation(places)[: max(2, round(0.4 * len(places)))]:
            changed[place] = alphabet[rng.integers(len(alphabet))]
        yield tuple(changed if sounds else ("ə",))


def _owned(own: Sequence[Pcm], noises: Sequence[Pcm], hear: Listener, rng: Rng) -> list[Clip]:
    """Each recording as it is, and in other rooms and noises."""
    clips = []
    for number, pcm in enumerate(own):
        group = _SPOKEN + number
        at = _over(_LEAD + word_end(pcm))
        clips.append(Clip(hear(np.pad(pcm, (_LEAD, _TAIL))), at, group, True, True))
        for _ in range(_OWN_TIMES - 1):
            sound = augmented(pcm, noises, rng, _LEAD, _TAIL)
            clips.append(Clip(hear(sound), at, group, True, False))
    return clips


def _made(pcm: Pcm, end: int, embed: Embedder, group: int) -> Clip:
    sound = replace(Sound.unheard(windows(embed(pcm))), pcm=pcm)
    return Clip(sound, _over(end), group, False, False)


def _over(end: int) -> slice:
    """The frames at which a word is over that ends at a sample."""
    return slice(max(0, -(-(end - _BEFORE) // FRAME) - 1), (end + _AFTER) // FRAME)


# ── fitting and judging ──────────────────────────────────────────────────────────────────────


def fitted(material: Material, part: int | None = None) -> WordModel:
    """A model of all, or of all but one part."""
    clips = [clip for clip in material.clips if part is None or clip.group % _FOLDS != part]
    word = [clip.windows[clip.at] for clip in clips for _ in range(_OWN_WEIGHT if clip.own else 1)]
    near = [each for n, each in enumerate(material.near) if part is None or n % _FOLDS != part]
    dealt = zip(material.parts, material.other, strict=True)
    rest = [each for number, each in dealt if part is None or number != part]
    other = [
        each[::2] if len(each) > _SHORT else each
        for each in (*near, *(sound.windows for sound in rest))
    ]
    return WordModel.fit(np.concatenate(word), np.concatenate(other))


def cross_validate(material: Material) -> Judged:
    """Log odds of everything, each by a model that knew nothing of it."""
    models = [fitted(material, part) for part in range(_FOLDS)]
    return Judged(
        tuple(models[clip.group % _FOLDS](clip.windows) for clip in material.clips),
        tuple(models[n % _FOLDS](each) for n, each in enumerate(material.near)),
        tuple(models[part](each.windows) for part, each in material.held),
    )


def false_peaks(material: Material, odds: Sequence[Floats], *, voiced: int = VOICED) -> list[float]:
    """The highest odds of each two seconds of what is not the word: one wake at most comes of them.

    Where nobody speaks a word of one's own is not heard.
    """
    return [
        float(odd[start : start + _APART].max())
        for (_, sound), each in zip(material.held, odds, strict=True)
        for odd in (np.where(sound.voiced >= voiced, each, NEVER),)
        for start in range(0, len(odd), _APART)
    ]
