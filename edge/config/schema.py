"""Everything that can be set, table by table; `[cloud]` has a module of its own."""

from pathlib import Path
from typing import Annotated, Literal, Self, TypeAlias

from pydantic import Field, model_validator

from edge.config.cloud import CloudConfig
from edge.config.section import Section
from edge.vocabulary import Kind

Share = Annotated[float, Field(ge=0, le=1)]
Pin = Annotated[int, Field(ge=0, le=27)]
"""A line of the header, by its number at the Broadcom chip; other boards use these names, too."""


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
