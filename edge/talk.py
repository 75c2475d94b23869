"""One answer on its way to the speaker, and what of it was truly heard."""

import asyncio
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np

from edge.audio.speaker import Speaker
from edge.errors import StonechatError
from edge.events import Pcm, Speech, Word
from edge.speaking.mouth import Mouth
from edge.worker import Worker


@dataclass(frozen=True, slots=True)
class _Piece:
    text: str
    aside: bool


class Talk:
    """Feeds an answer's sound to the speaker, chunk by chunk, as it is written and rendered."""

    def __init__(self, mouth: Mouth, worker: Worker, speaker: Speaker) -> None:
        self._mouth = mouth
        self._worker = worker
        self._speaker = speaker
        self._pieces: asyncio.Queue[_Piece | None] = asyncio.Queue()
        self._piece: _Piece | None = None
        self._chunks: Iterator[Speech] | None = None
        self._beginning: asyncio.Task[Speech | StonechatError | None] | None = None
        self._said: list[str] = []
        self._words: list[Word] = []
        self._sound: list[Pcm] = []
        self._queued = 0
        self._from = 0
        """Where in the answer the speaker's current reply begins."""
        self._held = False
        self.complete = False
        """All of it was handed to the speaker."""

    @property
    def text(self) -> str:
        """What is being said, as far as it is known; fillers are no part of it."""
        return " ".join(self._said)

    def extend(self, text: str, *, aside: bool = False) -> None:
        """Say this too; `aside`: a filler, which is no part of the answer."""
        if not aside:
            self._said.append(text)
        self._pieces.put_nowait(_Piece(text, aside))

    def close(self) -> None:
        """Nothing more will come."""
        self._pieces.put_nowait(None)

    def prepare(self) -> None:
        """Have the beginning rendered, so that it can start at once. May be called again."""
        if self._beginning is None:
            self._beginning = asyncio.create_task(self._first())

    async def run(self, on_sound: Callable[[], None], lead: Pcm | None = None) -> None:
        """Play it: `lead` (a chime) first; `on_sound` is told when the first chunk is queued.

        Raises SpeakingError.
        """
        self.prepare()
        assert self._beginning is not None
        chunk = await self._beginning
        if isinstance(chunk, StonechatError):
            raise chunk
        if lead is not None:
            self._queue(lead)
        if chunk is not None:
            self._say(chunk)
        on_sound()
        while chunk is not None:
            chunk = await self._next()
            if chunk is not None:
                self._say(chunk)
        self.complete = True
        if not self._held:
            self._speaker.finish()

    def heard(self, played: int) -> str:
        """The words that had begun to sound before sample `played` and were mostly said.

        `played` counts from where the speaker last began: at the answer's start, or at `go_on`.
        """
        if self.complete and self._from + played >= self._queued:
            return self.text
        return " ".join(word.text for word in self._until(played))

    def hold(self) -> str:
        """Stop in mid-word, but go on making the rest; the words that were heard."""
        played = self._speaker.stop()
        heard = self.heard(played)
        self._held = True
        words = self._until(played)
        after = [word.start for word in self._words[len(words) :]]
        # A word that was cut is said again, from its beginning.
        self._from = min([*after, self._from + played])
        return heard

    def go_on(self) -> None:
        """Say the rest, from the word that was cut."""
        self._held = False
        rest = np.concatenate((*self._sound, np.zeros(0, np.int16)))[self._from :]
        self._speaker.play(rest)
        if self.complete:
            self._speaker.finish()

    def text_before(self, count: int) -> str:
        """The last words that sounded before it was held, and the next ones."""
        near = [word.text for word in self._words if word.start <= self._from + self._speaker.rate]
        return " ".join(near[-count:])

    def _until(self, played: int) -> list[Word]:
        at = self._from + played
        return [word for word in self._words if (word.start + word.end) / 2 <= at]

    async def _first(self) -> Speech | StonechatError | None:
        """The first chunk, or what went wrong: the answer may never be wanted."""
        try:
            return await self._next()
        except StonechatError as error:
            return error

    async def _next(self) -> Speech | None:
        while True:
            if self._chunks is None:
                self._piece = await self._pieces.get()
                if self._piece is None:
                    return None
                self._chunks = self._mouth.chunks(self._piece.text)
            chunk = await self._worker.run(next, self._chunks, None)
            if chunk is not None:
                return chunk
            self._chunks = None

    def _say(self, chunk: Speech) -> None:
        if self._piece is not None and not self._piece.aside:
            self._words += [
                Word(word.text, word.start + self._queued, word.end + self._queued)
                for word in chunk.words
            ]
        self._queue(chunk.pcm)

    def _queue(self, pcm: Pcm) -> None:
        self._sound.append(pcm)
        self._queued += len(pcm)
        if not self._held:
            self._speaker.play(pcm)
