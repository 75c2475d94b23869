"""The language models that the config names, as the bridge takes them."""

import logging
from pathlib import Path
from typing import Literal, assert_never
from urllib.parse import urlsplit

from cloud_bridge.providers.anthropic import AnthropicProvider
from cloud_bridge.providers.base import Provider, is_private
from cloud_bridge.providers.llama_cpp import LlamaCpp
from cloud_bridge.secrets import secret
from edge.config.cloud import Model
from edge.errors import ModelError
from edge.models import language

log = logging.getLogger(__name__)


def provider_of(model: Model) -> Provider | None:
    """The model, or None where it cannot work at all (no key): then it is no rung."""
    key = secret(model.key_env)
    match model.provider:
        case "anthropic":
            if key is None:
                return None
            url = model.base_url or "https://api.anthropic.com"
            return AnthropicProvider(model.model, key, url)
        case "openai":
            # httpx comes with it: what asks no home server need not load it.
            from cloud_bridge.providers.openai_compatible import OpenAICompatible

            assert model.base_url is not None
            at_home = model.at_home or is_private(model.base_url)
            name = urlsplit(model.base_url).hostname or "server"
            place: Literal["home", "cloud"] = "home" if at_home else "cloud"
            return OpenAICompatible(model.model, model.base_url, key, place, name)
        case "llama_cpp":
            file = _gguf(model.model)
            return None if file is None else LlamaCpp(file)
        case _ as never:
            assert_never(never)


def _gguf(name: str) -> Path | None:
    """A file, or a model of the list; None (and a line in the journal) where it is not here."""
    if name not in {each.id for each in language.language_models()}:
        return Path(name).expanduser()
    try:
        return language.store().path(name)
    except ModelError as error:
        log.warning("%s", error)
        return None
