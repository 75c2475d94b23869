"""How often a wake word that was trained here is missed and imagined: with recordings and without.

It is trained twice: on ten recordings (of as many people as there are) beside the generated
voices, and on the generated voices alone. The first is judged by the recordings that are left, the
second by all of them; both by all sound without the word of which no features ship.
"""

from collections.abc import Iterator, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from edge.audio import wav
from edge.bench.wake_corpus import (
    Entry,
    Tell,
    entries_of,
    figures_of,
    hours_of,
    imagined,
    lines_of,
    one_each,
    recalled,
    unshipped,
)
from edge.calibration import training
from edge.calibration.features import Listener
from edge.calibration.training import Material, Trained
from edge.calibration.wake import phrase
from edge.config.schema import Asr
from edge.errors import HearingError, UsageError
from edge.hearing.asr import WhisperRecogniser
from edge.hearing.reading import at_once
from edge.hearing.wake import OpenWakeWord


def measure(corpus: Path, word: str, tell: Tell) -> dict[str, Any]:
    """Run the bench for a word of which the corpus has recordings. Raises UsageError."""
    entries = entries_of(corpus)
    clips = [each for each in entries if each["file"].startswith(f"wake/{word}/")]
    own = one_each(clips)
    left = [each for each in clips if each not in own]
    if not left:
        raise UsageError(f"{corpus}: too few recordings of '{word}'")
    others = unshipped(entries, word)
    general = training.general(phrase(word), tell)
    said = [wav.read(corpus / each["file"]) for each in own]
    personal = training.personal(general, said, (), (), tell)
    judge = _Judge(corpus, word, others, tell)
    return {
        "word": word,
        "hours": round(hours_of(others), 3),
        "recordings": {"own": len(own), **judge(personal, left)},
        "generated": {"own": 0, **judge(general, clips)},
    }


class _Judge:
    def __init__(self, corpus: Path, word: str, others: Sequence[Entry], tell: Tell) -> None:
        self._corpus = corpus
        self._word = word
        self._others = others
        self._tell = tell
        self._ask = at_once(WhisperRecogniser(Asr().model))
        self._hear = Listener(word)

    def __call__(self, material: Material, clips: Sequence[Entry]) -> dict[str, Any]:
        self._tell("training, and judging each part by models of the others")
        try:
            trained = training.judge(phrase(self._word), material, self._ask)
        except HearingError as error:
            return {"refused": str(error)}
        self._tell("hearing the recordings")
        with TemporaryDirectory() as folder:
            file = Path(folder) / f"{self._word}.onnx"
            trained.model.save(file, self._word, "bench", read=trained.read)
            return self._figures(file, trained, clips)

    def _figures(self, file: Path, trained: Trained, clips: Sequence[Entry]) -> dict[str, Any]:
        ears = {
            "asked": OpenWakeWord([str(file)], ask=self._ask),
            "unread": OpenWakeWord([str(file)]),
        }
        heard = recalled(self._corpus, clips, self._hear, lambda _: ears)
        false = imagined(self._corpus, self._others, self._word, self._hear, lambda _: ears)
        hours = hours_of(self._others)
        asked, unread = (figures_of(heard[way], false[way], hours) for way in ears)
        told = trained.report.as_data()
        return {
            **asked,
            "unread": unread,
            "clips": len(clips),
            "read": trained.read,
            "predicted": told,
        }


def table(figures: dict[str, Any]) -> Iterator[str]:
    """The figures for a person."""
    for kind in ("recordings", "generated"):
        found = figures[kind]
        name = f"{figures['word']}, trained on {found['own']} recordings and generated voices"
        if "refused" in found:
            yield f"{name}: {found['refused']}"
            continue
        yield from lines_of(name, found, figures["hours"])
        yield from lines_of("  no recogniser asked", found["unread"], figures["hours"])
