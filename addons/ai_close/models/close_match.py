"""ai.close.match: a proposed match of a bank line, and what a person decides about it."""

import math
from decimal import Decimal

from odoo import api, fields, models

from ..kernel.sod import CONTROLLER, PREPARER, REVIEWER, SERVER
from .refusal import CloseRefusal, refuse

PEOPLE = (PREPARER, REVIEWER, CONTROLLER)
REASON_MIN_CHARS = 3


class AiCloseMatch(models.Model):
    _name = "ai.close.match"
    _inherit = ["ai.close.state.mixin", "mail.thread"]
    _description = "Bank match"
    _order = "line_date desc, id desc"
    _rec_name = "line_label"
    _mail_post_access = "read"
    _ai_close_protected = frozenset(
        {
            "key",
            "close_id",
            "company_id",
            "run_id",
            "last_run_id",
            "statement_line_id",
            "line_date",
            "line_label",
            "line_amount",
            "currency_id",
            "item_ids",
            "kind",
            "confidence",
            "confidence_text",
            "band",
            "reasons",
            "alternatives",
            "origin",
            "matcher",
            "proposed_by_id",
            "accepted_by_id",
            "accepted_at",
            "reject_reason",
            "write_off_account_id",
            "write_off_label",
            "partner_before_id",
        }
    )

    key = fields.Char(required=True, readonly=True)
    close_id = fields.Many2one("ai.close", required=True, readonly=True, index=True, ondelete="restrict")
    company_id = fields.Many2one("res.company", required=True, readonly=True, index=True)
    run_id = fields.Many2one("ai.close.run", string="Proposed by run", readonly=True)
    last_run_id = fields.Many2one("ai.close.run", string="Seen by run", readonly=True, index=True)
    statement_line_id = fields.Many2one(
        "account.bank.statement.line",
        string="Bank line",
        readonly=True,
        index=True,
        ondelete="set null",
        help="Empty when the bank line was deleted; what was decided about it stays.",
    )
    journal_id = fields.Many2one(related="statement_line_id.journal_id", store=True, index=True)
    line_date = fields.Date("Date", readonly=True)
    line_label = fields.Char("Label", readonly=True)
    line_amount = fields.Monetary("Amount", readonly=True)
    currency_id = fields.Many2one("res.currency", readonly=True)
    item_ids = fields.One2many("ai.close.match.item", "match_id", string="Items", readonly=True)
    kind = fields.Char(readonly=True)
    matcher = fields.Char(readonly=True)
    confidence = fields.Float("Confidence (share)", readonly=True, digits=(5, 4), aggregator="avg")
    confidence_text = fields.Char("Confidence", readonly=True)
    band = fields.Selection(
        [("auto", "Sure"), ("review", "Check"), ("ask", "Open")], readonly=True, index=True
    )
    reasons = fields.Json(readonly=True)
    alternatives = fields.Json(readonly=True)
    origin = fields.Selection([("agent", "Agent"), ("person", "Person")], default="agent", readonly=True)
    proposed_by_id = fields.Many2one("res.users", string="Proposed by", readonly=True)
    state = fields.Selection(
        [
            ("proposed", "Proposed"),
            ("accepted", "Accepted"),
            ("undone", "Undone"),
            ("rejected", "Rejected"),
            ("superseded", "Superseded"),
        ],
        default="proposed",
        required=True,
        readonly=True,
        index=True,
        tracking=True,
    )
    accepted_by_id = fields.Many2one("res.users", string="Accepted by", readonly=True)
    accepted_at = fields.Datetime(readonly=True)
    reject_reason = fields.Char(readonly=True)
    write_off_account_id = fields.Many2one("account.account", readonly=True)
    write_off_label = fields.Char(readonly=True)
    partner_before_id = fields.Many2one("res.partner", string="Partner before", readonly=True)

    _key_unique = models.Constraint("UNIQUE(key)", "This match was proposed already.")
    _one_open_a_line = models.UniqueIndex(
        "(statement_line_id) WHERE state IN ('proposed', 'accepted')", "A bank line stands in one open match."
    )

    @api.model
    @api.private
    def _confidence_text(self, confidence):
        """Return the confidence rounded down to one digit; certainty is never claimed."""
        return f"{min(math.floor(round(confidence * 1000, 6)), 999) / 10:.1f} %"

    # -- what people decide

    def action_accept(self):
        """Reconcile the bank lines with the proposed items, each match on its own."""
        return self._each("match.accept", lambda match: match._accept())

    def action_undo(self):
        """Undo accepted matches: lines and items stand as they stood before."""
        return self._each("match.undo", lambda match: match._undo())

    def action_reject(self, reason):
        """Say no to proposed matches; the same match is not proposed again."""
        reason = reason.strip() if isinstance(reason, str) else ""
        self._need_role(*PEOPLE, action="match.reject")
        if len(reason) < REASON_MIN_CHARS:
            raise refuse(self, "ENT006", action="match.reject")
        return self._each(
            "match.reject",
            lambda match: match._transition("rejected", reason=reason, vals={"reject_reason": reason}),
        )

    def _each(self, action, step):
        """Take ``step`` for each record; several at once fail one by one, a single one refuses aloud."""
        self._need_role(*PEOPLE, action=action)
        self.check_access("read")
        done, failures = [], []
        for match in self._calm():
            try:
                with self.env.cr.savepoint():
                    step(match)
            except CloseRefusal as refusal:
                if len(self) == 1:
                    raise
                failures.append(
                    {
                        "id": match.id,
                        "name": match.line_label,
                        "code": refusal.code,
                        "message": str(refusal),
                        "state": match.state,
                    }
                )
                continue
            if match.state == "superseded":
                failures.append(
                    {
                        "id": match.id,
                        "name": match.line_label,
                        "code": "ENT007",
                        "state": match.state,
                        "message": self.env._(
                            "%s was settled otherwise meanwhile. [ENT007]", match.line_label
                        ),
                    }
                )
            else:
                done.append(match.id)
        return {"type": "ir.actions.act_window_close", "infos": {"done": done, "failures": failures}}

    def _calm(self):
        """Return ``self`` without anything in the context that could steer the bookkeeping."""
        kept = {
            name: self.env.context[name]
            for name in ("lang", "tz", "allowed_company_ids")
            if name in self.env.context
        }
        return self.with_context(kept)  # pylint: disable=context-overridden

    def _accept(self):
        self._lock_rows()
        if self.state != "proposed":
            raise refuse(
                self,
                "ENT001",
                self.env._("%(name)s is %(state)s already.", name=self.line_label, state=self._state_label()),
                action="match.accept",
            )
        self._need_right_to_accept()
        line, items = self._locked_line(), self.item_ids.sudo().move_line_id
        items._ai_close_lock_rows()
        self._need_open_date("match.accept")
        if self._is_superseded():
            self._transition("superseded", role=SERVER)
            return
        if not items and not self.write_off_account_id:
            raise refuse(
                self,
                "ENT008",
                self.env._("Nothing is proposed for %s yet: choose an item or an account.", self.line_label),
                action="match.accept",
            )
        self._need_residuals()
        self._guarded().write({"partner_before_id": line.partner_id.id})
        partner = items.partner_id.commercial_partner_id
        if len(partner) == 1 and line.partner_id.commercial_partner_id != partner:
            # Before the items: writing the partner later would build the lines anew.
            line.partner_id = partner
        write_offs = (
            [(self.write_off_account_id.sudo(), None, self.write_off_label)]
            if self.write_off_account_id
            else []
        )
        line._ai_close_settle(self._settle_items(), write_offs)
        self._transition("accepted", vals={"accepted_by_id": self.env.uid, "accepted_at": self._now()})

    def _settle_items(self):
        """Return the items as they were proposed; those a person chose go as far as the bank line does."""
        shares = [(item.move_line_id, item.amount, item.amount_currency) for item in self.item_ids.sudo()]
        if self.origin == "agent":
            return shares
        if self.write_off_account_id:
            # In full: the account takes what is left or missing.
            return [
                (line, line.amount_residual, line.amount_residual_currency)
                for line, _amount, _amount_currency in shares
            ]
        return [share[:1] for share in shares]

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
        line = self._locked_line()
        self._need_open_date("match.undo")
        partner = self.partner_before_id.sudo()
        line.action_undo_reconciliation()
        if line.partner_id != partner:
            line.partner_id = partner

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
                match._transition("undone")

    # -- demands

    def _need_right_to_accept(self, action="match.accept"):
        """Within the policy's limit a preparer may; above it a reviewer who did not propose it."""
        policy = self.env["ai.close.policy"]._in_force(self.company_id)
        limit = policy._money("limits", "match") if policy else None
        company_currency = self.company_id.sudo().currency_id
        amount = self._amount_to_judge()
        if limit is not None and company_currency.compare_amounts(amount, float(limit)) <= 0:
            self._need_role(*PEOPLE, action=action)
            return
        if not self._roles() & {REVIEWER, CONTROLLER}:
            raise refuse(
                self,
                "SOD005",
                self.env._(
                    "%(name)s is above the limit of %(limit)s; a reviewer can accept it.",
                    name=self.line_label,
                    limit=limit if limit is not None else 0,
                ),
                action=action,
            )
        self._settle_name(frozenset({REVIEWER, CONTROLLER}), action)
        if action == "match.accept":
            self._need_other_than({self.env._("proposed"): self.proposed_by_id}, action=action)

    @api.private
    def _amount_to_judge(self):
        """A small line must not carry large items to a write-off: whatever is larger counts."""
        items = sum(abs(Decimal(repr(item.amount))) for item in self.item_ids.sudo())
        return max(abs(self.statement_line_id.sudo().move_id.amount_total_signed), float(items))

    def _locked_line(self):
        """Return the bank line (sudo, the uid stays), its rows locked until the transaction ends."""
        line = self.statement_line_id.sudo()
        if not line:
            raise refuse(
                self,
                "ENT007",
                self.env._("The bank line of %s was deleted.", self.line_label),
                action="match.settle",
            )
        self.env.flush_all()
        self.env.cr.execute("SELECT id FROM account_move WHERE id = %s FOR UPDATE", [line.move_id.id])
        self.env.cr.execute("SELECT id FROM account_bank_statement_line WHERE id = %s FOR UPDATE", [line.id])
        line.move_id.line_ids._ai_close_lock_rows()
        line.invalidate_recordset()
        line.move_id.invalidate_recordset()
        return line

    def _need_open_date(self, action):
        move = self.statement_line_id.sudo().move_id
        if self.close_id._is_locked_now() or move._ai_close_locks(move.date):
            raise refuse(
                self,
                "LCK001",
                self.env._(
                    "The bank line of %(date)s lies in a locked period and stays as it is.", date=move.date
                ),
                action=action,
            )

    @api.private
    def _is_superseded(self):
        """Tell whether the bank line or one of the items was settled otherwise."""
        self.ensure_one()
        line = self.statement_line_id.sudo()
        if not line:
            return True
        _liquidity, suspense, other = line._seek_for_lines()
        items = self.item_ids.sudo().move_line_id
        if line.move_id.state != "posted" or len(suspense) != 1 or other:
            return True
        if self.origin == "agent" and self.key != self._key_of(self.company_id, line, items.ids):
            return True
        return any(item.reconciled or item.parent_state != "posted" for item in items)

    @api.model
    @api.private
    def _key_of(self, company, line, item_ids):
        """Return the key of the agent's proposal of these items for this line."""
        return f"M:{company.id}:{line.id}:" + "+".join(str(each) for each in sorted(item_ids))

    def _need_residuals(self):
        """Refuse when an item is open for less than the proposed share."""
        for item in self.item_ids.sudo():
            line = item.move_line_id
            currency = line.currency_id or item.company_currency_id
            share, residual = item.amount_currency, line.amount_residual_currency
            if share * residual <= 0 or currency.compare_amounts(abs(share), abs(residual)) > 0:
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

    @api.private
    def _judge_superseded(self):
        """Supersede proposals whose line or items were settled otherwise."""
        for match in self.sudo():
            if match.state == "proposed" and match._is_superseded():
                match._transition("superseded", role=SERVER)

    @api.private
    def _supersede(self, reason):
        """Make room for another match of the same bank line."""
        self._transition("superseded", role=SERVER, reason=reason)
        # Before the other one is inserted: the index that allows one open match would refuse it.
        self.flush_recordset()

    def _state_label(self):
        return dict(self._fields["state"]._description_selection(self.env))[self.state]
