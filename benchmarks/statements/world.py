"""A company's month in the making: partners, open items, bank lines, rates and the right answers."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from random import Random
from typing import Any

from agent_service.core.money import minor_text
from agent_service.ledger_files.tables import decimals_of
from benchmarks.statements.banks import Payment, Text, write
from benchmarks.statements.parties import Party, account, make_party
from benchmarks.statements.words import COUNTRIES, OWN_NAMES

FIRST, LAST = date(2026, 9, 1), date(2026, 10, 31)

_SERIES = (
    "INV/2026/{:05d}",
    "RE-2026-{:04d}",
    "2026-1{:04d}",
    "SI{:06d}",
    "F26/{:04d}",
    "26{:05d}",
    "AR-{:06d}",
)
_VENDOR_SERIES = (
    "{:06d}", "R{:05d}", "2026/{:04d}", "FV/{:04d}/2026", "INV-{:05d}", "A26-{:05d}", "{:04d}-26", "VF{:06d}",
)  # fmt: skip
_PRICES = (
    4900, 9900, 11900, 14900, 19900, 24900, 29900, 49900, 75000, 99900, 119000, 125000, 150000, 199900,
    240000, 250000, 357000, 480000,
)  # fmt: skip
_MIDDLE = {"EUR": "0.92", "GBP": "0.79", "CHF": "0.88", "USD": "1.0", "SEK": "10.4", "JPY": "149"}


@dataclass
class World:
    """All that one seed makes. Amounts are minor units, items signed as the line that pays them."""

    rng: Random
    scale: float = 1.0
    tidy: bool = False
    """Labels are what the payer wrote, without any bank's furniture."""
    items: list[dict[str, Any]] = field(default_factory=list)
    lines: list[dict[str, Any]] = field(default_factory=list)
    truth: list[dict[str, Any]] = field(default_factory=list)
    rates: dict[tuple[str, date], Decimal] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Choose the company, its banks, its series, its partners and the rates."""
        rng = self.rng
        self.own = rng.choice(OWN_NAMES)
        self.currency = rng.choice(("USD", "USD", "EUR", "GBP"))
        home = {"USD": COUNTRIES[0], "EUR": COUNTRIES[2], "GBP": COUNTRIES[1]}[self.currency]
        self.foreign = "EUR" if self.currency != "EUR" else "USD"
        self.journals = {
            "BNK1": (self.currency, account(rng, home)),
            "BNK2": (self.currency, account(rng, home)),
            "FCY": (self.foreign, account(rng, home)),
        }
        self._series = rng.choice(_SERIES)
        self._number = rng.randrange(50, 900)
        self._bill = rng.randrange(10, 300)
        self._taken: set[int] = set()
        self._names: set[str] = set()
        self.parties: list[Party] = []
        self.vendor_series: dict[int, list[Any]] = {}
        self.payout_days: set[tuple[str, date]] = set()
        self._make_rates()
        self.customers = [self.party() for _ in range(max(8, int(130 * self.scale)))]
        self.vendors = [self.party(vendor=True) for _ in range(max(5, int(60 * self.scale)))]

    def party(self, *, vendor: bool = False) -> Party:
        """Return a partner that nobody has met before."""
        made = make_party(self.rng, len(self.parties) + 1, self._names, vendor=vendor)
        if vendor:
            series = self.rng.choice(_VENDOR_SERIES)
            self.vendor_series[made.id] = [series, self.rng.randrange(9000)]
        self.parties.append(made)
        return made

    def _make_rates(self) -> None:
        base = Decimal(_MIDDLE[self.currency])
        for name, middle in _MIDDLE.items():
            if name == self.currency:
                continue
            rate = Decimal(middle) / base
            at = FIRST - timedelta(days=150)
            while at <= LAST:
                rate *= 1 + Decimal(self.rng.randrange(-40, 41)) / 10000
                if at.weekday() < 5:
                    self.rates[name, at] = rate.quantize(Decimal("0.000001"))
                at += timedelta(days=1)

    def rate(self, currency: str, day: date) -> Decimal:
        """Return the last rate up to a day."""
        while (currency, day) not in self.rates:
            day -= timedelta(days=1)
        return self.rates[currency, day]

    def company_amount(self, amount: int, currency: str, day: date) -> int:
        """Return an amount of a currency in company currency at a day's rate, rounded half up."""
        if currency == self.currency:
            return amount
        exact = Decimal(amount).scaleb(-decimals_of(currency)) / self.rate(currency, day)
        return int(exact.scaleb(decimals_of(self.currency)).to_integral_value(ROUND_HALF_UP))

    def day(self, first: date = FIRST, last: date = LAST) -> date:
        """Return a working day of the months."""
        while True:
            at = first + timedelta(days=self.rng.randrange(max(1, (last - first).days)))
            if at.weekday() < 5:
                return at

    def amount(self, low: float = 40, high: float = 25000) -> int:
        """Return an amount that no item and no line has yet, small ones more often; sometimes a round one."""
        for _try in range(20):  # a large world may repeat itself, as a real one does
            value = int(100 * low * (high / low) ** self.rng.random())
            if self.rng.random() < 0.12:
                value = round(value / 5000) * 5000 or 5000
            if value not in self._taken:
                break
        self._taken.add(value)
        return value

    def price(self, party: Party) -> int:
        """Return an amount that many partners are asked for, but this one only once."""
        free = [one for one in _PRICES if one not in party.prices]
        chosen = self.rng.choice(free) if free else self.amount()
        party.prices.add(chosen)
        return chosen

    def number(self) -> str:
        """Return the next number of the company's own invoices."""
        self._number += self.rng.choice((1, 1, 1, 2, 3))
        return self._series.format(self._number)

    def item(
        self,
        party: Party,
        amount: int,
        *,
        currency: str = "",
        day: date | None = None,
        kind: str = "",
        days: int = 30,
        number: str = "",
        ref: str | None = None,
        partner: bool = True,
        **more: Any,
    ) -> dict[str, Any]:
        """Add an open item of `amount` in its own currency and return its row."""
        currency = currency or self.currency
        at = day or self.day(FIRST - timedelta(days=60), LAST - timedelta(days=20))
        vendor = kind == "payable" or (not kind and amount < 0)
        name, own_ref = number, ref
        if not number:
            if vendor:
                self._bill += 1
                name = f"BILL/2026/{at.month:02d}/{self._bill:04d}"
                if ref is None and party.id in self.vendor_series:
                    series = self.vendor_series[party.id]
                    series[1] += self.rng.randrange(1, 30)
                    own_ref = series[0].format(series[1])
            else:
                name = self.number()
        row = {
            "id": len(self.items) + 1001,
            "date": at,
            "amount_residual": self.company_amount(amount, currency, at),
            "currency": currency,
            "amount_residual_currency": amount,
            "due_date": at + timedelta(days=days),
            "ref": own_ref or "",
            "move_name": name,
            "kind": kind or ("payable" if vendor else "receivable"),
            **more,
        }
        if partner:
            row |= {"partner_id": party.id, "partner_name": party.name, "bank_accounts": list(party.known)}
        self.items.append(row)
        return row

    def line(
        self,
        amount: int,
        day: date,
        text: Text,
        *,
        journal: str = "BNK1",
        foreign: tuple[str, int] | None = None,
    ) -> int:
        """Add a bank line in its journal's currency and return its id."""
        self._taken.add(abs(amount))
        row = {
            "id": len(self.lines) + 1,
            "date": min(day, LAST),
            "amount": amount,
            "currency": self.journals[journal][0],
            "label": text.label,
            "partner_name": text.partner_name,
            "account_number": text.account_number,
            "ref": text.ref,
            "journal": journal,
        }
        if foreign:
            row |= {"foreign_currency": foreign[0], "amount_currency": foreign[1]}
        self.lines.append(row)
        return row["id"]

    def paid(
        self,
        party: Party,
        amount: int,
        remittance: str,
        day: date,
        *,
        journal: str = "BNK1",
        foreign: tuple[str, int] | None = None,
        style: str | None = None,
    ) -> int:
        """Add a line as the partner's bank writes it."""
        text = write(
            self.rng, Payment(party, remittance, day, amount < 0, self.own), "camt" if self.tidy else style
        )
        return self.line(amount, day, text, journal=journal, foreign=foreign)

    def answer(
        self,
        case: str,
        lines: Iterable[int],
        items: Iterable[dict[str, Any]] = (),
        kind: str = "items",
        write_offs: Sequence[tuple[str, int]] = (),
        *,
        answerable: bool = True,
    ) -> None:
        """Keep the right answer for lines; a write-off is debit positive in company currency."""
        self.truth.append(
            {
                "line_ids": list(lines),
                "item_ids": [one["id"] for one in items],
                "kind": kind,
                "write_offs": [{"kind": name, "amount": amount} for name, amount in write_offs if amount],
                "case": case,
                "answerable": answerable,
            }
        )  # fmt: skip

    def money(self, amount: int, currency: str = "") -> str:
        """Return minor units as a decimal text."""
        return minor_text(amount, decimals_of(currency or self.currency))
