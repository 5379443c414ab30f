"""Texts about what a run proposed: the port to whoever writes them, and what came of it."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from agent_service.core.model import Books
from agent_service.core.period import Period
from agent_service.usecases.ports import Row, Run, Sink


@dataclass
class Texts:
    """What came of it: counters as the run tells them, the cost, and the tasks that were asked to the end."""

    why: Counter = field(default_factory=Counter)
    cached: int = 0
    taken: int = 0
    template: int = 0
    calls: int = 0
    tokens_in: int = 0
    tokens_out: int = 0
    cost: str = "0"
    done: Sequence[str] = ()
    is_told: bool = False
    """Whether there is anything to tell: a model is configured or approved."""

    def counters(self) -> dict[str, Any]:
        """Return the counters; none where nobody has anything to do with a model."""
        if not self.is_told:
            return {}
        names = ("calls", "tokens_in", "tokens_out", "cached", "taken", "template")
        told = {name: getattr(self, name) for name in names}
        return {"language": {**told, "why": dict(sorted(self.why.items()))}}


class Writer(Protocol):
    """Whoever writes texts about a run's proposals, last and without a say in them."""

    def write(
        self,
        rows: Mapping[str, Sequence[Row]],
        books: Callable[[], Books],
        period: Period,
        language: Mapping[str, Any] | None,
        run: Run,
        sink: Sink,
        *,
        resumed: bool,
        told: Callable[[str], None],
    ) -> Texts:
        """Write about the rows that were handed in, hand the texts in, and return what came of it."""
        ...
