"""What is told by its name alone: a scene or a sensor of this home. Pure."""

from edge.events import Intent
from edge.understanding.evidence import ASKING
from edge.understanding.spans import Sentence
from edge.understanding.wordset import word_set


def named_outright(sentence: Sentence) -> Intent | None:
    """A scene or a sensor of this home, said by its name with next to nothing else."""
    spans = sentence.of("name")
    names = spans[0].names if len(spans) == 1 else ()
    if len(names) != 1 or names[0].kind not in ("scene", "sensor"):
        return None
    inside = range(spans[0].start, spans[0].end)
    rest = {word for i, word in enumerate(sentence.words) if i not in inside and word != ","}
    if names[0].kind == "scene":
        return Intent("home.scene", {"name": names[0].value}) if rest <= _FOR_SCENES else None
    asked = rest & ASKING | rest & {"check", "tell", "read", "reading"}
    sure = bool(asked) and rest <= _FOR_SENSORS
    return Intent("home.get_state", {"name": names[0].value}) if sure else None


_FOR_SCENES = word_set(
    "do have the a scene mode please go for with activate start to let us now it is time set run "
    "up make get in here"
)
_FOR_SENSORS = word_set(
    "what is the how much high low tell me check read reading now right currently level value of "
    "does say show at please current my"
)
