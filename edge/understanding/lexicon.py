"""Words that carry no meaning of their own, and words that a sentence cannot end in."""

from collections.abc import Mapping

from edge.understanding.wordset import phrase_list, word_set

STOP = word_set(
    "a an the this that these those it its them they he she i me my mine we us our you your "
    "yours is am are was were be been being do does did have has had having can could will "
    "would shall should may might must to of in on at by for from with about into onto as "
    "and or if then so than but not no there here please now just also too some any all "
    "every each both more most very really right okay well yes yeah up down out off over "
    "what which who when where how let get go going got make makes want wants need needs "
    "like would thanks thank hey hi hello alexa bit little maybe kindly again back one ones "
    "thing things today currently current oh still already only actually anymore everything "
    "everyone today's single lot way s t mate love darling dear buddy pal dude folks guys"
)  # fmt: skip

HOME = word_set(
    "turn turned switch switched put set shut light lit dim dimmer brighten brighter bright dark "
    "darker warm warmer hot hotter cold colder cool cooler freezing chilly stuffy see open opened "
    "close closed lock locked unlock unlocked raise lower increase decrease reduce change adjust "
    "temperature temp brightness color colour percent degrees kill activate deactivate "
    "enable disable start stop run running power fire bring pull roll draw heat door "
    "doors time sun "
    "except besides apart without half full max maximum minimum state status check inside daylight "
    "sunlight way much slightly notch tad touch white show paint scene mode kelvin sure leave left "
    "place room space house home apartment flat absolutely literally simply completely "
    "less more sunshine air gloomy boiling roasting "
    "shivering flick flip pop stick drop crank bump knock keep single quarter halfway have be "
    "setting settings level device devices automatically electronics stuff appliances mind"
)
"""Words that commands to a home are made of: never part of an unknown device's name."""

ANCHORS: Mapping[str, frozenset[str]] = {
    "media.play": word_set(
        "play plays played playing hear listen listening hearing music song songs radio station "
        "playlist album track tune tunes podcast audiobook stream shuffle fm some artist band mix "
        "put stick pop throw chuck whack tv movie show episode"
    ),
    "list.add": word_set(
        "list lists add buy need needs out low groceries shopping grocery store include append jot"
    ),
    "list.remove": word_set("list lists off groceries bought got grocery need done"),
}
"""Intents whose slot may hold any words, and the words of which one must show that it is meant."""

SUBJECTS: Mapping[str, frozenset[str]] = {
    "alarm.set": word_set("alarm alarms wake waking up awake rouse"),
    "timer.set": word_set("timer timers countdown count time"),
    "timer.add": word_set("timer timers add more extend"),
    "home.set_temperature": word_set(
        "temperature temp heat heating thermostat degrees warmer cooler warm cool colder hotter"
    ),
    "home.set_brightness": word_set(
        "light lights lamp lamps brightness dim bright brighter dimmer fan blinds curtains"
    ),
    "volume.set": word_set("volume sound loud speaker music"),
    "reminder.set": word_set("remind reminder reminders reminding remember forget reminded"),
}
"""Intents that are asked back for when a slot is missing, but only where one of these was said."""

OPEN_ENDINGS = word_set(
    "for the a an to of in on at by from with about into onto as and or if then my your our "
    "and is are was turn set add put play remind switch dim make change increase decrease "
    "raise lower could can would will called named every next half past quarter until till "
    "around between um umm uh uhm uhh er erm hmm hm mm plus minus times divided than i we "
    "what how when where who which whether because but"
)
"""A sentence that ends in one of these is not over."""

BEGINNINGS = frozenset(
    tuple(phrase.split())
    for phrase in phrase_list(
        "remind me, remind me too, remind me two, wake me, wake me up, "
        "how much time, how much, how many, how long, i am"
    )
)
"""Sentences that are no more than a beginning, as recognisers write them ("umm" as "I'm")."""

MAY_END = word_set("on in off up down to")
"""Of those, the ones that end a command all the same ("turn the lights on", "which … are on")."""
