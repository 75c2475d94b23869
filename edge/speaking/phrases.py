"""Rendered sentences on disk and, the likely ones, in memory.

    <folder>/fixed/<key>.speech    replies known beforehand: never evicted
    <folder>/recent/<key>.speech   the rest: least recently used goes first

A file is one line of JSON (text, rate, words, checksum) and the samples. It is renamed into place
whole; what a power cut leaves behind fails its checksum and is rendered anew.
"""

import contextlib
import hashlib
import json
import logging
import os
import threading
import time
import zlib
from collections import OrderedDict
from collections.abc import Callable, Iterable
from pathlib import Path

import numpy as np

from edge.events import Speech, Word
from edge.models.store import replace
from edge.speaking.sentences import sentences
from edge.speaking.tts import Voice, joined

_STALE_S = 600

_log = logging.getLogger(__name__)


class PhraseCache:
    """What a voice has said before. Safe to use from several threads and processes."""

    def __init__(
        self, folder: Path, voice: str, *, limit: int = 64 << 20, memory: int = 4 << 20
    ) -> None:
        """Open the cache of a voice (`Voice.key`); `limit` and `memory` are bytes."""
        self._fixed = folder / "fixed"
        self._recent = folder / "recent"
        self._voice = voice
        self._limit = limit
        self._lock = threading.Lock()
        self._hot = _Hot(memory)
        with contextlib.suppress(OSError):  # then nothing is kept, and speaking goes on
            self._fixed.mkdir(parents=True, exist_ok=True)
            self._recent.mkdir(parents=True, exist_ok=True)
        for left in (*self._fixed.glob("*.part"), *self._recent.glob("*.part")):
            with contextlib.suppress(OSError):
                if time.time() - left.stat().st_mtime > _STALE_S:  # its writer was killed
                    left.unlink()
        self._sizes = _by_last_use(self._recent)
        self._heat()

    def get(self, text: str) -> Speech | None:
        """A sentence's sound, or None when it must be rendered."""
        key = self._key(text)
        with self._lock:
            found = self._hot.get(key)
            if found is None:
                found = self._read(key, text)
                if found is not None:
                    self._hot.put(key, found)
            if found is not None and key in self._sizes:
                self._sizes.move_to_end(key)
                with contextlib.suppress(OSError):
                    os.utime(self._file(self._recent, key))
        return found

    def put(self, speech: Speech, *, fixed: bool = False) -> None:
        """Keep a whole sentence; a disk that is full or read-only costs a warning only."""
        key = self._key(speech.text)
        data = _packed(speech)
        with self._lock:
            self._hot.put(key, speech)
            try:
                replace(self._file(self._fixed if fixed else self._recent, key), data)
            except OSError as error:
                _log.warning("a phrase cannot be kept: %s", error)
                return
            if fixed:
                self._forget(key)
            else:
                self._sizes[key] = len(data)
                self._sizes.move_to_end(key)
                self._evict()

    def render_all(
        self,
        voice: Voice,
        texts: Iterable[str],
        progress: Callable[[int, int], None] = lambda done, total: None,
    ) -> int:
        """Have every sentence of these replies ready for good; return how many were rendered.

        Sentences that were fixed before and are no longer among them become evictable.
        `progress` is told (done, total). Raises SpeakingError.
        """
        wanted = list(dict.fromkeys(piece for text in texts for piece in sentences(text)))
        self._unpin({self._key(text) for text in wanted})
        rendered = 0
        for done, text in enumerate(wanted, 1):
            rendered += self._pin(voice, text)
            progress(done, len(wanted))
        return rendered

    def _pin(self, voice: Voice, text: str) -> bool:
        """Make one sentence fixed; True if it had to be rendered."""
        speech = self.get(text)
        if speech is not None:
            if not self._file(self._fixed, self._key(text)).exists():
                self.put(speech, fixed=True)
            return False
        chunks = list(voice.speak(text))
        if chunks:
            self.put(joined(text, chunks), fixed=True)
        return bool(chunks)

    def _unpin(self, keep: set[str]) -> None:
        with self._lock, contextlib.suppress(OSError):
            for file in self._fixed.glob("*.speech"):
                if file.stem not in keep:
                    self._sizes[file.stem] = file.stat().st_size
                    file.replace(self._recent / file.name)
            self._evict()

    def _heat(self) -> None:
        """Read what is likely to be said: fixed replies, then the latest others."""
        fixed = reversed(_by_last_use(self._fixed))
        for folder, keys in ((self._fixed, fixed), (self._recent, reversed(self._sizes))):
            for key in keys:
                found = _unpacked(self._file(folder, key), None)
                if found is not None and not self._hot.offer(key, found):
                    return

    def _read(self, key: str, text: str) -> Speech | None:
        for folder in (self._fixed, self._recent):
            found = _unpacked(self._file(folder, key), text)
            if found is not None:
                return found
        self._sizes.pop(key, None)
        return None

    def _evict(self) -> None:
        while sum(self._sizes.values()) > self._limit:
            self._forget(next(iter(self._sizes)))

    def _forget(self, key: str) -> None:
        self._sizes.pop(key, None)
        with contextlib.suppress(OSError):
            self._file(self._recent, key).unlink(missing_ok=True)

    def _key(self, text: str) -> str:
        return hashlib.sha256(f"{self._voice}\n{text}".encode()).hexdigest()[:32]

    def _file(self, folder: Path, key: str) -> Path:
        return folder / f"{key}.speech"


class _Hot:
    """Phrases in memory, bounded in bytes."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._size = 0
        self._phrases: OrderedDict[str, Speech] = OrderedDict()

    def get(self, key: str) -> Speech | None:
        if key in self._phrases:
            self._phrases.move_to_end(key)
        return self._phrases.get(key)

    def offer(self, key: str, speech: Speech) -> bool:
        """Take it as the least likely one if there is room."""
        if self._size + speech.pcm.nbytes > self._limit:
            return False
        if key not in self._phrases:
            self._phrases[key] = speech
            self._phrases.move_to_end(key, last=False)
            self._size += speech.pcm.nbytes
        return True

    def put(self, key: str, speech: Speech) -> None:
        """Take it as the likeliest one; the least recently used make room."""
        before = self._phrases.pop(key, None)
        self._size += speech.pcm.nbytes - (before.pcm.nbytes if before else 0)
        self._phrases[key] = speech
        while self._size > self._limit:
            self._size -= self._phrases.popitem(last=False)[1].pcm.nbytes


def _by_last_use(folder: Path) -> "OrderedDict[str, int]":
    """Keys of a folder's phrases with their sizes in bytes, least recently used first."""
    found = []
    with contextlib.suppress(OSError):
        for file in folder.glob("*.speech"):
            stat = file.stat()
            found.append((stat.st_mtime_ns, file.stem, stat.st_size))
    return OrderedDict((key, size) for _, key, size in sorted(found))


def _packed(speech: Speech) -> bytes:
    samples = speech.pcm.astype("<i2").tobytes()
    head = {
        "text": speech.text,
        "rate": speech.rate,
        "words": [[word.text, word.start, word.end] for word in speech.words],
        "crc": zlib.crc32(samples),
    }
    return json.dumps(head).encode() + b"\n" + samples


def _unpacked(file: Path, text: str | None) -> Speech | None:
    """Read a phrase; a damaged one is removed, and one of another text is not taken."""
    try:
        line, _, samples = file.read_bytes().partition(b"\n")
        head = json.loads(line)
        if head["crc"] != zlib.crc32(samples):
            raise ValueError("checksum")
        words = tuple(Word(str(word), int(start), int(end)) for word, start, end in head["words"])
        pcm = np.frombuffer(samples, "<i2").astype(np.int16)
        speech = Speech(pcm, int(head["rate"]), str(head["text"]), words)
    except OSError:
        return None
    except (ValueError, KeyError, TypeError):
        _log.info("%s is damaged; it will be rendered anew", file)
        with contextlib.suppress(OSError):
            file.unlink()
        return None
    return speech if text in (None, speech.text) else None
