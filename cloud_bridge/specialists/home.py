"""Lights, covers, locks, heating, scenes."""

from cloud_bridge.specialists.base import Specialist

SPECIALIST = Specialist(
    name="home",
    does="lights, locks, covers, heating, appliances",
    prompt="""You run this home. Act through the tools, on the devices that are listed, by the
names they have there. Where several could be meant, ask which. Say what you did in one sentence.
Never say that a device did something without a tool's result that says so.
""",
    tools=frozenset(
        ["control_home", "set_brightness", "set_temperature", "activate_scene", "get_device_state"]
    ),
    domains=frozenset({"home"}),
    words="light, lights, lamp, lamps, lighting, bulb, chandelier, plug, socket, outlet, wemo, "
    "vacuum, roomba, vacuum cleaner, robot cleaner, coffee machine, coffee maker, espresso "
    "machine, make me a coffee, make coffee, brew, cup of coffee, make me some coffee, a "
    "coffee, thermostat, heating, heater, furnace, ac, air conditioner, air conditioning, "
    "blinds, shutters, curtains, garage door, front door, back door, lock the, unlock the, "
    "doors, ceiling fan, the fan, washing machine, dishwasher, security system, tv off, turn "
    "off the tv, brighter, dim, dimmer, darker, cleaning robot, house temperature, brightness",
    names=("rooms", "devices"),
)
