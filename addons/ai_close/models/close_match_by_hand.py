"""Several bank lines that a person matches at once: the items go from line to line, as far as each goes."""

from decimal import Decimal

from odoo import api, models

from ..kernel.money import exact
from .refusal import refuse


class AiCloseMatch(models.Model):
    _inherit = "ai.close.match"

    @api.private
    def _lines_beside(self, line):
        """Return the further bank lines of these matches that a choice for ``line`` is about, too.

        They go the same way as it does: what cancels it, or is its other side, is paid by no item of its own.
        A line that was settled meanwhile, or is proposed otherwise by now, is left alone.
        """
        others = (self._bank_lines() - line).filtered(
            lambda other: other.amount * line.amount > 0 and not other.is_reconciled
        )
        taken = self.env["ai.close.match.line"]._matches_of(others, ("proposed", "accepted")) - self
        return (others - taken._bank_lines()).with_env(line.env)

    @api.private
    def _lines_to_correct(self, line_ids=None):
        """Return the bank lines that a correction of this match is about: ``line_ids`` of it, else all."""
        self.ensure_one()
        line = self.statement_line_id
        lines = line | self._lines_beside(line)
        return lines if line_ids is None else lines.filtered(lambda each: each.id in line_ids)

    @api.model
    @api.private
    def _need_fit_by_hand(self, lines, items, account=None):
        """Refuse a choice for several lines that could not be settled, before anybody accepts it."""
        if len(lines) < 2:
            return
        ways = {line.amount > 0 for line in lines} | {item.amount_residual > 0 for item in items}
        if len(ways) > 1 or not all(lines.mapped("amount")):
            raise refuse(
                lines[:1],
                "ENT031",
                self.env._(
                    "Several bank lines are matched at once only where they and the items all go one way."
                    " Match them one by one, or take some of the lines out."
                ),
                action="match.propose",
            )
        moved = [abs(self._on_suspense(line)) for line in lines]
        owed = sum((abs(exact(item.amount_residual)) for item in items), Decimal(0))
        if not account and owed <= sum(moved[:-1]):
            raise self._too_little(lines[:1])
        first = self._in_order(items)[:-1]
        if not account and sum((abs(exact(item.amount_residual)) for item in first), Decimal(0)) >= sum(
            moved
        ):
            raise self._too_much(lines[:1])

    @api.private
    def _settle_lines_by_hand(self, lines):
        """Settle the items with the lines one after the other; the account takes what is left or missing.

        Written at once: what the second line gets depends on what the first one left of an item.
        """
        account, label = self.write_off_account_id.sudo(), self.write_off_label
        items = self.item_ids.sudo().move_line_id
        for line in lines:
            last = line == lines[-1:]
            reached = items if last and account else self._reached(line, items)
            if not (reached or account):
                raise self._too_little(line)
            if last and reached != items:
                raise self._too_much(line)
            if last and account:
                # In full, as with a single line.
                shares = [(item, item.amount_residual, item.amount_residual_currency) for item in reached]
            else:
                shares = [(item,) for item in reached]
            rest = account and (last or reached == items)
            line._ai_close_settle(shares, [(account, None, label)] if rest else ())
            items -= items.filtered("reconciled")

    def _reached(self, line, items):
        """Return those of ``items``, in their order, that the line's money gets to."""
        currency = self.company_id.sudo().currency_id
        left, reached = abs(float(self._on_suspense(line))), items.browse()
        for item in items:
            if currency.compare_amounts(left, 0) <= 0:
                break
            reached |= item
            part = line._prepare_counterpart_amounts_using_st_line_rate(
                item.currency_id or currency, -item.amount_residual, -item.amount_residual_currency
            )
            left -= abs(part["balance"])
        return reached

    def _too_much(self, line):
        return refuse(
            line,
            "ENT003",
            self.env._(
                "The bank lines are used up before the last item is reached: leave one out, or add a line."
            ),
            action="match.propose",
        )

    def _too_little(self, line):
        return refuse(
            line,
            "ENT028",
            self.env._(
                "The items come to less than the bank lines, so that one of the lines gets nothing. Pick more"
                " items, take lines out, or name an account for the rest."
            ),
            action="match.propose",
        )
