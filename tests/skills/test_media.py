from edge.store import Store
from tests.skills.conftest import Talk

SPEAKER = "media_player.kitchen_speaker"


def test_where_to_play(talk: Talk, store: Store) -> None:
    assert talk.say("media.play", query="jazz") == (
        "Where: the TV, the Kitchen Speaker or the Bedroom Speaker?"
    )
    assert talk.say("media.play", query="jazz", name="Kitchen Speaker") == (
        "Playing jazz on the Kitchen Speaker."
    )
    assert talk.home.state(SPEAKER)["title"] == "jazz"
    assert talk.say("media.play", query="some blues") == "Playing some blues."
    assert talk.home.state(SPEAKER)["title"] == "some blues"
    here = Talk(store, here="Bedroom")
    assert here.say("media.play") == "Playing."
    assert here.state("media_player.bedroom_speaker") == "playing"


def test_pause_resume_and_skip(talk: Talk) -> None:
    for intent in ("pause", "next", "previous"):
        assert talk.say(f"media.{intent}") == "Nothing is playing."
    assert talk.say("media.resume") == "Nothing is paused."
    talk.say("media.play", area="Kitchen")
    assert talk.say("media.next") == "Next one."
    assert talk.say("media.previous") == "Going back."
    assert talk.say("media.pause") == "Paused."
    assert talk.state(SPEAKER) == "paused"
    talk.take_back()
    assert talk.state(SPEAKER) == "playing"
    talk.say("media.pause")
    assert talk.say("media.resume") == "Playing again."
    assert talk.state(SPEAKER) == "playing"
    assert talk.say("media.pause", name="Kitchen Speaker") == "Paused the Kitchen Speaker."


def test_what_cannot_play(talk: Talk) -> None:
    assert talk.say("media.play", name="Bed Light") == "I can't play anything on the Bed Light."
    assert talk.say("media.play", unknown="gramophone") == (
        "I don't know anything called gramophone."
    )
    assert talk.say("media.pause", area="Office") == "There are no devices in the Office."


def test_what_is_playing(talk: Talk) -> None:
    assert talk.say("media.get") == "Nothing is playing."
    talk.say("media.play", query="jazz", name="Kitchen Speaker")
    assert talk.say("media.get") == "Playing jazz on the Kitchen Speaker."
