"""The engines that hear and speak, each on the thread that alone may touch it."""

from dataclasses import dataclass

from edge.events import Transcript, Utterance
from edge.hearing import candidates
from edge.hearing.asr import Recogniser
from edge.hearing.candidates import Propose
from edge.speaking.mouth import Mouth
from edge.worker import Worker


@dataclass(frozen=True, slots=True)
class Engines:
    """The blocking engines, each with the one thread that may touch it."""

    recogniser: Recogniser
    second: Recogniser | None
    """Slower and better: asked where the first is unsure."""
    mouth: Mouth
    asr: Worker
    tts: Worker

    async def recognise(
        self, utterance: Utterance, *, final: bool, better: bool = False
    ) -> Transcript:
        """Recognise an utterance, or its beginning, on the recognisers' own thread."""
        recogniser = self.second if better and self.second is not None else self.recogniser
        return await self.asr.run(
            recogniser.transcribe,
            utterance.pcm,
            final=final,
            voiced_ms=utterance.voiced_ms,
            lead=utterance.lead,
        )

    async def look_again(
        self,
        utterance: Utterance,
        told: Transcript,
        propose: Propose,
        *,
        better_model: bool = True,
        by_better: bool = False,
    ) -> Transcript | None:
        """Hold what could have been said against the sound, and ask the better model.

        None where that finds nothing better than `told`: what the first look made of it or,
        with `by_better`, the better model itself.
        """
        first, second = self.recogniser, self.second if better_model else None
        if by_better and self.second is not None:
            first, second = self.second, None
        return await self.asr.run(candidates.look_again, first, second, propose, utterance, told)

    @property
    def workers(self) -> tuple[Worker, ...]:
        """The threads, for whoever watches over them."""
        return self.asr, self.tts

    def close(self) -> None:
        """Let go of the threads."""
        self.asr.close()
        self.tts.close()
