"""The queue of sound before a speaker: what is played, cut short, faded, how loud, and whose.

One thread fills it, another (a device's callback) empties it. They share no lock: a deque's ends
are safe, and a cut is only a number that the reader looks at.
"""

from collections import deque
from dataclasses import dataclass

import numpy as np

from edge.events import Pcm

_FADE_S = 0.006
"""Long enough to be no click, short enough to be at once."""


@dataclass(frozen=True, slots=True)
class Span:
    """Where samples of a reply lie in what was rendered."""

    offset: int
    reply: int
    position: int
    """Index of the first of them in the reply."""
    count: int


class Playout:
    """Replies in a row; each begins with the first `play` after a `finish` or a `cut`."""

    def __init__(self, rate: int) -> None:
        self._fade = max(1, round(_FADE_S * rate))
        self._chunks: deque[tuple[int, int, Pcm]] = deque()
        self._cut = -1
        self._gain = 1.0
        self.reply = -1
        """The number of the current reply; -1 before the first."""
        self.length = 0
        """Samples of the current reply that were queued."""
        self.finished = True
        """Nothing will be added to the current reply."""
        self.volume = 100
        self.muted = False
        self.duck = 1.0
        """A factor on top of the volume, for as long as somebody may be interrupting."""

    @property
    def gain(self) -> float:
        """The factor that samples are multiplied with. Loudness is heard as about its root."""
        return 0.0 if self.muted else (self.volume / 100) ** 2 * self.duck

    def play(self, pcm: Pcm) -> None:
        """Queue sound."""
        if self.finished:
            self.reply += 1
            self.length = 0
            self.finished = False
        self._chunks.append((self.reply, self.length, pcm))
        self.length += len(pcm)

    def finish(self) -> None:
        """The current reply is complete."""
        self.finished = True

    def cut(self) -> None:
        """Drop all that is queued; what sounds is faded out."""
        self.finished = True
        self._cut = self.reply

    def render(self, samples: int) -> tuple[Pcm, list[Span]]:
        """Take the next samples: silence where there is nothing, and where whose sound lies."""
        out = np.zeros(samples, np.int16)
        spans: list[Span] = []
        filled = 0
        if self._chunks and self._chunks[0][0] <= self._cut:
            faded = min(self._fade, samples)
            filled = self._fill(out[:faded], 0, spans)
            ramp = np.linspace(1, 0, filled, endpoint=False)
            out[:filled] = (out[:filled] * ramp).astype(np.int16)
            while self._chunks and self._chunks[0][0] <= self._cut:
                self._chunks.popleft()
        self._fill(out, filled, spans)
        return self._amplified(out), spans

    def _fill(self, out: Pcm, filled: int, spans: list[Span]) -> int:
        while filled < len(out) and self._chunks:
            reply, position, pcm = self._chunks.popleft()
            part = pcm[: len(out) - filled]
            out[filled : filled + len(part)] = part
            spans.append(Span(filled, reply, position, len(part)))
            filled += len(part)
            if len(part) < len(pcm):
                self._chunks.appendleft((reply, position + len(part), pcm[len(part) :]))
        return filled

    def _amplified(self, pcm: Pcm) -> Pcm:
        before, self._gain = self._gain, self.gain
        if before == self._gain == 1.0:
            return pcm
        gains = np.linspace(before, self._gain, len(pcm), dtype=np.float32)
        out: Pcm = (pcm * gains).astype(np.int16)
        return out
