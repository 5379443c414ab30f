"""Journal entries against their approval: what is posted is exactly what three people signed."""

from odoo import api, fields, models
from odoo.tools import SQL

from .close_entry_manual import HOLDING, MANUAL
from .memo import gathered, remembering
from .refusal import CloseRefusal, refuse


class AccountMove(models.Model):
    _inherit = "account.move"

    ai_close_request_id = fields.Many2one(
        "ai.close.entry",
        string="Waits for approval",
        compute="_compute_ai_close_request",
        help="The staged entry that this draft was sent for approval as.",
    )
    ai_close_needs_approval = fields.Boolean(compute="_compute_ai_close_request")

    @api.depends("state", "journal_id", "move_type", "line_ids.balance")
    def _compute_ai_close_request(self):
        stored = self.filtered(lambda move: isinstance(move.id, int))
        waiting = stored._ai_close_requests()
        needing = stored.filtered(lambda move: move.state == "draft")._ai_close_manual_above()
        for move in self:
            move.ai_close_request_id = waiting.get(move.id, False)
            move.ai_close_needs_approval = move in needing

    # -- the guard

    @api.private
    def _ai_close_check_approved(self):
        """Refuse what is not as it was approved, and what is posted through an approval only.

        Called by the posting guard for the drafts of guarded companies that are about to be posted, whoever
        posts them.
        """
        moves = self.sudo()
        entries = moves.ai_close_entry_id
        with remembering(entries):
            gathered(entries, "evidence", entries._evidence_of)
            gathered(entries, "posted", entries._posted_of)
            for move in moves.filtered("ai_close_entry_id"):
                move.ai_close_entry_id._need_as_approved(move)
        moves.filtered(
            lambda move: move.move_type == "entry" and not move.ai_close_entry_id
        )._ai_close_need_approval()

    @api.private
    def _ai_close_need_approval(self):
        """Refuse drafts that wait for an approval, or that the policy wants approved."""
        self.reversed_entry_id._ai_close_refuse_reversal("move.post")
        # What was created by this very transaction was never sent, and is nobody's draft.
        drafted = self.filtered(lambda move: move.create_date and move.create_date < self.env.cr.now())
        requests = drafted._ai_close_requests()
        for move in drafted:
            if request := requests[move.id]:
                raise refuse(move, "ENT013", move._ai_close_request_sentence(request), action="move.post")
        for move in drafted._ai_close_manual_above():
            raise refuse(
                move,
                "ENT013",
                self.env._(
                    "%(name)s is a manual entry of %(amount)s or more in %(journal)s. Open it and use"
                    " 'Send for approval'; it is posted when it is approved.",
                    name=move.ref or move.display_name,
                    amount=move._ai_close_manual_policy()["amount"],
                    journal=move.journal_id.display_name,
                ),
                action="move.post",
            )

    # -- drafts that were sent

    @api.private
    def _ai_close_requests(self):
        """Return ``{id: the staged entry that holds the draft, or none}``."""
        found = dict.fromkeys(self.ids, self.env["ai.close.entry"])
        entries = (
            self.env["ai.close.entry"]
            .sudo()
            .search(
                [
                    ("origin_move_id", "in", self.ids),
                    ("proposer", "=", MANUAL),
                    ("state", "in", HOLDING),
                ]
            )
            if self.ids
            else ()
        )
        for entry in entries:
            found[entry.origin_move_id.id] = entry.sudo(self.env.su)
        return found

    @api.private
    def _ai_close_request_sentence(self, request):
        """Say what became of a draft that was sent for approval."""
        request = request.sudo()
        if request.move_id:
            return self.env._(
                "%(name)s was posted already, as %(posted)s.",
                name=self.ref or self.display_name,
                posted=request.move_id.name,
            )
        return self.env._(
            "%(name)s waits for approval as '%(entry)s' (%(state)s). It is posted when that is approved;"
            " sending that back frees it.",
            name=self.ref or self.display_name,
            entry=request.name,
            state=request._state_label(),
        )

    @api.private
    def _ai_close_lock_row(self):
        """Lock this draft until the end of the transaction: it is sent once."""
        self.flush_recordset()
        self.env.cr.execute(
            SQL("SELECT id FROM account_move WHERE id = ANY(%s) ORDER BY id FOR NO KEY UPDATE", self.ids)
        )
        self.invalidate_recordset(["state"])

    @api.private
    def _ai_close_authors(self):
        """Return the people who wrote this draft or one of its items."""
        users = self.create_uid | self.write_uid | self.line_ids.create_uid | self.line_ids.write_uid
        return users.filtered(lambda user: user._is_internal() and not user._is_superuser())

    def action_ai_close_send_for_approval(self):
        """Make staged entries of these drafts; from a list, one that is refused keeps none of the others."""
        entries = self.env["ai.close.entry"]
        if len(self) == 1:
            entry = entries._send_for_approval(self)
            return entry.get_formview_action()
        refused = []
        for move in self:
            try:
                with self.env.cr.savepoint():
                    entries |= entries._send_for_approval(move)
            except CloseRefusal as refusal:
                refused.append(f"{move.ref or move.display_name}: {refusal.sentence} [{refusal.code}]")
        sent = self.env._("%(sent)s sent for approval.", sent=len(entries))
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "warning" if refused else "success",
                "sticky": bool(refused),
                "message": "\n".join([sent, *refused]),
                "next": {"type": "ir.actions.act_window_close"},
            },
        }

    # -- undoing what was approved

    def action_ai_close_propose_reversal(self, reason):
        """Propose the reversal of the staged entry that this was posted from."""
        self.ensure_one()
        self.check_access("read")
        entry = self.sudo().ai_close_entry_id
        return self.env["ai.close.entry"].browse(entry.id).action_propose_reversal(reason)

    def _reverse_moves(self, default_values_list=None, cancel=False):
        self._ai_close_refuse_reversal("move.reverse")
        return super()._reverse_moves(default_values_list, cancel)

    @api.private
    def _ai_close_refuse_reversal(self, action):
        """An approved entry is undone by an entry that is approved like it."""
        approved = self.sudo().filtered(lambda move: move.ai_close_entry_id and move.state == "posted")
        if approved:
            raise refuse(
                approved,
                "ENT014",
                self.env._(
                    "%(moves)s was approved in the close. Open it and use 'Propose reversal';"
                    " the reversal is prepared, reviewed and approved like the entry.",
                    moves=", ".join(approved.mapped("display_name")),
                ),
                action=action,
            )
