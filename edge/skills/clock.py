"""The time and the date."""

from collections.abc import Iterable
from datetime import date, datetime
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from edge.events import Action, Intent, Plan
from edge.skills.base import Undo, say, text_slot
from edge.skills.words import clock, month_day, sentence

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
            return say(
                _time(now, text_slot(intent.slots, "zone"), text_slot(intent.slots, "place"))
            )
        day = _date(text_slot(intent.slots, "date")) or now.date()
        return say(_tell(day, now.date(), text_slot(intent.slots, "asked")))

    async def perform(self, action: Action) -> Undo | None:
        """There is nothing to do."""
        return None


def _time(now: datetime, zone: str | None, place: str | None) -> str:
    if zone is None:
        return sentence(f"It's {clock(now)}")
    try:
        there = now.astimezone(ZoneInfo(zone))
    except (ZoneInfoNotFoundError, ValueError):
        return f"I don't know the time in {place or 'that place'}."
    days = (there.date() - now.date()).days
    day = {1: " tomorrow", -1: " yesterday"}.get(days, "")
    return sentence(f"It's {clock(there)}{day}{f' in {place.title()}' if place else ' there'}")


def _tell(day: date, today: date, asked: str | None) -> str:
    distance = (day - today).days
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
