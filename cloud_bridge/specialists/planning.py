"""Plans and bookings: tables, trips, appointments; what is known of them is kept over turns."""

from cloud_bridge.specialists.base import Blank, Specialist

SPECIALIST = Specialist(
    name="planning",
    does="bookings, trips, rides, appointments, calendar, takeaways",
    prompt="""You plan and book. Ask for what is missing, one thing at a time. What is "known so
far" is settled: do not ask for it again; ask about what is in doubt. Book only through a tool,
after repeating the details; without one, say that you cannot book it from here. Never invent a
price, a time or a confirmation.
""",
    tools=frozenset(["set_reminder"]),
    foreign="all",
    words="book a, book me, booking, reserve, reservation, reservations, table for, restaurant, "
    "restaurants, flight, flights, fly to, hotel, hotels, rental car, rent a car, car rental, "
    "airline, plane, train, trains, train ticket, ticket, tickets, taxi, uber, cab, lyft, "
    "ride, bus ticket, meeting, meetings, appointment, appointments, calendar, schedule, "
    "event, events, takeaway, takeout, take out, delivery, deliver, order food, order some, "
    "order me, order a, food from, vacation, trip, travel to, itinerary, sightseeing, "
    "tourist, attractions, things to do, to do in, movie, movies, cinema, theatre, theater, "
    "concert, concerts, near me, nearby, around here, in this area, in my area, shops, pub, "
    "diner, bistro, brasserie, tavern, steakhouse, cafeteria, food truck, pto, days off, day "
    "off, doctor's appointment, dentist, maintenance, mechanic, engine light, check engine "
    "light, the earliest availability, rent a, spare days, order status, birthday party, "
    "lunch with, dinner with",
    hints="local, bar, cafe, pizza, tonight, this weekend, order, tomorrow, next week",
    tier="large",
    form=(
        Blank("date", "date", required=True),
        Blank("time", "time", required=True),
        Blank("people", "number", ("people", "persons", "guests", "of us", "table for", "party of",
                                   "adults", "tickets", "seats"), required=True),
        Blank("nights", "number", ("nights", "night")),
        Blank("place", "text", ("at the", "restaurant called", "hotel called", "place called",
                                "to the")),
        Blank("from", "text", ("from", "leaving", "departing from")),
        Blank("to", "text", ("flight to", "fly to", "train to", "trip to", "travel to", "go to",
                             "taxi to", "ride to")),
        Blank("city", "text", ("in",)),
        Blank("name", "text", ("under the name", "under the name of", "name is", "in the name of",
                               "the name", "under"), required=True),
    ),
    topics={
        "table": "booking", "restaurant": "booking", "reserv": "booking",
        "flight": "trip", "fly": "trip", "trip": "trip", "vacation": "trip", "hotel": "trip",
        "train": "trip", "travel": "trip", "taxi": "ride", "uber": "ride", "cab": "ride",
        "appointment": "appointment", "meeting": "meeting", "party": "party",
        "pizza": "order", "takeaway": "order", "takeout": "order", "deliver": "order",
        "book": "booking",
    },
)  # fmt: skip
