"""What the accruals of orders share: an open order line, its price, closing rate, lines and paper."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from typing import Any

import polars as pl

from agent_service.core.adjustments.staging import Required, Slot, account_text, archived_accounts
from agent_service.core.analysis.rates import closing_rate
from agent_service.core.errors import EvidenceMissing
from agent_service.core.findings import Record
from agent_service.core.model import Books
from agent_service.core.money import Currency, minor_text, round_half_up
from agent_service.core.period import Period
from agent_service.core.policy import Parameter, Policy

NAMES_SHOWN = 5
ALL_OF_IT = Decimal(100)

Row = Mapping[str, Any]


@dataclass(frozen=True)
class OpenLine:
    """An order line that is open at the closing date; `amount` is company currency, minor units.

    `open` above 0: received or delivered and not billed. The amounts of both currencies turn with it; for a
    line that takes off the price they have the other sign.
    """

    id: int
    order: str
    name: str
    partner_id: int | None
    account_id: int
    analytic: str
    currency: Currency
    done: Fraction
    billed: Fraction
    unit_price: Fraction
    rate: Decimal | None
    amount_currency: int
    amount: int

    @property
    def label(self) -> str:
        """Return how people know it."""
        return f"{self.order}: {self.name}"

    @property
    def open(self) -> Fraction:
        """Return the open quantity in the order's unit."""
        return self.done - self.billed

    def cells(self) -> tuple[str, ...]:
        """Return its row of the working paper: label, done, billed, open, price, foreign amount, rate."""
        foreign = self.rate is not None
        return (
            self.label,
            plain(self.done),
            plain(self.billed),
            plain(self.open),
            f"{plain(self.unit_price)} {self.currency.name}",
            self.currency.show(self.amount_currency) if foreign else "",
            f"{self.rate}" if foreign else "",
        )

    def source(self, model: str) -> Record:
        """Return the order line as the entry cites it."""
        return Record(model, self.id, self.label)


@dataclass(frozen=True)
class Unpriced:
    """An open order line whose price nobody said: it alone is left out, never taken as 0."""

    id: int
    label: str
    partner_id: int | None
    why: str


@dataclass
class Pricer:
    """Values open quantities as of a period's end; what can't be proved is gathered by name.

    What is `missing` stops the proposer, a price stops its own order line only (`unpriced`).
    """

    books: Books
    policy: Policy
    period: Period
    max_age_days: int
    missing: set[str] = field(default_factory=set)
    unpriced: list[Unpriced] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._archived = archived_accounts(self.books)
        partners = self.books.frame("partners").select("id", "name", "commercial_partner_id", "active")
        self._partners = {row[0]: row[1:] for row in partners.iter_rows()}
        self._rates: dict[int, Decimal | None] = {}

    def priced(
        self,
        row: Row,
        done: Fraction,
        billed: Fraction,
        account: Callable[[Row], int | None],
        what: str,
        *,
        free: bool = False,
    ) -> OpenLine | None:
        """Return the order line with its amounts, None when something of it is missing.

        None too when they are 0, unless `free` lines are wanted.
        """
        why = _no_price(row, free=free)
        if why:
            self.unpriced.append(Unpriced(row["id"], _label(row), self.partner(row), why))
            return None
        currency = self.books.currency(row["currency"])
        account_id = account(row)
        lacks = self._lacking(row, account_id, what)
        rate = None if currency == self.books.company.currency else self._rate(currency)
        if lacks or (rate is None and currency != self.books.company.currency):
            self.missing.update(lacks)
            return None
        price = Fraction(row["price_subtotal"] + (row.get("tax_cost") or 0), 10**currency.decimals)
        price /= Fraction(Decimal(row["product_qty"]))
        in_currency, amount = self.amounts((done - billed) * price, currency, rate)
        if not (in_currency or amount or free):
            return None
        return OpenLine(
            id=row["id"],
            order=row["order_name"] or "",
            name=(row["name"] or "").split("\n")[0],
            partner_id=self.partner(row),
            account_id=account_id or 0,
            analytic=row["analytic"] or "",
            currency=currency,
            done=done,
            billed=billed,
            unit_price=price,
            rate=rate,
            amount_currency=in_currency,
            amount=amount,
        )

    def amounts(self, value: Fraction, currency: Currency, rate: Decimal | None) -> tuple[int, int]:
        """Return a value rounded in its currency, and that at the closing rate in the company's."""
        in_currency = currency.minor(value)
        if rate is None:
            return in_currency, in_currency
        exact = Fraction(in_currency, 10**currency.decimals) * Fraction(rate)
        return in_currency, self.books.company.currency.minor(exact)

    def partner(self, row: Row) -> int | None:
        """Return the commercial partner of an order: that is who the books name."""
        _name, commercial, _active = self._partners.get(row["partner_id"], (None, None, None))
        return commercial or row["partner_id"]

    def prove(self) -> None:
        """Raise EvidenceMissing with everything that is missing, so that it can be mended at once."""
        if self.missing:
            raise EvidenceMissing(sorted(self.missing))

    def _rate(self, currency: Currency) -> Decimal | None:
        if currency.id not in self._rates:
            try:
                self._rates[currency.id] = closing_rate(
                    self.books, currency.id, self.period.end, self.max_age_days
                )
            except EvidenceMissing as error:
                self._rates[currency.id] = None
                self.missing.update(error.reasons)
        return self._rates[currency.id]

    def _lacking(self, row: Row, account_id: int | None, what: str) -> list[str]:
        label, lacks = _label(row), []
        if not account_id:
            lacks.append(f"{label} has no {what} account")
        elif account_id in self._archived:
            text = account_text(self.books, self.policy, account_id)
            lacks.append(f"the account of {label} is archived: {text}")
        name, _commercial, active = self._partners.get(self.partner(row), (None, None, None))
        if active is False:
            lacks.append(f"the partner of {label} is archived: {name}")
        return lacks


def _label(row: Row) -> str:
    return f"{row['order_name']}: {(row['name'] or '').split(chr(10))[0]}"


def _no_price(row: Row, *, free: bool) -> str:
    """Return why an order line has no price, "" where it has one; a discount of all of it is a price of 0.

    On sale what is `free` is given away; in purchasing a price of 0 is one that nobody typed yet.
    """
    if not Decimal(row["product_qty"] or "0"):
        return "no ordered quantity, so no price can be read"
    if row["price_subtotal"] is None:
        return "no price"
    nothing = not row["price_subtotal"] and not row.get("tax_cost")
    given = free or Decimal(row.get("discount") or "0") == ALL_OF_IT
    return "a price of 0" if nothing and not given else ""


def pricer(
    books: Books, policy: Policy, period: Period, code: str, parameters: Mapping[str, Parameter]
) -> Pricer:
    """Return the pricer of a proposer, with its own bound for the age of a closing rate."""
    max_age = policy.parameters(code, parameters).integer("closing_rate_max_age_days")
    return Pricer(books, policy, period, max_age)


@dataclass(frozen=True)
class Side:
    """One line of the entry for an open order line, before lines are joined."""

    slot: Slot
    amount: int
    amount_currency: int
    order: str
    what: str
    group: str


def joined(books: Books, period: Period, sides: Iterable[Side]) -> list[Required]:
    """Return what is required by group, account, partner, currency and shares, naming the orders."""
    sums: dict[tuple[str, str, Slot], list[int]] = defaultdict(lambda: [0, 0])
    orders: dict[tuple[str, str, Slot], set[str]] = defaultdict(set)
    for one in sides:
        at = (one.group, one.what, one.slot)
        sums[at][0] += one.amount
        sums[at][1] += one.amount_currency
        orders[at].add(one.order)
    return [
        Required(
            account_id=slot[0],
            partner_id=slot[1],
            currency=books.currency(slot[2]),
            balance=sums[group, what, slot][0],
            amount_currency=sums[group, what, slot][1],
            name=f"{what} {period.name}: {_listed(orders[group, what, slot])}",
            group=group,
            analytic=slot[3],
        )
        for group, what, slot in sums
    ]


def posted_rows(
    posted: Mapping[Slot, tuple[int, int]], sign: Callable[[int], int], width: int
) -> tuple[tuple[tuple[str, ...], int], ...]:
    """Return the paper's rows of what is posted already: `sign` of an account is 0 for a counterpart."""
    ordered = sorted(posted.items(), key=lambda one: (one[0][0], one[0][1] or 0, *one[0][2:]))
    return tuple(
        ((f"posted already on account {slot[0]}, partner {slot[1] or '-'}", *[""] * (width - 1)), amount)
        for slot, (balance, _foreign) in ordered
        if (amount := -sign(slot[0]) * balance)
    )


def ordered_lines(books: Books, name: str, *states: str) -> pl.DataFrame:
    """Return the confirmed order lines of a table that are no sections, notes or down payments."""
    return books.frame(name).filter(
        pl.col("order_state").is_in(states) | pl.col("order_state").is_null(),
        pl.col("display_type").is_null(),
        ~pl.col("is_downpayment").fill_null(value=False),
    )


def plain(value: Fraction) -> str:
    """Return a number without needless zeros, at most six decimals."""
    if value.denominator == 1:
        return str(value.numerator)
    text = minor_text(round_half_up(value * 10**6), 6).rstrip("0").rstrip(".")
    return text or "0"


def _listed(orders: set[str]) -> str:
    return ", ".join(sorted(orders)[:NAMES_SHOWN]) + (" …" if len(orders) > NAMES_SHOWN else "")
