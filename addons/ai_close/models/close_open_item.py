"""ai.close.open.item: what a lock left open, by name: why, who said so, and when it was settled."""

from functools import partial

from odoo import api, fields, models

from ..kernel.lock_ends import months_between
from ..kernel.sod import SERVER
from .close_readiness import ENTRY_UNDECIDED, TASK_DONE
from .memo import gathered

# What the next close has to look at: accepted, and not yet settled or named anew.
STILL_OPEN = "open"


class CloseOpenItem(models.Model):
    _name = "ai.close.open.item"
    _inherit = ["ai.close.state.mixin"]
    _description = "Open item at a lock"
    _order = "id"
    _rec_name = "label"
    _ai_close_protected = frozenset(
        {
            "lock_id",
            "close_id",
            "first_close_id",
            "origin_id",
            "code",
            "key",
            "source_model",
            "source_id",
            "label",
            "count",
            "amount",
            "amount_known",
            "reason",
            "named_by_id",
            "named_at",
            "accepted_by_id",
            "accepted_at",
            "second_by_id",
            "carried_to_close_id",
            "settled_at",
        }
    )

    lock_id = fields.Many2one("ai.close.lock", required=True, readonly=True, index=True, ondelete="restrict")
    company_id = fields.Many2one(related="lock_id.company_id", store=True, index=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    close_id = fields.Many2one(
        "ai.close", string="Left open by", required=True, readonly=True, index=True, ondelete="restrict"
    )
    first_close_id = fields.Many2one("ai.close", string="Open since", required=True, readonly=True)
    origin_id = fields.Many2one("ai.close.open.item", string="Named before as", readonly=True, index=True)
    carried_to_close_id = fields.Many2one("ai.close", string="Carried to", readonly=True, index=True)
    # What it is: a source record, or (without one) all that one blocker of the close counted.
    code = fields.Char(required=True, readonly=True)
    key = fields.Char(required=True, readonly=True)
    source_model = fields.Char(readonly=True)
    source_id = fields.Many2oneReference(model_field="source_model", readonly=True)
    label = fields.Char("Open item", required=True, readonly=True)
    count = fields.Integer("Number", required=True, readonly=True, default=1)
    amount = fields.Monetary(readonly=True)
    amount_known = fields.Boolean(readonly=True)
    reason = fields.Text(required=True, readonly=True)
    state = fields.Selection(
        [
            ("named", "Named"),
            ("open", "Open"),
            ("settled", "Settled"),
            ("renewed", "Named again"),
            ("dropped", "Dropped"),
        ],
        default="named",
        required=True,
        readonly=True,
        index=True,
    )
    named_by_id = fields.Many2one("res.users", string="Named by", required=True, readonly=True)
    named_at = fields.Datetime(required=True, readonly=True)
    accepted_by_id = fields.Many2one("res.users", string="Accepted by", readonly=True)
    accepted_at = fields.Datetime(readonly=True)
    second_by_id = fields.Many2one("res.users", string="Second controller", readonly=True)
    settled_at = fields.Datetime(readonly=True)
    age_months = fields.Integer("Age in months", compute="_compute_age_months")

    _named_once = models.UniqueIndex(
        "(lock_id, key) WHERE state IN ('named', 'open')", "This is named on the request already."
    )
    _accepted = models.Constraint(
        "CHECK(state NOT IN ('open', 'settled', 'renewed') OR"
        " (accepted_by_id IS NOT NULL AND accepted_by_id <> named_by_id))",
        "Who named an open item can't accept it.",
    )

    @api.depends("first_close_id", "close_id", "carried_to_close_id")
    def _compute_age_months(self):
        for item in self.sudo():
            seen_in = item.carried_to_close_id or item.close_id
            item.age_months = months_between(item.first_close_id.period_end, seen_in.period_end)

    # -- settled or not, judged by the source

    @api.private
    def _is_settled(self):
        """Has the source of this item been put right since it was left open?"""
        self.ensure_one()
        item = self.sudo()
        source = item._source()
        if item.source_model and not source:
            return True  # what was deleted (a draft) keeps nothing open
        judge = getattr(item, f"_settled_{item.code.partition(':')[0].lower()}", None)
        if judge:
            return judge(source)
        codes = {blocker["code"] for blocker in item.first_close_id._readiness()["blockers"]}
        return item.code not in codes

    @api.private
    def _source(self):
        """Return the record that this item is about, if it has one that still exists."""
        if not self.source_model or self.source_model not in self.env:
            return None
        return self.env[self.source_model].sudo().browse(self.source_id).exists() or None

    def _settled_draft(self, move):
        return move.state != "draft" or move.date > self.first_close_id.period_end

    def _settled_task(self, task):
        return task.state in TASK_DONE

    def _settled_finding(self, finding):
        return finding.state in ("waived", "closed")

    def _settled_entry(self, entry):
        return entry.state not in ENTRY_UNDECIDED

    def _settled_run(self, _source):
        """No run could judge the month; the next one that finished has read what it left."""
        done = [
            ("company_id", "=", self.company_id.id),
            ("state", "=", "done"),
            ("date_end", ">", self.named_at),
        ]
        return bool(self.env["ai.close.run"].sudo().search_count(done, limit=1))

    def _settled_manual(self, _source):
        lists = self.env["ai.close.manual.list"].sudo()
        record = lists.search([("close_id", "=", self.first_close_id.id)], limit=1)
        return bool(record) and record.signed_digest == record.digest_now

    @api.private
    def _judge(self):
        """Mark as settled what is settled now; the audit trail tells when."""
        done = self.filtered(lambda item: item.state == STILL_OPEN and item._is_settled())
        if done:
            done._transition("settled", role=SERVER, vals={"settled_at": self._now()})
        return done

    @api.model
    @api.private
    def _left_before(self, close):
        """Return what earlier locks of this company left open and nobody settled, oldest first.

        Read without writing: whether each is settled is judged here and now.
        """
        found = self.sudo().search(
            [
                ("company_id", "=", close.company_id.id),
                ("state", "=", STILL_OPEN),
                ("close_id.period_end", "<", close.period_end),
            ]
        )
        found = found.filtered(lambda item: not item._is_settled())
        return found.sorted(lambda item: (item.first_close_id.period_end, item.id))

    @api.model
    @api.private
    def _keeps_open(self, record):
        """Is this record one that a lock left open, so that people may still settle it?"""
        return bool(record.id) and gathered(record, "kept open", partial(self._kept_open, record))[record.id]

    @api.model
    @api.private
    def _kept_open(self, records, ids):
        """Return ``{id: whether a lock left it open}`` of the model of ``records``."""
        found = self.sudo().search(
            [("source_model", "=", records._name), ("source_id", "in", ids), ("state", "=", STILL_OPEN)]
        )
        left = set(found.mapped("source_id"))
        return {each: each in left for each in ids}

    # -- for people and the package

    def action_open_source(self):
        """Open what this item is about."""
        self.ensure_one()
        self.check_access("read")
        if not self.sudo()._source():
            return self.sudo().first_close_id._window(
                "ai.close", self.first_close_id.name, [("id", "=", self.first_close_id.id)]
            )
        return {
            "type": "ir.actions.act_window",
            "name": self.label,
            "res_model": self.source_model,
            "res_id": self.source_id,
            "view_mode": "form",
            "views": [[False, "form"]],
        }

    @api.private
    def _package_rows(self):
        """Return plain rows of these items for the close package, oldest first."""
        labels = dict(self._fields["state"]._description_selection(self.env))
        return [
            {
                "item": item.label,
                "open_since": item.first_close_id.name,
                "age_months": item.age_months,
                "number": item.count,
                "amount": item.amount if item.amount_known else None,
                "currency": item.currency_id.name,
                "reason": item.reason,
                "named_by": item.named_by_id.name,
                "accepted_by": item.accepted_by_id.name or None,
                "second_by": item.second_by_id.name or None,
                "state": labels[item.state],
                "carried_to": item.carried_to_close_id.name or None,
            }
            for item in self.sudo().sorted(lambda item: (item.first_close_id.period_end, item.id))
        ]
