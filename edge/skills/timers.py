"""Timers: several at once, with names; they can be asked for, paused, extended, cancelled."""

import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from edge.errors import SkillError
from edge.events import Action, Intent, Plan, Reply, Value
from edge.records import Timer
from edge.skills.base import Undo, ask, number_slot, say, text_slot, texts_slot
from edge.skills.schedule import Schedule, timer_name
from edge.skills.words import about, count, duration, join, sentence
from edge.store import Store

LONGEST_S = 7 * 86_400
_HOW_LONG = "For how long?"
_HOW_MUCH = "How much time should I add?"
_NONE = "You have no timers."
_NONE_LIKE = {"timer.pause": "No timer is running.", "timer.resume": "No timer is paused."}
_DONE = {"timer.pause": "paused", "timer.resume": "resumed", "timer.cancel": "cancelled"}
_COMMON_S = (
    *(30, 45, 60, 90, 120, 180, 240, 300, 360, 420, 480, 540, 600, 720, 900),
    *(1200, 1500, 1800, 2400, 2700, 3600, 5400, 7200),
)


class Timers:
    """Counts down; the schedule rings."""

    intents = frozenset({*_DONE, "timer.set", "timer.remaining", "timer.add"})

    def __init__(self, store: Store, schedule: Schedule) -> None:
        self._store = store
        self._schedule = schedule

    def phrases(self) -> Iterable[str]:
        """The questions, and the lengths that most timers have."""
        yield from (_HOW_LONG, _HOW_MUCH, _NONE, *_NONE_LIKE.values())
        yield from (f"Timer {done}." for done in _DONE.values())
        yield "Your timer is done."
        for seconds in _COMMON_S:
            yield f"Timer set for {duration(seconds)}."
            yield f"Your {timer_name(None, seconds)} is done."

    async def plan(self, intent: Intent, now: datetime) -> Plan:
        """Decide which timer is meant and what becomes of it."""
        if intent.name == "timer.set":
            if not intent.slots.get("instead"):
                return _set(intent.slots, now)
            return self._changed_to(intent.slots, now)
        timers = self._meant(intent.name, intent.slots, now)
        if isinstance(timers, Plan):
            return timers
        match intent.name:
            case "timer.remaining":
                return say(" ".join(self._tell(each, now, len(timers)) for each in timers[:3]))
            case "timer.add":
                return self._add(timers, intent.slots, now)
            case _:
                return self._each(intent, timers, now)

    def _meant(self, verb: str, slots: Mapping[str, Value], now: datetime) -> list[Timer] | Plan:
        """The timers that are meant, or the plan to say that there is none, or to ask."""
        timers = self._schedule.timers(now)
        if not timers:
            return say(_NONE)
        if verb in _NONE_LIKE:
            paused = verb == "timer.resume"
            timers = [timer for timer in timers if (timer.left is not None) == paused]
            if not timers:
                return say(_NONE_LIKE[verb])
        name = text_slot(slots, "name")
        length = number_slot(slots, "of" if verb == "timer.add" else "duration")
        if "except" in slots:
            spared = slots["except"]
            timers = [timer for timer in timers if not _is(timer, spared)]
            return timers or say("There is no other timer.")
        if name is not None:
            timers = [timer for timer in timers if _plain(timer.name) == _plain(name)]
        elif length is not None:
            timers = [timer for timer in timers if round(timer.duration) == round(length)]
        elif (nth := number_slot(slots, "nth")) is not None:
            return _by_order(timers, int(nth))
        if not timers:
            return say(f"There is no {timer_name(name, length or 0)}.")
        if len(timers) == 1 or slots.get("all") or verb == "timer.remaining":
            return timers
        called = list(dict.fromkeys(f"the {_called(timer)}" for timer in timers))
        # Timers of one name cannot be told apart by it: the next to ring is meant.
        return timers[:1] if len(called) == 1 else ask(f"Which one: {join(called, 'or')}?")

    def _changed_to(self, slots: Mapping[str, Value], now: datetime) -> Plan:
        """Set what is left of a timer that runs to another length; start one if none runs."""
        seconds = number_slot(slots, "duration")
        if not self._schedule.timers(now) or not seconds:
            return _set(slots, now)
        named = {"name": slots["name"]} if "name" in slots else {}
        timers = self._meant("timer.set", named, now)
        if isinstance(timers, Plan):
            return timers
        if seconds > LONGEST_S:
            return say(_too_long())
        change = seconds - self._schedule.left(timers[0], now)
        text = f"{timers[0].name or ''} timer changed to {duration(seconds)}".strip()
        arguments = {**_which(timers[:1], now), "seconds": change}
        return Plan(Reply(sentence(text)), Action("timer.add", arguments))

    def _tell(self, timer: Timer, now: datetime, among: int) -> str:
        left = about(self._schedule.left(timer, now))
        paused = timer.left is not None
        if among == 1 and timer.name is None:
            return f"Your timer is paused with {left} left." if paused else f"{left} left."
        state = f"is paused with {left} left" if paused else f"has {left} left"
        return f"Your {_called(timer)} {state}."

    def _add(self, timers: Sequence[Timer], slots: Mapping[str, Value], now: datetime) -> Plan:
        seconds = number_slot(slots, "duration")
        if not seconds:
            return ask(_HOW_MUCH)
        after = self._schedule.left(timers[0], now) + seconds
        if after <= 0:
            return say(sentence(f"There is less than that left: {about(after - seconds)}"))
        if after > LONGEST_S:
            return say(_too_long())
        verb = "Added" if seconds > 0 else "Took off"
        text = f"{verb} {duration(abs(seconds))}. {about(after)} left."
        arguments = {**_which(timers, now), "seconds": seconds}
        return Plan(Reply(text), Action("timer.add", arguments))

    def _each(self, intent: Intent, timers: Sequence[Timer], now: datetime) -> Plan:
        done = _DONE[intent.name]
        if len(timers) > 1:
            text = f"{count(len(timers), 'timer')} {done}."
        else:
            text = f"{timers[0].name or ''} timer {done}."
        return Plan(Reply(sentence(text.strip())), Action(intent.name, _which(timers, now)))

    async def perform(self, action: Action) -> Undo | None:
        """Change the timers and give what changes them back."""
        now = datetime.fromisoformat(str(action.arguments["at"]))
        if action.name == "timer.set":
            return await self._start(action, now)
        wanted = set(texts_slot(action.arguments, "ids"))
        before = [timer for timer in self._schedule.timers(now) if timer.id in wanted]
        if not before:
            raise SkillError("That timer is gone already.")
        if action.name == "timer.cancel":
            await self._store.write(remove=before)
        else:
            await self._store.write(put=[self._changed(each, action, now) for each in before])

        async def undo() -> None:
            await self._store.write(put=before)

        return undo

    async def _start(self, action: Action, now: datetime) -> Undo:
        length = number_slot(action.arguments, "duration") or 0.0
        name = text_slot(action.arguments, "name")
        fresh = Timer(uuid.uuid4().hex, name, length, None, None)
        timer = self._schedule.running(fresh, length, now)
        await self._store.write(put=[timer])

        async def undo() -> None:
            await self._store.write(remove=[timer])

        return undo

    def _changed(self, timer: Timer, action: Action, now: datetime) -> Timer:
        left = self._schedule.left(timer, now)
        match action.name:
            case "timer.pause":
                return replace(timer, due=None, left=left, boot=None, up=None)
            case "timer.add":
                left += number_slot(action.arguments, "seconds") or 0.0
                if timer.left is not None:
                    return replace(timer, left=left)
        return self._schedule.running(timer, left, now)


def _by_order(timers: Sequence[Timer], nth: int) -> list[Timer] | Plan:
    """The nth timer in the order in which they were set, -1 for the last."""
    timed = sorted(timers, key=lambda timer: (timer.due or 0.0) - timer.duration)
    if abs(nth) > len(timed):
        return say(f"There {'is' if len(timed) == 1 else 'are'} only {count(len(timed), 'timer')}.")
    return [timed[nth - 1 if nth > 0 else nth]]


def _set(slots: Mapping[str, Value], now: datetime) -> Plan:
    seconds, name = number_slot(slots, "duration"), text_slot(slots, "name")
    if seconds is None or seconds <= 0:
        return ask(_HOW_LONG)
    if seconds > LONGEST_S:
        return say(_too_long())
    called = timer_name(name, seconds) if name else "timer"
    rings = (now + timedelta(seconds=seconds)).isoformat(timespec="seconds")
    return Plan(
        Reply(sentence(f"{called} set for {duration(seconds)}")),
        Action(
            "timer.set", {"duration": seconds, "name": name, "at": now.isoformat(), "due": rings}
        ),
    )


def _too_long() -> str:
    return f"A timer can run for {duration(LONGEST_S)} at most; a reminder can wait longer."


def _which(timers: Sequence[Timer], now: datetime) -> dict[str, Value]:
    return {
        "ids": [timer.id for timer in timers],
        "timers": [_called(timer) for timer in timers],
        "at": now.isoformat(),
    }


def _called(timer: Timer) -> str:
    return timer_name(timer.name, timer.duration)


def _is(timer: Timer, called: Value) -> bool:
    """Whether a timer is the one of a name, or of a length in seconds."""
    if isinstance(called, str):
        return _plain(timer.name) == _plain(called)
    return isinstance(called, int | float) and round(timer.duration) == round(called)


def _plain(name: str | None) -> str:
    return (name or "").casefold().removeprefix("the ").removesuffix("timer").strip()
