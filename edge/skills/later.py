"""Commands that wait: "turn off the heater in an hour", "the lights on at seven for ten minutes".

What is kept is the intent, and it is planned again when it is due: what was off may be on by then.
What asks for leave asks when it is ordered; what lets nobody in is done without a word.
"""

import json
import logging
import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import cast

from edge.errors import SkillError, StoreError
from edge.events import Action, Intent, Plan, Reply, Value
from edge.records import Planned
from edge.skills.base import Planning, Skills, Undo, ask, number_slot, say, text_slot, texts_slot
from edge.skills.schedule import LATE, Schedule, at_local, day_numbers, next_time, when
from edge.skills.words import about, clock, duration, join, moment, sentence
from edge.vocabulary import WHEN

log = logging.getLogger(__name__)

_CAN_WAIT = ("home.", "media.", "volume.")
"""Domains whose commands can wait; alarms and reminders have times of their own."""
_BEGIN = frozenset({"delay", "at", "day", "repeat"})
_DAY_S = 86_400
_HARMLESS_LATE = timedelta(hours=6)
"""So long after its time something is still turned off, closed or locked."""
_HARMLESS = frozenset({"home.turn_off", "home.close", "home.lock", "media.pause", "volume.mute"})
_OPPOSITE = {
    "home.turn_on": "home.turn_off", "home.turn_off": "home.turn_on",
    "home.open": "home.close", "home.close": "home.open", "home.unlock": "home.lock",
    "media.pause": "media.resume", "volume.mute": "volume.unmute",
    "volume.unmute": "volume.mute",
}  # fmt: skip
_AS_ORDER = {
    "Turned on": "turn on", "Turned off": "turn off", "Opening": "open", "Closing": "close",
    "Locked": "lock", "Unlocked": "unlock", "Set": "set", "Brightened": "brighten",
    "Dimmed": "dim", "Activated": "activate", "Playing again": "go on playing",
    "Playing": "play", "Paused": "pause", "Muted": "mute", "Unmuted": "unmute",
    "Next one": "skip to the next one", "Going back": "go back to the one before",
    "Volume at": "set the volume to",
}  # fmt: skip
"""How replies begin that tell what was done, and what they would have been as orders."""
_ANYWAY = {"media.pause": "pause the music", "media.resume": "go on playing",
           "media.next": "skip to the next one", "media.previous": "go back one"}  # fmt: skip
"""What can be ordered though there is nothing to do it to now."""
_WHEN = "At what time?"
_NONE = "Nothing is planned."
_NONE_LIKE = "Nothing like that is planned."
_PASSED = "That time has already passed."
_NOT_BACK = "I can only do that until I am told otherwise, not for a while."
_SUN = {"sunset": "I don't know when the sun sets.", "sunrise": "I don't know when the sun rises."}


class Later:
    """Has commands wait, tells of them and drops them."""

    intents = frozenset({"later.set", "later.list", "later.cancel"})

    def __init__(self, schedule: Schedule) -> None:
        self._schedule = schedule

    def phrases(self) -> Iterable[str]:
        """All but the plans themselves."""
        return (_WHEN, _NONE, _NONE_LIKE, _PASSED, _NOT_BACK, *_SUN.values())

    # ── to be done later, or for a while ─────────────────────────────────────────────────────

    def concerns(self, intent: Intent) -> bool:
        """Whether an intent says when, or is about a command that might wait."""
        if intent.name.startswith(_CAN_WAIT):
            return not intent.slots.keys().isdisjoint(WHEN)
        return intent.name in self.intents and "of" in intent.slots

    async def decide(self, intent: Intent, now: datetime, at_once: Planning) -> Plan:
        """Decide on what `concerns` this; `at_once` plans a command that does not wait."""
        bare = {key: v for key, v in intent.slots.items() if key not in (*WHEN, "of")}
        if intent.name in self.intents:
            of = str(intent.slots["of"])
            devices = _devices(await at_once(Intent(of, bare), now)).split()
            return await self.plan(Intent(intent.name, {**intent.slots, "devices": devices}), now)
        sun = text_slot(intent.slots, "sun")
        if sun is not None:
            return say(_SUN.get(sun, _SUN["sunset"]))
        plan = await at_once(replace(intent, slots=bare), now)
        if plan.reply.expects_reply and not plan.confirm:
            return plan
        if plan.action is None and intent.name not in _ANYWAY:
            return plan
        lasting = _lasting(intent.slots)
        if _BEGIN.isdisjoint(intent.slots.keys()):
            return await self._for_a_while(intent, bare, plan, now, at_once)
        if lasting and intent.name not in _OPPOSITE:
            return say(_NOT_BACK)
        text = _order(intent.name, plan) + _for_how_long(lasting, now)
        return _postponed(replace(intent, slots={**bare, **lasting}), plan, text, intent.slots, now)

    async def _for_a_while(
        self,
        intent: Intent,
        bare: Mapping[str, Value],
        plan: Plan,
        now: datetime,
        at_once: Planning,
    ) -> Plan:
        """Done at once, and the opposite when the time is over."""
        if plan.action is None:
            return plan
        back = Intent(_OPPOSITE.get(intent.name, ""), bare)
        undoing = await at_once(back, now) if back.name else None
        if undoing is None or undoing.confirm:
            return say(_NOT_BACK)
        end = {"delay": intent.slots.get("lasting"), "at": intent.slots.get("until")}
        devices = replace(undoing, action=plan.action)
        then = _postponed(back, devices, _order(back.name, undoing), end, now)
        if then.action is None:
            return then
        arguments = {**plan.action.arguments, "then": then.action.arguments}
        action = replace(plan.action, arguments=arguments)
        while_ = _for_how_long(intent.slots, now)
        if plan.confirm:
            return replace(plan, action=action, done=_extended(plan.done, while_))
        return Plan(Reply(_extended(plan.reply.text, while_)), action)

    async def keep(self, action: Action) -> Undo | None:
        """Have wait what an action wants done afterwards."""
        then = action.arguments.get("then")
        if not isinstance(then, Mapping):
            return None
        return await self.perform(Action("later.set", then))

    async def carry_out(
        self, planned: Planned, due: datetime, now: datetime, skills: Skills
    ) -> tuple[Action | None, str]:
        """Do what is due and forget it: what was done, and what has to be told about it."""
        done, told = await self._done(planned, due, now, skills)
        try:
            await self._schedule.over(planned, now)
        except StoreError as error:
            log.warning("%s", error)
        return done, told

    async def _done(
        self, planned: Planned, due: datetime, now: datetime, skills: Skills
    ) -> tuple[Action | None, str]:
        intent = _intent(planned)
        patience = _HARMLESS_LATE if intent.name in _HARMLESS else LATE
        if now - due > patience:
            return None, f"I was to {planned.text} {moment(due, now)}, but I was off."
        try:
            plan = await skills.plan(intent, now)
            allowed = plan.confirm and json.loads(planned.intent)["allowed"]
            if plan.action is None or (plan.reply.expects_reply and not allowed):
                return None, f"I was to {planned.text}. {plan.reply.text}"
            await skills.perform(plan.action)
        except (SkillError, StoreError) as error:
            return None, f"I was to {planned.text}. {error}"
        return plan.action, ""

    # ── asking and taking back ───────────────────────────────────────────────────────────────

    async def plan(self, intent: Intent, now: datetime) -> Plan:
        """Tell what is planned, or drop it."""
        waiting = self._schedule.planned(now)
        if not waiting:
            return say(_NONE)
        found = [(each, due) for each, due in waiting if _meant(each, intent.slots)]
        if not found:
            return say(_NONE_LIKE)
        if intent.name == "later.list":
            told = [f"{each.text} {_due(each, due, now)}" for each, due in found]
            return say(sentence(f"I'll {join(told)}"))
        if len(found) > 1 and not intent.slots.get("all"):
            return ask(f"Which one: {join([each.text for each, _ in found], 'or')}?")
        ids: list[Value] = [each.id for each, _ in found]
        text = f"I won't {found[0][0].text}" if len(ids) == 1 else f"I dropped {len(ids)} plans"
        return Plan(Reply(f"Okay, {text}."), Action("later.cancel", {"ids": ids}))

    async def perform(self, action: Action) -> Undo | None:
        """Keep a command, or drop some."""
        arguments = action.arguments
        if action.name == "later.set":
            kept = {key: arguments[key] for key in ("name", "slots", "allowed")}
            planned = Planned(
                uuid.uuid4().hex,
                json.dumps(kept),
                str(arguments["text"]),
                str(arguments["devices"]),
                text_slot(arguments, "time"),
                str(arguments["days"]),
            )
            now = datetime.fromisoformat(str(arguments["from"]))
            return await self._schedule.plan(planned, number_slot(arguments, "delay"), now)
        return await self._schedule.drop(texts_slot(arguments, "ids"))


def _postponed(
    intent: Intent, plan: Plan, text: str, slots: Mapping[str, Value], now: datetime
) -> Plan:
    """A plan to have an intent wait for the time that slots say."""
    delay = number_slot(slots, "delay")
    time, day = text_slot(slots, "at"), text_slot(slots, "day")
    days = day_numbers(texts_slot(slots, "repeat"))
    if delay is not None and delay > _DAY_S:  # "in a week" follows the wall clock
        later = now + timedelta(seconds=delay)
        time, delay = later.replace(tzinfo=None).isoformat(timespec="minutes"), None
    if delay is None and time is None:
        return ask(_WHEN)
    if time is not None and day is not None:
        time = f"{day}T{datetime.fromisoformat(time):%H:%M}"
    if time is not None and days:
        time = next_time(time, days, now)
    if time is not None and at_local(time, now) <= now:
        return say(_PASSED)
    action = Action(
        "later.set",
        {
            **{"name": intent.name, "slots": intent.slots, "allowed": plan.confirm, "text": text},
            **{"devices": _devices(plan), "time": time, "days": days, "delay": delay},
            "from": now.isoformat(),
        },
    )
    kept = Planned("", "", text, "", time, days)
    at = when(kept, now) if time else f"in {duration(delay or 0)}"
    if plan.confirm:
        question = Reply(f"Should I {text} {at}?", expects_reply=True)
        return Plan(question, action, confirm=True, done=sentence(f"I'll {text} {at}"))
    return Plan(Reply(sentence(f"I'll {text} {at}")), action)


def _order(name: str, plan: Plan) -> str:
    """A reply that tells what was done, as an order: "turn off the TV"."""
    said = (plan.done or plan.reply.text).removesuffix(".")
    for told, order in _AS_ORDER.items():
        if said.startswith(told):
            return order + said[len(told) :]
    return _ANYWAY.get(name, "do that")


def _extended(told: str, how_long: str) -> str:
    return sentence(told.removesuffix(".") + how_long)


def _lasting(slots: Mapping[str, Value]) -> dict[str, Value]:
    """For how long something that begins later is to last: of "at six until ten", four hours."""
    begin, end = text_slot(slots, "at"), text_slot(slots, "until")
    if begin is not None and end is not None:
        length = datetime.fromisoformat(end) - datetime.fromisoformat(begin)
        return {"lasting": round(length.total_seconds()) % _DAY_S}
    return {key: value for key, value in slots.items() if key in ("lasting", "until")}


def _for_how_long(lasting: Mapping[str, Value], now: datetime) -> str:
    seconds, until = number_slot(lasting, "lasting"), text_slot(lasting, "until")
    if until is not None:
        return f" until {clock(at_local(until, now))}"
    return f" for {duration(seconds)}" if seconds else ""


def _devices(plan: Plan) -> str:
    calls = plan.action.arguments.get("calls", ()) if plan.action else ()
    return " ".join(str(each["id"]) for each in cast(Sequence[Mapping[str, Value]], calls))


def _intent(planned: Planned) -> Intent:
    kept = json.loads(planned.intent)
    return Intent(str(kept["name"]), kept["slots"])


def _meant(planned: Planned, slots: Mapping[str, Value]) -> bool:
    """Whether a plan is of the kind that slots name, and of the same things."""
    of, devices = text_slot(slots, "of"), set(texts_slot(slots, "devices"))
    named = [text_slot(slots, key) for key in ("name", "area")]
    if of is not None and of != _intent(planned).name:
        return False
    if devices and planned.devices:
        return not devices.isdisjoint(planned.devices.split())
    return all(name is None or name.casefold() in planned.text.casefold() for name in named)


def _due(planned: Planned, due: datetime, now: datetime) -> str:
    if planned.time is not None:
        return when(planned, now)
    return f"in {about((due - now).total_seconds())}"
