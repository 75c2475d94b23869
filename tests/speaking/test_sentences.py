from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge.speaking.sentences import LONG, LONG_FIRST, SentenceCutter, clean, sentences


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", []),
        ("  \n ", []),
        ("Done.", ["Done."]),
        ("It is seven. The light is on!", ["It is seven.", "The light is on!"]),
        ("Ask Dr. Smith. He knows.", ["Ask Dr. Smith.", "He knows."]),
        ("Bring fruit, e.g. Apples. Or pears.", ["Bring fruit, e.g. Apples.", "Or pears."]),
        ("At 7 a.m. the alarm rings. Then tea.", ["At 7 a.m. the alarm rings.", "Then tea."]),
        ("It rings at 7 a.m. Then tea.", ["It rings at 7 a.m.", "Then tea."]),
        ("Pi is 3.14. It costs $4.99. Fine.", ["Pi is 3.14.", "It costs $4.99.", "Fine."]),
        ("The U.S. Army and J. R. Smith.", ["The U.S. Army and J. R. Smith."]),
        ("Take No. 5. He said no. Twice.", ["Take No. 5.", "He said no.", "Twice."]),
        ("Well... maybe. Wait… What?", ["Well... maybe.", "Wait…", "What?"]),
        ('"Stop!" he said. "Why?" She left.', ['"Stop!" he said.', '"Why?"', "She left."]),
        ("(It is late.) Good night.", ["(It is late.)", "Good night."]),
        ("Visit example.com. Bye.", ["Visit example.com.", "Bye."]),
        ("A line\nthat wraps. Next", ["A line that wraps.", "Next"]),
        ("Title\n\nbody text", ["Title", "body text"]),
        ("1. Boil water\n2. Add salt", ["1. Boil water", "2. Add salt"]),
        ("- milk\n- eggs\n* bread", ["milk", "eggs", "bread"]),
        ("# Pasta\n**Boil** it. Use `salt`.", ["Pasta", "Boil it.", "Use salt."]),
        ("**Done.** *Really.* ok", ["Done.", "Really. ok"]),
        ("Look:\n```python\nprint(1. + 2)\n```\nThat's it.", ["Look:", "That's it."]),
        ("Look: \n```\nnever closed. At all", ["Look:"]),
        ("Great! 🎉🎉 See [the page](https://a.b/c). 👍", ["Great!", "See the page."]),
        ("| a | b |\n|---|---|\n| 1 | 2 |", ["a, b", "1, 2"]),
    ],
)
def test_cuts_where_a_reader_would(text: str, expected: list[str]) -> None:
    assert sentences(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2 * 3 is 6", "2 * 3 is 6"),
        ("snake_case stays", "snake_case stays"),
        ("***very*** __bold__ ~~old~~", "very bold old"),
        ("> quoted", "quoted"),
        ("- [x] bought", "bought"),
        ("one<br>two", "one two"),
        ("21.5 °C", "21.5 °C"),
        ("---", ""),
        ("🎉", ""),
    ],
)
def test_markup_is_not_spoken(text: str, expected: str) -> None:
    assert clean(text) == expected


def test_long_sentence_is_cut_at_a_clause() -> None:
    text = (
        "The weather stays warm until the evening, with a light wind from the west and hardly "
        "any clouds, and tomorrow it will rain for most of the day so take an umbrella with you "
        "when you leave the house in the morning."
    )
    pieces = sentences(text)
    assert pieces[0] == "The weather stays warm until the evening,"
    assert " ".join(pieces) == text
    assert len(pieces[0]) <= LONG_FIRST
    assert all(len(piece) <= LONG for piece in pieces)


def test_first_piece_is_cut_sooner_but_only_where_there_is_a_pause() -> None:
    listing = "Your shopping list has three things on it: eggs, butter and coffee."
    cut = ["Your shopping list has three things on it:", "eggs, butter and coffee."]
    assert sentences(listing) == cut
    assert sentences(f"Sure. {listing}") == ["Sure.", listing]
    flowing = "The light in the hallway has been on since ten and nobody was there to see it."
    assert sentences(flowing) == [flowing]


def test_in_haste_the_first_piece_ends_at_its_first_comma() -> None:
    cutter = SentenceCutter(hasty=True)
    assert cutter.feed("Well, it is Kilimanjaro, in") == ["Well, it is Kilimanjaro,"]
    assert cutter.feed(" Tanzania, of all places. It") == ["in Tanzania, of all places."]


@pytest.mark.parametrize(
    ("text", "pieces"),
    [
        ("It is Kilimanjaro,", ["It is Kilimanjaro,"]),
        ("Leonardo da Vinci painted it.", ["Leonardo da Vinci painted it."]),
        ("Martin Luther King Jr.", []),
        ("It weighs about ten lbs.", []),
        ("Nobody is quite sure.", ["Nobody is quite sure."]),
        ("Well, nobody is sure.", ["Well, nobody is sure."]),
        ("About 384,400 kilometres,", ["About 384,400 kilometres,"]),
        ("It costs about 384,", []),
        ("You should ask Prof.", []),
        ("This is **quite sure.", []),  # the asterisks that close it have not come
        ('He said "that is all.', []),
        ("Born in 1984, Anna wrote,", ["Born in 1984,"]),
        ("Let me think...", ["Let me think."]),
    ],
)
def test_in_haste_a_mark_behind_a_plain_word_is_an_end_at_once(
    text: str, pieces: list[str]
) -> None:
    assert SentenceCutter(hasty=True).feed(text) == pieces


def test_of_dots_behind_a_hasty_end_nothing_is_said() -> None:
    cutter = SentenceCutter(hasty=True)
    assert cutter.feed("Let me think... It is") + cutter.flush() == ["Let me think.", "It is"]


def test_long_text_without_a_clause_is_cut_between_words() -> None:
    pieces = sentences("word " * 100)
    assert " ".join(pieces).split() == ["word"] * 100
    assert all(len(piece) <= LONG for piece in pieces)


def test_first_sentence_is_given_before_the_last_has_come() -> None:
    cutter = SentenceCutter()
    assert cutter.feed("The light is on. An") == ["The light is on."]
    assert cutter.feed("d off.") == []
    assert cutter.flush() == ["And off."]
    assert cutter.flush() == []


_WORDS = st.sampled_from(
    ["a", "The", "Dr.", "e.g.", "3.5", "$4.99", "U.S.", "and", "p.m.", "no.", "end.", "so,", "...",
     "Why?", '"Yes!"', "**bold**", "*", "`", "```", "\n", "\n\n", " ", "  ", "-", "# ", "1.", "🎉",
     "[x](y)", "|", "…", "é", "—"]
)  # fmt: skip


@given(
    st.one_of(st.text(max_size=300), st.lists(_WORDS, max_size=80).map(" ".join)),
    st.lists(st.integers(0, 300), max_size=40),
    st.booleans(),
)
def test_how_the_stream_was_chopped_never_shows(text: str, places: list[int], hasty: bool) -> None:
    cutter = SentenceCutter(hasty=hasty)
    edges = sorted({0, len(text), *(place for place in places if place < len(text))})
    pieces = [piece for start, end in pairwise(edges) for piece in cutter.feed(text[start:end])]
    whole = SentenceCutter(hasty=hasty)
    assert pieces + cutter.flush() == whole.feed(text) + whole.flush()


@given(st.text(alphabet=st.characters(categories=["L", "N", "Zs"]), max_size=400))
def test_no_word_is_lost(text: str) -> None:
    assert " ".join(sentences(text)).split() == text.split()
