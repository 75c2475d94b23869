"""Help by e-mail, against a real SMTP server on the loopback."""

import asyncio
import logging
import shutil
import ssl
import subprocess
from email import message_from_bytes, policy
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.smtp import SMTP, AuthResult

from edge.config import parse
from edge.config.schema import Escalation, HomeConfig, Mail
from edge.errors import ConfigError, SkillError
from edge.home.contact import ConfiguredContact

PASSWORD = "correct horse"
TEXT = 'They need medical help. They said to Stonechat: "I can\'t get up, Zoë"'


class Mailbox:
    """Keeps what the server takes."""

    def __init__(self, refuse: bool = False) -> None:
        self.messages: list[Any] = []
        self.to: list[str] = []
        self._refuse = refuse

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        if self._refuse:
            return "550 no"
        self.to += envelope.rcpt_tos
        self.messages.append(message_from_bytes(envelope.content, policy=policy.default))
        return "250 OK"


def mail(port: int, **more: Any) -> Mail:
    return Mail(to="anna@example.org", sender="me@example.org", host="127.0.0.1", port=port, **more)


def told(mailbox: Mailbox, settings: dict[str, Any], **options: Any) -> None:
    """Ask for help, with a server on a free port. Raises SkillError."""

    async def go() -> None:
        loop = asyncio.get_running_loop()
        server = await loop.create_server(lambda: SMTP(mailbox, **options), "127.0.0.1", 0)
        async with server:
            config = mail(server.sockets[0].getsockname()[1], **settings)
            contact = ConfiguredContact(Escalation(contact="Anna", mail=config), HomeConfig())
            await contact.tell(TEXT, "medical", "I can't get up, Zoë")

    asyncio.run(go())


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A certificate for 127.0.0.1; its key lies beside it."""
    if shutil.which("openssl") is None:
        pytest.skip("openssl makes the certificate")
    folder = tmp_path_factory.mktemp("certificate")
    command = "openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=localhost -addext"
    place = ["-keyout", str(folder / "key.pem"), "-out", str(folder / "cert.pem")]
    subprocess.run(
        [*command.split(), "subjectAltName=IP:127.0.0.1", *place], check=True, capture_output=True
    )
    return folder / "cert.pem"


def secured(certificate: Path) -> dict[str, Any]:
    """A server that takes mail over TLS and with the password alone."""
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificate, certificate.with_name("key.pem"))

    def known(server: Any, session: Any, envelope: Any, mechanism: str, data: Any) -> AuthResult:
        right = (data.login, data.password) == (b"me", PASSWORD.encode())
        return AuthResult(success=right, handled=False)

    return {
        "tls_context": context,
        "require_starttls": True,
        "authenticator": known,
        "auth_required": True,
    }


def test_a_message_arrives_whole() -> None:
    mailbox = Mailbox()
    told(mailbox, {"security": "none"})
    (message,) = mailbox.messages
    assert mailbox.to == ["anna@example.org"]
    assert (message["From"], message["To"]) == ("me@example.org", "anna@example.org")
    assert message["Date"] and message["Message-ID"].endswith("@example.org>")
    assert message.get_content().strip() == TEXT


def test_with_starttls_and_a_password_which_nobody_logs(
    certificate: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    mailbox = Mailbox()
    more: dict[str, Any] = {"username": "me", "password_env": "MAIL_KEY", "ca_file": certificate}
    monkeypatch.setenv("MAIL_KEY", PASSWORD)
    told(mailbox, more, **secured(certificate))
    assert len(mailbox.messages) == 1
    monkeypatch.setenv("MAIL_KEY", f"{PASSWORD}, but wrong")
    with pytest.raises(SkillError, match="could not reach Anna"):
        told(mailbox, more, **secured(certificate))
    monkeypatch.setenv("MAIL_KEY", PASSWORD)
    with pytest.raises(SkillError):  # a server that nobody vouches for is told no password
        told(mailbox, {**more, "ca_file": None}, **secured(certificate))
    assert len(mailbox.messages) == 1
    ours = [each.getMessage() for each in caplog.records if not each.name.startswith("mail.log")]
    assert any("SMTPAuthenticationError" in line for line in ours)
    assert not any(PASSWORD in line for line in ours)


def test_the_password_may_be_a_credential(
    certificate: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.delenv("MAIL_KEY", raising=False)
    monkeypatch.setenv("CREDENTIALS_DIRECTORY", str(tmp_path))
    (tmp_path / "MAIL_KEY").write_text(f"{PASSWORD}\n")
    mailbox = Mailbox()
    more = {"username": "me", "password_env": "MAIL_KEY", "ca_file": certificate}
    told(mailbox, more, **secured(certificate))
    assert len(mailbox.messages) == 1


def test_who_does_not_take_it_is_not_said_to_know() -> None:
    with pytest.raises(SkillError, match="could not reach Anna"):
        told(Mailbox(refuse=True), {"security": "none"})
    with pytest.raises(SkillError, match="could not reach Anna"):
        told(Mailbox(), {"security": "tls"})  # a server that speaks another language


@pytest.mark.parametrize(
    ("more", "wrong"),
    [
        ('to = "anna"', "to"),
        ('username = "me"', "go together"),
        ('username = "me"\npassword_env = "P"\nsecurity = "none"', "starttls"),
    ],
)
def test_a_mistake_of_the_config_is_told(more: str, wrong: str) -> None:
    base = '[escalation]\ncontact = "Anna"\n[escalation.mail]\nsender = "a@b.c"\nhost = "h"\n'
    to = "" if more.startswith("to") else 'to = "d@e.f"\n'
    with pytest.raises(ConfigError, match=wrong):
        parse(base + to + more)
