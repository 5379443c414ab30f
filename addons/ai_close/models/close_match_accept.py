"""Accepting and undoing a match: rows are locked, looked at again, settled, and put back."""

from decimal import Decimal

from odoo import api, models

from ..kernel.match_kinds import NONE, key_of, kind_of
from ..kernel.money import parse
from ..kernel.sod import SERVER
from .refusal import refuse


class AiCloseMatch(models.Model):
    _inherit = "ai.close.match"

    def _accept(self):
        self._lock_rows()
        self._need_proposed()
        self._need_right_to_accept()
        self._need_lines()
        self._lock_books()
        self._need_open_date("match.accept")
        if self._is_superseded():
            self._transition("superseded", role=SERVER)
            return
        self._need_something()
        self._need_residuals()
        self._settle()
        self._transition("accepted", vals={"accepted_by_id": self.env.uid, "accepted_at": self._now()})

    def _need_proposed(self):
        if self.state != "proposed":
            raise refuse(
                self,
                "ENT001",
                self.env._("%(name)s is %(state)s already.", name=self.line_label, state=self._state_label()),
                action="match.accept",
            )

    def _need_something(self):
        if self._kind() == NONE or not (
            self.item_ids or self.write_off_account_id or self._kind() not in ("items", NONE)
        ):
            raise refuse(
                self,
                "ENT008",
                self.env._("Nothing is proposed for %s yet: choose an item or an account.", self.line_label),
                action="match.accept",
            )

    def _undo(self):
        self._lock_rows()
        if self.state != "accepted":
            raise refuse(
                self,
                "ENT001",
                self.env._(
                    "%(name)s is %(state)s; only an accepted match can be undone.",
                    name=self.line_label,
                    state=self._state_label(),
                ),
                action="match.undo",
            )
        self._need_right_to_accept("match.undo")
        self._need_lines()
        self._lock_books()
        self._need_open_date("match.undo")
        lines = self._bank_lines()
        partners = [(each.statement_line_id, each.partner_before_id) for each in self.line_ids.sudo()]
        if lines:
            lines.action_undo_reconciliation()
        else:
            self._settled_between_items().unlink()
            self._after_undo()
        for line, partner in partners:
            if line.partner_id != partner:
                line.partner_id = partner
        self._guarded().write({"undone_proof": self._facts_proofs()[self.id]})

    @api.private
    def _need_undoable(self):
        """Refuse to whoever may not undo these accepted matches, from whatever screen it is tried."""
        for match in self:
            if not match._roles():
                raise refuse(
                    match,
                    "SOD003",
                    self.env._(
                        "%s was accepted in the close; somebody who has a part in the close can undo it.",
                        match.line_label,
                    ),
                    action="match.undo",
                )
            match._need_right_to_accept("match.undo")
            match._need_open_date("match.undo")

    @api.private
    def _after_undo(self):
        """Note that the reconciliation of these matches was undone, from whatever screen."""
        for match in self:
            # A bank line that is undone undoes its settlements, each of which came here before.
            if match.state == "accepted":
                match._transition("undone", vals={"undone_proof": match._facts_proofs()[match.id]})

    # -- what it rests on

    def _kind(self):
        return kind_of(self.kind)

    @api.private
    def _bank_lines(self):
        """Return the bank lines (sudo, the uid stays) in the order of the match."""
        return self.line_ids.sudo().statement_line_id

    def _need_lines(self):
        if len(self._bank_lines()) != len(self.line_ids):
            raise refuse(
                self,
                "ENT007",
                self.env._("The bank line of %s was deleted.", self.line_label),
                action="match.settle",
            )

    def _lock_books(self):
        """Lock the bank lines and items of these matches until the transaction ends, and read them anew."""
        lines = self._bank_lines()
        self.env.flush_all()
        if lines:
            self.env.cr.execute(
                "SELECT id FROM account_move WHERE id = ANY(%s) ORDER BY id FOR UPDATE",
                [sorted(lines.move_id.ids)],
            )
            self.env.cr.execute(
                "SELECT id FROM account_bank_statement_line WHERE id = ANY(%s) ORDER BY id FOR UPDATE",
                [sorted(lines.ids)],
            )
        (lines.move_id.line_ids | self.item_ids.sudo().move_line_id)._ai_close_lock_rows()
        lines.invalidate_recordset()
        lines.move_id.invalidate_recordset()

    def _need_open_date(self, action):
        for line in self._bank_lines():
            move = line.move_id
            if self.close_id._is_locked_now() or move._ai_close_locks(move.date):
                raise refuse(
                    self,
                    "LCK001",
                    self.env._(
                        "The bank line of %(date)s lies in a locked period and stays as it is.",
                        date=move.date,
                    ),
                    action=action,
                )
        items = self.item_ids.sudo().move_line_id
        if not self.line_ids and items:
            # Items that settle each other do so on the day of the latest one.
            last = max(items, key=lambda item: (item.date, item.id))
            if last.move_id._ai_close_locks(last.date):
                raise refuse(
                    self,
                    "LCK001",
                    self.env._("The items of %(date)s lie in a locked period.", date=last.date),
                    action=action,
                )

    @api.private
    def _is_superseded(self):
        """Tell whether a bank line or one of the items was settled otherwise."""
        self.ensure_one()
        lines, items = self._bank_lines(), self.item_ids.sudo().move_line_id
        if len(lines) != len(self.line_ids) or not (lines or items):
            return True
        for line in lines:
            _liquidity, suspense, other = line._seek_for_lines()
            if line.move_id.state != "posted" or len(suspense) != 1 or other:
                return True
        if self.origin == "agent" and self.key != self._key_of(
            self.company_id, lines.ids, items.ids, self.kind
        ):
            return True
        return any(item.reconciled or item.parent_state != "posted" for item in items)

    @api.model
    @api.private
    def _key_of(self, company, line_ids, item_ids, kind="items"):
        """Return the key of the agent's proposal of these items for these lines."""
        return key_of(company.id, line_ids, item_ids, kind)

    def _need_residuals(self):
        """Refuse when an item is open for less than the proposed share."""
        for item in self.item_ids.sudo():
            line = item.move_line_id
            currency = line.currency_id or item.company_currency_id
            share, residual = item.amount_currency, line.amount_residual_currency
            beyond = share * residual <= 0 or currency.compare_amounts(abs(share), abs(residual)) > 0
            if beyond or self._is_lopsided(line, item.amount, share):
                raise refuse(
                    self,
                    "ENT007",
                    self.env._(
                        "%(item)s is open for %(residual)s, the match counts on %(share)s.",
                        item=line.move_id.name,
                        residual=residual,
                        share=share,
                    ),
                    action="match.accept",
                )

    # -- what it amounts to

    @api.private
    def _amount_to_judge(self):
        """A small line must not carry large items to a write-off: whatever is larger counts."""
        items = sum(abs(Decimal(repr(item.amount))) for item in self.item_ids.sudo())
        lines = sum(abs(Decimal(repr(line.move_id.amount_total_signed))) for line in self._bank_lines())
        return float(max(lines, items))

    @api.private
    def _written_off(self):
        """Return what leaves the items unpaid.

        An exchange difference is nobody's gift, but for what of it lies above a tenth of the items: no rate
        moves so far within a term of payment, and whoever may write off decides about it.
        """
        amounts = {each["kind"]: abs(parse(each["amount"])) for each in self.write_offs or ()}
        taken = (abs(Decimal(repr(item.amount))) for item in self.item_ids.sudo())
        items = sum(taken, Decimal(0))
        exchange = max(amounts.pop("fx", Decimal(0)) - items / 10, Decimal(0))
        return sum(amounts.values(), exchange)

    def _above_limit(self):
        """Return ``(limit, whether the match lies above it)``: of the match, or of its write-offs."""
        policy = self.env["ai.close.policy"]._in_force(self.company_id)
        currency = self.company_id.sudo().currency_id
        limits = [("match", self._amount_to_judge())]
        if self._written_off():
            limits.append(("write_off", float(self._written_off())))
        for name, amount in limits:
            limit = policy._money("limits", name) if policy else None
            if limit is None and name == "write_off":
                continue
            if limit is None or currency.compare_amounts(amount, float(limit)) > 0:
                return limit, True
        return limit, False
