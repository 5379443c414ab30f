"""The server's own look at what moved: added up again before anybody signs, and when the books change."""

from datetime import timedelta

from odoo import api, models

from ..kernel.trial_balance import decimal, edges
from ..kernel.variance import windows
from .refusal import refuse

SIGNED = ("prepared", "signed")


class CloseLedger(models.AbstractModel):
    _inherit = "ai.close.ledger"

    @api.model
    @api.private
    def _compared(self, company, day, accounts=None):
        """Return ``{account id: (now, month before, year before)}`` in minor units.

        Closing balances, or what the month moved of accounts that a fiscal year starts anew; see
        ``kernel/variance.py`` for the months.
        """
        found = windows(day)
        ends = [edge for first, last in found for edge in (first, last + timedelta(days=1))]
        sums = self._sums(company, edges(*ends), day, accounts=accounts)
        carried = self._carried(company, sums.balances)
        return {
            account: tuple(sums.between(account, None if own else first, last) for first, last in found)
            for account, own in carried.items()
        }


class CloseVariance(models.Model):
    _inherit = "ai.close.variance"

    @api.private
    def _stands(self, compared):
        """Tell whether the amounts are still those that the books add up to."""
        places = self.currency_id.decimal_places
        now = compared.get(self.account_id.id, (0, 0, 0))
        return all(
            self.currency_id.compare_amounts(self[name], float(decimal(amount, places))) == 0
            for name, amount in zip(("actual", "month", "year"), now, strict=True)
        )

    @api.private
    def _need_same_books(self, action):
        """Refuse to sign amounts that the books no longer add up to."""
        ledger = self.env["ai.close.ledger"].sudo()
        if not self._stands(ledger._compared(self.company_id, self.date, self.account_id.ids)):
            sentence = self.env._(
                "%s moved since the last run compared it. Run the agent again, then explain what it says.",
                self.display_name,
            )
            raise refuse(self, "ENT004", sentence, action=action)

    @api.private
    def _judge(self):
        """Open again what people signed for amounts that the books no longer add up to."""
        for close in self.sudo().close_id:
            own = self.sudo().filtered(lambda one, c=close: one.close_id == c and one.state in SIGNED)
            if not own or close._is_locked_now():
                continue
            accounts = own.account_id.ids
            compared = self.env["ai.close.ledger"].sudo()._compared(close.company_id, own[0].date, accounts)
            moved = own.filtered(lambda one, c=compared: not one._stands(c))
            moved._fall(self.env._("The account was posted to, or changed, since."))

    @api.model
    @api.private
    def _judge_transaction(self):
        """Judge what this transaction's items may have moved, and nothing else."""
        self.env.cr.execute(
            """
            SELECT DISTINCT one.id
              FROM ai_close_dirty dirty
              JOIN ai_close close ON close.company_id = dirty.company_id AND close.period_end >= dirty.date
              JOIN ai_close_variance one ON one.close_id = close.id AND one.state IN ('prepared', 'signed')
             WHERE dirty.xid = pg_current_xact_id_if_assigned() AND dirty.kind = 'ledger'
               AND close.state <> 'locked'"""
        )
        ids = [each for (each,) in self.env.cr.fetchall()]
        if ids:
            self.browse(ids)._judge()
            # the last thing before the commit: nobody writes it down after this
            self.env.flush_all()


class CloseDirty(models.AbstractModel):
    _inherit = "ai.close.dirty"

    @api.model
    @api.private
    def _judge_transaction(self):
        result = super()._judge_transaction()
        self.env["ai.close.variance"].sudo()._judge_transaction()
        return result


class AiClose(models.Model):
    _inherit = "ai.close"

    @api.private
    def _refresh(self):
        """Look again at what was signed: a deleted item leaves no line to find it by."""
        for close in self.sudo():
            if not close._is_locked_now():
                close._variances()._judge()
        return super()._refresh()

    @api.private
    def _variances(self):
        return self.env["ai.close.variance"].sudo().search([("close_id", "in", self.ids)])

    def _readiness_counts(self):
        counts = super()._readiness_counts()
        params = self.env["ai.close.policy"]._in_force(self.company_id).sudo().params or {}
        blocks = (params.get("rules") or {}).get("FL", {}).get("blocks") == "yes"
        return [*counts, self._count_variances] if blocks else counts

    def _count_variances(self):
        """What moved beyond the policy's threshold waits for its explanation, where the policy says so."""
        mine = [("close_id", "=", self.id), ("is_over", "=", True)]
        found = self.env["ai.close.variance"].search(mine)
        waiting = found.filtered(lambda one: one.state != "signed")
        name = self.env._("Balances that moved, not explained and signed")
        action = self._window("ai.close.variance", name, [*mine, ("state", "!=", "signed")])
        blockers = [
            self._blocker(
                "VARIANCE",
                name,
                len(waiting),
                action,
                rank=2,
                severity="medium",
                amount=sum(waiting.mapped("size")),
            )
        ]
        return "variances", len(found) - len(waiting), len(found), blockers if waiting else []


class AiCloseLock(models.Model):
    _inherit = "ai.close.lock"

    def _need_ready(self, action):
        """Add up once more what was signed, before anything is locked on it."""
        if self.kind != "exception":
            self._closes().sudo()._variances()._judge()
        return super()._need_ready(action)
