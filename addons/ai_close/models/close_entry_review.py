"""What an approver has to see of a staged entry: what people changed, and what its sources say now."""

from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.tools import format_amount, format_date

from ..kernel.differences import differences
from ..kernel.sod import CONTROLLER, PREPARER, REVIEWER
from .close_entry_submit import BY_PEOPLE
from .refusal import refuse

UNDECIDED = ("proposed", "prepared", "reviewed", "stale")
COMPUTED_AGAIN = "computed again"
# What ids in a payload are ids of.
NAMED = {"account": "account.account", "partner": "res.partner", "journal": "account.journal"}
# Ids of what a reader knows anyway: where the fact stands, and its own number.
UNSAID = frozenset({"id", "company", "loan"})
MAX_ROWS = 200
MAX_REJECTIONS = 5
SHARED_SOURCES = ("account.account", "res.currency.rate")


class AiCloseEntry(models.Model):
    _inherit = "ai.close.entry"

    edits = fields.Json(
        "Changed by people",
        compute="_compute_edits",
        help="What the entry says now against what was proposed.",
    )
    edited_amount = fields.Monetary(
        "Changed by", compute="_compute_edits", help="The amount now less the amount that was proposed."
    )
    changed_sources = fields.Json(compute="_compute_changed_sources")
    changed_source_count = fields.Integer(compute="_compute_changed_sources")
    past_rejections = fields.Json(
        compute="_compute_past_rejections",
        help="Proposals of the same kind, of the same sources or accounts and partners, that people rejected"
        " within a year before.",
    )
    computed_by = fields.Char(
        "Computed by",
        compute="_compute_computed_by",
        help="The proposer, the program's version and the policy's.",
    )

    # -- what people changed

    @api.depends("change_log", "amount_total")
    def _compute_edits(self):
        for entry in self:
            changes = entry._changes_of_people()
            entry.edits = entry.sudo()._edit_rows(changes) or False
            entry.edited_amount = entry.amount_total - _debits(changes[0]["before"]) if changes else 0.0

    @api.private
    def _changes_of_people(self):
        """Return what was logged since the proposal was last computed."""
        found = []
        for change in self.change_log or []:
            found = [] if change.get("what") == COMPUTED_AGAIN else [*found, change]
        return found

    def _edit_rows(self, changes):
        """Return a row a difference between the proposal and now, with who wrote it last, when and why."""
        if not changes:
            return []
        rows = []
        found = differences(changes[0]["before"], changes[-1]["after"])
        balances = {each.path[:-1]: (each.before, each.after) for each in found if each.path[-1] == "balance"}
        for each in found:
            same = balances.get(each.path[:-1]) == (each.before, each.after)
            if each.path[0] == "policy" or (each.path[-1] == "amount_currency" and same):
                continue
            last = next(
                change
                for change in reversed(changes)
                if any(
                    other.path[: len(each.path)] == each.path or each.path[: len(other.path)] == other.path
                    for other in differences(change["before"], change["after"])
                )
            )
            rows.append(
                {
                    self.env._("what"): each.words.replace("lines ", "line ", 1),
                    self.env._("proposed"): self._said(each.path, each.before),
                    self.env._("now"): self._said(each.path, each.after),
                    self.env._("by"): last["user"],
                    self.env._("on"): format_date(self.env, last["at"][:10]),
                    self.env._("why"): last.get("reason") or "",
                }
            )
        return rows

    def _said(self, path, value):
        """Write a value of the payload as a person reads it."""
        name = path[-1]
        if value is None or value in ("", [], {}):
            return self.env._("nothing")
        if name in NAMED and isinstance(value, int):
            record = self.env[NAMED[name]].with_company(self.company_id).browse(value).exists()
            return record.display_name or self.env._("gone (%s)", value)
        if name in ("balance", "amount_currency") and isinstance(value, str):
            # the currency of an amount in another currency is a value of its own
            return format_amount(self.env, float(value), self.currency_id) if name == "balance" else value
        if isinstance(value, dict):
            return ", ".join(
                f"{key.replace('_', ' ')} {self._said((key,), part)}"
                for key, part in value.items()
                if part and key not in UNSAID
            )
        if isinstance(value, list):
            return "; ".join(self._said((name,), part) for part in value)
        return str(value)

    # -- what the sources say now

    @api.depends("source_ids", "state")
    def _compute_changed_sources(self):
        for entry in self:
            entry.changed_sources, entry.changed_source_count = False, 0
            if entry.state not in UNDECIDED or not entry.id:
                continue
            changed = entry.sudo().source_ids._changed()
            entry.changed_source_count = len(changed)
            entry.changed_sources = changed._difference_rows() or False

    def action_compute_again(self):
        """Ask the agent for a run; a fresh proposal then replaces what was computed from old sources."""
        self.ensure_one()
        action = "entry.compute_again"
        self._need_role(PREPARER, REVIEWER, CONTROLLER, action=action)
        self.check_access("read")
        self._need_open(action)
        if self.proposer in BY_PEOPLE or self.state not in UNDECIDED:
            raise refuse(
                self,
                "ENT001",
                self.env._("Only an open proposal of the agent is computed again. %s", self._way_out()),
                action=action,
            )
        self.close_id.action_run_now()
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "success",
                "message": self.env._(
                    "Asked for. The agent takes it up within a minute; the fresh proposal replaces this one"
                    " and is signed anew."
                ),
            },
        }

    # -- what people said of its like before

    @api.depends("proposer", "date", "state", "line_ids.account_id", "line_ids.partner_id")
    def _compute_past_rejections(self):
        for entry in self:
            open_proposal = entry.id and entry.state in UNDECIDED and entry.proposer not in BY_PEOPLE
            entry.past_rejections = (open_proposal and entry.sudo()._rejections_of_its_like()) or False

    def _rejections_of_its_like(self):
        """Return a row a rejected proposal of the same source, or accounts and partners, the latest first."""
        earlier = self.search(
            [
                ("id", "!=", self.id),
                ("company_id", "=", self.company_id.id),
                ("proposer", "=", self.proposer),
                ("state", "=", "rejected"),
                ("date", "<=", self.date),
                ("date", ">=", self.date - relativedelta(years=1)),
            ],
            order="date desc, id desc",
            limit=MAX_ROWS,
        )
        sides, cited = self._sides(), self._own_sources()
        same = earlier.filtered(lambda other: other._sides() == sides or other._own_sources() & cited)
        same = same[:MAX_REJECTIONS]
        audits = self.env["ai.close.audit"].search(
            [("model", "=", self._name), ("res_id", "in", same.ids), ("action", "=", "entry.reject")]
        )
        by = {audit.res_id: audit.user_name for audit in audits}
        return [
            {
                self.env._("period"): other.close_id.name,
                self.env._("rejected by"): by.get(other.id, ""),
                self.env._("why"): other.reject_reason or "",
                self.env._("amount"): format_amount(self.env, other.amount_total, other.currency_id),
            }
            for other in same
        ]

    def _sides(self):
        return {(line.account_id, line.partner_id) for line in self.line_ids}

    def _own_sources(self):
        """Return what this was computed from, without what all proposals of its kind cite."""
        return {
            (source.model, source.res_id) for source in self.source_ids if source.model not in SHARED_SOURCES
        }

    # -- what it was computed by

    @api.depends("proposer", "last_run_id", "signed_policy_id")
    def _compute_computed_by(self):
        for entry in self.sudo():
            parts = [entry.proposer or ""]
            if entry.last_run_id.agent_version:
                parts.append(self.env._("agent %s", entry.last_run_id.agent_version))
            if entry.signed_policy_id:
                parts.append(self.env._("policy version %s", entry.signed_policy_id.version))
            entry.computed_by = False if entry.proposer in BY_PEOPLE else ", ".join(parts)


class AiCloseEntrySource(models.Model):
    _inherit = "ai.close.entry.source"

    @api.private
    def _difference_rows(self):
        """Return a row a fact that is another one now: the source, what, then and now."""
        rows, now = [], self._facts_now(self.ids)
        source, what = self.env._("source"), self.env._("what")
        old, new = self.env._("when computed"), self.env._("now")
        for each in self:
            label = each.label or f"{each.model},{each.res_id}"
            facts = now[each.id][0]
            if facts is None:
                rows.append({source: label, what: "", old: self.env._("there"), new: self.env._("gone")})
                continue
            found = differences(each.facts or {}, facts)
            if found and not each._is_told():
                says = {what: self.env._("what it says"), old: "", new: self.env._("changed")}
                rows.append({source: label, **says})
                continue
            for part in found:
                said = each.entry_id._said
                rows.append(
                    {
                        source: label,
                        what: part.words,
                        old: said(part.path, part.before),
                        new: said(part.path, part.after),
                    }
                )
        return rows[:MAX_ROWS]


def _debits(payload):
    """Return the sum of the debits of a logged payload."""
    amounts = [float(line["balance"]) for line in payload.get("lines") or ()]
    return sum(each for each in amounts if each > 0)
