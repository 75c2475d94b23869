"""Who has the floor: an answer that is spoken into stops, and goes on or is given up."""

from edge.audio.speaker import Speaker
from edge.delivery import Delivery
from edge.events import RATE, Transcript
from edge.hearing.barge_in import has_words, is_echo
from edge.hearing.ear import Ear
from edge.mind import Mind
from edge.preparation import PARTIAL_EVERY
from edge.turn import Turns

DUCKED = 0.15
"""How far the answer steps back while somebody may be speaking into it."""
MOMENT = int(1.8 * RATE)
"""Whoever speaks into an answer and says no word for so long did not mean it."""
_JUST_SAID = 10


class Floor:
    """Holds an answer in mid-word, and remembers what of it was heard."""

    def __init__(
        self, ear: Ear, mind: Mind, speaker: Speaker, turns: Turns, delivery: Delivery
    ) -> None:
        self._ear = ear
        self._mind = mind
        self._speaker = speaker
        self._turns = turns
        self._delivery = delivery

    def duck(self) -> None:
        """Step back while somebody may be speaking, so that more of them is heard."""
        suspected = self._ear.guarding and self._ear.barge_in.suspected
        self._speaker.duck(DUCKED if suspected else 1.0)

    def hush(self) -> None:
        """Stop in mid-word, and remember how far it got."""
        self._delivery.cancel()
        turn = self._turns.current
        if turn.held_at:
            return
        played = self._speaker.stop()
        if turn.talk is not None:
            turn.heard, turn.cut = turn.talk.heard(played), True
            self._mind.cut_off(turn.talk.text, turn.heard)
            self._turns.emit("interrupted", heard=turn.heard)

    def hold(self) -> None:
        """Stop in mid-word; the rest of the answer is still being made."""
        turn = self._turns.current
        assert turn.talk is not None
        turn.heard, turn.held_at, turn.cut = turn.talk.hold(), self._ear.now, True
        self._turns.emit("interrupted", heard=turn.heard)
        turn.partial_text, turn.spoken = "", False
        self._mind.remember(turn.said, turn.heard)
        self._mind.cut_off(turn.talk.text, turn.heard)

    @property
    def unclaimed(self) -> bool:
        """Nobody who speaks into the answer that is held seems to mean it."""
        turn = self._turns.current
        waited = self._ear.now - turn.held_at
        wordless = waited > MOMENT and not (turn.partial_text or turn.spoken)
        return wordless or self._ear.barge_in.mistaken

    def claimed_by(self, told: Transcript) -> bool:
        """Whether what was said into it are words, with a voice behind them, and not its own."""
        talk = self._turns.current.talk
        spoken = talk.text_before(_JUST_SAID) if talk else ""
        words = has_words(told, self._ear.voiced_ms())
        return words and self._ear.barge_in.confirmed and not is_echo(told.text, spoken)

    def go_on(self) -> None:
        """It was nothing: say the rest, and be harder to interrupt."""
        turn = self._turns.current
        assert turn.talk is not None
        self._mind.forget_last()
        self._turns.emit("resumed", heard=turn.heard)
        turn.heard, turn.held_at, turn.cut, turn.partial_text = "", 0, False, ""
        self._ear.barge_in.doubt()
        turn.talk.go_on()

    def give_way(self) -> None:
        """Somebody wants something else: the turn is over, and theirs has begun."""
        self._delivery.cancel()
        self._turns.emit("turn", **self._turns.current.record())
        turn = self._turns.begin()
        turn.partial_at = self._ear.now + PARTIAL_EVERY
        self._turns.emit("speech_started", self._ear.endpoint.start)
