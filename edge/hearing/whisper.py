"""Whisper without its 30 seconds: only the utterance is encoded, the rest is known silence.

Whisper was trained on windows of 30 s, so stock inference pads a command of 2 s with 28 s of
nothing and spends nine tenths of its time there. A decoder that is given a short context instead
runs into loops. So the encoder sees the utterance alone, and behind its states go those that the
encoder gives for the silence *after speech*, computed once for a model (`silence_after`): the
decoder finds the end that it knows from training.
"""

import json
import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import ctranslate2
import numpy as np
import numpy.typing as npt
import tokenizers
from faster_whisper import WhisperModel
from faster_whisper.tokenizer import Tokenizer

from edge.errors import HearingError, ModelError
from edge.events import RATE, Pcm
from edge.hearing.spoken import mean_state

Floats = npt.NDArray[np.float32]

LONGEST_S = 28
"""Seconds of sound that one call can take: beyond, no room for the silence is left."""

CONTEXT = 500
"""Encoder states (20 ms each) that a decoder is given at least."""

_MEL_FRAMES = 3000
_MEL_RATE = 100
_STATE_RATE = 50


@dataclass(frozen=True, slots=True)
class Fit:
    """How well a sentence explains a sound: log probabilities of its tokens."""

    mean: float
    worst: float
    end: float
    """Of the last token. If that is a full stop or a question mark, it says whether the sound
    ends there too: the beginning of a longer sentence fits as well as the whole, but for this."""


class ShortWhisper(WhisperModel):  # type: ignore[misc]  # faster-whisper has no types
    """faster-whisper whose encoder sees the utterance only; all of its methods stay usable."""

    def __init__(self, folder: Path, threads: int, device: str, pad_s: float) -> None:
        # On x86 oneDNN makes code for every length of sound it meets and keeps the last 1,024:
        # half a megabyte a call, for lengths that hardly ever come again (measured).
        os.environ.setdefault("ONEDNN_PRIMITIVE_CACHE_CAPACITY", "4")
        try:
            super().__init__(
                str(folder),
                device=device,
                compute_type="int8" if device == "cpu" else "default",
                cpu_threads=threads,
                local_files_only=True,
            )
        except (RuntimeError, ValueError, OSError) as error:
            raise ModelError(f"{folder}: no Whisper model can be loaded: {error}") from None
        self.hf_tokenizer: tokenizers.Tokenizer = _mended(self.hf_tokenizer)
        self._pad = round(pad_s * _MEL_RATE)
        self._tail: Floats | None = None
        self._encoded: tuple[Floats, Floats] | None = None

    def use_tail(self, tail: Floats) -> None:
        """Append these states of silence, shape [500, width], to what is encoded from now on."""
        self._tail = tail

    def encode(self, features: Floats) -> Any:
        """Encode mel features (zeros at their end are not sound) and append the silence."""
        if self._tail is None:
            return super().encode(features)
        states = self.states(features)
        missing = max(CONTEXT - states.shape[1], 0)
        tail = self._tail[None, :missing].astype(states.dtype)
        return _view(np.concatenate((states, tail), axis=1))

    def states(self, features: Floats) -> Floats:
        """Encoder states of the utterance and a short pad, shape [1, n, width].

        The last ones are kept: what was just transcribed can be scored without encoding it again.
        """
        sounding = np.flatnonzero(features.any(axis=0))
        length = int(sounding[-1]) + 1 if len(sounding) else 0
        sound = features[:, :length]
        if self._encoded is not None and np.array_equal(self._encoded[0], sound):
            return self._encoded[1]
        # Zeros in the mel here, unlike in the tail: measured, they serve the real voices better.
        room = min(length + self._pad, _MEL_FRAMES)
        padded = np.zeros((features.shape[0], room + room % 2), np.float32)
        padded[:, :length] = sound
        states = np.asarray(self.model.encode(_view(padded[None]), to_cpu=True))
        self._encoded = sound.copy(), states
        return states

    def mean_state(self) -> Floats:
        """The mean, shape [width], of the states of what was encoded last, its pad left out."""
        assert self._encoded is not None
        sound, states = self._encoded
        return mean_state(states, sound.shape[1])

    def score(self, pcm: Pcm, sentences: Sequence[str], lead: str = "") -> list[Fit]:
        """How well each sentence explains the sound behind a lead. Nothing is generated."""
        mel = self.mel(pcm)
        states = np.repeat(self.states(mel), len(sentences), axis=0)
        tokenizer = Tokenizer(
            self.hf_tokenizer, self.model.is_multilingual, task="transcribe", language="en"
        )
        led = tokenizer.encode(f" {lead}") if lead else []
        texts = [led + tokenizer.encode(f" {_behind(lead, sentence)}") for sentence in sentences]
        found = self.model.align(_view(states), tokenizer.sot_sequence, texts, mel.shape[1])
        probabilities = [
            np.log(np.clip(each.text_token_probs[len(led) :], 1e-9, 1)) for each in found
        ]
        return [
            Fit(float(each.mean()), float(each.min()), float(each[-1])) for each in probabilities
        ]

    def mel(self, pcm: Pcm) -> Floats:
        """Mel features of a recording of at most 28 s, shape [80, n]."""
        if len(pcm) > LONGEST_S * RATE:
            raise HearingError(f"an utterance of more than {LONGEST_S} s cannot be recognised")
        mel: Floats = self.feature_extractor(pcm.astype(np.float32) / 32768)
        return mel[:, :-1]  # as `transcribe` takes it


def _behind(lead: str, sentence: str) -> str:
    """A sentence as it is written behind a lead: "Alexa, turn on the lamp."."""
    return f"{sentence[:1].lower()}{sentence[1:]}" if lead else sentence


def silence_after(model: ShortWhisper, speech: Pcm) -> Floats:
    """Encoder states of the silence after a clip of speech, shape [500, width].

    It must be silence after *speech*: states of pure silence make the decoder repeat its prompt.
    And it must be silence as Whisper was trained on it, zeros in the sound: a tail made of zeros in
    the mel, as faster-whisper pads, drove tiny.en into loops with every second clip tried.
    """
    sound = np.pad(speech, (0, _MEL_FRAMES // _MEL_RATE * RATE - len(speech)))
    mel = model.feature_extractor(sound.astype(np.float32) / 32768)[:, :_MEL_FRAMES]
    states = np.asarray(model.model.encode(_view(mel[None]), to_cpu=True))
    first = len(speech) * _STATE_RATE // RATE
    return states[0, first : first + CONTEXT]


def _mended(tokenizer: tokenizers.Tokenizer) -> tokenizers.Tokenizer:
    """The tokenizer with its first merge.

    Some packages of base lost the first line of the list, and so write " the" as three pieces:
    nothing changes in what is heard, but a prompt, or a sentence to be scored, is gibberish.
    """
    if len(tokenizer.encode(" the", add_special_tokens=False).ids) == 1:
        return tokenizer
    data = json.loads(tokenizer.to_str())
    merges = data["model"]["merges"]
    merges.insert(0, ["Ġ", "t"] if isinstance(merges[0], list) else "Ġ t")
    return tokenizers.Tokenizer.from_str(json.dumps(data))


def _view(array: Floats) -> Any:
    return ctranslate2.StorageView.from_array(np.ascontiguousarray(array))
