"""Undoing an approved entry: an entry with every sign swapped, which three people sign as well."""

from datetime import timedelta

from odoo import api, models

from ..kernel.sod import CONTROLLER, PREPARER
from .close_readiness import ENTRY_UNDECIDED
from .refusal import refuse

REVERSAL = "REV"


class AiCloseEntry(models.Model):
    _inherit = "ai.close.entry"

    def action_propose_reversal(self, reason):
        """Stage the reversal of this posted entry and return its form; nothing is posted yet."""
        self.ensure_one()
        action = "entry.propose_reversal"
        self._need_role(PREPARER, CONTROLLER, action=action)
        reason = self._need_reason(reason, action)
        self._lock_rows()
        self._need_reversible(action)
        entry, move = self.sudo(), self.sudo().move_id
        date = entry._reversal_day()
        if entry.reversal_date and entry.reversal_date <= date:
            raise refuse(
                self,
                "ENT014",
                self.env._(
                    "%(name)s was reversed on %(date)s by itself; nothing of it is left to undo.",
                    name=self.name,
                    date=entry.reversal_date,
                ),
                action=action,
            )
        reversal = self._stage_by_people(
            REVERSAL,
            move,
            {
                "name": self.env._("Reversal: %s", self.name),
                "close_id": self._close_of(entry.company_id, date, action).id,
                "date": date,
                # The accrual's own reversal is undone as well, or the next month would bear it.
                "reversal_date": entry.reversal_date,
                "journal_id": entry.journal_id.id,
                "ref": entry._reversal_ref(),
                "narration": reason,
            },
            self._lines_of(move, -1),
        )
        self.env["ai.close.audit"]._append(action, self, after={"entry": reversal.id}, reason=reason)
        return {
            "type": "ir.actions.act_window",
            "name": reversal.name,
            "res_model": self._name,
            "res_id": reversal.id,
            "view_mode": "form",
            "views": [(False, "form")],
        }

    def _need_reversible(self, action):
        """Refuse unless the entry is posted and nobody proposed its reversal yet."""
        if self.state != "posted":
            raise refuse(
                self,
                "ENT001",
                self.env._("%(name)s is %(state)s.", name=self.name, state=self._state_label()),
                action=action,
            )
        waiting = self._reversal_entries().filtered(lambda entry: entry.state in ENTRY_UNDECIDED)
        if waiting:
            raise refuse(
                self,
                "ENT001",
                self.env._("Its reversal is proposed already: %s.", waiting[0].name),
                action=action,
            )

    @api.private
    def _reversal_entries(self):
        return self.sudo().search(
            [("origin_move_id", "in", self.sudo().move_id.ids), ("proposer", "=", REVERSAL)]
        )

    @api.private
    def _reversal_day(self):
        """Return the entry's own date while that is open, else the first day that no lock binds."""
        day, company = self.date, self.company_id.with_context({})  # pylint: disable=context-overridden
        while locks := company._get_violated_lock_dates(day, False, self.journal_id):
            day = locks[-1][0] + timedelta(days=1)
        return day

    @api.private
    def _reversed_move(self):
        """Return the posted entry that this one reverses."""
        return self.origin_move_id if self.proposer == REVERSAL else super()._reversed_move()

    @api.private
    def _reversed_entry(self):
        return self.search([("move_id", "=", self._reversed_move().id or 0)], limit=1)

    def _after_posted(self):
        result = super()._after_posted()
        original = self.sudo()._reversed_entry() if self.proposer == REVERSAL else None
        if original:  # an entry booked by hand was no staged one
            self.browse(original.id)._transition("reversed", reason=self.narration)
        return result

    def _need_intact(self, action):
        result = super()._need_intact(action)
        if self.proposer == REVERSAL and not self.sudo()._reversed_stands():
            raise refuse(
                self,
                "ENT001",
                self.env._("What this reverses is not posted, or was reversed meanwhile."),
                action=action,
            )
        return result

    @api.private
    def _reversed_stands(self):
        """Tell whether what this reverses is still there to be reversed."""
        original, move = self._reversed_entry(), self._reversed_move()
        if original:
            return original.state == "posted"
        backs = move.search([("reversed_entry_id", "=", move.id), ("state", "=", "posted")])
        # its own reversal may lie in a later month: that one is undone together with it
        return move.state == "posted" and all(back.date == self.reversal_date for back in backs)
