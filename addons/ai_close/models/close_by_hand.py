"""Journal entries that people booked on the accounts of proposers: which wait for a decision, and for which.

The same question as the agent asks (core/adjustments/by_hand.py): what no proposal made and nobody adopted,
where an account still carries something of it for a partner on the last day of an open period.
"""

from odoo import api, fields, models
from odoo.tools import SQL

from ..kernel.proposers import (
    APART,
    BY_HAND_ANY,
    BY_HAND_SCHEDULED,
    BY_HAND_WRITTEN,
    NAMES,
    REVALUED,
    REVALUED_ROLES,
    accounts_of,
)
from ..kernel.sod import CONTROLLER, PREPARER, REVIEWER
from .close_adoption import ADOPT, BOOKED, REJECT, STAGE
from .refusal import refuse

PEOPLE = (PREPARER, REVIEWER, CONTROLLER)
BY_HAND = """
WITH RECURSIVE ours AS (
    SELECT move.id FROM account_move move LEFT JOIN ai_close_entry entry ON entry.id = move.ai_close_entry_id
     WHERE move.company_id = %(company)s
       AND (move.ai_close_adoption_id IS NOT NULL OR entry.proposer NOT IN ('MAN', 'REV'))
    UNION
    SELECT back.id FROM account_move back JOIN ours ON back.reversed_entry_id = ours.id
), hand AS (
    SELECT line.move_id, line.account_id, line.balance,
           COALESCE(partner.commercial_partner_id, line.partner_id, 0) AS partner_id,
           COALESCE(move.reversed_entry_id, move.id) AS family
      FROM account_move_line line
      JOIN account_move move ON move.id = line.move_id AND move.state = 'posted'
      LEFT JOIN res_partner partner ON partner.id = line.partner_id
     WHERE line.company_id = %(company)s AND line.parent_state = 'posted' AND line.date <= %(day)s
       AND line.account_id = ANY(%(accounts)s)
       AND NOT EXISTS (SELECT FROM ours WHERE ours.id = line.move_id)
       AND (line.account_id = ANY(%(any)s)
            OR move.move_type = 'entry' AND (line.account_id = ANY(%(scheduled)s)
               OR move.statement_line_id IS NULL AND move.origin_payment_id IS NULL))
       AND NOT EXISTS (SELECT FROM ai_close_schedule plan
                        WHERE plan.source_line_id = line.id AND plan.state <> 'cancelled')
       AND NOT EXISTS (SELECT FROM ai_close_schedule_change known WHERE known.state = 'reviewed'
                          AND (known.move_line_id = line.id
                               OR known.kind = 'opening' AND known.account_id = line.account_id
                                  AND known.company_id = line.company_id AND line.date <= known.date))
), left_over AS (
    SELECT account_id, partner_id FROM hand GROUP BY account_id, partner_id HAVING sum(balance) <> 0
), family AS (
    SELECT family, account_id, partner_id FROM hand
     GROUP BY family, account_id, partner_id HAVING sum(balance) <> 0
)
SELECT DISTINCT hand.move_id
  FROM hand JOIN left_over USING (account_id, partner_id) JOIN family USING (family, account_id, partner_id)
"""


class AccountMove(models.Model):
    _inherit = "account.move"

    ai_close_adoption_id = fields.Many2one(
        "ai.close.adoption",
        string="Adopted by",
        copy=False,
        readonly=True,
        index="btree_not_null",
        ondelete="restrict",
        help="The decision by which this entry, booked by hand, counts as posted by a proposer.",
    )
    ai_close_by_hand = fields.Boolean(
        "Booked by hand, undecided",
        compute="_compute_ai_close_by_hand",
        search="_search_ai_close_by_hand",
        help="On the accounts of adjusting entries; no proposal made it and nobody decided about it.",
    )
    ai_close_by_hand_for = fields.Char("Stops", compute="_compute_ai_close_by_hand_for")
    ai_close_by_hand_scheduled = fields.Boolean(compute="_compute_ai_close_by_hand_for")
    ai_close_by_hand_amount = fields.Monetary(
        "On these accounts",
        compute="_compute_ai_close_by_hand_for",
        currency_field="company_currency_id",
        help="What the entry leaves on the accounts of adjusting entries, debit positive.",
    )
    ai_close_decision_id = fields.Many2one(
        "ai.close.adoption", string="Decision", compute="_compute_ai_close_decision"
    )
    ai_close_decision_state = fields.Selection(
        [("draft", "Draft"), ("prepared", "To review"), ("reviewed", "Counts")],
        string="Decision is",
        compute="_compute_ai_close_decision",
    )

    # -- which entries wait

    @api.depends("state", "line_ids.account_id", "ai_close_adoption_id")
    def _compute_ai_close_by_hand(self):
        posted = self.filtered(lambda move: move.state == "posted" and isinstance(move.id, int))
        touching = posted.filtered(lambda move: move._ai_close_touched())
        waiting = {
            found for company in touching.company_id for found in touching._ai_close_waiting(company.sudo())
        }
        for move in self:
            move.ai_close_by_hand = move.id in waiting

    @api.model
    def _search_ai_close_by_hand(self, operator, value):
        if operator != "in" or set(value) != {True}:
            return NotImplemented
        found = set()
        for company in self.env.companies.sudo():
            found |= self._ai_close_waiting(company)
        return [("id", "in", sorted(found))]

    @api.model
    @api.private
    def _ai_close_waiting(self, company):
        """Return the ids of the company's entries that wait, as of the end of each open close."""
        scheduled = self._ai_close_stopping(company, BY_HAND_SCHEDULED)
        any_kind = self._ai_close_stopping(company, BY_HAND_ANY)
        accounts = {**scheduled, **any_kind, **self._ai_close_stopping(company, BY_HAND_WRITTEN)}
        closes = self.env["ai.close"].sudo().search([("company_id", "=", company.id)])
        days = {close.period_end for close in closes if close.state != "locked"}
        self.env["account.move.line"].flush_model()
        self.flush_model(["state", "reversed_entry_id", "ai_close_adoption_id", "ai_close_entry_id"])
        self.env["ai.close.schedule.change"].flush_model()
        self.env["ai.close.schedule"].flush_model()
        found = set()
        for day in sorted(days):
            if accounts:
                given = {
                    "company": company.id,
                    "day": day,
                    "accounts": sorted(accounts),
                    "any": sorted(any_kind),
                    "scheduled": sorted(scheduled),
                }
                found |= {move for (move,) in self.env.execute_query(SQL(BY_HAND, **given))}
            found |= self._ai_close_revalued_waiting(company, day)
        return found

    @api.model
    @api.private
    def _ai_close_roles_above(self, company):
        policy = self.env["ai.close.policy"].sudo()._in_force_above(company)
        return (policy.params or {}).get("roles") or {}

    @api.model
    @api.private
    def _ai_close_stopping(self, company, table):
        """Return ``{account: proposers}`` of a table of roles; without those that call it something else."""
        policy = self.env["ai.close.policy"].sudo()._in_force_above(company)
        rules = (policy.params or {}).get("rules") or {}
        heeding = {
            code: names for code, names in table.items() if (rules.get(code) or {}).get("by_hand") != APART
        }
        return accounts_of(self._ai_close_roles_above(company), heeding)

    # -- what a person sees of one

    @api.private
    def _ai_close_touched(self):
        """Return the proposers on whose accounts this entry books something."""
        self.ensure_one()
        roles = self._ai_close_roles_above(self.sudo().company_id)
        accounts = accounts_of(roles, {**BY_HAND_WRITTEN, **BY_HAND_ANY, **BY_HAND_SCHEDULED})
        booked = self.sudo().line_ids.account_id.ids
        found = set().union(*(accounts[one] for one in booked if one in accounts))
        if accounts_of(roles, {REVALUED: REVALUED_ROLES}) and self._ai_close_revalued_lines():
            found.add(REVALUED)
        return sorted(found)

    @api.private
    def _ai_close_stopped(self, accounts):
        """Return which proposers wait for a decision about this entry; ``accounts`` are what stops them."""
        stopped = set().union(*(accounts.get(one, ()) for one in self.sudo().line_ids.account_id.ids))
        return [code for code in self._ai_close_touched() if code in stopped or code == REVALUED]

    @api.private
    def _ai_close_is_written(self):
        """Tell whether this is a journal entry, not what a payment or a bank line booked."""
        move = self.sudo()
        return move.move_type == "entry" and not (move.statement_line_id or move.origin_payment_id)

    @api.depends("line_ids.account_id", "line_ids.balance")
    def _compute_ai_close_by_hand_for(self):
        tables = {**BY_HAND_WRITTEN, **BY_HAND_ANY, **BY_HAND_SCHEDULED}
        for move in self:
            accounts = move._ai_close_stopping(move.sudo().company_id, tables)
            codes = move._ai_close_stopped(accounts)
            move.ai_close_by_hand_for = ", ".join(NAMES[code] for code in codes)
            move.ai_close_by_hand_scheduled = bool(set(codes) & BY_HAND_SCHEDULED.keys())
            lines = move.sudo().line_ids.filtered(lambda line, on=accounts: line.account_id.id in on)
            if REVALUED in codes:
                lines |= move._ai_close_revalued_lines()
            move.ai_close_by_hand_amount = move.company_currency_id.round(sum(lines.mapped("balance")))

    def _compute_ai_close_decision(self):
        found = self.env["ai.close.adoption"].search(
            [("move_id", "in", self.ids), ("state", "!=", "cancelled")]
        )
        decided = {one.move_id.id: one for one in found}
        for move in self:
            move.ai_close_decision_id = decided.get(move.id, False)
            move.ai_close_decision_state = move.ai_close_decision_id.state

    # -- deciding

    def action_ai_close_adopt(self):
        """Open the draft by which this entry is adopted, made when there is none."""
        return self._ai_close_decide(ADOPT)

    def action_ai_close_reject(self):
        """Open the draft by which this entry is rejected and its reversal asked for."""
        return self._ai_close_decide(REJECT)

    def action_ai_close_for_schedule(self):
        """Open a change of a schedule for what this entry booked on the schedule's account."""
        self.ensure_one()
        self.check_access("read")
        roles = self._ai_close_roles_above(self.sudo().company_id)
        accounts = accounts_of(roles, BY_HAND_SCHEDULED)
        line = self.line_ids.filtered(lambda each: each.account_id.id in accounts)[:1]
        if not line:
            raise refuse(self, "ENT010", self.env._("%s books nothing for a schedule.", self.display_name))
        return line.action_ai_close_booked_by_hand()

    @api.private
    def _ai_close_decide(self, decision):
        self.ensure_one()
        Adoption = self.env["ai.close.adoption"].with_company(self.company_id)
        action = "adoption.edit"
        Adoption._need_role(*PEOPLE, action=action)
        self.check_access("read")
        move = self.sudo()
        move._ai_close_lock_row()
        found = Adoption.sudo().search([("move_id", "=", move.id), ("state", "!=", "cancelled")], limit=1)
        if not found:
            adoptable = self._ai_close_stopping(move.company_id, {**BY_HAND_WRITTEN, **BY_HAND_ANY})
            codes = move._ai_close_stopped(adoptable)
            back = move.search([("reversed_entry_id", "=", move.id), ("state", "=", "posted")], limit=1)
            found = Adoption._guarded().create(
                {
                    "company_id": move.company_id.id,
                    "move_id": move.id,
                    "decision": decision,
                    "proposer": codes[0] if codes and decision == ADOPT else False,
                    "reversal": BOOKED if back and decision == ADOPT else STAGE,
                    "reversal_move_id": back.id if decision == ADOPT else False,
                }
            )
            found._note_editor()
            self.env["ai.close.audit"]._append("adoption.make", found)
        elif found.state == "draft" and found.decision != decision:
            Adoption.browse(found.id).write({"decision": decision})
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Booked by hand"),
            "res_model": Adoption._name,
            "res_id": found.id,
            "view_mode": "form",
            "views": [(False, "form")],
        }


class CloseFinding(models.Model):
    _inherit = "ai.close.finding"

    is_by_hand = fields.Boolean(compute="_compute_is_by_hand")

    @api.depends("facet", "rule")
    def _compute_is_by_hand(self):
        # "RB" names its reason and the account in the facet: each vendor's bill is a finding of its own.
        for finding in self:
            facet = finding.facet or ""
            finding.is_by_hand = facet.startswith(("by-hand", "hand account"))

    def action_open_by_hand(self):
        """Open the entries booked by hand that this finding is about."""
        self.ensure_one()
        self.check_access("read")
        action = self.env["ir.actions.act_window"]._for_xml_id("ai_close.action_ai_close_by_hand")
        accounts = self._subject()[1]
        if accounts:
            action["domain"] = [("ai_close_by_hand", "=", True), ("line_ids.account_id", "in", accounts.ids)]
        return action
