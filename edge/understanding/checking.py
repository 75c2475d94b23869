"""Whether a new model may replace the old one: both answer the sentences of check.toml."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from edge.events import Local
from edge.understanding.corpus import OTHER, check_set, vocabulary
from edge.understanding.model import IntentModel
from edge.understanding.router import Router

_NOW = datetime(2026, 1, 5, 12)


@dataclass(frozen=True, slots=True)
class Answer:
    """What a model makes of a sentence of the check set."""

    text: str
    wanted: str
    given: str
    """An intent, or "other" for what goes to the cloud."""

    @property
    def right(self) -> bool:
        """Whether that is what was wanted."""
        return self.given == self.wanted


@dataclass(frozen=True, slots=True)
class Report:
    """Two models on the same sentences."""

    before: tuple[Answer, ...]
    after: tuple[Answer, ...]

    @property
    def worse(self) -> bool:
        """Whether the new one is right less often, or acts more often where it should not."""
        return _right(self.after) < _right(self.before) or _false(self.after) > _false(self.before)

    @property
    def lines(self) -> list[str]:
        """What changed, for a person."""
        out = [
            f"check set: {_right(self.before)} of {len(self.before)} right before, "
            f"{_right(self.after)} now; wrongly acted on {_false(self.before)} before, "
            f"{_false(self.after)} now"
        ]
        for old, new in zip(self.before, self.after, strict=True):
            if old.given != new.given:
                mark = "+" if new.right else "-" if old.right else " "
                out.append(f"  {mark} {new.text!r}: {old.given} → {new.given}")
        return out


def answers(model: IntentModel) -> tuple[Answer, ...]:
    """What a model makes of the check set, as deployed."""
    router = Router(model, vocabulary())
    out = []
    for text, wanted in check_set():
        route = router.route(text, _NOW)
        given = route.intents[0].name if isinstance(route, Local) else OTHER
        out.append(Answer(text, wanted, given))
    return tuple(out)


def compare(before: IntentModel, after: IntentModel) -> Report:
    """Both models on the check set."""
    return Report(answers(before), answers(after))


def _right(found: Sequence[Answer]) -> int:
    return sum(answer.right for answer in found)


def _false(found: Sequence[Answer]) -> int:
    return sum(answer.wanted == OTHER and answer.given != OTHER for answer in found)
