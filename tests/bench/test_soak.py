import asyncio

import pytest

from edge.bench.soak import Tally, measure, summary
from edge.config.schema import Config
from edge.errors import UsageError


def tally(rss: list[float]) -> Tally:
    count = len(rss)
    return Tally(answered=count, rss=rss, handles=[15] * count, threads=[9] * count)


def test_growth_is_counted_once_the_caches_are_warm() -> None:
    warming = [400.0 + 10 * n for n in range(10)]
    steady = summary(tally([*warming, *[500.0] * 90]), loaded=390.0)
    assert steady["rss_growth_percent"] == 0
    assert steady["rss_mb"] == {"loaded": 390.0, "settled": 500.0, "end": 500.0, "most": 500.0}
    leaking = summary(tally([500.0 + n for n in range(100)]), loaded=390.0)
    assert leaking["rss_growth_percent"] > 10


def test_one_file_left_open_a_command_shows() -> None:
    told = tally([500.0] * 100)
    told.handles = list(range(100))
    figures = summary(told, loaded=390.0)
    assert (figures["handles"], figures["most_handles"]) == ({"settled": 10, "end": 99}, 99)


@pytest.mark.parametrize(("hours", "commands"), [(24.0, 3), (0.1, 500)])
def test_too_few_commands_and_too_little_time_are_refused(hours: float, commands: int) -> None:
    with pytest.raises(UsageError, match="are needed"):
        asyncio.run(measure(Config(), hours, commands, print))
