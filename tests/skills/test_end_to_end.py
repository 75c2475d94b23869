"""Sentence → router → skill → reply: the slots that one room fills are those the other reads."""

import pytest

from edge.events import Local
from edge.understanding.model import IntentModel
from edge.understanding.router import Router
from tests.skills.conftest import NOW, Talk

TALKS = {
    "timers": (
        ("set a timer for 3 hours and 10 minutes", "Timer set for 3 hours and 10 minutes."),
        ("set a 9 minute pasta timer", "Pasta timer set for 9 minutes."),
        ("how long is left on the pasta timer", "Your pasta timer has 9 minutes left."),
        ("add two minutes to the pasta timer", "Added 2 minutes. 11 minutes left."),
        ("pause the pasta timer", "Pasta timer paused."),
        ("resume timer", "Pasta timer resumed."),
        ("cancel timer", "Which one: the pasta timer or the 3 hour 10 minute timer?"),
        ("cancel the pasta timer", "Pasta timer cancelled."),
        ("cancel all timers", "Timer cancelled."),
        ("set a timer", "For how long?"),
    ),
    "alarms and reminders": (
        ("wake me up at seven tomorrow", "Alarm set for tomorrow at 7 a.m."),
        ("set an alarm for 6:30 on weekdays", "Alarm set for weekdays at 6:30 a.m."),
        ("cancel my 7 am alarm", "Alarm cancelled."),
        ("remind me to call mom at five", "I'll remind you at 5 p.m.: call mom."),
        ("remind me to take out the trash", "When should I remind you?"),
    ),
    "lists": (
        ("add milk and eggs to my shopping list", "Added milk and eggs to your shopping list."),
        ("remove eggs from the shopping list", "Removed eggs from your shopping list."),
        ("what's on my shopping list", "Your shopping list has milk."),
        ("clear the to do list", "Your to-do list is empty."),
    ),
    "the home": (
        ("turn on Standing Light", "Turned on the Standing Light."),
        ("set Bed Light brightness to 50 percent", "Set the Bed Light to 50 percent."),
        ("set the bed light to blue", "Set the Bed Light to blue."),
        ("turn off lights in the Office", "Turned off the lights in the Office."),
        (
            "turn off all the lights except the bed light",
            "Turned off all the lights except the Bed Light.",
        ),
        ("run Party Time", "Activated Party Time."),
        ("unlock the front door", "Should I unlock the Front Door?"),
        ("open the garage door", "Should I open the Garage Door?"),
        ("is the front door locked", "Yes, the Front Door is locked."),
        ("set the thermostat to 22 degrees", "Set the Ecobee to 22 degrees."),
        ("make it warmer in the bedroom", "Set the Heat Pump to 21 degrees."),
        ("what's the temperature", "It's 20.5 degrees in the Living Room."),
    ),
    "sound": (
        ("play some jazz in the kitchen", "Playing jazz on the Kitchen Speaker."),
        ("pause the music", "Paused."),
        ("resume", "Playing again."),
        ("next", "Next one."),
        ("volume up", "Volume at 80 percent."),
        ("set the volume to 40 percent", "Volume at 40 percent."),
        ("mute", "Muted."),
    ),
    "the rest": (
        ("what time is it", "It's 4 p.m."),
        ("what day is tomorrow", "Tomorrow is Tuesday."),
        ("what's 12 times 7", "12 times 7 is 84."),
        ("how many kilometers is 5 miles", "5 miles is about 8.05 kilometers."),
        ("never mind", "Okay, never mind."),
        ("thank you", "You're welcome."),
    ),
}


@pytest.mark.anyio
@pytest.mark.parametrize("talk_of", TALKS)
async def test_sentences(talk: Talk, talk_of: str) -> None:
    router = Router(IntentModel.load(None), talk.home.vocabulary())
    for sentence, reply in TALKS[talk_of]:
        route = router.route(sentence, NOW)
        assert isinstance(route, Local), sentence
        (intent,) = route.intents
        plan = await talk.skills.plan(intent, NOW)
        if plan.action is not None and not plan.confirm:
            await talk.skills.perform(plan.action)
        assert plan.reply.text == reply, f"{sentence}: {intent}"
