"""Thinking ahead: what was said so far is recognised, decided and given a voice before its end.

Nothing is done here. What was prepared is either committed at the endpoint or forgotten when the
sentence goes on; a reply whose beginning is already being rendered is taken over if it stays, and
a question that is already on its way to a language model is called back if it does not.
"""

import asyncio
import time
from dataclasses import dataclass, replace

from edge.answering import Answering
from edge.audio.speaker import Speaker
from edge.decision import Decision
from edge.engines import Engines
from edge.errors import StonechatError
from edge.events import RATE, Transcript, Utterance
from edge.hearing.barge_in import has_words
from edge.mind import Mind
from edge.talk import Talk
from edge.turn import Prepared
from edge.understanding.text import spoken_to, tokens

_HOPELESS, _FEW = 0.02, 3
"""The score below which, and the words from which on, a beginning counts as no command."""
_NEARLY = RATE * 32 // 1000
"""The last moments of a voice are its decay."""


@dataclass(frozen=True, slots=True)
class _Look:
    """A recognition under way, of all sound before `until`."""

    until: int
    transcript: asyncio.Future[Transcript]


class Foresight:
    """Prepares turns; `sure` is the mean log probability that needs no second look."""

    def __init__(self, engines: Engines, mind: Mind, speaker: Speaker, sure: float) -> None:
        self._engines = engines
        self._mind = mind
        self._speaker = speaker
        self._sure = sure
        self._look: _Look | None = None
        self._talk: Talk | None = None
        self._answering: Answering | None = None
        self.spoken = False
        """The last glimpse was of somebody speaking, though the words may not be understood."""
        self._by_better = False
        """What was said so far is surely no command, and its words are not sure."""

    async def glimpse(self, utterance: Utterance, now: int) -> str:
        """Understand an utterance that grows, up to sample `now`.

        The reply to a command that is complete is begun.
        """
        recognition = self._engines.recognise(utterance, final=False)
        self._look = look = _Look(now, asyncio.ensure_future(recognition))
        try:
            transcript = await look.transcript
        except StonechatError:
            return ""  # the recognition that counts will tell
        self.spoken = has_words(transcript, utterance.voiced_ms)
        decision = await self._decided(transcript)
        self._by_better = (
            decision is not None and _no_command(decision) and transcript.log_prob < self._sure
        )
        if decision is None:
            return ""
        if decision.where == "local" and decision.completeness == "complete":
            self._begin(decision.reply.text)
        return transcript.text

    async def prepare(self, utterance: Utterance, end: int) -> Prepared:
        """Understand an utterance that may be over since sample `end`, and begin its answer."""
        try:
            transcript, decision = await self._understood(utterance, end)
        except StonechatError as error:
            self.drop()
            nothing = Transcript("", final=True, phantom=error.code)
            return Prepared(nothing, None, time.monotonic(), error)
        if decision is None or not decision.asks:
            self.drop()
        elif decision.completeness != "fragment":
            self._ask(decision)
        if decision is not None:
            self._begin(decision.reply.text)
        return Prepared(transcript, decision, time.monotonic())

    def drop(self) -> None:
        """The sentence goes on, or was not for a language model: call a question back."""
        if self._answering is not None:
            self._answering.close()
            self._answering = None

    def talk(self, text: str) -> Talk | None:
        """The reply to be spoken now: the one that was begun, if it says the same."""
        self._begin(text)
        talk, self._talk = self._talk, None
        return talk

    def answering(self, decision: Decision) -> Answering:
        """The answer to be spoken now: the one that was begun, if the question is the same."""
        self._ask(decision)
        answering, self._answering = self._answering, None
        assert answering is not None
        return answering

    def _begin(self, text: str) -> None:
        if self._talk is None or self._talk.text != text:
            self._talk = self._new_talk() if text else None
            if self._talk is not None:
                self._talk.extend(text)
                self._talk.close()
        if self._talk is not None:
            self._talk.prepare()

    def _ask(self, decision: Decision) -> None:
        """Put the question, unless the very same words are on their way already."""
        if self._answering is not None:
            if tokens(self._answering.text) == tokens(decision.text):
                return
            self._answering.close()
        asking = self._mind.ask(decision)
        self._answering = Answering(decision.text, asking, self._new_talk())

    def _new_talk(self) -> Talk:
        return Talk(self._engines.mouth, self._engines.tts, self._speaker)

    async def _understood(
        self, utterance: Utterance, end: int
    ) -> tuple[Transcript, Decision | None]:
        """Recognise and decide; where the first look is unsure, by a second one.

        A question whose words are sure is put at once: a second look, which may still find a
        command in it, need not be waited for, and where it is surely none there is none. What
        began as no command, in words that were not sure, is left to the better model from the
        first, so that the question is not put twice.
        """
        by_better = self._by_better and self._engines.second is not None
        if by_better:
            transcript = await self._engines.recognise(utterance, final=True, better=True)
        else:
            transcript = await self._first_look(utterance, end)
        decision = await self._decided(transcript)
        sure = transcript.log_prob >= self._sure
        if decision is not None and sure:
            if decision.where == "local" and self._mind.clear(decision):
                return transcript, decision
            if decision.asks and decision.completeness != "fragment":
                self._ask(decision)
                if _no_command(decision):
                    return transcript, decision
        # A sure command with a name that is not known: another name may have been said, but the
        # words need no better model, unless one of them explains nothing.
        known = decision is not None and decision.where == "local" and sure
        again = await self._engines.look_again(
            utterance,
            transcript,
            self._mind.propose,
            better_model=not known or (decision is not None and decision.loose),
            by_better=by_better,
        )
        better = await self._decided(again) if again is not None else None
        if again is None or not self._prefers(better, decision, known):
            return transcript, decision
        # What the sound tells of itself, the first look has told already.
        return replace(again, spoken=transcript.spoken), better

    def _prefers(self, better: Decision | None, first: Decision | None, known: bool) -> bool:
        """Whether the second look's reading is taken, rather than the first's."""
        if first is None or first.where != "local":
            return True
        if better is None or better.where != "local":
            return not known
        return self._mind.clear(better) or not (known or self._mind.clear(first))

    async def _first_look(self, utterance: Utterance, end: int) -> Transcript:
        """Recognise, or wait for the glimpse under way if that has (nearly) all of the speech."""
        look, self._look = self._look, None
        if look is not None and not look.transcript.done() and look.until >= end - _NEARLY:
            return replace(await look.transcript, final=True)
        return await self._engines.recognise(utterance, final=True)

    async def _decided(self, transcript: Transcript) -> Decision | None:
        text = spoken_to(transcript.text)
        return await self._mind.decide(text) if text and not transcript.phantom else None


def _no_command(decision: Decision) -> bool:
    """Whether a sentence that still grows is nothing the device could do by itself.

    Of 168 spoken commands four looked like that shortly before their end, of 40 questions 38.
    """
    score = decision.intent.score if decision.intent else 0.0
    return decision.asks and score < _HOPELESS and len(tokens(decision.text)) >= _FEW
