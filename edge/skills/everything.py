"""All skills, put together."""

from collections.abc import Mapping, Sequence

from edge.config.schema import Config
from edge.home.contact import ConfiguredContact
from edge.home.home import Home
from edge.memory.facts import Facts
from edge.skills.alarms import Alarms
from edge.skills.assistant import AssistantSkill
from edge.skills.base import Skills
from edge.skills.chance import Chance
from edge.skills.clock import Clock
from edge.skills.escalation import Escalation
from edge.skills.house import House
from edge.skills.later import Later
from edge.skills.lists import Lists
from edge.skills.maths import Maths
from edge.skills.media import Media
from edge.skills.memory import MemorySkill
from edge.skills.own import Own
from edge.skills.reminders import Reminders
from edge.skills.schedule import Schedule
from edge.skills.snooze import Snooze
from edge.skills.states import States
from edge.skills.talks import Talks
from edge.skills.timers import Timers
from edge.skills.volume import Mixer, Volume
from edge.store import Store
from edge.vocabulary import OwnIntent


def all_skills(
    store: Store,
    home: Home,
    mixer: Mixer,
    schedule: Schedule,
    lists: Sequence[str],
    talks: Talks | None = None,
    config: Config | None = None,
    own: Mapping[str, OwnIntent] | None = None,
    facts: Facts | None = None,
) -> Skills:
    """Everything the device can do by itself.

    `lists` are the names of its lists; without `talks` there is no conversation to go back to;
    `facts` bring a clock of their own.
    """
    settings = config or Config()
    escalation = settings.escalation
    contact = ConfiguredContact(escalation, settings.home)
    later = Later(schedule)
    return Skills(
        (
            Clock(),
            Timers(store, schedule),
            Alarms(store),
            Reminders(store),
            Snooze(store, schedule),
            House(home),
            States(home),
            Media(home),
            Volume(mixer, store, home),
            Lists(store, lists),
            Maths(),
            AssistantSkill(),
            Chance(),
            MemorySkill(facts or Facts(store)),
            talks or Talks(),
            Escalation(contact, escalation.number, escalation.immediate),
            Own(home, own or {}),
            later,
        ),
        later,
    )
