"""Questions about the world."""

from cloud_bridge.specialists.base import Specialist

SPECIALIST = Specialist(
    name="knowledge",
    does="facts, weather, news, cooking, sums, directions",
    prompt="""You answer questions about the world. If it may have changed since you learnt it
(weather, news, prices, scores, who holds an office), use a tool that looks it up, or say that you
cannot look it up. On health and safety be careful: say what is certain, and who to ask.
""",
    tools=frozenset(["timers_remaining"]),
    foreign="reading",
    domains=frozenset({"time", "date", "math", "unit", "random"}),
    words="weather, forecast, rain, raining, snow, snowing, sunny, cloudy, umbrella, humidity, "
    "degrees outside, temperature outside, temperature in, windy, storm, chilly, hot outside, "
    "cold outside, humid, news, headlines, stock, stocks, stock price, share price, exchange "
    "rate, dollar, dollars, euro, euros, yen, pounds to, currency, define, definition, "
    "meaning of, synonym, spell, spelling, translate, translation, in french, in spanish, in "
    "german, in italian, in japanese, how do you say, how do i say, who wrote, who invented, "
    "who discovered, who won, capital of, population, how tall, how high, how deep, how far, "
    "distance, traffic, directions, recipe, recipes, cook, cooking, bake, boil, calories, "
    "nutrition, nutritional, healthy, ingredients, ingredient, substitute, plus, minus, "
    "times, divided by, square root, percent of, convert, timezone, time zone, what time is "
    "it, time in, today's date, what day is, visa, plug converter, socket converter, plug "
    "type, different plug, electrical plug, vaccinations, vaccines, shots, fun fact, trivia, "
    "fact about, why do, why does, why is, history of, tire, tires, jump start, oil change",
    hints="what does, mean, who is, who was, how old, how many, what is, what are, the time, the "
    "date, tell me about, explain, describe, how do, where is, when is, when was, warm, cold, "
    "hot",
)
