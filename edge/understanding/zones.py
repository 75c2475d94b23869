"""Places with a time of their own: "in tokyo" → Asia/Tokyo."""

import zoneinfo
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from edge.understanding.wordset import word_set

_MORE = """
Africa/Abidjan: ivory coast
Africa/Accra: ghana
Africa/Addis_Ababa: ethiopia
Africa/Algiers: algeria
Africa/Cairo: egypt
Africa/Casablanca: morocco
Africa/Dar_es_Salaam: tanzania
Africa/Harare: zimbabwe
Africa/Johannesburg: south africa, cape town, durban, pretoria
Africa/Kampala: uganda
Africa/Lagos: nigeria
Africa/Nairobi: kenya
Africa/Tunis: tunisia
America/Anchorage: alaska
America/Argentina/Buenos_Aires: argentina
America/Asuncion: paraguay
America/Bogota: colombia
America/Cancun: cancun
America/Caracas: venezuela
America/Chicago: texas, dallas, houston, austin, central, cst, central time, minneapolis, alabama,
    arkansas, illinois, iowa, kansas, louisiana, minnesota, mississippi, missouri, nebraska, north
    dakota, oklahoma, south dakota, tennessee, wisconsin, nashville, memphis, new orleans,
    milwaukee, st louis, kansas city, central standard, san antonio, central standard time, central
    timezone, fort worth, el paso, omaha, tulsa, des moines, wichita, madison, little rock, baton
    rouge, oklahoma city, lincoln
America/Costa_Rica: costa rica
America/Denver: denver, colorado, utah, mountain, idaho, montana, new mexico, wyoming, albuquerque,
    salt lake city, mountain standard, mst, mountain time, mountain standard time, mountain
    timezone, boulder, colorado springs, santa fe, cheyenne, billings, aspen
America/Edmonton: calgary, alberta
America/Guayaquil: ecuador
America/Halifax: atlantic timezone, atlantic time, atlantic standard, nova scotia
America/Havana: cuba
America/Indiana/Indianapolis: indiana
America/Jamaica: jamaica
America/La_Paz: bolivia
America/Lima: peru
America/Los_Angeles: california, san francisco, san diego, seattle, las vegas, la, portland, los
    angeles, pst, pacific, pacific time, nevada, oregon, washington state, sacramento, oakland,
    hollywood, pacific standard, pacific standard time, west coast, the west coast, southern
    california, san jose, pacific coast, pacific timezone, reno, fresno, long beach, anaheim,
    tacoma, spokane, santa barbara, silicon valley, malibu
America/Mexico_City: mexico
America/Montevideo: uruguay
America/New_York: florida, miami, boston, new york city, nyc, washington, washington dc,
    philadelphia, atlanta, eastern, eastern time, eastern standard, est, new york, connecticut,
    delaware, georgia, maine, maryland, massachusetts, michigan, detroit, new hampshire, new
    jersey, north carolina, ohio, pennsylvania, rhode island, south carolina, vermont, virginia,
    west virginia, manhattan, brooklyn, orlando, tampa, cleveland, columbus, baltimore, pittsburgh,
    charlotte, eastern standard time, east coast, the east coast, eastern timezone, eastern time
    zone, buffalo, rochester, albany, cincinnati, akron, toledo, louisville, richmond, raleigh,
    durham, savannah, charleston, jacksonville, fort lauderdale, newark, hartford, providence,
    burlington, knoxville
America/Panama: panama
America/Phoenix: arizona
America/Puerto_Rico: puerto rico
America/Santiago: chile
America/Sao_Paulo: brazil, rio
America/Toronto: montreal, ottawa, ontario, quebec, quebec city
America/Vancouver: british columbia
Asia/Amman: jordan
Asia/Baghdad: iraq
Asia/Bangkok: thailand, hanoi
Asia/Beirut: lebanon
Asia/Colombo: sri lanka
Asia/Dhaka: bangladesh
Asia/Dubai: abu dhabi, united arab emirates, uae, dubai
Asia/Ho_Chi_Minh: vietnam
Asia/Jakarta: indonesia, bali
Asia/Jerusalem: israel
Asia/Kabul: afghanistan
Asia/Karachi: pakistan, lahore, islamabad
Asia/Kathmandu: nepal
Asia/Kolkata: india, mumbai, delhi, new delhi, ist, bangalore, chennai, hyderabad, calcutta, pune,
    ahmedabad, jaipur, goa, agra, lucknow, kochi, kerala, punjab, ajmer
Asia/Kuala_Lumpur: malaysia
Asia/Kuwait: kuwait
Asia/Manila: philippines, the philippines
Asia/Pyongyang: north korea
Asia/Qatar: qatar, doha
Asia/Riyadh: saudi arabia
Asia/Seoul: korea, south korea, busan
Asia/Shanghai: china, beijing, shenzhen, guangzhou, wuhan, chengdu, hangzhou
Asia/Singapore: singapore
Asia/Taipei: taiwan
Asia/Tehran: iran
Asia/Tokyo: tokyo japan, japan, osaka, kyoto, hiroshima, okinawa
Asia/Yangon: myanmar, burma
Atlantic/Reykjavik: iceland, reykjavik
Australia/Brisbane: queensland, gold coast
Australia/Perth: western australia
Australia/Sydney: canberra, australia, new south wales
Etc/GMT: gmt, greenwich
Etc/UTC: utc
Europe/Amsterdam: netherlands, holland, rotterdam, the hague, the netherlands
Europe/Athens: greece
Europe/Belgrade: serbia
Europe/Berlin: germany, munich, hamburg, frankfurt, cologne, stuttgart, dusseldorf, leipzig,
    dresden, nuremberg, bremen, hanover
Europe/Brussels: belgium
Europe/Bucharest: romania
Europe/Budapest: hungary
Europe/Copenhagen: denmark
Europe/Dublin: ireland, cork, galway
Europe/Helsinki: finland
Europe/Istanbul: turkey
Europe/Kyiv: ukraine
Europe/Lisbon: portugal, porto
Europe/London: england, britain, the uk, uk, scotland, wales, great britain, manchester, liverpool,
    birmingham, leeds, bristol, glasgow, edinburgh, cardiff, oxford, cambridge, northern ireland,
    brighton
Europe/Madrid: spain, barcelona, seville, valencia, malaga, ibiza, mallorca
Europe/Moscow: russia, saint petersburg, st petersburg
Europe/Oslo: norway
Europe/Paris: france, nice, lyon, marseille, toulouse, bordeaux, strasbourg, lille, cannes
Europe/Prague: czech republic
Europe/Rome: italy, milan, florence, venice, naples, turin, sicily
Europe/Sofia: bulgaria
Europe/Stockholm: sweden
Europe/Vienna: austria, salzburg
Europe/Warsaw: poland, krakow, gdansk
Europe/Zagreb: croatia
Europe/Zurich: switzerland, geneva, basel, bern
Pacific/Auckland: new zealand
Pacific/Fiji: fiji
Pacific/Guam: guam
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
    """The last place of a sentence whose time is known, with the town in it ("akron ohio")."""
    known = _known()
    for end in range(len(words), 0, -1):
        for start in range(max(0, end - 3), end):
            name = known.get(tuple(words[start:end]))
            if name is not None:
                town = _town(words, start)
                place = " ".join(word for word in words[town:end] if word != ",")
                return Place(place.title(), name, tuple(range(town, end)))
    return None


def _town(words: Sequence[str], start: int) -> int:
    """Where a town begins that is said before its state or country: "in akron ohio"."""
    before = next((i for i in range(start - 1, max(-1, start - 5), -1) if words[i] == "in"), None)
    if before is None or _NO_TOWN & set(words[before + 1 : start]):
        return start
    return before + 1


_NO_TOWN = word_set("the a my our it is time now right and or minutes hours")
