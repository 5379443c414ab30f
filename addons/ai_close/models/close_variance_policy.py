"""What has to be explained is the policy's and the books' to say, never the caller's of the port.

The server holds an agent's row against the thresholds of the policy in force and against its own expectation,
and knows the accounts over the threshold that no run told.
"""

from decimal import Decimal, InvalidOperation
from fractions import Fraction

from odoo import api, models
from odoo.tools import SQL

from ..kernel.expected import HISTORY_MONTHS, expected
from ..kernel.proposer_book import SETTINGS
from ..kernel.trial_balance import edges, minor
from ..kernel.variance import is_over

CODE = "FL"


class CloseLedger(models.AbstractModel):
    _inherit = "ai.close.ledger"

    @api.model
    @api.private
    def _expected(self, company, day, accounts=None):
        """Return ``{account id: (amount, method) or None}``: what the month of ``day`` should have left.

        Minor units of company currency, debit positive; see ``kernel/expected.py``.
        """
        months = _months(day)
        sums = self._sums(company, edges(*months), day, accounts=accounts)
        query = self._posted(company, day, accounts)
        line = SQL.identifier("account_move_line")
        own = query.select(SQL("%s.account_id", line), SQL("min(%s.date)", line))
        began = dict(self.env.execute_query(SQL("%s GROUP BY 1", own)))
        found = {}
        for account, carried in self._carried(company, sums.balances).items():
            # stretch 0 is all before the first of these months, the last is the month itself
            before, *moved, _now = sums.balances[account]
            first = began[account].replace(day=1)
            history = [
                amount if month >= first else None for month, amount in zip(months, moved, strict=False)
            ]
            usual = expected(history)
            if usual and carried:
                usual = usual[0] + before + sum(moved), usual[1]
            found[account] = usual
        return found


class CloseVariance(models.Model):
    _inherit = "ai.close.variance"

    @api.model
    @api.private
    def _thresholds(self, company):
        """Return ``(amount or None, percent, against)`` of the policy in force; the amount in minor units.

        None: it is a share of materiality, which the policy leaves to what the agent derives from the books.
        """
        params = self.env["ai.close.policy"]._in_force(company).sudo().params or {}
        given = (params.get("rules") or {}).get(CODE) or {}
        values = {name: setting.default for name, setting in SETTINGS[CODE].items()}
        values |= {name: str(value) for name, value in given.items() if value is not None}
        text, places = values["min_amount"].strip(), company.sudo().currency_id.decimal_places
        try:
            if not text.upper().endswith("M"):
                amount = minor(text, places)
            elif params.get("materiality"):
                whole = minor(str(params["materiality"]), places)
                amount = int(Fraction(Decimal(text[:-1].strip())) * whole)
            else:
                amount = None
        except InvalidOperation:
            amount = None
        return amount, int(Decimal(values["min_percent"])), values["against"]

    def _threshold_problem(self, run, row, usual):
        """Return why a row's thresholds or expectation are not the policy's and the books', or None."""
        company = run.company_id
        places = company.currency_id.decimal_places
        amount, percent, wanted = self._thresholds(company)
        other = amount is not None and minor(row["min_amount"], places) != amount
        if other or row["min_percent"] != percent:
            return self.env._("the policy in force explains from another amount or percentage on")
        told = (minor(row["expected"], places), row["method"]) if row["expected"] is not None else None
        if told != usual:
            return self.env._("the months before lead to another expectation")
        if row["against"] != ("month" if wanted == "expected" and usual is None else wanted):
            return self.env._("the policy in force compares with something else")
        return None

    @api.model
    @api.private
    def _untold(self, close):
        """Return the ids of accounts over the policy's threshold that no row of the close stands for."""
        company, day = close.company_id, close.period_end
        amount, percent, wanted = self._thresholds(company)
        if amount is None:
            return []
        ledger = self.env["ai.close.ledger"].sudo()
        told = set(self.sudo().search([("close_id", "=", close.id)]).account_id.ids)
        usual = ledger._expected(company, day)
        found = []
        for account, (now, month, year) in ledger._compared(company, day).items():
            should = usual.get(account)
            bases = {"month": month, "year": year, "expected": should[0] if should else month}
            if account not in told and is_over(now, bases[wanted], amount, percent):
                found.append(account)
        return sorted(found)


class AiClose(models.Model):
    _inherit = "ai.close"

    def _count_variances(self):
        """Add the accounts that moved and that no run compared: what nobody told is not explained."""
        area, done, total, blockers = super()._count_variances()
        untold = self.env["ai.close.variance"]._untold(self)
        if not untold:
            return area, done, total, blockers
        name = self.env._("Balances that moved, not compared: run the agent")
        domain = [
            ("company_id", "=", self.company_id.id),
            ("account_id", "in", untold),
            ("parent_state", "=", "posted"),
            ("date", ">=", str(self.period_start)),
            ("date", "<=", str(self.period_end)),
        ]
        blocker = self._blocker(
            "VARIANCE_UNTOLD",
            name,
            len(untold),
            self._window("account.move.line", name, domain),
            rank=2,
            severity="medium",
        )
        return area, done, total + len(untold), [*blockers, blocker]


def _months(day):
    """Return the first days of the months that are looked at, and of the month of ``day``, in order."""
    first, found = day.replace(day=1), []
    for back in range(HISTORY_MONTHS, -1, -1):
        count = first.year * 12 + first.month - 1 - back
        found.append(first.replace(year=count // 12, month=count % 12 + 1))
    return found
