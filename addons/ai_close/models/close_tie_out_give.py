"""A tie-out without data whose other side a person knows: given with its source, shown by a file."""

from odoo import api, models

from ..kernel.money import MoneyError, fmt, parse
from .close_tie_out import BY_HAND, NO_DATA, PEOPLE, TEXT_MIN_CHARS
from .refusal import refuse


class CloseTieOut(models.Model):
    _inherit = "ai.close.tie.out"

    def action_give(self, amount, source):
        """Say what the other side is where nothing could be read: a stock count, a confirmation of a bank.

        :param amount: a decimal string in the tie-out's currency, debit positive
        :param source: where it was read; a file that shows it is demanded before anybody prepares
        """
        self.ensure_one()
        action = "tie_out.give"
        self._need_role(*PEOPLE, action=action)
        self.check_access("read")
        self._lock_rows()
        self._need_open_period(action)
        if self.state != "no_data" and not (self.state == "open" and self.source_state == BY_HAND):
            sentence = self.env._("%s has data; a person gives what nobody could read.", self.name)
            raise refuse(self, "ENT001", sentence, action=action)
        source = source.strip() if isinstance(source, str) else ""
        if len(source) < TEXT_MIN_CHARS:
            sentence = self.env._("Say where the amount was read, in at least %s characters.", TEXT_MIN_CHARS)
            raise refuse(self, "ENT006", sentence, action=action)
        vals = self._given(amount, source, action)
        if self.state == NO_DATA:
            self._transition("open", vals=vals, action=action)
        else:
            before = {"other_balance": fmt(self.other_balance, self.currency_id.decimal_places)}
            self._guarded().write(vals)
            after = {"other_balance": fmt(self.other_balance, self.currency_id.decimal_places)}
            self.env["ai.close.audit"]._append(action, self, before=before, after=after | {"source": source})
        self._guarded().write({"payload_digest": self._digest_now()})
        return True

    @api.private
    def _given(self, amount, source, action):
        """Return the values of an other side that a person gives."""
        try:
            other = parse(fmt(parse(amount), self.currency_id.decimal_places))
        except MoneyError:
            sentence = self.env._("Give the amount as a plain number such as 1250.00.")
            raise refuse(self, "ENT008", sentence, action=action) from None
        difference = parse(fmt(self.balance, self.currency_id.decimal_places)) - other
        return {
            "source_state": BY_HAND,
            "source": source,
            "why": False,
            "other_balance": float(other),
            "difference": float(difference),
            "explained": 0.0,
            "open_amount": float(difference),
            "ties": not difference,
            "no_data_count": 0,
            "given_by_id": self.env.uid,
        }
