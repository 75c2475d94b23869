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
from edge.calibration.features import Windows
from edge.calibration.training import (
    TARGET,
    Judged,
    Material,
    Say,
    cross_validate,
    fitted,
    gather,
    peaks,
)
from edge.calibration.wordmodel import Floats, WordModel
from edge.errors import HearingError
from edge.events import Pcm
from edge.hearing.wake import LIMIT, SUSPECTS, TOGETHER, fused, keyword, odds, score

LEAST_CLIPS = 5
"""From three clips a second model learned the room instead of the word (engines as measured)."""
VOICED = 2
_NEVER = np.float32(-99)


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
    """The threshold is within it: together with the word's own model it wakes at 0.5."""
    voiced: int
    prediction: Prediction


def calibrate(
    word: str,
    said: Sequence[Pcm],
    read: Sequence[Pcm],
    room: Sequence[Pcm],
    say: Say = lambda line: None,
) -> Calibrated:
    """Settings for a word of the manifest, or of an .onnx file. Raises HearingError."""
    if len(said) < LEAST_CLIPS:
        raise HearingError(
            f"{len(said)} recordings of the wake word are too few: {LEAST_CLIPS} are needed, "
            "10 are better"
        )
    return settle(word, gather(phrase(word), said, read, room, say), say)


def settle(word: str, material: Material, say: Say = lambda line: None) -> Calibrated:
    """The settings that all this recorded and generated sound leads to."""
    say("judging each part by models of the others")
    judged = cross_validate(material)
    both = _Both(word, material, judged)
    found = [peak for each in both.other for peak in peaks(each)]
    tail = Tail.of(found, material.hours)
    threshold = tail.score_for(TARGET)
    prediction = Prediction(
        both.missed(threshold, plain=True),
        both.missed(threshold, plain=False),
        tail.rate_at(threshold),
        per_hour(both.wakes(threshold), material.hours),
        material.hours,
    )
    return Calibrated(fitted(material).moved(threshold), VOICED, prediction)


def phrase(word: str) -> str:
    """What is said for a word of that name."""
    return Path(word).stem.replace("_", " ")


class _Both:
    """What the word's own model and the second one say together, as the detector adds it up."""

    def __init__(self, word: str, material: Material, judged: Judged) -> None:
        self._model = keyword(word)
        self._clips = [
            (clip.plain, *self._odds(clip.windows, second))
            for clip, second in zip(material.clips, judged.clips, strict=True)
            if clip.own
        ]
        judgements = [
            self._odds(each, second)
            for (_, each), second in zip(material.held, judged.other, strict=True)
        ]
        self.other = [both for both, _ in judgements]
        self._suspected = [suspected for _, suspected in judgements]

    def _odds(self, windows: Windows, second: Floats) -> tuple[Floats, Floats]:
        """What both say; and the same where the first model suspects the word at all."""
        each = np.array([score(*self._model, window[None]) for window in windows])
        first = _lasting(odds(each))
        both = fused(first, _lasting(second))
        return both, np.where(first >= SUSPECTS, both, _NEVER).astype(np.float32)

    def wakes(self, threshold: float) -> int:
        """False wakes in all that was judged."""
        return sum(peak >= threshold for each in self._suspected for peak in peaks(each))

    def missed(self, threshold: float, *, plain: bool) -> Estimate:
        """Of one's own clips, as they are or with something added."""
        heard = [bool(odd.max() >= threshold) for kind, _, odd in self._clips if kind is plain]
        return share(heard.count(False), len(heard))


def _lasting(values: Floats) -> Floats:
    """The highest of each frame and those shortly before it."""
    padded = np.concatenate((np.full(TOGETHER - 1, -LIMIT, np.float32), values))
    highest: Floats = np.lib.stride_tricks.sliding_window_view(padded, TOGETHER).max(axis=1)
    return highest
