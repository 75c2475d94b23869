"""Public corpora of spoken-language understanding: their sentences, with our intents.

A folder holds clinc150/, slurp/, snips/, nlu_eval/ and ha_intents/ as JSON Lines ("text",
"intent"). A label of theirs may be several intents of ours (CLINC150's "change_volume"): training
lets a first model choose among those, a benchmark accepts each.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from edge.errors import UnderstandingError
from edge.understanding.corpus import OTHER
from edge.understanding.text import core, tokens

_LIGHTS = ("home.turn_on", "home.turn_off", "home.set_brightness", "home.set_color", "home.scene")
_HOME = (*_LIGHTS, "home.set_temperature", "home.open", "home.close", "home.lock", "home.unlock",
         "home.get_state", "home.get_temperature", "media.play", "media.pause",
         "volume.mute")  # fmt: skip
_VOLUME = ("volume.set", "volume.up", "volume.down", "volume.mute", "volume.unmute")

LABELS: dict[str, dict[str, tuple[str, ...]]] = {
    "clinc150": {
        "timer": ("timer.set", "timer.remaining", "timer.cancel", "timer.pause"),
        "alarm": ("alarm.set", "alarm.cancel", "alarm.list", "alarm.move"),
        "time": ("time.now",), "date": ("date.today",), "change_volume": _VOLUME,
        "play_music": ("media.play",), "next_song": ("media.next",), "smart_home": _HOME,
        "repeat": ("assistant.repeat",), "cancel": ("assistant.cancel", "assistant.stop"),
        "flip_coin": ("random.coin",), "roll_dice": ("random.dice",),
        "reminder": ("reminder.list",), "reminder_update": ("reminder.set",),
        "shopping_list": ("list.read",), "todo_list": ("list.read",),
        "shopping_list_update": ("list.add", "list.remove", "list.clear"),
        "todo_list_update": ("list.add", "list.remove", "list.clear"),
        "calculator": ("math.calculate",), "measurement_conversion": ("unit.convert",),
        "greeting": ("assistant.hello",), "thank_you": ("assistant.thanks",),
        "goodbye": ("assistant.thanks",), "what_can_i_ask_you": ("assistant.help",),
    },
    "nlu_eval": {
        "alarm_set": ("alarm.set", "alarm.move"), "alarm_query": ("alarm.list",),
        "alarm_remove": ("alarm.cancel",), "audio_volume_up": ("volume.up", "volume.set"),
        "audio_volume_down": ("volume.down", "volume.set"),
        "audio_volume_mute": ("volume.mute", "assistant.stop", "volume.down"),
        "datetime_query": ("time.now", "date.today"),
        "iot_hue_lighton": ("home.turn_on", "home.set_brightness"),
        "iot_hue_lightoff": ("home.turn_off",),
        "iot_hue_lightup": ("home.set_brightness", "home.turn_on"),
        "iot_hue_lightdim": ("home.set_brightness", "home.turn_off", "home.scene"),
        "iot_hue_lightchange": ("home.set_color", "home.set_brightness", "home.scene"),
        "iot_wemo_on": ("home.turn_on",), "iot_wemo_off": ("home.turn_off",),
        "play_music": ("media.play",), "play_radio": ("media.play",),
        "general_commandstop": ("assistant.stop", "assistant.cancel"),
        "general_repeat": ("assistant.repeat",), "qa_maths": ("math.calculate",),
        "lists_createoradd": ("list.add",), "lists_query": ("list.read",),
        "lists_remove": ("list.remove", "list.clear"),
    },
    "snips": {"PlayMusic": ("media.play",)},
    "ha_intents": {
        "HassCancelAllTimers": ("timer.cancel",), "HassCancelTimer": ("timer.cancel",),
        "HassClimateGetTemperature": ("home.get_temperature",),
        "HassClimateSetTemperature": ("home.set_temperature",),
        "HassDecreaseTimer": ("timer.add",), "HassIncreaseTimer": ("timer.add",),
        "HassGetCurrentDate": ("date.today",), "HassGetCurrentTime": ("time.now",),
        "HassGetState": ("home.get_state", "home.get_temperature"),
        "HassLightSet": ("home.set_brightness", "home.set_color"),
        "HassListAddItem": ("list.add",), "HassShoppingListAddItem": ("list.add",),
        "HassListCompleteItem": ("list.remove",), "HassListRemoveItem": ("list.remove",),
        "HassShoppingListCompleteItem": ("list.remove",), "HassMediaNext": ("media.next",),
        "HassMediaPause": ("media.pause",), "HassMediaPrevious": ("media.previous",),
        "HassMediaUnpause": ("media.resume",), "HassMediaSearchAndPlay": ("media.play",),
        "HassMediaPlayerMute": ("volume.mute",), "HassMediaPlayerUnmute": ("volume.unmute",),
        "HassNevermind": ("assistant.cancel",), "HassPauseTimer": ("timer.pause",),
        "HassUnpauseTimer": ("timer.resume",), "HassSetVolume": ("volume.set",),
        "HassSetVolumeRelative": ("volume.up", "volume.down"), "HassStartTimer": ("timer.set",),
        "HassTimerStatus": ("timer.remaining",),
        "HassSetPosition": ("home.set_brightness", "home.open", "home.close"),
        "HassFanSetSpeed": ("home.set_brightness",),
        "HassTurnOff": ("home.turn_off", "home.close", "home.unlock"),
        "HassTurnOn": ("home.turn_on", "home.open", "home.lock", "home.scene"),
    },
}  # fmt: skip
LABELS["slurp"] = LABELS["nlu_eval"]

UNDECIDED: dict[str, frozenset[str]] = {
    "clinc150": frozenset({"yes", "no", "maybe", "what_song", "update_playlist", "reset_settings",
                           "change_speed", "whisper_mode", "meaning_of_life"}),
    "nlu_eval": frozenset({"general_affirm", "general_confirm", "general_dontcare",
                           "general_negate", "general_praise", "general_explain", "music_settings",
                           "calendar_set", "calendar_query", "music_query", "iot_cleaning",
                           "iot_coffee", "datetime_convert", "play_podcasts", "play_audiobook",
                           "calendar_remove", "cooking_query", "podcasts", "music", "set", "query",
                           "cleaning", "hue_lightup", "greet", "general_greet"}),
    "snips": frozenset({"AddToPlaylist"}),
    "ha_intents": frozenset({"HassBroadcast", "HassLawnMowerDock",
                             "HassLawnMowerStartMowing", "HassRespond", "HassVacuumCleanArea",
                             "HassVacuumStart"}),
}  # fmt: skip
"""Labels that a speaker may well take either way: neither commands nor open questions here."""
UNDECIDED["slurp"] = UNDECIDED["nlu_eval"]

TRAINING = (("clinc150", "train"), ("nlu_eval", None), ("snips", None))
"""What may be learnt from: (corpus, split)."""
MEASURED = (("clinc150", "val"), ("slurp", None), ("ha_intents", None))
"""What is only measured on. SLURP was read out from the sentences of nlu_eval: half of it stands
in both, so what is learnt leaves these sentences out."""


@dataclass(frozen=True, slots=True)
class Item:
    """A sentence of a public corpus."""

    text: str
    label: str
    accepted: tuple[str, ...]
    """Intents of ours that are right; ("other",) for no command."""
    slots: Any = None
    """Slots as the corpus writes them."""


def items(folder: Path, corpus: str, split: str | None = None) -> Iterator[Item]:
    """Sentences of a corpus under a folder, without the undecided labels."""
    labels, undecided = LABELS[corpus], UNDECIDED[corpus]
    for file in sorted((folder / corpus).glob("*.jsonl")):
        for record in _records(file):
            label = record["intent"]
            if label in undecided or (split and record.get("split") != split):
                continue
            if "conversation_command" in str(record.get("slots")):
                label = "HassTurnOff"  # "turn off the lights in an hour"
            slots = record.get("slots", record.get("entities"))
            yield Item(record["text"], record["intent"], labels.get(label, (OTHER,)), slots)


def training(folder: Path) -> Iterator[tuple[str, Item]]:
    """(corpus, sentence) of all that may be learnt from, without what is measured on."""
    apart = {_plain(i.text) for name, split in MEASURED for i in items(folder, name, split)}
    for name, split in TRAINING:
        for item in items(folder, name, split):
            if _plain(item.text) not in apart:
                yield name, item


def _plain(text: str) -> tuple[str, ...]:
    return tuple(core(tokens(text)))


def _records(file: Path) -> Iterator[dict[str, Any]]:
    try:
        for line in file.read_text(encoding="utf-8").splitlines():
            yield json.loads(line)
    except (OSError, ValueError) as error:
        raise UnderstandingError(f"{file}: cannot be read: {error}") from None


def root(folder: Path) -> Path:
    """The folder that holds the corpora: the one given, or "text" in it."""
    inside = folder / "text"
    found = inside if inside.is_dir() else folder
    if not any((found / corpus).is_dir() for corpus in LABELS):
        raise UnderstandingError(f"{folder}: none of {', '.join(LABELS)} lies there")
    return found
