"""Progress bars of what is being fetched."""

from types import TracebackType
from typing import Self

from rich.console import Console
from rich.progress import (
    BarColumn,
    DownloadColumn,
    Progress,
    TaskID,
    TextColumn,
    TimeRemainingColumn,
)

from edge.cli.account import megabytes


class Bars:
    """One progress bar a file; lines instead where the output is no terminal."""

    def __init__(self, console: Console) -> None:
        self._console = console
        columns = (TextColumn("{task.description}"), BarColumn(), DownloadColumn())
        self._progress = Progress(
            *columns, TimeRemainingColumn(), console=console, disable=not console.is_terminal
        )
        self._tasks: dict[str, TaskID] = {}

    def __enter__(self) -> Self:
        self._progress.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._progress.stop()

    def __call__(self, what: str, done: int, total: int) -> None:
        """Draw how far a fetch is."""
        if what not in self._tasks:
            self._tasks[what] = self._progress.add_task(what, total=total)
            if not self._console.is_terminal:
                self.say(f"{what} ({megabytes(total)})")
        self._progress.update(self._tasks[what], completed=done, total=total)

    def say(self, line: str) -> None:
        """Print a line above the bars."""
        self._console.print(f"  {line}", style="dim", highlight=False, markup=False, soft_wrap=True)
