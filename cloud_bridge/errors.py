"""What can go wrong on the way to a model, sorted by what can be done about it.

BridgeError
├── ProviderError     a model could not answer; `kind` decides what happens next
└── ToolError         a tool could not do what was asked; its text is told to the model
"""

from typing import Literal, TypeAlias

Kind: TypeAlias = Literal[
    "unreachable",  # name not found, refused, TLS
    "timeout",  # nothing came in time, or nothing more
    "cut",  # the stream ended in the middle
    "malformed",  # not what the protocol says: a captive portal, broken JSON
    "unauthorized",  # the key is missing, wrong, or not allowed
    "limited",  # too many requests
    "server",  # 5xx, overloaded
    "rejected",  # the request itself is at fault
    "unfit",  # this model must not answer people
    "budget",  # today's tokens are used up
]


class BridgeError(Exception):
    """Base of the bridge's errors."""


class ProviderError(BridgeError):
    """A model could not answer. The message never holds a secret."""

    def __init__(self, kind: Kind, detail: str, retry_after: float | None = None) -> None:
        super().__init__(f"{kind}: {detail}")
        self.kind: Kind = kind
        self.detail = detail
        self.retry_after = retry_after
        """Seconds that the server asked to be left alone."""


class ToolError(BridgeError):
    """A tool could not do what was asked."""
