"""Places with a time of their own: "in tokyo" → Asia/Tokyo."""

import zoneinfo
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

_MORE = """
Africa/Abidjan: ivory coast
Africa/Accra: ghana
Africa/Addis_Ababa: ethiopia
Africa/Cairo: egypt
Africa/Casablanca: morocco
Africa/Harare: zimbabwe
Africa/Johannesburg: south africa, cape town
Africa/Lagos: nigeria
Africa/Nairobi: kenya
America/Anchorage: alaska
America/Argentina/Buenos_Aires: argentina
America/Bogota: colombia
America/Caracas: venezuela
America/Chicago: texas, dallas, houston, austin, central, cst, central time, minneapolis,
    alabama, arkansas, illinois, iowa, kansas, louisiana, minnesota, mississippi, missouri,
    nebraska, north dakota, oklahoma, south dakota, tennessee, wisconsin, nashville, memphis,
    new orleans, milwaukee, st louis, kansas city, central standard, san antonio
America/Denver: denver, colorado, utah, mountain, idaho, montana, new mexico, wyoming,
    albuquerque, salt lake city, mountain standard, mst, mountain time
America/Havana: cuba
America/Jamaica: jamaica
America/Lima: peru
America/Los_Angeles: california, san francisco, san diego, seattle, las vegas, la, portland, los
    angeles, pst, pacific, pacific time, nevada, oregon, washington state, sacramento, oakland,
    hollywood, pacific standard, pacific standard time, west coast, the west coast, southern
    california, san jose
America/Mexico_City: mexico
America/New_York: florida, miami, boston, new york city, nyc, washington, washington dc,
    philadelphia, atlanta, eastern, eastern time, eastern standard, est, new york, connecticut,
    delaware, georgia, maine, maryland, massachusetts, michigan, detroit, new hampshire, new
    jersey, north carolina, ohio, pennsylvania, rhode island, south carolina, vermont, virginia,
    west virginia, manhattan, brooklyn, orlando, tampa, cleveland, columbus, baltimore,
    pittsburgh, charlotte, eastern standard time, east coast, the east coast
America/Phoenix: arizona
America/Puerto_Rico: puerto rico
America/Santiago: chile
America/Sao_Paulo: brazil, rio
America/Toronto: montreal, ottawa, ontario
America/Vancouver: british columbia
Asia/Baghdad: iraq
Asia/Bangkok: thailand, hanoi
Asia/Dhaka: bangladesh
Asia/Dubai: abu dhabi, united arab emirates, uae
Asia/Ho_Chi_Minh: vietnam
Asia/Jakarta: indonesia, bali
Asia/Jerusalem: israel
Asia/Karachi: pakistan
Asia/Kathmandu: nepal
Asia/Kolkata: india, mumbai, delhi, new delhi, ist, bangalore, chennai, hyderabad, calcutta
Asia/Kuala_Lumpur: malaysia
Asia/Manila: philippines, the philippines
Asia/Pyongyang: north korea
Asia/Riyadh: saudi arabia
Asia/Seoul: korea, south korea
Asia/Shanghai: china, beijing
Asia/Taipei: taiwan
Asia/Tehran: iran
Asia/Tokyo: tokyo japan, japan
Atlantic/Reykjavik: iceland, reykjavik
Australia/Sydney: canberra, australia, new south wales
Etc/GMT: gmt, greenwich
Etc/UTC: utc
Europe/Amsterdam: netherlands
Europe/Athens: greece
Europe/Berlin: germany, munich, hamburg, frankfurt
Europe/Brussels: belgium
Europe/Bucharest: romania
Europe/Budapest: hungary
Europe/Copenhagen: denmark
Europe/Dublin: ireland
Europe/Helsinki: finland
Europe/Istanbul: turkey
Europe/Kyiv: ukraine
Europe/Lisbon: portugal
Europe/London: england, britain, the uk, uk, scotland, wales, great britain, manchester,
    liverpool
Europe/Madrid: spain, barcelona
Europe/Moscow: russia
Europe/Oslo: norway
Europe/Paris: france, nice, lyon, marseille
Europe/Prague: czech republic
Europe/Rome: italy, milan
Europe/Stockholm: sweden
Europe/Vienna: austria
Europe/Warsaw: poland
Europe/Zurich: switzerland
Pacific/Auckland: new zealand
Pacific/Honolulu: hawaii, hst
"""
"""What people call a place, where that is not a city of the time zone database."""


@dataclass(frozen=True, slots=True)
class Place:
    """A place and the time zone that holds there."""

    place: str
    zone: str
    used: tuple[int, ...]


@cache
def _known() -> dict[tuple[str, ...], str]:
    """Cities of the time zone database, and what people call places besides."""
    found: dict[tuple[str, ...], str] = {}
    for name in sorted(zoneinfo.available_timezones()):
        region, _, city = name.rpartition("/")
        if region.split("/")[0] in ("Africa", "America", "Asia", "Australia", "Europe", "Pacific"):
            found[tuple(city.lower().replace("_", " ").split())] = name
    for line in _MORE.strip().replace("\n    ", " ").splitlines():
        name, _, places = line.partition(": ")
        found.update({tuple(place.split()): name for place in places.split(", ")})
    return found


def zone(words: Sequence[str]) -> Place | None:
    """The last place of a sentence whose time is known."""
    known = _known()
    for end in range(len(words), 0, -1):
        for start in range(max(0, end - 3), end):
            name = known.get(tuple(words[start:end]))
            if name is not None:
                return Place(" ".join(words[start:end]).title(), name, tuple(range(start, end)))
    return None
