import random

import pytest

from edge.errors import UnderstandingError
from edge.understanding.corpus import OTHER, Expander, build, parse


def test_a_template_says_every_alternative() -> None:
    expander = Expander({"lamp": ["lamp", "light"]}, random.Random(1))
    said = set(expander.sentences("(turn|switch) on [the] {lamp}", 100))
    assert len(said) == 8
    assert "switch on the light" in said


@pytest.mark.parametrize("template", ["(a", "a)", "[a|b", "a|b"])
def test_unmatched_brackets_are_told(template: str) -> None:
    with pytest.raises(UnderstandingError):
        Expander({}, random.Random(1)).sentence(parse(template))


def test_the_text_is_the_same_each_time_and_covers_the_catalogue() -> None:
    examples = build(each=3)
    assert examples == build(each=3)
    intents = {example.intent for example in examples}
    assert OTHER in intents
    assert len(intents) >= 50
