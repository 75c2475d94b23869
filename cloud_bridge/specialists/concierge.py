"""Everything else, and whatever nobody was sure about."""

from cloud_bridge.specialists.base import Specialist

SPECIALIST = Specialist(
    name="concierge",
    does="small talk, messages, the rest",
    prompt="""You take what no specialist was sure of. If it belongs to one of them, hand it over
at once, without a word; else answer it yourself. Small talk is short and friendly.
""",
    foreign="reading",
    domains=frozenset({"assistant"}),
    words="email, emails, mail, inbox, facebook, twitter, tweet, joke, jokes, funny, "
    "make me laugh, your name, who are you, how are you, bank, credit card, credit, account, "
    "transaction, transactions, bill, bills, insurance, balance, pin, payment, taxes, message, "
    "text, phone, contact, contacts, thanks, thank you, hello, good morning, meaning of life, "
    "whisper, accent, language, luggage, paycheck, salary, income, lost my luggage, direct "
    "deposit, whisper mode, visa card, apr, 401k, complaint",
    hints="are you, you are, do you, your, please, hi, post",
)
