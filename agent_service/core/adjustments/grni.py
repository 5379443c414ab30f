"""GR Goods received, not invoiced.

**What it does** Accrues what order lines received by the closing date and posted bills don't cover yet;
where more was billed than received, takes the excess out of cost.

**Why it matters** Completeness and cut-off: the goods are ours and the debt exists, whenever the paper
comes.

**Method** `open = received(D) − billed(D)` in the order's unit: done stock moves by local date, posted bill
lines by accounting date, refunds lowering what was billed. `amount = round(open × (subtotal + unrecoverable
tax) / ordered quantity)`, half-up, once an order line; foreign amounts then at D's closing rate. Positive:
Dr cost, Cr `grni`; negative: Dr `billed_not_received`, Cr cost; reversed on D+1. Proposed is what is
required less what was posted and not reversed by D. Example: 100 ordered at 24.50, 85 received, 40 billed →
45 × 24.50 = Dr cost 1,102.50, Cr grni 1,102.50.

**False positives** Sections, notes and down payments are left out; goods sent back for replacement still
count as received, for refund they don't; the ordered quantity plays no part. Quantities received by hand
(services) have no date and are not part of it.

**Source** IAS 1.27 (accrual basis), IAS 37.11; `purchase.order.line`, `stock.move`, `account.move.line`.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

import polars as pl

from agent_service.core.analysis.order_quantities import billed, received
from agent_service.core.analysis.rates import closing_rate
from agent_service.core.entries import Calculation, Entry, EntryLine
from agent_service.core.errors import EvidenceMissing
from agent_service.core.findings import Record
from agent_service.core.ledger import own_move_ids, posted_lines
from agent_service.core.model import Books
from agent_service.core.money import Currency, minor_text, round_half_up
from agent_service.core.period import Period
from agent_service.core.policy import Policy

CODE = "GR"
TITLE = "Goods received, not invoiced"
PARAMETERS = {"closing_rate_max_age_days": 3}

GRNI, EXCESS = "grni", "billed_not_received"
_EXACT, _WITHOUT_TAX = Decimal("0.99"), Decimal("0.90")
_POSTED = ("approved", "posted", "reversed")

Slot = tuple[int, int | None, int]
"""An account, a partner and a currency: what lines are compared by."""


@dataclass(frozen=True)
class OrderLine:
    """An order line that is open at the closing date; amounts in minor units, signed as the cost is."""

    id: int
    order: str
    name: str
    partner_id: int | None
    account_id: int
    currency: Currency
    received: Fraction
    billed: Fraction
    unit_price: Fraction
    rate: Decimal | None
    amount_currency: int
    amount: int

    @property
    def label(self) -> str:
        """Return how people know it."""
        return f"{self.order}: {self.name}"


def propose(books: Books, policy: Policy, period: Period, decided: Mapping[str, str]) -> list[Entry]:
    """Return one entry for the period, or none when nothing is left to book. Raises EvidenceMissing."""
    max_age = policy.parameters(CODE, PARAMETERS).integer("closing_rate_max_age_days")
    archived = set(books.frame("accounts").filter(~pl.col("active").fill_null(value=True))["id"].to_list())
    open_lines = _open_lines(books, period, max_age, archived)
    accounts = {role: policy.role(role) for role in (GRNI, EXCESS)}
    _need_roles(accounts, archived, open_lines)
    posted = _posted(books, period)
    lines = _lines(books, period, accounts, open_lines, posted)
    if not lines:
        return []
    rows = [_calculation_row(one) for one in open_lines]
    rows += [
        _posted_row(slot, sums[0])
        for slot, sums in sorted(posted.items(), key=_by_slot)
        if slot[0] not in accounts.values() and sums[0]
    ]
    debits = sum(line.balance for line in lines if line.balance > 0)
    exact = books.has("purchase_lines", "tax_cost")
    return [
        Entry(
            key=_key(books, period, decided),
            proposer=CODE,
            day=period.end,
            reversal_day=period.day_after,
            ref=f"{TITLE} {period.name}",
            narration=_narration(period, open_lines, exact, bool(posted)),
            lines=tuple(lines),
            calculation=Calculation(
                ("Order line", "Received", "Billed", "Open", "Unit price", "In currency", "Rate"), tuple(rows)
            ),
            sources=_sources(books, period, open_lines),
            confidence=_EXACT if exact else _WITHOUT_TAX,
            own=books.company.currency,
            amount_min=debits,
            amount_max=debits,
        )
    ]


def _open_lines(books: Books, period: Period, max_age: int, archived: set[int]) -> list[OrderLine]:
    """Return the order lines whose received and billed quantities differ at the closing date."""
    came, paper = received(books, period.end), billed(books, period.end)
    orders = books.frame("purchase_lines").filter(
        pl.col("order_state").is_in(["purchase", "done"]),
        pl.col("display_type").is_null(),
        ~pl.col("is_downpayment").fill_null(value=False),
        pl.col("qty_received_method") == "stock_moves",
    )
    rates: dict[int, Decimal] = {}
    missing: list[str] = []
    found = []
    for row in orders.iter_rows(named=True):
        open_quantity = came.get(row["id"], Fraction(0)) - paper.get(row["id"], Fraction(0))
        if not open_quantity:
            continue
        currency = books.currency(row["currency"])
        lacks = _lacking(row, archived)
        if currency != books.company.currency and currency.id not in rates:
            try:
                rates[currency.id] = closing_rate(books, currency.id, period.end, max_age)
            except EvidenceMissing as error:
                lacks += error.reasons
        if lacks:
            missing += lacks
            continue
        price = Fraction(row["price_subtotal"] + (row["tax_cost"] or 0), 10**currency.decimals) / Fraction(
            Decimal(row["product_qty"])
        )
        in_currency = currency.minor(open_quantity * price)
        rate = rates.get(currency.id)
        exact = Fraction(in_currency, 10**currency.decimals) * Fraction(rate) if rate else None
        amount = in_currency if exact is None else books.company.currency.minor(exact)
        if not (in_currency or amount):
            continue
        found.append(
            OrderLine(
                id=row["id"],
                order=row["order_name"] or "",
                name=(row["name"] or "").split("\n")[0],
                partner_id=row["partner_id"],
                account_id=row["account_id"],
                currency=currency,
                received=came.get(row["id"], Fraction(0)),
                billed=paper.get(row["id"], Fraction(0)),
                unit_price=price,
                rate=rate,
                amount_currency=in_currency,
                amount=amount,
            )
        )
    if missing:
        raise EvidenceMissing(sorted(set(missing)))
    return found


def _lacking(row: dict, archived: set[int]) -> list[str]:
    label = f"{row['order_name']}: {(row['name'] or '').split(chr(10))[0]}"
    lacks = []
    if not row["account_id"]:
        lacks.append(f"{label} has no expense account")
    elif row["account_id"] in archived:
        lacks.append(f"the account of {label} is archived")
    if not Decimal(row["product_qty"] or "0"):
        lacks.append(f"{label} has no ordered quantity, so no price can be read")
    elif row["price_subtotal"] is None:
        lacks.append(f"{label} has no price")
    return lacks


def _need_roles(accounts: Mapping[str, int | None], archived: set[int], lines: Iterable[OrderLine]) -> None:
    used = {GRNI if one.amount > 0 else EXCESS for one in lines}
    missing = [f"the policy names no account for {role}" for role in sorted(used) if accounts[role] is None]
    missing += [f"the account for {role} is archived" for role in sorted(used) if accounts[role] in archived]
    if missing:
        raise EvidenceMissing(missing)


def _lines(
    books: Books,
    period: Period,
    accounts: Mapping[str, int | None],
    open_lines: Iterable[OrderLine],
    posted: Mapping[Slot, tuple[int, int]],
) -> list[EntryLine]:
    """Return what is required less what is posted, by account, partner and currency.

    While nothing is posted, what was received and what was billed in excess stay apart, so that the debits
    are the sum of the calculation's amounts.
    """
    sums: dict[tuple[bool, Slot], list[int]] = defaultdict(lambda: [0, 0])
    names: dict[tuple[bool, Slot], set[str]] = defaultdict(set)
    for one in open_lines:
        received_more = one.amount > 0
        counterpart = accounts[GRNI if received_more else EXCESS]
        for account, sign in ((one.account_id, 1), (counterpart, -1)):
            slot = (received_more or bool(posted), (account or 0, one.partner_id, one.currency.id))
            sums[slot][0] += sign * one.amount
            sums[slot][1] += sign * one.amount_currency
            names[slot].add(one.order)
    for slot, (balance, amount_currency) in posted.items():
        sums[True, slot][0] -= balance
        sums[True, slot][1] -= amount_currency
    ordered = sorted(sums, key=lambda key: (not key[0], sums[key][0] < 0, _by_slot((key[1], None))))
    return [
        EntryLine(
            account_id=slot[0],
            partner_id=slot[1],
            name=_line_name(period, received_more, names[received_more, slot], bool(posted)),
            balance=sums[received_more, slot][0],
            amount_currency=sums[received_more, slot][1],
            currency=books.currency(slot[2]),
        )
        for received_more, slot in ordered
        if any(sums[received_more, slot])
    ]


def _by_slot(item: tuple[Slot, object]) -> tuple[int, int, int]:
    account, partner, currency = item[0]
    return account, partner or 0, currency


def _line_name(period: Period, received_more: bool, orders: set[str], correction: bool) -> str:
    what = "Received, not invoiced" if received_more else "Billed, not received"
    listed = ", ".join(sorted(orders)[:5]) + (" …" if len(orders) > 5 else "")
    return f"{what} {period.name}{' (correction)' if correction else ''}" + (f": {listed}" if listed else "")


def _posted(books: Books, period: Period) -> dict[Slot, tuple[int, int]]:
    """Return what this proposer's entries and their reversals leave in the books at the closing date."""
    own = sorted(own_move_ids(books, CODE))
    lines = posted_lines(books, period.end).filter(pl.col("move_id").is_in(own))
    summed = (
        lines.with_columns(currency=pl.col("currency").fill_null(books.company.currency.id))
        .group_by("account_id", "partner_id", "currency")
        .agg(pl.col("balance").sum(), pl.col("amount_currency").sum())
    )
    return {
        (account, partner, currency): (balance, amount_currency)
        for account, partner, currency, balance, amount_currency in summed.iter_rows()
        if balance or amount_currency
    }


def _calculation_row(one: OrderLine) -> tuple[tuple[str, ...], int]:
    foreign = one.rate is not None
    cells = (
        one.label,
        _plain(one.received),
        _plain(one.billed),
        _plain(one.received - one.billed),
        f"{_plain(one.unit_price)} {one.currency.name}",
        one.currency.show(one.amount_currency) if foreign else "",
        f"{one.rate}" if foreign else "",
    )
    return cells, one.amount


def _posted_row(slot: Slot, balance: int) -> tuple[tuple[str, ...], int]:
    return (
        f"posted already on account {slot[0]}, partner {slot[1] or '-'}",
        "",
        "",
        "",
        "",
        "",
        "",
    ), -balance


def _plain(value: Fraction) -> str:
    """Return a number without needless zeros, at most six decimals."""
    scaled = round_half_up(value * 10**6)
    text = minor_text(scaled, 6).rstrip("0").rstrip(".")
    return text or "0"


def _sources(books: Books, period: Period, open_lines: Iterable[OrderLine]) -> tuple[Record, ...]:
    """Return the order lines; an entry that only takes back what was posted rests on what was posted."""
    cited = tuple(Record("purchase.order.line", one.id, one.label) for one in open_lines)
    if cited:
        return cited
    own = posted_lines(books, period.end).filter(pl.col("move_id").is_in(sorted(own_move_ids(books, CODE))))
    moves = own.select("move_id", "move_name").unique().sort("move_id")
    return tuple(Record("account.move", move, name or "") for move, name in moves.iter_rows())


def _key(books: Books, period: Period, decided: Mapping[str, str]) -> str:
    """Return the period's key; a difference to what was posted under it gets the next one."""
    first = f"{CODE}:{books.company.id}:{period.name}"
    key, count = first, 1
    while decided.get(key) in _POSTED:
        count += 1
        key = f"{first}:{count}"
    return key


def _narration(period: Period, open_lines: list[OrderLine], exact: bool, correction: bool) -> str:
    orders = len({one.order for one in open_lines})
    parts = [
        f"{len(open_lines)} lines of {orders} orders received and billed differently by {period.end}.",
        f"Reversed on {period.day_after}.",
        "Received: done transfers by local date. Billed: posted bills by accounting date, refunds taken off.",
        "Quantities received by hand (services) have no date and are not part of it.",
    ]
    if correction:
        parts.append("An entry for this was posted before: only the difference is proposed.")
    if not exact:
        parts.append(
            "Tax that can't be recovered was not delivered by the server and is not part of the cost."
        )
    return " ".join(parts)
