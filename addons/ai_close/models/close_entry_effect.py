"""What a staged entry does to the trial balance: each account before, the entry, and after."""

from odoo import api, fields, models

from ..kernel.money import fmt


class AiCloseEntry(models.Model):
    _inherit = "ai.close.entry"

    effect = fields.Json(
        "Trial balance before and after",
        compute="_compute_effect",
        help="The posted balances on the entry's date, without this entry and with it; of income and expenses"
        " since the fiscal year began.",
    )

    @api.depends("date", "state", "line_ids.account_id", "line_ids.balance")
    def _compute_effect(self):
        for entry in self:
            entry.effect = entry.sudo()._effect() if entry.id and entry.date else False

    def _effect(self):
        self.ensure_one()
        lines, places = self.line_ids, self.currency_id.decimal_places
        ledger = self._ledger(self.company_id, lines.account_id, self.date)
        if self.move_id.state == "posted":
            # it is in the ledger already
            for item in self.move_id.line_ids:
                ledger[item.account_id] = ledger.get(item.account_id, 0.0) - item.balance
        rows, result = [], 0.0
        for account in lines.account_id.with_company(self.company_id).sorted("code"):
            own = sum(lines.filtered(lambda line, a=account: line.account_id == a).mapped("balance"))
            before = ledger.get(account, 0.0)
            result -= 0.0 if account.include_initial_balance else own
            rows.append([account.display_name, *(fmt(each, places) for each in (before, own, before + own))])
        return {
            "columns": [
                self.env._("Account"),
                self.env._("Before"),
                self.env._("This entry"),
                self.env._("After"),
            ],
            "rows": rows,
            "result": fmt(result, places),
        }

    @api.model
    @api.private
    def _ledger(self, company, accounts, date):
        """Return ``{account: posted balance}`` of ``company`` on ``date``, debit positive.

        Of income and expenses since the fiscal year began, as a trial balance shows them.
        """
        begin = company.sudo().compute_fiscalyear_dates(date)["date_from"]
        rows = (
            self.env["account.move.line"]
            .sudo()
            ._read_group(
                [
                    ("company_id", "=", company.id),
                    ("account_id", "in", accounts.ids),
                    ("parent_state", "=", "posted"),
                    ("date", "<=", date),
                    "|",
                    ("account_id.include_initial_balance", "=", True),
                    ("date", ">=", begin),
                ],
                ["account_id"],
                ["balance:sum"],
            )
        )
        return dict(rows)
