"""The picture of a turn: well-formed, and in the order of time."""

import itertools
from xml.etree import ElementTree

from edge.bench import waterfall

MS = {"transcript": 90.0, "route": 90.0, "endpoint": 120.0, "action": 121.0, "first_audio": 123.0}


def test_a_waterfall_is_an_svg_that_names_both_pipelines():
    picture = waterfall.draw(
        "turn on <the> lights",
        [("sequential", waterfall.sequential(MS)), ("Stonechat", waterfall.ours(MS))],
    )
    root = ElementTree.fromstring(picture)
    words = [element.text or "" for element in root.iter() if element.tag.endswith("text")]
    assert {"sequential", "Stonechat"} <= set(words)
    assert any("turn on <the> lights" in word for word in words)


def test_our_decision_lies_inside_the_silence_and_theirs_behind_it():
    silence = next(bar for bar in waterfall.ours(MS) if bar.kind == "silence")
    deciding = next(bar for bar in waterfall.ours(MS) if bar.name.startswith("recognise"))
    assert silence.start <= deciding.start < deciding.end <= silence.end
    theirs = waterfall.sequential(MS)[1:]
    assert all(a.end <= b.start + 1 for a, b in itertools.pairwise(theirs))
