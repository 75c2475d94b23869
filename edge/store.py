"""What must outlive a power cut: timers, alarms, plans, lists, settings, memories, in SQLite.

Memory is what everybody reads; every change goes to memory at once and to disk before `write`
returns. So reading never waits for a disk, and a disk that is full or read-only costs durability,
not the timer: the change is kept, told once as a StoreError, and tried again with the next one.
"""

import dataclasses
import json
import logging
import shutil
import sqlite3
import tempfile
import threading
from collections.abc import Iterable, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from edge.errors import StoreError
from edge.events import Value
from edge.records import KINDS, MIGRATIONS, R, Record, Setting
from edge.worker import Worker

log = logging.getLogger(__name__)

_NOT_DAMAGE = {
    sqlite3.SQLITE_BUSY,
    sqlite3.SQLITE_CANTOPEN,
    sqlite3.SQLITE_FULL,
    sqlite3.SQLITE_INTERRUPT,
    sqlite3.SQLITE_IOERR,
    sqlite3.SQLITE_LOCKED,
    sqlite3.SQLITE_NOMEM,
    sqlite3.SQLITE_PERM,
    sqlite3.SQLITE_READONLY,
}
"""What SQLite says of a disk or a moment. All else it says of a file is that the file is no good:
with one wrong byte of its header, "table timers already exists" or "unsupported file format"."""

_MEMORY = Path("/dev/shm")
"""A folder that needs no disk."""

_OLDEST_DAMAGE = 10_000
"""A schema version beyond this is no newer Stonechat's."""


class _Newer(Exception):
    """The file is of a newer Stonechat: not ours to change."""


_TROUBLE = (OSError, sqlite3.Error, UnicodeDecodeError, _Newer)
"""All that opening or writing may raise; text that is no UTF-8 is how some damage shows."""


@dataclass(frozen=True, slots=True)
class _Change:
    put: tuple[Record, ...]
    remove: tuple[Record, ...]


class Store:
    """One SQLite file; `notice` says what went wrong when it was opened, or is None."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._worker = Worker("store")
        self._lock = threading.Lock()
        """Held while the connection is used."""
        self._unsaved: list[_Change] = []
        self._memory = _nothing()
        self._seen: int | None = None
        """Which state of the file is in memory; None: none yet."""
        self.notice: str | None = None
        self._database = self._open()

    def all(self, kind: type[R]) -> list[R]:
        """Every record of a kind, oldest first. Never waits for the disk."""
        self._follow()
        return [record for record in self._memory[kind.table].values() if isinstance(record, kind)]

    async def write(self, put: Sequence[Record] = (), remove: Sequence[Record] = ()) -> None:
        """Change records in one transaction; on disk when this returns.

        Raises StoreError where the disk refuses; the change then lives in memory only.
        """
        change = _Change(tuple(put), tuple(remove))
        self._unsaved.append(change)
        _apply(self._memory, change)
        await self._worker.run(self._flush)

    def setting(self, name: str, default: Value = None) -> Value:
        """A setting's value, or the default where it was never set."""
        for setting in self.all(Setting):
            if setting.id == name:
                value: Value = json.loads(setting.value)
                return value
        return default

    async def set(self, name: str, value: Value) -> None:
        """Keep a setting. Raises StoreError as `write` does."""
        await self.write([Setting(name, json.dumps(value))])

    def close(self) -> None:
        """Close the file; what `write` returned for is already safe."""
        self._worker.close()
        with self._lock:
            if self._database is not None:
                self._database.close()
                self._database = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    # ── reading: on the caller's thread, which alone touches the memory ──────────────────────

    def _follow(self) -> None:
        """Take over what another process wrote (`stonechat ask` beside the daemon)."""
        if self._database is None or not self._lock.acquire(blocking=False):
            return  # our own write is under way; the next reader will look
        try:
            self._load(self._database)
        except sqlite3.Error as error:
            log.warning("%s: cannot be read: %s", self._path, error)
        finally:
            self._lock.release()

    def _load(self, database: sqlite3.Connection) -> None:
        (version,) = database.execute("PRAGMA data_version").fetchone()
        if version == self._seen:
            return
        memory = {kind.table: {row.id: row for row in _rows(database, kind)} for kind in KINDS}
        for change in self._unsaved:
            _apply(memory, change)
        self._memory, self._seen = memory, version

    def _open(self) -> sqlite3.Connection | None:
        try:
            return self._connect_and_load()
        except _TROUBLE as error:
            if _is_damage(error):
                return self._begin_anew()
            lost = "changes will be lost at the next restart"
            self._tell(f"{self._path}: {_reason(error)}; {lost}")
            self._read_only()
        return None

    def _connect_and_load(self) -> sqlite3.Connection:
        database = _connect(self._path)
        try:
            self._load(database)
        except BaseException:
            database.close()
            raise
        return database

    def _begin_anew(self) -> sqlite3.Connection | None:
        try:
            aside = _move_aside(self._path)
            self._tell(f"{self._path} was damaged; it is now {aside.name} and a new one was begun")
            self._seen = None
            return _connect(self._path)
        except _TROUBLE as error:
            self._tell(f"{self._path} is damaged and cannot be replaced: {error}")
            return None

    def _read_only(self) -> None:
        """A card that turned read-only, or is full, still tells which alarms it holds.

        Beside a file that it only reads, SQLite wants room for an index: so it reads a copy.
        """
        try:
            with tempfile.TemporaryDirectory(dir=_MEMORY if _MEMORY.is_dir() else None) as folder:
                for file in (self._path, self._path.with_name(self._path.name + "-wal")):
                    if file.exists():
                        shutil.copyfile(file, Path(folder, file.name))
                with closing(sqlite3.connect(Path(folder, self._path.name))) as database:
                    self._load(database)
        except (OSError, sqlite3.Error):
            log.info("%s: nothing could be read from it", self._path)

    def _tell(self, notice: str) -> None:
        self.notice = notice
        log.warning("%s", notice)

    # ── writing: on the worker's thread ──────────────────────────────────────────────────────

    def _flush(self) -> None:
        """Save every change that is not on disk yet, those that failed before included."""
        with self._lock:
            changes = tuple(self._unsaved)
            try:
                if self._database is None:
                    self._database, self._seen = _connect(self._path), None
                _save(self._database, changes)
            except _TROUBLE as error:
                if not (_is_damage(error) and self._replaced()):
                    raise StoreError(
                        f"I can keep that only until I am restarted: {_reason(error)}."
                    ) from None
            del self._unsaved[: len(changes)]

    def _replaced(self) -> bool:
        """A file that went bad under us: all that is in memory goes into a new one."""
        known = tuple(record for kept in self._memory.values() for record in list(kept.values()))
        if self._database is not None:
            self._database.close()
        self._database = self._begin_anew()
        if self._database is None:
            return False
        try:
            _save(self._database, [_Change(known, ())])
        except sqlite3.Error:
            return False
        return True


def _reason(error: Exception) -> str:
    """What went wrong, in words that can be spoken."""
    return (isinstance(error, OSError) and error.strerror) or str(error)


def _nothing() -> dict[str, dict[str, Record]]:
    return {kind.table: {} for kind in KINDS}


def _apply(memory: dict[str, dict[str, Record]], change: _Change) -> None:
    for record in change.remove:
        memory[record.table].pop(record.id, None)
    for record in change.put:
        memory[record.table][record.id] = record


def _connect(path: Path) -> sqlite3.Connection:
    path.parent.mkdir(parents=True, exist_ok=True)
    database = sqlite3.connect(path, timeout=2, isolation_level=None, check_same_thread=False)
    try:
        path.chmod(0o600)
        database.execute("PRAGMA journal_mode=WAL")
        database.execute("PRAGMA synchronous=FULL")
        (verdict,) = database.execute("PRAGMA quick_check(1)").fetchone()
        if verdict != "ok":
            raise sqlite3.DatabaseError(verdict)
        _migrate(database)
    except BaseException:
        database.close()
        raise
    return database


def _is_damage(error: Exception) -> bool:
    if isinstance(error, UnicodeDecodeError):
        return True
    if not isinstance(error, sqlite3.DatabaseError):
        return False
    code = getattr(error, "sqlite_errorcode", None)  # none on what this file raises itself
    return code is None or code & 0xFF not in _NOT_DAMAGE


def _move_aside(path: Path) -> Path:
    number = 1
    while (aside := path.with_name(f"{path.name}.damaged-{number}")).exists():
        number += 1
    path.rename(aside)
    for suffix in ("-wal", "-shm"):
        path.with_name(path.name + suffix).unlink(missing_ok=True)
    return aside


def _migrate(database: sqlite3.Connection) -> None:
    if _version(database) == len(MIGRATIONS):
        return  # nothing is written, so that a full disk can still be read
    database.execute("BEGIN IMMEDIATE")
    try:
        for step in MIGRATIONS[_version(database) :]:
            for statement in filter(str.strip, step.split(";")):
                database.execute(statement)
        database.execute(f"PRAGMA user_version = {len(MIGRATIONS)}")
        database.execute("COMMIT")
    except BaseException:
        _roll_back(database)
        raise


def _version(database: sqlite3.Connection) -> int:
    """The schema's version. Raises DatabaseError for one that never was, _Newer for a later one."""
    (version,) = database.execute("PRAGMA user_version").fetchone()
    if not 0 <= version < _OLDEST_DAMAGE:
        raise sqlite3.DatabaseError(f"schema {version} was never written")
    if version > len(MIGRATIONS):
        raise _Newer(f"schema {version} is of a newer Stonechat")
    return int(version)


def _roll_back(database: sqlite3.Connection) -> None:
    """SQLite does so by itself when the disk is full; to do it again would look like damage."""
    if database.in_transaction:
        database.execute("ROLLBACK")


def _columns(kind: type[Record]) -> str:
    return ", ".join(f'"{field.name}"' for field in dataclasses.fields(kind))


def _rows(database: sqlite3.Connection, kind: type[Record]) -> Iterable[Record]:
    # Table and columns are names of this file's classes, never text from outside.
    query = f"SELECT {_columns(kind)} FROM {kind.table} ORDER BY rowid"
    return [kind(*row) for row in database.execute(query)]


def _save(database: sqlite3.Connection, changes: Sequence[_Change]) -> None:
    database.execute("BEGIN IMMEDIATE")
    try:
        for change in changes:
            for record in change.remove:
                database.execute(f"DELETE FROM {record.table} WHERE id = ?", (record.id,))
            for record in change.put:
                _put(database, record)
        database.execute("COMMIT")
    except BaseException:
        _roll_back(database)
        raise


def _put(database: sqlite3.Connection, record: Record) -> None:
    fields = [field.name for field in dataclasses.fields(record)]
    marks = ", ".join("?" * len(fields))
    updates = ", ".join(f'"{name}" = excluded."{name}"' for name in fields)
    database.execute(
        f"INSERT INTO {record.table} ({_columns(type(record))}) VALUES ({marks})"
        f" ON CONFLICT (id) DO UPDATE SET {updates}",
        [getattr(record, name) for name in fields],
    )
