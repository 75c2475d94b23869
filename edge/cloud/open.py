"""Opens the door as the config describes it: models, tools, policy, and what is remembered."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

from cloud_bridge.breaker import Breaker
from cloud_bridge.bridge import Bridge
from cloud_bridge.http_tools import HttpTools
from cloud_bridge.ladder import Ladder, Limits, Rung
from cloud_bridge.mcp import McpClient
from cloud_bridge.privacy import Price, PrivacyLog, Redactor
from cloud_bridge.tools import Toolbox
from edge.cloud.device import Device
from edge.cloud.door import CloudDoor
from edge.cloud.privacy import Privacy, privacy_file
from edge.cloud.providers import provider_of
from edge.cloud.tools import as_tool, http_targets, mcp_target, policed
from edge.config.cloud import CloudConfig
from edge.errors import ConfigError
from edge.store import Store


@asynccontextmanager
async def open_cloud(
    config: CloudConfig,
    device: Device,
    store: Store,
    folder: Path | None = None,
    *,
    facts_to_cloud: bool = False,
) -> AsyncIterator[CloudDoor]:
    """The door as the config describes it; `folder` is where the privacy log lies."""
    log = PrivacyLog(privacy_file(folder), device.now)
    ladder = _ladder(config, log)
    privacy = Privacy(log, store, ladder, device.now)
    ladder.cloud_off = privacy.off
    http = HttpTools(http_targets(config.http_tools))
    skills = tuple(as_tool(offer, device) for offer in device.offers)
    own = (*skills, *http.tools)
    if taken := {each.spec.name for each in skills} & {each.spec.name for each in http.tools}:
        raise ConfigError(f"cloud.http_tools: '{min(taken)}' is the name of a skill; take another")
    bridge = Bridge(ladder, Toolbox(policed(own, config)), device.cutter)

    def rebuild() -> None:
        foreign = tuple(tool for client in clients for tool in client.tools)
        bridge.tools = Toolbox(policed((*own, *foreign), config))

    clients = [McpClient(mcp_target(each), rebuild) for each in config.mcp] if ladder.rungs else []
    async with AsyncExitStack() as stack:
        stack.push_async_callback(http.close)
        stack.push_async_callback(bridge.close)
        tasks = [asyncio.create_task(client.run()) for client in clients]
        tasks.append(asyncio.create_task(ladder.connect()))  # loads the SDK, off the audio path
        try:
            yield CloudDoor(bridge, device, privacy, facts_to_cloud, clients)
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)


def _ladder(config: CloudConfig, log: PrivacyLog) -> Ladder:
    """The models that can work, the best first."""
    clock = asyncio.get_running_loop().time
    rungs = [
        Rung(provider, Breaker(clock), Price(model.price_in, model.price_out), model.tier)
        for model in (config.models if config.enabled else ())
        if (provider := provider_of(model)) is not None
    ]
    limits = Limits(first_word=config.first_word_s, ladder=config.deadline_s)
    return Ladder(rungs, log, Redactor(config.redact), config.daily_tokens, limits)
