"""What a table of the config file is."""

from pydantic import BaseModel, ConfigDict


class Section(BaseModel):
    """A table of the config file: frozen, and strict about its keys."""

    model_config = ConfigDict(frozen=True, extra="forbid")
