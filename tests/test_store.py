import asyncio
import os
import random
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from edge.errors import StoreError
from edge.records import MIGRATIONS, Alarm, Item, Reminder, Setting, Timer
from edge.store import Store

PASTA = Timer("t1", "pasta", 300, due=1000.0, left=None)
MILK = Item("i1", "shopping", "milk")
EGGS = Item("i2", "shopping", "eggs")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "state" / "stonechat.db"


@pytest.fixture
def store(path: Path) -> Iterator[Store]:
    with Store(path) as opened:
        yield opened


def test_every_kind_survives_reopening(path: Path) -> None:
    records = (
        PASTA,
        Alarm("a1", "2026-11-23T07:00", "0,1,2,3,4"),
        Reminder("r1", "2026-11-23T17:00", "call mom"),
        MILK,
        Setting("volume", "40"),
    )
    with Store(path) as store:
        asyncio.run(store.write(records))
    with Store(path) as again:
        assert again.notice is None
        for record in records:
            assert again.all(type(record)) == [record]


def test_order_is_kept_when_a_record_changes(store: Store) -> None:
    asyncio.run(store.write([MILK, EGGS]))
    asyncio.run(store.write([Item("i1", "shopping", "oat milk")]))
    assert [item.text for item in store.all(Item)] == ["oat milk", "eggs"]


def test_a_write_puts_and_removes_at_once(store: Store, path: Path) -> None:
    asyncio.run(store.write([MILK]))
    asyncio.run(store.write([EGGS], [MILK]))
    assert store.all(Item) == [EGGS]
    with Store(path) as other:
        assert other.all(Item) == [EGGS]


def test_settings(store: Store, path: Path) -> None:
    assert store.setting("volume", 70) == 70
    asyncio.run(store.set("volume", 40))
    asyncio.run(store.set("volume", 45))
    assert store.setting("volume", 70) == 45
    with Store(path) as other:
        assert other.setting("volume") == 45


def test_what_another_process_wrote_is_seen(store: Store, path: Path) -> None:
    with Store(path) as other:
        asyncio.run(other.write([MILK]))
    assert store.all(Item) == [MILK]


def test_only_the_owner_may_read(store: Store, path: Path) -> None:
    assert path.stat().st_mode & 0o077 == 0


# ── disks that fail ──────────────────────────────────────────────────────────────────────────


def fill(store: Store) -> None:
    """No page may be added: SQLite answers as it does on a full disk."""
    database = store._database
    assert database is not None
    (pages,) = database.execute("PRAGMA page_count").fetchone()
    database.execute(f"PRAGMA max_page_count = {pages}")


def test_a_full_disk_is_told_and_costs_only_durability(store: Store, path: Path) -> None:
    asyncio.run(store.write([MILK]))
    fill(store)
    long = Item("i3", "shopping", "x" * 20_000)
    with pytest.raises(StoreError, match=r"until I am restarted: database or disk is full\."):
        asyncio.run(store.write([long]))
    assert store.all(Item) == [MILK, long]

    assert store._database is not None
    store._database.execute("PRAGMA max_page_count = 100000")
    asyncio.run(store.write([EGGS]))
    with Store(path) as other:
        assert other.all(Item) == [MILK, long, EGGS], "the failed change is saved with the next"


def test_a_read_only_disk(store: Store) -> None:
    assert store._database is not None
    store._database.execute("PRAGMA query_only = ON")
    with pytest.raises(StoreError, match="readonly"):
        asyncio.run(store.write([PASTA]))
    assert store.all(Timer) == [PASTA]


def test_a_folder_that_cannot_be_made(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with Store(tmp_path / "file" / "stonechat.db") as store:
        assert store.notice is not None
        assert "changes will be lost at the next restart" in store.notice
        with pytest.raises(StoreError):
            asyncio.run(store.write([MILK]))
        assert store.all(Item) == [MILK]
        (tmp_path / "file").unlink()
        asyncio.run(store.write([EGGS]))  # the disk is back
        assert store.all(Item) == [MILK, EGGS]


@pytest.mark.parametrize("clean", [True, False], ids=["closed", "killed"])
def test_a_card_that_turned_read_only_still_tells_its_alarms(path: Path, clean: bool) -> None:
    if os.geteuid() != 0:
        pytest.skip("needs root to act as somebody without the right to write")
    child(path, "write" if clean else "write-and-die")
    out = child(path, "read-as-nobody")
    assert out.stdout.splitlines() == ["told", "milk"]


# ── files that are no database ───────────────────────────────────────────────────────────────


@pytest.mark.parametrize("garbage", [b"hello" * 1000, b"SQLite format 3\0" + b"\xff" * 5000])
def test_a_damaged_file_is_moved_aside_and_told(path: Path, garbage: bytes) -> None:
    path.parent.mkdir()
    path.write_bytes(garbage)
    with Store(path) as store:
        assert store.notice is not None
        assert "stonechat.db.damaged-1" in store.notice
        asyncio.run(store.write([MILK]))
    assert path.with_name("stonechat.db.damaged-1").read_bytes() == garbage
    with Store(path) as again:
        assert again.notice is None
        assert again.all(Item) == [MILK]


VERSION = range(60, 64)
"""Where SQLite keeps the schema version: damaged, it may look like a newer Stonechat's."""


@settings(max_examples=60, deadline=None)
@given(where=st.floats(0, 0.999), junk=st.binary(min_size=1, max_size=200))
@example(where=0.001, junk=bytes(20))
@example(where=0.001, junk=b"\0\0\5")
@example(where=0.0, junk=b"\xff" * 100)
def test_any_damage_is_survived(
    tmp_path_factory: pytest.TempPathFactory, where: float, junk: bytes
) -> None:
    path = tmp_path_factory.mktemp("store") / "stonechat.db"
    with Store(path) as store:
        asyncio.run(store.write([MILK, EGGS, PASTA]))
    data = bytearray(path.read_bytes())
    start = int(where * len(data))
    assume(start > VERSION[-1] or start + len(junk) <= VERSION[0] or len(junk) > 50)
    data[start : start + len(junk)] = junk
    path.write_bytes(data)
    with Store(path) as store:
        store.all(Item)
        asyncio.run(store.write([Item("new", "shopping", "bread")]))
        assert "bread" in [item.text for item in store.all(Item)]


def test_a_file_found_bad_while_writing_is_replaced(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def bad(*_: object) -> None:
        monkeypatch.undo()
        raise sqlite3.DatabaseError("database disk image is malformed")

    with Store(path) as store:
        asyncio.run(store.write([MILK]))
        monkeypatch.setattr("edge.store._save", bad)
        asyncio.run(store.write([EGGS]))
        assert "damaged-1" in str(store.notice)
        asyncio.run(store.write([PASTA]))
        assert (store.all(Item), store.all(Timer)) == ([MILK, EGGS], [PASTA])
    with Store(path) as again:
        assert (again.all(Item), again.all(Timer)) == ([MILK, EGGS], [PASTA])


def test_the_file_of_a_newer_version_is_left_alone(store: Store, path: Path) -> None:
    asyncio.run(store.write([MILK]))
    with sqlite3.connect(path) as database:
        database.execute(f"PRAGMA user_version = {len(MIGRATIONS) + 1}")
    database.close()
    with Store(path) as newer:
        assert newer.notice is not None
        assert "newer Stonechat" in newer.notice
        assert newer.all(Item) == [MILK]
    assert not path.with_name("stonechat.db.damaged-1").exists()


# ── kill -9 ──────────────────────────────────────────────────────────────────────────────────

CHILD = """
import asyncio, os, signal, sys
from pathlib import Path
from edge.records import Item
from edge.store import Store

path, task = Path(sys.argv[1]), sys.argv[2]

async def count(store):
    for number in range(100_000):
        # Two records a transaction: both or neither must be there afterwards.
        pair = Item(f"a{number}", "shopping", "x" * 300), Item(f"b{number}", "to-do", "")
        await store.write(pair)
        print(number, flush=True)

if task == "read-as-nobody":
    for folder in (path.parent, *path.parent.parents[:3]):
        folder.chmod(0o755)
    path.chmod(0o644)
    for side in path.parent.glob("*-*"):
        side.chmod(0o644)
    os.seteuid(65534)
    with Store(path) as store:
        print("told" if store.notice else "silent")
        print(*(item.text for item in store.all(Item)))
elif task == "count":
    asyncio.run(count(Store(path)))
else:
    store = Store(path)
    asyncio.run(store.write([Item("i1", "shopping", "milk")]))
    if task == "write-and-die":
        os.kill(os.getpid(), signal.SIGKILL)
    store.close()
"""


def child(path: Path, task: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", CHILD, str(path), task], capture_output=True, text=True, check=False
    )


def test_what_was_confirmed_survives_kill_9_at_any_point(path: Path) -> None:
    dice = random.Random(9)
    for _ in range(6):
        process = subprocess.Popen(
            [sys.executable, "-c", CHILD, str(path), "count"], stdout=subprocess.PIPE, text=True
        )
        assert process.stdout is not None
        confirmed = -1
        for _ in range(dice.randrange(1, 60)):
            confirmed = int(process.stdout.readline())
        process.send_signal(signal.SIGKILL)
        confirmed = max([confirmed, *map(int, process.stdout.read().split())])
        process.stdout.close()
        assert process.wait() == -signal.SIGKILL
        with Store(path) as store:
            assert store.notice is None
            items = store.all(Item)
            ids = {item.id for item in items}
            assert {f"a{n}" for n in range(confirmed + 1)} <= ids
            assert {i[1:] for i in ids if i[0] == "a"} == {i[1:] for i in ids if i[0] == "b"}
            asyncio.run(store.write(remove=items))
