"""What a signature rests on: which records are signed, and the checksums of the files that hang on them."""

from odoo import api, models

from ..kernel.sod import AUDITOR, PEOPLE
from .refusal import refuse

# From these states a record bears somebody's name; its files stay as they were.
SIGNED_STATES = {
    "ai.close.task": ("prepared", "signed", "stale", "not_applicable"),
    "ai.close.finding": ("explained", "fixed", "waived", "closed"),
    "ai.close.entry": ("prepared", "reviewed", "approved", "posted", "reversed", "rejected"),
    "ai.close.match": ("accepted", "undone", "rejected"),
    "ai.close.reopen.report": ("signed",),
    "ai.close.tie.out": ("prepared", "signed"),
    "ai.close.lock": ("requested", "approved", "applied", "rejected", "expired"),
    **dict.fromkeys(
        ("ai.close.contract", "ai.close.loan", "ai.close.pay.run"), ("prepared", "reviewed", "replaced")
    ),
    "ai.close.package": ("done", "failed"),
    "ai.close.policy": ("proposed", "approved", "in_force", "replaced", "rejected"),
}


class CloseStateMixin(models.AbstractModel):
    _inherit = "ai.close.state.mixin"

    @api.private
    def _ai_close_signed(self):
        """Return those of these records that somebody signed, or whose period is locked."""
        states = SIGNED_STATES.get(self._name, ())
        return self.sudo().filtered(
            lambda record: record.state in states or record._ai_close_period_state() == "locked"
        )

    @api.private
    def _ai_close_period_state(self):
        """Return the state of the close that this record belongs to, or None."""
        close = self if self._name == "ai.close" else "close_id" in self._fields and self.sudo().close_id
        if not close:
            return None
        return "locked" if close._is_locked_now() else close.state

    @api.private
    def _ai_close_refuse_reader(self, action):
        """Refuse who is an auditor and nothing else: auditors read everything and add nothing."""
        held = self.env.user._ai_close_roles()
        if AUDITOR in held and not held & PEOPLE:
            sentence = self.env._("An auditor reads the close and adds nothing to it.")
            raise refuse(self, "SOD003", sentence, action=action)

    @api.private
    def _ai_close_files(self):
        """Return the files that hang on this record, in the order they came (sudo)."""
        self.ensure_one()
        return (
            self.env["ir.attachment"]
            .sudo()
            .search(
                [("res_model", "=", self._name), ("res_id", "=", self.id), ("res_field", "=", False)],
                order="id",
            )
        )


class AiCloseTask(models.Model):
    _inherit = "ai.close.task"

    @api.private
    def _ai_close_signed(self):
        # What the server's own check prepared bears nobody's name yet.
        return (
            super()._ai_close_signed().filtered(lambda task: task.state != "prepared" or task.prepared_by_id)
        )

    @api.private
    def _ai_close_files(self):
        return super()._ai_close_files() | self.sudo().evidence_ids


class CloseFinding(models.Model):
    _inherit = "ai.close.finding"

    @api.private
    def _ai_close_signed(self):
        # Who asked for a waiver did so on what was attached.
        signed = super()._ai_close_signed()
        return signed | self.sudo().filtered("waive_requested_by_id")


class AccountMove(models.Model):
    _inherit = "account.move"

    @api.private
    def _ai_close_signed(self):
        """Return the posted entries among these that were approved in the close."""
        return self.sudo().filtered(lambda move: move.ai_close_entry_id and move.state == "posted")
