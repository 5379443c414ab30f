"""Approving a staged entry: checked once more, posted with its reversal, all or nothing."""

from contextlib import suppress
from functools import partial

from odoo import api, models
from odoo.fields import Command
from odoo.tools import format_date

from ..kernel.sod import CONTROLLER, REVIEWER
from .account_move_numbers import numbering_together
from .close_entry import PEOPLE
from .memo import gathered, known, remembering
from .refusal import CloseRefusal, refuse

# What the server posts itself is told by the audit trail, and by one note with its links: no message for each
# field that goes from empty to what was signed, and nobody follows it by having approved it.
UNTRACKED = {"tracking_disable": True, "mail_create_nosubscribe": True}


class AiCloseEntry(models.Model):
    _inherit = "ai.close.entry"

    def action_approve(self):
        """Approve as the third person and post entries with their reversals; nothing is posted otherwise."""
        for _entry, refusal in self._unapprovable():
            raise refusal
        self._post_approved()
        return True

    def _unapprovable(self):
        """Check each of these entries once more; return ``[(entry, why it can't be approved)]``."""
        found = []
        if len(self) > 1:
            # all of them at once and in one order, before anything is read
            with remembering(self):
                self._need_role(*PEOPLE, action="entry.approve")
            self.check_access("read")
            self._lock_rows()
        with remembering(self, locked=len(self) > 1):
            self._read_ahead()
            for entry in self:
                try:
                    entry._need_approvable()
                except CloseRefusal as refusal:
                    found.append((entry, refusal))
        return found

    @api.private
    def _read_ahead(self):
        """Read documents and sources of all these entries in one go, while they are judged together."""
        gathered(self, "evidence", self._evidence_of)
        gathered(self, "lent steps", self._lent_steps)
        gathered(self, "kept open", partial(self.env["ai.close.open.item"]._kept_open, self))
        with suppress(CloseRefusal):
            # what can't be cited is refused with its own entry
            self.sudo().source_ids._changed()

    def _need_approvable(self):
        action = "entry.approve"
        self._need_step("reviewed", action, CONTROLLER, REVIEWER)
        self._need_other_than({**self._makers(), **self._checkers()}, action=action)
        self._need_limit()
        self._need_intact(action)
        self._need_open_dates()

    def _post_approved(self):
        """Sign and post these entries, each of which was found approvable in this transaction."""
        self._hold_accounts()
        for entry in self:
            entry._need_postable("entry.approve")
        now = self._now()
        self._transition(
            "approved",
            vals=lambda entry: {
                "approved_by_id": self.env.uid,
                "approved_at": now,
                "approved_digest": entry.sudo().payload_digest,
                "same_person": entry.reviewed_by_id == self.env.user,
            },
        )
        posted = self._post_moves()
        self._transition(
            "posted",
            vals=lambda entry: dict(
                zip(("move_id", "reversal_move_id"), (move.id for move in posted[entry.id]), strict=True)
            ),
        )
        for entry in self:
            entry._after_posted()
        # the note with its links says what became of it, no second message that the state changed
        self._guarded()._track_discard()
        self._note_links()
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
            if not self._locks_without_admission(date):
                # an admission lets more pass, never less
                continue
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

    def _locks_without_admission(self, date):
        """Return the locks that bind ``date`` whatever entry is posted; asked once for entries alike."""
        company, journal = self.company_id, self.journal_id
        return known(
            self.env,
            "locks",
            (company.id, journal.id, date),
            lambda: company._get_violated_lock_dates(date, False, journal),
        )

    # -- posting

    def _post_moves(self):
        """Post the entries and the reversals that they have; sudo, the approver's uid stays.

        Returns ``{entry id: (entry, reversal or none)}``.
        """
        Move = self._guarded().env["account.move"]._ai_close_as_closer()
        Move = Move.with_context(**self._admission(), **UNTRACKED)
        reversing = self.filtered("reversal_date")
        moves = Move.create([entry._move_vals() for entry in self])
        of_entry = dict(zip(self.ids, moves, strict=True))
        reversals = Move.create([entry._move_vals(reversed_move=of_entry[entry.id]) for entry in reversing])
        # One after the other: a reversal is matched with a posted original, so that accruals on a
        # reconcilable account leave no open items behind.
        with numbering_together(self.env):
            for each in filter(None, (moves, reversals)):
                each._post(soft=False)
        of_reversal = dict(zip(reversing.ids, reversals, strict=True))
        posted = {}
        for entry in self:
            move, reversal = of_entry[entry.id], of_reversal.get(entry.id, Move.browse())
            entry._assert_posted(move, entry.date)
            if reversal:
                entry._assert_posted(reversal, entry.reversal_date)
            posted[entry.id] = (move, reversal)
        self._hand_over_documents(of_entry)
        return posted

    def _hand_over_documents(self, of_entry):
        """Give the journal entries copies of the documents that were signed with them."""
        for document in (
            self.env["ir.attachment"]
            .sudo()
            .search([("res_model", "=", self._name), ("res_id", "in", self.ids), ("res_field", "=", False)])
        ):
            move = of_entry[document.res_id]
            document.copy({"res_model": move._name, "res_id": move.id})

    def _note_links(self):
        """Link the staged entries and what was posted of them, both ways, in their discussions."""
        at_entry, at_move = {}, {}
        for entry in self.sudo():
            move, reversal, link = entry.move_id, entry.reversal_move_id, entry._get_html_link()
            at_entry[entry.id] = self.env._("Posted as %s.", move._get_html_link())
            at_move[move.id] = self.env._("Posted from the staged entry %s.", link)
            if reversal:
                at_entry[entry.id] = self.env._(
                    "Posted as %(move)s, reversed by %(reversal)s.",
                    move=move._get_html_link(),
                    reversal=reversal._get_html_link(),
                )
                at_move[move.id] = self.env._(
                    "Posted from the staged entry %(entry)s, reversed by %(reversal)s.",
                    entry=link,
                    reversal=reversal._get_html_link(),
                )
                at_move[reversal.id] = self.env._(
                    "Reversal of %(move)s, posted from the staged entry %(entry)s.",
                    move=move._get_html_link(),
                    entry=link,
                )
        self._guarded()._message_log_batch(at_entry)
        self._guarded().env["account.move"].browse(at_move)._message_log_batch(at_move)

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
