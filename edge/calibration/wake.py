"""From ten recordings of the wake word, a text that was read and the room's noise: settings.

A threshold alone trades missed wakes for false ones. So a second model is trained on the person
and the room, and the odds of the two are added up; where their threshold lies is decided on sound
that the second was not trained on. Beside two networks the second may only add to what they hear.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from edge.calibration.bounds import Estimate, Tail, per_hour, share
from edge.calibration.features import Sound
from edge.calibration.reader import Reader
from edge.calibration.training import (
    TARGET,
    Judged,
    Material,
    Say,
    cross_validate,
    false_peaks,
    fitted,
    gather,
)
from edge.calibration.wordmodel import Floats, WordModel
from edge.config.schema import Engine
from edge.errors import HearingError
from edge.events import Pcm
from edge.hearing.reading import Ask
from edge.hearing.wake import (
    LIMIT,
    NEVER,
    TOGETHER,
    UNVOICED,
    VOICED,
    agreed,
    fused,
    keyword,
    listeners,
    odds,
    score,
    zone,
)

LEAST_CLIPS = 5
"""From three clips a second model learned the room instead of the word (engines as measured)."""

_UNTUNED = 0.0
"""Log odds that wake where nothing was calibrated."""
_SILENT = 30.0
_QUIETER = (0.0, 2.0, 4.0, 6.0, _SILENT)
"""By so much the second model's odds are turned down until it wakes nobody that slept without it;
with the last it says nothing."""
_ABOVE = 0.5
"""Log odds that the threshold is put above one's own sound that is not the word."""


@dataclass(frozen=True, slots=True)
class Prediction:
    """What to expect of the settings; each figure is of sound that they were not made from."""

    missed: Estimate
    """Share of one's own wakes, said as in the recordings."""
    missed_in_noise: Estimate
    """The same at 20 to −4 dB of signal to noise, and in other rooms."""
    false_per_hour: float
    """By the tail of the scores, where no recogniser is asked."""
    counted: Estimate
    """False wakes an hour, counted."""
    hours: float

    def sentence(self) -> str:
        """In one line, for the config's comment."""
        return (
            f"misses {self.missed.percent()}, in noise {self.missed_in_noise.percent()}; "
            f"{self.false_per_hour:.2g} false wakes an hour, {self.counted.value:.2g} counted "
            f"in {60 * self.hours:.0f} minutes"
        )

    def lines(self) -> list[str]:
        """For a person; the bounds hold with 95 % confidence."""
        return [
            f"missed wakes  {self.missed.percent()} as you said it,",
            f"              {self.missed_in_noise.percent()} in noise and other rooms",
            f"false wakes   {self.false_per_hour:.2g} an hour by the tail of the scores;",
            f"              {self.counted.value:.2g} counted in {60 * self.hours:.0f} minutes of "
            f"talk and noise: at most {self.counted.high:.2g}",
        ]

    def as_data(self) -> dict[str, Any]:
        """For `--json`."""
        return {
            "missed": self.missed.as_data(),
            "missed_in_noise": self.missed_in_noise.as_data(),
            "false_per_hour": round(self.false_per_hour, 3),
            "false_per_hour_counted": self.counted.as_data(),
            "hours": round(self.hours, 3),
        }


@dataclass(frozen=True, slots=True)
class Calibrated:
    """Settings for one word, and what to expect."""

    second: WordModel
    threshold: float
    """Of all of them together."""
    engine: Engine
    """What the word's own models are."""
    voiced: int
    prediction: Prediction


def calibrate(
    word: str,
    said: Sequence[Pcm],
    read: Sequence[Pcm],
    room: Sequence[Pcm],
    say: Say = lambda line: None,
    engine: Engine = "both",
    ask: Ask | None = None,
) -> Calibrated:
    """Settings for a word of the manifest, or of an .onnx file. Raises HearingError.

    `ask`: the recogniser, if it will be asked where the networks are in doubt.
    """
    if len(said) < LEAST_CLIPS:
        raise HearingError(
            f"{len(said)} recordings of the wake word are too few: {LEAST_CLIPS} are needed, "
            "10 are better"
        )
    return settle(word, gather(phrase(word), said, read, room, say), say, engine, ask)


def settle(
    word: str,
    material: Material,
    say: Say = lambda line: None,
    engine: Engine = "both",
    ask: Ask | None = None,
) -> Calibrated:
    """The settings that all this recorded and generated sound leads to."""
    heard_by = listeners(word, engine)
    if heard_by == "microwakeword":
        raise HearingError(f"'{word}' is heard by microWakeWord alone, which is not calibrated")
    say("judging each part by models of the others")
    heard = _Heard(word, material, cross_validate(material), heard_by, ask)
    if heard_by == "both":
        return _beside(heard, material)
    threshold = Tail.of(heard.peaks(), material.hours).score_for(TARGET)
    prediction = _predicted(heard, threshold, 0.0)
    return Calibrated(fitted(material).moved(threshold), 0.5, heard_by, VOICED, prediction)


def _beside(heard: "_Heard", material: Material) -> Calibrated:
    """Where two networks listen: what hears all that they hear, and more, and wakes no oftener.

    They were trained on many people: ten recordings are no reason to ask for more than is asked
    without any. A threshold from the tail of the scores made a fifth of what they heard in noise
    inaudible. It is higher only if talk or a room that were recorded here pass it.
    """
    threshold = max(_UNTUNED, heard.own_peak + _ABOVE - heard.sure)
    slept = heard.wakes(threshold, _SILENT)
    down = next(each for each in _QUIETER if heard.wakes(threshold, each) <= slept)
    prediction = _predicted(heard, threshold, down)
    share_of_one = round(1 / (1 + float(np.exp(-threshold))), 4)
    return Calibrated(fitted(material).moved(down), share_of_one, "both", VOICED, prediction)


def _predicted(heard: "_Heard", threshold: float, down: float) -> Prediction:
    return Prediction(
        heard.missed(threshold, down, plain=True),
        heard.missed(threshold, down, plain=False),
        Tail.of(heard.peaks(down), heard.hours).rate_at(threshold + heard.sure),
        per_hour(heard.wakes(threshold, down), heard.hours),
        heard.hours,
    )


def phrase(word: str) -> str:
    """What is said for a word of that name."""
    return Path(word).stem.replace("_", " ")


class _Heard:
    """What the word's own models and the second one say together, as the detector adds it up.

    `down`: by so much the second one's odds are turned down.
    """

    def __init__(
        self, word: str, material: Material, judged: Judged, engine: Engine, ask: Ask | None
    ) -> None:
        self._model = keyword(word)
        self._engine = engine
        self._material = material
        self.hours = material.hours
        self._reader = Reader(Path(word).stem, zone(word, engine, self._model[0], tuned=True), ask)
        self.sure = self._reader.sure
        """So far above the threshold they wake without the recogniser."""
        self._clips = [
            (clip, self._first(clip.sound), second)
            for clip, second in zip(material.clips, judged.clips, strict=True)
            if clip.own
        ]
        self._other = [
            (sound, self._first(sound), second)
            for (_, sound), second in zip(material.held, judged.other, strict=True)
        ]

    def _first(self, sound: Sound) -> Floats:
        each = np.array([score(*self._model, window[None]) for window in sound.windows])
        return _lasting(odds(each))

    def _odds(self, sound: Sound, first: Floats, second: Floats, down: float) -> Floats:
        """Whether or not there is a voice."""
        lasting = _lasting(second - down)
        if self._engine == "both":
            return agreed(first, _lasting(sound.small), lasting)
        return fused(first, lasting)

    def _surely(self, sound: Sound, odd: Floats) -> Floats:
        """The same, less where there is no voice."""
        silent = sound.voiced < VOICED
        instead = odd - UNVOICED if self._engine == "both" else NEVER
        return np.where(silent, instead, odd).astype(np.float32)

    def peaks(self, down: float = 0.0) -> list[float]:
        """The highest odds of each two seconds that are not the word."""
        each = [self._surely(one[0], self._odds(*one, down)) for one in self._other]
        return false_peaks(self._material, each, voiced=0)

    @property
    def own_peak(self) -> float:
        """Of the two networks alone, in what was recorded here and is not the word."""
        own = [one for one in self._other if one[0].pcm is not None]
        found = [self._surely(one[0], self._odds(*one, _SILENT)).max(initial=NEVER) for one in own]
        return float(max(found, default=NEVER))

    def wakes(self, threshold: float, down: float = 0.0) -> int:
        """False wakes in all that was judged, of those that no recogniser is asked about."""
        return sum(peak >= threshold + self.sure for peak in self.peaks(down))

    def missed(self, threshold: float, down: float, *, plain: bool) -> Estimate:
        """Of one's own clips, as they are or with something added."""
        heard = [
            self._reader.hears(clip.sound, odd, self._surely(clip.sound, odd), threshold)
            for clip, first, second in self._clips
            if clip.plain is plain
            for odd in (self._odds(clip.sound, first, second, down),)
        ]
        return share(heard.count(False), len(heard))


def _lasting(values: Floats) -> Floats:
    """The highest of each frame and those shortly before it."""
    padded = np.concatenate((np.full(TOGETHER - 1, -LIMIT, np.float32), values))
    highest: Floats = np.lib.stride_tricks.sliding_window_view(padded, TOGETHER).max(axis=1)
    return highest
