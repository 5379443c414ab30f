"""Books in a few lines: a ledger that reads like one.

    ledger = Ledger()
    acme = ledger.partner("Acme")
    bill = ledger.bill("2026-10-08", acme, "250.00", ref="RE-0482/26")
    ledger.bank("2026-10-12", "-250.00", "RE 482 Acme")
    books = ledger.books()

Amounts are decimal strings, debit positive; ids are given out in order.
"""

from collections import defaultdict
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from agent_service.core.model import Books, currencies_of
from agent_service.core.period import Period
from agent_service.core.policy import Policy
from agent_service.core.schema import SCHEMA

USD, EUR, GBP, JPY = 1, 2, 3, 4
OCTOBER = Period.of("2026-10")
NOVEMBER = Period.of("2026-11")

CHART = {
    "1010": ("Bank", "asset_cash", False),
    "1020": ("Suspense", "asset_current", False),
    "1030": ("Outstanding payments", "asset_current", True),
    "1040": ("Transfers", "asset_current", True),
    "1100": ("Receivable", "asset_receivable", True),
    "1300": ("Prepaid", "asset_prepayments", False),
    "2000": ("Payable", "liability_payable", True),
    "2100": ("Goods received", "liability_current", False),
    "2110": ("Billed, not received", "asset_current", False),
    "3000": ("Capital", "equity", False),
    "4000": ("Sales", "income", False),
    "5000": ("Cost", "expense_direct_cost", False),
    "6000": ("Supplies", "expense", False),
    "6100": ("Rent", "expense", False),
    "6200": ("Power", "expense", False),
    "7000": ("Wages", "expense", False),
}

PARAMS: dict[str, Any] = {
    "materiality": "5000.00",
    "tolerance_units": 1,
    "bands": {"auto": "0.95", "review": "0.70"},
    "rules": {},
}


def plus(*amounts: str) -> str:
    """Add decimal strings."""
    return str(sum((Decimal(one) for one in amounts), Decimal(0)))


def minus(amount: str) -> str:
    """Turn a decimal string's sign."""
    return str(-Decimal(amount))


@dataclass
class Doc:
    """A document or entry as it was made: its move and its lines' ids, in order."""

    move: int
    lines: list[int]
    open_line: int = 0


@dataclass
class Ledger:
    """The tables of one company, filled by verbs."""

    company_id: int = 1
    rows: dict[str, list[dict[str, Any]]] = field(default_factory=lambda: defaultdict(list))
    roles: dict[str, Any] = field(default_factory=dict)
    left_out: set[tuple[str, str]] = field(default_factory=set)

    def __post_init__(self) -> None:
        for one, name, decimals in ((USD, "USD", 2), (EUR, "EUR", 2), (GBP, "GBP", 2), (JPY, "JPY", 0)):
            self.add(
                "currencies", id=one, name=name, decimals=decimals, rounding=str(Decimal(1).scaleb(-decimals))
            )
        self.accounts = {
            code: self.add(
                "accounts",
                code=code,
                name=name,
                account_type=kind,
                active=True,
                reconcile=reconcile,
                include_initial_balance=not kind.startswith(("income", "expense")),
            )
            for code, (name, kind, reconcile) in CHART.items()
        }
        self.journals = {
            "MISC": self.journal("MISC", "Miscellaneous", "general"),
            "SALE": self.journal("SALE", "Sales", "sale"),
            "BILL": self.journal("BILL", "Bills", "purchase"),
            "BANK": self.journal("BANK", "Main bank", "bank", default="1010", suspense="1020"),
        }
        self.roles = {
            "grni": self.accounts["2100"],
            "billed_not_received": self.accounts["2110"],
            "suspense": [self.accounts["1020"]],
        }

    # -- the tables ------------------------------------------------------------------------------------------

    def add(self, dataset: str, **values: Any) -> int:
        """Add a row; the id is the next one unless given."""
        table = self.rows[dataset]
        row = dict.fromkeys(SCHEMA[dataset])
        row["id"] = len(table) + 1 + 1000 * (sorted(SCHEMA).index(dataset) + 1)
        unknown = values.keys() - row.keys()
        assert not unknown, unknown
        row.update(values)
        table.append(row)
        return row["id"]

    def row(self, dataset: str, row_id: int) -> dict[str, Any]:
        """Return a row, to change it."""
        return next(row for row in self.rows[dataset] if row["id"] == row_id)

    def columns(self, *without: str) -> dict[str, dict[str, list]]:
        """Return the datasets as the port gives them, without those named."""
        return {name: self.dataset(name) for name in SCHEMA if name not in without}

    def dataset(self, name: str) -> dict[str, list]:
        """Return the columns of one dataset."""
        return {
            column: [row[column] for row in self.rows[name]]
            for column in SCHEMA[name]
            if (name, column) not in self.left_out
        }

    def books(self, *without: str) -> Books:
        """Return the books, without the datasets named."""
        return Books.from_columns(self.company_id, "Harbour Tools", "USD", self.columns(*without))

    def policy(self, **changes: Any) -> Policy:
        """Return the policy: materiality 5,000.00 unless told otherwise."""
        usd, _all = currencies_of("USD", self.dataset("currencies"))
        return Policy.from_params({**PARAMS, "roles": self.roles, **changes}, usd)

    # -- who and where ---------------------------------------------------------------------------------------

    def partner(self, name: str, vat: str | None = None) -> int:
        """Add a partner."""
        partner = self.add("partners", name=name, vat=vat, is_company=True, active=True)
        self.row("partners", partner)["commercial_partner_id"] = partner
        return partner

    def journal(
        self,
        code: str,
        name: str,
        kind: str,
        default: str | None = None,
        suspense: str | None = None,
        **more: Any,
    ) -> int:
        """Add a journal."""
        return self.add(
            "journals",
            code=code,
            name=name,
            type=kind,
            active=True,
            default_account_id=self.accounts.get(default),
            suspense_account_id=self.accounts.get(suspense),
            **more,
        )

    def rate(self, currency: int, day: str, per_usd: str, company_id: int | None = None) -> int:
        """Add a rate as Odoo stores it: foreign units per USD."""
        return self.add("rates", currency=currency, company_id=company_id, date=day, rate=per_usd)

    # -- entries ---------------------------------------------------------------------------------------------

    def entry(
        self, day: str, *lines: tuple, journal: str = "MISC", state: str = "posted", **more: Any
    ) -> Doc:
        """Add an entry; a line is (account, balance) or (account, balance, {column: value})."""
        move = {
            "name": f"{journal}/{day[:7].replace('-', '/')}/{len(self.rows['moves']) + 1:04}",
            "move_type": "entry",
            "payment_state": "not_paid",
            "auto_post": "no",
            "currency": USD,
            "amount_total": "0.00",
        }
        move.update(more)
        move_id = self.add("moves", date=day, state=state, journal_id=self.journals[journal], **move)
        made = []
        for line in lines:
            account, balance, values = (*line, {})[:3]
            own = {
                "currency": USD,
                "amount_currency": balance,
                "display_type": "product",
                "partner_id": move.get("commercial_partner_id"),
                "name": None,
                **values,
            }
            made.append(
                self.add(
                    "lines",
                    move_id=move_id,
                    date=day,
                    parent_state=state,
                    account_id=self.accounts[account],
                    journal_id=self.journals[journal],
                    balance=balance,
                    **own,
                )
            )
        return Doc(move_id, made, made[-1] if made else 0)

    def document(
        self,
        kind: str,
        day: str,
        partner: int | None,
        amount: str,
        *,
        account: str,
        dated: str | None = None,
        label: str | None = None,
        currency: int = USD,
        foreign: str | None = None,
        product: int | None = None,
        order_line: int | None = None,
        split: tuple[str, ...] = (),
        lines: tuple[tuple[str, str], ...] = (),
        **more: Any,
    ) -> Doc:
        """Add an invoice or bill; `dated` is its document date, `foreign` its amount in `currency`."""
        out = kind.startswith("out")
        sign = Decimal(-1 if out else 1) * (-1 if kind.endswith("refund") else 1)
        trade = "1100" if out else "2000"
        content = lines or ((account, amount),)
        facts = {"name": label, "product_id": product, "purchase_line_id": order_line}
        if foreign:
            facts |= {"currency": currency, "amount_currency": str(sign * Decimal(foreign))}
        base = [(code, str(sign * Decimal(value)), dict(facts)) for code, value in content]
        parts = split or (amount,)
        term = {"display_type": "payment_term", "date_maturity": dated or day}
        if foreign:
            term |= {"currency": currency, "amount_currency": str(-sign * Decimal(foreign))}
        terms = [(trade, str(-sign * Decimal(part)), dict(term)) for part in parts]
        doc = self.entry(
            day,
            *base,
            *terms,
            journal="SALE" if out else "BILL",
            move_type=kind,
            commercial_partner_id=partner,
            **{
                "partner_id": partner,
                "invoice_date": dated or day,
                "amount_total": foreign or amount,
                "currency": currency if foreign else USD,
                "amount_total_signed": str(-sign * Decimal(amount)),
                **more,
            },
        )
        doc.open_line = doc.lines[len(base)]
        return doc

    def bill(
        self, day: str, partner: int | None, amount: str, *, kind: str = "in_invoice", **more: Any
    ) -> Doc:
        """Add a posted vendor bill."""
        return self.document(kind, day, partner, amount, **{"account": "6000", **more})

    def refund(self, day: str, partner: int | None, amount: str, **more: Any) -> Doc:
        """Add a posted vendor credit note."""
        return self.document("in_refund", day, partner, amount, **{"account": "6000", **more})

    def invoice(self, day: str, partner: int | None, amount: str, **more: Any) -> Doc:
        """Add a posted customer invoice."""
        return self.document("out_invoice", day, partner, amount, **{"account": "4000", **more})

    def bank(
        self,
        day: str,
        amount: str,
        text: str = "",
        *,
        on: str | None = None,
        journal: str = "BANK",
        **more: Any,
    ) -> int:
        """Add a bank line; it stands on suspense unless `on` names the account that it was booked to."""
        bank = next(row for row in self.rows["journals"] if row["id"] == self.journals[journal])
        codes = {account: code for code, account in self.accounts.items()}
        own, other = codes[bank["default_account_id"]], on or codes[bank["suspense_account_id"]]
        doc = self.entry(day, (own, amount), (other, minus(amount)), journal=journal)
        line = self.add(
            "statement_lines",
            **{
                "move_id": doc.move,
                "date": day,
                "journal_id": self.journals[journal],
                "payment_ref": text,
                "amount": amount,
                "currency": USD,
                "is_reconciled": on is not None,
                **more,
            },
        )
        self.row("moves", doc.move)["statement_line_id"] = line
        return line

    def reconcile(
        self,
        debit: int,
        credit: int,
        amount: str,
        day: str,
        *,
        debit_currency: str | None = None,
        credit_currency: str | None = None,
        exchange: int | None = None,
    ) -> int:
        """Settle an amount between two journal items."""
        return self.add(
            "partials",
            debit_move_id=debit,
            credit_move_id=credit,
            amount=amount,
            debit_amount_currency=debit_currency or amount,
            credit_amount_currency=credit_currency or amount,
            max_date=day,
            exchange_move_id=exchange,
        )

    # -- orders ----------------------------------------------------------------------------------------------

    def order(self, quantity: str, price: str, partner: int | None = None, **more: Any) -> int:
        """Add an order line; the subtotal is quantity × price unless given."""
        subtotal = Decimal(quantity) * Decimal(price)
        return self.add(
            "purchase_lines",
            **{
                "order_id": 1,
                "order_name": f"P{len(self.rows['purchase_lines']) + 1:05}",
                "order_state": "purchase",
                "partner_id": partner,
                "account_id": self.accounts["5000"],
                "name": "Brass fitting",
                "product_qty": quantity,
                "price_subtotal": str(subtotal.quantize(Decimal("0.01"))),
                "currency": USD,
                "is_downpayment": False,
                "qty_received_method": "stock_moves",
                "tax_cost": "0.00",
                **more,
            },
        )

    def receive(self, order_line: int, quantity: str, day: str, **more: Any) -> int:
        """Add a done receipt of an order line, by local date."""
        return self.add(
            "stock_moves",
            **{
                "purchase_line_id": order_line,
                "state": "done",
                "local_date": day,
                "quantity": quantity,
                "direction": "in",
                "to_refund": False,
                **more,
            },
        )

    def sale(self, quantity: str, price: str, partner: int | None = None, **more: Any) -> int:
        """Add a sales order line; the subtotal is quantity × price unless given."""
        subtotal = Decimal(quantity) * Decimal(price)
        return self.add(
            "sale_lines",
            **{
                "order_id": 1,
                "order_name": f"S{len(self.rows['sale_lines']) + 1:05}",
                "order_state": "sale",
                "partner_id": partner,
                "name": "Brass fitting",
                "product_qty": quantity,
                "price_subtotal": str(subtotal.quantize(Decimal("0.01"))),
                "currency": USD,
                "is_downpayment": False,
                "qty_delivered_method": "stock_move",
                **more,
            },
        )

    def deliver(self, order_line: int, quantity: str, day: str, value: str | None = None, **more: Any) -> int:
        """Add a done delivery of a sales order line, by local date, with the value of the goods."""
        return self.add(
            "stock_moves",
            **{
                "sale_line_id": order_line,
                "state": "done",
                "local_date": day,
                "quantity": quantity,
                "direction": "out",
                "to_refund": False,
                "value": value,
                "location_usage": "internal",
                "location_dest_usage": "customer",
                **more,
            },
        )

    def read(self, order_line: int, quantity: str, day: str) -> int:
        """Note the received quantity of an order line as it stood at the end of a day."""
        return self.add("readings", purchase_line_id=order_line, taken_on=day, quantity=quantity)

    def billed(self, order_line: int, quantity: str, day: str, state: str = "posted") -> int:
        """Add a bill line of an order line, by accounting date."""
        return self.add(
            "purchase_bill_lines",
            purchase_line_id=order_line,
            move_id=1,
            move_type="in_invoice",
            date=day,
            parent_state=state,
            quantity=quantity,
        )
