from edge.records import Reminder
from tests.skills.conftest import Talk


def test_set(talk: Talk) -> None:
    assert talk.say("reminder.set", text="call mom", time="2026-11-23T17:00") == (
        "I'll remind you at 5 p.m.: call mom."
    )
    assert talk.say(
        "reminder.set", text="take out the bins", time="2026-11-24T19:00", repeat=["tuesday"]
    ) == ("I'll remind you on Tuesdays at 7 p.m.: take out the bins.")
    assert talk.say("reminder.list") == (
        "You have 2 reminders: call mom, at 5 p.m.; take out the bins, on Tuesdays at 7 p.m."
    )
    talk.take_back()
    assert [reminder.text for reminder in talk.store.all(Reminder)] == ["call mom"]


def test_questions_and_refusals(talk: Talk) -> None:
    assert talk.say("reminder.set") == "What should I remind you of?"
    assert talk.say("reminder.set", text="call mom") == "When should I remind you?"
    assert talk.say("reminder.set", text="call mom", time="2026-11-23T15:59") == (
        "That time has already passed."
    )
    assert talk.say("reminder.list") == "You have no reminders."
    assert talk.say("reminder.cancel", text="mom") == "You have no reminders."


def test_cancel(talk: Talk) -> None:
    talk.say("reminder.set", text="call mom", time="2026-11-23T17:00")
    talk.say("reminder.set", text="water the plants", time="2026-11-23T18:00")
    assert talk.say("reminder.cancel") == "Which one: call mom or water the plants?"
    assert talk.say("reminder.cancel", text="taxes") == "There is no reminder about taxes."
    assert talk.say("reminder.cancel", text="plants") == "Reminder cancelled."
    talk.take_back()
    assert talk.say("reminder.cancel", all=True) == "2 reminders cancelled."
    assert talk.store.all(Reminder) == []
