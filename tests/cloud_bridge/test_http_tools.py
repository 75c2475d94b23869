"""HTTP APIs as tools, against a real server on this machine."""

import asyncio
import json
import threading
from collections.abc import Iterator
from contextlib import asynccontextmanager
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from pydantic import SecretStr

from cloud_bridge.http_tools import HttpParameter, HttpTarget, HttpTools
from cloud_bridge.loopback.model_server import Call, call, model_server, say
from cloud_bridge.privacy import read
from cloud_bridge.tools import Toolbox
from cloud_bridge.types import ToolCall, ToolFinished, ToolResult
from edge.cloud.tools import http_targets
from edge.config import parse
from edge.config.schema import Config
from edge.errors import ConfigError
from tests.cloud_bridge.parts import bridge_on, heard, provider

KEY = SecretStr("very-secret")


class Api(ThreadingHTTPServer):
    """Remembers what it was asked; `gate` holds back the answers of `/slow`."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.asked: list[tuple[str, str, dict[str, str], bytes]] = []
        self.gate = threading.Event()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"


class Handler(BaseHTTPRequestHandler):
    server: Api
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        body = self.rfile.read(int(self.headers.get("content-length", 0)))
        self.server.asked.append((self.command, self.path, dict(self.headers), body))
        match urlsplit(self.path).path.strip("/"):
            case "broken":
                self._reply(500, b"no")
            case "moved":
                self._reply(302, b"", location=f"{self.server.url}/elsewhere")
            case "slow":
                self.server.gate.wait(10)
                self._reply(200, b"at last")
            case "long":
                self._reply(200, b"x" * (1 << 21))
            case "cut":
                self.send_response(200)
                self.send_header("content-length", "100")
                self.end_headers()
                self.wfile.write(b"half")
                self.close_connection = True
            case "plain":
                self._reply(200, b"sunny")
            case _:
                self._reply(200, json.dumps({"degrees": 21, "sky": "clear"}).encode())

    do_POST = do_GET

    def _reply(self, status: int, body: bytes, **headers: str) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def api() -> Iterator[Api]:
    with Api() as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        try:
            yield server
        finally:
            server.gate.set()
            server.shutdown()
            thread.join()


def weather(api: Api) -> HttpTarget:
    return HttpTarget(
        "weather",
        "The weather of a place now.",
        api.url + "/now/{place}?units=metric&key={secret}",
        parameters=(
            HttpParameter("place", description="a town"),
            HttpParameter("days", "integer", optional=True),
            HttpParameter("detail", choices=("short", "long"), optional=True),
        ),
        headers={"X-Key": "Bearer {secret}"},
        secret=KEY,
    )


def booking(api: Api, path: str = "/book") -> HttpTarget:
    return HttpTarget(
        "book_table",
        "Book a table.",
        api.url + path,
        "POST",
        (HttpParameter("restaurant"), HttpParameter("people", "integer")),
        question="I'll book {restaurant} for {people}.",
    )


@asynccontextmanager
async def box_of(*targets: HttpTarget):
    tools = HttpTools(targets)
    try:
        yield Toolbox(tools.tools)
    finally:
        await tools.close()


def run(target: HttpTarget, **arguments: object) -> ToolResult:
    async def go() -> ToolResult:
        async with box_of(target) as box:
            return await box.run(ToolCall("1", target.name, arguments))

    return asyncio.run(go())


def test_a_template_is_filled_and_the_key_is_sent_where_it_belongs(api: Api) -> None:
    result = run(weather(api), place="São Paulo", days=3)
    assert json.loads(result.content) == {"ok": True, "data": {"degrees": 21, "sky": "clear"}}
    ((method, path, headers, _),) = api.asked
    query = parse_qs(urlsplit(path).query)
    assert method == "GET" and urlsplit(path).path == "/now/S%C3%A3o%20Paulo"
    assert query == {"units": ["metric"], "key": ["very-secret"], "days": ["3"]}
    assert headers["X-Key"] == "Bearer very-secret"


@pytest.mark.parametrize(
    "place", ["../admin", "a/b?key=x#y", "x&units=imperial", "%2e%2e", "{secret}"]
)
def test_an_argument_stays_in_its_place(place: str, api: Api) -> None:
    run(weather(api), place=place)
    ((_, path, _, _),) = api.asked
    parts = urlsplit(path)
    assert parts.path.startswith("/now/") and parts.path.count("/") == 2
    assert parse_qs(parts.query) == {"units": ["metric"], "key": ["very-secret"]}


@pytest.mark.parametrize(
    "arguments",
    [
        {},
        {"place": ""},
        {"place": ".."},
        {"place": "Faro", "days": "many"},
        {"place": "Faro", "detail": "all"},
        {"place": "Faro", "url": "http://evil"},
    ],
)
def test_arguments_that_do_not_fit_are_not_sent(arguments: dict[str, object], api: Api) -> None:
    assert not run(weather(api), **arguments).ok
    assert api.asked == []


@pytest.mark.parametrize(
    ("path", "told"),
    [
        ("/broken", "500"),
        ("/moved", "302"),
        ("/slow", "no result within 0.3 seconds"),
        ("/long", "too long"),
        ("/cut", "RemoteProtocolError"),
    ],
)
def test_what_goes_wrong_is_told_to_the_model(path: str, told: str, api: Api) -> None:
    limit = 0.3 if path == "/slow" else 5.0
    look = HttpTarget("look", "Look.", api.url + path, timeout_s=limit, secret=KEY)
    result = run(look)
    assert not result.ok and told in result.content
    assert "may or may not" not in result.content
    assert len(api.asked) == 1  # nothing is tried twice, and no redirect is followed
    if path not in ("/moved", "/long"):  # what acts may have acted
        book = replace(booking(api, path), timeout_s=limit)
        assert "may or may not" in run(book, restaurant="X", people=2).content


def test_words_are_fine_too(api: Api) -> None:
    result = run(HttpTarget("look", "Look.", api.url + "/plain"))
    assert json.loads(result.content)["data"] == "sunny"


def test_nobody_is_there() -> None:
    result = run(HttpTarget("look", "Look.", "http://127.0.0.1:9/x", "POST", risk="allow"))
    assert "cannot be reached" in result.content and "may or may not" not in result.content


def test_what_acts_asks_in_its_own_words_and_is_done_once(api: Api, tmp_path: Path) -> None:
    async def go() -> None:
        tools = HttpTools((booking(api),))
        async with (
            model_server("messages") as server,
            bridge_on([provider(server)], tmp_path, tools.tools) as bridge,
        ):
            wanted = Call("book_table", {"restaurant": "Lucia's", "people": 2})
            nonsense = Call("book_table", {"restaurant": "Lucia's", "people": "a few"})
            server.script = [call(nonsense), call(wanted), call(wanted), say("Booked.")]
            asked = await heard(bridge, "a table for two at Lucia's")
            assert asked.clauses == ["I'll book Lucia's for 2. Shall I?"]
            assert api.asked == []
            done = await heard(bridge, "yes", verdict=True)
            assert done.clauses[-1].endswith("Shall I?")  # read what strangers say: asks again
            await heard(bridge, "no", verdict=False)
            ((method, path, _, body),) = api.asked
            assert (method, path) == ("POST", "/book")
            assert json.loads(body) == {"restaurant": "Lucia's", "people": 2}
        await tools.close()

    asyncio.run(go())


def test_what_leaves_with_a_tool_is_written_down_and_can_be_forbidden(
    api: Api, tmp_path: Path
) -> None:
    async def go() -> None:
        tools = HttpTools((weather(api),))
        abroad = [replace(each, place="cloud") for each in tools.tools]
        async with (
            model_server("chat") as server,
            bridge_on([provider(server, "home")], tmp_path, abroad) as bridge,
        ):
            ask = call(Call("weather", {"place": "Faro"}))
            server.script = [ask, say("Clear."), ask, say("I may not ask.")]
            await heard(bridge, "weather in Faro?")
            entry = next(each for each in read(tmp_path / "privacy.jsonl") if each.place == "cloud")
            assert (entry.provider, entry.text) == ("weather", "weather (place Faro)")
            assert entry.to.startswith("127.0.0.1") and entry.outcome == "done"
            assert "very-secret" not in (tmp_path / "privacy.jsonl").read_text()
            bridge.ladder.cloud_off = True
            turn = await heard(bridge, "and now?")
            (finished,) = turn.of(ToolFinished)
            assert isinstance(finished, ToolFinished) and not finished.result.ok
            assert len(api.asked) == 1
        await tools.close()

    asyncio.run(go())


# ── from the config ──────────────────────────────────────────────────────────────────────────

TOOL = """
[[cloud.http_tools]]
name = "weather"
description = "The weather of a place now."
url = "https://api.example.org/now?q={place}"
headers = { X-Key = "{secret}" }
secret_env = "WEATHER_KEY"

[[cloud.http_tools.parameters]]
name = "place"
"""


def config(text: str) -> Config:
    return parse(text)


def test_a_tool_of_the_config(monkeypatch: pytest.MonkeyPatch) -> None:
    tools = config(TOOL).cloud.http_tools
    monkeypatch.delenv("WEATHER_KEY", raising=False)
    assert http_targets(tools) == ()
    monkeypatch.setenv("WEATHER_KEY", "k")
    (target,) = http_targets(tools)
    (tool,) = HttpTools((target,)).tools
    assert (tool.risk, tool.acts, tool.outside, tool.place) == ("allow", False, True, "cloud")
    assert tool.spec.schema["required"] == ["place"]
    assert "k" not in repr(target.secret)


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        (("secret_env", "secret_evn"), r":7: unknown key .*; did you mean 'secret_env'"),
        (
            ('name = "place"', 'nmae = "place"'),
            r":10: unknown key .*parameters.nmae'; did you mean",
        ),
        (("{place}", "{town}"), ":2: .* has no parameter 'town'"),
        (("api.example.org", "{place}.org"), ":5: .*url: "),
        (("secret_env", "#"), ":2: .* needs both"),
        (('name = "place"', 'name = "place"\noptional = true'), ":2: .*cannot be optional"),
        (
            ("[[cloud.http_tools.p", 'question = "Go?"\n[[cloud.http_tools.p'),
            "does not say 'place'",
        ),
        (("https:", "ftp:"), ":5: .*url: "),
    ],
)
def test_a_mistake_is_told_with_its_line(change: tuple[str, str], complaint: str) -> None:
    with pytest.raises(ConfigError, match=complaint):
        config(TOOL.replace(*change))


def test_the_second_of_two_tables_is_told_with_its_own_line() -> None:
    other = TOOL.replace("weather", "other").replace("description", 'method = "FETCH"\ndescription')
    with pytest.raises(ConfigError, match=r":14: cloud.http_tools.method: .*'FETCH'"):
        config(TOOL + other)
