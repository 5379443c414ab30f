"""Whose a finding is and until when: owner by the policy, else by the checklist; due in working days."""

from collections import defaultdict
from datetime import timedelta

from odoo import api, fields, models
from odoo.tools import SQL

from ..kernel import owners, workdays
from ..kernel.payload import PayloadError
from .close_readiness import FINDING_UNDECIDED
from .close_state_mixin import passes

# Whose owner looks after a rule's findings where the policy names nobody; of any other: the findings' task.
TASK_OF = {"CMP001": "DRAFT", "CMP004": "BANK", "CMP005": "BANK", "EXF004": "BANK", "VAL003": "STOCK"}
MOST_LINKS = 20
LINKED = {"account.journal": "journal_id", "res.partner": "partner_id", "account.account": "account_id"}


class CloseFinding(models.Model):
    _inherit = "ai.close.finding"

    is_overdue = fields.Boolean("Overdue", compute="_compute_is_overdue")

    @api.depends("date_due", "state")
    def _compute_is_overdue(self):
        for finding in self:
            undecided = finding.state in FINDING_UNDECIDED
            today = finding.close_id.sudo()._local_today()
            finding.is_overdue = bool(undecided and finding.date_due and finding.date_due < today)

    @api.model_create_multi
    def create(self, vals_list):
        """A new finding has an owner and a due day at once; a person may name another owner."""
        if passes(self.env):
            by_close = defaultdict(list)
            for vals in vals_list:
                by_close[vals["close_id"]].append(vals)
            for close_id, found in by_close.items():
                self._give_owner(self.env["ai.close"].browse(close_id).sudo(), found)
        return super().create(vals_list)

    def _reopened_vals(self, vals):
        due = self.close_id.sudo()._finding_due(vals.get("severity") or self.severity)
        return super()._reopened_vals(vals) | {"date_due": due}

    # -- owner and due day

    @api.model
    def _give_owner(self, close, found):
        """Complete the values of new findings of ``close``."""
        due, able = {}, set(close.company_id._ai_close_people().ids)
        params = self.env["ai.close.policy"]._in_force(close.company_id).params or {}
        lines = params.get("owners") or []
        facts = self._owner_facts(close.company_id, found) if lines else {}
        tasks = {task.code: task.owner_id.id for task in close.task_ids}
        for vals in found:
            severity = vals["severity"]
            if severity not in due:
                due[severity] = close._finding_due(severity)
            vals.setdefault("date_due", due[severity])
            if vals.get("by_server"):
                continue
            named = owners.owner(lines, facts[vals["key"]], able) if lines else None
            task = tasks.get(TASK_OF.get(vals["rule"])) or tasks.get("FINDING")
            vals.setdefault("owner_id", named or (task if task in able else False))

    @api.model
    def _owner_facts(self, company, found):
        """Return ``{key: facts}``: journals, account codes and partners of what the findings are about."""
        links = {}
        for vals in found:
            anchor = {"model": vals["anchor_model"], "id": vals["anchor_id"]}
            own = [anchor, *(vals.get("records") or [])][:MOST_LINKS]
            links[vals["key"]] = {(link["model"], link["id"]) for link in own}
        known = self._linked_facts(company, set().union(*links.values()))
        return {
            vals["key"]: owners.Facts(
                vals["rule"],
                *(
                    {each for link in links[vals["key"]] for each in known.get(link, ((), (), ()))[place]}
                    for place in range(3)
                ),
            )
            for vals in found
        }

    @api.model
    def _linked_facts(self, company, links):
        """Return ``{(model, id): (journals, account codes, partners)}`` of records that findings name."""
        by_model = defaultdict(set)
        for model, res_id in links:
            if model in self.env and not self.env[model]._abstract:
                by_model[model].add(res_id)
        known, accounts = {}, self._accounts_of_moves(company, by_model.get("account.move", ()))
        for model, ids in by_model.items():
            for record in self.env[model].sudo().browse(ids).exists():
                journal, partner, account = (_linked(record, comodel) for comodel in LINKED)
                codes = set(accounts.get(record.id, ())) if model == "account.move" else set()
                if account:
                    codes.add(account.with_company(company).code)
                partners = partner | partner.commercial_partner_id if partner else ()
                known[model, record.id] = (
                    set(journal.ids) if journal else set(),
                    codes - {False},
                    {each.id for each in partners},
                )
        return known

    @api.model
    def _accounts_of_moves(self, company, ids):
        """Return ``{id of an entry: account codes}``; an entry may have very many lines."""
        if not ids:
            return {}
        self.env["account.move.line"].flush_model(["move_id", "account_id"])
        rows = self.env.execute_query(
            SQL(
                "SELECT DISTINCT move_id, account_id FROM account_move_line"
                " WHERE move_id = ANY(%s) AND account_id IS NOT NULL",
                sorted(ids),
            )
        )
        accounts = self.env["account.account"].sudo().with_company(company).browse({row[1] for row in rows})
        codes = {account.id: account.code for account in accounts}
        found = defaultdict(set)
        for move_id, account_id in rows:
            found[move_id].add(codes[account_id])
        return found


def _linked(record, comodel):
    """Return the record of ``comodel`` that ``record`` is or names by the usual field; None without one."""
    if record._name == comodel:
        return record
    field = record._fields.get(LINKED[comodel])
    return record[field.name] if field is not None and field.comodel_name == comodel else None


class AiClose(models.Model):
    _inherit = "ai.close"

    @api.private
    def _local_today(self):
        """Return the day that it is in the company's zone."""
        return fields.Date.context_today(self.with_context(tz=self.company_id.ai_close_tz or "UTC"))

    @api.private
    def _finding_due(self, severity):
        """Return until when a finding seen today is to be decided: never later than the close itself is due,
        as long as that day lies ahead."""
        self.ensure_one()
        params = self.env["ai.close.policy"]._in_force(self.company_id).params
        days, today = owners.due_days(params, severity), self._local_today()
        due = today
        if days:
            first = today + timedelta(days=1)
            due = self._calendar_day(first, days) or workdays.nth_weekday(first, days)
        return min(due, self.date_due) if self.date_due and self.date_due >= today else due


class ClosePolicy(models.Model):
    _inherit = "ai.close.policy"

    def _check_accounts(self, company, params):
        """Who and which journals own findings have to be of the company, too."""
        result = super()._check_accounts(company, params)
        lines = params.get("owners") or []
        family = self.env["res.company"].sudo().search([("id", "child_of", company.id)]) | company.parent_ids
        for line in lines:
            self._check_journals("owners.journals", line.get("journals", ()), family)
        people = company.sudo()._ai_close_people()
        if {line["user"] for line in lines} - set(people.ids):
            raise PayloadError("owners.user", "somebody who has no part in the close of this company")
        partners = {partner for line in lines for partner in line.get("partners", ())}
        if partners - set(self.env["res.partner"].sudo().browse(partners).exists().ids):
            raise PayloadError("owners.partners", "a partner that does not exist")
        return result
