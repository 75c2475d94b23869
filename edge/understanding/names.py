"""The names of this home in what was said: exact, in other spellings, nearly, or not at all."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from rapidfuzz import fuzz

from edge.understanding.numbers import UNITS
from edge.understanding.text import tokens
from edge.understanding.wordset import phrase_list, word_set
from edge.vocabulary import Device, Kind, Vocabulary

What = Literal["device", "area", "list"]

_COMMON: dict[Kind, str] = {
    "light": "light lights lite lites lamp lamps bulb bulbs lighting chandelier spotlight "
    "spotlights lightbulb lightbulbs",
    "switch": "switch switches plug plugs outlet outlets socket sockets",
    "cover": "blind blinds curtain curtains drape drapes shade shades shutter shutters awning "
    "window windows garage-door gate",
    "thermostat": "thermostat thermostats heating heater heaters heat furnace radiator "
    "radiators ac air-conditioning air-conditioner air-con aircon climate cooling",
    "lock": "lock locks deadbolt",
    "media": "tv television telly tvs speaker speakers radio stereo music player",
    "fan": "fan fans",
    "sensor": "sensor sensors",
}
KIND_WORDS: dict[str, Kind] = {
    word: kind for kind, said in _COMMON.items() for word in said.split()
}
"""Common words for a kind of device; two-word ones are joined by a hyphen."""

ROOMS = word_set(
    "kitchen bedroom bathroom garage hallway hall office attic basement cellar lounge study "
    "nursery pantry laundry porch patio garden backyard yard balcony terrace den foyer "
    "entrance entryway corridor playroom washroom restroom toilet closet library loft shed "
    "driveway upstairs downstairs workshop conservatory landing lobby mudroom sunroom ensuite "
    "cloakroom greenhouse barn"
)
TWO_WORD_ROOMS = frozenset(
    tuple(room.split())
    for room in phrase_list(
        "living room, dining room, guest room, family room, front room, laundry room, kids "
        "room, play room, master bedroom, master bathroom, guest bedroom, guest bathroom, "
        "utility room, drawing room, sitting room, back yard, front yard, front porch, back "
        "porch, sun room, music room, game room, media room, mud room, tv room, spare room, "
        "childrens room, bed room, bath room, first floor, second floor, ground floor, top "
        "floor, third floor, home office"
    )
)
LIST_WORDS = {
    ("shopping",): "shopping", ("grocery",): "shopping", ("groceries",): "shopping",
    ("to", "do"): "to-do", ("to", "dos"): "to-do", ("task",): "to-do", ("tasks",): "to-do",
    ("chore",): "to-do", ("chores",): "to-do",
}  # fmt: skip
"""What lists are commonly called, and the list that is meant when none has that very name."""

SURE, CLOSE, MARGIN = 84.0, 78.0, 5.0
"""Likeness (of 100) from which a name is taken, is considered, and must lead by."""


@dataclass(frozen=True, slots=True)
class Name:
    """Something in this home that has a name."""

    what: What
    value: str
    kind: Kind | None = None
    area: str | None = None


@lru_cache(8192)
def stem(word: str) -> str:
    """A word without its plural, a small number as a digit."""
    if word in UNITS:
        return str(UNITS[word])
    return word[:-1] if len(word) > 3 and word.endswith("s") and word[-2] != "s" else word


def _key(name: str) -> tuple[str, ...]:
    return tuple(stem(word) for word in tokens(name) if word.isalnum() and word != "the")


def _entries(vocabulary: Vocabulary) -> Iterable[tuple[str, Name]]:
    for device in vocabulary.devices:
        for said in (device.name, *device.aliases):
            yield said, Name("device", device.name, device.kind, device.area)
    for area in vocabulary.areas:
        yield area, Name("area", area)


class NameIndex:
    """All spoken forms of a home's names, ready to be looked up."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self.vocabulary = vocabulary
        self._exact: dict[tuple[str, ...], tuple[Name, ...]] = {}
        for said, name in _entries(vocabulary):
            key = _key(said)
            known = self._exact.get(key, ())
            if key and name not in known and not _misleading(key, name):
                self._exact[key] = (*known, name)
        self._squeezed = {"".join(key): key for key in self._exact}
        self._words = tuple(
            (device, tuple(frozenset(_key(said)) for said in (device.name, *device.aliases)))
            for device in vocabulary.devices
            if device.kind != "sensor"
        )
        self.pairs = frozenset(key for key in self._exact if len(key) == 2)
        """Names of two words."""
        self.words = frozenset(word for key in self._exact for word in key)
        """Every word of a name."""
        self._lists = _list_names(vocabulary.lists)
        self.longest = max((len(key) for key in self._exact), default=1) + 1
        self._near = lru_cache(2048)(self._nearest)

    @property
    def areas(self) -> frozenset[str]:
        """Names of the areas, as the home writes them."""
        return frozenset(self.vocabulary.areas)

    def exact(self, words: Sequence[str], i: int) -> tuple[tuple[Name, ...], int] | None:
        """The longest name that starts at a position: (what it may mean, position after)."""
        for size in range(min(self.longest, len(words) - i), 0, -1):
            key = tuple(stem(word) for word in words[i : i + size])
            names = self._exact.get(key)
            if names is None and "".join(key) in self._squeezed:
                names = self._exact[self._squeezed["".join(key)]]
            if names is not None and not self._several(names, words[i : i + size]):
                return self._same_number(names, words[i : i + size]), i + size
        return None

    def _several(self, names: Sequence[Name], said: Sequence[str]) -> bool:
        """Whether "kitchen lights" means all lights there, though one is called "Kitchen Light"."""
        place = tuple(stem(word) for word in said[:-1])
        area = any(name.what == "area" for name in self._exact.get(place, ()))
        plural = said[-1] in KIND_WORDS and stem(said[-1]) != said[-1]
        literal = " ".join(said)
        return area and plural and not any(literal == _spoken(name) for name in names)

    @staticmethod
    def _same_number(names: tuple[Name, ...], said: Sequence[str]) -> tuple[Name, ...]:
        """Of "Sliding Door" and "Sliding Doors", the one that was said."""
        literal = " ".join(said)
        return tuple(name for name in names if literal == _spoken(name)) or names

    def listed(self, words: Sequence[str], i: int) -> tuple[str, int] | None:
        """A list's name at a position, the word "list" after it included."""
        for size in (3, 2, 1):
            name = self._lists.get(tuple(words[i : i + size]))
            if name is not None and i + size <= len(words):
                return name, i + size + (_at(words, i + size) in ("list", "lists"))
        return None

    def near(self, said: str) -> tuple[Name, ...]:
        """Names that sound or look like these words: one when it is clear, several when not."""
        return self._near(said)

    def _nearest(self, said: str) -> tuple[Name, ...]:
        squeezed = "".join(stem(word) for word in said.split())
        if len(squeezed) < 4:
            return ()
        scored = [
            (_likeness(squeezed, "".join(key)), names)
            for key, names in self._exact.items()
            if any(name.kind != "sensor" for name in names)
        ]
        best = max((score for score, _ in scored), default=0.0)
        if best < SURE:
            return ()
        close = [names for score, names in scored if score >= max(CLOSE, best - MARGIN)]
        return tuple(dict.fromkeys(name for names in close for name in names))

    def parts(self, words: Sequence[str]) -> tuple[Device, ...]:
        """Devices whose name holds all of these words ("ceiling" → "Kitchen Ceiling")."""
        wanted = {stem(word) for word in words}
        return tuple(
            device for device, names in self._words if any(wanted <= name for name in names)
        )


def _spoken(name: Name) -> str:
    return " ".join(tokens(name.value))


def _misleading(key: tuple[str, ...], name: Name) -> bool:
    """Whether a name is the common word for another kind of thing (a sensor called "Light")."""
    common = KIND_WORDS.get(key[0]) if len(key) == 1 else None
    return common is not None and name.kind not in (None, common)


def _at(words: Sequence[str], i: int) -> str:
    return words[i] if i < len(words) else ""


def _likeness(said: str, name: str) -> float:
    """How alike two names look, or sound, whichever is more (0 to 100)."""
    if abs(len(said) - len(name)) > 4:
        return 0.0
    looks = fuzz.ratio(said, name)
    if looks < 60:
        return looks
    return max(looks, 0.97 * fuzz.ratio(sound(said), sound(name)))


_SOUNDS = str.maketrans({"c": "k", "q": "k", "z": "s", "v": "f", "d": "t", "b": "p", "g": "k",
                         "y": "i", "x": "k", "j": "k"})  # fmt: skip


@lru_cache(4096)
def sound(word: str) -> str:
    """A rough key of how a word sounds: voiced as unvoiced, silent letters and doubles gone."""
    for written, heard in (("ight", "ite"), ("ph", "f"), ("gh", ""), ("ck", "k"), ("wh", "w"),
                           ("kn", "n"), ("wr", "r"), ("ea", "ee"), ("ie", "ee")):  # fmt: skip
        word = word.replace(written, heard)
    word = word.translate(_SOUNDS).rstrip("e")
    return "".join(c for i, c in enumerate(word) if i == 0 or c != word[i - 1])


def _list_names(names: Sequence[str]) -> dict[tuple[str, ...], str]:
    own = {name.lower(): name for name in names}
    found = {said: own[meant] for said, meant in LIST_WORDS.items() if meant in own}
    for name in names:
        words = tuple(tokens(name))
        found[words[:-1] if words[-1:] == ("list",) and len(words) > 1 else words] = name
    return found
