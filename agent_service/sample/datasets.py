"""The plan as the add-on's port would tell it: rows by dataset, without an Odoo.

Proposers can be measured on many seeds this way. Ids belong to the whole plan, so that what is read on a
later day has the ids that it had before; columns that a plan says nothing of are left out. What is dated
after the day of reading isn't there yet.
"""

from collections import defaultdict
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

from agent_service.sample import chart
from agent_service.sample.dataset_rows import CURRENCIES, Rows, add_orders, add_schedules
from agent_service.sample.documents import BankLine, Document, Entry, Plan
from agent_service.sample.ledger import Ledger
from agent_service.sample.money import ZERO
from agent_service.sample.months import month_of
from agent_service.sample.rates import Rates

LINES_A_MOVE = 100
_BOOKS = (("SALE", "sale"), ("BILL", "purchase"), ("EXCH", "general"))


class Datasets:
    """The rows of one company's books."""

    def __init__(self, plan: Plan, rates: Rates, company: str) -> None:
        self.plan, self.company = plan, company
        self.ids = {one.key: number for number, one in enumerate(plan.companies, start=1)}
        self.home = next(one.currency for one in plan.companies if one.key == company)
        self.accounts = {one.code: 100 + n for n, one in enumerate(plan.accounts)}
        self.partners = {one.key: 500 + n for n, one in enumerate(plan.partners)}
        self.products = {one.key: 800 + n for n, one in enumerate(plan.products)}
        own = [one for one in plan.journals if one.company == company]
        self.journals = {one.key: 300 + n for n, one in enumerate([*plan.journals])}
        self.journals |= {code: 400 + n for n, (code, _kind) in enumerate(_BOOKS)}
        self._own_journals = own
        self._rates = rates
        self._ledger = Ledger(plan, rates)
        moves = [*plan.documents, *plan.entries, *plan.bank_lines]
        self.moves = {id(one): 1000 + n for n, one in enumerate(moves)}
        self._documents = {one.key: one for one in plan.documents}
        self.lines: dict[str, int] = {}
        self.order_lines = {
            line.key: 1 + n for n, line in enumerate(x for order in plan.orders for x in order.lines)
        }
        self._made: list[tuple[date, Rows]] = []
        self._number_lines()

    def _number_lines(self) -> None:
        for document in self.plan.documents:
            first = self.moves[id(document)] * LINES_A_MOVE
            self.lines |= {line.key: first + n for n, line in enumerate(document.lines)}
            self.lines[document.key] = first + LINES_A_MOVE // 2

    def rows(self, read_on: date) -> Rows:
        """Return all rows as they are read on a day."""
        found: Rows = defaultdict(list)
        self._master(found)
        self._rates_of(found, read_on)
        for day, made in self._booked():
            if day <= read_on:
                for name, rows in made.items():
                    found[name] += rows
        add_orders(self, found, read_on)
        add_schedules(self, found, read_on)
        return found

    def _booked(self) -> list[tuple[date, Rows]]:
        """Return the rows of each document, entry and bank line with its day, made once."""
        if not self._made:
            for document in self.plan.documents:
                own = document.company == self.company
                self._make(document, self._document if own else self._other)
            for entry in self.plan.entries:
                if entry.company == self.company:
                    self._make(entry, self._entry)
            for line in self._ledger.loaded_bank_lines():
                if line.company == self.company:
                    self._make(line, self._bank_line)
        return self._made

    def _make(self, one: Any, add: Callable[[Rows, Any], None]) -> None:
        rows: Rows = defaultdict(list)
        add(rows, one)
        self._made.append((one.day, rows))

    def _master(self, found: Rows) -> None:
        found["currencies"] = [
            {"id": number, "name": name, "decimals": 2, "rounding": "0.01"}
            for name, number in CURRENCIES.items()
        ]
        found["accounts"] = [
            {
                "id": self.accounts[one.code], "code": one.code, "name": one.name, "account_type": one.type,
                "active": True, "reconcile": one.reconcile, "currency": CURRENCIES.get(one.currency),
                "include_initial_balance": not one.type.startswith(("income", "expense")),
            }
            for one in self.plan.accounts
        ]  # fmt: skip
        found["journals"] = [
            {
                "id": self.journals[one.key], "code": one.code, "name": one.name, "type": one.type,
                "active": True, "default_account_id": self.accounts.get(one.account),
                "suspense_account_id": self.accounts[chart.SUSPENSE] if one.type == "bank" else None,
            }
            for one in self._own_journals
        ] + [
            {"id": self.journals[code], "code": code, "name": code, "type": kind, "active": True,
             "default_account_id": None, "suspense_account_id": None}
            for code, kind in _BOOKS
        ]  # fmt: skip
        found["partners"] = [
            {"id": number, "name": one.name, "vat": None, "commercial_partner_id": number,
             "is_company": one.is_company, "active": True}
            for one in self.plan.partners
            for number in [self.partners[one.key]]
        ]  # fmt: skip
        found["products"] = [
            {
                "id": self.products[one.key],
                "name": one.name,
                "valuation": "manual_periodic",
                "is_storable": True,
            }
            for one in self.plan.products
        ]
        found["companies"] = [
            {"id": self.ids[one.key], "name": one.name, "partner_id": self.partners[one.partner],
             "readable": True, "closed_through": None}
            for one in self.plan.companies
        ]  # fmt: skip

    def _rates_of(self, found: Rows, read_on: date) -> None:
        """Add units a US dollar, as Odoo stores them, the dollar itself included."""
        number = 0
        for name, table in {"USD": dict.fromkeys(next(iter(self.plan.rates.values())), Decimal(1)),
                            **self.plan.rates}.items():  # fmt: skip
            for day, value in table.items():
                number += 1
                if day <= read_on and (name != "USD" or self.home != "USD"):
                    rate = f"{1 / value:.15f}"
                    found["rates"].append({"id": number, "currency": CURRENCIES[name], "company_id": None,
                                           "date": day.isoformat(), "rate": rate})  # fmt: skip

    def _move(self, found: Rows, move_id: int, day: date, journal: str, **more: Any) -> None:
        found["moves"].append(
            {
                "id": move_id, "name": f"{journal}/{move_id}", "ref": None, "move_type": "entry",
                "date": day.isoformat(), "invoice_date": None, "state": "posted",
                "journal_id": self.journals[journal], "partner_id": None, "commercial_partner_id": None,
                "currency": CURRENCIES[self.home], "amount_total": "0.00", "payment_state": "not_paid",
                "reversed_entry_id": None, "statement_line_id": None, "origin_payment_id": None,
                "auto_post": "no", "payment_reference": None, "ai_close_entry_id": None,
                "ai_close_proposer": None, **more,
            }
        )  # fmt: skip

    def _line(
        self,
        found: Rows,
        line_id: int,
        account: str,
        balance: Decimal,
        currency: str,
        foreign: Decimal,
        **more: Any,
    ) -> None:
        move = found["moves"][-1]
        found["lines"].append(
            {
                "id": line_id, "move_id": move["id"], "date": move["date"], "parent_state": move["state"],
                "account_id": self.accounts[account], "journal_id": move["journal_id"],
                "partner_id": move["partner_id"], "name": None, "balance": f"{balance:.2f}",
                "amount_currency": f"{foreign:.2f}", "currency": CURRENCIES[currency],
                "display_type": "product",
                "product_id": None, "purchase_line_id": None, "sale_line_id": None, "quantity": None,
                "start_date": None, "end_date": None, "analytic": None, "tax_line_of": None, **more,
            }
        )  # fmt: skip

    def _document(self, found: Rows, document: Document) -> None:
        move_id, partner = self.moves[id(document)], self.partners[document.partner]
        out = document.kind.startswith("out_")
        more: dict[str, Any] = {"name": document.number} if document.number else {}
        reverses = self._documents.get(document.reverses)
        self._move(
            found, move_id, document.day, "SALE" if out else "BILL", ref=document.ref or None,
            move_type=document.kind, invoice_date=document.invoice_day.isoformat(), state=document.state,
            partner_id=partner, commercial_partner_id=partner, currency=CURRENCIES[document.currency],
            amount_total=f"{document.gross:.2f}",
            reversed_entry_id=self.moves[id(reverses)] if reverses else None, **more,
        )  # fmt: skip
        sign = -document.sign
        posted = self._ledger.document(document)
        for line, (account, balance) in zip(document.lines, posted, strict=False):
            link = {}
            if line.order_line:
                link = {"sale_line_id" if out else "purchase_line_id": self.order_lines[line.order_line]}
            self._line(
                found, self.lines[line.key], account, balance, document.currency, sign * line.subtotal,
                name=line.label, product_id=self.products.get(line.product), quantity=str(line.quantity),
                start_date=line.service[0].isoformat() if line.service else None,
                end_date=line.service[1].isoformat() if line.service else None, **link,
            )  # fmt: skip
            if line.order_line and not out:
                found["purchase_bill_lines"].append(
                    {
                        "id": self.lines[line.key], "purchase_line_id": link["purchase_line_id"],
                        "move_id": move_id, "move_type": document.kind, "date": document.day.isoformat(),
                        "parent_state": document.state,
                        "quantity": str(-line.quantity if document.kind == "in_refund" else line.quantity),
                    }
                )  # fmt: skip
        settle = self.lines[document.key]
        if document.tax:
            account, balance = posted[-2]
            self._line(found, settle - 1, account, balance, document.currency, sign * document.tax,
                       display_type="tax", tax_line_of="T15")  # fmt: skip
        account, balance = posted[-1]
        self._line(found, settle, account, balance, document.currency, -sign * document.gross,
                   display_type="payment_term")  # fmt: skip

    def _other(self, found: Rows, document: Document) -> None:
        """Add what another company of the group has with this one."""
        mine = next(one.partner for one in self.plan.companies if one.key == self.company)
        if document.partner != mine:
            return
        theirs = next(one for one in self.plan.companies if one.key == document.company)
        move = self.moves[id(document)]
        found["group_documents"].append(
            {
                "id": move, "company_id": self.ids[theirs.key],
                "company_partner_id": self.partners[theirs.partner],
                "partner_id": self.partners[mine], "move_type": document.kind,
                "name": document.number or f"BILL/{move}", "ref": document.ref or None,
                "date": document.day.isoformat(), "invoice_date": document.invoice_day.isoformat(),
                "state": document.state, "currency": CURRENCIES[document.currency],
                "amount_total": f"{document.gross:.2f}", "amount_untaxed": f"{document.untaxed:.2f}",
            }
        )  # fmt: skip

    def _entry(self, found: Rows, entry: Entry) -> None:
        move_id = self.moves[id(entry)]
        self._move(found, move_id, entry.day, entry.journal, ref=entry.ref, state=entry.state)
        for number, line in enumerate(entry.lines):
            at = move_id * LINES_A_MOVE + number
            self._line(found, at, line.account, line.balance, self.home, line.balance,
                       name=line.label, partner_id=self.partners.get(line.partner))  # fmt: skip

    def _bank_line(self, found: Rows, line: BankLine) -> None:
        journal = next(one for one in self.plan.journals if one.key == line.journal)
        currency = journal.currency or self.home
        amount = self._rates.convert(line.amount, currency, self.home, line.day)
        move_id = self.moves[id(line)]
        partner = self.partners.get(line.partner)
        self._move(found, move_id, line.day, line.journal, statement_line_id=move_id, partner_id=partner)
        found["statement_lines"].append(
            {
                "id": move_id, "move_id": move_id, "date": line.day.isoformat(),
                "journal_id": self.journals[line.journal], "payment_ref": line.label, "partner_id": partner,
                "amount": f"{line.amount:.2f}", "currency": CURRENCIES[currency],
                "amount_currency": f"{line.foreign_amount:.2f}" if line.foreign_currency else None,
                "foreign_currency": CURRENCIES.get(line.foreign_currency), "is_reconciled": line.settled,
            }
        )  # fmt: skip
        first = move_id * LINES_A_MOVE
        self._line(found, first, journal.account, amount, currency, line.amount)
        if not line.settled:
            self._line(found, first + 1, chart.SUSPENSE, -amount, currency, -line.amount)
            return
        partials = []
        for number, part in enumerate(line.counterparts, start=1):
            document = self._documents.get(part.item)
            balance = -amount if journal.currency else part.amount
            if document:
                foreign = -document.sign * document.gross
                self._line(found, first + number, part.account, balance, document.currency, foreign)
                partials.append((first + number, document, part.account, balance))
            else:
                foreign = -line.amount if journal.currency else balance
                self._line(found, first + number, part.account, balance, currency, foreign)
        for number, (paying, document, account, balance) in enumerate(partials):
            self._settle(found, line.day, paying, document, account, balance, first + 60 + 2 * number)

    def _settle(
        self,
        found: Rows,
        day: date,
        paying: int,
        document: Document,
        account: str,
        balance: Decimal,
        number: int,
    ) -> None:
        """Reconcile a document with its payment; what the rate leaves goes to an entry at the month's end."""
        item = self.lines[document.key]
        book = self._ledger.document(document)[-1][1]
        rest = book + balance
        exchange = None
        if document.currency != self.home and rest:
            exchange, last = number, month_of(day).end
            gain = chart.FX_LOSS if rest > 0 else chart.FX_GAIN
            self._move(found, exchange, last, "EXCH", origin_kind="exchange")
            self._line(found, number, account, -rest, document.currency, ZERO)
            self._line(found, number + 1, gain, rest, self.home, rest)
            self._partial(found, (item, paying)[abs(balance) > abs(book)], number, rest, last, ZERO)
        settled = min(abs(book), abs(balance)) * (1 if book > 0 else -1)
        self._partial(found, item, paying, settled, max(day, document.day), document.gross, exchange)

    @staticmethod
    def _partial(
        found: Rows,
        item: int,
        other: int,
        amount: Decimal,
        day: date,
        foreign: Decimal,
        exchange: int | None = None,
    ) -> None:
        """Settle `item` with `other`; a positive amount lowers an item that is a debit."""
        debit, credit = (item, other) if amount > 0 else (other, item)
        found["partials"].append(
            {
                "id": max(debit, credit) * 2 + (exchange is None), "debit_move_id": debit,
                "credit_move_id": credit,
                "amount": f"{abs(amount):.2f}", "debit_amount_currency": f"{foreign:.2f}",
                "credit_amount_currency": f"{foreign:.2f}", "max_date": day.isoformat(),
                "exchange_move_id": exchange,
            }
        )  # fmt: skip
