"""Staged entries that people make: a draft sent for approval, frees the draft or posts in its place."""

from odoo import SUPERUSER_ID, api, models
from odoo.tools import html2plaintext

from ..kernel.sod import CONTROLLER, PREPARER, SERVER
from .close_readiness import ENTRY_UNDECIDED
from .refusal import refuse

MANUAL = "MAN"
# In these states the draft belongs to its staged entry: it waits, or was posted through it.
HOLDING = (*ENTRY_UNDECIDED, "posted", "reversed")


class AiCloseEntry(models.Model):
    _inherit = "ai.close.entry"

    # -- making one

    @api.model
    @api.private
    def _stage_by_people(self, proposer, origin, vals, lines, cited=()):
        """Make a staged entry on behalf of the caller from a journal entry, which becomes its source.

        :param origin: the draft that it stands for, or the posted entry that it reverses
        :param lines: values of its lines
        :param cited: further journal entries that it rests on
        """
        company = origin.company_id
        earlier = self.sudo().search_count([("origin_move_id", "=", origin.id), ("proposer", "=", proposer)])
        sources = origin.union(*cited)
        facts = self.env["ai.close.source"]._cited(origin._name, sources.ids, vals["date"], company)
        entry = self._guarded().create(
            {
                "key": f"{proposer}:{company.id}:{origin.id}" + (f":{earlier + 1}" if earlier else ""),
                "proposer": proposer,
                "company_id": company.id,
                "origin_move_id": origin.id,
                "confidence": 1.0,
                "change_log": [],
                "line_ids": [(0, 0, line) for line in lines],
                "source_ids": [
                    (
                        0,
                        0,
                        {
                            "model": source._name,
                            "res_id": source.id,
                            "label": source.display_name,
                            "facts": facts[source.id][0],
                            "digest": facts[source.id][1],
                        },
                    )
                    for source in sources
                ],
                **vals,
            }
        )
        entry._sum_up()
        entry._guarded().write(
            {
                "proposed_digest": entry.payload_digest,
                "amount_min": entry.amount_total,
                "amount_max": entry.amount_total,
            }
        )
        return entry

    @api.model
    @api.private
    def _lines_of(self, move, sign=1):
        """Return values of lines that say what the items of ``move`` say."""
        return [
            {
                "sequence": 10 * at,
                "account_id": line.account_id.id,
                "partner_id": line.partner_id.id,
                "name": line.name or move.ref or move.name or "/",
                "balance": sign * line.balance,
                "currency_id": line.currency_id.id,
                "amount_currency": sign * line.amount_currency,
                "analytic_distribution": line.analytic_distribution or False,
            }
            for at, line in enumerate(move.line_ids._ai_close_accounted(), 1)
        ]

    @api.model
    @api.private
    def _close_of(self, company, date, action, journal=None):
        """Return the open close that an entry of ``company`` and ``date`` belongs to, or refuse.

        :param journal: the entry's, where it may belong to the adjustment close of a year
        """
        guarding = (
            company.sudo()
            .parent_ids.filtered("ai_close_enabled")
            .sorted(lambda each: len(each.parent_path or ""))[-1:]
        )
        if not guarding:
            raise refuse(self, "RUN006", action=action)
        close = self.env["ai.close"]._for_date(guarding, date).sudo()
        if close._is_locked_now() and not self._stages_for_reopen():
            raise refuse(self, "LCK001", action=action)
        return close

    # -- a draft sent for approval

    @api.model
    @api.private
    def _send_for_approval(self, draft):
        """Stage the draft ``draft`` as prepared by the caller; it can't be posted by itself from now on."""
        action = "entry.send"
        self._need_role(PREPARER, CONTROLLER, action=action)
        draft.check_access("write")
        draft._ai_close_lock_row()
        move = draft.sudo()
        self._need_sendable(move, action)
        cited = self._need_basis(move, action)
        close = self._close_of(move.company_id, move.date, action, move.journal_id)
        entry = self._stage_by_people(
            MANUAL,
            move,
            {
                "name": self.env._("Manual entry: %s", move.ref or move.display_name),
                "close_id": close.id,
                "date": move.date,
                "journal_id": move.journal_id.id,
                "ref": move.ref,
                "narration": html2plaintext(move.narration or "") or False,
                "recurrence": move.auto_post if move.auto_post not in ("no", "at_date") else False,
                "editor_ids": [(6, 0, (move._ai_close_authors() - self.env.user).ids)],
            },
            self._lines_of(move),
            cited,
        )
        for document in entry._documents_of(move):
            document.copy({"res_model": self._name, "res_id": entry.id})
        # What waits for people does not post itself.
        move.auto_post = "no"
        self.env["ai.close.audit"]._append("entry.send", entry, after={"draft": move.id})
        entry = self.browse(entry.id)
        entry._need_intact(action)
        entry._transition("prepared", vals={"prepared_by_id": self.env.uid, "prepared_at": self._now()})
        return entry

    def _need_sendable(self, move, action):
        """Refuse a journal entry that no staged entry can stand for."""
        if move.state != "draft" or move.move_type != "entry":
            raise refuse(
                move, "ENT001", self.env._("Only the draft of a journal entry is sent for approval."), action
            )
        request = move._ai_close_requests()[move.id]
        if request:
            raise refuse(move, "ENT001", move._ai_close_request_sentence(request), action)
        lines = move.line_ids._ai_close_accounted()
        taxed = lines.filtered(lambda line: line.tax_ids or line.tax_line_id or line.tax_tag_ids)
        if taxed:
            raise refuse(
                move,
                "ENT010",
                self.env._(
                    "%(lines)s bears a tax, which a staged entry can't. Enter the taxed part as a bill, an"
                    " invoice or a receipt, where Odoo computes its tax, and send the rest.",
                    lines=", ".join(taxed.mapped(lambda line: line.name or line.account_id.display_name)[:3]),
                ),
                action,
            )
        if not lines:
            raise refuse(move, "ENT003", action=action)
        move._ai_close_refuse_locked_date()

    @api.private
    def _documents_of(self, record):
        """Return the documents attached to ``record``."""
        return (
            self.env["ir.attachment"]
            .sudo()
            .search([("res_model", "=", record._name), ("res_id", "=", record.id), ("res_field", "=", False)])
        )

    # -- what becomes of the draft

    def _manual(self):
        return self.filtered(lambda entry: entry.proposer == MANUAL)

    def action_send_back(self, reason):
        """Return a sent draft to its maker as a draft; the staged entry made from it has served."""
        result = super().action_send_back(reason)
        self._manual()._transition("superseded", role=SERVER, reason=reason)
        return result

    @api.private
    def _judge_stale(self):
        # A draft that was changed after it was sent is not what the signatures say: it is sent again.
        result = super()._judge_stale()
        stale = self.sudo()._manual().filtered(lambda entry: entry.state == "stale")
        stale._transition("superseded", role=SERVER, reason=self.env._("The draft was changed."))
        return result

    @api.private
    def _transition(self, to, role=None, reason=None, vals=None, action=None):
        result = super()._transition(to, role=role, reason=reason, vals=vals, action=action)
        if to in ("rejected", "superseded"):
            self.sudo()._manual()._free_draft(reason)
        return result

    @api.private
    def _free_draft(self, reason):
        """Give the draft back to its maker: it can be edited, deleted or sent again."""
        for entry in self:
            draft = entry.origin_move_id
            if draft.state == "draft":
                if entry.recurrence:
                    # As nobody: whoever sends it back does not become one of its authors by it.
                    draft.with_user(SUPERUSER_ID).auto_post = entry.recurrence
                draft.message_post(
                    body=self.env._("Not approved: %s. It can be changed and sent again.", reason or "-")
                )

    def _after_posted(self):
        result = super()._after_posted()
        for entry in self.sudo()._manual():
            draft = entry.origin_move_id
            if entry.recurrence:
                # Odoo would have made the next one when it posted the draft.
                draft.auto_post = entry.recurrence
                draft._copy_recurring_entries()
            draft.message_post(
                body=self.env._("Approved; posted as %s in place of this draft.", entry.move_id.name)
            )
            draft.button_cancel()
        return result

    @api.private
    def _way_out(self):
        if self.proposer == MANUAL:
            return self.env._("Send it back; then its maker sends the draft again.")
        return super()._way_out()
