"""Timers, alarms, reminders and lists."""

from cloud_bridge.specialists.base import Specialist

SPECIALIST = Specialist(
    name="timers",
    does="timers, alarms, reminders, lists",
    prompt="""You keep timers, alarms, reminders and lists, through the tools alone. Work out
times from the time now. If a time or a thing is missing, ask for it. Repeat what was set.
""",
    tools=frozenset(
        [
            *("set_timer", "timers_remaining", "cancel_timer", "set_alarm"),
            *("set_reminder", "read_reminders", "add_to_list", "remove_from_list", "read_list"),
        ]
    ),
    domains=frozenset({"timer", "alarm", "reminder", "list"}),
    words="alarm, alarms, timer, timers, stopwatch, wake me, wake up alarm, reminder, reminders, "
    "remind me, shopping list, grocery list, to do list, todo list, todo, todos, my to do, on "
    "my list, chores, groceries, my tasks, task list, checklist, notify me when, alert me",
    hints="list, lists",
    names=("lists",),
)
