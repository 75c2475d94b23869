"""Replies into sound: what was said before from the cache, the rest sentence by sentence."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from edge.config.schema import Voice as Settings
from edge.events import Speech
from edge.paths import cache_dir
from edge.speaking.phrases import PhraseCache
from edge.speaking.sentences import sentences
from edge.speaking.tts import PiperEngine, Voice, joined


@dataclass(frozen=True, slots=True)
class Prepared:
    """A reply cut into sentences, each with its sound where that is at hand."""

    text: str
    pieces: tuple[tuple[str, Speech | None], ...]

    @property
    def ready(self) -> bool:
        """All of it can be played at once."""
        return all(speech is not None for _, speech in self.pieces)


class Mouth:
    """Blocking, for one worker thread. Its iterators may be left at any point."""

    def __init__(self, voice: Voice, cache: PhraseCache) -> None:
        self.rate = voice.rate
        self.voice = voice
        self._cache = cache

    @classmethod
    def load(cls, settings: Settings) -> "Mouth":
        """Piper and its cache, as configured. Raises ModelError."""
        voice = PiperEngine.load(settings.model, settings.threads)
        folder = cache_dir() / "phrases"
        return cls(voice, PhraseCache(folder, voice.key, limit=settings.cache_mb << 20))

    def prepare(self, text: str) -> Prepared:
        """Look up what is at hand; nothing is synthesised."""
        return Prepared(text, tuple((piece, self._cache.get(piece)) for piece in sentences(text)))

    def chunks(self, reply: str | Prepared) -> Iterator[Speech]:
        """The reply's sound, the first chunk early; sentences that were completed are kept.

        Word positions count from their chunk's first sample. Raises SpeakingError.
        """
        prepared = self.prepare(reply) if isinstance(reply, str) else reply
        for text, speech in prepared.pieces:
            if speech is not None:
                yield speech
            else:
                yield from self._fresh(text)

    def render(
        self,
        replies: Iterable[str],
        progress: Callable[[int, int], None] = lambda done, total: None,
    ) -> int:
        """Have fixed replies ready for good (set-up); return how many sentences were rendered."""
        return self._cache.render_all(self.voice, replies, progress)

    def _fresh(self, text: str) -> Iterator[Speech]:
        said = []
        for chunk in self.voice.speak(text):
            said.append(chunk)
            yield chunk
        if said:
            self._cache.put(joined(text, said))
