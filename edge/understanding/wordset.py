"""Sets of words, written as text."""


def word_set(text: str) -> frozenset[str]:
    """The words of a text, as a set."""
    return frozenset(text.split())


def phrase_list(text: str) -> tuple[str, ...]:
    """The phrases of a text, that commas part, in order."""
    return tuple(phrase.strip() for phrase in text.split(","))
