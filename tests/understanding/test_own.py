from datetime import datetime
from pathlib import Path

import pytest

from edge.errors import UnderstandingError
from edge.events import Local
from edge.understanding.model import IntentModel
from edge.understanding.own import OwnIntents, OwnRouter
from edge.understanding.own_graph import Graph, ordered, sounds
from edge.vocabulary import Device, Vocabulary

NOW = datetime(2026, 1, 5, 12)
TEA = """
["tea.make"]
templates = ["(make|brew) me [a] ([{size}];[{leaf}]) tea [with {extra} [and {extra}]]"]
reply = "One {size} tea."

["timer.set"]
templates = ["let it steep for {duration}"]

[entities]
leaf = ["(green|black) leaf", "rooibos"]
extra = ["milk", "honey"]

[entities.size]
small = ["small", "little"]
large = ["large", "twenty ounce"]
"""
HOME = Vocabulary(
    areas=("Kitchen", "Office"),
    devices=(
        Device("light.a", "Kitchen Lights", "light", "Kitchen"),
        Device("light.b", "Living Room Lamp", "light"),
        Device("scene.c", "Party Time", "scene"),
    ),
)


@pytest.fixture(scope="module")
def tea(tmp_path_factory: pytest.TempPathFactory) -> OwnIntents:
    file = tmp_path_factory.mktemp("own") / "intents.toml"
    file.write_text(TEA)
    return OwnIntents.load(file)


@pytest.fixture(scope="module")
def router(tea: OwnIntents) -> OwnRouter:
    return OwnRouter(IntentModel.load(), HOME, own=tea)


@pytest.mark.parametrize(
    ("text", "slots"),
    [
        ("Make me a small tea.", {"size": "small"}),
        ("brew me a little tea", {"size": "small"}),
        (
            "make me a 20-ounce rooibos tea with honey",
            {"size": "large", "leaf": "rooibos", "extra": "honey"},
        ),
        ("um, make me a green leaf large tea please", {"size": "large", "leaf": "green leaf"}),
    ],
)  # fmt: skip
def test_a_described_sentence_is_read_with_its_slots(
    router: OwnRouter, text: str, slots: dict[str, str]
) -> None:
    route = router.route(text, NOW)
    assert isinstance(route, Local)
    assert route.reason == "own"
    assert (route.intents[0].name, route.intents[0].slots) == ("tea.make", slots)


def test_everything_else_is_as_without(router: OwnRouter) -> None:
    route = router.route("turn on the kitchen lights", NOW)
    assert isinstance(route, Local)
    assert route.intents[0].name == "home.turn_on"
    assert not isinstance(router.route("who invented tea", NOW), Local)


@pytest.mark.parametrize(
    ("text", "how"),
    [
        ("make me a small", "fragment"),
        ("make me a tea", "open"),
        ("make me a tea with milk and honey", "complete"),
        ("turn on the kitchen lights", "complete"),
    ],
)
def test_whether_it_may_go_on(router: OwnRouter, text: str, how: str) -> None:
    assert router.completeness(text, NOW) == how


@pytest.mark.parametrize(
    ("heard", "said"),
    [
        ("Make me a green leave tee with money.", "make me a green leaf tea with honey"),
        ("Brew me large root boss tea", "brew me large rooibos tea"),
    ],
)
def test_what_it_sounds_like(tea: OwnIntents, heard: str, said: str) -> None:
    assert tea.graph.read(heard) is None
    assert tea.graph.nearest(heard, 1)[0].text == said


def test_nearness_is_the_same_as_trying_every_sentence() -> None:
    colours, things = ("red", "green", "crimson"), ("lamp", "lantern", "ladder")
    graph = Graph({"a.b": ["(set|get) the {colour} {thing} [now]"]}, {
        "colour": {each: (each,) for each in colours}, "thing": {each: (each,) for each in things},
    })  # fmt: skip
    every = [
        f"{verb} the {colour} {thing}{now}"
        for verb in ("set", "get")
        for colour in colours
        for thing in things
        for now in ("", " now")
    ]
    for heard in ("said the grin lamb", "get a ladder red now", "forget the lantern"):
        alone = {
            text: Graph({"a.b": [text]}, {}).nearest(heard, 1, within=9)[0].distance
            for text in every
        }
        found = graph.nearest(heard, 5, within=9)
        assert found[0].distance == pytest.approx(min(alone.values()))
        assert all(saying.distance == pytest.approx(alone[saying.text]) for saying in found)


def test_nothing_is_near_to_something_else(tea: OwnIntents) -> None:
    assert tea.graph.nearest("what is the capital of france", 3, within=0.5) == []
    assert tea.graph.nearest("", 3) == []
    assert tea.graph.nearest("tea " * 100, 3) == []


def test_candidates_are_commands_of_this_home_each_once(router: OwnRouter) -> None:
    found = router.propose("turn on the living room, Liam", NOW)
    assert found[0].text == "turn on the Living Room Lamp"
    assert len({candidate.text for candidate in found}) == len(found) <= 8
    assert router.propose("run part of time", NOW)[0].text == "run Party Time"
    assert router.propose("make me a grin leave tea", NOW)[0].text == "make me a green leaf tea"
    assert router.propose("who won the world cup", NOW) == ()


@pytest.mark.parametrize(
    ("text", "doubtful"),
    [("run Party Time", False), ("run part of time", True), ("turn on the porch heater", True)],
)
def test_what_names_nothing_of_this_home_is_not_clear(
    router: OwnRouter, text: str, doubtful: bool
) -> None:
    route = router.route(text, NOW)
    assert router.clear(route) is not doubtful


def test_values_are_found_in_other_phrasings(tea: OwnIntents) -> None:
    found = tea.spotted("tea.make", "I'd love some honey in a twenty ounce rooibos")
    assert found == {"size": "large", "leaf": "rooibos", "extra": "honey"}


def test_the_classifier_learns_them_too(tea: OwnIntents) -> None:
    text = tea.training()
    assert "tea.make" in text
    assert "let it steep" in text
    assert ";" not in text


def test_permutations() -> None:
    assert ordered("(a;b) c") == "(a b|b a) c"
    with pytest.raises(UnderstandingError, match="permuted"):
        ordered("((a|b);c)")


def test_numbers_sound_alike_in_digits() -> None:
    assert sounds("20 ounce") == sounds("Twenty-ounce!")


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        ("[tea]\ntemplates = ['tea']", "called like"),
        ("['tea.make']\nreply = 'x'", "needs templates"),
        ("['tea.make']\ntemplates = ['tea']\nreplay = 'x'", "unknown key 'replay'"),
        ("['tea.make']\ntemplates = ['tea {leaf}']", "no values for the slot {leaf}"),
        ("['tea.make']\ntemplates = ['(tea']", "unmatched"),
        ("['tea.make']\ntemplates = ['tea']\ndevice = 'x'", "go together"),
        ("['tea.make']\ntemplates = ['tea']\nreply = 3", "must be texts"),
        ("['timer.brew']\ntemplates = ['tea']", "the device's own"),
        ("[entities]\nleaf = 'green'", "needs"),
        ("[entities]\nleaf = ['{size}']", "cannot hold a slot"),
        ("'tea.make' = 3", "is no table"),
        ("[", "intents.toml"),
    ],
)
def test_mistakes_are_told_in_one_line(tmp_path: Path, text: str, wrong: str) -> None:
    file = tmp_path / "intents.toml"
    file.write_text(text)
    with pytest.raises(UnderstandingError) as caught:
        OwnIntents.load(file)
    assert wrong in str(caught.value)
    assert str(file) in str(caught.value)


def test_without_a_file_there_are_none(tmp_path: Path) -> None:
    assert OwnIntents.load(tmp_path / "intents.toml").intents == {}
