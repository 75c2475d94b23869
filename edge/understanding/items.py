"""The free slots of lists: which one, and what stands or is to stand on it."""

from collections.abc import Sequence
from itertools import pairwise

from edge.understanding.free import Said, after, words_at
from edge.understanding.lexicon import STOP
from edge.understanding.names import LIST_WORDS, NameIndex
from edge.understanding.spans import Sentence, Span
from edge.understanding.text import phrase
from edge.understanding.wordset import phrase_list, word_set

_ADD = phrase_list(
    "out of, low on, add, put, pop, stick, chuck, bung, whack, sling, toss, scrub, include, buy, "
    "append, need, write down, jot down, note down, mark down, "
    "throw, get, remember, at, had, and, also, write, order, remove, "
    "delete, take off, cross off, check off, tick off, scratch off, mark off, take, "
    "cross, check, tick, strike, drop, scratch, complete, finish, finished, mark, bought, "
    "is, does, did, have, include, has, move"
)
_NOT_ITEM = word_set(
    "to on onto in into off from of the my our list lists a as at for well too some also "
    "please it that down need needs i we if is are there have do be not done complete "
    "completed finished include contain add put got"
)  # fmt: skip


def list_name(sentence: Sentence, index: NameIndex) -> str | None:
    """The list that is meant; None when none is named."""
    listed = sentence.of("list")
    if listed:
        return str(listed[0].value)
    words = sentence.words
    for i in range(len(words)):
        if i and words[i - 1] in ("my", "the", "to", "on", "our", "from"):
            found = index.listed(words, i)
            if found is not None and found[1] == len(words) and words[i] != "to":
                return found[0]
    called = after(words, "list called", "list named", "list titled")
    if called is not None and called < len(words):
        return phrase(words[called:])
    for i, word in enumerate(words):
        if word == "list" and i and words[i - 1] not in STOP | _UNNAMED:
            return (
                words[i - 1] if i < 2 or words[i - 2] in STOP else f"{words[i - 2]} {words[i - 1]}"
            )
    if {"buy", "store", "groceries", "shop"} & set(words) or tuple(words[:2]) == ("we", "need"):
        shopping = index.listed(("shopping",), 0)
        return shopping[0] if shopping else None
    return None


_UNNAMED = word_set("new fresh another separate whole entire")


def about_the_list(words: Sequence[str]) -> range:
    """The words that say which list, or of what a new one is: "the must read list", "list of …"."""
    at = next((i for i, word in enumerate(words) if word in ("list", "checklist")), None)
    if at is None:
        return range(0)
    if words[at + 1 : at + 2] in (("of",), ("for",), ("called",)) and _NEW & set(words[:at]):
        return range(at, len(words))
    start = next((i + 1 for i in range(at - 1, max(-1, at - 5), -1) if words[i] in _JOINTS), at)
    return range(start, at)


_NEW = word_set("create make start begin new produce put")


def items(sentence: Sentence) -> Said:
    """The items between the verb and the list."""
    words = sentence.words
    listed = [s for s in sentence.of("list")] or _plain_list(words)
    cut = listed[0].start if listed else len(words)
    if listed and cut <= 3 and not _items_before(words, cut):
        rest = range(listed[0].end, len(words))
        verbs = [i for i in rest if words[i] in ("add", "put", "remove", "delete", "cross", "take")]
        return _trimmed(words, range((verbs[0] + 1) if verbs else listed[0].end, len(words)))
    start = after(words[:cut], "out of", "low on") or 0
    for i, word in enumerate(words[:cut]):
        if start:
            break
        if word in _VERBS and not (i and word == "and"):
            start = i + 1
    end = cut
    while end > start and words[end - 1] in _JOINTS:
        end -= 1
    return _trimmed(words, range(start, end))


_VERBS = frozenset(verb.split()[0] for verb in _ADD)
_MEASURED = word_set("dozen couple few of")
"""After "a" and at most one word: an amount, which is part of the item ("a dozen eggs")."""
_JOINTS = word_set("to on onto in into off from of the my our a this for")


def got(sentence: Sentence) -> Said:
    """What was bought: "eggs" of "I got the eggs already, cross them off"."""
    words = sentence.words
    start = after(words, "got", "bought", "picked up", "have")
    put = next((i for i, pair in enumerate(pairwise(words)) if pair in _PUT_IT), 0)
    if start is None and put and "," not in words:  # "I need to do dishes put it on my list"
        return _trimmed(words, range(put - (words[put - 1] in ("so", "and"))))
    if start is None:  # "kitchen roll, add that to the list"
        return _trimmed(words, range(words.index(",") if "," in words else 0))
    end = next((i for i in range(start, len(words)) if words[i] in _ENDING), len(words))
    return _trimmed(words, range(start, end))


_PUT_IT = frozenset((verb, what) for verb in ("add", "put") for what in ("it", "that", "them"))
_ENDING = word_set("already now , cross take check tick strike remove and")


def _items_before(words: Sequence[str], cut: int) -> bool:
    return any(word not in _NOT_ITEM and word not in _VERBS for word in words[:cut])


def _plain_list(words: Sequence[str]) -> list[Span]:
    """ "the list", "my groceries", or the name of a list that this home does not have."""
    for i, word in enumerate(words):
        if word == "list":
            start = i
            while start > 0 and words[start - 1] not in _JOINTS:
                start -= 1
            return [Span("list", start if start and i - start <= 2 else i, i + 1, None)]
        if (word,) in LIST_WORDS and i and words[i - 1] in ("the", "my", "our", "to", "on"):
            return [Span("list", i, i + 1, None)]
    return []


def _trimmed(words: Sequence[str], positions: range) -> Said:
    kept = list(positions)
    while kept and words[kept[0]] in _NOT_ITEM | {"down", "off", "everything"}:
        if words[kept[0]] == "a" and _MEASURED & set(words[kept[0] + 1 : kept[0] + 3]):
            break
        kept.pop(0)
    while kept and words[kept[-1]] in _NOT_ITEM | {"off", "again"}:
        kept.pop()
    if kept and words[kept[0]] == "some":
        kept.pop(0)
    return words_at(words, kept)


_WHOLE = phrase_list(
    "half and half, mac and cheese, salt and pepper, peanut butter and jelly, macaroni "
    "and cheese, fish and chips, gin and tonic, cookies and cream, salt and vinegar, cheese and "
    "onion, sour cream and onion, sweet and sour, sweet and salty, head and shoulders, arm and "
    "hammer, ben and jerrys, m and ms, pork and beans, rice and beans, biscuits and gravy"
)


def split(text: str) -> list[str]:
    """ "milk, eggs and two loaves of bread" as three items."""
    for i, whole in enumerate(_WHOLE):
        text = text.replace(whole, f"<{i}>")
    parts = [part for half in text.split(",") for part in f" {half} ".split(" and ")]
    found = [item for part in parts for item in _run_on(part.split())]
    for i, whole in enumerate(_WHOLE):
        found = [part.replace(f"<{i}>", whole) for part in found]
    for lead in ("some ", "the ", "more "):
        found = [part.removeprefix(lead) for part in found]
    return found


_ITEMS = word_set(
    "milk eggs bread butter cheese cream yogurt yoghurt bananas apples oranges pears grapes lemons "
    "limes strawberries blueberries potatoes tomatoes onions carrots cucumbers mushrooms lettuce "
    "spinach broccoli garlic rice pasta spaghetti noodles flour sugar salt coffee tea juice cereal "
    "oats honey jam chicken beef bacon ham sausages salmon tuna fish beans lentils nuts cookies "
    "chips crisps biscuits water beer wine batteries soap shampoo toothpaste detergent napkins "
    "tissues nappies diapers"
)
_HEADS = word_set("flour noodles juice cream beans salt chips sausages soap jam cookies crisps")
"""What the word before makes a kind of: "rice flour", "apple juice", "coffee cream"."""


def _run_on(words: Sequence[str]) -> list[str]:
    """ "Milk eggs bread", said in one breath and written without a comma, as three items."""
    found: list[list[str]] = []
    for before, word in zip(("", *words), words, strict=False):
        whole = word in _HEADS or (before, word) in _ONE_ITEM
        if before in _ITEMS and word in _ITEMS and not whole:
            found.append([word])
        elif found:
            found[-1].append(word)
        else:
            found = [[word]]
    return [" ".join(item) for item in found]


_ONE_ITEM = frozenset(
    [("rice", "milk"), ("butter", "milk"), ("oats", "milk"), ("fish", "tuna"), ("coffee", "milk"),
     ("lemons", "tea"), ("cream", "cheese"), ("soap", "water"), ("rice", "wine"),
     ("honey", "butter"), ("garlic", "butter"), ("garlic", "bread"), ("honey", "ham"),
     ("salt", "water"), ("coffee", "beans"), ("rice", "pasta"), ("tomatoes", "pasta")]
)  # fmt: skip
