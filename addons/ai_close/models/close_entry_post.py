"""Approving a staged entry: checked once more, posted with its reversal, all or nothing."""

from odoo import api, models
from odoo.fields import Command
from odoo.tools import format_date

from ..kernel.sod import CONTROLLER, REVIEWER
from .refusal import refuse


class AiCloseEntry(models.Model):
    _inherit = "ai.close.entry"

    def action_approve(self):
        """Approve as the third person and post entry and reversal together; nothing is posted otherwise."""
        for entry in self:
            entry._approve()
        return True

    def _approve(self):
        self._need_step("reviewed", "entry.approve", CONTROLLER, REVIEWER)
        self._need_other_than({**self._makers(), **self._checkers()}, action="entry.approve")
        self._need_limit()
        self._need_intact("entry.approve")
        self._need_open_dates()
        self._hold_accounts()
        self._need_postable("entry.approve")
        self._transition(
            "approved",
            vals={
                "approved_by_id": self.env.uid,
                "approved_at": self._now(),
                "approved_digest": self.sudo()._digest_now(),
                "same_person": self.reviewed_by_id == self.env.user,
            },
        )
        move, reversal = self._post_moves()
        self._transition("posted", vals={"move_id": move.id, "reversal_move_id": reversal.id})
        self._after_posted()
        self._guarded().activity_unlink(["mail.mail_activity_data_todo"])

    def _after_posted(self):
        """Do what follows for what the entry was made from; nothing for a proposal of the agent."""

    def _need_limit(self):
        """Above the policy's limit (or without one) a controller approves."""
        policy = self._policy()
        limit = policy._money("limits", "entry_controller") if policy else None
        small = limit is not None and self.currency_id.compare_amounts(self.amount_total, float(limit)) <= 0
        if small:
            return
        if CONTROLLER not in self._roles():
            raise refuse(
                self,
                "SOD005",
                self.env._(
                    "%(name)s is above the limit of %(limit)s; a controller approves it.",
                    name=self.name,
                    limit=limit if limit is not None else 0,
                ),
                action="entry.approve",
            )
        self._settle_name(frozenset({CONTROLLER}), "entry.approve")

    def _need_open_dates(self):
        """Refuse when a lock binds the entry's date or its reversal's; Odoo would re-date it in silence."""
        # pylint: disable-next=context-overridden
        company = self.company_id.with_context(self._admission())
        for date in filter(None, (self.date, self.reversal_date)):
            locks = company._get_violated_lock_dates(date, False, self.journal_id)
            if locks:
                raise refuse(
                    self,
                    "LCK002",
                    self.env._(
                        "Not posted: %(date)s is locked to %(locked)s.",
                        date=format_date(self.env, date),
                        locked=format_date(self.env, locks[-1][0]),
                    ),
                    action="entry.approve",
                )

    # -- posting

    def _post_moves(self):
        """Post the entry and, when it has one, its reversal; sudo, the approver's uid stays."""
        Move = self._guarded().env["account.move"]._ai_close_as_closer().with_context(**self._admission())
        move = Move.create(self._move_vals())
        reversal = Move.browse()
        if self.reversal_date:
            reversal = Move.create(self._move_vals(reversed_move=move))
        # One after the other: a reversal is matched with a posted original, so that accruals on a
        # reconcilable account leave no open items behind.
        for each in filter(None, (move, reversal)):
            each._post(soft=False)
        self._assert_posted(move, self.date)
        if reversal:
            self._assert_posted(reversal, self.reversal_date)
        self._hand_over_documents(move)
        return move, reversal

    def _hand_over_documents(self, move):
        """Give the journal entry copies of the documents that were signed with it."""
        for document in (
            self.env["ir.attachment"]
            .sudo()
            .search([("res_model", "=", self._name), ("res_id", "=", self.id), ("res_field", "=", False)])
        ):
            document.copy({"res_model": move._name, "res_id": move.id})

    @api.private
    def _move_vals(self, reversed_move=None):
        """Return the values of the journal entry, or of its reversal with every sign swapped."""
        entry, sign = self.sudo(), -1 if reversed_move else 1
        return {
            "move_type": "entry",
            "company_id": entry.company_id.id,
            "journal_id": entry.journal_id.id,
            "date": entry.reversal_date if reversed_move else entry.date,
            "ref": entry._reversal_ref() if reversed_move else entry.ref or entry.name,
            "narration": entry.narration,
            "auto_post": "no",
            "ai_close_entry_id": entry.id,
            "reversed_entry_id": (reversed_move or entry._reversed_move()).id,
            "line_ids": [
                Command.create(
                    {
                        "sequence": line.sequence,
                        "account_id": line.account_id.id,
                        "partner_id": line.partner_id.id,
                        "name": line.name,
                        "currency_id": (line.currency_id or entry.currency_id).id,
                        "balance": sign * line.balance,
                        "amount_currency": sign * line.amount_currency,
                        # Given, even when empty: Odoo would fill in what nobody signed.
                        "analytic_distribution": line.analytic_distribution or False,
                        # No tax and no tag, whatever the account's defaults say.
                        "tax_ids": [Command.clear()],
                        "tax_tag_ids": [Command.clear()],
                    }
                )
                for line in entry.line_ids.sorted(lambda line: (line.sequence, line.id))
            ],
        }

    def _assert_posted(self, move, date):
        """Odoo may re-date or leave a draft in silence; then everything is rolled back.

        What else could differ was compared by the guard, before the journal entry was posted.
        """
        if move.state != "posted" or move.date != date:
            raise self._redated(move, date)
