import asyncio
import contextlib
import errno
import json
import stat
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest

from edge.control import Answer, Control, Request, ask
from edge.errors import SkillError, UsageError
from edge.events import Event


async def greet(request: Request) -> Answer:
    return {"hello": request.get("name", "you")}


async def fail(request: Request) -> Answer:
    raise SkillError("I can't do that.")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "run" / "control.sock"


@pytest.fixture
def control(path: Path) -> Control:
    return Control(path, {"greet": greet, "fail": fail})


def during(control: Control, work: Callable[[], Awaitable[Any]]) -> Any:
    async def run() -> Any:
        async with control.serving():
            return await work()

    return asyncio.run(run())


def first(path: Path, command: str, **arguments: object) -> dict[str, Any]:
    return next(ask(path, command, **arguments))


async def hung_up(writer: asyncio.StreamWriter) -> None:
    writer.close()
    with contextlib.suppress(ConnectionError):
        await writer.wait_closed()


def raw(path: Path, line: bytes) -> Callable[[], Awaitable[bytes]]:
    async def send() -> bytes:
        reader, writer = await asyncio.open_unix_connection(path)
        writer.write(line)
        answer = await reader.readline()
        await hung_up(writer)
        return answer

    return send


def test_a_request_is_answered(control: Control, path: Path) -> None:
    answer = during(control, lambda: asyncio.to_thread(first, path, "greet", name="Ann"))
    assert answer == {"ok": True, "hello": "Ann"}
    assert not path.exists()


def test_only_its_owner_may_open_it(control: Control, path: Path) -> None:
    def mode() -> int:
        return stat.S_IMODE(path.stat().st_mode)

    assert during(control, lambda: asyncio.to_thread(mode)) == 0o600


@pytest.mark.parametrize(
    ("line", "told"),
    [
        (b"hello\n", "not a request"),
        (b"[1]\n", "not a request"),
        (b"\xff\n", "not a request"),
        (b'{"command": []}\n', "unknown command '[]'; there are: greet, fail, events"),
        (b'{"command": "fail"}\n', "I can't do that."),
    ],
)
def test_what_is_wrong_is_told_and_harms_nothing(
    control: Control, path: Path, line: bytes, told: str
) -> None:
    answer = json.loads(during(control, raw(path, line)))
    assert not answer["ok"]
    assert told in answer["error"]


def test_a_line_without_end_is_hung_up_on(control: Control, path: Path) -> None:
    assert during(control, raw(path, b"x" * 200_000)) == b""


def test_events_are_spread_to_who_listens(control: Control, path: Path) -> None:
    async def listen() -> dict[str, Any]:
        reader, writer = await asyncio.open_unix_connection(path)
        writer.write(b'{"command": "events"}\n')
        line = asyncio.create_task(reader.readline())
        while not line.done():
            control.spread(Event("wake", 1, 0.5, 2.0, {"word": "alexa"}))
            await asyncio.sleep(0.01)
        await hung_up(writer)
        return dict(json.loads(line.result()))

    assert during(control, listen) == {
        "event": "wake", "turn": 1, "t": 0.5, "at": 2.0, "word": "alexa",
    }  # fmt: skip


def test_a_second_daemon_is_refused(control: Control, path: Path) -> None:
    async def second() -> bytes:
        with pytest.raises(UsageError, match="another stonechat already runs here"):
            async with Control(path, {}).serving():
                pass
        return await raw(path, b'{"command": "greet"}\n')()

    assert json.loads(during(control, second))["ok"], "the first one serves on"


def test_a_socket_that_was_left_behind_is_replaced(control: Control, path: Path) -> None:
    path.parent.mkdir()
    path.touch()
    assert during(control, lambda: asyncio.to_thread(first, path, "greet"))["ok"]


@pytest.mark.parametrize("name", ["x" * 120, "file/control.sock"])
def test_a_place_where_no_socket_can_be(tmp_path: Path, name: str) -> None:
    (tmp_path / "file").write_text("")

    async def nothing() -> None:
        pass

    with pytest.raises(UsageError, match="cannot be opened") as caught:
        during(Control(tmp_path / name, {}), nothing)
    assert "\n" not in str(caught.value)


def test_nobody_is_there(path: Path) -> None:
    with pytest.raises(UsageError, match="no daemon is running here"):
        first(path, "status")


def test_a_disk_that_refuses_a_socket_does_not_stop_the_conversation(
    control: Control, path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    async def refuse(*_: object) -> None:
        raise OSError(errno.EROFS, "Read-only file system")

    monkeypatch.setattr(asyncio, "start_unix_server", refuse)

    async def talk() -> str:
        return "heard"

    assert during(control, talk) == "heard"
    assert caplog.messages == [
        f"{path} cannot be opened: Read-only file system; only voices can give orders"
    ]
