"""What the matcher takes and gives: bank lines, open items, rates, proposals. Plain facts, no Odoo.

Money is whole minor units of the currency named beside it. Signs are the bank's: money in is positive, and an
item is signed as the bank line that pays it in full would be (receivable and vendor refund positive, payable
and credit note negative). A write-off is debit positive, so that for whatever is settled in full

    sum of the items' residuals  -  what the lines move  =  sum of the write-offs        (company currency)

holds: a customer's 100.00 paid with 98.00 leaves a fee of 2.00, a vendor's bill of 100.00 paid with 98.00 a
discount of -2.00.
"""

from bisect import bisect_right
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from operator import itemgetter
from typing import Literal

Key = int | str
"""What names a line or an item: Odoo's id, or whatever stands in a file."""

ItemKind = Literal["receivable", "payable", "outstanding", "cash"]
ProposalKind = Literal[
    "items", "bank_fee", "interest", "payroll", "tax", "internal_transfer", "offset", "none"
]
WriteOffKind = Literal["bank_fee", "discount", "rounding", "fx", "withholding"]
Band = Literal["auto", "review", "ask"]


@dataclass(frozen=True, slots=True)
class Line:
    """A bank statement line. `amount` is in its journal's `currency`; `partner_id` is what the books know."""

    id: Key
    day: date
    amount: int
    currency: str
    label: str
    partner_name: str = ""
    account_number: str = ""
    ref: str = ""
    foreign_currency: str = ""
    amount_currency: int | None = None
    journal: str = ""
    partner_id: Key | None = None


@dataclass(frozen=True, slots=True)
class Item:
    """An open item. `residual` is in company currency, `residual_currency` in the item's own `currency`.

    `group` names the document that instalments of one entry share; `discount` is what is paid in the item's
    own currency when the discount is taken, until `discount_day`.
    """

    id: Key
    day: date
    residual: int
    currency: str
    residual_currency: int
    due: date | None = None
    ref: str = ""
    move_name: str = ""
    label: str = ""
    partner_id: Key | None = None
    partner_name: str = ""
    bank_accounts: tuple[str, ...] = ()
    discount_day: date | None = None
    discount: int | None = None
    kind: ItemKind = "receivable"
    group: Key | None = None


@dataclass(frozen=True, slots=True)
class WriteOff:
    """What settles beside the items: minor units of company currency, debit positive."""

    kind: WriteOffKind
    amount: int


@dataclass(frozen=True, slots=True)
class Reason:
    """Something that speaks for or against a proposal, in words for an accountant."""

    code: str
    text: str
    value: str = ""


@dataclass(frozen=True, slots=True)
class Alternative:
    """Another way to settle the lines, with how likely it is."""

    items: tuple[Key, ...]
    confidence: Decimal
    reason: str = ""
    write_offs: tuple[WriteOff, ...] = ()


@dataclass(frozen=True, slots=True)
class Proposal:
    """What the matcher says of one or several lines; each line stands in exactly one.

    `kind` "items" settles items (with write-offs); "offset" lines that cancel each other, or, without a line,
    items that do; "none" says why nothing is proposed; the others need an account and no item. `account` is a
    counterpart account that people used for such lines before, where one was learned.
    """

    lines: tuple[Key, ...]
    items: tuple[Key, ...]
    kind: ProposalKind
    confidence: Decimal
    band: Band
    write_offs: tuple[WriteOff, ...] = ()
    reasons: tuple[Reason, ...] = ()
    alternatives: tuple[Alternative, ...] = ()
    account: Key | None = None


@dataclass(frozen=True)
class Rates:
    """Rates by currency and day: foreign units for one unit of company currency, as Odoo stores them."""

    by_currency: dict[str, tuple[tuple[date, Decimal], ...]] = field(default_factory=dict)

    def on(self, currency: str, day: date) -> Decimal | None:
        """Return the last rate up to the day, or None where none is known."""
        known = self.by_currency.get(currency, ())
        place = bisect_right(known, day, key=itemgetter(0))
        return known[place - 1][1] if place else None


@dataclass(frozen=True)
class Settings:
    """What the company decided and what the matcher needs to know of its money.

    `decimals` counts minor digits by currency (2 where absent). `auto_from` and `review_from` are the lower
    ends of the bands. `own_accounts` and `own_names` are the company's, for transfers between its banks.
    `tolerances` hold limits by name, with their defaults where they are used.
    """

    company_currency: str
    decimals: dict[str, int] = field(default_factory=dict)
    auto_from: Decimal = Decimal("0.95")
    review_from: Decimal = Decimal("0.60")
    own_accounts: tuple[str, ...] = ()
    own_names: tuple[str, ...] = ()
    tolerances: dict[str, Decimal] = field(default_factory=dict)
