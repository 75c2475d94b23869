import asyncio

import pytest

from edge.skills.volume import RememberedMixer, recall
from tests.skills.conftest import Talk


@pytest.mark.parametrize(
    ("intent", "slots", "said", "volume"),
    [
        ("set", {"percent": 40}, "Volume at 40 percent.", 40),
        ("set", {"percent": 140}, "Volume at 100 percent.", 100),
        ("up", {}, "Volume at 80 percent.", 80),
        ("down", {}, "Volume at 60 percent.", 60),
        ("down", {"delta": 25}, "Volume at 45 percent.", 45),
        ("up", {"delta": 500}, "Volume at 100 percent.", 100),
        ("set", {}, "How loud, in percent?", 70),
    ],
)
def test_the_voice(talk: Talk, intent, slots, said: str, volume: int) -> None:
    assert talk.say(f"volume.{intent}", **slots) == said
    assert talk.mixer.volume == volume


def test_mute(talk: Talk) -> None:
    assert talk.say("volume.mute") == "Muted."
    assert talk.mixer.muted
    assert talk.say("volume.unmute") == "I'm back."
    assert not talk.mixer.muted
    talk.say("volume.mute")
    talk.say("volume.up")
    assert not talk.mixer.muted, "who turns it up wants to hear it"
    talk.take_back()
    assert (talk.mixer.volume, talk.mixer.muted) == (70, True)


def test_it_is_kept(talk: Talk) -> None:
    mixer = RememberedMixer()
    recall(mixer, talk.store, 55)
    assert (mixer.volume, mixer.muted) == (55, False)
    talk.say("volume.set", percent=40)
    talk.say("volume.mute")
    recall(mixer, talk.store, 55)
    assert (mixer.volume, mixer.muted) == (40, True)
    asyncio.run(talk.store.set("volume", "loud"))
    recall(mixer, talk.store, 55)
    assert mixer.volume == 55


def test_a_player(talk: Talk) -> None:
    assert talk.say("volume.set", name="TV", percent=20) == "Set the TV to 20 percent."
    assert talk.say("volume.up", name="TV") == "Set the TV to 30 percent."
    assert talk.home.state("media_player.tv")["volume"] == 30
    talk.take_back()
    assert talk.home.state("media_player.tv")["volume"] == 20
    assert talk.say("volume.mute", name="TV") == "Muted the TV."
    assert talk.home.state("media_player.tv")["muted"] is True
    assert talk.say("volume.set", name="Bed Light", percent=1) == (
        "I can't change the volume of the Bed Light."
    )
    assert talk.mixer.volume == 70


def test_how_loud_it_is(talk: Talk) -> None:
    talk.say("volume.set", percent=40)
    assert talk.say("volume.get") == "The volume is at 40 percent."
    talk.say("volume.mute")
    assert talk.say("volume.get") == "The volume is at 40 percent, and muted."
