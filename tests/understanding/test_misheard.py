from edge.events import Local
from edge.understanding.misheard import Misheard
from edge.understanding.names import KIND_WORDS
from edge.understanding.own import OwnRouter
from edge.understanding.router import COMMANDING
from tests.understanding.conftest import HOME, NOW


def test_a_doubtful_word_becomes_one_that_sounds_like_it() -> None:
    misheard = Misheard({*COMMANDING, *KIND_WORDS})
    said = [" ".join(words) for words, _ in misheard.variants(["plus", "the", "timer"], {0})]
    assert "pause the timer" in said
    assert not any(text.startswith("plus") for text in said)
    heard = ["add", "five", "to", "the", "time", "or"]
    said = [" ".join(words) for words, _ in misheard.variants(heard, {4})]
    assert "add five to the timer" in said


def test_only_clear_commands_are_proposed(model) -> None:
    router = OwnRouter(model, HOME)
    assert "pause the timer" in [each.text for each in router.propose("plus the timer", NOW)]
    assert not router.propose("who wrote the iliad", NOW)


def test_no_door_opens_on_a_word_that_was_put_right(model) -> None:
    router = OwnRouter(model, HOME)
    meant = [
        router.route(each.text, NOW) for each in router.propose("on block the front door", NOW)
    ]
    names = {intent.name for route in meant if isinstance(route, Local) for intent in route.intents}
    told = {each.text for each in router.propose("plus the timer", NOW)}
    assert "home.open" not in names
    assert not any("cancel" in text and "timer" not in text for text in told)


def test_a_command_with_a_word_that_explains_nothing_is_loose(model) -> None:
    router = OwnRouter(model, HOME)
    assert router.clear(router.route("turn off the bed light", NOW))
    assert not router.clear(router.route("turn off the florb", NOW))
    assert not router.clear(router.route("flip a normal coin", NOW))
