"""Every error a user can meet. One class per stage, each with a stable code.

    StonechatError
    ├── UsageError        wrong command line or wrong config (exit code 2)
    │   └── ConfigError
    ├── ModelError        a weight file is missing, corrupt or cannot be fetched
    ├── AudioError        a recording or a sound device cannot be used
    ├── HearingError      wake word, voice activity or recognition failed
    ├── BodyError         a light, a button or a switch cannot be used
    ├── UnderstandingError
    ├── SkillError        an action could not be done; its text is fit to be spoken
    │   └── HomeError
    ├── SpeakingError
    ├── StoreError        timers, lists or settings cannot be read or written
    └── CloudError

The message is one clear line for a person: what is wrong, and what mends it.
"""

from typing import ClassVar


class StonechatError(Exception):
    """Base of all errors that are told to the user as one line."""

    code: ClassVar[str] = "stonechat"
    exit_code: ClassVar[int] = 1


class UsageError(StonechatError):
    """The command was called wrongly."""

    code: ClassVar[str] = "usage"
    exit_code: ClassVar[int] = 2


class ConfigError(UsageError):
    """The config file has a mistake; the message names its line."""

    code: ClassVar[str] = "config"


class ModelError(StonechatError):
    """A weight file is missing, corrupt or cannot be fetched."""

    code: ClassVar[str] = "model"


class AudioError(StonechatError):
    """A recording or a sound device cannot be used."""

    code: ClassVar[str] = "audio"


class HearingError(StonechatError):
    """Wake word, voice activity or recognition failed."""

    code: ClassVar[str] = "hearing"


class BodyError(StonechatError):
    """A light, a button or a switch cannot be used."""

    code: ClassVar[str] = "body"


class UnderstandingError(StonechatError):
    """The intent model cannot be trained, loaded or used."""

    code: ClassVar[str] = "understanding"


class SkillError(StonechatError):
    """An action could not be done; the message is fit to be spoken."""

    code: ClassVar[str] = "skill"


class HomeError(SkillError):
    """The home (or Home Assistant) did not do what was asked."""

    code: ClassVar[str] = "home"


class SpeakingError(StonechatError):
    """Speech could not be synthesised."""

    code: ClassVar[str] = "speaking"


class StoreError(StonechatError):
    """Timers, lists or settings cannot be read or written."""

    code: ClassVar[str] = "store"


class CloudError(StonechatError):
    """The cloud, or the road to it, failed."""

    code: ClassVar[str] = "cloud"
