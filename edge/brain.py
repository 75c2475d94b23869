"""The half that thinks, put together: home, skills, understanding, the door to the cloud.

config → store → home → skills → understanding → mind

Without ears and voice, so that a typed turn starts in no time.
"""

import functools
import logging
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from edge.cloud.device import Device
from edge.cloud.door import CloudDoor
from edge.cloud.open import open_cloud
from edge.cloud.tasks import lacking
from edge.config.cloud import CloudConfig
from edge.config.schema import Config, HomeConfig
from edge.decider import CHANGED, NOT_DONE, TAKEN_BACK
from edge.ducking import DuckedHome
from edge.home import open_home
from edge.home.home import Home
from edge.memory.conversations import Conversations
from edge.memory.facts import Facts
from edge.mind import Mind
from edge.paths import own_intents_file, state_dir
from edge.skills.base import Skills
from edge.skills.everything import all_skills
from edge.skills.offered import OFFERS
from edge.skills.schedule import Schedule, system_uptime
from edge.skills.talks import Talks
from edge.skills.volume import Mixer, RememberedMixer
from edge.speaking.sentences import SentenceCutter
from edge.store import Store
from edge.thread import Thread
from edge.understanding.confirm import answer as yes_or_no
from edge.understanding.model import IntentModel, OutdatedModel
from edge.understanding.own import OwnIntents, OwnRouter
from edge.vocabulary import Vocabulary

log = logging.getLogger(__name__)


def local_now() -> datetime:
    """The time in the device's zone, aware of it."""
    return datetime.now().astimezone()


@dataclass(frozen=True, slots=True)
class Brain:
    """What decides and acts, without ears or voice: all that a typed turn needs."""

    config: Config
    store: Store
    home: DuckedHome
    skills: Skills
    mind: Mind
    schedule: Schedule
    thread: Thread

    def phrases(self) -> tuple[str, ...]:
        """Every sentence that is known beforehand."""
        return (*self.skills.phrases(), *CloudDoor().phrases(), NOT_DONE, CHANGED, TAKEN_BACK)


@asynccontextmanager
async def think(
    config: Config,
    mixer: Mixer,
    now: Callable[[], datetime] = local_now,
    folder: Path | None = None,
) -> AsyncIterator[Brain]:
    """Put the brain together for as long as the context lasts; `folder` is where its state lies."""
    async with AsyncExitStack() as stack:
        store = stack.enter_context(Store((folder or state_dir()) / "stonechat.db"))
        home = await stack.enter_async_context(
            DuckedHome(open_home(config.home), store, config.home.duck_percent)
        )
        schedule = Schedule(store, system_uptime())
        own = OwnIntents.load(own_intents_file())
        talks = Conversations(store, now)
        facts = Facts(store, lambda: now().timestamp())
        skills = all_skills(
            store,
            home,
            mixer,
            schedule,
            config.lists.names,
            own=own.intents,
            talks=Talks(talks, lacking),
            config=config,
            facts=facts,
        )
        router = RouterOf(config, home, own)
        hasty = functools.partial(SentenceCutter, hasty=True)
        device = Device(skills, OFFERS, router.names, now, hasty, yes_or_no)
        private = config.memory
        cloud = await stack.enter_async_context(
            open_cloud(config.cloud, device, store, folder, facts_to_cloud=private.facts_to_cloud)
        )
        thread = Thread(talks, facts, cloud, now, config.escalation.contact, private.extract)
        stack.push_async_callback(thread.close)
        mind = Mind(router, skills, cloud, now, thread)
        yield Brain(config, store, home, skills, mind, schedule, thread)


class RouterOf:
    """The router for the home as it is now: a new one whenever its names have changed."""

    def __init__(self, config: Config, home: Home, own: OwnIntents | None = None) -> None:
        self._own = own
        self._model = _model(config.understanding.model)
        self._threshold = config.understanding.threshold
        self._lists = config.lists.names
        self._home = home
        self._names = home.vocabulary()
        self._router = self._made()

    def __call__(self) -> OwnRouter:
        """The router in force."""
        names = self._home.vocabulary()
        if names != self._names:
            self._names = names
            self._router = self._made()
        return self._router

    def names(self) -> Vocabulary:
        """What devices, rooms and lists are called now."""
        return replace(self._home.vocabulary(), lists=self._lists)

    def _made(self) -> OwnRouter:
        return OwnRouter(self._model, self.names(), self._threshold, self._own)


def _model(file: Path | None) -> IntentModel:
    """The model of a file, or the one that ships where an upgrade has outdated it: who trained one
    is not to be without an assistant until there is another."""
    try:
        return IntentModel.load(file)
    except OutdatedModel as error:
        log.warning("%s; until then, the model that ships decides", error)
        return IntentModel.load()


@asynccontextmanager
async def imagine(config: Config) -> AsyncIterator[Brain]:
    """A brain in a demonstration home with an empty memory: what it does, nobody notices."""
    with TemporaryDirectory() as folder:
        nobody = CloudConfig(enabled=False)
        apart = config.model_copy(update={"home": HomeConfig(), "cloud": nobody})
        async with think(apart, RememberedMixer(), folder=Path(folder)) as brain:
            yield brain
