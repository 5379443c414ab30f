"""ai.close.adoption: what a person decides about an entry booked by hand on a proposer's accounts.

Adopted, it counts as posted by the proposer, with the reversal that took it back, or one that is staged now.
Rejected, its reversal is staged.  Written by one person, and it counts when another one reviewed it.
"""

from datetime import timedelta

from odoo import api, fields, models

from ..kernel.money import fmt
from ..kernel.proposers import ADOPTABLE, BY_HAND_ANY, NAMES
from .close_entry_manual import MANUAL
from .close_entry_reversal import REVERSAL
from .close_readiness import ENTRY_UNDECIDED
from .close_signed_by_two import SIGNATURES
from .refusal import refuse

ADOPT, REJECT = "adopt", "reject"
BOOKED, STAGE, NONE = "booked", "stage", "none"
GONE = ("rejected", "superseded")


class CloseAdoption(models.Model):
    _name = "ai.close.adoption"
    _inherit = ["ai.close.signed.by.two"]
    _description = "Decision about an entry booked by hand"
    _order = "id desc"
    _check_company_auto = True
    _ai_close_protected = SIGNATURES | {"staged_entry_id"}
    _ai_close_links = ("move_id", "reversal_move_id")

    state = fields.Selection(
        [
            ("draft", "Draft"),
            ("prepared", "To review"),
            ("reviewed", "Counts"),
            ("cancelled", "Cancelled"),
        ],
        default="draft",
        required=True,
        readonly=True,
        index=True,
        copy=False,
    )
    move_id = fields.Many2one(
        "account.move",
        "Booked by hand",
        required=True,
        index=True,
        copy=False,
        ondelete="restrict",
        check_company=True,
    )
    move_date = fields.Date(related="move_id.date", string="Accounting date")
    move_line_ids = fields.One2many(related="move_id.line_ids", string="What it booked")
    amount = fields.Monetary(
        compute="_compute_amount", currency_field="company_currency_id", help="The sum of its debits."
    )
    decision = fields.Selection(
        [(ADOPT, "Adopt: it counts as proposed"), (REJECT, "Reject: it is taken back")],
        required=True,
        default=ADOPT,
    )
    proposer = fields.Selection(
        [(code, NAMES[code]) for code in ADOPTABLE],
        "Counts as",
        help="The kind of adjusting entry that it is: what is proposed is less by what it booked.",
    )
    reversal = fields.Selection(
        [
            (BOOKED, "Another entry took it back"),
            (STAGE, "Stage its reversal"),
            (NONE, "None: the next proposal takes it into account"),
        ],
        default=STAGE,
        help="Unless an accrual is taken back, the cost stands there twice when the bill comes.",
    )
    reversal_move_id = fields.Many2one(
        "account.move",
        "Taken back by",
        copy=False,
        ondelete="restrict",
        check_company=True,
        help="The entry with every sign swapped, where Odoo does not link the two.",
    )
    reversal_date = fields.Date("Reversal on", help="Empty: the first open day after its month.")
    reason = fields.Char("Why")
    staged_entry_id = fields.Many2one(
        "ai.close.entry", "Staged reversal", readonly=True, copy=False, ondelete="restrict"
    )
    editor_ids = fields.Many2many(relation="ai_close_adoption_editor")

    _one_of_a_move = models.UniqueIndex(
        "(move_id) WHERE state <> 'cancelled'", "This entry has been decided about already."
    )

    @api.model
    @api.private
    def _step_prefix(self):
        return "adoption"

    @api.depends("move_id", "decision")
    def _compute_display_name(self):
        words = dict(self._fields["decision"]._description_selection(self.env))
        for one in self:
            what = words.get(one.decision, "").partition(":")[0]
            one.display_name = f"{what} {one.move_id.display_name}"

    @api.depends("move_id.line_ids.debit")
    def _compute_amount(self):
        for one in self:
            one.amount = one.company_currency_id.round(sum(one.sudo().move_id.line_ids.mapped("debit")))

    # -- completing and judging what is signed

    def _complete(self):
        """Fill in the linked reversal, and the day of the one to be staged."""
        one = self.sudo()
        vals = {}
        if one.decision == REJECT:
            vals.update(proposer=False, reversal=STAGE, reversal_move_id=False)
            vals["reversal_date"] = one._first_open_day(one.move_id.date)
        elif one.reversal == STAGE:
            vals["reversal_move_id"] = False
            if not one.reversal_date:
                after = one.move_id.date.replace(day=1) + timedelta(days=32)
                vals["reversal_date"] = one._first_open_day(after.replace(day=1))
        elif one.reversal == BOOKED:
            vals["reversal_date"] = False
            if not one.reversal_move_id:
                vals["reversal_move_id"] = one._linked_reversal().id
        else:
            vals.update(reversal_move_id=False, reversal_date=False)
        one._guarded().write(vals)

    def _first_open_day(self, day):
        """Return ``day``, or the first one after it in an open period that no lock binds.

        What was booked before the company's first close, or below a lock, is taken back after it.
        """
        closes = self.env["ai.close"].search([("company_id", "=", self.company_id.id)])
        starts = [close.period_start for close in closes if close.state != "locked"]
        day = max([day, *([min(starts)] if starts else [])])
        company = self.company_id.with_context({})  # pylint: disable=context-overridden
        while locks := company._get_violated_lock_dates(day, False, self._journal()):
            day = locks[-1][0] + timedelta(days=1)
        return day

    def _journal(self):
        """Return where the reversal is booked: the entry's journal, or the one for adjustments."""
        journal = self.move_id.journal_id
        if journal.type == "general":
            return journal
        policy = self.env["ai.close.policy"]._in_force_above(self.company_id)
        return journal.browse((policy.params or {}).get("adjustment_journal_id") or journal.id)

    def _linked_reversal(self):
        return self.env["account.move"].search(
            [("reversed_entry_id", "=", self.move_id.id), ("state", "=", "posted")], limit=1
        )

    def _problem(self):
        """Say what is missing or wrong, or None."""
        move = self.move_id
        if move.state != "posted":
            return self.env._("%s is not posted.", move.display_name)
        made = move.ai_close_entry_id
        if made and made.proposer != MANUAL:
            return self.env._("%s was proposed and approved: it counts already.", move.display_name)
        if move.ai_close_adoption_id - self:
            return self.env._("%s was adopted already.", move.display_name)
        if move.reversed_entry_id.ai_close_adoption_id:
            return self.env._("It takes back an adopted entry, and counts with that.")
        if self.decision == REJECT:
            return self._reject_problem()
        if not self.proposer:
            return self.env._("Say as what kind of adjusting entry it counts.")
        if self.proposer not in BY_HAND_ANY and not move._ai_close_is_written():
            return self.env._("Only a journal entry is adopted as an accrual: leave documents as they are.")
        if self.proposer not in move._ai_close_touched():
            return self.env._(
                "%(entry)s books nothing on the policy's accounts for '%(kind)s'.",
                entry=move.display_name,
                kind=NAMES[self.proposer],
            )
        return self._reversal_problem()

    def _reject_problem(self):
        if not self.reason or len(self.reason.strip()) < 3:
            return self.env._("Say why it is taken back.")
        if not self.move_id._ai_close_is_written():
            return self.env._("Only a journal entry is taken back here; correct documents by documents.")
        back = self._linked_reversal()
        if back and back.date <= self.reversal_date:
            return self.env._(
                "%(entry)s took it back on %(date)s; nothing of it is left.",
                entry=back.display_name,
                date=back.date,
            )
        return self._stage_problem()

    def _reversal_problem(self):
        """Say what is wrong with how an adopted entry is taken back."""
        if not self.reversal:
            return self.env._("Say how it is taken back.")
        if self.reversal == STAGE:
            if self._linked_reversal():
                return self.env._("%s took it back already.", self._linked_reversal().display_name)
            return self._stage_problem()
        back = self.reversal_move_id
        if self.reversal == NONE:
            return None
        if not back or back == self.move_id:
            return self.env._("Name the entry that took it back, or let its reversal be staged.")
        if back.state != "posted" or back.date < self.move_id.date:
            return self.env._("%s is not posted, or is dated before the entry.", back.display_name)
        if back.ai_close_entry_id or back.ai_close_adoption_id - self:
            return self.env._("%s belongs to another entry.", back.display_name)
        swapped = {at: (-own, -foreign) for at, (own, foreign) in self._sums(self.move_id).items()}
        if self._sums(back) != swapped:
            return self.env._(
                "%s is not this entry with every sign swapped. Where one entry took back several, adopt it as"
                " an entry of its own, without a reversal.",
                back.display_name,
            )
        return None

    def _stage_problem(self):
        move = self.move_id
        if not self.reversal_date or self.reversal_date < move.date:
            return self.env._("The reversal is dated before the entry.")
        if move.line_ids.filtered(lambda line: line.tax_ids or line.tax_line_id or line.tax_tag_ids):
            return self.env._("%s bears taxes, which a staged entry can't: reverse it in Odoo.", move.name)
        return None

    def _sums(self, move):
        """Return what an entry books, by account, partner and currency, as exact text-free minor units."""
        found = {}
        for line in move.line_ids._ai_close_accounted():
            at = (line.account_id.id, line.partner_id.commercial_partner_id.id, line.currency_id.id)
            own, foreign = found.get(at, (0, 0))
            found[at] = (
                own + round(line.balance * 10**line.company_currency_id.decimal_places),
                foreign + round(line.amount_currency * 10**line.currency_id.decimal_places),
            )
        return {at: sums for at, sums in found.items() if any(sums)}

    @api.private
    def _payload(self):
        """Return everything that a signature covers, what the entries book included."""
        return {
            "company": self.company_id.id,
            "decision": self.decision,
            "proposer": self.proposer or None,
            "reversal": self.reversal or None,
            "reversal_date": self.reversal_date or None,
            "reason": self.reason or "",
            "entries": [
                {
                    "id": move.id,
                    "date": move.date,
                    "state": move.state,
                    "lines": [
                        [
                            line.account_id.id,
                            line.partner_id.id or None,
                            line.currency_id.name,
                            fmt(line.balance, line.company_currency_id.decimal_places),
                            fmt(line.amount_currency, line.currency_id.decimal_places),
                        ]
                        for line in move.line_ids._ai_close_accounted().sorted("id")
                    ],
                }
                for move in (self.move_id, self.reversal_move_id)
                if move
            ],
        }

    # -- what follows

    def action_review(self):
        """Sign as the second person: it counts, and a reversal that was asked for is staged."""
        for one in self:
            # Two decisions about one entry, or a reversal booked meanwhile, wait for each other here.
            (one.sudo().move_id | one.sudo().reversal_move_id)._ai_close_lock_row()
        result = super().action_review()
        for one in self:
            adoption = one.sudo()
            if adoption.decision == ADOPT:
                adoption._link(adoption.move_id | adoption.reversal_move_id, adoption)
            if adoption.decision == REJECT or adoption.reversal == STAGE:
                one._stage()
        return result

    def _link(self, moves, adoption):
        moves.sudo()._ai_close_as_closer().write({"ai_close_adoption_id": adoption.id})

    def _stage(self):
        """Stage the reversal of the entry: prepared, reviewed and approved like any other."""
        one, entries = self.sudo(), self.env["ai.close.entry"]
        move, date = one.move_id, one.reversal_date
        close = entries._close_of(one.company_id, date, "adoption.review", one._journal())
        back = one._linked_reversal() if one.decision == REJECT else move.browse()
        entry = entries._stage_by_people(
            REVERSAL,
            move,
            {
                "name": self.env._("Reversal: %s", move.display_name),
                "close_id": close.id,
                "date": date,
                # What already takes it back is undone as well, or the next month would bear it.
                "reversal_date": back.date,
                "journal_id": one._journal().id,
                "ref": self.env._("Reversal of: %s", move.name),
                "narration": one.reason or self.env._("Adopted as: %s", NAMES.get(one.proposer, "")),
                # Whoever asked for it made it, and signs neither as reviewer nor as approver.
                "editor_ids": [(6, 0, (one.editor_ids | one.prepared_by_id).ids)],
            },
            entries._lines_of(move, -1),
        )
        one._guarded().write({"staged_entry_id": entry.id})
        self.env["ai.close.audit"]._append("adoption.stage", self, after={"entry": entry.id})

    def action_cancel(self, reason):
        """Take the decision back; its staged reversal has to be out of the way."""
        for one in self:
            staged = one.sudo().staged_entry_id
            if staged and staged.state not in GONE:
                if staged.state not in ENTRY_UNDECIDED:
                    sentence = self.env._("Its reversal was posted; propose the reversal of that first.")
                else:
                    sentence = self.env._("Reject its staged reversal first: %s.", staged.name)
                raise refuse(one, "ENT001", sentence, action="adoption.cancel")
        result = super().action_cancel(reason)
        for one in self.sudo():
            linked = one.env["account.move"].search([("ai_close_adoption_id", "=", one.id)])
            one._link(linked, one.browse())
        return result

    def action_open_entry(self):
        """Open the staged reversal."""
        self.ensure_one()
        self.check_access("read")
        return self.env["ai.close.entry"].browse(self.sudo().staged_entry_id.id).get_formview_action()
