"""Train the matcher: learn from what people decided, answer for the months held out, hand both in.

What is right is not judged here: Odoo counts the answers of both versions against what people did.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Protocol

from agent_service.core.errors import CoreError
from agent_service.core.matching.compare import card
from agent_service.core.matching.learned import Learned
from agent_service.core.matching.learning import answers, learn
from agent_service.core.matching.model import Settings

MOST_TRIED = 20_000
"""So many of the latest decisions are tried: enough for every figure, and one request holds the answers."""

Row = Mapping[str, Any]
"""One proposal with what people did: see `docs/matcher.md`."""


class TrainingPort(Protocol):
    """Gives the history and takes the version."""

    def history(self) -> Iterable[Row]:
        """Give what people decided."""
        ...

    def finish(self, learned: Learned, card: str, answers: Sequence[Row]) -> Mapping[str, Any]:
        """Hand the version in."""
        ...

    def fail(self, why: str) -> Mapping[str, Any]:
        """Say why there is none."""
        ...


@dataclass(frozen=True)
class Wanted:
    """What a version is asked for: the one in use, the company's money and bands, the months held out."""

    company: str
    version: int
    current: Learned
    settings: Settings
    held_out: frozenset[str] = field(default_factory=frozenset)

    @classmethod
    def from_wire(cls, result: Mapping[str, Any], current: Learned) -> "Wanted":
        """Return what the port's `matcher_begin` describes; raises KeyError on a missing name."""
        company, bands = result["company"], result["bands"]
        currency = str(company["currency"])
        return cls(
            company=str(company["name"]),
            version=int(result["version"]),
            current=current,
            settings=Settings(
                company_currency=currency,
                decimals={**company["decimals"], currency: int(company["currency_decimals"])},
                **{
                    name: Decimal(bands[band])
                    for name, band in (("auto_from", "auto"), ("review_from", "review"))
                    if band in bands
                },
            ),
            held_out=frozenset(str(one) for one in result["held_out"]),
        )


@dataclass(frozen=True)
class Trained:
    """What came of a training: the version, and how much it was learned from and tried on."""

    learned: Learned
    taught: int
    held_out: int
    state: str


def train_matcher(
    wanted: Wanted, port: TrainingPort, told: Callable[[str], None] = lambda _what: None
) -> Trained | None:
    """Learn and hand in; a history that can't be read is handed in as the reason.

    The months held out teach nothing: the version that is compared is the one that would be used.
    """
    history = list(port.history())
    tried = [row for row in history if month_of(row) in wanted.held_out][-MOST_TRIED:]
    taught = [row for row in history if month_of(row) not in wanted.held_out]
    try:
        learned = learn(taught, wanted.current, wanted.settings)
        told("learned")
        before = answers(tried, wanted.current, wanted.settings)
        after = answers(tried, learned, wanted.settings)
    except CoreError as error:
        port.fail(str(error))
        return None
    told("compared")
    both = [
        {"id": row["id"], "before": on_wire(was), "after": on_wire(now)}
        for row, was, now in zip(tried, before, after, strict=True)
    ]
    state = str(port.finish(learned, _card(learned, wanted, len(tried)), both)["state"])
    return Trained(learned, len(taught), len(tried), state)


def month_of(row: Row) -> str:
    """Return the month of a row's first bank line, YYYY-MM."""
    return str(row["lines"][0]["date"])[:7] if row["lines"] else ""


def _card(learned: Learned, wanted: Wanted, tried: int) -> str:
    """Return the model card; how well it does stands beside it, as Odoo counted it."""
    months = ", ".join(sorted(wanted.held_out)) or "no month"
    return (
        f"{card(learned)}\nTried on {tried} decisions of {months}, none of which it was trained on: see"
        " the comparison, which Odoo counts.\n"
    )


def on_wire(answer: Mapping[str, Any] | None) -> dict[str, Any] | None:
    """Return an answer as the port takes it."""
    if answer is None:
        return None
    confidence = min(max(Decimal(str(answer["confidence"])), Decimal(0)), Decimal(1))
    return {
        "items": list(answer["items"]),
        "kind": str(answer["kind"]),
        "account": answer.get("account"),
        "confidence": f"{confidence:.4f}",
        "band": str(answer["band"]),
    }
