"""ai.close.finding.cause: findings with one cause are one row; a step taken on the row reaches each of them.

A cause decides nothing and is counted nowhere: state, amount and owner are those of its findings, added up.
"""

from collections import defaultdict
from decimal import Decimal

from odoo import api, fields, models
from odoo.tools import SQL
from odoo.tools.sql import column_exists

from ..kernel import causes
from .close_finding import OPEN_STATES, SEVERITIES, STATES
from .close_state_mixin import passes
from .refusal import refuse

WAIVABLE = (*OPEN_STATES, "explained")


class CloseFindingCause(models.Model):
    _name = "ai.close.finding.cause"
    _description = "Cause of findings"
    # of the thread it has only what activities need: nothing of a cause is logged or tracked
    _inherit = ["ai.close.state.mixin", "mail.thread", "mail.activity.mixin"]
    _order = "severity_rank, amount desc, id"
    _rec_name = "title"
    _mail_post_access = "read"
    _ai_close_protected = frozenset(
        {
            "key",
            "close_id",
            "title",
            "rule",
            "rule_title",
            "finding_ids",
            "severity",
            "severity_rank",
            "count",
            "amount",
            "owner_id",
            "date_due",
        }
    )

    key = fields.Char(required=True, readonly=True)
    close_id = fields.Many2one("ai.close", required=True, readonly=True, index=True, ondelete="restrict")
    company_id = fields.Many2one("res.company", required=True, readonly=True, index=True)
    currency_id = fields.Many2one("res.currency", related="company_id.currency_id")
    title = fields.Char("Cause", required=True, readonly=True)
    rule = fields.Char(readonly=True, index=True)
    rule_title = fields.Char("What the rule looks for", readonly=True)
    finding_ids = fields.One2many("ai.close.finding", "cause_id", string="Findings", readonly=True)
    severity = fields.Selection(SEVERITIES, compute="_compute_sums", store=True)
    severity_rank = fields.Integer(compute="_compute_sums", store=True)
    state = fields.Selection(STATES, compute="_compute_sums", store=True, index=True)
    count = fields.Integer(
        "Findings to decide",
        compute="_compute_sums",
        store=True,
        help="How many of its findings are still to decide; all of them once nothing is left to decide.",
    )
    amount = fields.Monetary(compute="_compute_sums", store=True, help="The sum of the counted findings.")
    owner_id = fields.Many2one(
        "res.users", compute="_compute_sums", store=True, help="Empty where the findings have several owners."
    )
    date_due = fields.Date("Due", compute="_compute_sums", store=True)

    _unique_key = models.UniqueIndex("(close_id, key)", "This cause exists already.")
    _close_state_idx = models.Index("(close_id, state)")

    @api.depends(
        "finding_ids.state",
        "finding_ids.severity",
        "finding_ids.amount",
        "finding_ids.owner_id",
        "finding_ids.date_due",
    )
    def _compute_sums(self):
        parts = defaultdict(list)
        groups = (
            self.env["ai.close.finding"]
            .sudo()
            ._read_group(
                [("cause_id", "in", self.ids)],
                ["cause_id", "state", "severity", "owner_id", "date_due:day"],
                ["__count", "amount:sum"],
            )
        )
        for cause, state, severity, owner, due, count, amount in groups:
            part = causes.Part(
                state, severity, owner.id or None, due or None, count, Decimal(repr(amount or 0))
            )
            parts[cause.id].append(part)
        for cause in self:
            found = causes.add_up(parts[cause.id])
            cause.update(
                {
                    "state": found.state,
                    "severity": found.severity,
                    "severity_rank": causes.SEVERITIES.index(found.severity),
                    "count": found.count,
                    "amount": float(found.amount),
                    "owner_id": found.owner_id,
                    "date_due": found.due,
                }
            )

    def init(self):
        """Findings that an older version made are each a cause of its own."""
        if not column_exists(self.env.cr, "ai_close_finding", "cause_id"):
            return
        self.env.cr.execute(
            SQL("""
            INSERT INTO ai_close_finding_cause (key, close_id, company_id, title, rule, rule_title, severity,
                   severity_rank, state, count, amount, owner_id, create_date, write_date)
            SELECT key, close_id, company_id, title, rule, rule_title, severity, severity_rank, state, 1,
                   amount, owner_id, now() AT TIME ZONE 'UTC', now() AT TIME ZONE 'UTC'
              FROM ai_close_finding WHERE cause_id IS NULL
                ON CONFLICT DO NOTHING
            """)
        )
        self.env.cr.execute(
            SQL("""
            UPDATE ai_close_finding finding SET cause_id = cause.id FROM ai_close_finding_cause cause
             WHERE finding.cause_id IS NULL AND cause.close_id = finding.close_id AND cause.key = finding.key
            """)
        )

    # -- a step on the row is the same step on each finding: who may, and what it needs, is decided there

    def _step(self, method, states, *args):
        self.check_access("read")
        found = self.finding_ids.filtered(lambda finding: finding.state in states)
        if not found:
            raise refuse(
                self[:1],
                "AUD004",
                self.env._("No finding of this cause can take this step any more."),
                action=f"cause.{method.removeprefix('action_')}",
            )
        return getattr(found, method)(*args)

    def action_assign(self, user_id):
        """Make ``user_id`` the owner of every finding of these causes that is not decided."""
        return self._step("action_assign", OPEN_STATES, user_id)

    def action_explain(self, text):
        """Say of every open finding of these causes why it is in order."""
        return self._step("action_explain", OPEN_STATES, text)

    def action_mark_fixed(self):
        """Say that the books were put right for every finding of these causes."""
        return self._step("action_mark_fixed", WAIVABLE)

    def action_waive(self, reason):
        """Waive every finding of these causes that is not decided; a second person confirms where needed."""
        return self._step("action_waive", WAIVABLE, reason)

    def action_open(self):
        """Open the finding, or the list of them where the cause has several."""
        self.ensure_one()
        self.check_access("read")
        window = self.close_id._window("ai.close.finding", self.title, [("cause_id", "=", self.id)])
        # cards on a phone
        window["views"].insert(1, [False, "kanban"])
        if len(self.finding_ids) == 1:
            window |= {"res_id": self.finding_ids.id, "view_mode": "form", "views": [[False, "form"]]}
        return window

    # -- which cause a finding has

    @api.model
    @api.private
    def _named(self, close, named):
        """Return ``{key: cause}`` of ``close`` for rows of ``_own_cause``; make what is missing."""
        close = close.sudo()
        wanted = {each["key"]: each for each in named}
        domain = [("close_id", "=", close.id), ("key", "in", list(wanted))]
        known = {cause.key: cause for cause in self.sudo().search(domain)}
        for key, cause in known.items():
            if cause.title != wanted[key]["title"]:
                cause._guarded().write({"title": wanted[key]["title"]})
        fresh = [
            {**each, "close_id": close.id, "company_id": close.company_id.id}
            for key, each in wanted.items()
            if key not in known
        ]
        maker = self._guarded().with_context(mail_create_nolog=True, mail_notrack=True)
        made = maker.create(fresh).sudo(self.env.su)
        return known | {cause.key: cause for cause in made}


class CloseFinding(models.Model):
    _inherit = "ai.close.finding"

    cause_id = fields.Many2one("ai.close.finding.cause", readonly=True, index=True, ondelete="restrict")

    @api.model
    @api.private
    def _protected(self):
        return super()._protected() | {"cause_id"}

    @api.model_create_multi
    def create(self, vals_list):
        """A finding that comes without a cause is one of its own."""
        if passes(self.env):
            alone = defaultdict(list)
            for vals in vals_list:
                if not vals.get("cause_id"):
                    alone[vals["close_id"]].append(vals)
            for close_id, found in alone.items():
                made = self.env["ai.close.finding.cause"]._named(
                    self.env["ai.close"].browse(close_id), [_own_cause(vals) for vals in found]
                )
                for vals in found:
                    vals["cause_id"] = made[vals["key"]].id
        return super().create(vals_list)

    @api.model
    @api.private
    def _causes_of(self, run, rows):
        """Return ``{key of the finding: id of its cause}`` for the rows of ``run``."""
        named = {row["key"]: _row_cause(row) for row in rows}
        found = self.env["ai.close.finding.cause"]._named(run.close_id, named.values())
        return {key: found[cause["key"]].id for key, cause in named.items()}


def _own_cause(values):
    """Return the cause of a finding that shares it with no other."""
    return {name: values.get(name) for name in ("key", "title", "rule", "rule_title")}


def _row_cause(row):
    """Return the cause that a row of the port names, or its own."""
    return _own_cause(row) | (row.get("cause") or {})
