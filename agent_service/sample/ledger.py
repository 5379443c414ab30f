"""The plan's own ledger: what each document posts, by our own arithmetic and not read from Odoo."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import date
from decimal import Decimal

from agent_service.sample import chart
from agent_service.sample.documents import BankLine, Document, Entry, Plan
from agent_service.sample.money import ZERO, total
from agent_service.sample.months import Month, month_of
from agent_service.sample.rates import Rates

Posting = tuple[str, date, str, Decimal]


class Ledger:
    """Postings of a plan: (company, day, account, balance), debit positive, in company currency."""

    def __init__(self, plan: Plan, rates: Rates) -> None:
        self._plan = plan
        self._rates = rates
        self._currency = {company.key: company.currency for company in plan.companies}
        self._journals = {journal.key: journal for journal in plan.journals}
        self._documents = {document.key: document for document in plan.documents}

    def document(self, document: Document) -> list[tuple[str, Decimal]]:
        """Return what a document posts, the line to be settled last.

        With tax rounded globally the document's net total is converted and rounded once; what its lines' own
        roundings leave goes to the first of them.
        """
        incoming = document.kind in ("out_invoice", "in_refund")
        sign = -1 if incoming else 1
        target = self._currency[document.company]
        posted = [
            (
                line.account,
                sign * self._rates.convert(line.subtotal, document.currency, target, document.invoice_day),
            )
            for line in document.lines
        ]
        rest = sign * self._rates.convert(
            document.untaxed, document.currency, target, document.invoice_day
        ) - total(b for _account, b in posted)
        posted[0] = (posted[0][0], posted[0][1] + rest)
        if document.tax:
            account = chart.TAX_RECEIVED if document.kind.startswith("out_") else chart.TAX_PAID
            posted.append((account, sign * document.tax))
        settle = chart.RECEIVABLE if document.kind.startswith("out_") else chart.PAYABLE
        posted.append((settle, -total(balance for _account, balance in posted)))
        return posted

    def _bank(self, line: BankLine) -> Iterator[tuple[date, str, Decimal]]:
        journal = self._journals[line.journal]
        target = self._currency[line.company]
        amount = self._rates.convert(line.amount, journal.currency or target, target, line.day)
        yield line.day, journal.account, amount
        if not line.settled:
            yield line.day, chart.SUSPENSE, -amount
            return
        if journal.currency and len(line.counterparts) != 1:
            raise ValueError(f"{line.key}: a line of a foreign journal has one counterpart")
        for part in line.counterparts:
            balance = -amount if journal.currency else part.amount
            yield line.day, part.account, balance
            document = self._documents.get(part.item)
            if document and document.currency != target:
                # What is left of a paid foreign item is Odoo's exchange difference, in that month.
                rest = self.document(document)[-1][1] + balance
                if rest:
                    last = month_of(line.day).end
                    yield last, part.account, -rest
                    yield last, chart.FX_LOSS if rest > 0 else chart.FX_GAIN, rest

    def postings(self) -> Iterator[Posting]:
        """Return all posted lines that the loader makes; the statement that is only a file is not loaded."""
        for document in self._plan.documents:
            if document.state == "posted":
                for account, balance in self.document(document):
                    yield document.company, document.day, account, balance
        for entry in self._plan.entries:
            yield from self._entry(entry)
        for line in self.loaded_bank_lines():
            for day, account, balance in self._bank(line):
                yield line.company, day, account, balance

    def _entry(self, entry: Entry) -> Iterator[Posting]:
        if entry.state == "posted":
            for line in entry.lines:
                yield entry.company, entry.day, line.account, line.balance

    def loaded_bank_lines(self) -> list[BankLine]:
        """Return the bank lines of the statements that are loaded."""
        loaded = {key for statement in self._plan.statements if statement.loaded for key in statement.lines}
        return [line for line in self._plan.bank_lines if line.key in loaded]

    def taxes(self, company: str) -> dict[Month, tuple[Decimal, Decimal]]:
        """Return each month's tax charged and tax paid, both positive."""
        months: dict[Month, list[Decimal]] = defaultdict(lambda: [ZERO, ZERO])
        for document in self._plan.documents:
            if document.state == "posted" and document.company == company and document.tax:
                sales = document.kind.startswith("out_")
                sign = -1 if document.kind.endswith("refund") else 1
                months[month_of(document.day)][0 if sales else 1] += sign * document.tax
        return {month: (received, paid) for month, (received, paid) in months.items()}


def balances(plan: Plan, postings: list[Posting], company: str) -> dict[str, dict[str, Decimal]]:
    """Return the trial balance at each month's end: the year's result, all else since the beginning."""
    kinds = {account.code: account.type for account in plan.accounts}
    result = {}
    for text in [*plan.history, *plan.full]:
        month = Month.parse(text)
        sums: dict[str, Decimal] = defaultdict(lambda: ZERO)
        for owner, day, account, balance in postings:
            if owner != company or day > month.end:
                continue
            of_result = kinds[account].startswith(("income", "expense"))
            sums[chart.PRIOR_EARNINGS if of_result and day.year < month.year else account] += balance
        result[text] = {account: amount for account, amount in sorted(sums.items()) if amount}
    return result
