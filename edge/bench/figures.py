"""Distributions and process figures, in the shape that all benches share."""

import statistics
import time
from collections.abc import Iterable


def distribution(values: Iterable[float]) -> dict[str, float]:
    """`n`, median and 95th percentile of some milliseconds; p50 and p95 are 0 when n is."""
    found = sorted(values)
    if not found:
        return {"n": 0, "p50": 0.0, "p95": 0.0}
    rank = min(len(found) - 1, round(0.95 * (len(found) - 1)))
    return {
        "n": len(found),
        "p50": round(statistics.median(found), 1),
        "p95": round(found[rank], 1),
    }


def cpu_s() -> float:
    """CPU seconds of all threads of this process so far."""
    return time.process_time()
