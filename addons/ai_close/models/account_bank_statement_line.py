"""Bank statement lines: the one procedure that reconciles a line with open items, and its undo."""

from odoo import api, fields, models
from odoo.fields import Command

from .bookkeeping import changes
from .guarding import guarded
from .refusal import refuse

# What the bank says; Odoo builds the entry's items anew when one of the first five changes.
REBUILDS = frozenset({"payment_ref", "amount", "amount_currency", "foreign_currency_id", "partner_id"})
SAID = REBUILDS | {"partner_name", "account_number", "transaction_details", "unique_import_id"}
# Below a lock, to which statement a line belongs is certified as well: its balances add up by it.
STAYS = SAID | {"move_id", "statement_id"}


class AccountBankStatementLine(models.Model):
    _inherit = "account.bank.statement.line"

    ai_close_match_ids = fields.One2many("ai.close.match", "statement_line_id", string="Proposed matches")

    @api.private
    def _ai_close_settle(self, items, write_offs=(), plan=None):
        """Reconcile this line with open items, put the remainder back to suspense, return the counterparts.

        ``items`` are ``(journal item, amount, amount_currency, balance)``; the amounts are the signed shares
        of its residual in company currency and in its own, and both may be left out or None: then the item is
        taken in full, or as far as the line goes. ``balance`` is that of the counterpart (debit positive)
        where it is known; else the bank's rate gives it. ``write_offs`` are ``(account, balance, label)``
        with the balance in company currency, debit positive, or None for the whole remainder; values of a
        journal item may stand in place of the label. With a ``plan`` (Together) nothing is written yet: it is
        gathered there, and no counterparts are returned. Amounts are rounded by their currencies; nothing is
        read from the context. Raises ENT007 when the line is settled already and ENT003 when the items exceed
        the line.
        """
        self.ensure_one()
        _liquidity, suspense, other = self._seek_for_lines()
        if len(suspense) != 1 or other:
            raise refuse(
                self,
                "ENT007",
                self.env._("The bank line %s was reconciled meanwhile.", self.payment_ref),
                action="match.settle",
            )
        rest = _Rest(self, suspense, plan.partner_of(self) if plan else self.env["res.partner"])
        # An item that goes against the line (a credit note in a payment) makes room for the others.
        planned = {}
        order = sorted(range(len(items)), key=lambda at: rest.same_side(items[at][0]))
        for at in order:
            planned[at] = rest.take_item(*items[at])
        vals_list = [planned[at] for at in range(len(items))]
        vals_list += [
            rest.take_write_off(*write_off)
            for write_off in write_offs
            # What is left goes to the account; where the items leave nothing, nothing goes there.
            if write_off[1] is not None or not items or not rest.is_used_up()
        ]
        rest.absorb_rounding(vals_list[: len(items)])
        if rest.overdrawn():
            raise refuse(
                self,
                "ENT003",
                self.env._("The items exceed the bank line %s.", self.payment_ref),
                action="match.settle",
            )
        remainder = rest.suspense_vals()
        vals_list += [remainder] if remainder else []
        if plan:
            plan.book(self, suspense, vals_list, [item for item, *_amounts in items])
            return suspense.browse()
        before = self.move_id.line_ids
        # One write, the old suspense line leaving as the new ones arrive: in two the move is unbalanced
        # in between, and Odoo refuses.
        self.move_id.with_context(force_delete=True, skip_readonly_check=True).write(
            {
                "line_ids": [Command.delete(suspense.id), *map(Command.create, vals_list)],
            }
        )
        counterparts = (self.move_id.line_ids - before).sorted("id")[: len(items)]
        for (item, *_amounts), counterpart in zip(items, counterparts, strict=True):
            self._ai_close_need_counterpart(item, counterpart)
            (item + counterpart).reconcile()
        return counterparts

    @api.private
    def _ai_close_need_counterpart(self, item, counterpart):
        """Refuse to reconcile an item with what was not made for it."""
        if counterpart.account_id != item.account_id:
            raise refuse(
                self,
                "ENT010",
                self.env._("The counterpart of %s went astray.", item.display_name),
                action="match.settle",
            )

    def action_undo_reconciliation(self):
        # Undone from any screen: an accepted match that no longer holds would block the next proposal, and
        # who may not accept it may not undo it either.  The lines of one match are undone together.
        accepted = self.env["ai.close.match.line"]._matches_of(self)
        accepted._need_undoable()
        together = self | accepted.line_ids.statement_line_id.with_env(self.env)
        result = super(AccountBankStatementLine, together).action_undo_reconciliation()
        accepted._after_undo()
        return result

    def write(self, vals):
        names = STAYS & vals.keys()
        lines = self._ai_close_guard_write(vals, names) if names else self.browse()
        accepted = self.env["ai.close.match.line"]._matches_of(lines)
        accepted._need_undoable()
        result = super().write(vals)
        accepted._after_undo()
        return result

    @api.private
    def _ai_close_guard_write(self, vals, names):
        """Refuse to change what the bank says below a lock; return the lines that will lose their match."""
        rebuilt = self.browse()
        companies = guarded(self.company_id)
        for line in self.filtered(lambda line: line.company_id in companies):
            changed = {name for name in names if changes(line, vals, name)}
            if "move_id" in changed:
                raise refuse(
                    line,
                    "LCK011",
                    self.env._("%s stays with its journal entry.", line.display_name),
                    action="statement_line.write",
                )
            if changed and line.move_id.state == "posted":
                line.move_id._ai_close_refuse_locked("statement_line.write", False)
            if changed & REBUILDS:
                rebuilt |= line
        return rebuilt

    @api.ondelete(at_uninstall=True)  # False can be skipped by a context key that RPC sends
    def _ai_close_unlink_except_matched(self):
        accepted = self.env["ai.close.match.line"]._matches_of(self)
        if accepted:
            raise refuse(
                self,
                "AUD003",
                self.env._(
                    "%s was matched in the close; undo the match first.",
                    ", ".join(accepted.mapped("line_label")),
                ),
                action="statement_line.unlink",
            )


class _Rest:
    """What is left of a statement line while its counterparts are taken from it."""

    def __init__(self, st_line, suspense, partner):
        self.st_line = st_line
        # One that the line is about to get stands in what is made for it.
        self.partner = partner or st_line.partner_id
        self.rest_partner = partner or suspense.partner_id
        self.suspense = suspense
        self.company_currency = st_line.company_id.sudo().currency_id
        self.currency = suspense.currency_id
        self.balance = suspense.balance
        self.amount_currency = suspense.amount_currency

    def same_side(self, item):
        """Tell whether the item is settled by this line (and not added to it)."""
        residual = item.amount_residual_currency or item.amount_residual
        return residual * (self.suspense.amount_currency or self.suspense.balance) < 0

    def take_item(self, item, amount=None, amount_currency=None, balance=None):
        """Return the values of the counterpart of ``item`` and take them off the rest."""
        item_currency = item.currency_id or self.company_currency
        whole = amount is None and amount_currency is None
        if amount is None:
            amount = item.amount_residual
        if amount_currency is None:
            amount_currency = self._in_item_currency(item, amount, item_currency)
        part = self._at_bank_rate(item_currency, -amount, -amount_currency)
        if whole and self.same_side(item) and self._exceeds(part):
            share = abs(self.amount_currency / part["amount_currency"])
            amount = self.company_currency.round(amount * share)
            amount_currency = item_currency.round(amount_currency * share)
            if item_currency == self.currency:
                amount_currency = -self.amount_currency
            part = {"balance": self.balance, "amount_currency": self.amount_currency}
            if item_currency == self.company_currency:
                amount_currency = -part["balance"]
        if balance is not None:
            part = self._of_balance(balance)
            if item_currency == self.company_currency:
                amount_currency = -balance
        self._take(part)
        return {
            "name": self.st_line.payment_ref or item.move_name or "/",
            "account_id": item.account_id.id,
            "partner_id": item.partner_id.id,
            "currency_id": item_currency.id,
            "amount_currency": -amount_currency,
            "balance": part["balance"],
        }

    def take_write_off(self, account, balance=None, label=None):
        """Return the values of a write-off line and take them off the rest."""
        if balance is None:
            part = {"balance": self.balance, "amount_currency": self.amount_currency}
        else:
            part = self._of_balance(balance)
        self._take(part)
        if isinstance(label, dict):
            # Odoo's own values, such as those of an early-payment discount with its taxes.
            return {"partner_id": self.partner.id, **label}
        return {
            "name": label or self.st_line.payment_ref,
            "account_id": account.id,
            "partner_id": self.partner.id,
            "currency_id": self.currency.id,
            "amount_currency": part["amount_currency"],
            "balance": part["balance"],
            # A write-off is no purchase: the default taxes of its account do not apply.
            "tax_ids": [Command.clear()],
        }

    def absorb_rounding(self, vals_list):
        """Give a remainder in company currency alone to a foreign item, whose exchange entry takes it up."""
        if self.currency.is_zero(self.amount_currency) and not self.company_currency.is_zero(self.balance):
            foreign = [vals for vals in vals_list if vals["currency_id"] != self.company_currency.id]
            if foreign:
                foreign[-1]["balance"] = self.company_currency.round(foreign[-1]["balance"] + self.balance)
                self.balance = 0.0

    def is_used_up(self):
        """Tell whether nothing is left of the line."""
        return self.company_currency.is_zero(self.balance) and self.currency.is_zero(self.amount_currency)

    def overdrawn(self):
        """Tell whether more was taken than the line has."""
        if self.company_currency.is_zero(self.balance):
            return False
        return self.balance * self.suspense.balance < 0

    def suspense_vals(self):
        """Return the values of the line that keeps the remainder on suspense, or None."""
        if self.company_currency.is_zero(self.balance):
            return None
        return {
            "name": self.suspense.name,
            "account_id": self.suspense.account_id.id,
            "partner_id": self.rest_partner.id,
            "currency_id": self.currency.id,
            "amount_currency": self.amount_currency,
            "balance": self.balance,
        }

    def _take(self, part):
        self.balance = self.company_currency.round(self.balance - part["balance"])
        self.amount_currency = self.currency.round(self.amount_currency - part["amount_currency"])

    def _of_balance(self, balance):
        """Return a part of exactly this balance, in the line's currency at the bank's rate."""
        part = self._at_bank_rate(self.company_currency, balance, balance)
        return {**part, "balance": self.company_currency.round(balance)}

    def _exceeds(self, part):
        return self.currency.compare_amounts(abs(part["amount_currency"]), abs(self.amount_currency)) > 0

    def _at_bank_rate(self, currency, balance, amount_currency):
        return self.st_line._prepare_counterpart_amounts_using_st_line_rate(
            currency, balance, amount_currency
        )

    def _in_item_currency(self, item, amount, item_currency):
        if item_currency == self.company_currency:
            return amount
        if self.company_currency.is_zero(item.amount_residual):
            return item.amount_residual_currency
        return item_currency.round(item.amount_residual_currency * amount / item.amount_residual)
