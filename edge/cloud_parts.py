"""What the config says about the cloud, as the bridge takes it."""

import logging
from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Literal, assert_never
from urllib.parse import urlsplit

from cloud_bridge.http_tools import HttpParameter, HttpTarget
from cloud_bridge.mcp import McpTarget
from cloud_bridge.providers.anthropic import AnthropicProvider
from cloud_bridge.providers.base import Provider, is_private
from cloud_bridge.providers.llama_cpp import LlamaCpp
from cloud_bridge.secrets import secret
from cloud_bridge.tools import Tool
from edge.config.cloud import CloudConfig, HttpTool, McpServer, Model
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


def mcp_target(server: McpServer) -> McpTarget:
    """Where a server of tools is."""
    token = secret(server.token_env)
    return McpTarget(server.name, server.command, server.url, token, server.reads, server.timeout_s)


def http_targets(tools: Iterable[HttpTool]) -> tuple[HttpTarget, ...]:
    """The APIs that can be asked: one whose key is not set is left out, and the journal says so."""
    found = []
    for each in tools:
        key = secret(each.secret_env)
        if each.secret_env is not None and key is None:
            log.warning("the tool %s is left out: %s is not set", each.name, each.secret_env)
            continue
        parameters = tuple(HttpParameter(**dict(one)) for one in each.parameters)
        rest = each.model_dump(exclude={"parameters", "secret_env"})
        found.append(HttpTarget(**rest, parameters=parameters, secret=key))
    return tuple(found)


def policed(tools: Sequence[Tool], config: CloudConfig) -> tuple[Tool, ...]:
    """The tools under the config's policy."""
    return tuple(
        replace(each, risk="confirm") if each.spec.name in config.confirm else each
        for each in tools
        if each.spec.name not in config.deny
    )
