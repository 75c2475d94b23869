"""One TOML file → one frozen model. A mistake is told with its line and the nearest valid key."""

import difflib
import re
import tomllib
from pathlib import Path
from typing import Annotated, Any, Literal, Self, TypeAlias, get_args, get_origin

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from edge.errors import ConfigError
from edge.paths import config_file
from edge.vocabulary import Kind

Share = Annotated[float, Field(ge=0, le=1)]
Pin = Annotated[int, Field(ge=0, le=27)]
"""A line of the header, by its number at the Broadcom chip; other boards use these names, too."""


class Section(BaseModel):
    """A table of the config file: frozen, and strict about its keys."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Audio(Section):
    """Microphone and speaker."""

    microphone: str | int | None = None
    """Part of a device's name, or its number; none: the system's default."""
    speaker: str | int | None = None
    block_ms: int = Field(default=16, ge=5, le=100)
    """Size of a microphone block."""
    ring_s: float = Field(default=10.0, ge=1, le=60)
    """How much sound may wait to be heard before the oldest is dropped."""
    volume: int = Field(default=70, ge=0, le=100)
    """Loudness of the voice at the first start; afterwards the last one set."""
    earcons: bool = True
    full_duplex: bool = False
    """The microphone does not hear the speaker (headset, echo cancelling hardware)."""
    echo: Literal["kalman", "none"] = "kalman"
    """What takes the speaker's sound out of the microphone's, so that one can speak into an answer.
    With `none`, unless `full_duplex`, only the wake word interrupts."""
    echo_late_ms: float | None = Field(default=None, ge=-50, le=500)
    """How much later the speaker's sound comes back than the devices' clocks tell, as `stonechat
    calibrate echo` found it; none: it is found during the first answer, which takes a second."""


Engine: TypeAlias = Literal["both", "openwakeword", "microwakeword"]
"""What hears a wake word. `both` add up their odds, for the words that both know."""


class Tuned(Section):
    """One wake word as `stonechat calibrate wake` set it."""

    word: str
    """Its name: that of the model's file, without `.onnx`."""
    engine: Engine = "openwakeword"
    """What it was tuned for."""
    threshold: Share = 0.5
    frames: int = Field(default=1, ge=1, le=5)
    second: Path | None = None
    """A model of one's own voice and room, whose odds are added."""
    voiced: int = Field(default=4, ge=0, le=31)
    """How many of the last second's 31 steps must be speech. With 4, 50 minutes of coughs, claps,
    music and talk woke nobody, without it six times, for 2 % of the recall at 10 dB."""


class Wake(Section):
    """The wake word."""

    words: tuple[str, ...] = ("alexa",)
    """Names of models in the manifest, or paths of .onnx files."""
    engine: Engine = "both"
    """`microwakeword` alone costs a tenth, and hears a little less."""
    ask: bool = True
    """Whether the recogniser is asked where these are in doubt: about once in a minute of talk."""
    threshold: Share = 0.5
    frames: int = Field(default=1, ge=1, le=5)
    """How many frames of 80 ms in a row must pass the threshold."""
    cooldown_s: float = Field(default=2.0, ge=0, le=10)
    keep: int = Field(default=0, ge=0, le=500)
    """So many sounds that woke it, or nearly, are kept for `stonechat wake review`; 0: none."""
    tuned: tuple[Tuned, ...] = ()
    """Words to which other settings than the common ones apply."""


class Endpoint(Section):
    """When an utterance is over. All in milliseconds of sound."""

    complete_ms: int = Field(default=128, ge=60, le=2000)
    """Silence after a complete, confident command."""
    question_ms: int = Field(default=450, ge=100, le=3000)
    """Silence after a question that a language model will answer. It has to think first: until
    its first word sounds, a question that goes on is heard whole and asked anew."""
    open_ms: int = Field(default=550, ge=100, le=3000)
    """Silence after a sentence that may go on, or is no command."""
    fragment_ms: int = Field(default=1100, ge=100, le=5000)
    """Silence after a fragment ("set a timer for") or an "umm"."""
    no_speech_ms: int = Field(default=5000, ge=1000, le=20000)
    """How long to wait for the first word."""
    longest_ms: int = Field(default=15000, ge=2000, le=28000)
    """An utterance longer than this is cut."""
    amend_ms: int = Field(default=900, ge=0, le=3000)
    """A sentence that goes on within this time takes back what was done and is heard whole."""
    follow_up_ms: int = Field(default=5000, ge=0, le=20000)
    """How long to listen without a wake word after a question."""


class Asr(Section):
    """Speech recognition."""

    model: Literal["tiny.en", "base"] = "tiny.en"
    """The first look, fast enough to be done within the pause."""
    second: Literal["none", "base"] = "base"
    """Looks again where the first was unsure: slower, and better with unknown speakers."""
    sure: float = Field(default=-0.5, ge=-5, le=0)
    """Mean log probability above which a local command needs no second look."""
    threads: int = Field(default=1, ge=1, le=8)
    device: Literal["auto", "cpu", "cuda"] = "cpu"


class Understanding(Section):
    """The intent classifier."""

    model: Path | None = None
    """A model of `stonechat train`; none: the one that ships."""
    threshold: Share | None = None
    """Overrides the threshold that the model was calibrated to."""


class Voice(Section):
    """Piper."""

    model: str = "en_US-joe-medium"
    threads: int = Field(default=1, ge=1, le=8)
    cache_mb: int = Field(default=64, ge=1, le=4096)
    """How much rendered speech is kept on disk."""


class DeviceConfig(Section):
    """One device of the in-memory home."""

    name: str
    kind: Kind
    area: str | None = None
    aliases: tuple[str, ...] = ()


class HomeConfig(Section):
    """The home that is acted on."""

    backend: Literal["memory", "home_assistant"] = "memory"
    url: str = "http://homeassistant.local:8123"
    token_env: str = "HOME_ASSISTANT_TOKEN"
    """Name of the environment variable (or systemd credential) that holds the token."""
    here: str | None = None
    """The area that the speaker stands in."""
    duck_percent: int = Field(default=30, ge=0, le=100)
    """How much of their volume the media players of this room keep while it listens and speaks
    (without `here`: all that play); 100: they are left alone."""
    areas: tuple[str, ...] = ()
    devices: tuple[DeviceConfig, ...] = ()
    """Empty: a demonstration home."""
    temperature_unit: Literal["C", "F"] = "C"


class Lists(Section):
    """Lists that can be spoken to."""

    names: tuple[str, ...] = ("shopping", "to-do")


class Model(Section):
    """One language model: a rung of the ladder."""

    provider: Literal["anthropic", "openai", "llama_cpp"]
    """`openai`: any server that speaks its protocol (llama.cpp, Ollama, vLLM, OpenAI)."""
    model: str
    """Its name; for `llama_cpp` one of `stonechat models suggest`, or the path of a GGUF file."""
    base_url: str | None = None
    key_env: str | None = None
    """Name of the environment variable (or systemd credential) that holds the key."""
    at_home: bool = False
    """The server is one's own: "don't use the cloud" does not mean it."""
    tier: Literal["small", "large"] = "small"
    """`large`: asked first where a specialist needs a good model, and last elsewhere."""
    price_in: float = Field(default=0.0, ge=0)
    """US dollars for a million tokens sent."""
    price_out: float = Field(default=0.0, ge=0)

    @model_validator(mode="after")
    def _complete(self) -> Self:
        if self.provider == "openai" and self.base_url is None:
            raise ValueError("an 'openai' model needs a base_url")
        return self


class McpServer(Section):
    """A server of tools: a command to start, or an address."""

    name: str = Field(pattern=r"^[a-z][a-z0-9_]{0,20}$")
    command: tuple[str, ...] = ()
    url: str | None = None
    token_env: str | None = None
    """Name of the variable (or credential) with a bearer token."""
    reads: tuple[str, ...] = ()
    """Tools that change nothing, and so need no confirmation; every other one asks first."""
    timeout_s: float = Field(default=4.0, gt=0, le=30)

    @model_validator(mode="after")
    def _one_way(self) -> Self:
        if bool(self.command) == bool(self.url):
            raise ValueError("an MCP server has either a command or a url")
        return self


class HttpParameter(Section):
    """One argument of an HTTP tool."""

    name: str = Field(pattern=r"^[a-z][a-z0-9_]{0,30}$")
    type: Literal["string", "integer", "number", "boolean"] = "string"
    description: str = ""
    choices: tuple[str, ...] = ()
    """For a string: what it may be."""
    optional: bool = False

    @model_validator(mode="after")
    def _choices_are_words(self) -> Self:
        if self.choices and self.type != "string":
            raise ValueError(f"only a string has choices, and '{self.name}' is of another type")
        return self


class HttpTool(Section):
    """An HTTP API as a tool. `{name}` stands for a parameter, `{secret}` for the key."""

    name: str = Field(pattern=r"^[a-z][a-z0-9_]{0,40}$")
    description: str
    """What the language model is told: when it is of use, and what it gives."""
    url: str = Field(pattern=r"^https?://[^/{}\s]+(/\S*)?$")
    """Parameters that it does not name go into the query, or into a JSON body."""
    method: Literal["GET", "POST", "PUT", "PATCH", "DELETE"] = "GET"
    parameters: tuple[HttpParameter, ...] = ()
    headers: dict[str, str] = Field(default_factory=dict)
    secret_env: str | None = None
    """Name of the environment variable (or systemd credential) that holds the key."""
    risk: Literal["allow", "confirm", "deny"] | None = None
    """Whether it may act by itself; none: GET may, everything else asks first."""
    question: str | None = None
    """What is asked before it acts: "I'll book {restaurant} for {people}"."""
    timeout_s: float = Field(default=4.0, gt=0, le=30)

    @model_validator(mode="after")
    def _names_fit(self) -> Self:
        known = {each.name: each for each in self.parameters}
        if len(known) < len(self.parameters):
            raise ValueError(f"the tool '{self.name}' has two parameters of one name")
        in_url = _placeholders(self.url) - {"secret"}
        asked = _placeholders(self.question or "")
        if unknown := sorted((in_url | asked) - set(known)):
            raise ValueError(f"the tool '{self.name}' has no parameter '{unknown[0]}'")
        if missing := sorted(each for each in in_url if known[each].optional):
            raise ValueError(f"'{missing[0]}' stands in the url, so it cannot be optional")
        if self.question is not None and (unheard := sorted(set(known) - asked)):
            raise ValueError(f"the question does not say '{unheard[0]}', so nobody agrees to it")
        templates = (self.url, *self.headers.values())
        if any("{secret}" in each for each in templates) != (self.secret_env is not None):
            raise ValueError(f"the tool '{self.name}' needs both, {{secret}} and secret_env")
        return self


def _placeholders(template: str) -> set[str]:
    return set(re.findall(r"{(\w+)}", template))


class CloudConfig(Section):
    """The language models for open questions, the best first."""

    enabled: bool = True
    models: tuple[Model, ...] = (
        Model(
            provider="anthropic",
            model="claude-haiku-5-5",
            key_env="ANTHROPIC_API_KEY",
            price_in=1.0,
            price_out=5.0,
        ),
    )
    first_word_s: float = Field(default=1.5, ge=0.3, le=10)
    """How long one model may take to begin, where another stands below it."""
    deadline_s: float = Field(default=2.4, ge=0.5, le=10)
    """How long all of them together may take to begin."""
    daily_tokens: int | None = Field(default=200_000, ge=0)
    """To and from the cloud; none: no limit."""
    redact: tuple[str, ...] = ()
    """Words and names that never leave the device."""
    confirm: tuple[str, ...] = ()
    """Tools that ask first although they need not."""
    deny: tuple[str, ...] = ()
    """Tools that a language model may not use at all."""
    mcp: tuple[McpServer, ...] = ()
    http_tools: tuple[HttpTool, ...] = ()

    @model_validator(mode="after")
    def _names_differ(self) -> Self:
        names = [each.name for each in self.http_tools]
        if twice := sorted({each for each in names if names.count(each) > 1}):
            raise ValueError(f"two tools are called '{twice[0]}'")
        return self


class Memory(Section):
    """What is remembered, beyond the conversation under way."""

    facts_to_cloud: bool = False
    """Facts that bear upon a question go along to the cloud; else only to models at home."""
    extract: bool = True
    """A language model notes what was agreed, after a turn of planning; costs tokens."""


class Mail(Section):
    """An e-mail to the contact, through a server that takes it from us."""

    to: str = Field(pattern=r"^[^\s@]+@[^\s@]+$")
    sender: str = Field(pattern=r"^[^\s@]+@[^\s@]+$")
    """Whom it is from; most servers want it to be the account's own address."""
    host: str
    port: int | None = Field(default=None, ge=1, le=65535)
    """None: 587 with starttls, 465 with tls, 25 without."""
    security: Literal["starttls", "tls", "none"] = "starttls"
    username: str | None = None
    password_env: str | None = None
    """Name of the variable (or credential) with the password."""
    ca_file: Path | None = None
    """Certificate of the authority that signed the server's; none: those of the system."""

    @model_validator(mode="after")
    def _safe(self) -> Self:
        if (self.username is None) != (self.password_env is None):
            raise ValueError("username and password_env go together")
        if self.username is not None and self.security == "none":
            raise ValueError('a password is sent over "starttls" or "tls" only')
        return self


class Escalation(Section):
    """Whom to reach when somebody needs help."""

    contact: str = ""
    """What the person is called: "Anna". Empty: there is nobody."""
    notify: str | None = Field(default=None, pattern=r"^notify\.\w+$")
    """A notify service of Home Assistant."""
    webhook: str | None = Field(default=None, pattern=r"^https?://\S+$")
    """An address that gets a POST with JSON: `text`, `kind`, `said`, `contact`."""
    token_env: str | None = None
    """Name of the variable (or credential) with the webhook's bearer token."""
    mail: Mail | None = None
    immediate: tuple[Literal["medical", "fire", "distress", "person"], ...] = ()
    """What is told without asking first."""
    number: str = "112"
    """What the user is told to call in an emergency."""

    @model_validator(mode="after")
    def _reachable(self) -> Self:
        if bool(self.contact) != any((self.notify, self.webhook, self.mail)):
            raise ValueError("a contact needs a notify service, a webhook or mail, and a name")
        return self


class Mqtt(Section):
    """A broker to be seen and moved by, for Home Assistant above all."""

    host: str | None = None
    """None: no MQTT."""
    port: int | None = Field(default=None, ge=1, le=65535)
    """None: 1883, or 8883 with TLS."""
    username: str | None = None
    password_env: str = "MQTT_PASSWORD"
    """Name of the environment variable (or systemd credential) that holds the password."""
    tls: bool = False
    ca_file: Path | None = None
    """Certificate of the authority that signed the broker's; none: those of the system."""
    name: str = Field(default="Stonechat", min_length=1, max_length=60)
    """What the device is called in Home Assistant."""
    topic: str = Field(default="stonechat", pattern=r"^[\w-]+(/[\w-]+)*$")
    """Where its topics begin."""
    discovery: str = Field(default="homeassistant", pattern=r"^[\w-]+(/[\w-]+)*$")
    """Home Assistant's discovery prefix."""


class Web(Section):
    """Health and metrics over HTTP."""

    port: int | None = Field(default=None, ge=1, le=65535)
    """None: nothing is served."""
    host: str = "127.0.0.1"
    """Anything but this device itself demands a token."""
    token_env: str = "STONECHAT_TOKEN"
    """Name of the variable (or credential) with the bearer token; where it is set, it is asked."""


class BodyConfig(Section):
    """What is wired to the board's header, by the numbers of the Broadcom chip (GPIO17 is 17)."""

    led: tuple[Pin, Pin, Pin] | None = None
    """Pins of a red, a green and a blue LED."""
    led_active_high: bool = True
    """False for a common anode."""
    button: Pin | None = None
    """A button to ground: as if the wake word had been said; held down, it mutes the microphone."""
    mute_switch: Pin | None = None
    """A switch to ground: while it is closed, the microphone's stream is closed."""

    @property
    def wired(self) -> bool:
        """Whether anything is."""
        return bool(self.led) or self.button is not None or self.mute_switch is not None

    @model_validator(mode="after")
    def _pins_differ(self) -> Self:
        pins = [
            pin for pin in (*(self.led or ()), self.button, self.mute_switch) if pin is not None
        ]
        if twice := sorted({pin for pin in pins if pins.count(pin) > 1}):
            raise ValueError(f"pin {twice[0]} is used twice")
        return self


class Log(Section):
    """What is written to the journal."""

    level: Literal["debug", "info", "warning", "error"] = "info"
    json_lines: bool = False


class Config(Section):
    """Everything that can be set."""

    audio: Audio = Audio()
    wake: Wake = Wake()
    endpoint: Endpoint = Endpoint()
    asr: Asr = Asr()
    understanding: Understanding = Understanding()
    voice: Voice = Voice()
    home: HomeConfig = HomeConfig()
    lists: Lists = Lists()
    cloud: CloudConfig = CloudConfig()
    memory: Memory = Memory()
    escalation: Escalation = Escalation()
    mqtt: Mqtt = Mqtt()
    web: Web = Web()
    body: BodyConfig = BodyConfig()
    log: Log = Log()


def load(path: Path | None = None) -> Config:
    """Read a config file; without one, the defaults. Raises ConfigError with the line."""
    file = path or config_file()
    try:
        text = file.read_text(encoding="utf-8")
    except FileNotFoundError:
        if path is None:
            return Config()
        raise ConfigError(f"{file}: no such config file") from None
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"{file}: cannot be read: {error}") from None
    return parse(text, str(file))


def parse(text: str, name: str = "config.toml") -> Config:
    """Validate the text of a config file; `name` is how errors call it."""
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(f"{name}: {error}") from None
    try:
        return Config.model_validate(data)
    except ValidationError as error:
        raise ConfigError(_explain(error, text, name)) from None


def _explain(error: ValidationError, text: str, name: str) -> str:
    errors = error.errors()
    # a key that is misspelt is also one that is missing: the first tells more
    first = next((each for each in errors if each["type"] == "extra_forbidden"), errors[0])
    keys = [part for part in first["loc"] if isinstance(part, str) and "[" not in part]
    line = _line_of(text, first["loc"])
    where = f"{name}:{line}" if line else name
    dotted = ".".join(keys)
    more = f" (and {error.error_count() - 1} more)" if error.error_count() > 1 else ""
    if first["type"] == "extra_forbidden":
        near = difflib.get_close_matches(keys[-1], _valid_keys(keys[:-1]), 1, 0.4)
        hint = f"; did you mean '{near[0]}'?" if near else ""
        return f"{where}: unknown key '{dotted}'{hint}{more}"
    reason = first["msg"].removeprefix("Value error, ")
    got = "" if isinstance(first["input"], dict) else f", not {first['input']!r}"
    return f"{where}: {dotted}: {reason[0].lower()}{reason[1:]}{got}{more}"


def _valid_keys(path: list[str]) -> list[str]:
    model: Any = Config
    for key in path:
        field = model.model_fields.get(key)
        if field is None:
            return []
        model = field.annotation
        if get_origin(model) is tuple:
            model = get_args(model)[0]
    return list(model.model_fields)


def _line_of(text: str, location: tuple[int | str, ...]) -> int | None:
    """Where a key stands, or else the table that should hold it."""
    lines = _lines(text)
    ends = range(len(location), 0, -1)
    return next((lines[location[:end]] for end in ends if location[:end] in lines), None)


def _lines(text: str) -> dict[tuple[int | str, ...], int]:
    """Keys and tables → their lines. TOML's parser keeps no positions, so this looks for them."""
    found: dict[tuple[int | str, ...], int] = {}
    counts: dict[tuple[str, ...], int] = {}
    table: tuple[int | str, ...] = ()
    for number, line in enumerate(text.splitlines(), 1):
        if header := re.match(r"\s*(\[\[?)\s*([^\]]+?)\s*\]", line):
            names = _parts(header[2])
            if header[1] == "[[":
                counts = {each: n for each, n in counts.items() if each[: len(names)] != names} | {
                    names: counts.get(names, -1) + 1
                }
            table = ()
            for head in (names[:end] for end in range(1, len(names) + 1)):
                table += (head[-1], counts[head]) if head in counts else (head[-1],)
            for end in range(1, len(table) + 1):
                found.setdefault(table[:end], number)
        elif key := re.match(r"\s*([\w.\"'-]+)\s*=", line):
            found.setdefault((*table, *_parts(key[1])), number)
    return found


def _parts(dotted: str) -> tuple[str, ...]:
    return tuple(part.strip(" \"'") for part in dotted.split("."))
