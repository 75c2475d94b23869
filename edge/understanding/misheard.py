"""Words that may have been heard for others: "plus timer" for "pause timer".

One word of a sentence, or two, put right by a word that sounds like it. What comes of it is no
more than a candidate: the recogniser holds it against the sound.
"""

from collections.abc import Collection, Iterable, Iterator, Sequence

from rapidfuzz.distance import Levenshtein

from edge.understanding.own_graph import coarse, sounds

_FAR, _FAR_OF_TWO = 0.65, 0.35
"""Edits for each phoneme beyond which no word, and no two words, are taken for another."""
_MOST = 8
"""Words that one word is taken for, at most."""
_SHORTEST = 2
"""Phonemes of a word that is put in the place of another, at least."""


class Misheard:
    """Finds what a sentence may have been, one mistake put right."""

    def __init__(self, words: Iterable[str]) -> None:
        """The words that may have been said."""
        spoken = {word: "".join(sounds(word)) for word in sorted(set(words))}
        self._known = tuple(
            (word, fine, coarse(fine)) for word, fine in spoken.items() if len(fine) >= _SHORTEST
        )

    def variants(
        self, words: Sequence[str], doubtful: Collection[int]
    ) -> Iterator[tuple[list[str], float]]:
        """The sentence with a doubtful word, alone or with the next one, put right.

        Beside each, how many edits for each phoneme of the sentence that takes.
        """
        size = max(1, len("".join(sounds(" ".join(words)))))
        for start in range(len(words)):
            for end in (start + 1, start + 2):
                if end > len(words) or not any(i in doubtful for i in range(start, end)):
                    continue
                far = _FAR if end == start + 1 else _FAR_OF_TWO
                for edits, word in self._like(" ".join(words[start:end]), far):
                    yield [*words[:start], word, *words[end:]], edits / 2 / size

    def _like(self, heard: str, far: float) -> list[tuple[int, str]]:
        fine = "".join(sounds(heard))
        rough = coarse(fine)
        most = int(2 * far * len(fine))
        found: list[tuple[int, str]] = []
        for word, known, known_rough in self._known:
            if word == heard or abs(len(known) - len(fine)) > most:
                continue
            edits = Levenshtein.distance(fine, known, score_cutoff=most)
            edits += Levenshtein.distance(rough, known_rough, score_cutoff=most)
            if edits <= most:
                found.append((edits, word))
        return sorted(found)[:_MOST]
