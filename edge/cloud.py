"""The one door to the cloud half. Only its parts and the bench import `cloud_bridge` as well.

A question goes in; what comes out is said clause by clause, while the rest is still being written.
The device's skills go in as tools, with their own plans and questions; answers to "shall I?" are
understood here, on the device. Where no model is set up, an honest sentence says so.
"""

import asyncio
from collections.abc import (
    AsyncGenerator,
    AsyncIterator,
    Awaitable,
    Callable,
    Mapping,
    Sequence,
)
from contextlib import AsyncExitStack, aclosing, asynccontextmanager, suppress
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Literal, Protocol, TypeAlias, assert_never

from cloud_bridge import house_rules, scripts
from cloud_bridge.breaker import Breaker
from cloud_bridge.bridge import Bridge
from cloud_bridge.context import Known, Situation, role_of
from cloud_bridge.errors import ToolError
from cloud_bridge.extractor import Notes, extract
from cloud_bridge.http_tools import HttpTools
from cloud_bridge.ladder import Ladder, Limits, Rung
from cloud_bridge.mcp import McpClient
from cloud_bridge.orchestrator import Pick, pick
from cloud_bridge.privacy import Price, PrivacyLog, Redactor, Sent
from cloud_bridge.privacy import read as read_privacy_log
from cloud_bridge.specialists import BY_NAME
from cloud_bridge.tools import Arguments, Tool, Toolbox, tool
from cloud_bridge.turns import Role, Turn
from cloud_bridge.types import (
    BridgeEvent,
    Clause,
    ConfirmationNeeded,
    Confirmed,
    Cutter,
    Done,
    Fell,
    Filler,
    Handoff,
    Json,
    ToolFinished,
    ToolStarted,
)
from edge.cloud_parts import http_targets, mcp_target, policed, provider_of
from edge.config.cloud import CloudConfig
from edge.errors import ConfigError, SkillError, StoreError
from edge.events import Action, Intent, Plan, Reply, Value
from edge.memory.state import Conversation, Field
from edge.paths import state_dir
from edge.store import Store
from edge.vocabulary import Vocabulary

UNAVAILABLE = scripts.NOTHING_SET_UP
SETTING = "cloud.off"
TOOLS_S = 30.0
"""How long whoever asks in writing waits for servers of tools that are being started."""
SPECIALISTS = tuple(BY_NAME)
"""Who can be asked by name."""

# ── what comes out ───────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Said:
    """A clause to be spoken now; a filler only if nothing was spoken yet."""

    text: str
    filler: bool = False


@dataclass(frozen=True, slots=True)
class Told:
    """An event of the contract: `tool`, `confirm` or `error`."""

    event: str
    data: Mapping[str, Value]


@dataclass(frozen=True, slots=True)
class Ended:
    """The answer is complete."""

    reply: Reply
    where: Literal["cloud", "local", "offline"]
    data: Mapping[str, Value]
    """Provider, tokens and times, for the `turn` event."""

    @property
    def failed(self) -> bool:
        """It was no answer, or not a whole one."""
        return self.data.get("failed") is not None


Answer: TypeAlias = Said | Told | Ended


class Skills(Protocol):
    """What can be planned and done on the device."""

    async def plan(self, intent: Intent, now: datetime) -> Plan:
        """Decide without acting."""
        ...

    async def perform(self, action: Action) -> object:
        """Act."""
        ...


class Offer(Protocol):
    """A skill as a typed function; see edge.skills.offered."""

    @property
    def function(self) -> Callable[..., Intent]:
        """Typed and documented; its result is what is meant."""
        ...

    @property
    def acts(self) -> bool:
        """It changes something."""
        ...

    @property
    def outside(self) -> bool:
        """It reads out what others may have written."""
        ...


@dataclass(frozen=True, slots=True)
class Device:
    """What the door needs of the rest of the device."""

    skills: Skills
    offers: Sequence[Offer]
    vocabulary: Callable[[], Vocabulary]
    now: Callable[[], datetime]
    cutter: Callable[[], Cutter]
    yes_or_no: Callable[[str], Literal["yes", "no"] | None]


@dataclass(frozen=True, slots=True)
class About:
    """What goes along with a question."""

    talk: Conversation
    """The conversation, with what the question itself adds to its state."""
    facts: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    domain: str = ""
    """The domain of the device's own guess, where it is sure."""
    specialist: str = ""
    """Who is to answer; empty: whom it concerns."""


class Asking:
    """One question under way; to be committed once the user has finished."""

    def __init__(self, bridge: Bridge, turn: Turn, waiting: tuple[str, ...] = ()) -> None:
        self._bridge = bridge
        self._turn = turn
        self._waiting = waiting
        self.ended: Ended | None = None
        """How the answer ended, once it has."""
        self.after_failure: Callable[[], Awaitable[str | None]] | None = None
        """What to offer when the answer failed."""

    @property
    def specialist(self) -> str:
        """Who has the word."""
        return self._turn.role.name if self._turn.role else ""

    @property
    def waiting(self) -> tuple[str, ...]:
        """Who gets it back."""
        return tuple(name for name in self._waiting if name != self.specialist)

    def commit(self) -> None:
        """Let it act: until now only reading tools were run."""
        self._bridge.commit(self._turn)

    async def events(self) -> AsyncGenerator[Answer, None]:
        """Give the answer, `Ended` last; closing the generator closes the connection."""
        async with aclosing(self._bridge.answer(self._turn)) as events:
            async for event in events:
                self._note_handoff(event)
                for each in _answers(event):
                    if isinstance(each, Ended):
                        offer = await self._offer(each)
                        if offer is not None:
                            yield Said(offer)
                            reply = Reply(f"{each.reply.text} {offer}", expects_reply=True)
                            each = replace(each, reply=reply)
                        self.ended = each
                    yield each

    async def _offer(self, ended: "Ended") -> str | None:
        return await self.after_failure() if ended.failed and self.after_failure else None

    def _note_handoff(self, event: BridgeEvent) -> None:
        if isinstance(event, Handoff) and BY_NAME[event.giver].form:
            self._waiting = (*self._waiting, event.giver)


class CloudDoor:
    """Answers what the device cannot answer by itself."""

    def __init__(
        self,
        bridge: Bridge | None = None,
        device: Device | None = None,
        store: Store | None = None,
        log: PrivacyLog | None = None,
        facts_to_cloud: bool = False,
        clients: Sequence[McpClient] = (),
    ) -> None:
        self._bridge = bridge
        self._clients = clients
        self._device = device
        self._store = store
        self._log = log
        self._facts_to_cloud = facts_to_cloud

    def phrases(self) -> tuple[str, ...]:
        """Fixed sentences, to be rendered ahead."""
        itself = (house_rules.SWITCHED_OFF, house_rules.SWITCHED_ON, house_rules.NOTHING_SENT)
        return (*scripts.phrases(), *itself)

    @property
    def where(self) -> Literal["cloud", "offline"]:
        """Who answers: `cloud`, or `offline` when nobody can."""
        return "cloud" if self._bridge is not None and self._bridge.ladder.rungs else "offline"

    @property
    def waiting(self) -> bool:
        """A "shall I?" is open: give the next words to `begin`, whatever they are."""
        return self._bridge is not None and self._bridge.waiting

    def forget(self) -> None:
        """No answer came, or one that was for somebody else: it counts as no."""
        if self._bridge is not None:
            self._bridge.forget()

    async def connect(self) -> None:
        """Have a connection ready, at the wake word; and the tools of servers, after a start."""
        if self._bridge is not None:
            await self._bridge.ladder.connect()
        with suppress(TimeoutError):
            async with asyncio.timeout(TOOLS_S):
                await asyncio.gather(*(client.tried.wait() for client in self._clients))

    def begin(self, text: str, about: About) -> Asking:
        """Ask, of whom it concerns, with what is known of it."""
        assert self._bridge is not None and self._device is not None
        verdict = None
        if self._bridge.waiting:
            match self._device.yes_or_no(text):
                case "yes" if house_rules.plain_yes(text):
                    verdict = True
                case "no":
                    verdict = False
                case _:
                    verdict = None
        situation = _situation(about, self._device, private=not self._facts_to_cloud)
        tools = self._bridge.tools

        def cast(name: str) -> Role | None:
            found = BY_NAME.get(name)
            return None if found is None else role_of(found, situation, tools)

        picked = self._pick(text, about)
        role = cast(picked.specialist.name)
        return Asking(self._bridge, Turn(text, role, verdict, cast), picked.waiting)

    def _pick(self, text: str, about: About) -> Pick:
        if about.specialist:
            return Pick(BY_NAME[about.specialist], "device", about.talk.waiting)
        return pick(text, about.domain, about.talk.specialist, about.talk.waiting)

    def would_take(self, text: str, talk: Conversation) -> str:
        """Who would answer a question that the device's classifier knows nothing of."""
        return pick(text, "", talk.specialist, talk.waiting).specialist.name

    async def notes(self, talk: Conversation) -> Notes:
        """Let a small model note what the last exchange settled. Never raises."""
        assert self._bridge is not None
        exchanges = [(each.said, each.heard) for each in talk.recent[-2:]]
        form = BY_NAME[talk.specialist].form
        return await extract(self._bridge.ladder, form, exchanges, f"notes-{talk.id}")

    def about_itself(self, text: str) -> tuple[Intent, Plan] | None:
        """What "don't use the cloud" or "what did you send out today?" means; None: neither."""
        match house_rules.rule(text):
            case "report":
                entries = self._log.entries() if self._log else []
                said = house_rules.report(entries, self._today())
                return Intent("cloud.report"), Plan(Reply(said))
            case "off":
                return Intent("cloud.off"), Plan(
                    Reply(house_rules.SWITCHED_OFF), Action("cloud.off")
                )
            case "on":
                return Intent("cloud.on"), Plan(Reply(house_rules.SWITCHED_ON), Action("cloud.on"))
            case None:
                return None
            case _ as never:
                assert_never(never)

    async def perform(self, action: Action) -> Callable[[], Awaitable[None]]:
        """Obey what `about_itself` understood; give what takes it back. Raises StoreError."""
        before = bool(self._store.setting(SETTING, False)) if self._store else False
        await self._switch(off=action.name == "cloud.off")

        async def back() -> None:
            await self._switch(off=before)

        return back

    async def _switch(self, *, off: bool) -> None:
        if self._bridge is not None:
            self._bridge.ladder.cloud_off = off
        if self._store is not None:
            await self._store.set(SETTING, off)

    def _today(self) -> datetime:
        return self._device.now() if self._device else datetime.now().astimezone()


# ── what a task is ───────────────────────────────────────────────────────────────────────────


def form_of(specialist: str) -> tuple[Field, ...]:
    """What a specialist's task needs to know; empty where it has none."""
    found = BY_NAME.get(specialist)
    blanks = found.form if found else ()
    return tuple(Field(b.name, b.kind, b.cues, b.values, b.required) for b in blanks)


def topic_of(specialist: str, text: str) -> str:
    """What a task is called that these words begin; empty where they begin none."""
    topics = BY_NAME[specialist].topics if specialist in BY_NAME else {}
    words = text.lower().split()
    return next((to for stem, to in topics.items() if any(w.startswith(stem) for w in words)), "")


def lacking(talk: Conversation) -> tuple[str, ...]:
    """What a conversation's task still needs to know."""
    return talk.missing(form_of(talk.specialist))


# ── putting it together ──────────────────────────────────────────────────────────────────────


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
    clock = asyncio.get_running_loop().time
    rungs = [
        Rung(provider, Breaker(clock), Price(model.price_in, model.price_out), model.tier)
        for model in (config.models if config.enabled else ())
        if (provider := provider_of(model)) is not None
    ]
    limits = Limits(first_word=config.first_word_s, ladder=config.deadline_s)
    ladder = Ladder(rungs, log, Redactor(config.redact), config.daily_tokens, limits)
    ladder.cloud_off = bool(store.setting(SETTING, False))
    http = HttpTools(http_targets(config.http_tools))
    skills = tuple(_offered(offer, device) for offer in device.offers)
    own = (*skills, *http.tools)
    if taken := {each.spec.name for each in skills} & {each.spec.name for each in http.tools}:
        raise ConfigError(f"cloud.http_tools: '{min(taken)}' is the name of a skill; take another")
    bridge = Bridge(ladder, Toolbox(policed(own, config)), device.cutter)

    def rebuild() -> None:
        foreign = tuple(tool for client in clients for tool in client.tools)
        bridge.tools = Toolbox(policed((*own, *foreign), config))

    clients = [McpClient(mcp_target(each), rebuild) for each in config.mcp] if rungs else []
    async with AsyncExitStack() as stack:
        stack.push_async_callback(http.close)
        stack.push_async_callback(bridge.close)
        tasks = [asyncio.create_task(client.run()) for client in clients]
        tasks.append(asyncio.create_task(ladder.connect()))  # loads the SDK, off the audio path
        try:
            yield CloudDoor(bridge, device, store, log, facts_to_cloud, clients)
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)


def privacy_file(folder: Path | None = None) -> Path:
    """Where it is written what left the device."""
    return (folder or state_dir()) / "privacy.jsonl"


def sent_out() -> list[Sent]:
    """Everything that the privacy log holds, oldest first."""
    return list(read_privacy_log(privacy_file()))


def _offered(offer: Offer, device: Device) -> Tool:
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


def _situation(about: About, device: Device, *, private: bool) -> Situation:
    """A conversation as the context compiler takes it."""
    talk = about.talk
    known = tuple(
        Known(slot.name, slot.value, slot.said, slot.before[-1] if slot.before else "", slot.doubts)
        for slot in talk.slots
    )
    return Situation(
        topic=talk.topic,
        known=known,
        missing=about.missing if known else (),
        summary=talk.summary,
        facts=about.facts,
        facts_private=private,
        exchanges=tuple((each.said, each.heard) for each in talk.recent),
        home=home_in_words(device.vocabulary()),
        now=f"{device.now():%A, %-d %B %Y, %H:%M}",
    )


def home_in_words(names: Vocabulary) -> dict[str, list[str]]:
    """What there is to be named in the home."""
    here = [f"{names.here} (where you stand)"] if names.here else []
    return {
        "lists": list(names.lists),
        "rooms": [*here, *(area for area in names.areas if area != names.here)],
        "devices": [
            f"{each.name} ({each.kind}{f', {each.area}' if each.area else ''})"
            for each in names.devices
        ],
    }


def _answers(event: BridgeEvent) -> list[Answer]:
    """What a bridge's event is to the device."""
    match event:
        case Clause(text=text):
            return [Said(text)]
        case Filler(text=text):
            return [Said(text, filler=True)]
        case ToolStarted(call=call):
            arguments: dict[str, Value] = dict(call.arguments)
            return [Told("tool", {"name": call.name, "arguments": arguments, "state": "started"})]
        case ToolFinished(result=result, ms=ms):
            state = "done" if result.ok else "failed"
            return [Told("tool", {"name": result.name, "state": state, "ms": ms})]
        case ConfirmationNeeded(call=call, question=question):
            arguments = dict(call.arguments)
            return [Told("confirm", {"text": question, "tool": call.name, "arguments": arguments})]
        case Confirmed(call=call, yes=yes, said=said):
            return [Told("confirm", {"tool": call.name, "yes": yes, "said": said})]
        case Handoff(giver=giver, taker=taker, why=why):
            return [Told("handoff", {"from": giver, "to": taker, "why": why})]
        case Fell(provider=provider, kind=kind, detail=detail):
            return [Told("error", {"code": "cloud", "message": f"{provider}: {kind}: {detail}"})]
        case Done():
            return [_ended(event)]
        case _ as never:
            assert_never(never)


def _ended(done: Done) -> Ended:
    where: Literal["cloud", "local", "offline"] = "offline"
    if done.provider != "scripted":
        where = "local" if done.place == "device" else "cloud"
    data: dict[str, Value] = {
        "provider": done.provider,
        "tokens_sent": done.usage.sent,
        "tokens_received": done.usage.received,
        "tokens_cached": done.usage.cached,
        "specialist": done.specialist,
        "cost": round(done.usage.cost, 6),
        "first_ms": None if done.first_ms is None else round(done.first_ms, 1),
        "failed": done.failed,
    }
    return Ended(Reply(done.text, done.expects_reply), where, data)
