"""Who gets the word: first sentences by strangers, and whom their labels say that they concern.

Three sets that nothing was learnt from: SLURP's sentences by their scenario (the half that
development did not look at, by the hash of the text), CLINC150's validation part, and
`first_words.toml`, written before the classifier was made.
"""

import json
import tomllib
from collections.abc import Iterator, Mapping
from datetime import datetime
from importlib.resources import files
from pathlib import Path
from zlib import crc32

from cloud_bridge.orchestrator import pick
from edge.brain import RouterOf
from edge.config.schema import Config, HomeConfig
from edge.events import Local
from edge.home import MemoryHome

_NOW = datetime(2019, 3, 1, 9)

_CLINC: Mapping[str, str] = {
    "timers": "alarm timer reminder reminder_update shopping_list shopping_list_update todo_list "
    "todo_list_update",
    "home": "smart_home",
    "media": "change_volume play_music next_song what_song update_playlist",
    "planning": "accept_reservations book_flight book_hotel calendar calendar_update "
    "cancel_reservation car_rental confirm_reservation how_busy meeting_schedule order "
    "order_status pto_balance pto_request pto_request_status pto_used restaurant_reservation "
    "restaurant_reviews restaurant_suggestion schedule_maintenance schedule_meeting "
    "travel_suggestion uber flight_status",
    "knowledge": "calculator calories cook_time date definition directions distance exchange_rate "
    "flip_coin roll_dice food_last fun_fact gas_type ingredient_substitution ingredients_list "
    "jump_start meal_suggestion measurement_conversion next_holiday nutrition_info oil_change_how "
    "plug_type recipe spelling time timezone tire_change traffic translate vaccines weather "
    "carry_on international_visa travel_alert",
    "concierge": "account_blocked application_status apr are_you_a_bot balance bill_balance "
    "bill_due card_declined change_accent change_ai_name change_language change_user_name "
    "credit_limit credit_limit_change credit_score damaged_card direct_deposit do_you_have_pets "
    "expiration_date find_phone freeze_account goodbye greeting how_old_are_you "
    "improve_credit_score income insurance insurance_change interest_rate international_fees "
    "lost_luggage make_call min_payment new_card order_checks pay_bill payday pin_change "
    "redeem_rewards replacement_card_duration report_fraud report_lost_card rewards_balance "
    "rollover_401k routing share_location sync_device taxes tell_joke text thank_you "
    "transactions transfer travel_notification user_name w2 what_are_your_hobbies "
    "what_can_i_ask_you what_is_your_name where_are_you_from who_do_you_work_for who_made_you "
    "spending_history",
}
_NLU: Mapping[str, str] = {
    "timers": "alarm lists", "home": "iot", "media": "audio music play",
    "planning": "calendar recommendation takeaway transport",
    "knowledge": "cooking datetime news qa weather transport_traffic",
    "concierge": "email social general_joke",
}  # fmt: skip
_SNIPS: Mapping[str, str] = {
    "media": "AddToPlaylist PlayMusic", "planning": "BookRestaurant SearchScreeningEvent",
    "knowledge": "GetWeather",
}  # fmt: skip
_LABELS = {
    name: {label: whose for whose, labels in table.items() for label in labels.split()}
    for name, table in (("clinc150", _CLINC), ("nlu_eval", _NLU), ("snips", _SNIPS))
}

_OF_SLURP: Mapping[str, tuple[str, ...]] = {
    "alarm": ("timers",), "lists": ("timers",), "iot": ("home",), "play": ("media",),
    "audio": ("media",), "music": ("media", "knowledge"), "calendar": ("planning", "timers"),
    "takeaway": ("planning",), "transport": ("planning", "knowledge"),
    "recommendation": ("planning", "knowledge"), "weather": ("knowledge",), "news": ("knowledge",),
    "qa": ("knowledge",), "datetime": ("knowledge",), "cooking": ("knowledge",),
    "email": ("concierge",), "social": ("concierge",), "general": ("concierge",),
}  # fmt: skip
"""Scenario → the specialists that may answer it."""
_NOBODYS = {"play_game", "general_quirky"}
"""Games are nobody's. SLURP's "quirky" is whatever fits no scenario, questions about the world and
small talk alike: its label says nothing of whose they are."""


def whose(corpus: str, label: str) -> str | None:
    """The specialist that a label of a public corpus concerns; None where it may be anybody."""
    labels = _LABELS[corpus]
    whole = labels.get(label) or labels.get(label.partition("_")[0])
    return None if label in _NOBODYS else whole


def measure(folder: Path) -> dict[str, dict[str, float]]:
    """For each set: how many sentences, the share of which the device was sure, and its accuracy.

    `accuracy` is of the sure ones; the others go to the concierge, whose model hands them over.
    `accuracy_of_all` counts them too, as right only where they are the concierge's.
    """
    return {
        "slurp": _measured(_slurp(folder / "slurp/devel.jsonl")),
        "clinc150": _measured(_clinc(folder / "clinc150/train_val.jsonl")),
        "own": _measured(own()),
    }


def own() -> Iterator[tuple[str, tuple[str, ...]]]:
    """The project's sentences that were never learnt from."""
    text = (files("edge.bench") / "first_words.toml").read_text(encoding="utf-8")
    for name, sentences in tomllib.loads(text).items():
        for sentence in sentences:
            yield sentence, (name,)


def _slurp(file: Path) -> Iterator[tuple[str, tuple[str, ...]]]:
    for row in map(json.loads, file.read_text(encoding="utf-8").splitlines()):
        wanted = _OF_SLURP.get(row["scenario"])
        if wanted and row["intent"] not in _NOBODYS and crc32(row["text"].encode()) % 2:
            yield row["text"], wanted


def _clinc(file: Path) -> Iterator[tuple[str, tuple[str, ...]]]:
    for row in map(json.loads, file.read_text(encoding="utf-8").splitlines()):
        wanted = whose("clinc150", row["intent"])
        if row["split"] == "val" and wanted:
            yield row["text"], (wanted,)


def _measured(sentences: Iterator[tuple[str, tuple[str, ...]]]) -> dict[str, float]:
    router = RouterOf(Config(), MemoryHome(HomeConfig()))()
    total = sure = right = right_of_all = 0
    for text, wanted in sentences:
        route = router.route(text, _NOW)
        domain = route.intents[0].name.split(".")[0] if isinstance(route, Local) else ""
        picked = pick(text, domain)
        total += 1
        right_of_all += picked.specialist.name in wanted
        if picked.reason != "unsure":
            sure += 1
            right += picked.specialist.name in wanted
    return {
        "n": total,
        "sure": round(sure / total, 3),
        "accuracy": round(right / sure, 3),
        "accuracy_of_all": round(right_of_all / total, 3),
    }
