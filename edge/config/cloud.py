"""The `[cloud]` table: language models, and the tools that they may use."""

import re
from typing import Literal, Self

from pydantic import Field, model_validator

from edge.config.section import Section


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
