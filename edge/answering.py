"""An answer of the cloud on its way: its words go into a talk, its events wait to be wanted.

It is begun at the user's pause. Either the endpoint takes it over, or the sentence goes on and it
is closed, and with it the connection; until it is committed nothing acts and nothing is told.
"""

import asyncio
from collections.abc import Callable
from contextlib import aclosing
from typing import assert_never

from edge.cloud.answer import Ended, Said, Told
from edge.cloud.asking import Asking
from edge.talk import Talk


class Answering:
    """One question and its answer; `text` is the question."""

    def __init__(self, text: str, asking: Asking, talk: Talk) -> None:
        self.text = text
        self.talk = talk
        self._asking = asking
        self._tell: Callable[[Told], None] | None = None
        self._held: list[Told] = []
        self._task = asyncio.create_task(self._run())

    def commit(self, tell: Callable[[Told], None]) -> None:
        """The user has finished: it may act and be told of."""
        self._asking.commit()
        self._tell = tell
        for told in self._held:
            tell(told)

    async def ended(self) -> Ended:
        """Wait for the end, by when the talk holds all words."""
        return await asyncio.shield(self._task)

    def close(self) -> None:
        """Give it up, if it has not ended yet: the connection is closed."""
        self._task.cancel()

    async def _run(self) -> Ended:
        try:
            async with aclosing(self._asking.events()) as events:
                async for event in events:
                    match event:
                        case Said(text=text, filler=aside):
                            self.talk.extend(text, aside=aside)
                            self.talk.prepare()
                        case Told():
                            self._told(event)
                        case Ended():
                            return event
                        case _ as never:
                            assert_never(never)
            raise AssertionError("an answer ended without its end")
        finally:
            self.talk.close()

    def _told(self, told: Told) -> None:
        if self._tell is None:
            self._held.append(told)
        else:
            self._tell(told)
