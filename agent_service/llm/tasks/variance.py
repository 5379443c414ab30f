"""Why did a balance move? A text of facts, the template's without a model."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from agent_service.core.money import Currency
from agent_service.llm.derived import amount, difference, share, sign
from agent_service.llm.facts import Fact, Facts
from agent_service.llm.question import Question, text_question

TASK = "variance"
MAX_DRIVERS = 5
OTHER = "all other drivers together"


@dataclass(frozen=True)
class Moved:
    """A balance that moved: minor units of ``currency``, debit positive.

    ``drivers`` are (kind, name, part of the change), the largest first; ``expected`` is what the balance was
    expected to be, where anything was. ``is_credit``: the account grows by its credit side, as income does;
    its rises and falls are told by that, its amounts stay debit positive.
    """

    account: str
    month: str
    before: str
    actual: int
    prior: int
    currency: Currency
    drivers: Sequence[tuple[str, str, int]] = ()
    expected: int | None = None
    is_credit: bool = False

    @property
    def side(self) -> int:
        """Return -1 where a debit is a fall, else 1."""
        return -1 if self.is_credit else 1

    @property
    def change(self) -> int:
        """Return how far it moved."""
        return self.actual - self.prior


def facts_of(moved: Moved) -> Facts:
    """Return what may be said of a variance: balances, their difference, its share, and the drivers."""
    rows = [
        Fact("account", "name", "the account", moved.account),
        Fact("month", "name", "the month that is closed", moved.month),
        Fact("before", "name", "what it is compared with", moved.before),
        amount("actual", "balance", moved.actual, moved.currency, about=("account", "month"), of="month"),
        amount(
            "prior", "balance before", moved.prior, moved.currency, about=("account", "before"), of="before"
        ),
        replace(
            difference(
                "change",
                "change",
                moved.actual,
                moved.prior,
                moved.currency,
                about=("account", "month", "before"),
            ),
            sign=sign(moved.side * moved.change),
        ),
    ]
    if moved.expected is not None:
        role, about = "what the balance was expected to be", ("account", "month")
        rows.append(amount("expected", role, moved.expected, moved.currency, about=about, of="month"))
    percent = share(
        "percent",
        "change in percent",
        moved.side * moved.change,
        moved.prior,
        about=("account", "month", "before"),
    )
    rows += [percent] if percent else []
    rows += _drivers(moved)
    return Facts(tuple(rows))


def _drivers(moved: Moved) -> list[Fact]:
    """Return a fact a driver, name and figure in one, and one for the rest."""
    told = [(f"d{place}", *one) for place, one in enumerate(moved.drivers[:MAX_DRIVERS], 1)]
    rest = moved.change - sum(part for *_, part in told)
    if rest:
        told.append(("rest", OTHER, "other", rest))
    return [
        Fact(
            key,
            "driver",
            kind,
            f"{name} {'+' if part > 0 else ''}{moved.currency.show(part)}",
            value=moved.currency.text(part),
            sign=sign(moved.side * part),
        )
        for key, kind, name, part in told
    ]


def template(moved: Moved) -> str:
    """Return the text that stands there without a model: what moved, and its drivers."""
    show = moved.currency.show
    first = f"{moved.account}: {show(moved.prior)} ({moved.before}) to {show(moved.actual)} ({moved.month})"
    plus = "+" if moved.change > 0 else ""
    parts = "; ".join(fact.shown for fact in _drivers(moved))
    return f"{first}, {plus}{show(moved.change)}." + (f" Drivers: {parts}." if parts else "")


def variance_question(moved: Moved) -> Question[str]:
    """Return the question for a variance's explanation."""
    return text_question(TASK, facts_of(moved), template(moved))
