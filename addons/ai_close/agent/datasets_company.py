"""What the agent reads about the company itself: taxes, locks and reopenings, people, its group."""

import json

from odoo import api, models
from odoo.tools import SQL

from ..kernel.canonical import timestamp
from .columns import STAMP, Table, as_columns, keyed
from .columns_path import reach

LOCKS = ("fiscalyear_lock_date", "hard_lock_date")
# A reopening that stands: its window is or was open.
OPENED = ("approved", "applied", "expired")


class CloseAgent(models.AbstractModel):
    _inherit = "ai.close.agent"

    @api.private
    def _dataset_names(self):
        return [
            *super()._dataset_names(),
            "taxes",
            "locks",
            "reopenings",
            "users",
            "companies",
            "group_documents",
        ]

    @api.private
    def _dataset_taxes(self, run, after, limit):
        """The taxes of the company by id as their code; a group is told by its members, which are taxes."""
        Tax = self.env["account.tax"]
        taxes = Tax.search(
            [
                *Tax._check_company_domain(run.company_id),
                ("amount_type", "!=", "group"),
                *keyed(after),
            ],
            order="id",
            limit=limit,
        )
        return self._page(
            ("id", "code", "name", "rate", "type", "factors", "cash_basis"),
            taxes,
            limit,
            lambda tax: (
                tax.id,
                str(tax.id),
                tax.name,
                repr(tax.amount),
                tax.amount_type,
                ";".join(
                    repr(part.factor_percent)
                    for part in tax.invoice_repartition_line_ids
                    if part.repartition_type == "tax"
                ),
                tax.tax_exigibility == "on_payment",
            ),
        )

    @api.private
    def _dataset_locks(self, run, after, limit):
        """When the books were locked through which day: the trail's own events, of companies above too.

        A lock that is older than the trail has no moment: nobody knows when it was set.
        """
        above = run.company_id.sudo().parent_ids
        events = (
            self.env["ai.close.audit"]
            .sudo()
            .search(
                [
                    ("action", "=", "company.lock_date"),
                    ("model", "=", "res.company"),
                    ("res_id", "in", above.ids),
                    ("refusal_code", "in", (False, "")),
                ],
                order="id",
            )
        )
        told = [
            (later[name], timestamp(event.event_at))
            for event in events
            for later in (json.loads(event.after or "{}"),)
            for name in LOCKS
            if later.get(name)
        ]
        known = {through for through, _at in told}
        stored = {company[name].isoformat() for company in above for name in LOCKS if company[name]}
        told += [(through, None) for through in sorted(stored - known)]
        rows = [(number, *row) for number, row in enumerate(told, 1)]
        return as_columns(("id", "through", "locked_at"), rows), None

    @api.private
    def _dataset_reopenings(self, run, after, limit):
        """Entries that an approved reopening let into a locked month, with its window.

        Where a reopening names entries those are meant; else what its report lists as posted in the window
        by the people whom it was for.
        """
        rows = self.env.execute_query(
            SQL(
                "WITH named AS ("
                " SELECT lock.id AS lock_id, move.id AS move_id"
                " FROM ai_close_lock lock JOIN ai_close_reopen_entry named ON named.lock_id = lock.id"
                " JOIN account_move move ON move.ai_close_entry_id = named.entry_id"
                " WHERE lock.company_id = %(company)s AND lock.kind = 'reopen'"
                " UNION SELECT report.lock_id, line.move_id"
                " FROM ai_close_reopen_line line"
                " JOIN ai_close_reopen_report report ON report.id = line.report_id"
                " WHERE report.company_id = %(company)s AND line.kind IN ('posted', 'reversed')"
                " AND line.move_id IS NOT NULL)"
                " SELECT row_number() OVER (ORDER BY lock.id, named.move_id), named.move_id,"
                " lock.approved_by_id, to_char(lock.approved_at, %(stamp)s),"
                " to_char(lock.exception_until, %(stamp)s)"
                " FROM named JOIN ai_close_lock lock ON lock.id = named.lock_id"
                " WHERE lock.state IN %(opened)s AND lock.approved_by_id IS NOT NULL ORDER BY 1",
                company=run.company_id.id,
                stamp=STAMP,
                opened=OPENED,
            )
        )
        return as_columns(("id", "move_id", "approved_by", "begin", "end"), rows), None

    @api.private
    def _dataset_users(self, run, after, limit):
        """Who works in the company's books: names to show, and which of them are no person."""
        rows = self.env.execute_query(
            SQL(
                "SELECT person.id, person.login FROM res_users person WHERE person.id IN ("
                " SELECT user_id FROM res_company_users_rel WHERE cid = %(company)s"
                " UNION SELECT create_uid FROM account_move WHERE company_id = %(company)s"
                " UNION SELECT ai_close_posted_by FROM account_move WHERE company_id = %(company)s)"
                " ORDER BY person.id",
                company=run.company_id.id,
            )
        )
        return as_columns(("id", "login"), rows), None

    @api.private
    def _dataset_companies(self, run, after, limit):
        """The companies that the agent's user may read, and through which day each one's books are closed.

        Of another company only its partner is told, whom our own documents name: that its mirror can't be
        judged is a finding, not silence.
        """
        rows, readable = [], self.env.user.sudo().company_ids
        for one in self.env["res.company"].sudo().search([("partner_id", "!=", False)], order="id"):
            partner, through = one.partner_id.commercial_partner_id, None
            if one in readable:
                closed = [company[name] for company in one.parent_ids for name in LOCKS if company[name]]
                through = max(closed).isoformat() if closed else None
            name = one.name if one in readable else partner.name
            rows.append((one.id, name, partner.id, one in readable, through))
        return as_columns(("id", "name", "partner_id", "readable", "closed_through"), rows), None

    @api.private
    def _dataset_group_documents(self, run, after, limit):
        """Invoices and bills of the other companies that the agent's user may read."""
        readable = self.env.user.sudo().company_ids
        others = self.with_context(allowed_company_ids=readable.ids)
        table = Table(
            others.env["account.move"],
            [
                ("company_id", "in", (readable - run.company_id).ids),
                ("move_type", "!=", "entry"),
                ("state", "in", ("draft", "posted")),
                ("date", ">=", self._history_start(run)),
            ],
            after,
            limit,
        )
        table.plain("id", "company_id", currency="currency_id", partner_id="commercial_partner_id")
        table.add("company_partner_id", reach(table, "company_id.partner_id.commercial_partner_id"))
        table.text("name", "ref", "move_type", "state")
        table.add("vat", SQL("NULLIF(%s, '')", reach(table, "commercial_partner_id.vat")))
        table.day("date", "invoice_date")
        table.money_in("currency_id", self._company_decimals(run), "amount_total", "amount_untaxed")
        return table.page()
