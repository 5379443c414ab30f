"""What accepting a match does, said before it is done: the THEN of the review screen."""

from odoo import models
from odoo.tools import format_amount

from ..kernel.account_roles import ROLES
from ..kernel.match_kinds import ACCOUNT_KINDS, BETWEEN_KINDS, ITEMS, role_of
from ..kernel.money import exact, parse

# Longer lists are counted, not read.
SENTENCES = 4


class AiCloseMatch(models.Model):
    _inherit = "ai.close.match"

    def _review_has_answer(self):
        """Tell whether there is something to accept (as ``_need_something`` demands)."""
        kind = self._kind()
        return bool(self.item_ids or self.write_off_account_id or kind in (*ACCOUNT_KINDS, *BETWEEN_KINDS))

    def _review_then(self):
        """Say what accepting does, sentence by sentence."""
        kind = self._kind()
        if not self._review_has_answer():
            return [self.env._("Nothing is booked: choose an item (E), or say why it is none (R).")]
        if kind in ACCOUNT_KINDS:
            return [self._review_counterpart(kind, line) for line in self._bank_lines()]
        if kind in BETWEEN_KINDS:
            return [self._review_between(kind), *self._review_write_offs()]
        left = self._review_left()
        return [
            *self._review_settled(),
            *self._review_write_offs(),
            self.env._("left on the bank line: %s", left),
        ]

    # -- items

    def _review_rest_of(self, item):
        """Return what stays open of the item, in its own currency; 0 where it is settled in full."""
        line = item.move_line_id
        currency = line.currency_id or item.company_currency_id
        return currency.round(line.amount_residual_currency - item.amount_currency)

    def _review_settled(self):
        settled = self.item_ids.filtered(lambda item: not self._review_rest_of(item))
        partly = self.item_ids - settled
        if len(settled) > SENTENCES:
            said = [self.env._("%s items are settled in full", len(settled))]
        else:
            said = [self.env._("%s is settled in full", item.move_line_id.move_id.name) for item in settled]
        for item in partly[:SENTENCES]:
            line = item.move_line_id
            said.append(
                self.env._(
                    "%(item)s stays open with %(rest)s",
                    item=line.move_id.name,
                    rest=self._review_money(self._review_rest_of(item), line.currency_id),
                )
            )
        if len(partly) > SENTENCES:
            said.append(self.env._("%s more stay open in part", len(partly) - SENTENCES))
        return said

    def _review_left(self):
        """Say what stays on the bank lines."""
        currency = self.company_id.currency_id
        if self.write_off_account_id or self._adds_up():
            return self._review_money(0.0, currency)
        lines = self._bank_lines()
        bank = lines[:1].foreign_currency_id or lines[:1].currency_id
        if len(lines) == 1 and {item.currency_id or currency for item in self.item_ids} == {bank}:
            moved = lines.amount_currency if lines.foreign_currency_id else lines.amount
            taken = sum(exact(item.amount_currency) for item in self.item_ids)
            return self._review_money(bank.round(float(exact(moved) - taken)), bank)
        moved = -sum(self._on_suspense(line) for line in lines)
        taken = sum(exact(item.amount) for item in self.item_ids)
        return self._review_money(currency.round(float(moved - taken)), currency)

    # -- accounts

    def _review_write_offs(self):
        """Say what goes to an account."""
        if self.write_off_account_id:
            return [self.env._("the rest goes to %s", self.write_off_account_id.display_name)]
        currency = self.company_id.currency_id
        words = {
            "bank_fee": self.env._("bank fee"),
            "discount": self.env._("discount"),
            "rounding": self.env._("payment difference"),
            "fx": self.env._("exchange difference"),
            "withholding": self.env._("tax withheld"),
        }
        said = []
        for each in self.write_offs or ():
            amount = parse(each["amount"])
            said.append(
                self.env._(
                    "%(kind)s %(amount)s to %(account)s",
                    kind=words.get(each["kind"], each["kind"]),
                    amount=self._review_money(float(amount), currency),
                    account=self._review_account(each["kind"], amount),
                )
            )
        return said

    def _review_counterpart(self, kind, line):
        account = self.account_id
        if not account or not self._fits_as_counterpart(self.company_id, account):
            name = self._review_account(kind, -self._on_suspense(line))
        else:
            name = account.display_name
        return self.env._(
            "%(amount)s goes to %(account)s",
            amount=self._review_money(line.amount, line.currency_id),
            account=name,
        )

    def _review_between(self, kind):
        lines = self._bank_lines()
        if not lines:
            return self.env._("the %s items settle each other; no bank line moves", len(self.item_ids))
        account = self._review_account(kind, 0)
        if len(lines) == 1:
            return self.env._("the line goes to %s and waits there for its other side", account)
        return self.env._(
            "the %(n)s lines meet on %(account)s and settle each other", n=len(lines), account=account
        )

    def _review_account(self, kind, amount):
        """Name the account of a kind, or the role that the policy leaves without one."""
        account = self._find_role_account(kind, amount)
        if account:
            return account.with_company(self.company_id).display_name
        return self.env._("no account yet: the policy names none for %s", ROLES[role_of(kind, amount)].label)

    def _review_lacks_account(self):
        """Return the label of a role that this match needs and the policy does not name, or ""."""
        kind = self._kind()
        needed = [(each["kind"], parse(each["amount"])) for each in self.write_offs or ()]
        if kind in BETWEEN_KINDS and self.line_ids:
            needed.append((kind, 0))
        elif kind in ACCOUNT_KINDS and not (
            self.account_id and self._fits_as_counterpart(self.company_id, self.account_id)
        ):
            needed += [(kind, -self._on_suspense(line)) for line in self._bank_lines()]
        elif kind == ITEMS and any(item.currency_id != item.company_currency_id for item in self.item_ids):
            # Odoo's own exchange entry takes it up, on the company's accounts.
            needed = [each for each in needed if each[0] != "fx"]
        for each, amount in needed:
            if not self._find_role_account(each, amount):
                return ROLES[role_of(each, amount)].label
        return ""

    def _review_money(self, amount, currency):
        return format_amount(self.env, amount, currency or self.company_id.currency_id)
