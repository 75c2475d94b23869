import asyncio
import json
import os
from pathlib import Path

import pytest

from edge import config as configuration
from edge.checkup import Finding, examine
from edge.config.schema import Config
from tests.home.fake_home_assistant import TOKEN, fake_home_assistant
from tests.program import stonechat
from tests.sound import SoundServer


@pytest.fixture(autouse=True)
def no_sound(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("HOME_ASSISTANT_TOKEN", raising=False)


def found(what: str, config: Config | None = None) -> Finding:
    (finding,) = [each for each in examine(config or Config()) if each.what == what]
    return finding


def bad(what: str, settings: str = "") -> Finding:
    finding = found(what, configuration.parse(settings))
    assert not finding.well
    assert finding.remedy
    assert str(finding).count("\n") == 1
    return finding


@pytest.mark.engine
@pytest.mark.sound
@pytest.mark.usefixtures("sound_server")
def test_a_machine_that_has_everything() -> None:
    told = stonechat("doctor", "--json")
    assert (told.code, told.err) == (0, "")
    findings = {each["what"]: each for each in json.loads(told.out)}
    assert all(each["well"] for each in findings.values())
    assert findings["daemon"]["detail"].startswith("not running")
    assert findings["microphone"]["detail"] == findings["speaker"]["detail"] == "default"


@pytest.mark.sound
def test_without_sound_doctor_fails_and_says_what_mends_it(sound_server: SoundServer) -> None:
    sound_server.stop()
    told = stonechat("doctor")
    assert (told.code, told.err) == (1, "")
    lines = told.out.splitlines()
    place = next(n for n, line in enumerate(lines) if line.startswith("BAD  microphone"))
    assert "there is no microphone" in lines[place]
    assert "stonechat devices" in lines[place + 1]


@pytest.mark.sound
@pytest.mark.usefixtures("sound_server")
def test_devices_are_listed() -> None:
    told = stonechat("devices", "--json")
    named = {each["name"]: each for each in json.loads(told.out)}
    assert named["mic"]["inputs"] > 0 < named["speaker"]["outputs"]
    shown = stonechat("devices").out
    assert "mic" in shown
    assert "← the microphone and speaker" in shown


def test_weights_that_are_missing(home: Path) -> None:
    (home / "cache").unlink()
    assert "silero" in bad("weights").detail


def test_an_intent_model_that_is_not_there() -> None:
    assert "/nowhere.npz" in bad("intents", "[understanding]\nmodel = '/nowhere.npz'").detail


def test_a_device_that_is_not_there() -> None:
    settings = "[audio]\nmicrophone = 'nowhere'\nspeaker = 99"
    assert bad("microphone", settings).detail
    assert bad("speaker", settings).detail


def test_a_state_that_cannot_be_kept(home: Path) -> None:
    (home / "state").write_text("a file where the folder should be")
    finding = bad("state")
    assert "lost at the next restart" in finding.detail
    assert str(os.getuid()) in finding.remedy


def test_a_state_that_was_damaged_is_told(home: Path) -> None:
    (home / "state").mkdir()
    (home / "state" / "stonechat.db").write_bytes(b"no database" * 500)
    assert "was damaged" in bad("state").detail
    assert found("state").well


HOME_ASSISTANT = "[home]\nbackend = 'home_assistant'\nurl = 'http://127.0.0.1:9'"


def test_home_assistant_that_answers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME_ASSISTANT_TOKEN", TOKEN)

    async def look() -> Finding:
        async with fake_home_assistant() as server:
            config = configuration.parse(HOME_ASSISTANT.replace("http://127.0.0.1:9", server.url))
            return await asyncio.to_thread(found, "home", config)

    finding = asyncio.run(look())
    assert finding.well, finding.detail
    assert "names" in finding.detail


def test_home_assistant_that_is_out_of_reach(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME_ASSISTANT_TOKEN", TOKEN)
    finding = bad("home", HOME_ASSISTANT)
    assert "can't reach Home Assistant" in finding.detail
    assert "http://127.0.0.1:9" in finding.remedy


def test_home_assistant_without_a_token() -> None:
    assert "HOME_ASSISTANT_TOKEN" in bad("home", HOME_ASSISTANT).detail
