"""An e-mail, by the standard library: one message, on a thread of its own."""

import asyncio
from typing import TYPE_CHECKING

from edge.config.schema import Mail

if TYPE_CHECKING:
    from email.message import EmailMessage

# Both libraries cost memory: only a house in need pays for them.


async def send(
    config: Mail, password: str | None, subject: str, text: str, patience: float
) -> None:
    """Hand a message to the server; when this returns, the server has taken it.

    `patience`: seconds for each answer of the server, and for all of them together. Raises OSError
    where the server cannot be reached, is too slow or refuses (smtplib's errors are OSErrors), and
    ValueError for letters that SMTP cannot carry.
    """
    message = _message(config, subject, text)
    async with asyncio.timeout(patience):
        await asyncio.to_thread(_deliver, config, password, message, patience)


def _message(config: Mail, subject: str, text: str) -> "EmailMessage":
    from email.message import EmailMessage
    from email.utils import formatdate, make_msgid

    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = config.sender, config.to, subject
    message["Date"] = formatdate(localtime=True)
    message["Message-ID"] = make_msgid(domain=config.sender.partition("@")[2])
    message.set_content(text)
    return message


def _deliver(config: Mail, password: str | None, message: "EmailMessage", patience: float) -> None:
    import smtplib
    import ssl

    trust = ssl.create_default_context(cafile=config.ca_file)
    port = config.port or {"starttls": 587, "tls": 465, "none": 25}[config.security]
    if config.security == "tls":
        server: smtplib.SMTP = smtplib.SMTP_SSL(config.host, port, timeout=patience, context=trust)
    else:
        server = smtplib.SMTP(config.host, port, timeout=patience)
    with server:
        if config.security == "starttls":
            server.starttls(context=trust)
        if config.username is not None:
            server.login(config.username, password or "")
        server.send_message(message)
