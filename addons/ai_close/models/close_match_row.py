"""What a row of the agent has to be, to be a proposal: everything is looked up again, nothing is believed."""

from odoo import api, models

from ..kernel.match_kinds import ACCOUNT_KINDS, BETWEEN_KINDS, ITEMS, NONE, kind_of
from ..kernel.money import exact, parse


class AiCloseMatch(models.Model):
    _inherit = "ai.close.match"

    @api.model
    @api.private
    def _row_problem(self, run, row):
        """Return ``(code, why)`` when the row can't be a proposal of this run, else None."""
        ids = row.get("line_ids") or [each for each in [row["statement_line_id"]] if each]
        item_ids = [item["line_id"] for item in row["items"]]
        lines = self.env["account.bank.statement.line"].sudo().browse(ids).exists()
        if (
            len(lines) != len(ids)
            or len(set(ids)) != len(ids)
            or (row["statement_line_id"] or 0) != next(iter(ids), 0)
        ):
            return "ENT010", self.env._("A bank line is missing or stands there twice.")
        for line in lines:
            problem = self._line_problem(run, line)
            if problem:
                return problem
        expected = self._key_of(run.company_id, ids, item_ids, row["kind"])
        if row["key"] != expected:
            return "RUN010", self.env._("The key is not %s.", expected)
        return (
            self._open_line_problem(lines)
            or self._kind_problem(row, lines)
            or self._item_problem(run, row, lines)
            or self._sum_problem(run, row, lines)
        )

    def _line_problem(self, run, line):
        company = run.company_id
        if line.company_id != company or line.move_id.state != "posted":
            return "ENT010", self.env._("The bank line is not one of the company's posted lines.")
        if line.date > run.close_id.period_end:
            return "ENT010", self.env._("The bank line is dated after the period.")
        start = company.sudo().ai_close_start
        if start and line.date < start:
            return "POL011", self.env._("The bank line is older than the first close; people settle it.")
        return None

    def _open_line_problem(self, lines):
        for line in lines:
            _liquidity, suspense, other = line._seek_for_lines()
            if len(suspense) != 1 or other:
                return "ENT007", self.env._("The bank line is reconciled already.")
        return None

    def _kind_problem(self, row, lines):
        """Say what a match of this kind needs and this one has not."""
        kind, items, write_offs = kind_of(row["kind"]), row["items"], row.get("write_offs") or []
        kinds = [each["kind"] for each in write_offs]
        if len(set(kinds)) != len(kinds):
            return "ENT028", self.env._("A kind of write-off stands there twice.")
        if any(each["kind"] == "bank_fee" and parse(each["amount"]) < 0 for each in write_offs):
            return "ENT028", self.env._("A fee is what the bank keeps, never what it adds.")
        if "fx" in kinds and not self._has_foreign_money(row, lines):
            return "ENT028", self.env._("An exchange difference needs foreign money.")
        if kind == ITEMS:
            if not lines or (not items and row["band"] != "ask"):
                return "ENT010", self.env._("A proposal needs an item.")
            return None
        if kind == NONE and (items or write_offs or row["band"] != "ask" or not lines):
            return "ENT031", self.env._("Where nothing is proposed there is nothing to settle.")
        if kind in ACCOUNT_KINDS and (items or write_offs or not lines):
            return "ENT031", self.env._("A line of this kind takes an account and no item.")
        if kind in BETWEEN_KINDS and bool(lines) == bool(items):
            return "ENT031", self.env._("Lines settle each other, or items do.")
        if kind == "internal_transfer" and (not lines or (len(lines) > 1 and len(lines.journal_id) < 2)):
            return "ENT031", self.env._("A transfer goes from one journal to another.")
        if kind == "offset" and len(lines) == 1:
            return "ENT031", self.env._("A line can't cancel itself.")
        return None

    def _has_foreign_money(self, row, lines):
        """Tell whether a line or an item of the row is in another currency than the company's."""
        items = self.env["account.move.line"].sudo().browse([item["line_id"] for item in row["items"]])
        own = lines.company_id.currency_id
        return bool((lines.currency_id | lines.foreign_currency_id | items.exists().currency_id) - own)

    @api.model
    @api.private
    def _is_lopsided(self, item, amount, amount_currency):
        """Tell whether a share takes another part of a foreign item's residual than of its foreign residual.

        A share of all the foreign money for a little of ours would settle the item and leave the rest to an
        exchange difference that nobody stated. Rounding and earlier parts may differ by a hundredth.
        """
        if item.currency_id in (item.company_currency_id, self.env["res.currency"]):
            return False
        if not item.amount_residual_currency:
            return True
        expected = item.amount_residual * amount_currency / item.amount_residual_currency
        return abs(amount - expected) > max(abs(expected) * 0.01, 5 * item.company_currency_id.rounding)

    def _item_problem(self, run, row, lines):
        ids = [item["line_id"] for item in row["items"]]
        items = self.env["account.move.line"].sudo().browse(ids).exists()
        if len(items) != len(set(ids)) or len(set(ids)) != len(ids):
            return "ENT010", self.env._("An item is missing or stands there twice.")
        for item in items:
            if (
                item.company_id != run.company_id
                or item.parent_state != "posted"
                or item.move_id in lines.move_id
            ):
                return "ENT010", self.env._("%s is not an open item of the company.", item.display_name)
            if item.reconciled or not (
                item.account_id.reconcile
                or item.account_id.account_type in ("asset_cash", "liability_credit_card")
            ):
                return "ENT007", self.env._("%s is reconciled already.", item.display_name)
        by_id = {item.id: item for item in items}
        for each in row["items"]:
            share = (float(parse(each["amount"])), float(parse(each["amount_currency"])))
            if self._is_lopsided(by_id[each["line_id"]], *share):
                return "ENT028", self.env._(
                    "A share takes more of an item's own currency than of its amount."
                )
        if items and not lines:
            if len(items.account_id) > 1 or len(items.currency_id) > 1 or len(items) < 2:
                return "ENT031", self.env._("Items that settle each other share account and currency.")
            if not items.currency_id.is_zero(
                float(sum(map(exact, items.mapped("amount_residual_currency"))))
            ):
                return "ENT028", self.env._("The items don't come to zero.")
        return None

    def _sum_problem(self, run, row, lines):
        """What is stated as written off has to be what items and lines differ by, to the last unit."""
        kind, write_offs = kind_of(row["kind"]), row.get("write_offs") or []
        if not lines or kind in (NONE, *ACCOUNT_KINDS) or not (write_offs or len(lines) > 1):
            return None
        if kind != ITEMS and len(lines) == 1:
            return (
                ("ENT028", self.env._("One line alone has nothing to differ from.")) if write_offs else None
            )
        currency = run.company_id.sudo().currency_id
        moved = -sum(self._on_suspense(line) for line in lines)
        signs = {parse(item["amount"]) > 0 for item in row["items"]} | {line.amount > 0 for line in lines}
        if kind == ITEMS and len(lines) > 1 and len(signs) > 1:
            return "ENT031", self.env._("Several bank lines pay items of one direction only.")
        taken = sum(parse(item["amount"]) for item in row["items"])
        written = sum(parse(each["amount"]) for each in write_offs)
        if not currency.is_zero(float(taken - moved - written)):
            return "ENT028", self.env._("Lines, items and write-offs don't add up.")
        return None
