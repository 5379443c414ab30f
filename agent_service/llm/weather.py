"""Budget, pace and breaker: how much is asked, how fast, and when to stop. The close goes on."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from decimal import Decimal

MILLION = Decimal(1_000_000)


def plain(cost: Decimal) -> str:
    """Return a cost as it travels: a plain decimal string of at most ten places."""
    return f"{cost.quantize(Decimal('0.0000000001')).normalize():f}"


@dataclass(frozen=True)
class Usage:
    """Tokens of one answer or of many; ``guessed`` counts answers whose server told none."""

    tokens_in: int = 0
    tokens_out: int = 0
    calls: int = 0
    guessed: int = 0

    def __add__(self, other: "Usage") -> "Usage":
        """Return both together."""
        return Usage(
            self.tokens_in + other.tokens_in,
            self.tokens_out + other.tokens_out,
            self.calls + other.calls,
            self.guessed + other.guessed,
        )


@dataclass(frozen=True)
class Price:
    """What a million tokens cost, in the currency that the operator's contract names."""

    per_million_in: Decimal = Decimal(0)
    per_million_out: Decimal = Decimal(0)
    currency: str = "USD"

    def cost(self, usage: Usage) -> Decimal:
        """Return the cost, exact; it is rounded only where it is shown."""
        return (usage.tokens_in * self.per_million_in + usage.tokens_out * self.per_million_out) / MILLION


@dataclass
class Budget:
    """Limits of a run and of the month; none is no limit. ``spent_before`` is what the month's other runs
    cost."""

    price: Price = field(default_factory=Price)
    run_limit: Decimal | None = None
    month_limit: Decimal | None = None
    seconds: float | None = None
    spent_before: Decimal = Decimal(0)
    usage: Usage = field(default_factory=Usage)
    began: float | None = None

    @property
    def cost(self) -> Decimal:
        """Return what this run has cost."""
        return self.price.cost(self.usage)

    def refusal(self, at_most: Usage, now: float) -> str | None:
        """Return why one more call of at most so many tokens is not made, or none."""
        if self.began is None:
            self.began = now
        after = self.price.cost(self.usage + at_most)
        if self.run_limit is not None and after > self.run_limit:
            return "the run's limit for the language model is reached"
        if self.month_limit is not None and self.spent_before + after > self.month_limit:
            return "the month's limit for the language model is reached"
        if self.seconds is not None and now - self.began >= self.seconds:
            return "the run's time for the language model is over"
        return None


@dataclass
class Pace:
    """At most so many calls a minute, evenly spread."""

    per_minute: int = 60
    clock: Callable[[], float] = time.monotonic
    sleep: Callable[[float], None] = time.sleep
    _next: float = 0.0

    def wait(self) -> None:
        """Wait until the next call may be made."""
        now = self.clock()
        if now < self._next:
            self.sleep(self._next - now)
        self._next = max(now, self._next) + 60 / self.per_minute


@dataclass
class Breaker:
    """Opens after failures in a row; then nothing is asked for a while, and one call tries again."""

    after: int = 3
    pause_s: float = 300.0
    clock: Callable[[], float] = time.monotonic
    failures: int = 0
    _until: float = 0.0

    @property
    def is_open(self) -> bool:
        """Tell whether nothing is asked now."""
        return self.failures >= self.after and self.clock() < self._until

    def failed(self, *, for_good: bool = False) -> None:
        """Count a failure; one that can't get better by waiting opens at once."""
        self.failures = max(self.failures + 1, self.after if for_good else 0)
        if self.failures >= self.after:
            self._until = self.clock() + (float("inf") if for_good else self.pause_s)

    def worked(self) -> None:
        """Forget the failures."""
        self.failures = 0
