import asyncio
import logging
from pathlib import Path

import pytest

from edge.config.schema import HomeConfig
from edge.errors import ConfigError, HomeError
from edge.home import home_assistant
from edge.home.home_assistant import HomeAssistant
from edge.vocabulary import Device
from tests.home.fake_home_assistant import TOKEN, FakeHomeAssistant, fake_home_assistant, until

pytestmark = pytest.mark.anyio


@pytest.fixture(autouse=True)
def token(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME_ASSISTANT_TOKEN", TOKEN)
    monkeypatch.delenv("CREDENTIALS_DIRECTORY", raising=False)


def configured(server: FakeHomeAssistant) -> HomeConfig:
    return HomeConfig(backend="home_assistant", url=server.url, here="Bedroom")


async def test_names_rooms_and_aliases() -> None:
    async with fake_home_assistant() as server, HomeAssistant(configured(server)) as home:
        vocabulary = home.vocabulary()
    assert vocabulary.areas == ("Bedroom",)
    assert vocabulary.here == "Bedroom"
    bed_light = Device("light.bed_light", "Bed Light", "light", "Bedroom", ("night light",))
    assert bed_light in vocabulary.devices
    names = {device.name for device in vocabulary.devices}
    assert {"Kitchen Lights", "Garage Door", "Ecobee", "Outdoor Temperature"} <= names
    assert names.isdisjoint({"Sun", "Signal"}), "what nobody would name is not listened for"


async def test_states_in_our_words() -> None:
    async with fake_home_assistant() as server, HomeAssistant(configured(server)) as home:
        assert home.state("light.kitchen") == {"state": "on", "available": True, "brightness": 71}
        assert home.state("cover.garage_door")["entrance"] is True
        assert home.state("climate.ecobee") == {
            "state": "on", "available": True, "temperature": 21, "current": 19.5,
        }  # fmt: skip
        assert home.state("sensor.outdoor")["value"] == 15.6
        with pytest.raises(HomeError, match="doesn't know that device"):
            home.state("light.nowhere")


async def test_a_command_calls_the_service_and_the_state_follows() -> None:
    async with fake_home_assistant() as server, HomeAssistant(configured(server)) as home:
        await home.apply("light.bed_light", "turn_on", {})
        await until(lambda: home.state("light.bed_light")["state"] == "on")
        await home.apply("cover.garage_door", "open", {})
        await home.apply("light.bed_light", "set_brightness", {"percent": 50})
        assert server.calls == [
            ("light", "turn_on", {}, "light.bed_light"),
            ("cover", "open_cover", {}, "cover.garage_door"),
            ("light", "turn_on", {"brightness_pct": 50}, "light.bed_light"),
        ]


@pytest.mark.parametrize(
    ("id", "command", "arguments", "spoken"),
    [
        ("light.nowhere", "turn_on", {}, "Home Assistant doesn't know that device."),
        ("switch.broken", "turn_on", {}, "Broken isn't responding."),
        ("climate.ecobee", "set_temperature", {"temperature": 90}, "Ecobee can't do that."),
    ],
)
async def test_what_cannot_be_done_is_a_sentence(id, command, arguments, spoken) -> None:
    async with fake_home_assistant() as server, HomeAssistant(configured(server)) as home:
        with pytest.raises(HomeError) as failure:
            await home.apply(id, command, arguments)
    assert str(failure.value) == spoken


async def test_a_device_that_never_answers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(home_assistant, "COMMAND_S", 0.05)
    async with fake_home_assistant() as server, HomeAssistant(configured(server)) as home:
        server.deaf = True
        with pytest.raises(HomeError, match="Bed Light isn't responding"):
            await home.apply("light.bed_light", "turn_on", {})


async def test_a_change_in_the_house_is_heard_of() -> None:
    async with fake_home_assistant() as server, HomeAssistant(configured(server)) as home:
        await server.change("light.bed_light", "on", brightness=255)
        await until(lambda: home.state("light.bed_light").get("brightness") == 100)

        await server.change("light.new", "off", friendly_name="New Lamp")
        await until(lambda: "New Lamp" in {each.name for each in home.vocabulary().devices})

        server.areas.append({"area_id": "attic", "name": "Attic", "aliases": []})
        await server.announce("area_registry_updated", {"action": "create", "area_id": "attic"})
        await until(lambda: home.vocabulary().areas == ("Bedroom", "Attic"))


async def test_it_comes_back_after_a_restart(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(home_assistant, "_BACK_OFF_S", (0.01, 0.05))
    async with fake_home_assistant() as server, HomeAssistant(configured(server)) as home:
        await server.stop()
        await until(lambda: home._socket is None)
        with pytest.raises(HomeError, match="can't reach Home Assistant right now"):
            await home.apply("light.bed_light", "turn_on", {})
        assert home.vocabulary().devices, "the names are still understood"
        await server.start()
        await until(lambda: home._socket is not None)
        await home.apply("light.bed_light", "turn_on", {})
        assert server.calls == [("light", "turn_on", {}, "light.bed_light")]


async def test_nobody_there_at_the_start() -> None:
    config = HomeConfig(backend="home_assistant", url="http://127.0.0.1:9")
    async with HomeAssistant(config, patience=0.05) as home:
        assert home.vocabulary().devices == ()
        with pytest.raises(HomeError, match="can't reach Home Assistant right now"):
            await home.apply("light.bed_light", "turn_on", {})


async def test_a_wrong_token_is_told_apart_and_never_logged(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setenv("HOME_ASSISTANT_TOKEN", "wrong-secret")
    caplog.set_level(logging.DEBUG, logger="edge")
    async with (
        fake_home_assistant() as server,
        HomeAssistant(configured(server), patience=0.3) as home,
    ):
        await until(lambda: "token" in caplog.text)
        with pytest.raises(HomeError, match="doesn't accept my access token"):
            home.state("light.bed_light")
    assert "wrong-secret" not in caplog.text


async def test_something_else_on_that_port() -> None:
    async def greet(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readline()
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi")
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(greet, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    config = HomeConfig(backend="home_assistant", url=f"http://127.0.0.1:{port}")
    async with server, HomeAssistant(config, patience=0.2) as home:
        with pytest.raises(HomeError, match="can't reach Home Assistant"):
            home.state("light.bed_light")


def test_the_token_may_be_a_credential_of_systemd(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.delenv("HOME_ASSISTANT_TOKEN")
    monkeypatch.setenv("CREDENTIALS_DIRECTORY", str(tmp_path))
    with pytest.raises(ConfigError, match="set HOME_ASSISTANT_TOKEN"):
        HomeAssistant(HomeConfig(backend="home_assistant"))
    (tmp_path / "HOME_ASSISTANT_TOKEN").write_text("secret\n")
    assert HomeAssistant(HomeConfig(backend="home_assistant"))._token == "secret"
