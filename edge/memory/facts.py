"""Long-term memory: only what the user asked to be kept, on this device, found by its words.

SQLite's full-text index (Porter stemming, BM25) finds "what are my sisters called" in "my sister
is called Ana"; rapidfuzz forgives the recogniser a name ("Anna"). A house's worth of facts is
small, so the index is made anew, in memory, whenever the facts have changed.
"""

import re
import sqlite3
import time
import uuid
from collections.abc import Callable, Sequence

from rapidfuzz import fuzz

from edge.records import Fact
from edge.store import Store

ALIKE = 80.0
"""Percent of equal letters from which a word counts as a name misheard."""
_GLUE = """a an and any about are am as at be been but by can could did do does for from had has
have he her his how i if in is it its know like me my of on or our please she so tell that the
their them there they this to us was we were what when where which who whose why will with
would you your called name named remember told said again ever everything anything"""
_COMMON = frozenset(_GLUE.split())


class Facts:
    """Keeps and finds facts."""

    def __init__(self, store: Store, now: Callable[[], float] = time.time) -> None:
        self._store = store
        self._now = now
        self._indexed: Sequence[Fact] = ()
        self._index: sqlite3.Connection | None = None

    def all(self) -> list[Fact]:
        """Every fact that has not expired, oldest first."""
        now = self._now()
        return [f for f in self._store.all(Fact) if f.expires is None or f.expires > now]

    async def keep(self, text: str, days: float | None = None) -> Fact:
        """Remember a sentence, for good or for some days. Raises StoreError."""
        known = next((f for f in self.all() if f.text.casefold() == text.casefold()), None)
        expires = None if days is None else self._now() + days * 86_400
        fact = Fact(known.id if known else uuid.uuid4().hex[:8], text, self._now(), expires)
        await self._store.write(put=[fact], remove=self._expired())
        return fact

    async def change(self, fact: Fact, text: str) -> Fact:
        """Put a fact into other words. Raises StoreError."""
        changed = Fact(fact.id, text, self._now(), fact.expires)
        await self._store.write(put=[changed])
        return changed

    async def restore(self, facts: Sequence[Fact]) -> None:
        """Put facts back as they were. Raises StoreError."""
        await self._store.write(put=facts)

    async def forget(self, facts: Sequence[Fact]) -> None:
        """Forget facts. Raises StoreError."""
        await self._store.write(remove=[*facts, *self._expired()])

    def find(self, text: str, most: int = 5) -> list[Fact]:
        """The facts that share telling words with a text, the best first."""
        wanted = telling(text)
        facts = {fact.id: fact for fact in self.all()}
        if not wanted or not facts:
            return []
        match = " OR ".join(f'"{word}"' for word in self._heard_as(wanted))
        rows = self._fresh(list(facts.values())).execute(
            "SELECT id FROM facts WHERE text MATCH ? ORDER BY bm25(facts) LIMIT ?", (match, most)
        )
        return [facts[id] for (id,) in rows]

    def answers(self, text: str) -> list[Fact]:
        """The facts that hold every telling word of a question: they are its answer."""
        wanted = telling(text)
        if not wanted:
            return []
        found = self.find(text)
        return [f for f in found if all(_in(word, telling(f.text)) for word in wanted)]

    def _heard_as(self, wanted: Sequence[str]) -> list[str]:
        """The words, and those of the facts that they may have been misheard for."""
        known = {word for fact in self.all() for word in telling(fact.text)}
        alike = [word for word in known if _in(word, wanted)]
        return list(dict.fromkeys([*wanted, *alike]))

    def _fresh(self, facts: Sequence[Fact]) -> sqlite3.Connection:
        if self._index is None or facts != self._indexed:
            self._index = sqlite3.connect(":memory:", check_same_thread=False)
            self._index.execute(
                "CREATE VIRTUAL TABLE facts USING"
                " fts5(id UNINDEXED, text, tokenize='porter unicode61')"
            )
            rows = [(fact.id, fact.text) for fact in facts]
            self._index.executemany("INSERT INTO facts VALUES (?, ?)", rows)
            self._indexed = facts
        return self._index

    def _expired(self) -> list[Fact]:
        now = self._now()
        return [f for f in self._store.all(Fact) if f.expires is not None and f.expires <= now]


def telling(text: str) -> list[str]:
    """The words that a fact can be found by: no articles, pronouns or auxiliaries."""
    words = re.findall(r"[^\W_]+", text.casefold().replace("'s", ""))
    return list(dict.fromkeys(word for word in words if word not in _COMMON))


def _in(word: str, words: Sequence[str]) -> bool:
    return any(word == each or fuzz.ratio(word, each) >= ALIKE for each in words)
