"""The time and the date."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from edge.events import Action, Intent, Plan
from edge.skills.base import Undo, number_slot, say, text_slot
from edge.skills.words import clock, count, month_day, sentence

_RELATIVE = {-1: "Yesterday was", 0: "It's", 1: "Tomorrow is"}


class Clock:
    """Tells the time and the date."""

    intents = frozenset({"time.now", "date.today"})

    def phrases(self) -> Iterable[str]:
        """None: a day has too many minutes to render them all."""
        return ()

    async def plan(self, intent: Intent, now: datetime) -> Plan:
        """Answer from `now`."""
        if intent.name == "time.now":
            later = timedelta(seconds=number_slot(intent.slots, "after") or 0)
            zone, place = text_slot(intent.slots, "zone"), text_slot(intent.slots, "place")
            return say(_time(now, zone, place, later))
        day = _date(text_slot(intent.slots, "date")) or now.date()
        return say(_tell(day, now.date(), text_slot(intent.slots, "asked")))

    async def perform(self, action: Action) -> Undo | None:
        """There is nothing to do."""
        return None


def _time(now: datetime, zone: str | None, place: str | None, later: timedelta) -> str:
    its = "It'll be" if later else "It's"
    then = now + later
    if zone is None:
        day = " tomorrow" if (then.date() - now.date()).days == 1 else ""
        return sentence(f"{its} {clock(then)}{day}")
    try:
        there = then.astimezone(ZoneInfo(zone))
    except (ZoneInfoNotFoundError, ValueError):
        return f"I don't know the time in {place or 'that place'}."
    days = (there.date() - now.date()).days
    day = {1: " tomorrow", -1: " yesterday"}.get(days, "")
    return sentence(f"{its} {clock(there)}{day}{f' in {place.title()}' if place else ' there'}")


def _tell(day: date, today: date, asked: str | None) -> str:
    distance = (day - today).days
    parts = {"month": f"{day:%B}", "year": f"{day.year}", "week": f"week {day.isocalendar().week}"}
    if asked in parts:
        return f"It's {parts[asked]}."
    if asked == "until" and distance > 0:
        return f"{count(distance, 'day')} until {month_day(day)}."
    year = f", {day.year}" if day.year != today.year else ""
    if distance in _RELATIVE:
        what = f"{day:%A}" if asked == "weekday" else f"{day:%A}, {month_day(day)}{year}"
        return f"{_RELATIVE[distance]} {what}."
    verb = "is" if distance > 0 else "was"
    return f"{month_day(day)}{year} {verb} a {day:%A}."


def _date(text: str | None) -> date | None:
    try:
        return date.fromisoformat(text[:10]) if text else None
    except ValueError:
        return None
