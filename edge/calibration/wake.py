"""From ten recordings of the wake word, a text that was read and the room's noise: settings.

A threshold alone trades missed wakes for false ones. So a second model is trained on the person
and the room, and the odds of the two are added up; where their threshold lies is decided on sound
that the second was not trained on.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from edge.calibration.bounds import Estimate, Tail, per_hour, share
from edge.calibration.features import Sound
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
from edge.config import Engine
from edge.errors import HearingError
from edge.events import Pcm
from edge.hearing.wake import (
    LIMIT,
    TOGETHER,
    UNVOICED,
    VOICED,
    agreed,
    fused,
    keyword,
    listeners,
    odds,
    score,
)

LEAST_CLIPS = 5
"""From three clips a second model learned the room instead of the word (engines as measured)."""

_LOWER = (-1.0, -0.5, 0.0)
"""Where two networks listen: log odds that do if nothing that is not the word reached them. Sums of
bounded odds thin out faster than the tail tells."""


@dataclass(frozen=True, slots=True)
class Prediction:
    """What to expect of the settings; each figure is of sound that they were not made from."""

    missed: Estimate
    """Share of one's own wakes, said as in the recordings."""
    missed_in_noise: Estimate
    """The same at 20 to −4 dB of signal to noise, and in other rooms."""
    false_per_hour: float
    """By the tail of the scores."""
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
) -> Calibrated:
    """Settings for a word of the manifest, or of an .onnx file. Raises HearingError."""
    if len(said) < LEAST_CLIPS:
        raise HearingError(
            f"{len(said)} recordings of the wake word are too few: {LEAST_CLIPS} are needed, "
            "10 are better"
        )
    return settle(word, gather(phrase(word), said, read, room, say), say, engine)


def settle(
    word: str, material: Material, say: Say = lambda line: None, engine: Engine = "both"
) -> Calibrated:
    """The settings that all this recorded and generated sound leads to."""
    heard_by = listeners(word, engine)
    if heard_by == "microwakeword":
        raise HearingError(f"'{word}' is heard by microWakeWord alone, which is not calibrated")
    say("judging each part by models of the others")
    judged = cross_validate(material)
    both = _Both(word, material, judged, heard_by)
    tail = Tail.of(both.peaks, material.hours)
    threshold = tail.score_for(TARGET)
    if heard_by == "both":
        quiet = (each for each in _LOWER if not both.wakes(each))
        threshold = min(threshold, next(quiet, threshold))
    prediction = Prediction(
        both.missed(threshold, plain=True),
        both.missed(threshold, plain=False),
        tail.rate_at(threshold),
        per_hour(both.wakes(threshold), material.hours),
        material.hours,
    )
    second = fitted(material)
    if heard_by == "both":
        share_of_one = 1 / (1 + float(np.exp(-threshold)))
        return Calibrated(second, round(share_of_one, 4), heard_by, VOICED, prediction)
    return Calibrated(second.moved(threshold), 0.5, heard_by, VOICED, prediction)


def phrase(word: str) -> str:
    """What is said for a word of that name."""
    return Path(word).stem.replace("_", " ")


class _Both:
    """What the word's own models and the second one say together, as the detector adds it up."""

    def __init__(self, word: str, material: Material, judged: Judged, engine: Engine) -> None:
        self._model = keyword(word)
        self._engine = engine
        self._clips = [
            (clip.plain, self._odds(clip.sound, second))
            for clip, second in zip(material.clips, judged.clips, strict=True)
            if clip.own
        ]
        other = [
            self._odds(each, second)
            for (_, each), second in zip(material.held, judged.other, strict=True)
        ]
        self.peaks = false_peaks(material, other, voiced=0 if engine == "both" else VOICED)

    def _odds(self, sound: Sound, second: Floats) -> Floats:
        each = np.array([score(*self._model, window[None]) for window in sound.windows])
        first = _lasting(odds(each))
        if self._engine == "both":
            small = _lasting(sound.small)
            return agreed(first, small, _lasting(second)) - UNVOICED * (sound.voiced < VOICED)
        return fused(first, _lasting(second))

    def wakes(self, threshold: float) -> int:
        """False wakes in all that was judged."""
        return sum(peak >= threshold for peak in self.peaks)

    def missed(self, threshold: float, *, plain: bool) -> Estimate:
        """Of one's own clips, as they are or with something added."""
        heard = [bool(odd.max() >= threshold) for kind, odd in self._clips if kind is plain]
        return share(heard.count(False), len(heard))


def _lasting(values: Floats) -> Floats:
    """The highest of each frame and those shortly before it."""
    padded = np.concatenate((np.full(TOGETHER - 1, -LIMIT, np.float32), values))
    highest: Floats = np.lib.stride_tricks.sliding_window_view(padded, TOGETHER).max(axis=1)
    return highest
