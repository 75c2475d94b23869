"""Speech recognition: an utterance, whole or so far, becomes a transcript."""

import dataclasses
import importlib.resources
import io
import logging
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from contextlib import suppress
from threading import Thread
from typing import Protocol

import numpy as np
import soundfile
import threadpoolctl

from edge import models, runtime
from edge.errors import HearingError, StonechatError
from edge.events import RATE, Pcm, Transcript
from edge.hearing import phantoms
from edge.hearing.spoken import spoken
from edge.hearing.whisper import LONGEST_S, Fit, Floats, ShortWhisper, silence_after
from edge.models.manifest import load as manifest
from edge.models.store import replace
from edge.paths import cache_dir

log = logging.getLogger(__name__)

_SHORTEST = RATE // 10
_PAD_S = 1.0
_TOKENS_A_SECOND = 5
_BEAM = 2
_RECIPE = "2"
"""Part of the derived tail's name: a new way to compute it needs a new one."""


class Recogniser(Protocol):
    """Turns speech into text."""

    def transcribe(
        self,
        pcm: Pcm,
        *,
        final: bool,
        voiced_ms: int | None = None,
        lead: str = "",
    ) -> Transcript:
        """Recognise an utterance of at most 28 s; `voiced_ms` of it is speech, says the VAD.

        `lead`: words that it is known to begin with, which are not written again.
        """

    def score(self, pcm: Pcm, sentences: Sequence[str], lead: str = "") -> list[Fit]:
        """How well each sentence, written as a transcript would be, explains the sound behind the
        words that it is known to begin with.
        """
        ...

    def warm(self) -> None:
        """Make the first real call as fast as the later ones."""


class WhisperRecogniser:
    """faster-whisper on the utterance alone (see `ShortWhisper`), one decode a call."""

    def __init__(self, model: str = "tiny.en", threads: int = 1, device: str = "cpu") -> None:
        # The mel is a small matrix product: more BLAS threads make it ten times slower under load.
        threadpoolctl.threadpool_limits(1, user_api="blas")
        name = f"whisper-{model}"
        self._whisper = ShortWhisper(models.folder(name), threads, device, _PAD_S)
        self._spoken = spoken(model)
        self._whisper.use_tail(
            _tail(self._whisper, manifest().model(name).file("model.bin").sha256)
        )

    @property
    def device(self) -> str:
        """What it runs on: `cpu` or `cuda`."""
        return str(self._whisper.model.device)

    def warm(self) -> None:
        """Make the first real call as fast as the later ones."""
        self.transcribe(fixture(), final=False)

    def transcribe(
        self,
        pcm: Pcm,
        *,
        final: bool,
        voiced_ms: int | None = None,
        lead: str = "",
    ) -> Transcript:
        """Recognise an utterance of at most 28 s. Raises HearingError."""
        if len(pcm) < _SHORTEST:
            return Transcript("", final, phantom="nothing was said")
        if len(pcm) > LONGEST_S * RATE:
            raise HearingError(f"an utterance of more than {LONGEST_S} s cannot be recognised")
        told = self._decode(pcm, final, lead)
        return dataclasses.replace(told, phantom=phantoms.reason(told, voiced_ms))

    def _decode(self, pcm: Pcm, final: bool, lead: str) -> Transcript:
        tokens = _TOKENS_A_SECOND * len(pcm) // RATE + 4
        try:
            segments, _ = self._whisper.transcribe(
                pcm.astype(np.float32) / 32768,
                language="en",
                beam_size=_BEAM,
                # One decode: with fallback temperatures, noise is decoded six times over.
                temperature=0.0,
                compression_ratio_threshold=None,
                log_prob_threshold=None,
                no_speech_threshold=None,
                condition_on_previous_text=False,
                without_timestamps=True,
                prefix=lead or None,
                # CTranslate2 lets go at half of what it is given.
                max_new_tokens=2 * tokens,
            )
            heard = list(segments)
        except (RuntimeError, ValueError) as error:
            raise HearingError(f"speech recognition failed: {error}") from None
        odds = self._spoken.odds(self._whisper.mean_state()) if self._spoken else None
        if not heard:
            return Transcript("", final, spoken=odds)
        said = " ".join(segment.text for segment in heard).strip()
        text = phantoms.clean(said.removeprefix(lead))
        return Transcript(text, final, heard[0].avg_logprob, heard[0].no_speech_prob, spoken=odds)

    def score(self, pcm: Pcm, sentences: Sequence[str], lead: str = "") -> list[Fit]:
        """How well each sentence, written as a transcript would be, explains the sound."""
        try:
            return self._whisper.score(pcm, sentences, lead) if sentences else []
        except (RuntimeError, ValueError) as error:
            raise HearingError(f"speech recognition failed: {error}") from None


class LateRecogniser:
    """A recogniser that is loaded on a thread of its own; whoever asks it earlier waits for it."""

    def __init__(self, load: Callable[[], Recogniser]) -> None:
        self._coming: Future[Recogniser] = Future()
        Thread(target=self._load, args=(load,), name="second").start()

    def _load(self, load: Callable[[], Recogniser]) -> None:
        try:
            with runtime.loading():
                recogniser = load()
                recogniser.warm()
        except StonechatError as error:
            log.error("there is no second look: %s", error)
            self._coming.set_exception(error)
        else:
            self._coming.set_result(recogniser)

    def transcribe(
        self,
        pcm: Pcm,
        *,
        final: bool,
        voiced_ms: int | None = None,
        lead: str = "",
    ) -> Transcript:
        """Recognise an utterance of at most 28 s. Raises HearingError, ModelError."""
        loaded = self._coming.result()
        return loaded.transcribe(pcm, final=final, voiced_ms=voiced_ms, lead=lead)

    def score(self, pcm: Pcm, sentences: Sequence[str], lead: str = "") -> list[Fit]:
        """How well each sentence explains the sound. Raises HearingError, ModelError."""
        return self._coming.result().score(pcm, sentences, lead)

    def warm(self) -> None:
        """Wait until it is loaded. Raises ModelError."""
        self._coming.result()


class FakeRecogniser:
    """Understands what it was told to, one text a final call; partials are the text so far."""

    def __init__(self, texts: Sequence[str]) -> None:
        self._texts = list(texts)
        self.calls = 0

    def transcribe(
        self,
        pcm: Pcm,
        *,
        final: bool,
        voiced_ms: int | None = None,
        lead: str = "",
    ) -> Transcript:
        """The next text."""
        self.calls += 1
        text = self._texts[0] if self._texts else ""
        if final:
            self._texts = self._texts[1:]
        return Transcript(text, final, phantom=None if text else "nothing was said")

    def score(self, pcm: Pcm, sentences: Sequence[str], lead: str = "") -> list[Fit]:
        """All of them badly."""
        return [Fit(-10.0, -10.0, -10.0) for _ in sentences]

    def warm(self) -> None:
        """Nothing to do."""


def fixture() -> Pcm:
    """A sentence that ships with the project, with a second of silence after it."""
    data = importlib.resources.files("edge.data").joinpath("speech.flac").read_bytes()
    pcm: Pcm = soundfile.read(io.BytesIO(data), dtype="int16")[0]
    return pcm


def _tail(whisper: ShortWhisper, sha256: str) -> Floats:
    """The states of silence that belong to these weights: from the cache, else computed."""
    file = cache_dir() / "whisper" / f"silence-{_RECIPE}-{sha256[:16]}.npy"
    with suppress(OSError, ValueError, EOFError):
        tail: Floats = np.load(file)
        return tail
    tail = silence_after(whisper, fixture())
    buffer = io.BytesIO()
    np.save(buffer, tail)
    with suppress(OSError):  # it can be computed again
        file.parent.mkdir(parents=True, exist_ok=True)
        replace(file, buffer.getvalue())
    return tail
