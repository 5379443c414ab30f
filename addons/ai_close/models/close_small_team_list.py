"""ai.close.small.team.list: what one of two people reviewed and approved alone, signed by a third.

It is the compensating control of the small-team profile: the owner, an external accountant or an auditor
signs it once a month.  The next month is not locked before.
"""

from odoo import api, fields, models
from odoo.tools import format_amount

from ..kernel import canonical
from ..kernel.money import fmt
from ..kernel.sod import AUDITOR, CONTROLLER, REVIEWER, SERVER
from .refusal import refuse

# So many earlier lists are looked at again each time: what changes later than that is reopened, and told so.
LOOKED_BACK = 3


class CloseSmallTeamList(models.Model):
    _name = "ai.close.small.team.list"
    _inherit = ["ai.close.state.mixin"]
    _description = "List of a small team"
    _order = "period_end desc, id desc"
    _rec_name = "close_id"
    _ai_close_protected = frozenset(
        {"close_id", "company_id", "signed_by_id", "signed_at", "signed_digest", "signed_rows"}
    )

    close_id = fields.Many2one("ai.close", required=True, readonly=True, ondelete="restrict")
    company_id = fields.Many2one(related="close_id.company_id", store=True, readonly=True, index=True)
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
    rows = fields.Json("What one person reviewed and approved", compute="_compute_rows")
    count = fields.Integer("Number of rows", compute="_compute_rows")
    is_stale = fields.Boolean(compute="_compute_rows")

    _close_unique = models.Constraint("UNIQUE(close_id)", "There is one list for each close.")

    @api.depends("close_id", "signed_digest")
    def _compute_rows(self):
        for record in self:
            rows = record._read_rows()
            record.digest_now = record._digest_of(rows)
            record.rows = [record._shown(row) for row in rows]
            record.count = len(rows)
            record.is_stale = bool(record.signed_digest) and record.signed_digest != record.digest_now

    @api.model
    @api.private
    def _for_close(self, close):
        """Return the list of ``close``, made when there is none."""
        found = self.sudo().search([("close_id", "=", close.id)], limit=1)
        if not found:
            found = self._guarded().create({"close_id": close.id})
            self.env["ai.close.audit"]._append("list.create", found, role=SERVER)
        return self.browse(found.id)

    # -- the rows

    @api.private
    def _read_rows(self):
        """Return what was decided by one person: entries that he reviewed and approved, waivers, locks."""
        self.ensure_one()
        close = self.sudo().close_id
        rows = [
            self._row("entry", entry, entry.amount_total, entry.prepared_by_id, entry.approved_by_id)
            for entry in close.entry_ids.filtered("same_person").sorted("id")
        ]
        waived = close.finding_ids.filtered(lambda finding: finding.state == "waived")
        rows += [
            self._row("waiver", each, each.amount, each.waive_requested_by_id, each.waived_by_id)
            for each in waived.sorted("id")
        ]
        locks = close.lock_ids.filtered(lambda lock: lock.approved_by_id)
        rows += [
            self._row("lock", lock, None, lock.requested_by_id, lock.approved_by_id)
            for lock in locks.sorted("id")
        ]
        return rows

    def _row(self, kind, record, amount, asked, decided):
        decimals = self.sudo().currency_id.decimal_places
        return {
            "kind": kind,
            "id": record.id,
            "name": record.display_name or "",
            "amount": None if amount is None else fmt(amount, decimals),
            "asked": asked.id or None,
            "decided": decided.id or None,
            "digest": record.approved_digest or None if kind == "entry" else None,
        }

    def _shown(self, row):
        users = self.env["res.users"].sudo()
        kinds = {
            "entry": self.env._("Entry"),
            "waiver": self.env._("Finding waived"),
            "lock": self.env._("Lock"),
        }
        amount = (
            format_amount(self.env, float(row["amount"]), self.sudo().currency_id) if row["amount"] else ""
        )
        return {
            "kind": kinds[row["kind"]],
            "name": row["name"],
            "amount": amount,
            "asked": users.browse(row["asked"]).name if row["asked"] else "",
            "decided": users.browse(row["decided"]).name if row["decided"] else "",
        }

    @api.model
    @api.private
    def _digest_of(self, rows):
        """Return the digest of the rows; what a record is called may change, that is no part of it."""
        return canonical.digest([{name: row[name] for name in row if name != "name"} for row in rows])

    # -- the signature

    def action_sign(self):
        """Sign the list as somebody who took no part in the month: owner, external accountant, auditor."""
        action = "list.sign_small_team"
        for record in self:
            record._need_role(AUDITOR, REVIEWER, CONTROLLER, action=action)
            record.check_access("read")
            record._lock_rows()
            rows = record._read_rows()
            now = record._digest_of(rows)
            seen = self.env.context.get("ai_close_seen")
            if seen is not None and seen != now:
                raise refuse(record, "ENT015", action=action)
            record._need_signable(rows, now, action)
            record._need_stranger(action)
            record._judge()
            record._transition(
                "signed",
                vals={
                    "signed_by_id": self.env.uid,
                    "signed_at": self._now(),
                    "signed_digest": now,
                    "signed_rows": [record._shown(row) for row in rows],
                },
            )
        return True

    def _need_signable(self, rows, now, action):
        sentence = None
        if self.close_id.sudo().state != "locked":
            sentence = self.env._("The list is complete when the month is locked; sign it then.")
        elif self.state == "signed" and self.signed_digest == now:
            sentence = self.env._(
                "%(who)s signed this list already, and nothing changed since.", who=self.signed_by_id.name
            )
        elif not rows:
            sentence = self.env._("Nothing stands on this list; nothing is to be signed.")
        if sentence:
            raise refuse(self, "ENT016", sentence, action=action)

    @api.private
    def _took_part(self):
        """Return everybody who took a step of this month: none of them signs."""
        close = self.sudo().close_id
        entries, findings, locks, tasks = close.entry_ids, close.finding_ids, close.lock_ids, close.task_ids
        people = entries.prepared_by_id | entries.reviewed_by_id | entries.approved_by_id | entries.editor_ids
        people |= findings.waive_requested_by_id | findings.waived_by_id | findings.explained_by_id
        people |= locks.requested_by_id | locks.approved_by_id
        return people | tasks.prepared_by_id | tasks.signed_by_id

    def _need_stranger(self, action):
        people = self._took_part()
        if self.env.user in people or self._lent().sudo().from_id & people:
            raise refuse(
                self,
                "SOD009",
                self.env._(
                    "%(people)s took part in this month. The owner, an external accountant or an auditor"
                    " signs.",
                    people=", ".join(people.mapped("name")),
                ),
                action=action,
            )

    @api.private
    def _judge(self):
        """Say of signed lists that changed that they are to be signed again."""
        for record in self.sudo():
            if record.state == "signed" and record._digest_of(record._read_rows()) != record.signed_digest:
                record._transition("stale", role=SERVER)


class AiClose(models.Model):
    _inherit = "ai.close"

    def _readiness_counts(self):
        counts = super()._readiness_counts()
        lists = self.env["ai.close.small.team.list"].sudo()
        if lists.search_count([("company_id", "=", self.company_id.id)], limit=1):
            counts = [*counts, self._count_small_team]
        return counts

    def _count_small_team(self):
        """The lists of the months before, when they were closed by two people: each signed by a third."""
        lists = self.env["ai.close.small.team.list"].sudo()
        former = lists.search(
            [("company_id", "=", self.company_id.id), ("period_end", "<", self.period_start)],
            limit=LOOKED_BACK,
        )
        former._judge()
        waiting = former.filtered(lambda each: each.state != "signed" and each.count)
        blockers = [
            self._blocker(
                f"SMALL_TEAM:{each.close_id.period_end:%Y-%m}",
                self.env._("List of %s not signed by a third person", each.close_id.name),
                each.count,
                rank=3,
                severity="high",
                due=self.date_due,
                action=self._window(lists._name, each.close_id.name, [("id", "=", each.id)]),
            )
            for each in waiting
        ]
        return "small team", len(former) - len(waiting), len(former), blockers
