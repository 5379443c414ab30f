"""ai.close.inherited: what was open before a company's first close, one list that two people sign once."""

from datetime import timedelta

from odoo import api, fields, models
from odoo.tools import SQL

from ..kernel import canonical
from ..kernel.money import fmt
from ..kernel.sod import CONTROLLER, PREPARER, REVIEWER, SERVER
from .close_inherited_item import BUCKETS, KINDS
from .refusal import refuse


class CloseInherited(models.Model):
    _name = "ai.close.inherited"
    _inherit = ["ai.close.state.mixin"]
    _description = "Inherited list"
    _order = "as_of desc, id desc"
    _ai_close_protected = frozenset(
        {
            "company_id",
            "close_id",
            "as_of",
            "taken_at",
            "items_digest",
            "books_digest",
            "item_ids",
            "prepared_by_id",
            "prepared_at",
            "signed_by_id",
            "signed_at",
            "signed_digest",
            "stale_reason",
        }
    )

    company_id = fields.Many2one("res.company", required=True, readonly=True, index=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    close_id = fields.Many2one(
        "ai.close", string="First close", required=True, readonly=True, ondelete="restrict"
    )
    as_of = fields.Date("Open on", required=True, readonly=True, help="The last day before the first close.")
    state = fields.Selection(
        [
            ("open", "To prepare"),
            ("prepared", "To sign"),
            ("signed", "Signed"),
            ("stale", "Changed since signed"),
        ],
        default="open",
        required=True,
        readonly=True,
    )
    taken_at = fields.Datetime("Read at", readonly=True)
    items_digest = fields.Char("Proof code", readonly=True)
    books_digest = fields.Char(readonly=True, help="Of all balances before the first close.")
    item_ids = fields.One2many("ai.close.inherited.item", "list_id", string="Items", readonly=True)
    prepared_by_id = fields.Many2one("res.users", string="Prepared by", readonly=True)
    prepared_at = fields.Datetime(readonly=True)
    signed_by_id = fields.Many2one("res.users", string="Signed by", readonly=True)
    signed_at = fields.Datetime(readonly=True)
    signed_digest = fields.Char("Signed proof code", readonly=True)
    stale_reason = fields.Char("Why it is to be signed again", readonly=True)
    count = fields.Integer("Number of items", compute="_compute_sums")
    open_count = fields.Integer("Still open", compute="_compute_sums")
    kinds = fields.Json("By kind", compute="_compute_sums")
    ageing = fields.Json("Ageing of receivables and payables", compute="_compute_sums")

    _company_unique = models.Constraint("UNIQUE(company_id)", "A company has one inherited list.")
    _two_people = models.Constraint(
        "CHECK(state <> 'signed' OR (signed_by_id IS NOT NULL AND prepared_by_id IS NOT NULL"
        " AND signed_by_id <> prepared_by_id))",
        "Who prepared the list can't sign it.",
    )

    @api.depends("company_id", "as_of")
    def _compute_display_name(self):
        for record in self:
            if not record.as_of:
                record.display_name = self.env._("Inherited list")
                continue
            record.display_name = self.env._(
                "Open before %(month)s, %(company)s",
                month=self.env["ai.close"]._month_label(record.as_of + timedelta(days=1)),
                company=record.company_id.sudo().name,
            )

    @api.depends("items_digest", "state")
    def _compute_sums(self):
        labels = dict(self.env["ai.close.inherited.item"]._fields["kind"]._description_selection(self.env))
        buckets = dict(self.env["ai.close.inherited.item"]._fields["bucket"]._description_selection(self.env))
        for record in self:
            sums = record._sums()
            decimals = record.currency_id.decimal_places
            record.count = sum(each["count"] for each in sums)
            record.open_count = sum(each["open_count"] for each in sums)
            record.kinds = [
                {
                    "kind": labels[kind],
                    "items": sum(each["count"] for each in sums if each["kind"] == kind),
                    "amount": fmt(sum(each["amount"] for each in sums if each["kind"] == kind), decimals),
                    "still open": sum(each["open_count"] for each in sums if each["kind"] == kind),
                    "open now": fmt(sum(each["open_now"] for each in sums if each["kind"] == kind), decimals),
                }
                for kind in KINDS
                if any(each["kind"] == kind for each in sums)
            ]
            record.ageing = [
                {"overdue": buckets[bucket]}
                | {
                    labels[kind]: fmt(
                        sum(
                            each["amount"]
                            for each in sums
                            if each["kind"] == kind and each["bucket"] == bucket
                        ),
                        decimals,
                    )
                    for kind in ("receivable", "payable")
                }
                for bucket in BUCKETS
            ]

    def _sums(self):
        """Return count and amount by kind and age, of then and of now, in one query."""
        items = self.env["ai.close.inherited.item"]
        items._flush_sources()
        return self.env.execute_query_dict(
            SQL(
                """
            SELECT item.kind, item.bucket, count(*) AS count, sum(item.amount) AS amount,
                   count(*) FILTER (WHERE now.amount <> 0) AS open_count,
                   coalesce(sum(now.amount), 0) AS open_now
              FROM ai_close_inherited_item item JOIN LATERAL (%s) now ON true
             WHERE item.list_id = %s GROUP BY item.kind, item.bucket""",
                items._open_now_sql(),
                self.id or 0,
            )
        )

    # -- the list of a company

    @api.model
    @api.private
    def _for_close(self, close):
        """Return the list that ``close`` inherits, made when there is none; nothing for a later close."""
        if not close._is_first():
            return self.browse()
        found = self.sudo().search([("company_id", "=", close.company_id.id)], limit=1)
        if not found:
            found = self._guarded().create(
                {
                    "company_id": close.company_id.id,
                    "close_id": close.id,
                    "as_of": close.sudo().company_id.ai_close_start - timedelta(days=1),
                }
            )
            found._take()
        return self.browse(found.id)

    @api.private
    def _take(self):
        """Read the list anew: what is open on its day, as the books say it now."""
        self.ensure_one()
        items = self.env["ai.close.inherited.item"]
        count = items._take(self.sudo())
        self._guarded().write(
            {
                "taken_at": self._now(),
                "items_digest": items._digest_of_list(self.sudo()),
                "books_digest": self._read_books_digest(),
            }
        )
        self.env["ai.close.audit"]._append(
            "inherited.take", self, role=SERVER, after={"items": count, "digest": self.sudo().items_digest}
        )

    @api.private
    def _family(self):
        """Return the company and those branches that have no close, hence no list, of their own."""
        company = self.sudo().company_id
        family = company.search([("id", "child_of", company.id)])
        return family.filtered(lambda each: each == company or not each.ai_close_enabled)

    @api.private
    def _read_books_digest(self):
        """Return the digest of every account's posted balance up to the list's day."""
        self.ensure_one()
        self.env["account.move.line"].flush_model(["balance", "date", "account_id", "company_id"])
        self.env["account.move"].flush_model(["state"])
        rows = self.env.execute_query(
            SQL(
                """
            SELECT line.company_id, line.account_id, count(*), trim_scale(sum(line.balance))
              FROM account_move_line line JOIN account_move move ON move.id = line.move_id
             WHERE line.company_id IN %s AND move.state = 'posted' AND line.date <= %s
             GROUP BY line.company_id, line.account_id ORDER BY line.company_id, line.account_id""",
                tuple(self._family().ids),
                self.sudo().as_of,
            )
        )
        return canonical.digest([[company, account, n, str(sum_)] for company, account, n, sum_ in rows])

    @api.private
    def _is_moved(self):
        """Have balances before the first close changed since the list was read?"""
        return self._read_books_digest() != self.books_digest

    @api.private
    def _judge(self):
        """Say of a signed list that the balances under it moved; it is to be signed again."""
        for record in self.sudo():
            if record.state == "signed" and record._is_moved():
                why = self.env._("Something was posted, changed or reset before %s.", record.close_id.name)
                record._transition("stale", role=SERVER, reason=why, vals={"stale_reason": why})

    # -- the signatures

    def action_prepare(self):
        """Read the list anew and say that it is complete; another person signs it."""
        for record in self:
            record._need_role(PREPARER, REVIEWER, CONTROLLER, action="inherited.prepare")
            record.check_access("read")
            record._lock_rows()
            record._need_open_close("inherited.prepare")
            record._take()
            record._transition(
                "prepared",
                vals={
                    "prepared_by_id": self.env.uid,
                    "prepared_at": self._now(),
                    "signed_by_id": False,
                    "signed_at": False,
                    "signed_digest": False,
                    "stale_reason": False,
                },
            )
        return True

    def action_sign(self):
        """Sign the list that another person prepared, as it was prepared."""
        action = "inherited.sign"
        for record in self:
            record._need_role(REVIEWER, CONTROLLER, action=action)
            record.check_access("read")
            record._lock_rows()
            record._need_open_close(action)
            record._need_other_than({self.env._("prepared"): record.prepared_by_id}, action=action)
            seen = self.env.context.get("ai_close_seen")
            if seen is not None and seen != record.items_digest:
                raise refuse(record, "ENT015", action=action)
            record._need_unchanged(action)
            record._transition(
                "signed",
                vals={
                    "signed_by_id": self.env.uid,
                    "signed_at": self._now(),
                    "signed_digest": record.items_digest,
                },
            )
            record.close_id.sudo()._refresh()
        return True

    def action_send_back(self):
        """Take the list back, or send it back to who prepared it."""
        self._need_role(PREPARER, REVIEWER, CONTROLLER, action="inherited.send_back")
        self.check_access("read")
        for record in self:
            record._lock_rows()
            record._transition("open", vals={"prepared_by_id": False, "prepared_at": False})
        return True

    def _need_open_close(self, action):
        if self.close_id._is_locked_now():
            raise refuse(self, "LCK001", action=action)

    def _need_unchanged(self, action):
        """Refuse a list that is no longer what was prepared: an item was settled, or the books moved."""
        now = self.env["ai.close.inherited.item"]._digest_of_books(self.sudo())
        if self.state == "prepared" and (now != self.items_digest or self._is_moved()):
            raise refuse(
                self,
                "POL014",
                self.env._(
                    "The books before %s changed since the list was prepared. Prepare it again, then sign.",
                    self.close_id.sudo().name,
                ),
                action=action,
            )

    @api.private
    def _audit_evidence(self):
        found = super()._audit_evidence()
        for record in self.sudo():
            found.setdefault(record.id, {}).update(
                items=record.count, digest=record.items_digest, books=record.books_digest
            )
        return found

    def action_open_items(self):
        """Open the items of the list, those that are still open first."""
        self.ensure_one()
        self.check_access("read")
        action = self._items_window(self.display_name)
        if self.env.context.get("still_open"):
            action["context"]["search_default_still_open"] = 1
        return action

    @api.private
    def _items_window(self, name):
        return {
            "type": "ir.actions.act_window",
            "name": name,
            "res_model": "ai.close.inherited.item",
            "domain": [("list_id", "in", self.ids)],
            "view_mode": "list,pivot",
            "views": [(False, "list"), (False, "pivot")],
            "context": {"create": False},
        }
