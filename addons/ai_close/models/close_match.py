"""ai.close.match: a proposed match of a bank line, and what a person decides about it."""

import math

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
            "line_ids",
            "write_offs",
            "account_id",
            "model",
            "undone_proof",
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
    line_ids = fields.One2many("ai.close.match.line", "match_id", string="Bank lines", readonly=True)
    write_offs = fields.Json(readonly=True, help="Kind and amount: company currency, debit positive.")
    account_id = fields.Many2one("account.account", string="Counterpart account", readonly=True)
    model = fields.Char("Matcher's version", readonly=True)
    undone_proof = fields.Char(
        "Facts when undone",
        readonly=True,
        help="What lines and items said when the match was undone: it is proposed again only when they say"
        " something else by now, or when a person asks for it.",
    )

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
        """Reconcile the bank lines with the proposed items; several at once fail one by one."""
        if len(self) > 1:
            return self._accept_many()
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
                failures.append(match._failure(refusal.code, str(refusal)))
                continue
            if match.state == "superseded":
                failures.append(match._failure_superseded())
            else:
                done.append(match.id)
        return {"type": "ir.actions.act_window_close", "infos": {"done": done, "failures": failures}}

    def _failure(self, code, message):
        """Return what the answer of a step says of a match that it was not taken for."""
        return {
            "id": self.id,
            "name": self.line_label,
            "code": code,
            "message": message,
            "state": self.state,
        }

    def _failure_superseded(self):
        said = self.env._("%s was settled otherwise meanwhile. [ENT007]", self.line_label)
        return self._failure("ENT007", said)

    def _calm(self):
        """Return ``self`` without anything in the context that could steer the bookkeeping."""
        kept = {
            name: self.env.context[name]
            for name in ("lang", "tz", "allowed_company_ids")
            if name in self.env.context
        }
        return self.with_context(kept)  # pylint: disable=context-overridden

    # -- demands

    def _need_right_to_accept(self, action="match.accept"):
        """Within the policy's limit a preparer may; above it a reviewer who did not propose it."""
        limit, above = self._above_limit()
        if not above:
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
    def _judge_superseded(self):
        """Supersede proposals whose line or items were settled otherwise."""
        for match in self.sudo():
            if match.state == "proposed" and match._is_superseded():
                match._transition("superseded", role=SERVER)

    @api.private
    def _supersede(self, reason):
        """Make room for another match of the same bank line."""
        self._transition("superseded", role=SERVER, reason=reason)
        # Before the other one is inserted: the indexes that allow one open match would refuse it.
        self.flush_recordset()
        self.line_ids.flush_recordset()

    def _state_label(self):
        return dict(self._fields["state"]._description_selection(self.env))[self.state]
