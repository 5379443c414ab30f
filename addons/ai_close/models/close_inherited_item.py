"""ai.close.inherited.item: one thing that was open before the first close, and what is left of it."""

from datetime import timedelta

from odoo import api, fields, models
from odoo.tools import SQL

from . import close_inherited_sql as queries
from .refusal import refuse

KINDS = ("receivable", "payable", "outstanding", "clearing", "balance", "bank", "draft")
BUCKETS = ("current", "d30", "d60", "d90", "older")
# Roles of the policy whose accounts should run down to zero; the others' balances are no open items.
CLEARING_ROLES = (
    "suspense",
    "grni",
    "billed_not_received",
    "payroll_clearing",
    "clearing",
    "transfer",
    "private",
    "accrued_liability",
    "prepaid",
    "deferred_revenue",
)


class CloseInheritedItem(models.Model):
    _name = "ai.close.inherited.item"
    _inherit = ["ai.close.state.mixin"]
    _description = "Inherited item"
    _order = "kind, date_due, id"
    _rec_name = "label"
    _log_access = False

    list_id = fields.Many2one(
        "ai.close.inherited", required=True, readonly=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one("res.company", required=True, readonly=True, index=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    kind = fields.Selection(
        [
            ("receivable", "Receivable"),
            ("payable", "Payable"),
            ("outstanding", "Payment not on a statement"),
            ("clearing", "Item of a clearing account"),
            ("balance", "Balance of a clearing account"),
            ("bank", "Bank line not reconciled"),
            ("draft", "Draft"),
        ],
        required=True,
        readonly=True,
    )
    res_model = fields.Char(readonly=True)
    res_id = fields.Many2oneReference("Record", model_field="res_model", readonly=True)
    source_id = fields.Integer(readonly=True, help="The journal item, bank line, draft or account itself.")
    label = fields.Char("Document", readonly=True)
    partner_id = fields.Many2one("res.partner", readonly=True, index="btree_not_null")
    account_id = fields.Many2one("account.account", readonly=True)
    date = fields.Date(readonly=True)
    date_due = fields.Date("Due", readonly=True)
    amount = fields.Monetary("Open then", readonly=True)
    item_currency_id = fields.Many2one("res.currency", string="Currency", readonly=True)
    amount_currency = fields.Monetary(
        "Open then, in currency", currency_field="item_currency_id", readonly=True
    )
    bucket = fields.Selection(
        [
            ("current", "Not due"),
            ("d30", "1-30 days"),
            ("d60", "31-60 days"),
            ("d90", "61-90 days"),
            ("older", "Over 90 days"),
        ],
        "Overdue then",
        readonly=True,
    )
    open_now = fields.Monetary("Open now", compute="_compute_open_now")
    is_open = fields.Boolean("Still open", compute="_compute_open_now", search="_search_is_open")
    days_since = fields.Integer("Days since the start", compute="_compute_open_now")

    @api.model
    @api.private
    def _protected(self):
        return frozenset(self._fields) - {"id", "display_name"}

    # -- what is left of it

    @api.depends("amount")
    def _compute_open_now(self):
        self._flush_sources()
        rows = self.env.execute_query(
            SQL(
                "SELECT item.id, now.amount FROM ai_close_inherited_item item"
                " JOIN LATERAL (%s) now ON true WHERE item.id = ANY(%s)",
                self._open_now_sql(),
                list(self._ids),
            )
        )
        left, today = dict(rows), fields.Date.context_today(self)
        for item in self:
            item.open_now = left.get(item.id, 0.0)
            item.is_open = bool(left.get(item.id))
            item.days_since = (today - item.list_id.as_of).days if item.list_id else 0

    def _search_is_open(self, operator, value):
        if operator != "in" or set(value) != {True}:
            return NotImplemented
        self._flush_sources()
        query = SQL(
            "(SELECT item.id FROM ai_close_inherited_item item JOIN LATERAL (%s) now ON true"
            " WHERE now.amount <> 0)",
            self._open_now_sql(),
        )
        return [("id", "in", query)]

    @api.model
    def _open_now_sql(self):
        """Return a query that gives the one ``amount`` that is left of ``item`` today."""
        return queries.open_now()

    @api.model
    def _flush_sources(self):
        self.env["account.move.line"].flush_model()
        self.env["account.move"].flush_model()
        self.env["account.partial.reconcile"].flush_model()
        self.env["account.bank.statement.line"].flush_model()
        self.flush_model()

    # -- reading them

    @api.model
    @api.private
    def _rows_sql(self, inherited):
        """Return the query of all that is open on the day of ``inherited``, as columns of this table."""
        self._flush_sources()
        companies = inherited._family()
        policy = self.env["ai.close.policy"]._in_force(inherited.company_id)
        clearing = [id_ for role in CLEARING_ROLES for id_ in policy._role_account(role).ids]
        accounts = self.env["account.account"].sudo()
        journals = (
            self.env["account.journal"]
            .sudo()
            .with_context(active_test=False)
            .search([("company_id", "in", companies.ids)])
        )
        lines = journals.inbound_payment_method_line_ids | journals.outbound_payment_method_line_ids
        outstanding = lines.payment_account_id.filtered("reconcile")
        reconciled = accounts.browse(clearing).filtered("reconcile") - outstanding
        return queries.rows(
            companies=tuple(companies.ids),
            start=inherited.as_of + timedelta(days=1),
            outstanding=list(outstanding.ids),
            clearing=list(reconciled.ids),
            balances=list((accounts.browse(clearing) - reconciled - outstanding).ids),
        )

    @api.model
    @api.private
    def _take(self, inherited):
        """Replace the items of ``inherited`` by those of now, and return how many they are."""
        rows = self._rows_sql(inherited)
        self.env.cr.execute(SQL("DELETE FROM ai_close_inherited_item WHERE list_id = %s", inherited.id))
        names = SQL(", ").join(SQL.identifier(name) for name in queries.COLUMNS)
        self.env.cr.execute(
            SQL(
                "INSERT INTO ai_close_inherited_item (list_id, %s) SELECT %s, %s FROM (%s) found"
                " ORDER BY kind, date_due, source_id",
                names,
                inherited.id,
                names,
                rows,
            )
        )
        count = self.env.cr.rowcount
        self.env.invalidate_all(flush=False)
        return count

    @api.model
    @api.private
    def _digest_of_list(self, inherited):
        """Return the digest of the items as they are listed."""
        table = SQL("(SELECT * FROM ai_close_inherited_item WHERE list_id = %s)", inherited.id)
        return self._digest(table)

    @api.model
    @api.private
    def _digest_of_books(self, inherited):
        """Return the digest that the items would have if they were read now."""
        return self._digest(SQL("(%s)", self._rows_sql(inherited)))

    @api.model
    def _digest(self, table):
        return self.env.execute_query(queries.digest(table))[0][0]

    def action_open_record(self):
        """Open the document behind the item."""
        self.ensure_one()
        self.check_access("read")
        if not self.res_model or not self.env[self.res_model].browse(self.res_id).exists():
            raise refuse(self, "ENT001", self.env._("%s is gone.", self.label), action="inherited.open")
        return {
            "type": "ir.actions.act_window",
            "res_model": self.res_model,
            "res_id": self.res_id,
            "view_mode": "form",
            "views": [(False, "form")],
        }
