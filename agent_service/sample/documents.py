"""What the plan is made of: plain records, amounts as Decimal, days as date."""

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from agent_service.sample.money import ZERO, cents, total

TAX_PCT = Decimal(15)


@dataclass
class Account:
    """An account of a company's chart; `created` ones are added by the loader."""

    code: str
    name: str
    type: str
    reconcile: bool = False
    created: bool = False
    currency: str = ""


@dataclass
class Journal:
    """A journal; a bank journal has the number that its statements carry."""

    key: str
    company: str
    code: str
    name: str
    type: str
    account: str = ""
    currency: str = ""
    bank_number: str = ""


@dataclass
class Partner:
    """A customer, vendor or authority. `account_known` says whether the books know its bank account."""

    key: str
    name: str
    ref: str
    kind: str
    currency: str
    country: str
    bank_number: str = ""
    account_known: bool = False
    terms_days: int = 30
    is_company: bool = True


@dataclass
class Product:
    """Something bought or sold."""

    key: str
    code: str
    name: str
    type: str
    cost: Decimal
    price: Decimal
    expense: str
    income: str
    purchase_method: str = "receive"


@dataclass
class Line:
    """A line of an order or of a document, priced in the document's currency."""

    key: str
    label: str
    account: str
    quantity: Decimal
    price: Decimal
    discount: Decimal = Decimal(0)
    product: str = ""
    order_line: str = ""
    taxed: bool = False
    service: list[date] = field(default_factory=list)
    """First and last day of what the line is for, both included; empty where the line doesn't say."""

    @property
    def subtotal(self) -> Decimal:
        """Net amount of the line, rounded once."""
        return cents(self.quantity * self.price * (100 - self.discount) / 100)


@dataclass
class Transfer:
    """Goods moved on one local day: quantity by order line; `at` is UTC. `sent_back`: returned for refund."""

    day: date
    at: str
    quantities: dict[str, Decimal]
    sent_back: bool = False


@dataclass
class Order:
    """A sales or purchase order with its deliveries or receipts."""

    key: str
    company: str
    kind: str
    partner: str
    day: date
    currency: str
    lines: list[Line]
    transfers: list[Transfer] = field(default_factory=list)
    state: str = "confirmed"


@dataclass
class Document:
    """An invoice, bill, refund or receipt. `day` is the accounting date; with `papers` it is attached."""

    key: str
    company: str
    kind: str
    partner: str
    invoice_day: date
    day: date
    due: date
    currency: str
    lines: list[Line]
    ref: str = ""
    number: str = ""
    state: str = "posted"
    reverses: str = ""
    papers: bool = True

    @property
    def untaxed(self) -> Decimal:
        """Sum of the lines' net amounts."""
        return total(line.subtotal for line in self.lines)

    @property
    def tax(self) -> Decimal:
        """Tax of the document: rounded once over all taxed lines (Odoo's 'round globally')."""
        return cents(total(line.subtotal for line in self.lines if line.taxed) * TAX_PCT / 100)

    @property
    def gross(self) -> Decimal:
        """What is to be paid, without sign."""
        return self.untaxed + self.tax

    @property
    def sign(self) -> int:
        """+1 where the document is owed to the company, -1 where the company owes it."""
        return 1 if self.kind in ("out_invoice", "in_refund") else -1

    @property
    def label(self) -> str:
        """The reference that a payer would write."""
        return self.number if self.kind.startswith("out_") else self.ref


@dataclass
class EntryLine:
    """A line of a journal entry in company currency, debit positive."""

    account: str
    balance: Decimal
    label: str = ""
    partner: str = ""


@dataclass
class Entry:
    """A journal entry."""

    key: str
    company: str
    journal: str
    day: date
    ref: str
    lines: list[EntryLine]
    state: str = "posted"


@dataclass
class Counterpart:
    """What a bank line is booked against: an item of a document or entry, or just an account."""

    account: str
    amount: Decimal
    label: str = ""
    item: str = ""


@dataclass
class BankLine:
    """One line of a bank statement, in the journal's currency; money in is positive."""

    key: str
    company: str
    journal: str
    day: date
    amount: Decimal
    label: str
    kind: str
    partner: str = ""
    partner_name: str = ""
    bank_number: str = ""
    end_to_end: str = "NOTPROVIDED"
    pays: list[str] = field(default_factory=list)
    counterparts: list[Counterpart] = field(default_factory=list)
    foreign_currency: str = ""
    foreign_amount: Decimal = ZERO
    settled: bool = True


@dataclass
class Statement:
    """A month of one bank journal."""

    key: str
    company: str
    journal: str
    month: str
    start: Decimal
    end: Decimal
    lines: list[str]
    loaded: bool = True


@dataclass
class ScheduleChange:
    """What happened to a schedule later: more or less to spread (`amount`), or what was sold (`disposal`)."""

    kind: str
    day: date
    from_day: date
    amount: Decimal
    account: str
    line: str = ""


@dataclass
class Schedule:
    """What people spread over its time: kind prepaid, deferred or depreciation; by days or by months.

    Both days are included; `line` is the document's line, `booked` the account that it stands on. Foreign
    amounts stay at the document's rate.
    """

    key: str
    company: str
    kind: str
    method: str
    start: date
    end: date
    line: str
    partner: str
    booked_on: date
    booked: str
    balance: str
    result: str
    total: Decimal
    currency: str
    total_currency: Decimal
    residual: Decimal = ZERO
    changes: list[ScheduleChange] = field(default_factory=list)


@dataclass
class Company:
    """A company of the group."""

    key: str
    name: str
    currency: str
    country: str
    tz: str
    partner: str


@dataclass
class Plan:
    """All that is loaded into Odoo, and the bank file of the last month."""

    seed: int
    months: int
    scale: int
    end: str
    history: list[str]
    full: list[str]
    companies: list[Company] = field(default_factory=list)
    accounts: list[Account] = field(default_factory=list)
    journals: list[Journal] = field(default_factory=list)
    partners: list[Partner] = field(default_factory=list)
    products: list[Product] = field(default_factory=list)
    rates: dict[str, dict[date, Decimal]] = field(default_factory=dict)
    orders: list[Order] = field(default_factory=list)
    documents: list[Document] = field(default_factory=list)
    entries: list[Entry] = field(default_factory=list)
    bank_lines: list[BankLine] = field(default_factory=list)
    statements: list[Statement] = field(default_factory=list)
    schedules: list[Schedule] = field(default_factory=list)
    policy: dict = field(default_factory=dict)
