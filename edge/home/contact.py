"""Reaching a person: through Home Assistant's notify services, a webhook, an e-mail, or all."""

import asyncio
import logging
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Protocol

from edge.config.schema import Escalation, HomeConfig
from edge.errors import SkillError
from edge.home import mail

log = logging.getLogger(__name__)

PATIENCE_S = 8.0


class Contact(Protocol):
    """Somebody who can be told that help is needed."""

    @property
    def name(self) -> str:
        """What the person is called; empty: there is nobody."""
        ...

    async def tell(self, text: str, kind: str, said: str) -> None:
        """Tell them. Raises SkillError where no way led to them."""
        ...


class ConfiguredContact:
    """The contact of the config. Nothing is opened until it is needed."""

    def __init__(self, config: Escalation, home: HomeConfig) -> None:
        self._config = config
        self._home = home
        self.name = config.contact

    async def tell(self, text: str, kind: str, said: str) -> None:
        """Try every way at once; one that works is enough."""
        posts = (self._post(*way) for way in self._ways(text, kind, said))
        if not any(await asyncio.gather(*posts, self._mail(text))):
            raise SkillError(
                f"I could not reach {self.name}. If it is an emergency, call {self._config.number}."
            )

    def _ways(
        self, text: str, kind: str, said: str
    ) -> list[tuple[str, str | None, Mapping[str, Any]]]:
        """Address, bearer token and body of each way."""
        config = self._config
        ways: list[tuple[str, str | None, Mapping[str, Any]]] = []
        if config.notify is not None:
            service = config.notify.removeprefix("notify.")
            url = f"{self._home.url.rstrip('/')}/api/services/notify/{service}"
            body = {"title": "Stonechat", "message": text}
            ways.append((url, _secret(self._home.token_env), body))
        if config.webhook is not None:
            body = {"text": text, "kind": kind, "said": said, "contact": self.name}
            ways.append((config.webhook, _secret(config.token_env), body))
        return ways

    async def _post(self, url: str, token: str | None, body: Mapping[str, Any]) -> bool:
        import httpx  # only a house in need pays for it

        headers = {"authorization": f"Bearer {token}"} if token else {}
        try:
            async with httpx.AsyncClient(timeout=PATIENCE_S) as client:
                response = await client.post(url, json=dict(body), headers=headers)
            if response.is_success:
                return True
            log.error("the contact was not reached: %s said %d", url, response.status_code)
        except httpx.HTTPError as error:
            log.error("the contact was not reached: %s: %s", url, type(error).__name__)
        return False

    async def _mail(self, text: str) -> bool:
        settings = self._config.mail
        if settings is None:
            return False
        try:
            await mail.send(settings, _secret(settings.password_env), "Stonechat", text, PATIENCE_S)
        except (OSError, ValueError) as error:  # ValueError: letters that SMTP cannot carry
            log.error("the contact was not reached: %s: %s", settings.host, type(error).__name__)
            return False
        return True


def _secret(name: str | None) -> str | None:
    """A token from the environment or systemd's credentials."""
    if name is None:
        return None
    value = os.environ.get(name, "")
    folder = os.environ.get("CREDENTIALS_DIRECTORY")
    if not value and folder and (Path(folder) / name).is_file():
        value = (Path(folder) / name).read_text(encoding="utf-8")
    return value.strip() or None
