"""How a match is settled in the books: each kind through the one procedure of the bank line."""

from decimal import Decimal

from odoo import api, models
from odoo.tools.float_utils import float_is_zero

from ..kernel.match_kinds import ACCOUNT_KINDS, BETWEEN_KINDS, ITEMS
from ..kernel.money import exact, parse
from .refusal import refuse


def _reconcile(items, plan):
    if plan is None:
        items.reconcile()
    else:
        plan.meet(items)


class AiCloseMatch(models.Model):
    _inherit = "ai.close.match"

    def _settle(self, plan=None):
        """Write what the match says into the books; the rows are locked and were looked at.

        With a ``plan`` (Together) it is gathered there, for the caller to carry out with that of others; but
        lines that settle each other, and several that a person matched, are written at once.
        """
        self.ensure_one()
        if self._is_by_hand() and len(self.line_ids) > 1:
            plan = None
        kind = self._kind()
        for each in self.line_ids.sudo():
            each._guarded().write({"partner_before_id": each.statement_line_id.partner_id.id})
        if kind in ACCOUNT_KINDS:
            for line in self._bank_lines():
                account = self._counterpart_account(kind, -self._on_suspense(line))
                line._ai_close_settle([], [(account, None, None)], plan)
        elif kind in BETWEEN_KINDS:
            self._settle_between(plan)
        else:
            self._set_partner(plan)
            if self._is_by_hand():
                self._settle_by_hand(plan)
            else:
                self._settle_items(plan)

    def _is_by_hand(self):
        """Tell whether a person chose the items: they go as far as the line does, no write-off is stated."""
        return self.origin == "person" and self.kind == "manual"

    def _set_partner(self, plan):
        """Give the lines the items' partner, before the items: later it would build the lines anew."""
        partner = self.item_ids.sudo().move_line_id.partner_id.commercial_partner_id
        for line in self._bank_lines():
            if len(partner) == 1 and line.partner_id.commercial_partner_id != partner:
                if plan:
                    plan.give_partner(line, partner)
                else:
                    line.partner_id = partner

    def _settle_by_hand(self, plan):
        account, label = self.write_off_account_id.sudo(), self.write_off_label
        items = self.item_ids.sudo()
        line = self._bank_lines()
        if len(line) > 1:
            self._settle_lines_by_hand(line)
        elif account:
            # In full: the account takes what is left or missing.
            shares = [
                (
                    item.move_line_id,
                    item.move_line_id.amount_residual,
                    item.move_line_id.amount_residual_currency,
                )
                for item in items
            ]
            line._ai_close_settle(shares, [(account, None, label)], plan)
        else:
            line._ai_close_settle([(item.move_line_id,) for item in items], (), plan)

    # -- items

    def _settle_items(self, plan):
        """Settle the shares of the items with the lines, and write off what the match says."""
        lines = self._bank_lines()
        shares = [(item.move_line_id, item.amount, item.amount_currency) for item in self.item_ids.sudo()]
        if not self._adds_up():
            if self.write_offs or len(lines) > 1:
                raise self._differs("match.accept")
            # Less than the line: what remains of it stays on suspense; more is refused there.
            lines._ai_close_settle(shares, (), plan)
            return
        shares, write_offs = self._with_exchange(shares)
        rest = list(shares)
        for line in lines[:-1]:
            part, rest = self._part_of(line, rest)
            line._ai_close_settle(part, (), plan)
        lines[-1:]._ai_close_settle(rest, write_offs, plan)

    @api.private
    def _adds_up(self):
        """Tell whether the shares less what the lines move are the sum of the write-offs."""
        currency = self.company_id.sudo().currency_id
        moved = -sum(self._on_suspense(line) for line in self._bank_lines())
        taken = sum(exact(item.amount) for item in self.item_ids.sudo())
        written = sum(parse(each["amount"]) for each in self.write_offs or ())
        return currency.is_zero(float(taken - moved - written))

    @api.model
    @api.private
    def _on_suspense(self, line):
        """Return what stands on suspense of a bank line: a Decimal of company currency, debit positive."""
        return sum((exact(each.balance) for each in line._seek_for_lines()[1]), Decimal(0))

    def _with_exchange(self, shares):
        """Return ``(shares with the balance of their counterparts, write-offs)``.

        An exchange difference of a foreign item is taken up by Odoo's own exchange entry, so its counterpart
        has the balance that the bank moved; without a foreign item it is a write-off of its own.
        """
        currency = self.company_id.sudo().currency_id
        fx = currency.round(
            float(sum(parse(each["amount"]) for each in self.write_offs or () if each["kind"] == "fx"))
        )
        foreign = [
            at for at, (item, *_share) in enumerate(shares) if (item.currency_id or currency) != currency
        ]
        balances = [-amount for _item, amount, _foreign in shares]
        if foreign and fx:
            total = float(sum(abs(exact(balances[at])) for at in foreign))
            left = fx
            for at in foreign:
                part = left if at == foreign[-1] else currency.round(fx * abs(balances[at]) / total)
                balances[at] = currency.round(balances[at] + part)
                left = currency.round(left - part)
            fx = 0.0
        write_offs = []
        for each in self.write_offs or ():
            amount = currency.round(float(parse(each["amount"])))
            if each["kind"] == "fx" and not fx:
                continue
            write_offs += self._write_off_lines(each["kind"], amount)
        return [(*share, balance) for share, balance in zip(shares, balances, strict=True)], write_offs

    def _part_of(self, line, shares):
        """Split ``shares`` into what ``line`` pays and what is left for the lines after it."""
        currency = self.company_id.sudo().currency_id
        open_balance = float(-self._on_suspense(line))
        _liquidity, suspense, _other = line._seek_for_lines()
        part, rest = [], []
        for item, amount, foreign, balance in shares:
            if amount * open_balance < 0:
                raise self._unfit(self.env._("several bank lines pay items of one direction only"))
            if currency.is_zero(open_balance):
                rest.append((item, amount, foreign, balance))
                continue
            if currency.compare_amounts(abs(balance), abs(open_balance)) <= 0:
                part.append((item, amount, foreign, balance))
                open_balance = currency.round(open_balance + balance)
                continue
            own = item.currency_id or currency
            share = abs(open_balance / balance)
            cut = currency.round(amount * share)
            if own == currency:
                cut_foreign = cut
            elif own == suspense.currency_id and not part:
                cut_foreign = -suspense.amount_currency
            else:
                cut_foreign = own.round(foreign * share)
            part.append((item, cut, cut_foreign, -open_balance))
            rest.append(
                (
                    item,
                    currency.round(amount - cut),
                    own.round(foreign - cut_foreign),
                    currency.round(balance + open_balance),
                )
            )
            open_balance = 0.0
        return part, rest

    # -- what no item takes

    def _write_off_lines(self, kind, amount):
        """Return a write-off as ``(account, balance, label or values)`` of the bank line's procedure."""
        if kind == "discount":
            own = self._early_discount(amount)
            if own:
                return own
        return [(self._role_account(kind, amount), amount, self._write_off_label(kind))]

    def _early_discount(self, amount):
        """Return the discount as Odoo books it, taxes included, or nothing where it is another amount."""
        currency = self.company_id.sudo().currency_id
        values = [
            {"aml": line, "amount_currency": -line.amount_residual_currency, "balance": -line.amount_residual}
            for line in self.item_ids.sudo().move_line_id
            if line.display_type == "payment_term"
            and line.discount_date
            and line.move_id.invoice_payment_term_id.early_discount
            and not (line.matched_debit_ids or line.matched_credit_ids)
        ]
        due = sum(exact(each["aml"].amount_residual) - exact(each["aml"].discount_balance) for each in values)
        if not values or currency.compare_amounts(float(due), amount):
            return []
        found = (
            self.env["account.move"]
            .sudo()
            ._get_invoice_counterpart_amls_for_early_payment_discount(values, amount)
        )
        return [
            (self.env["account.account"].sudo().browse(vals["account_id"]), vals["balance"], vals)
            for part in ("term_lines", "tax_lines", "base_lines", "exchange_lines")
            for vals in found[part]
            if not float_is_zero(vals["balance"], precision_rounding=currency.rounding)
        ]

    def _write_off_label(self, kind):
        label = {
            "bank_fee": self.env._("Bank fee"),
            "discount": self.env._("Discount"),
            "rounding": self.env._("Payment difference"),
            "fx": self.env._("Exchange difference"),
            "withholding": self.env._("Tax withheld"),
        }[kind]
        return f"{label}: {self.line_label}" if self.line_label else label

    # -- from line to line, from item to item

    def _settle_between(self, plan):
        """Lines meet on the transfer account and are reconciled there; items settle each other."""
        lines = self._bank_lines()
        if not lines:
            _reconcile(self.item_ids.sudo().move_line_id, plan)
            return
        account = self._transfer_account(self.kind)
        currency = self.company_id.sudo().currency_id
        write_offs = [
            (kind, currency.round(float(parse(each["amount"]))))
            for each in self.write_offs or ()
            for kind in [each["kind"]]
        ]
        if len(lines) > 1 and not currency.is_zero(
            float(sum(map(self._on_suspense, lines)) - sum(exact(amount) for _kind, amount in write_offs))
        ):
            raise self._differs("match.accept")
        met = self.env["account.move.line"].sudo()
        for line in lines:
            before = line.move_id.line_ids
            # What the lines differ by is written off where the last one is booked.
            extra = [
                (self._role_account(kind, amount), amount, self._write_off_label(kind))
                for kind, amount in write_offs
                if line == lines[-1:]
            ]
            line._ai_close_settle([], [*extra, (account, None, None)])
            met |= (line.move_id.line_ids - before).filtered(lambda each: each.account_id == account)
        if len(lines) > 1:
            _reconcile(met, plan)

    @api.private
    def _settled_between_items(self):
        """Return the settlements between the items of a match that has no bank line."""
        items = self.item_ids.sudo().move_line_id
        return (items.matched_debit_ids | items.matched_credit_ids).filtered(
            lambda partial: partial.debit_move_id in items and partial.credit_move_id in items
        )

    # -- refusals

    def _differs(self, action):
        return refuse(
            self,
            "ENT028",
            self.env._("Lines, items and write-offs of %s don't add up.", self.line_label),
            action=action,
        )

    def _unfit(self, why, action="match.accept"):
        return refuse(
            self,
            "ENT031",
            self.env._("%(name)s can't be settled like this: %(why)s.", name=self.line_label, why=why),
            action=action,
        )

    def _kind_is_items(self):
        return self._kind() == ITEMS
