"""What a language model may use: the device's skills, HTTP APIs, servers; under the policy."""

import logging
from collections.abc import Iterable, Sequence
from dataclasses import replace

from cloud_bridge.errors import ToolError
from cloud_bridge.http_tools import HttpParameter, HttpTarget
from cloud_bridge.mcp import McpTarget
from cloud_bridge.secrets import secret
from cloud_bridge.tools import Arguments, Tool, tool
from cloud_bridge.types import Json
from edge.cloud.device import Device, Offer
from edge.config.cloud import CloudConfig, HttpTool, McpServer
from edge.errors import SkillError, StoreError
from edge.events import Intent, Plan

log = logging.getLogger(__name__)


def as_tool(offer: Offer, device: Device) -> Tool:
    """A skill as a tool: planned by the skill, asked about where the skill asks."""
    means = tool(offer.function)

    async def plan(arguments: Arguments) -> Plan:
        intent = await means.run(arguments)
        assert isinstance(intent, Intent)
        try:
            return await device.skills.plan(intent, device.now())
        except (SkillError, StoreError) as failure:
            raise ToolError(str(failure)) from None

    async def question(arguments: Arguments) -> str | None:
        planned = await plan(arguments)
        return planned.reply.text if planned.confirm else None

    async def run(arguments: Arguments) -> Json:
        planned = await plan(arguments)
        if planned.action is None:
            return {"said": planned.reply.text}
        try:
            await device.skills.perform(planned.action)
        except (SkillError, StoreError) as failure:
            raise ToolError(str(failure)) from None
        return {"done": True, "said": planned.done or planned.reply.text}

    return replace(means, run=run, acts=offer.acts, outside=offer.outside, question=question)


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
