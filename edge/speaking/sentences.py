"""Text into sentences fit to be spoken, whole or as it streams in. Pure.

A cut is made only where no later text could change it, so the way in which a stream was chopped
into deltas never shows in the result.
"""

import re

LONG = 160
"""A sentence of more characters is cut at a clause."""
LONG_FIRST = 60
"""The first piece is cut at a clause sooner: a short one is heard sooner."""
_SHORTEST_CLAUSE = 25
_SHORTEST_HASTY = 12

_GAP = re.compile(r"\s+(?=\S)")
_END = re.compile(r"(?P<mark>[.!?…]+)[\"'”’»)\]*_`]*$")
_LAST_WORD = re.compile(r"[^\s\"“‘'(\[*_]+$")
_LIST_NUMBER = re.compile(r"\s*\d{1,3}[.)]$")
_CLAUSE_END = re.compile(r"[,;:—–][\"'”’)*_]*$")
_CONJUNCTION = re.compile(r"(and|but|or|so|because|which|while|when|where|then|if|that)\b")
_LONGEST_CONJUNCTION = 8

_NEVER_LAST = re.compile(
    r"(?:dr|mr|mrs|ms|prof|st|rev|hon|gen|col|capt|lt|sgt|sen|rep|gov|pres|mt|e\.g|i\.e|vs|cf|approx"
    r"|fig|nos|vol|pp|jan|feb|apr|aug|sept|oct|nov|dec)\.",
    re.IGNORECASE,
)
_INITIALS = re.compile(r"(?:[A-Z]\.)+")
_PLAIN_END = re.compile(
    r"[A-Za-z0-9 ,'’-]*?(?<![\w'’-])"
    r"(?P<word>(?:it|so|me|us|up|on|in|is|to|[a-z]{3,})[.]|[A-Za-z][a-z]+[,;:!?])"
)
"""A mark behind a plain word, with nothing before it that a mark could belong to."""
_SHORTENED = frozenset(
    {"etc.", "min.", "max.", "sec.", "hrs.", "lbs.", "tsp.", "tbsp.", "avg.", "est."}
)


class SentenceCutter:
    """Cuts a stream of text deltas into clean sentences.

    With `hasty`, the first piece ends at its first comma, unless that comes at once ("Well,"):
    somebody waits for it, and what follows is there long before its turn. Behind a plain word
    ("it is Kilimanjaro,") a mark is taken for an end without seeing what follows it.
    """

    def __init__(self, *, hasty: bool = False) -> None:
        self._hasty = hasty
        self._buffer = ""
        self._first = True

    def feed(self, delta: str) -> list[str]:
        """Take the next piece of text; return the sentences that are now certain."""
        self._buffer += delta
        return self._take(final=False)

    def flush(self) -> list[str]:
        """Return what is left and begin anew."""
        pieces = self._take(final=True)
        self._buffer, self._first = "", True
        return pieces

    def _take(self, *, final: bool) -> list[str]:
        pieces = []
        while (cut := _next_cut(self._buffer, self._first, final, self._hasty)) > 0:
            raw, self._buffer = self._buffer[:cut], self._buffer[cut:]
            piece = clean(raw)
            if piece:
                pieces.append(piece)
                self._first = False
        return pieces


def sentences(text: str) -> list[str]:
    """Cut a whole text."""
    cutter = SentenceCutter()
    return cutter.feed(text) + cutter.flush()


def _next_cut(text: str, first: bool, final: bool, hasty: bool) -> int:
    """Where the first piece of the text ends; 0 while that is not certain."""
    start = len(text) - len(text.lstrip())
    if text.startswith("```", start) or (not final and "```".startswith(text[start:])):
        return _code_end(text, start, final)
    length = len(text.rstrip()) - start
    gaps = [gap for gap in _GAP.finditer(text) if gap.start() > start]
    early = start + (LONG_FIRST if first else LONG)
    end = _end(text, start, gaps, early)
    if first and hasty:
        clause = _clause(text, start, gaps, end or early, _SHORTEST_HASTY)
        end = min(filter(None, (clause, _plain_end(text, start), end)), default=0)
    elif not end and length > early - start:
        end = _clause(text, start, gaps, early)
    if not end:
        end = _end(text, start, gaps, start + LONG)
    if not end and length > LONG and gaps:
        end = _breath(text, start, gaps)
    return end or (len(text) if final else 0)


def _code_end(text: str, start: int, final: bool) -> int:
    """A fenced block is one piece, however long (and `clean` makes nothing of it)."""
    close = text.find("\n```", start)
    if close >= 0:
        return close + 4
    return len(text) if final else 0


def _is_end(head: str, gap: str, following: str) -> bool:
    """Whether a sentence ends between `head` and the character that follows the gap."""
    if gap.count("\n") > 1:
        return True
    if following.islower():  # a wrapped line, or the inside of a sentence ("Yahoo! is")
        return False
    if "\n" in gap:
        return True
    end = _END.search(head)
    if end is None or _LIST_NUMBER.fullmatch(head):
        return False
    if end["mark"] != ".":
        return True
    word = _LAST_WORD.search(head[: end.end("mark")])
    if word is None:
        return True
    if word[0].lower() == "no.":
        return not following.isdigit()
    return not _NEVER_LAST.fullmatch(word[0]) and not _INITIALS.fullmatch(word[0])


def _end(text: str, start: int, gaps: list[re.Match[str]], limit: int) -> int:
    """The first sentence end before `limit`; 0 if there is none."""
    for gap in gaps:
        if gap.start() >= limit:
            break
        if _is_end(text[start : gap.start()], gap[0], text[gap.end()]):
            return gap.end()
    return 0


def _clause(
    text: str, start: int, gaps: list[re.Match[str]], limit: int, shortest: int = _SHORTEST_CLAUSE
) -> int:
    """The first comma or the like before `limit` that leaves a piece worth saying; 0 if none."""
    for gap in gaps:
        if start + shortest <= gap.start() < limit and _CLAUSE_END.search(
            text[start : gap.start()]
        ):
            return gap.end()
    return 0


def _plain_end(text: str, start: int) -> int:
    """The first mark that ends a plain piece worth saying, whatever follows it; 0 if none."""
    end = start
    while found := _PLAIN_END.match(text, end):
        end = found.end()
        word = found["word"]
        if end - start > _SHORTEST_HASTY:
            return 0 if word in _SHORTENED or _NEVER_LAST.fullmatch(word) else end
        if word[-1] != ",":
            return 0
    return 0


def _breath(text: str, start: int, gaps: list[re.Match[str]]) -> int:
    """Where to cut a long stretch that has no comma: before a conjunction, or just a word."""
    if comma := _clause(text, start, gaps, start + LONG):
        return comma
    near = [g for g in gaps if g.start() < start + LONG - _LONGEST_CONJUNCTION] or gaps[:1]
    joints = [
        gap
        for gap in near
        if gap.start() >= start + _SHORTEST_CLAUSE and _CONJUNCTION.match(text, gap.end())
    ]
    return (joints or near)[-1].end()


_MARKUP: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r"^\s*```.*", re.DOTALL), ""),
    (re.compile(r"!?\[([^\]]*)\]\([^)]*\)"), r"\1"),  # links and images: their text
    (re.compile(r"<(https?://[^>\s]+)>"), r"\1"),
    (re.compile(r"</?[A-Za-z][^>]*>"), " "),
    (re.compile(r"^\s*(?:>\s*)*(?:#{1,6}\s+|[-*+•]\s+(?:\[[ xX]\]\s+)?)?"), ""),
    (re.compile(r"^\s*[-*_=|: ]{3,}$"), ""),  # rules and the lines of tables
    (re.compile(r"^\s*\|\s*|\s*\|\s*$"), ""),
    (re.compile(r"\s*\|\s*"), ", "),
    (re.compile(r"`+|~~"), ""),
    (re.compile(r"(?<!\w)([*_]{1,3})(?=\S)|(?<=\S)([*_]{1,3})(?!\w)"), ""),
    (re.compile(r"[\u2190-\u21ff\u2300-\u23ff\u2600-\u27bf\u2b00-\u2bff\ufe0f\u200d\u20e3]"), ""),
    (re.compile("[\U0001f000-\U0001faff\U000e0000-\U000e007f]"), ""),
    (re.compile(r"^[.!?,;:…]+\s+"), ""),  # of "wait..." in haste, the rest
    (re.compile(r"\s+"), " "),
    (re.compile(r"^\s+|\s+$|\s+(?=[.,!?;:](?:\s|$))"), ""),
)


def clean(text: str) -> str:
    """Remove Markdown and emoji; empty when nothing is left to say."""
    for pattern, replacement in _MARKUP:
        text = pattern.sub(replacement, text)
    return text if any(character.isalnum() for character in text) else ""
