"""The year's end: the trial balance before and after its adjusting entries, and what became of the profit.

Only for the close of a fiscal year and its adjustment close.  Debit positive: a profit is negative.  Amounts
are integers of the currency's minor unit until they are written; nothing is rounded.
"""

from odoo.tools import SQL

from ...kernel.periods import ADJUSTMENT, YEAR
from ...kernel.trial_balance import PRIOR_EARNINGS, decimal, minor
from .. import shape, year
from . import year_end_left, year_end_opening

UNALLOCATED = "equity_unaffected"
_ADJUSTED = """
    SELECT line.account_id, sum(line.debit)::text, sum(line.credit)::text
      FROM account_move_line line JOIN account_move entry ON entry.id = line.move_id
     WHERE line.move_id = ANY(%s) AND line.company_id = %s AND line.date <= %s AND line.account_id IS NOT NULL
       AND line.parent_state = 'posted' AND entry.state = 'posted'
     GROUP BY line.account_id
"""


def collect(source):
    """Return the section; None for a close that ends no fiscal year."""
    env = source.env
    if source.close.kind not in (YEAR, ADJUSTMENT):
        return None
    books = [_Books(source, company) for company in source.companies]
    books = [books[0], *(each for each in books[1:] if each.balance.rows)]
    notices, tables = [], []
    for each in books:
        tables += [each.adjusted(), each.adjustments()]
    told, left = year_end_left.table(source)
    notices += told
    tables.append(left)
    tables += [each.profit() for each in books]
    told, opening = year_end_opening.table(source)
    notices += told
    tables += opening
    return shape.section("year_end", env._("Year's end"), notices=notices, tables=tables)


class _Books:
    """The books of one company at the end of its fiscal year."""

    def __init__(self, source, company):
        self.source, self.env, self.company = source, source.env, company
        self.end, self.places = source.close.period_end, company.currency_id.decimal_places
        ledger = self.env["ai.close.ledger"]
        first = ledger._year_start(company, self.end)
        self.balance = ledger._trial_balance(company, self.end, first=first, compare=())
        self.accounts = self.env["account.account"].with_company(company)
        self.entries = [
            (close, move, by)
            for close in year.closes(source)
            for move, by in year.adjusting_entries(source, close, company)
        ]

    def money(self, amount):
        return format(decimal(amount, self.places), "f")

    def _sums(self, kind):
        """Return ``{account id: (debit, credit)}`` of the adjusting entries of the close of this kind."""
        self.env.flush_all()
        moves = [move.id for close, move, _by in self.entries if close.kind == kind]
        rows = self.env.execute_query(SQL(_ADJUSTED, moves, self.company.id, self.end))
        return {
            account: (minor(debit, self.places), minor(credit, self.places))
            for account, debit, credit in rows
        }

    def adjusted(self):
        """Return unadjusted, adjustments and adjusted of each account; the rows of both add up to zero."""
        env, source = self.env, self.source
        during, after = self._sums(YEAR), self._sums(ADJUSTMENT)
        rows, last = [], []
        for row in self.balance.rows:
            (debit, credit), (later_debit, later_credit) = (
                sums.get(row.account_id, (0, 0)) for sums in (during, after)
            )
            later = later_debit - later_credit
            unadjusted = row.closing - debit + credit - later
            figures = [unadjusted, debit, credit, *([later] if after else []), row.closing]
            if row.account_id == PRIOR_EARNINGS:
                label = env._("Earned before %s, not allocated", self.balance.year_start)
                last += [["", label, *map(self.money, figures)]] if any(figures) else []
            elif any(figures):
                account = self.accounts.browse(row.account_id)
                rows.append([account.code or "", account.name, *map(self.money, figures)])
        columns = [
            env._("Unadjusted"),
            env._("Adjustments, debit"),
            env._("Adjustments, credit"),
            *([env._("After the lock")] if after else []),
            env._("Adjusted"),
        ]
        return shape.table(
            env._(
                "%(company)s, unadjusted and adjusted as of %(day)s", company=self.company.name, day=self.end
            ),
            [
                shape.column(env._("Account")),
                shape.column(env._("Name")),
                *(source.amount(label, total=True, decimals=self.places) for label in columns),
            ],
            sorted(rows, key=lambda cells: cells[:2]) + last,
            empty=env._("Nothing was posted up to this day."),
            total_label=env._("Total"),
            note=env._(
                "Adjustments are the entries below: what this close staged and posted, and what people booked"
                " by hand and two of them adopted. Income and expense are of the fiscal year since %s.",
                self.balance.year_start,
            ),
        )

    def adjustments(self):
        """Return the entries that make the difference, each with who answers for it."""
        env, source = self.env, self.source
        return shape.table(
            env._("Adjusting entries of %s", self.company.name),
            [
                shape.column(env._("Posted as")),
                shape.column(env._("Date"), shape.DATE),
                shape.column(env._("Reference")),
                source.amount(env._("Debit"), total=True, decimals=self.places),
                shape.column(env._("Of the close")),
                shape.column(env._("Approved by")),
            ],
            [
                [
                    move.name or "",
                    source.day(move.date),
                    move.ref or "",
                    self.money(self._debit(move)),
                    close.name,
                    by,
                ]
                for close, move, by in self.entries
            ],
            empty=env._("None: the unadjusted trial balance is the adjusted one."),
            total_label=env._("Total"),
        )

    def _debit(self, move):
        own = move.line_ids.filtered(lambda line: line.account_id and line.company_id == self.company)
        return sum(minor(repr(line.debit), self.places) for line in own)

    # -- the profit

    def profit(self):
        """Return what was not allocated when the year began, what of it was, and what this year adds."""
        env, source = self.env, self.source
        kept = self.accounts.search([("account_type", "=", UNALLOCATED)])
        moved = sum(row.closing for row in self.balance.rows if row.account_id in kept.ids)
        day = self.balance.year_start
        rows = [[env._("Not allocated on %s", day), "", "", "", self.money(self.balance.prior_earnings)]]
        lines = env["account.move.line"].search(
            [
                ("company_id", "=", self.company.id),
                ("account_id", "in", kept.ids),
                ("parent_state", "=", "posted"),
                ("move_id.state", "=", "posted"),
                ("date", ">=", day),
                ("date", "<=", self.end),
            ],
            order="date, id",
        )
        rows += [
            [
                env._("Allocated"),
                source.day(line.date),
                line.move_id.name or "",
                source.who(line.move_id.ai_close_posted_by),
                self.money(minor(repr(line.balance), self.places)),
            ]
            for line in lines
        ]
        rows.append([env._("Result of the year"), "", "", "", self.money(self.balance.result - moved)])
        return shape.table(
            env._("What %s earned, and its appropriation", self.company.name),
            [
                shape.column(env._("What")),
                shape.column(env._("Date"), shape.DATE),
                shape.column(env._("Entry")),
                shape.column(env._("Posted by")),
                source.amount(env._("Amount (a profit is negative)"), total=True, decimals=self.places),
            ],
            rows,
            empty="",
            total_label=env._("Not allocated on %s", self.end),
            note=env._(
                "Odoo makes no closing entry: what was earned stays on the accounts of income and expenses"
                " until an entry on the account of undistributed profits allocates it."
            ),
        )
