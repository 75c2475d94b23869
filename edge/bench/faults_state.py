"""Faults of disk, power and process, done to the store; each in a process that may be killed.

A child makes changes that a seed decides and says each one that `write` has returned for. So the
parent knows what must be found afterwards: all that was said, and of the next change all or
nothing.
"""

import asyncio
import random
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from edge.errors import StoreError, UsageError
from edge.records import Alarm, Item, Record, Reminder, Setting, Timer
from edge.store import Store

KINDS = (Timer, Alarm, Reminder, Item, Setting)
_DISK_KB = 2048
_NAMESPACE = ("unshare", "--user", "--map-root-user", "--mount", "--")


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a fault did."""

    fault: str
    seed: int
    lost: str = ""
    """What is not as it should be; empty: nothing."""
    recovery_ms: float | None = None
    """From the end of the fault until all is well; None where nothing was interrupted."""
    deaf: str = ""
    """How a spoken command was answered instead of rightly; empty: it was."""


@dataclass(frozen=True, slots=True)
class Change:
    """One call of `Store.write`."""

    put: tuple[Record, ...]
    remove: tuple[Record, ...]


def changes(seed: int) -> Iterator[Change]:
    """Endless changes to all kinds of records, the same ones for the same seed."""
    dice, there = random.Random(seed), dict[str, Record]()
    for number in range(1_000_000):
        put = tuple(_record(dice, f"{number}-{part}") for part in range(dice.randint(1, 3)))
        gone = tuple(dice.sample(sorted(there), min(len(there), dice.choice((0, 0, 1, 2)))))
        remove = tuple(there.pop(name) for name in gone)
        there.update((record.id, record) for record in put)
        yield Change(put, remove)


def after(seed: int, count: int) -> dict[str, Record]:
    """All records after so many changes, by id."""
    there: dict[str, Record] = {}
    for change, _ in zip(changes(seed), range(count), strict=False):
        for record in change.remove:
            del there[record.id]
        there.update((record.id, record) for record in change.put)
    return there


def found(store: Store) -> dict[str, Record]:
    """All records of a store, by id."""
    kinds: tuple[Any, ...] = KINDS
    return {record.id: record for kind in kinds for record in store.all(kind)}


def _record(dice: random.Random, id: str) -> Record:
    text = "x" * dice.randrange(400)
    time = f"2030-{dice.randint(1, 12):02}-{dice.randint(1, 28):02}T{dice.randrange(24):02}:30"
    days = dice.choice(("", "0,1,2,3,4", "5,6"))
    seconds = dice.uniform(3600, 1e6)
    match dice.randrange(5):
        case 0:
            return Timer(id, dice.choice((None, "pasta")), seconds, 2e9 + seconds, None)
        case 1:
            return Alarm(id, time, days)
        case 2:
            return Reminder(id, time, text, days)
        case 3:
            return Item(id, "shopping", text)
        case _:
            return Setting(id, f'"{text}"')


# ── the parent's side ────────────────────────────────────────────────────────────────────────


def killed(folder: Path, seed: int, *, power_cut: bool = False) -> Outcome:
    """Kill a writer at a random moment; with `power_cut`, what was not yet synced is torn too."""
    dice, path = random.Random(seed), folder / "stonechat.db"
    count, size = _kill_a_writer(path, seed, dice)
    if power_cut:
        _tear(path, size, dice)
    began = time.monotonic()
    with Store(path) as store:
        notice, there = store.notice, found(store)
    took = (time.monotonic() - began) * 1000
    lost = notice or ""
    if there not in (after(seed, count), after(seed, count + 1)):
        lost = f"of {count} changes confirmed not all are there, or half of one more"
    return Outcome("power_cut" if power_cut else "killed", seed, lost, took)


def _kill_a_writer(path: Path, seed: int, dice: random.Random) -> tuple[int, int]:
    """How many changes were confirmed, and how long the journal was at the last of them."""
    with subprocess.Popen(_child("write", path, seed), stdout=subprocess.PIPE, text=True) as child:
        assert child.stdout is not None
        said = [child.stdout.readline() for _ in range(dice.randrange(1, 60))]
        time.sleep(dice.uniform(0, 0.01))
        child.send_signal(signal.SIGKILL)
        said += child.stdout.readlines()
    count, size = [line for line in said if line.endswith("\n")][-1].split()
    return int(count), int(size)


def _tear(path: Path, size: int, dice: random.Random) -> None:
    """What a cut does to bytes that were written after the last sync: any of them may be wrong."""
    journal = path.with_name(path.name + "-wal")
    path.with_name(path.name + "-shm").unlink(missing_ok=True)
    data = journal.read_bytes()
    torn = bytearray(data[: dice.randint(min(size, len(data)), len(data))])
    for place in range(size, len(torn)):
        if dice.random() < 0.3:
            torn[place] = dice.randrange(256)
    journal.write_bytes(torn)


def disk(fault: str, folder: Path, seed: int) -> Outcome:
    """A disk that fills up or turns read-only (`disk_full`, `disk_read_only`) and is mended."""
    if shutil.which("unshare") is None:
        raise UsageError("disks of their own need unshare: apt install util-linux")
    done = subprocess.run(
        [*_NAMESPACE, *_child(fault, folder, seed)], capture_output=True, text=True, check=False
    )
    if done.returncode:
        last = (done.stderr.strip().splitlines() or ["no word"])[-1]
        return Outcome(fault, seed, f"the process died: {last}")
    took, _, lost = done.stdout.strip().partition(" ")
    return Outcome(fault, seed, lost, float(took))


def _child(task: str, path: Path, seed: int) -> list[str]:
    return [sys.executable, "-m", "edge.bench.faults_state", task, str(path), str(seed)]


# ── the child's side ─────────────────────────────────────────────────────────────────────────


async def _write(path: Path, seed: int) -> None:
    with Store(path) as store:
        journal = path.with_name(path.name + "-wal")
        for number, change in enumerate(changes(seed), 1):
            await store.write(change.put, change.remove)
            sys.stdout.write(f"{number} {journal.stat().st_size}\n")
            sys.stdout.flush()


async def _full(folder: Path, seed: int) -> str:
    """Start and go on while the disk is full; what was refused is on disk once there is room."""
    _mount("-t", "tmpfs", "-o", f"size={_DISK_KB}k", "none", str(folder))
    dice, path, filler = random.Random(seed), folder / "stonechat.db", folder / "filler"
    before, during = dice.randint(1, 30), dice.randint(1, 30)
    await _kept(path, seed, before, clean=dice.random() < 0.5)
    path.with_name(path.name + "-shm").unlink(missing_ok=True)  # the power is back
    _fill(filler)
    with Store(path) as store:
        if found(store) != after(seed, before):
            return "0 started on a full disk, it knows nothing"
    filler.unlink()
    stream, refused = changes(seed), 0
    for _ in range(before):
        next(stream)
    with Store(path) as store:
        _fill(filler)
        for _ in range(during):
            refused += not await _put(store, next(stream))
        if found(store) != after(seed, before + during):
            return "0 it forgot while the disk was full"
        with Store(path) as restarted:
            there = found(restarted)
        if not any(there == after(seed, before + saved) for saved in range(during + 1)):
            return "0 started on a full disk, it does not know what was saved"
        filler.unlink()
        began = time.monotonic()
        if not await _put(store, next(stream)):
            return "0 the disk has room again, but nothing is saved"
        took = (time.monotonic() - began) * 1000
    with Store(path) as store:
        whole = found(store) == after(seed, before + during + 1)
    if not refused:
        return "0 the disk was never full"
    return f"{took:.1f} {'' if whole else 'what was refused is lost'}".strip()


async def _read_only(folder: Path, seed: int) -> str:
    """Start on a disk that became read-only; save everything once it can be written again."""
    _mount("-t", "tmpfs", "-o", f"size={_DISK_KB}k", "none", str(folder))
    dice, path = random.Random(seed), folder / "stonechat.db"
    before, during = dice.randint(1, 30), dice.randint(1, 30)
    await _kept(path, seed, before, clean=dice.random() < 0.5)
    _mount("-o", "remount,ro", str(folder))
    stream = changes(seed)
    for _ in range(before):
        next(stream)
    with Store(path) as store:
        if found(store) != after(seed, before):
            return "0 it cannot read a disk that is read-only"
        for _ in range(during):
            if await _put(store, next(stream)):
                return "0 a read-only disk was written"
        if found(store) != after(seed, before + during):
            return "0 it forgot while the disk was read-only"
        _mount("-o", "remount,rw", str(folder))
        began = time.monotonic()
        if not await _put(store, next(stream)):
            return "0 the disk can be written again, but nothing is saved"
        took = (time.monotonic() - began) * 1000
    with Store(path) as store:
        whole = found(store) == after(seed, before + during + 1)
    return f"{took:.1f} {'' if whole else 'what was refused is lost'}".strip()


async def _kept(path: Path, seed: int, count: int, *, clean: bool) -> None:
    """Changes of a store that was closed, or was killed and left its journal behind."""
    stream = changes(seed)
    with Store(path) as store:
        for _ in range(count):
            await _put(store, next(stream))
        if not clean:
            shutil.copytree(path.parent, path.parent / "killed")
    if not clean:
        for file in (path.parent / "killed").iterdir():
            file.replace(path.parent / file.name)
        (path.parent / "killed").rmdir()


async def _put(store: Store, change: Change) -> bool:
    """Whether a change is on disk."""
    try:
        await store.write(change.put, change.remove)
    except StoreError:
        return False
    return True


def _mount(*arguments: str) -> None:
    subprocess.run(["mount", *arguments], check=True)


def _fill(path: Path) -> None:
    """Take all the room there is."""
    with suppress(OSError), path.open("wb", buffering=0) as stream:
        while stream.write(bytes(4096)):
            pass


def _main(task: str, path: str, seed: str) -> None:
    match task:
        case "write":
            asyncio.run(_write(Path(path), int(seed)))
        case "disk_full":
            sys.stdout.write(asyncio.run(_full(Path(path), int(seed))))
        case _:
            sys.stdout.write(asyncio.run(_read_only(Path(path), int(seed))))


if __name__ == "__main__":
    _main(*sys.argv[1:])
