"""ai.close.entry.posting: staged entries that were approved and posted together, as a whole.

It keeps what the ledger said before and after.  Undoing it deletes nothing: the reversal of each entry is
staged, and signed by people like any entry.
"""

from odoo import api, fields, models

from ..kernel import canonical
from ..kernel.money import fmt
from ..kernel.proposers import NAMES
from ..kernel.sod import CONTROLLER, PREPARER
from .close_entry_manual import MANUAL
from .close_entry_reversal import REVERSAL
from .close_readiness import ENTRY_UNDECIDED
from .refusal import CloseRefusal, refuse


class AiCloseEntryPosting(models.Model):
    _name = "ai.close.entry.posting"
    _inherit = ["ai.close.state.mixin"]
    _description = "Entries posted together"
    _order = "approved_at desc, id desc"
    _ai_close_protected = frozenset(
        {
            "name",
            "close_id",
            "proposer",
            "entry_ids",
            "entry_count",
            "amount_total",
            "approved_by_id",
            "approved_at",
            "reason",
            "snapshot",
            "snapshot_digest",
        }
    )

    name = fields.Char(required=True, readonly=True)
    close_id = fields.Many2one("ai.close", required=True, readonly=True, index=True, ondelete="restrict")
    company_id = fields.Many2one("res.company", required=True, readonly=True, index=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    proposer = fields.Char("Kind", readonly=True)
    entry_ids = fields.One2many("ai.close.entry", "posting_id", string="Entries", readonly=True)
    entry_count = fields.Integer("Number of entries", readonly=True)
    amount_total = fields.Monetary("Amount", readonly=True, help="The sum of the debits.")
    approved_by_id = fields.Many2one("res.users", string="Approved by", required=True, readonly=True)
    approved_at = fields.Datetime("Approved at", required=True, readonly=True)
    reason = fields.Text(required=True, readonly=True)
    snapshot = fields.Json(
        "Ledger before and after",
        readonly=True,
        help="The posted balances on the last day of the period, right before and right after.",
    )
    snapshot_digest = fields.Char("Proof code", readonly=True)
    undo_state = fields.Selection(
        [
            ("posted", "Posted"),
            ("undoing", "Reversals wait"),
            ("partly", "Partly reversed"),
            ("undone", "Reversed"),
        ],
        "Stands",
        compute="_compute_undo_state",
    )

    @api.depends("entry_ids.state")
    def _compute_undo_state(self):
        for posting in self:
            entries = posting.sudo().entry_ids
            reversed_ones = entries.filtered(lambda entry: entry.state == "reversed")
            if entries and reversed_ones == entries:
                posting.undo_state = "undone"
            elif entries._reversal_entries().filtered(lambda entry: entry.state in ENTRY_UNDECIDED):
                posting.undo_state = "undoing"
            else:
                posting.undo_state = "partly" if reversed_ones else "posted"

    # -- what is kept of it

    @api.model
    @api.private
    def _ledger_of(self, entries):
        """Return ``{account: balance}`` on the last day of the period that these entries belong to."""
        entries = entries.sudo()
        return entries._ledger(entries.company_id, entries.line_ids.account_id, entries.close_id.period_end)

    @api.model
    @api.private
    def _record(self, entries, reason, before):
        """Keep that ``entries`` were posted together, with the balances ``before`` and those of now."""
        entries = entries.sudo()
        company, close, proposer = entries.company_id, entries.close_id, entries[0].proposer
        snapshot = self._snapshot(entries, before, self._ledger_of(entries))
        posting = self._guarded().create(
            {
                "name": self.env._(
                    "%(kind)s, %(close)s, %(count)s entries",
                    kind=entries[0]._kind_name(),
                    close=close.name,
                    count=len(entries),
                ),
                "close_id": close.id,
                "company_id": company.id,
                "proposer": proposer,
                "entry_count": len(entries),
                "amount_total": sum(entries.mapped("amount_total")),
                "approved_by_id": self.env.uid,
                "approved_at": self._now(),
                "reason": reason,
                "snapshot": snapshot,
                "snapshot_digest": canonical.digest(snapshot),
            }
        )
        entries._guarded().write({"posting_id": posting.id})
        self.env["ai.close.audit"]._append(
            "entry.batch",
            posting,
            after={"entries": entries.ids, "moves": (entries.move_id | entries.reversal_move_id).ids},
            evidence={"snapshot_digest": posting.snapshot_digest},
            reason=reason,
        )
        return self.browse(posting.id)

    @api.model
    def _snapshot(self, entries, before, after):
        places = entries.company_id.currency_id.decimal_places
        posted = entries.move_id.line_ids
        rows = []
        for account in entries.line_ids.account_id.with_company(entries.company_id).sorted("code"):
            own = sum(posted.filtered(lambda item, a=account: item.account_id == a).mapped("balance"))
            amounts = (before.get(account, 0.0), own, after.get(account, 0.0))
            rows.append([account.display_name, *(fmt(each, places) for each in amounts)])
        return {
            "as_of": entries.close_id.period_end.isoformat(),
            "columns": [
                self.env._("Account"),
                self.env._("Before"),
                self.env._("These entries"),
                self.env._("After"),
            ],
            "rows": rows,
        }

    # -- undoing it

    def action_propose_undo(self, reason):
        """Stage the reversal of each entry that still stands, all of them or none; nothing is posted yet."""
        self.ensure_one()
        action = "entry.propose_undo"
        self._need_role(PREPARER, CONTROLLER, action=action)
        self.check_access("read")
        self._lock_rows()
        standing = self.entry_ids.filtered(lambda entry: entry.state == "posted")
        waiting = standing.browse(
            standing._reversal_entries()
            .filtered(lambda entry: entry.state in ENTRY_UNDECIDED)
            .mapped(lambda entry: entry._reversed_entry().id)
        )
        if not standing - waiting:
            raise refuse(
                self,
                "ENT026",
                self.env._("Nothing of %s is left to reverse: its reversals wait or are posted.", self.name),
                action=action,
            )
        staged = []
        for entry in standing - waiting:
            try:
                staged.append(entry.action_propose_reversal(reason)["res_id"])
            except CloseRefusal as refusal:
                # the refusal of one is the refusal of all: name it
                raise refuse(
                    self,
                    refusal.code,
                    self.env._(
                        "Nothing was proposed. %(entry)s: %(why)s", entry=entry.name, why=refusal.sentence
                    ),
                    action=action,
                ) from None
        self.env["ai.close.audit"]._append(action, self, after={"entries": staged}, reason=reason)
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Reversals of %s", self.name),
            "res_model": "ai.close.entry",
            "view_mode": "list,form",
            "views": [(False, "list"), (False, "form")],
            "domain": [("id", "in", staged)],
        }


class AiCloseEntry(models.Model):
    _inherit = "ai.close.entry"

    posting_id = fields.Many2one(
        "ai.close.entry.posting",
        string="Posted together with",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="restrict",
    )

    @api.model
    @api.private
    def _protected(self):
        return super()._protected() | {"posting_id"}

    def _kind_name(self):
        """Return what entries of this kind are called."""
        by_people = {MANUAL: self.env._("Manual entry"), REVERSAL: self.env._("Reversal")}
        return by_people.get(self.proposer) or NAMES.get(self.proposer, self.proposer)
