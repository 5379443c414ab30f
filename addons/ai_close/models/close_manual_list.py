"""ai.close.manual.list: all manual entries of a month that no approval covers, signed by a second person."""

from odoo import api, fields, models
from odoo.tools import SQL

from ..kernel import canonical
from ..kernel.money import fmt
from ..kernel.sod import CONTROLLER, REVIEWER, SERVER
from .refusal import refuse


class CloseManualList(models.Model):
    _name = "ai.close.manual.list"
    _inherit = ["ai.close.state.mixin"]
    _description = "List of manual entries"
    _order = "period_end desc, id desc"
    _rec_name = "close_id"
    _ai_close_protected = frozenset(
        {"close_id", "company_id", "signed_by_id", "signed_at", "signed_digest", "signed_rows"}
    )

    close_id = fields.Many2one("ai.close", required=True, readonly=True, ondelete="restrict")
    company_id = fields.Many2one(
        related="close_id.company_id", store=True, readonly=True, index=True, string="Company"
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    period_end = fields.Date(related="close_id.period_end", store=True, readonly=True)
    state = fields.Selection(
        [("open", "To sign"), ("signed", "Signed"), ("stale", "Changed since signed")],
        default="open",
        required=True,
        readonly=True,
    )
    signed_by_id = fields.Many2one("res.users", string="Signed by", readonly=True)
    signed_at = fields.Datetime(readonly=True)
    signed_digest = fields.Char("Signed proof code", readonly=True)
    signed_rows = fields.Json("As signed", readonly=True)

    digest_now = fields.Char("Proof code", compute="_compute_rows")
    rows = fields.Json("Entries", compute="_compute_rows")
    count = fields.Integer("Number of entries", compute="_compute_rows")
    amount = fields.Monetary("Sum of the debits", compute="_compute_rows")
    is_stale = fields.Boolean(compute="_compute_rows")

    _close_unique = models.Constraint("UNIQUE(close_id)", "There is one list for each close.")

    @api.depends("close_id", "signed_digest")
    def _compute_rows(self):
        for record in self:
            rows = record._read_rows()
            decimals = record.currency_id.decimal_places
            record.digest_now = record._digest_of(rows)
            record.rows = [
                {name: row[name] for name in ("number", "date", "journal", "prepared", "posted")}
                | {"amount": fmt(row["amount"], decimals)}
                for row in rows
            ]
            record.count = len(rows)
            record.amount = float(sum(row["amount"] for row in rows))
            record.is_stale = bool(record.signed_digest) and record.signed_digest != record.digest_now

    # -- the list

    @api.model
    @api.private
    def _for_close(self, close):
        """Return the list of ``close``, made when there is none."""
        found = self.sudo().search([("close_id", "=", close.id)], limit=1)
        if not found:
            found = self._guarded().create({"close_id": close.id})
        return self.browse(found.id)

    @api.private
    def _read_rows(self):
        """Return every manual entry of the period as a row, in one query."""
        self.ensure_one()
        return self._rows_of(self.sudo().close_id)

    @api.model
    @api.private
    def _rows_of(self, close):
        """Return the posted entries of ``close`` that Odoo did not compute and that no approval covers.

        ``items`` is a digest of their journal items: a list with the same numbers and other accounts is
        another list.
        """
        self.env["account.move"].flush_model()
        self.env["account.move.line"].flush_model()
        companies = self.env["res.company"].sudo().browse(close._family_ids())
        return self.env.execute_query_dict(
            SQL(
                """
            SELECT move.id, move.name AS number, move.date, journal.code AS journal,
                   move.create_uid, creator.name AS prepared,
                   move.ai_close_posted_by, poster.name AS posted, items.amount, items.digest AS items
              FROM account_move move
              JOIN account_journal journal ON journal.id = move.journal_id
              LEFT JOIN (res_users prepared JOIN res_partner creator ON creator.id = prepared.partner_id)
                     ON prepared.id = move.create_uid
              LEFT JOIN (res_users posted JOIN res_partner poster ON poster.id = posted.partner_id)
                     ON posted.id = move.ai_close_posted_by
              JOIN LATERAL (
                  SELECT trim_scale(coalesce(sum(item.balance) FILTER (WHERE item.balance > 0), 0)) AS amount,
                          encode(sha256(convert_to(coalesce(string_agg(concat_ws('|', item.account_id,
                                 coalesce(item.partner_id, 0), trim_scale(item.balance), item.currency_id,
                                 trim_scale(item.amount_currency)), ';' ORDER BY item.id), ''), 'UTF8')),
                                 'hex') AS digest
                     FROM account_move_line item WHERE item.move_id = move.id
              ) items ON true
             WHERE move.company_id IN %(companies)s AND move.state = 'posted' AND move.move_type = 'entry'
               AND move.date BETWEEN %(start)s AND %(end)s
               AND move.ai_close_entry_id IS NULL AND NOT %(automatic)s
             ORDER BY move.date, move.id
            """,
                companies=tuple(companies.ids),
                start=close.period_start,
                end=close.period_end,
                automatic=self.env["account.move"]._ai_close_automatic_sql(companies),
            )
        )

    @api.model
    @api.private
    def _digest_of(self, rows):
        """Return the digest of the rows; names of people may change, they are not part of it."""
        return canonical.digest(
            [
                {
                    "id": row["id"],
                    "number": row["number"],
                    "date": row["date"],
                    "journal": row["journal"],
                    "prepared": row["create_uid"],
                    "posted": row["ai_close_posted_by"],
                    "amount": str(row["amount"]),
                    "items": row["items"],
                }
                for row in rows
            ]
        )

    # -- the signature

    def action_sign(self):
        """Sign the list as somebody who neither made nor posted any of its entries."""
        action = "list.sign"
        for record in self:
            record._need_role(REVIEWER, CONTROLLER, action=action)
            record.check_access("read")
            record._lock_rows()
            record._need_open_period(action)
            rows = record._read_rows()
            now = record._digest_of(rows)
            seen = self.env.context.get("ai_close_seen")
            if seen is not None and seen != now:
                raise refuse(
                    record,
                    "ENT015",
                    self.env._("The list changed since it was shown to you: reload and look again."),
                    action=action,
                )
            record._need_signable(rows, now, action)
            record._need_stranger(rows, action)
            record._judge()
            record._transition(
                "signed",
                vals={
                    "signed_by_id": self.env.uid,
                    "signed_at": self._now(),
                    "signed_digest": now,
                    "signed_rows": record.rows,
                },
            )
        return True

    def _need_signable(self, rows, now, action):
        sentence = None
        if not rows:
            sentence = self.env._(
                "There is no manual entry in %s; nothing is to be signed.", self.close_id.name
            )
        elif self.state == "signed" and self.signed_digest == now:
            sentence = self.env._(
                "%(who)s signed this list already, and nothing changed since.", who=self.signed_by_id.name
            )
        if sentence:
            raise refuse(self, "ENT016", sentence, action=action)

    def _need_stranger(self, rows, action):
        """Refuse who made or posted one of the entries, naming it."""
        for row in rows:
            self._need_other_than(
                {
                    step: self.env["res.users"].browse(row[column] or [])
                    for column, step in (
                        ("create_uid", self.env._("prepared (%s)", row["number"])),
                        ("ai_close_posted_by", self.env._("posted (%s)", row["number"])),
                    )
                },
                action=action,
            )

    @api.private
    def _judge(self):
        """Say of signed lists that changed that they are to be signed again."""
        for record in self.sudo():
            if record.state == "signed" and record._digest_of(record._read_rows()) != record.signed_digest:
                record._transition("stale", role=SERVER)
                record.invalidate_recordset()

    def action_open_entries(self):
        """Open the journal entries of the list as Odoo shows them; no list, no entries."""
        self.check_access("read")
        lists = self.filtered("id")
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Manual entries, %s", ", ".join(lists.close_id.mapped("name"))),
            "res_model": "account.move",
            "domain": [("id", "in", [row["id"] for each in lists for row in each._read_rows()])],
            "view_mode": "list,form",
            "views": [(False, "list"), (False, "form")],
            "context": {"create": False},
        }


class AiClose(models.Model):
    _inherit = "ai.close"

    def action_manual_list(self):
        """Open the list of this month's manual entries."""
        self.ensure_one()
        self.check_access("read")
        return self.sudo()._manual_list_window()

    @api.private
    def _manual_list_window(self):
        """Return the action that opens the list; a month that was never judged has none yet."""
        record = self.env["ai.close.manual.list"].search([("close_id", "=", self.id)], limit=1)
        kinds = [[False, "form"]] if record else [[False, "list"], [False, "form"]]
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Manual entries, %s", self.name),
            "res_model": record._name,
            "res_id": record.id,
            "domain": [("close_id", "=", self.id)],
            "view_mode": ",".join(kind for _view, kind in kinds),
            "views": kinds,
            "target": "current",
        }

    @api.private
    def _create_tasks(self):
        result = super()._create_tasks()
        for close in self:
            self.env["ai.close.manual.list"]._for_close(close)
        return result

    @api.private
    def _refresh(self):
        for close in self:
            self.env["ai.close.manual.list"]._for_close(close)._judge()
        return super()._refresh()

    def _readiness_counts(self):
        return [*super()._readiness_counts(), self._count_manual]

    def _count_manual(self):
        """The list of manual entries: nothing to do when it is empty, else one signature that fits it."""
        lists = self.env["ai.close.manual.list"].sudo()
        rows = lists._rows_of(self)
        if not rows:
            return "manual entries", 0, 0, []
        record = lists.search([("close_id", "=", self.id)], limit=1)
        signed = record.signed_digest
        if signed == lists._digest_of(rows):
            return "manual entries", 1, 1, []
        label = (
            self.env._("Manual entries changed since they were signed")
            if signed
            else self.env._("Manual entries not signed")
        )
        return (
            "manual entries",
            0,
            1,
            [
                self._blocker(
                    "MANUAL",
                    label,
                    len(rows),
                    amount=float(sum(row["amount"] for row in rows)),
                    rank=2,
                    severity="medium",
                    action=self._manual_list_window(),
                )
            ],
        )
