"""A circuit breaker: a model that fails is left alone for a while. Pure, but for the clock."""

from collections.abc import Callable

from cloud_bridge.errors import Kind, ProviderError

FAILURES = 3
"""So many in a row open the circuit."""
FIRST_REST_S = 15.0
LONGEST_REST_S = 300.0
LONGEST_LIMIT_S = 3600.0
_NOT_ITS_FAULT = frozenset({"rejected", "budget"})


class Breaker:
    """Closed (asks go through), open (they do not), half open (one goes through, as a probe)."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._failures = 0
        self._rest = FIRST_REST_S
        self._opens_at = 0.0
        self._probe_until = 0.0
        self.reason: Kind = "unreachable"
        """What it failed with last."""

    @property
    def closed(self) -> bool:
        """Whether asks go through without a trial."""
        return self._failures < FAILURES and self._clock() >= self._opens_at

    def allows(self) -> bool:
        """Whether to ask now. In a half-open circuit only the first caller may."""
        now = self._clock()
        if now < self._opens_at or now < self._probe_until:
            return False
        if self._failures >= FAILURES:
            self._probe_until = now + FIRST_REST_S
        return True

    def succeeded(self) -> None:
        """It answered."""
        self._failures = 0
        self._rest = FIRST_REST_S
        self._opens_at = self._probe_until = 0.0

    def failed(self, error: ProviderError) -> None:
        """It did not. A wrong key or a limit opens the circuit at once."""
        self._probe_until = 0.0
        if error.kind in _NOT_ITS_FAULT:
            return
        self.reason = error.kind
        match error.kind:
            case "unauthorized" | "unfit":
                self._failures = FAILURES
                self._open(LONGEST_REST_S)
            case "limited":
                self._failures = FAILURES
                self._open(min(error.retry_after or FIRST_REST_S, LONGEST_LIMIT_S))
            case _:
                self._failures += 1
                if self._failures >= FAILURES:
                    self._open(self._rest)
                    self._rest = min(self._rest * 2, LONGEST_REST_S)

    def spared(self) -> None:
        """It was asked, and given up before anything was known (the user spoke on)."""
        self._probe_until = 0.0

    def _open(self, seconds: float) -> None:
        self._opens_at = self._clock() + seconds
