"""What `stonechat doctor` looks at: each check gives one finding, with the remedy."""

import asyncio
import os
import platform
import shutil
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, dataclass
from typing import Any, Literal

from edge import models
from edge.calibration.settings import recall
from edge.config.schema import Config
from edge.errors import StonechatError
from edge.events import Value
from edge.paths import cache_dir, config_file, socket_file, state_dir
from edge.service import how_to_start

_LOUDER_DB = 6.0


_CUDA = "docs/install.md, under Jetson, says how"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at."""

    what: str
    well: bool
    detail: str
    remedy: str = ""

    def as_data(self) -> dict[str, Value]:
        """For `--json`."""
        return asdict(self)

    def __str__(self) -> str:
        """One line, and a second one with the remedy where something is wrong."""
        mark = "ok " if self.well else "BAD"
        remedy = f"\n     → {self.remedy}" if self.remedy and not self.well else ""
        return f"{mark}  {self.what}: {self.detail}{remedy}"


def examine(config: Config) -> list[Finding]:
    """Look at everything that a running assistant needs."""
    checks: tuple[Callable[[Config], Finding], ...] = (
        _machine,
        _config,
        _weights,
        _graphics,
        _intents,
        _microphone,
        _speaker,
        _state,
        _space,
        _home,
        _daemon,
    )
    return [*(check(config) for check in checks), *measured(recall())]


def _machine(config: Config) -> Finding:
    return Finding(
        "machine",
        True,
        f"Python {platform.python_version()}, {platform.machine()}, {os.cpu_count()} cores",
    )


def _config(config: Config) -> Finding:
    file = config_file()
    return Finding("config", True, str(file) if file.exists() else f"defaults (no {file})")


def _weights(config: Config) -> Finding:
    try:
        for name in needed(config):
            models.folder(name)
    except StonechatError as error:
        return Finding("weights", False, str(error), "stonechat models download")
    return Finding("weights", True, ", ".join(needed(config)))


def needed(config: Config) -> Iterator[str]:
    """Ids of the models that such a config uses."""
    from edge.hearing.wake import listeners

    yield from ("silero-vad", "openwakeword", f"whisper-{config.asr.model}", config.voice.model)
    if config.asr.second not in ("none", config.asr.model):
        yield f"whisper-{config.asr.second}"
    heard = {word: listeners(word, config.wake.engine) for word in config.wake.words}
    if any(engine != "openwakeword" for engine in heard.values()):
        yield "microwakeword"
    known = (word for word in config.wake.words if not word.endswith(".onnx"))
    yield from (word for word in known if heard[word] != "microwakeword")


def _graphics(config: Config) -> Finding:
    from edge.hearing.graphics import unused

    told = unused(config.asr.device)
    return Finding("graphics", told is None, told or f"recognition on '{config.asr.device}'", _CUDA)


def _intents(config: Config) -> Finding:
    from edge.understanding.model import IntentModel

    try:
        model = IntentModel.load(config.understanding.model)
    except StonechatError as error:
        return Finding("intents", False, str(error), "stonechat train")
    return Finding("intents", True, f"threshold {model.threshold:.2f}")


def _microphone(config: Config) -> Finding:
    return _device("microphone", config.audio.microphone, "input")


def _speaker(config: Config) -> Finding:
    return _device("speaker", config.audio.speaker, "output")


def _device(what: str, wanted: str | int | None, direction: Literal["input", "output"]) -> Finding:
    from edge.audio.device import portaudio

    remedy = "stonechat devices; then name one in the config under [audio]"
    try:
        device = portaudio().find(direction, wanted)
    except StonechatError as error:
        return Finding(what, False, str(error), remedy)
    return Finding(what, True, device.name)


def _state(config: Config) -> Finding:
    from edge.store import Store

    file = state_dir() / "stonechat.db"
    remedy = f"let user {os.getuid()} write there, and see that the disk is neither full nor broken"
    with Store(file) as store:
        if store.notice:
            return Finding("state", False, store.notice, remedy)
        try:
            asyncio.run(store.write())
        except StonechatError as error:
            return Finding("state", False, f"{file}: {error}", remedy)
    return Finding("state", True, str(file))


def _space(config: Config) -> Finding:
    folder = next(path for path in (cache_dir(), *cache_dir().parents) if path.exists())
    free = shutil.disk_usage(folder).free >> 20
    return Finding("disk", free > 200, f"{free} MB free in {folder}", "make room: 200 MB")


def _home(config: Config) -> Finding:
    if config.home.backend == "memory":
        return Finding("home", True, "in memory (a demonstration, nothing real is switched)")
    try:
        names = asyncio.run(_names(config))
    except StonechatError as error:
        remedy = f"check [home] url ({config.home.url}) and the token in {config.home.token_env}"
        return Finding("home", False, str(error), remedy)
    return Finding("home", True, f"{config.home.url}, {names} names")


async def _names(config: Config) -> int:
    """How many names the home knows. Raises StonechatError where it is out of reach."""
    from edge.home import open_home

    async with open_home(config.home) as home:
        names = len(home.vocabulary().devices)
        if not names:
            home.state("")
        return names


def _daemon(config: Config) -> Finding:
    from edge.control import ask

    try:
        answer = next(ask(socket_file(), "status"))
    except (StonechatError, StopIteration):
        return Finding("daemon", True, f"not running; start it with: {how_to_start()}")
    gone = [what for what in ("microphone", "speaker") if answer.get(what) == "gone"]
    detail = f"{answer.get('state')}, {answer.get('turns')} turns"
    detail += "".join(f", its {what} is gone" for what in gone)
    return Finding("daemon", not gone, detail, "plug it in: the daemon finds it by itself")


def measured(known: Mapping[str, Mapping[str, Any]]) -> Iterator[Finding]:
    """What follows from the last calibrations; nothing from those that were never done."""
    for what, name in (("levels", "microphone level"), ("echo", "echo")):
        if what in known:
            advice = known[what].get("advice", [])
            when = f"measured {known[what].get('at', 'once')}"
            detail = f"{advice[0]} ({when})" if advice else f"well ({when})"
            remedy = f"do that, then: stonechat calibrate {what}"
            yield Finding(name, not advice, detail, remedy)
    if "latency" in known:
        told = known["latency"]
        missed = [each for each in told["advice"] if "missed" in each]
        detail = missed[0] if missed else "every budget is met"
        again = "stonechat bench latency measures again"
        yield Finding("latency", not missed, f"{detail} (measured {told['at']})", again)
    if "wake" in known:
        yield _wake(known["wake"], known.get("levels", {}).get("noise_dbfs"))


def _wake(wake: Mapping[str, Any], noise: float | None) -> Finding:
    """What was predicted of the wake word, and whether the room is still the one it was."""
    assumed = wake.get("noise_dbfs")
    if noise is not None and assumed is not None and noise - assumed >= _LOUDER_DB:
        detail = f"the room is {noise - assumed:.0f} dB louder than the wake word was calibrated to"
        return Finding("wake word", False, detail, "stonechat calibrate wake --fresh")
    missed = wake["missed"]
    detail = (
        f"'{wake['word']}': expect {missed['value']:.0%} of your wakes to be missed "
        f"({missed['low']:.0%} to {missed['high']:.0%}), {wake['false_per_hour']:.2g} false ones "
        "an hour"
    )
    return Finding("wake word", True, detail)
